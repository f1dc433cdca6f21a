"""Duplicates and groups: what is listed, looked at and decided."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QTreeWidget
from small_survey import FIRST, SECOND, THIRD, write_catalogue

from moosegui.data.catalogue import FalseReason, Source, SourceFlag, Verdict
from moosegui.gui.groups.projection import groups_view
from moosegui.gui.groups.window import GroupsWindow


def a_source(source_id: str, dec: float, magnitude: float = float("nan")) -> Source:
    return Source(source_id, source_id, 0, ra=10.0, dec=dec, magnitude=magnitude)


def verdicts(**given: Verdict):
    return lambda key: given.get(key)


SAME = [a_source("a", 1.0, 25.0), a_source("b", 1.0 + 1 / 3600, 24.0), a_source("c", 2.0)]


def test_that_of_two_the_brighter_is_kept() -> None:
    view = groups_view(SAME, lambda _: 0.5, verdicts())

    (pair,) = view.pairs
    assert (pair.kept.source_id, pair.other.source_id) == ("b", "a")


def test_that_zconf_comes_before_brightness() -> None:
    view = groups_view(
        SAME, lambda _: 0.5, verdicts(a=Verdict(0.5, zconf=3), b=Verdict(0.5, zconf=1))
    )

    (pair,) = view.pairs
    assert (pair.kept.source_id, pair.columns[1], pair.columns[3]) == ("a", "3", "1")


def test_that_what_is_false_is_nobodys_double() -> None:
    given = verdicts(a=Verdict(false_reason=FalseReason.DUPLICATE))

    assert groups_view(SAME, lambda _: 0.5, given).pairs == ()


def test_that_other_redshifts_are_no_pair() -> None:
    assert groups_view(SAME, lambda s: 0.5 if s.key == "a" else 0.6, verdicts()).pairs == ()


@pytest.fixture
def doubles(qtbot, tmp_path: Path):
    """The first two sources lie an arcsecond apart, at one catalogue redshift."""
    path = write_catalogue(tmp_path / "catalogue.csv")
    table = Table.read(path, converters={"ID": str})
    table["DEC"] = -27.0 - 0.1 * np.arange(len(table))
    table["DEC"][1], table["RA"][1] = table["DEC"][0] + 1.0 / 3600, table["RA"][0]
    table["Z"] = 0.1 * np.arange(1, len(table) + 1)
    table["Z"][1] = table["Z"][0]
    table.write(path, overwrite=True)
    someone = Expert(qtbot, path)
    yield someone
    someone.quit()


def opened(expert: Expert) -> GroupsWindow:
    expert.action("groups").trigger()
    window = expert.view(GroupsWindow)
    assert window.isVisible()
    expert.wait_for_jobs()
    return window


def listed(window: GroupsWindow) -> list[int]:
    """How many pairs and how many groups."""
    names = ("Pairs that may be one object", "Groups in redshift")
    trees = {tree.accessibleName(): tree for tree in window.findChildren(QTreeWidget)}
    return [trees[name].topLevelItemCount() for name in names]


def test_that_the_window_lists_the_pair_and_looks_at_the_second(doubles: Expert) -> None:
    doubles.go(THIRD)

    window = opened(doubles)

    assert listed(window) == [1, 0]
    doubles.wait_for_jobs()
    assert window.pair is not None
    assert doubles.session.on_screen.key == window.pair.other.key


def test_that_one_key_makes_the_second_a_duplicate_and_undo_brings_it_back(doubles: Expert) -> None:
    window = opened(doubles)
    pair = window.pair
    assert pair is not None
    doubles.wait_for_jobs()
    doubles.now += 5.0

    QTest.keyClick(window, Qt.Key.Key_D)

    given = doubles.session.verdict(pair.other.key)
    assert given is not None
    assert given.false_reason is FalseReason.DUPLICATE
    assert given.comment == f"duplicate of {pair.kept.source_id}"
    assert window.pair is None
    doubles.action("undo").trigger()
    doubles.action("undo").trigger()
    assert doubles.session.verdict(pair.other.key) in (None, Verdict())


def test_that_one_key_makes_one_source_of_both_and_undo_makes_two_again(doubles: Expert) -> None:
    window = opened(doubles)
    pair = window.pair
    assert pair is not None
    kept, other = pair.kept, pair.other
    doubles.session.decisions.set_comment(kept.key, "near the edge")
    doubles.session.decisions.set_comment(other.key, "double line")
    doubles.wait_for_jobs()
    doubles.now += 5.0
    doubles.session.decisions.toggle_flag(SourceFlag.DEFECT)
    before = [doubles.session.verdict(key) for key in (kept.key, other.key)]
    assert before[1] is not None and before[1].flags

    QTest.keyClick(window, Qt.Key.Key_M)

    first, second = (doubles.session.verdict(key) for key in (kept.key, other.key))
    assert first is not None and second is not None
    assert first.comment.startswith("near the edge; merged with ")
    assert first.comment.endswith("; double line")
    assert first.flags == before[1].flags
    assert (second.false_reason, second.zconf) == (FalseReason.DUPLICATE, None)
    assert second.comment == f"double line; merged into {kept.source_id}"
    assert window.pair is None

    doubles.action("undo").trigger()
    assert [doubles.session.verdict(key) for key in (kept.key, other.key)] == before
    assert any("Undone: two sources merged" in text for text in doubles.notices)
    doubles.action("redo").trigger()
    again = doubles.session.verdict(other.key)
    assert again is not None
    assert again.false_reason is FalseReason.DUPLICATE


def test_that_a_pair_that_ended_meanwhile_is_neither_merged_nor_marked(doubles: Expert) -> None:
    window = opened(doubles)
    pair = window.pair
    assert pair is not None
    doubles.go(pair.kept.key)
    doubles.session.decisions.reject(FalseReason.COSMIC_RAY)
    doubles.go(pair.other.key)
    doubles.now += 5.0

    for signal in (window.merge_wanted, window.duplicate_marked):
        signal.emit(pair)

    assert doubles.session.verdict(pair.other.key) is None
    assert any("have changed the pairs" in text for text in doubles.notices)
    assert window.pair is None


def test_that_keys_of_the_window_show_either(doubles: Expert) -> None:
    window = opened(doubles)
    pair = window.pair
    assert pair is not None

    QTest.keyClick(window, Qt.Key.Key_K)
    assert doubles.session.on_screen.key == pair.kept.key

    QTest.keyClick(window, Qt.Key.Key_O)
    assert doubles.session.on_screen.key == pair.other.key


def test_that_nothing_is_marked_that_was_not_looked_at(doubles: Expert) -> None:
    window = opened(doubles)
    pair = window.pair
    assert pair is not None
    doubles.wait_for_jobs()
    doubles.go(THIRD)

    window.duplicate_marked.emit(pair)

    assert doubles.session.verdict(pair.other.key) is None
    assert doubles.session.on_screen.key == pair.other.key


def test_that_a_list_without_pairs_says_so(qtbot, tmp_path: Path) -> None:
    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    try:
        window = opened(someone)

        assert listed(window) == [0, 0]
        assert window.pair is None
    finally:
        someone.quit()


def test_that_ids_of_the_survey_stand_in_the_list(doubles: Expert) -> None:
    window = opened(doubles)

    assert window.pair is not None
    assert {window.pair.kept.source_id, window.pair.other.source_id} == {FIRST, SECOND}
