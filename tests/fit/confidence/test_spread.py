"""How far a redshift may be off for the minima beside its own."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import ScanResult
from moosegui.fit.confidence.spread import TEMPERATURE, spread_of

Z, ERROR = 0.2, 15.0  # km/s
BEST = (Z, 0.0)  # the minimum and its chi2
TRIALS = np.arange(0.15, 0.25, 2.5e-4)
VELOCITIES = SPEED_OF_LIGHT * (TRIALS - Z) / (1 + Z)


def scan(chi2: FloatArray) -> ScanResult:
    """A curve in units of the statistical chi2."""
    return ScanResult(TRIALS, chi2, n_samples=3000, oversampling=3000.0)


def dips(*places: tuple[float, float], width: float = ERROR) -> FloatArray:
    """Minima at some velocities, each so much above the deepest, in a curve that is high."""
    curve = np.full(TRIALS.size, 200.0)
    for velocity, above in places:
        curve = np.minimum(curve, above + ((VELOCITIES - velocity) / width) ** 2)
    return curve


def test_that_a_minimum_alone_has_its_own_error() -> None:
    assert spread_of(scan(dips((0.0, 0.0))), BEST, ERROR, 1.0) == pytest.approx(ERROR, rel=0.15)


def test_that_a_second_minimum_as_deep_is_half_of_the_doubt() -> None:
    step = float(np.median(np.diff(VELOCITIES)))
    place = 8 * step

    curve = scan(dips((0.0, 0.0), (place, 0.0), width=5.0))

    # so that one trial has the weight of the whole minimum
    found = spread_of(curve, BEST, step / np.sqrt(2 * np.pi), 1.0)

    assert found == pytest.approx(place / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("above", [5.0, 10.0, 20.0, 40.0])
def test_that_a_deeper_minimum_leaves_less_doubt(above: float) -> None:
    nearer = spread_of(scan(dips((0.0, 0.0), (500.0, above))), BEST, ERROR, 1.0)
    further = spread_of(scan(dips((0.0, 0.0), (500.0, above + 4 * TEMPERATURE))), BEST, ERROR, 1.0)

    assert ERROR <= further < nearer


def test_that_noise_that_is_larger_leaves_more_doubt() -> None:
    curve = scan(dips((0.0, 0.0), (500.0, 20.0)))

    assert spread_of(curve, BEST, ERROR, 4.0) > spread_of(curve, BEST, ERROR, 1.0)


def test_that_minima_far_away_are_other_solutions() -> None:
    assert spread_of(scan(dips((0.0, 0.0), (3000.0, 0.0))), BEST, ERROR, 1.0) == pytest.approx(
        ERROR, rel=0.15
    )


def test_that_without_an_error_nothing_is_said() -> None:
    assert np.isnan(spread_of(scan(dips((0.0, 0.0))), BEST, float("nan"), 1.0))


@pytest.mark.parametrize("offset", [0.0, 20.0, 31.0])
@pytest.mark.parametrize("finer", [1, 4])
def test_that_neither_the_trials_nor_where_they_fall_widen_a_minimum(
    offset: float, finer: int
) -> None:
    trials = np.arange(0.15, 0.25, 2.5e-4 / finer)
    redshift = Z + offset * (1 + Z) / SPEED_OF_LIGHT
    velocities = SPEED_OF_LIGHT * (trials - redshift) / (1 + redshift)
    curve = np.minimum(200.0, (velocities / ERROR) ** 2)
    result = ScanResult(trials, curve, n_samples=3000, oversampling=3000.0)

    found = spread_of(result, (redshift, 0.0), ERROR, 1.0)

    assert found == pytest.approx(ERROR, rel=0.15)
