"""Comments as a thread."""

from __future__ import annotations

from moosegui.data.catalogue import Verdict, VerdictEvent
from moosegui.data.team.remarks import Remark, remarks_of, threaded


def events(*comments: str, inspector: str = "ZB") -> list[VerdictEvent]:
    return [
        VerdictEvent(i, f"2026-01-01T00:00:0{i}Z", inspector, "1", Verdict(comment=comment))
        for i, comment in enumerate(comments)
    ]


def test_that_a_decision_that_repeats_the_comment_is_no_remark() -> None:
    remarks = remarks_of(events("", "weak line", "weak line"))

    assert remarks == (Remark("ZB", "2026-01-01T00:00:01Z", "weak line"),)


def test_that_of_a_continued_comment_the_remark_is_what_was_added() -> None:
    remarks = remarks_of(events("weak line", "weak line; check in the cube"))

    assert [remark.text for remark in remarks] == ["weak line", "check in the cube"]


def test_that_another_comment_stands_whole() -> None:
    remarks = remarks_of(events("Hα?", "[O II], doublet"))

    assert [remark.text for remark in remarks] == ["Hα?", "[O II], doublet"]


def test_that_a_deleted_comment_leaves_an_empty_remark() -> None:
    assert [remark.text for remark in remarks_of(events("Hα?", ""))] == ["Hα?", ""]


def test_that_a_thread_is_in_the_order_of_writing() -> None:
    first, second = remarks_of(events("a", "b")), remarks_of(events("", "x", inspector="TK"))

    thread = threaded((*second, *first))

    assert [remark.time for remark in thread] == sorted(remark.time for remark in thread)
    assert {remark.inspector for remark in thread} == {"ZB", "TK"}
