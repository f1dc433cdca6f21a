"""Votes in a session without a window: adopting one, its rule, its provenance, and blind mode."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk
from small_survey import FIRST, SECOND, THIRD, TRUTHS
from voters import CONFLICTS, SECOND_VOTES, write_votes

from moosegui.data.catalogue import SourceFlag
from moosegui.data.team.reconciliation import ConflictRule
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.blinding import Blinding
from moosegui.gui.session.decisions import SETTLING_TIME
from moosegui.gui.votes.projection import line_marks, votes_view
from moosegui.pipeline.reconciliation import open_journals


@pytest.fixture
def reconciling(desk: Desk) -> Desk:
    """At the first conflict."""
    paths: tuple[Path, Path] = write_votes(desk.catalogue)
    desk.journals = open_journals(paths)
    desk.restart()
    desk.go(SECOND)
    return desk


def test_that_the_first_conflict_is_shown_first(reconciling: Desk) -> None:
    reconciling.session.close()
    with SessionStore.open(reconciling.catalogue.with_suffix(".moose")) as store:
        store.set("current", "")

    reconciling.open()

    assert reconciling.current == CONFLICTS[0]


def test_that_an_adopted_false_source_is_false(reconciling: Desk) -> None:
    reconciling.go(THIRD)

    reconciling.session.decisions.adopt(reconciling.session.on_screen.votes[1])

    verdict = reconciling.session.verdict()
    assert verdict.false_reason == SECOND_VOTES[THIRD].false_reason
    assert verdict.zconf is None


def test_that_an_adopted_vote_is_on_screen(reconciling: Desk) -> None:
    reconciling.session.decisions.adopt(reconciling.session.on_screen.votes[1])

    shown = reconciling.session.shown
    assert (shown.redshift, shown.state) == (0.4, "assigned")


def test_that_a_vote_is_not_adopted_right_after_a_change_of_source(reconciling: Desk) -> None:
    vote = reconciling.session.on_screen.votes[0]
    reconciling.session.select(FIRST)
    reconciling.session.select(SECOND)
    reconciling.now += 0.99 * SETTLING_TIME

    assert not reconciling.session.decisions.adopt(vote)
    assert reconciling.session.verdict() is None


def test_that_a_new_verdict_after_an_adopted_one_is_ones_own(reconciling: Desk) -> None:
    reconciling.session.decisions.adopt(reconciling.session.on_screen.votes[1])

    reconciling.session.decisions.judge(2)

    verdict = reconciling.session.verdict()
    assert verdict.taken_from == ""
    assert [vote.inspector for vote in verdict.votes] == ["AW", "TK"]


def test_that_a_flag_keeps_whose_vote_was_taken(reconciling: Desk) -> None:
    reconciling.session.decisions.adopt(reconciling.session.on_screen.votes[1])

    reconciling.session.decisions.toggle_flag(SourceFlag.REVISIT)

    assert reconciling.session.verdict().taken_from == "TK"


def test_that_undo_brings_the_open_conflict_back(reconciling: Desk) -> None:
    reconciling.session.decisions.adopt(reconciling.session.on_screen.votes[1])

    reconciling.session.decisions.undo()

    assert reconciling.session.verdict() is None
    assert votes_view(reconciling.session, reconciling.session.votes).n_left == len(CONFLICTS)


def test_that_another_rule_finds_other_conflicts(reconciling: Desk) -> None:
    reconciling.session.votes.set_rule(ConflictRule(velocity=1.0, zconf_step=3))

    assert FIRST in reconciling.session.votes.conflicts


def test_that_blind_mode_hides_votes_and_comments_until_a_verdict(reconciling: Desk) -> None:
    session = reconciling.session
    session.blind_mode.set(Blinding(is_on=True))

    hidden = session.on_screen.votes, session.on_screen.remarks
    session.decisions.judge(1)

    assert hidden == ((), ())
    assert len(session.on_screen.votes) == 2
    assert len(session.on_screen.remarks) == 2


def test_that_lines_are_marked_for_the_redshifts_that_are_not_on_screen(
    reconciling: Desk,
) -> None:
    assert reconciling.session.shown.redshift == pytest.approx(TRUTHS[1], abs=1e-3)

    letters = {mark.text[0] for mark in line_marks(reconciling.session)}

    assert letters == {"B"}


def test_that_nobody_votes_in_an_ordinary_session(desk: Desk) -> None:
    assert votes_view(desk.session, desk.session.votes) is None
    assert desk.session.on_screen.votes == ()
