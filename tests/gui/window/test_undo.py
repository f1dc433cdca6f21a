"""Undo, redo and comments: on the source concerned, across restarts."""

from __future__ import annotations

from dataclasses import replace

from desk import Desk
from small_survey import FIRST, IDS, SECOND, THIRD

from moosegui.data.catalogue import SourceFlag


def test_that_undo_goes_to_the_source_concerned(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    desk.go(THIRD)

    desk.session.decisions.undo()

    assert desk.current == FIRST
    assert desk.session.verdict() is None
    assert desk.session.shown.state == "proposal"


def test_that_undo_and_redo_survive_a_restart(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    decided = desk.session.verdict()
    desk.go(SECOND)

    desk.restart()
    desk.session.decisions.undo()
    undone = desk.session.verdict()
    desk.restart()
    desk.go(THIRD)
    desk.session.decisions.redo()

    assert undone is None
    assert desk.current == FIRST
    assert desk.session.verdict() == decided


def test_that_undo_brings_back_the_earlier_verdict(desk: Desk) -> None:
    desk.session.decisions.judge(1)
    desk.session.decisions.judge(3)

    desk.session.decisions.undo()

    assert desk.session.verdict().zconf == 1
    assert desk.session.shown.state == "assigned"


def test_that_a_new_decision_leaves_nothing_to_redo(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    desk.session.decisions.undo()
    desk.wait()
    desk.session.decisions.judge(1)

    desk.session.decisions.redo()

    assert desk.notices[-1] == "There is nothing to redo."
    assert desk.session.verdict().zconf == 1


def test_that_nothing_to_undo_is_said(desk: Desk) -> None:
    desk.session.decisions.undo()

    assert desk.notices[-1] == "There is nothing to undo."


def test_that_flags_and_comments_are_undone_one_by_one(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    desk.session.decisions.toggle_flag(SourceFlag.QSO)
    desk.session.decisions.set_comment(FIRST, "broad lines")

    desk.session.decisions.undo()
    assert desk.session.verdict().comment == ""
    desk.session.decisions.undo()
    assert desk.session.verdict().flags == frozenset()
    desk.session.decisions.undo()
    assert desk.session.verdict() is None


def test_that_undoing_keeps_the_trial_of_the_source_that_is_left(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    desk.go(SECOND)
    desk.session.redshift.type("0.7")

    desk.session.decisions.undo()

    assert desk.session.draft(SECOND) == 0.7


def test_that_an_undone_decision_on_a_source_that_left_the_list_is_said(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    listed = desk.session.source_list
    desk.session.close()
    desk.open(replace(listed, sources=listed.sources[1:]))

    desk.session.decisions.undo()

    assert FIRST in desk.notices[-1]
    assert desk.current != FIRST


def test_that_a_comment_belongs_to_the_source_for_which_it_was_written(desk: Desk) -> None:
    desk.go(SECOND)

    desk.session.decisions.set_comment(FIRST, "written before")

    assert desk.session.verdict(FIRST).comment == "written before"
    assert desk.session.verdict(SECOND) is None


def test_that_a_comment_alone_is_no_decision(desk: Desk) -> None:
    desk.session.decisions.set_comment(FIRST, "look again")

    assert desk.n_unreviewed() == len(IDS)
    assert desk.session.shown.state == "proposal"


def test_that_the_same_comment_again_is_no_event(desk: Desk) -> None:
    desk.session.decisions.set_comment(FIRST, "once")
    desk.session.decisions.set_comment(FIRST, "once")

    assert len(desk.session.store.events()) == 1


def test_that_a_decision_keeps_comment_and_flags(desk: Desk) -> None:
    desk.session.decisions.set_comment(FIRST, "once")
    desk.session.decisions.toggle_flag(SourceFlag.STAR)

    desk.session.decisions.judge(3)

    assert desk.session.verdict().comment == "once"
    assert desk.session.verdict().flags == {SourceFlag.STAR}
