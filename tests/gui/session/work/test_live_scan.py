"""The live scan: masks, limits and weighting of the source on screen, and what they change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from desk import Desk
from small_survey import FIRST, SECOND, TRUTHS
from synthetic import small_basis

from moosegui.data.conditions import AUTOMATIC, ScanConditions
from moosegui.data.prior import RedshiftPrior
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import make_engine

MASK = ((5200.0, 5300.0),)
MASKED = ScanConditions(MASK)


def test_that_a_mask_takes_its_pixels_out_of_the_fit_alone(desk: Desk) -> None:
    before = desk.session.on_screen.spectrum

    desk.session.live.ask(MASKED)
    desk.wait()

    fitted = desk.session.on_screen.analysis.spectrum
    inside = (before.wave >= 5200.0) & (before.wave <= 5300.0)
    assert not fitted.ivar[inside].any()
    assert np.array_equal(fitted.ivar[~inside], before.ivar[~inside])
    assert desk.session.on_screen.spectrum is before
    assert before.ivar[inside].all()


def test_that_the_live_scan_is_the_scan_of_the_masked_spectrum(desk: Desk) -> None:
    spectrum = desk.session.on_screen.spectrum.masked(MASK)

    desk.session.live.ask(MASKED)
    desk.wait()

    expected = analyse(FIRST, spectrum, desk.session.engine)
    assert np.array_equal(desk.session.on_screen.analysis.scan.chi2, expected.scan.chi2)


def test_that_the_automatic_analysis_stays_until_the_first_answer(desk: Desk) -> None:
    automatic = desk.session.on_screen.analysis

    desk.session.live.ask(MASKED)

    assert desk.session.on_screen.analysis is automatic
    desk.wait()
    assert desk.session.on_screen.analysis is not automatic


def test_that_only_the_newest_wish_waits_for_the_scan_under_way(desk: Desk) -> None:
    for stop in (5210.0, 5220.0, 5230.0, 5240.0):
        desk.session.live.ask(ScanConditions(((5200.0, stop),)))

    ran = desk.runner.run_all()

    assert ran == ["live scan", "live scan"]
    good = desk.session.on_screen.analysis.spectrum.ivar > 0
    wave = desk.session.on_screen.analysis.spectrum.wave
    assert wave[~good].max() == pytest.approx(5240.0, abs=2.0)


def test_that_a_proposal_follows_the_solutions(desk: Desk) -> None:
    assert desk.session.shown.redshift == pytest.approx(TRUTHS[0], abs=1e-3)

    desk.session.live.ask(ScanConditions(redshift_limits=(1.0, 2.0)))
    desk.wait()

    assert 1.0 <= desk.session.shown.redshift <= 2.0
    assert desk.session.shown.state == "proposal"


def test_that_a_trial_stays_whatever_the_solutions_do(desk: Desk) -> None:
    desk.session.redshift.type("0.7")

    desk.session.live.ask(ScanConditions(redshift_limits=(1.0, 2.0)))
    desk.wait()

    assert (desk.session.shown.redshift, desk.session.shown.state) == (0.7, "trial")


def test_that_limits_keep_the_solutions_between_them(desk: Desk) -> None:
    desk.session.live.ask(ScanConditions(redshift_limits=(0.5, 1.5)))
    desk.wait()

    found = [solution.redshift for solution in desk.session.on_screen.analysis.solutions]
    assert found
    assert min(found) >= 0.499
    assert max(found) <= 1.501


def test_that_the_weighting_is_that_of_the_fit(desk: Desk) -> None:
    desk.session.live.ask(ScanConditions(weighting="unweighted"))
    desk.wait()

    assert desk.session.on_screen.analysis.scan.weighting == "unweighted"
    assert desk.session.live.engine.settings.weighting == "unweighted"


def test_that_the_full_scan_is_back_at_once(desk: Desk) -> None:
    automatic = desk.session.on_screen.analysis
    desk.session.live.ask(MASKED)
    desk.wait()

    desk.session.live.ask(AUTOMATIC)

    assert desk.session.on_screen.analysis is automatic


def test_that_an_answer_after_the_reset_is_dropped(desk: Desk) -> None:
    automatic = desk.session.on_screen.analysis
    desk.session.live.ask(MASKED)

    desk.session.live.ask(AUTOMATIC)
    desk.wait()

    assert desk.session.on_screen.analysis is automatic


def test_that_what_is_in_the_hand_is_not_recorded(desk: Desk) -> None:
    desk.session.live.ask(MASKED)
    desk.wait()

    desk.go(SECOND)
    desk.go(FIRST)

    assert desk.session.store.events() == ()
    assert desk.session.live.conditions.is_default


def test_that_masks_come_back_with_their_source(desk: Desk) -> None:
    desk.session.decisions.set_conditions(MASKED)
    desk.wait()
    masked = desk.session.on_screen.analysis

    desk.go(SECOND)
    elsewhere = desk.session.live.conditions
    desk.go(FIRST)

    assert elsewhere.is_default
    assert desk.session.live.conditions == MASKED
    assert np.array_equal(desk.session.on_screen.analysis.scan.chi2, masked.scan.chi2)


def test_that_masks_come_back_after_a_restart(desk: Desk) -> None:
    desk.session.decisions.set_conditions(MASKED)
    desk.wait()
    masked = desk.session.on_screen.analysis

    desk.restart()

    assert desk.session.live.conditions == MASKED
    assert np.array_equal(desk.session.on_screen.analysis.scan.chi2, masked.scan.chi2)


def test_that_a_source_with_masks_shows_no_solution_of_another_scan(desk: Desk) -> None:
    desk.session.decisions.set_conditions(MASKED)
    desk.wait()
    desk.session.close()
    desk.open()

    while desk.session.on_screen.spectrum is None:
        desk.runner.run_one()

    assert desk.session.on_screen.analysis is None
    assert not desk.session.shown.is_known


def test_that_a_verdict_says_under_which_conditions_it_was_given(desk: Desk) -> None:
    desk.session.live.ask(MASKED)
    desk.wait()

    desk.session.decisions.judge(2)

    verdict = desk.session.verdict()
    assert verdict.conditions == MASKED
    assert verdict.origin == "solution"
    assert verdict.redshift == desk.session.on_screen.analysis.solutions[0].redshift
    assert verdict.proposal == desk.session.summary(FIRST).redshift


def test_that_the_summary_stays_that_of_the_automatic_scan(desk: Desk) -> None:
    before = desk.session.summary(FIRST)

    desk.session.decisions.set_conditions(ScanConditions(redshift_limits=(1.0, 2.0)))
    desk.wait()

    assert desk.session.summary(FIRST) is before


def test_that_masks_alone_are_no_decision(desk: Desk) -> None:
    n_before = desk.n_unreviewed()

    desk.session.decisions.set_conditions(MASKED)
    desk.wait()

    assert desk.n_unreviewed() == n_before
    assert desk.session.shown.state == "proposal"


def test_that_masks_and_decisions_are_undone_in_their_order(desk: Desk) -> None:
    desk.session.decisions.set_conditions(MASKED)
    desk.wait()
    desk.session.decisions.judge(2)
    desk.session.decisions.set_conditions(AUTOMATIC)

    desk.session.decisions.undo()
    assert desk.session.live.conditions == MASKED
    assert desk.session.verdict().zconf == 2
    desk.session.decisions.undo()
    assert desk.session.live.conditions == MASKED
    assert desk.session.verdict().zconf is None
    desk.session.decisions.undo()
    assert desk.session.live.conditions.is_default
    assert desk.session.verdict() is None


def test_that_undoing_a_mask_leaves_the_trial(desk: Desk) -> None:
    desk.session.decisions.set_conditions(MASKED)
    desk.session.redshift.type("0.7")

    desk.session.decisions.undo()
    desk.wait()

    assert (desk.session.shown.redshift, desk.session.shown.state) == (0.7, "trial")
    assert desk.notices[-1] == f"Undone: masks, limits and prior of {FIRST}."


def test_that_a_mask_undone_after_a_restart_can_be_redone(desk: Desk) -> None:
    desk.session.decisions.set_conditions(MASKED)
    desk.restart()
    desk.go(SECOND)

    desk.session.decisions.undo()
    desk.wait()
    undone = desk.session.live.conditions
    desk.session.decisions.redo()
    desk.wait()

    assert desk.current == FIRST
    assert undone.is_default
    assert desk.session.live.conditions == MASKED


def test_that_the_same_masks_again_are_no_event(desk: Desk) -> None:
    desk.session.decisions.set_conditions(MASKED)
    desk.session.decisions.set_conditions(MASKED)

    assert len(desk.session.store.events()) == 1


def test_that_a_spectrum_masked_from_end_to_end_has_no_solution(desk: Desk) -> None:
    desk.session.live.ask(ScanConditions(((1000.0, 20000.0),)))
    desk.wait()

    assert desk.session.on_screen.analysis.solutions == ()
    assert not desk.session.shown.is_known


def test_that_an_ensemble_is_asked_when_the_mouse_lets_go(desk: Desk) -> None:
    alone = desk.session.engine
    other = small_basis(5, step=5e-5)
    ensemble = make_engine(alone.basis, alone.settings, companions=[other])
    desk.session.engine = ensemble
    masked = desk.session.on_screen.spectrum.masked(MASK)

    desk.session.live.ask(MASKED, is_quick=True)
    desk.wait()
    quick = desk.session.on_screen.analysis.scan.chi2
    desk.session.live.ask(MASKED)
    desk.wait()

    assert np.array_equal(quick, analyse("", masked, ensemble.at_half()).scan.chi2)
    assert quick.size == desk.session.on_screen.analysis.scan.chi2.size
    assert np.array_equal(
        desk.session.on_screen.analysis.scan.chi2, analyse("", masked, ensemble).scan.chi2
    )


@pytest.fixture
def even(desk: Desk) -> Desk:
    """A source whose first two solutions are about equally probable."""
    automatic = desk.session.on_screen.analysis
    first, second, *others = automatic.posterior.modes
    modes = (replace(first, probability=0.5), replace(second, probability=0.4), *others)
    found = replace(automatic.posterior, modes=modes, elsewhere=0.1, none=0.1)
    desk.session._background._scanner._kept[FIRST] = replace(automatic, posterior=found)
    return desk


def expect(desk: Desk, redshift: float) -> None:
    """Give the source on screen a narrow prior."""
    conditions = AUTOMATIC.with_prior(RedshiftPrior(redshift, 1e-3))
    desk.session.decisions.set_conditions(conditions)
    desk.wait()


def test_that_a_prior_weighs_what_the_scan_found_without_another_scan(even: Desk) -> None:
    automatic = even.session.on_screen.analysis

    expect(even, automatic.solutions[1].redshift)

    known = even.session.on_screen.analysis
    assert known.scan is automatic.scan
    assert known.alone is automatic.posterior
    assert known.posterior.modes[1].probability > 0.9
    assert known.posterior.modes[0].probability < 0.1


def test_that_the_most_probable_solution_under_a_prior_is_proposed(even: Desk) -> None:
    second = even.session.on_screen.analysis.solutions[1].redshift

    expect(even, second)

    assert (even.session.shown.redshift, even.session.shown.state) == (second, "proposal")
    even.session.redshift.choose_solution(1)
    assert even.session.shown.state == "trial"
    even.session.redshift.restore_automatic()
    assert even.session.shown.redshift == second


def test_that_a_prior_never_raises_what_is_suggested(even: Desk) -> None:
    before = even.session.on_screen.suggestion

    expect(even, even.session.on_screen.analysis.solutions[0].redshift)

    after = even.session.on_screen.suggestion
    assert after.zconf == before.zconf
    assert "without the prior 50 %" in after.reasons


def test_that_a_prior_of_elsewhere_lowers_what_is_suggested(even: Desk) -> None:
    before = even.session.on_screen.suggestion.zconf

    expect(even, even.session.on_screen.analysis.solutions[1].redshift)
    even.session.redshift.choose_solution(1)

    assert even.session.on_screen.suggestion.zconf < before
    even.session.decisions.set_conditions(AUTOMATIC)
    assert even.session.on_screen.suggestion.zconf == before


def test_that_a_spectrum_that_leaves_no_doubt_overrules_a_prior(desk: Desk) -> None:
    before = desk.session.on_screen.suggestion.zconf

    expect(desk, desk.session.on_screen.analysis.solutions[0].redshift + 2.0)

    assert desk.session.on_screen.suggestion.zconf == before == 3
    assert desk.session.shown.redshift == pytest.approx(TRUTHS[0], abs=1e-3)


def test_that_a_prior_is_kept_beside_masks(even: Desk) -> None:
    second = even.session.on_screen.analysis.solutions[1].redshift

    expect(even, second)
    even.session.decisions.set_conditions(even.session.live.conditions.with_masks(MASK))
    even.wait()

    known = even.session.on_screen.analysis
    assert known.alone is not None
    assert not known.spectrum.ivar[
        (known.spectrum.wave >= 5200) & (known.spectrum.wave <= 5300)
    ].any()
