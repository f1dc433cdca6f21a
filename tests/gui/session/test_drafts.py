"""Drafts: what was tried and not decided is kept, and nothing else."""

from __future__ import annotations

from desk import Desk
from small_survey import FIRST, IDS, SECOND


def test_that_a_trial_left_behind_is_a_draft_and_said(desk: Desk) -> None:
    desk.session.redshift.type("0.7")

    desk.session.step(1)

    assert desk.session.draft(FIRST) == 0.7
    assert desk.notices[-1] == f"z = 0.70000 stays as a draft of {FIRST}."


def test_that_a_draft_is_on_screen_again_as_a_trial(desk: Desk) -> None:
    desk.session.redshift.type("0.7")
    desk.go(SECOND)

    desk.go(FIRST)

    assert (desk.session.shown.redshift, desk.session.shown.state) == (0.7, "trial")


def test_that_a_draft_survives_a_restart(desk: Desk) -> None:
    desk.session.redshift.type("0.7")

    desk.restart()

    assert desk.current == FIRST
    assert (desk.session.shown.redshift, desk.session.shown.state) == (0.7, "trial")


def test_that_a_draft_of_a_solution_is_that_solution_again(desk: Desk) -> None:
    desk.session.redshift.choose_solution(2)
    before = desk.session.shown

    desk.restart()

    assert desk.session.shown == before


def test_that_deciding_clears_the_draft(desk: Desk) -> None:
    desk.session.redshift.type("0.7")
    desk.go(SECOND)
    desk.go(FIRST)

    desk.session.decisions.judge(2)

    assert desk.session.draft(FIRST) is None
    desk.restart()
    assert desk.session.draft(FIRST) is None


def test_that_going_back_to_the_proposal_clears_the_draft(desk: Desk) -> None:
    desk.session.redshift.type("0.7")
    desk.go(SECOND)
    desk.go(FIRST)

    desk.session.redshift.restore_automatic()
    desk.go(SECOND)

    assert desk.session.draft(FIRST) is None
    assert desk.session.store.drafts() == {}


def test_that_looking_at_sources_leaves_no_drafts(desk: Desk) -> None:
    for _ in IDS:
        desk.session.step(1)
        desk.wait()

    assert desk.session.store.drafts() == {}
    assert desk.session.store.events() == ()


def test_that_looking_at_decided_sources_leaves_no_drafts(desk: Desk) -> None:
    for zconf in (3, 0):
        desk.session.decisions.judge(zconf)
        desk.go(SECOND)
    desk.go(FIRST)
    desk.go(SECOND)

    assert desk.session.store.drafts() == {}
