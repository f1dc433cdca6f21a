"""What carries a redshift, where Lyman alpha puts it, and which error it deserves."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift, velocity_difference
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import LineDetection, Solution
from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.carrier import (
    GROUPS,
    error_group,
    is_displaced,
    lya_redshift,
    with_honest_error,
)
from moosegui.fit.lines.match import find_features
from moosegui.fit.lines.matched_filter import line_width, measure_strong_lines

Z = 4.0
UNIT = (1.0 + Z) / SPEED_OF_LIGHT


def line(name: str, snr: float) -> LineDetection:
    return LineDetection(name, name, 6000.0, snr)


def solution(
    redshift: float = Z, error: float = 10.0 * UNIT, lines: tuple[LineDetection, ...] = ()
) -> Solution:
    return Solution(
        *(1, redshift, error, 1.0, 0.5, 3.0, np.ones(2)),
        lines=lines,
        error_sides=(0.5 * error, 2.0 * error),
    )


@pytest.mark.parametrize(
    ("lines", "redshift", "group"),
    [
        ((line("OII3726", 9.0), line("CAK", -6.0)), 0.7, "emission"),
        ((line("OII3726", 4.0), line("CAK", -9.0)), 0.7, "absorption_lines"),
        ((line("OII3726", 2.0), line("CAK", -9.0)), 0.7, "absorption"),
        ((line("NEIII3870", 9.0), line("OII3726", 8.0)), 0.7, "active"),
        ((line("CIII1907", 9.0),), 2.0, "resonant"),
        ((line("SIII1260", -9.0),), 3.0, "interstellar"),
        ((line("LYA", 9.0),), 4.0, "lyalpha"),
        ((line("LYA", 9.0), line("SIII1260", -6.0)), 4.0, "lya_absorption"),
        ((), 0.7, "all"),
        ((), 4.0, "far"),
    ],
)
def test_that_each_carrier_has_its_own_error(
    lines: tuple[LineDetection, ...], redshift: float, group: str
) -> None:
    found = error_group(lines, redshift)

    assert found == group
    assert found in GROUPS


def test_that_the_larger_statistical_error_counts() -> None:
    terms = {"lyalpha": (2.0, 15.0)}
    known = solution(lines=(line("LYA", 9.0),))

    small = with_honest_error(known, terms, 70.0, of_residuals=5.0)
    large = with_honest_error(known, terms, 70.0, of_residuals=40.0)

    assert small.redshift_error == pytest.approx(np.hypot(20.0, 15.0) * UNIT)
    assert large.redshift_error == pytest.approx(np.hypot(80.0, 15.0) * UNIT)
    assert large.error_sides[0] == pytest.approx(np.hypot(40.0, 15.0) * UNIT)
    assert large.error_sides[1] == pytest.approx(np.hypot(160.0, 15.0) * UNIT)


def test_that_residuals_that_tell_nothing_leave_the_error_of_the_curve() -> None:
    known = solution(lines=(line("LYA", 9.0),))

    found = with_honest_error(known, {"lyalpha": (1.0, 0.0)}, 70.0, of_residuals=float("nan"))

    assert found.redshift_error == pytest.approx(known.redshift_error)


def lone_lya(off: float, snr: float) -> tuple[float, float]:
    """Where Lyman alpha puts a curve's redshift that is off by so many km/s, and that redshift."""
    wave = np.arange(4750.0, 9350.0, 1.25)
    centre = LINES_BY_NAME["LYA"].wave * (1.0 + Z)
    profile = np.exp(-0.5 * ((wave - centre) / line_width(centre)) ** 2)
    flux = profile * snr / np.sqrt(np.sum(profile**2))
    noise = 0.3 * np.random.default_rng(1).standard_normal(wave.size)
    spectrum = Spectrum(wave, flux + noise, np.ones(wave.size))
    started = shifted_redshift(Z, off)
    measured = solution(started, lines=tuple(measure_strong_lines(spectrum, started)))
    return lya_redshift(measured, find_features(spectrum)), started


def test_that_the_curve_and_a_clear_peak_meet_in_the_middle() -> None:
    at_peak, _ = lone_lya(400.0, 40.0)

    found, started = lone_lya(60.0, 40.0)

    assert is_displaced(started, at_peak) is False
    assert velocity_difference(found, started) == pytest.approx(
        0.5 * velocity_difference(at_peak, started), abs=1.0
    )


def test_that_a_faint_peak_leaves_the_curve_beside_it() -> None:
    assert np.isnan(lone_lya(60.0, 10.0)[0])


def test_that_a_curve_away_from_the_line_is_put_on_it() -> None:
    found, started = lone_lya(400.0, 10.0)

    assert abs(velocity_difference(found, Z)) < 60.0
    assert is_displaced(started, found)
