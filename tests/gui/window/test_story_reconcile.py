"""A day of reconciling: conflicts, votes taken by one key, a new verdict, undo, restart, export."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFileDialog, QToolButton
from pytestqt.qtbot import QtBot
from seen import item_in, labels_with, plot_in
from small_survey import IDS, TRUTHS, write_catalogue
from voters import CONFLICTS, write_votes

from moosegui.cli.main import main
from moosegui.data.catalogue import FalseReason
from moosegui.files.session.store import SessionStore
from moosegui.files.tables.columns import as_floats
from moosegui.files.tables.read import read_table
from moosegui.gui.plots.vote_marks import VoteMarks
from moosegui.gui.session.blinding import Blinding
from moosegui.gui.verdict.comment_thread import CommentThread
from moosegui.gui.votes.panel import VoteCard, VotesPanel

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return write_catalogue(tmp_path / "catalogue.ecsv")


@pytest.fixture
def expert(qtbot: QtBot, catalogue: Path) -> Iterator[Expert]:
    """Somebody who reconciles AW and TK, before the first conflict."""
    someone = Expert(qtbot, catalogue, write_votes(catalogue))
    someone.now += 1.0
    yield someone
    if not someone.has_quit:
        someone.quit()


def panel_of(expert: Expert) -> VotesPanel:
    return expert.view(VotesPanel)


def headlines(expert: Expert) -> list[str]:
    cards = panel_of(expert).findChildren(VoteCard)
    return [label.text() for card in cards for label in labels_with(card, "ZCONF")]


def texts(path: Path, name: str) -> list[str]:
    return ["" if np.ma.is_masked(v) else str(v) for v in read_table(path)[name]]


def test_that_a_day_of_reconciling_arrives_in_the_catalogue(
    expert: Expert, catalogue: Path
) -> None:
    before = {path: path.read_bytes() for path in expert.votes}

    # the queue is the conflicts, the votes stand side by side
    assert expert.queue.order() == CONFLICTS
    assert expert.current == CONFLICTS[0]
    assert headlines(expert) == [f"z {TRUTHS[1]:.5f}  ZCONF 3", "z 0.40000  ZCONF 1"]

    # A in one key, then the false source of B in one key
    expert.press("4")
    assert expert.current == CONFLICTS[1]
    expert.press("5")

    # a new verdict, after a look at both; undone and given again
    assert expert.current == CONFLICTS[2]
    expert.press("e", SHIFT)
    assert expert.session.shown.redshift == TRUTHS[3]
    expert.press("e", SHIFT)
    assert expert.session.shown.redshift == 1.1
    expert.press("a3")
    expert.press("z", CONTROL)
    assert expert.current == CONFLICTS[2]
    assert expert.session.verdict() is None
    expert.press("z", CONTROL | SHIFT)

    # quit, come back: it is still reconciled, and can be undone across the restart
    expert.quit()
    expert.start()
    assert expert.session.verdict(CONFLICTS[0]).taken_from == "AW"
    expert.press("z", CONTROL)
    assert expert.session.verdict(CONFLICTS[2]) is None
    expert.press("z", CONTROL | SHIFT)
    expert.press("s", CONTROL)
    expert.wait_for_jobs()

    # the result has the reconciled verdicts with their provenance, and what all agree on
    updated = catalogue.with_name("catalogue_updated.ecsv")
    redshifts = as_floats(read_table(updated), "Z_VI")
    assert redshifts[[0, 1, 4]] == pytest.approx([TRUTHS[0], TRUTHS[1], TRUTHS[4]], abs=1e-9)
    assert redshifts[3] == pytest.approx(TRUTHS[3], abs=1e-3)
    assert np.isnan(redshifts[[2, 5]]).all()
    assert texts(updated, "FALSE_VI")[2] == FalseReason.NOISE.value
    assert texts(updated, "INSPECTOR_VI") == ["AW+TK", "ZB", "ZB", "ZB", "AW", ""]
    assert texts(updated, "VOTE_VI") == ["AW", "AW", "TK", "", "AW", ""]
    assert texts(updated, "VOTES_VI")[1] == f"AW {TRUTHS[1]:.5f} ZCONF 3; TK 0.40000 ZCONF 1"
    assert {path: path.read_bytes() for path in expert.votes} == before


def test_that_the_command_line_exports_the_same(expert: Expert, catalogue: Path) -> None:
    expert.press("45")
    expert.press("s", CONTROL)
    expert.wait_for_jobs()
    expert.quit()
    reconciled = catalogue.with_name("catalogue.ecsv.reconciled.ZB.moose")
    output = catalogue.with_name("by_command.ecsv")

    status = main(["export", str(reconciled), "-o", str(output)])

    assert status == 0
    assert output.read_bytes() == catalogue.with_name("catalogue_updated.ecsv").read_bytes()


def test_that_the_comments_of_all_are_a_thread(expert: Expert) -> None:
    expert.press("c")
    expert.write("I side with AW")
    expert.press_key(Qt.Key.Key_Escape)

    thread = expert.view(CommentThread)

    written = thread.toPlainText()
    assert not thread.isHidden()
    places = [written.index(text) for text in ("[O II] doublet", "Hα?", "I side with AW")]
    assert places == sorted(places)
    assert [written.count(name) for name in ("AW ", "TK ", "ZB ")] == [1, 1, 1]


def test_that_a_click_on_a_vote_looks_and_its_button_takes(expert: Expert) -> None:
    first, second = panel_of(expert).findChildren(VoteCard)

    expert.click(second)
    looked_at = expert.session.shown.redshift
    expert.click(first.findChild(QToolButton))

    assert looked_at == 0.4
    assert expert.session.verdict(CONFLICTS[0]).redshift == TRUTHS[1]
    assert expert.current == CONFLICTS[1]


def test_that_votes_are_marked_on_the_curve_like_solutions(expert: Expert) -> None:
    marks = item_in(plot_in(expert.chi2), VoteMarks).marks

    assert [(mark.text, mark.position) for mark in marks] == [("A", TRUTHS[1]), ("B", 0.4)]


def test_that_blind_mode_hides_the_votes_until_a_verdict(expert: Expert) -> None:
    expert.session.blind_mode.set(Blinding(is_on=True))
    expert.go(CONFLICTS[0])

    hidden = headlines(expert)
    expert.press("4")
    refused = expert.session.verdict(CONFLICTS[0])
    expert.press("2b")

    assert (hidden, refused) == ([], None)
    assert len(headlines(expert)) == 2


def test_that_the_mode_comes_back_with_the_session(expert: Expert) -> None:
    expert.press("4")
    expert.quit()
    reconciled = expert.catalogue.with_name("catalogue.ecsv.reconciled.ZB.moose")
    expert.votes = ()

    expert.start(session=reconciled)

    assert expert.session.votes.inspectors == ("AW", "TK")
    assert expert.queue.order() == CONFLICTS


def test_that_a_held_key_takes_no_vote_twice(expert: Expert) -> None:
    action = expert.action("vote1")

    assert not action.autoRepeat()


def test_that_an_ordinary_list_has_no_votes(expert: Expert) -> None:
    expert.application.open_path(expert.catalogue)
    expert.wait_for_jobs()
    expert.now += 1.0

    expert.press("4")

    assert panel_of(expert).isHidden()
    assert expert.session.store.verdicts() == {}
    assert expert.queue.order() == IDS


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("conflict ~ false", CONFLICTS[1:2]),
        ("conflict ~ zconf", CONFLICTS[:1]),
        ("conflict", CONFLICTS),
    ],
)
def test_that_the_queue_is_filtered_by_the_kind_of_conflict(
    expert: Expert, text: str, keys: tuple[str, ...]
) -> None:
    expert.press("/")
    expert.write(text)
    expert.press_key(Qt.Key.Key_Return)

    assert expert.queue.order() == keys


# From the window of an ordinary session


@pytest.fixture
def inspector(qtbot: QtBot, catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Expert]:
    """Somebody with a session of their own, who names it and that of TK when asked."""
    _, other = write_votes(catalogue)
    someone = Expert(qtbot, catalogue)
    someone.now += 1.0
    names = [str(catalogue.with_name("catalogue.ecsv.ZB.moose")), str(other)]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    yield someone
    if not someone.has_quit:
        someone.quit()


def test_that_an_inspector_reconciles_their_own_session_from_the_window(
    inspector: Expert, catalogue: Path
) -> None:
    inspector.go(CONFLICTS[0])
    inspector.press("3")

    inspector.press("r", CONTROL | SHIFT)
    inspector.wait_for_jobs()

    assert inspector.session.votes.inspectors == ("ZB", "TK")
    assert inspector.current == CONFLICTS[0]
    assert inspector.session.store.path == catalogue.with_name("catalogue.ecsv.reconciled.ZB.moose")


def test_that_reconciling_leaves_the_own_session_as_it_was(
    inspector: Expert, catalogue: Path
) -> None:
    inspector.go(CONFLICTS[0])
    inspector.press("3")
    own = catalogue.with_name("catalogue.ecsv.ZB.moose")

    inspector.press("r", CONTROL | SHIFT)
    inspector.wait_for_jobs()
    inspector.now += 1.0
    inspector.press("5")

    with SessionStore.open(own) as store:  # nobody holds it any more
        assert [event.verdict.zconf for event in store.events()] == [3]


def test_that_a_session_that_cannot_be_read_is_said_and_what_was_open_stays(
    inspector: Expert, catalogue: Path
) -> None:
    catalogue.with_name("catalogue.ecsv.TK.moose").unlink()

    inspector.press("r", CONTROL | SHIFT)

    assert any("check the path" in text for text in inspector.notices)
    assert not inspector.session.votes.is_open
    inspector.press("3")
    assert inspector.session.verdict(IDS[0]).zconf == 3
