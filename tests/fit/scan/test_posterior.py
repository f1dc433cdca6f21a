"""P(z) is a probability: normalised, shared among the solutions, and as wide as the noise is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from synthetic import small_basis, spectrum_at

from moosegui.data.arrays import FloatArray
from moosegui.data.posterior import Posterior
from moosegui.data.results import ScanResult, Solution
from moosegui.fit.scan.posterior import cell_probabilities, divide_into_cells, posterior
from moosegui.fit.scan.solutions import INTERPOLATED_VARIANCE
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import make_engine

N_PIXELS, OVERSAMPLING = 3000, 4.0
N_SAMPLES = int(N_PIXELS * OVERSAMPLING)
REDSHIFTS = np.linspace(0.0, 3.0, 6001)
PLATEAU = 200.0  # statistical chi2 above the best fit


def solution(rank: int, redshift: float, rise: float, scale: float = 1.0) -> Solution:
    chi2 = (scale * INTERPOLATED_VARIANCE * N_PIXELS + rise) * OVERSAMPLING / N_SAMPLES
    return Solution(rank, redshift, 1e-4, chi2, 0.1, 1.0, np.ones(1))


def curve(dips: tuple[tuple[float, float], ...], scale: float = 1.0) -> ScanResult:
    """A plateau with narrow dips at (redshift, statistical chi2 above the best)."""
    rises = np.full(REDSHIFTS.size, PLATEAU)
    for redshift, rise in dips:
        near = np.exp(-0.5 * ((REDSHIFTS - redshift) / 0.001) ** 2)
        rises -= (PLATEAU - rise) * near
    chi2 = (scale * INTERPOLATED_VARIANCE * N_PIXELS + rises) * OVERSAMPLING / N_SAMPLES
    return ScanResult(REDSHIFTS, chi2, N_SAMPLES, OVERSAMPLING)


def posterior_of(
    *dips: tuple[float, float], temperature: float = 1.0, scale: float = 1.0
) -> Posterior:
    solutions = [solution(k, z, rise, scale) for k, (z, rise) in enumerate(dips, start=1)]
    found = posterior(curve(dips, scale), solutions, N_PIXELS, temperature)
    assert found is not None
    return found


def integral(found: Posterior) -> float:
    return float(found.density.sum() * (found.redshifts[1] - found.redshifts[0]))


rises = st.floats(0.0, 60.0)


@given(rises, rises, st.floats(0.5, 20.0))
def test_that_modes_and_the_rest_add_up_to_one(first: float, second: float, t: float) -> None:
    found = posterior_of((0.5, first), (1.5, second), temperature=t)

    assert sum(mode.probability for mode in found.modes) + found.elsewhere == pytest.approx(1.0)
    assert integral(found) == pytest.approx(1.0)


@given(rises)
def test_that_the_odds_of_two_solutions_are_those_of_their_chi2(rise: float) -> None:
    found = posterior_of((0.5, 0.0), (1.5, rise))

    odds = found.modes[0].probability / found.modes[1].probability
    assert odds == pytest.approx(np.exp(rise / 2), rel=1e-3)


def test_that_the_temperature_divides_the_log_odds() -> None:
    found = posterior_of((0.5, 0.0), (1.5, 12.0), temperature=3.0)

    odds = found.modes[0].probability / found.modes[1].probability
    assert np.log(odds) == pytest.approx(12.0 / 2 / 3, rel=1e-3)


def test_that_a_misfit_by_two_halves_the_log_odds() -> None:
    found = posterior_of((0.5, 0.0), (1.5, 12.0), scale=2.0)

    assert found.noise_scale == pytest.approx(2.0)
    odds = found.modes[0].probability / found.modes[1].probability
    assert np.log(odds) == pytest.approx(12.0 / 2 / 2, rel=1e-3)


def test_that_oversampling_adds_no_certainty() -> None:
    solutions = [solution(1, 0.5, 0.0), solution(2, 1.5, 8.0)]
    fine = curve(((0.5, 0.0), (1.5, 8.0)))
    finer = ScanResult(REDSHIFTS, fine.chi2, 10 * N_SAMPLES, 10 * OVERSAMPLING)

    once = posterior(fine, solutions, N_PIXELS, 1.0)
    again = posterior(finer, solutions, N_PIXELS, 1.0)

    assert once is not None and again is not None
    assert once.modes[0].probability == pytest.approx(again.modes[0].probability)


def test_that_mass_lies_where_the_modes_say() -> None:
    found = posterior_of((0.5, 0.0), (1.5, 3.0))

    near = np.abs(found.redshifts - 0.5) < 0.005 * 1.5
    mass = found.density[near].sum() * (REDSHIFTS[1] - REDSHIFTS[0])
    assert mass == pytest.approx(found.modes[0].probability, rel=1e-6)


def test_that_a_flat_curve_leaves_most_mass_elsewhere() -> None:
    chi2 = np.full(REDSHIFTS.size, INTERPOLATED_VARIANCE)
    flat = ScanResult(REDSHIFTS, chi2, N_SAMPLES, OVERSAMPLING)

    found = posterior(flat, [solution(1, 0.5, 0.0)], N_PIXELS, 1.0)

    assert found is not None
    assert found.elsewhere > 0.9


def test_that_trials_that_were_not_tried_get_nothing() -> None:
    scan = curve(((0.5, 0.0),))
    chi2 = np.where(scan.redshifts > 2.0, np.nan, scan.chi2)
    cut = ScanResult(scan.redshifts, chi2, N_SAMPLES, OVERSAMPLING)

    found = posterior(cut, [solution(1, 0.5, 0.0)], N_PIXELS, 1.0)

    assert found is not None
    assert not found.density[scan.redshifts > 2.0].any()
    assert integral(found) == pytest.approx(1.0)


def test_that_without_a_solution_there_is_no_posterior() -> None:
    assert posterior(curve(()), (), N_PIXELS, 1.0) is None


def test_that_a_solution_between_the_trials_counts_with_its_refined_depth() -> None:
    scan = curve(((0.5, 30.0), (1.5, 20.0)))
    cells = divide_into_cells(scan, [solution(1, 0.5, 0.0), solution(2, 1.5, 20.0)], N_PIXELS)

    assert cells.depths[0] == 0.0


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=30), st.floats(0.5, 30))
def test_that_a_deeper_cell_is_never_less_likely(depths: list[float], temperature: float) -> None:
    values: FloatArray = np.array(depths)

    probabilities = cell_probabilities(values, temperature)

    order = np.argsort(values)
    assert probabilities.sum() == pytest.approx(1.0)
    assert (np.diff(probabilities[order]) <= 1e-15).all()


@pytest.mark.parametrize(("snr", "sure"), [(20.0, True), (0.02, False)])
def test_that_a_clear_spectrum_is_sure_and_pure_noise_is_not(snr: float, sure: bool) -> None:
    basis = small_basis(step=5e-5)
    spectrum = spectrum_at(basis, 0.84, np.random.default_rng(8), snr=snr)

    found = analyse("a", spectrum, make_engine(basis)).posterior

    assert found is not None
    assert (found.modes[0].probability > 0.95) == sure


def test_that_the_others_share_what_is_left_however_improbable_they_were() -> None:
    scan = curve(((0.5, 1460.0), (1.5, 20.0)))
    solutions = [solution(1, 0.5, 0.0), solution(2, 1.5, 1440.0)]

    found = posterior(scan, solutions, N_PIXELS, 1.0, trusted=(0.9, 0.5))

    assert found is not None
    first, *others = (mode.probability for mode in found.modes)
    assert first == pytest.approx(0.9)
    assert sum(others) <= 0.05 + 1e-9


@given(st.lists(st.floats(0.0, 3.0), min_size=1, max_size=9, unique=True))
def test_that_every_solution_owns_the_trial_nearest_to_it(places: list[float]) -> None:
    """Where two share a trial, the later one has it; at half a step the lower trial is nearest."""
    solutions = [solution(k, z, 0.0) for k, z in enumerate(places, start=1)]

    owners = divide_into_cells(curve(()), solutions, N_PIXELS).owners

    nearest = np.argmin(np.abs(REDSHIFTS[:, None] - np.array(places)), axis=0)
    last = {int(trial): k for k, trial in enumerate(nearest)}
    assert [int(owners[trial]) for trial in last] == list(last.values())
