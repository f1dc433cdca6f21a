"""The redshift on screen: proposal, trial, assigned, and every way to move it."""

from __future__ import annotations

import pytest
from desk import Desk
from small_survey import FIRST, SECOND, TRUTHS

from moosegui.errors import MooseError
from moosegui.gui.session.shown_redshift import CLEAR, CONTINUUM


def test_that_the_scan_proposes_a_redshift(desk: Desk) -> None:
    shown = desk.session.shown

    assert (shown.state, shown.origin, shown.solution_rank) == ("proposal", "auto", 1)
    assert shown.redshift == pytest.approx(TRUTHS[0], abs=1e-3)


def test_that_the_proposal_appears_when_the_scan_arrives(unscanned: Desk) -> None:
    assert not unscanned.session.shown.is_known

    unscanned.wait()

    assert unscanned.session.shown.is_known


MOVES = {
    "nudge": lambda session: session.redshift.nudge(1),
    "type": lambda session: session.redshift.type("0.7342"),
    "type a line": lambda session: session.redshift.type("5007@8682"),
    "type a velocity": lambda session: session.redshift.type("v+120"),
    "point": lambda session: session.redshift.point_at(0.5),
    "choose": lambda session: session.redshift.choose_solution(2),
    "step": lambda session: session.redshift.step_solution(1),
    "refine": lambda session: session.redshift.accept_refined(0.5, 1e-5),
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_that_moving_z_makes_it_a_trial_and_assigns_nothing(desk: Desk, move) -> None:
    before = desk.session.shown.redshift

    move(desk.session)

    assert desk.session.shown.state == "trial"
    assert desk.session.shown.redshift != before
    assert desk.session.verdict() is None


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_that_what_is_on_screen_is_what_is_saved(desk: Desk, move) -> None:
    move(desk.session)
    shown = desk.session.shown

    desk.session.decisions.judge(2)

    verdict = desk.session.verdict()
    assert (verdict.redshift, verdict.zconf) == (shown.redshift, 2)
    assert (verdict.origin, verdict.solution_rank) == (shown.origin, shown.solution_rank)
    assert desk.session.shown.state == "assigned"


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_that_moving_an_assigned_z_leaves_the_verdict_in_force(desk: Desk, move) -> None:
    desk.session.decisions.judge(3)
    before = desk.session.verdict()

    move(desk.session)

    assert desk.session.shown.state == "trial"
    assert desk.session.verdict() == before


def test_that_the_automatic_redshift_comes_back_as_the_proposal(desk: Desk) -> None:
    before = desk.session.shown
    desk.session.redshift.nudge(3)

    desk.session.redshift.restore_automatic()

    assert desk.session.shown == before


def test_that_the_assigned_redshift_comes_back_as_assigned(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    before = desk.session.shown
    desk.session.redshift.nudge(3)

    desk.session.redshift.restore_assigned()

    assert desk.session.shown == before
    assert before.state == "assigned"


def test_that_choosing_the_assigned_solution_again_is_no_trial(desk: Desk) -> None:
    desk.session.decisions.judge(3)

    desk.session.redshift.restore_automatic()

    assert desk.session.shown.state == "assigned"


def test_that_nothing_assigned_is_said(desk: Desk) -> None:
    desk.session.redshift.restore_assigned()

    assert desk.notices[-1] == "Nothing is assigned yet."


def test_that_a_solution_that_does_not_exist_is_said(desk: Desk) -> None:
    before = desk.session.shown

    desk.session.redshift.choose_solution(99)

    assert desk.notices[-1] == "There is no solution 99."
    assert desk.session.shown == before


def test_that_stepping_stops_at_the_first_and_last_solution(desk: Desk) -> None:
    n_solutions = len(desk.session.on_screen.analysis.solutions)
    ranks = []

    for step in (-1, *(1,) * (n_solutions + 1)):
        desk.session.redshift.step_solution(step)
        ranks.append(desk.session.shown.solution_rank)

    assert ranks[0] == 1
    assert ranks[-1] == n_solutions


def test_that_a_text_that_is_no_redshift_changes_nothing(desk: Desk) -> None:
    before = desk.session.shown

    with pytest.raises(MooseError, match="not a redshift"):
        desk.session.redshift.type("seven")

    assert desk.session.shown == before


def test_that_a_nudge_without_a_redshift_is_said(unscanned: Desk) -> None:
    unscanned.session.redshift.nudge(1)

    assert "no redshift" in unscanned.notices[-1]
    assert not unscanned.session.shown.is_known


def test_that_ten_nudges_up_and_down_return_to_the_same_place(desk: Desk) -> None:
    before = desk.session.shown.redshift

    for pixels in (10, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1):
        desk.session.redshift.nudge(pixels)

    assert desk.session.shown.redshift == pytest.approx(before, abs=1e-12)


def test_that_returning_to_the_assigned_redshift_by_hand_is_no_trial(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    before = desk.session.shown

    desk.session.redshift.nudge(1)
    desk.session.redshift.nudge(-1)

    assert desk.session.shown == before


def test_that_refining_reaches_the_minimum_from_beside_it(desk: Desk) -> None:
    best = desk.session.shown.redshift
    desk.session.redshift.nudge(0.5)

    desk.session.refine()
    desk.wait()

    assert desk.session.shown.redshift == pytest.approx(best, abs=1e-4)
    assert desk.session.shown.origin == "refined"
    assert desk.session.shown.redshift_error > 0


@pytest.mark.parametrize(
    "meanwhile",
    [
        lambda session: session.redshift.type("0.7"),
        lambda session: session.decisions.judge(1),
        lambda session: session.select(SECOND),
        lambda session: (session.select(SECOND), session.select(FIRST)),
    ],
    ids=["another z", "a decision", "another source", "there and back"],
)
def test_that_a_late_refinement_moves_nothing(desk: Desk, meanwhile) -> None:
    desk.session.redshift.nudge(0.5)
    desk.session.refine()

    meanwhile(desk.session)
    before = desk.session.shown
    key = desk.current
    desk.wait()

    assert desk.session.shown.origin != "refined"
    assert desk.current == key
    if before.is_known:
        assert desk.session.shown.redshift == before.redshift


def test_that_a_typed_line_is_named_with_the_verdict(desk: Desk) -> None:
    desk.session.redshift.type("5007@8682")
    desk.session.decisions.judge(2)

    assert desk.session.verdict().feature == "OIII5007"


def test_that_a_solution_is_named_by_its_clearest_line(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    lines = desk.session.on_screen.analysis.solutions[0].lines

    clearest = max(lines, key=lambda line: abs(line.snr), default=None)
    is_clear = clearest is not None and abs(clearest.snr) >= CLEAR

    assert desk.session.verdict().feature == (clearest.name if is_clear else CONTINUUM)


def test_that_a_z_that_was_moved_by_hand_names_nothing(desk: Desk) -> None:
    desk.session.redshift.nudge(7)
    desk.session.decisions.judge(1)

    assert desk.session.verdict().feature == ""


def test_that_a_refined_redshift_is_no_surer_than_the_solution_at_which_it_is(desk: Desk) -> None:
    solution = desk.session.on_screen.analysis.solutions[0]
    desk.session.redshift.accept_refined(solution.redshift, 1e-9)
    assert desk.session.shown.redshift_error == solution.redshift_error

    desk.session.redshift.accept_refined(solution.redshift, 0.5)
    assert desk.session.shown.redshift_error == 0.5

    desk.session.redshift.accept_refined(solution.redshift + 0.1, 1e-9)
    assert desk.session.shown.redshift_error == 1e-9


def test_that_the_ends_of_the_solutions_are_said(desk: Desk) -> None:
    desk.session.redshift.step_solution(-1)
    assert desk.notices[-1] == "This is the first solution."
    for _ in desk.session.on_screen.analysis.solutions:
        desk.session.redshift.step_solution(1)
    assert desk.notices[-1] == "This is the last solution."


def test_that_a_refinement_that_a_line_carries_names_it(desk: Desk) -> None:
    desk.session.redshift.accept_refined(0.5, 1e-5, "LYA")
    desk.session.decisions.judge(1)

    assert desk.session.verdict().feature == "LYA"
    assert "Lyα" in desk.notices[-1]
