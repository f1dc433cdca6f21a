"""Decisions: what is saved, what is refused, and what Enter does."""

from __future__ import annotations

import math

import pytest
from desk import Desk
from small_survey import FIRST, SECOND, TRUTHS

from moosegui.data.catalogue import FalseReason, SourceFlag
from moosegui.errors import SessionError
from moosegui.gui.session.decisions import SETTLING_TIME


@pytest.mark.parametrize("zconf", [1, 2, 3])
def test_that_a_zconf_without_a_redshift_is_refused_and_said(unscanned: Desk, zconf: int) -> None:
    assert not unscanned.session.decisions.judge(zconf)

    assert unscanned.session.verdict() is None
    assert "no redshift on screen" in unscanned.ignored[-1]


def test_that_zconf_0_saves_no_redshift(desk: Desk) -> None:
    assert desk.session.shown.is_known

    desk.session.decisions.judge(0)

    verdict = desk.session.verdict()
    assert verdict.zconf == 0
    assert math.isnan(verdict.redshift)
    assert math.isnan(verdict.redshift_error)
    assert verdict.proposal == pytest.approx(TRUTHS[0], abs=1e-3)


def test_that_zconf_0_needs_no_redshift(unscanned: Desk) -> None:
    assert unscanned.session.decisions.judge(0)

    assert unscanned.session.verdict().zconf == 0


@pytest.mark.parametrize(
    "decide",
    [
        lambda session: session.decisions.judge(3),
        lambda session: session.decisions.confirm(),
        lambda session: session.decisions.reject(FalseReason.NOISE),
        lambda session: session.decisions.toggle_flag(SourceFlag.BLEND),
    ],
    ids=["judge", "confirm", "reject", "flag"],
)
def test_that_a_decision_right_after_a_change_of_source_is_ignored_and_said(
    desk: Desk, decide
) -> None:
    desk.go(SECOND)
    desk.session.select(FIRST)

    desk.now += 0.99 * SETTLING_TIME
    decide(desk.session)

    assert desk.session.verdict() is None
    assert "only just changed" in desk.ignored[-1]


def test_that_a_decision_after_the_settling_time_counts(desk: Desk) -> None:
    desk.go(SECOND)
    desk.session.select(FIRST)

    desk.now += 1.01 * SETTLING_TIME

    assert desk.session.decisions.judge(3)


def test_that_confirming_assigns_what_is_suggested_to_what_is_on_screen(desk: Desk) -> None:
    desk.session.redshift.choose_solution(2)
    shown, suggestion = desk.session.shown, desk.session.on_screen.suggestion

    desk.session.decisions.confirm()

    verdict = desk.session.verdict()
    assert verdict.zconf == suggestion.zconf
    if suggestion.zconf:
        assert verdict.redshift == shown.redshift


def test_that_confirming_the_proposal_saves_the_proposal(desk: Desk) -> None:
    shown = desk.session.shown

    desk.session.decisions.confirm()

    assert desk.session.on_screen.suggestion.zconf == desk.session.verdict().zconf == 3
    assert desk.session.verdict().redshift == shown.redshift


def test_that_confirming_what_is_assigned_records_nothing(desk: Desk) -> None:
    desk.session.decisions.judge(1)
    n_events = len(desk.session.store.events())

    assert desk.session.decisions.confirm()

    assert len(desk.session.store.events()) == n_events
    assert desk.session.verdict().zconf == 1


def test_that_nothing_is_confirmed_before_the_scan(unscanned: Desk) -> None:
    assert not unscanned.session.decisions.confirm()

    assert unscanned.session.verdict() is None
    assert unscanned.ignored


def test_that_a_typed_redshift_is_not_confirmed_before_the_scan(unscanned: Desk) -> None:
    unscanned.session.redshift.type("0.5")

    assert not unscanned.session.decisions.confirm()

    assert unscanned.session.verdict() is None


def test_that_a_scan_that_arrives_leaves_a_typed_redshift_alone(unscanned: Desk) -> None:
    unscanned.session.redshift.type("0.5")

    unscanned.wait()

    assert (unscanned.session.shown.redshift, unscanned.session.shown.state) == (0.5, "trial")


def test_that_a_false_source_has_its_reason_and_no_redshift(desk: Desk) -> None:
    desk.session.decisions.reject(FalseReason.WING)

    verdict = desk.session.verdict()
    assert verdict.false_reason is FalseReason.WING
    assert verdict.zconf is None
    assert math.isnan(verdict.redshift)


def test_that_judging_a_false_source_makes_it_a_source_again(desk: Desk) -> None:
    desk.session.decisions.reject(FalseReason.WING)
    desk.session.redshift.restore_automatic()

    desk.session.decisions.judge(2)

    assert desk.session.verdict().false_reason is None


def test_that_a_false_source_can_be_taken_back(desk: Desk) -> None:
    desk.session.decisions.reject(FalseReason.WING)

    desk.session.decisions.reject(None)

    assert not desk.session.verdict().is_inspected
    assert desk.session.shown.state == "proposal"


def test_that_taking_back_what_is_not_false_keeps_the_verdict(desk: Desk) -> None:
    desk.session.decisions.judge(3)
    before = desk.session.verdict()

    assert not desk.session.decisions.reject(None)

    assert desk.session.verdict() == before
    assert "not called false" in desk.ignored[-1]


def test_that_a_decision_that_cannot_be_saved_changes_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise SessionError("The disk is full.")

    desk.session.redshift.choose_solution(2)
    before = desk.session.shown
    with monkeypatch.context() as patch:
        patch.setattr(desk.session.store, "record", fail)
        with pytest.raises(SessionError):
            desk.session.decisions.judge(3)

    assert desk.session.verdict() is None
    assert desk.session.shown == before
