"""Where Lyman alpha puts a redshift, and when it has no say."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift, velocity_difference
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import Solution
from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.lyalpha import equivalent_width, is_displaced, lya_redshift
from moosegui.fit.lines.match import find_features
from moosegui.fit.lines.matched_filter import line_width, measure_strong_lines

Z = 4.0
REST = LINES_BY_NAME["LYA"].wave
WAVE = np.arange(4750.0, 9350.0, 1.25)


def emitter(snr: float) -> Spectrum:
    """Lyman alpha at Z and nothing else, its noise a third of what is stated."""
    profile = np.exp(-0.5 * ((WAVE - REST * (1 + Z)) / line_width(REST * (1 + Z))) ** 2)
    flux = profile * snr / np.sqrt(np.sum(profile**2))
    noise = 0.3 * np.random.default_rng(1).standard_normal(WAVE.size)
    return Spectrum(WAVE, flux + noise, np.ones(WAVE.size))


def lone_lya(
    off: float, snr: float, *, net_width: float = float("nan"), against: float = 0.0
) -> tuple[float, float]:
    """Where Lyman alpha puts a curve's redshift that is off by so many km/s, and that redshift."""
    spectrum, started = emitter(snr), shifted_redshift(Z, off)
    lines = tuple(measure_strong_lines(spectrum, started))
    error = 10.0 * (1 + Z) / SPEED_OF_LIGHT
    measured = Solution(1, started, error, 1.0, 0.5, 3.0, np.ones(2), lines=lines)
    found = lya_redshift(
        measured, find_features(spectrum), net_width=net_width, against=lambda _: against
    )
    return found, started


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


def test_that_a_line_in_net_absorption_has_no_say_near_the_curve() -> None:
    assert np.isnan(lone_lya(-180.0, 40.0, net_width=-3.0)[0])
    assert np.isnan(lone_lya(-60.0, 40.0, net_width=-3.0)[0])
    assert np.isfinite(lone_lya(-180.0, 40.0, net_width=30.0)[0])
    # no galaxy scatters so far to the red, and none to the blue
    assert np.isfinite(lone_lya(-700.0, 40.0, net_width=-3.0)[0])
    assert np.isfinite(lone_lya(300.0, 40.0, net_width=-3.0)[0])


def test_that_the_rest_of_the_spectrum_overrules_a_weaker_peak() -> None:
    assert np.isnan(lone_lya(400.0, 10.0, against=300.0)[0])
    assert np.isfinite(lone_lya(400.0, 10.0, against=30.0)[0])


def profile(centre: float, width: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * ((WAVE / (1 + Z) - centre) / width) ** 2))


def test_that_emission_and_absorption_are_summed() -> None:
    level, emitted, absorbed = 50.0, 8.0, 11.0  # Angstrom of rest-frame equivalent width
    line = emitted * profile(REST + 0.5, 0.4) / (0.4 * np.sqrt(2 * np.pi))
    trough = absorbed * profile(REST - 0.8, 0.8) / (0.8 * np.sqrt(2 * np.pi))
    ivar = np.ones(WAVE.size)

    both = equivalent_width(Spectrum(WAVE, level * (1 + line - trough), ivar), Z)
    alone = equivalent_width(Spectrum(WAVE, level * (1 + line), ivar), Z)

    assert both == pytest.approx(emitted - absorbed, abs=0.05)
    assert alone == pytest.approx(emitted, abs=0.05)


def test_that_a_line_that_is_half_masked_has_no_width() -> None:
    spectrum = emitter(40.0)
    ivar = np.where(WAVE < REST * (1 + Z), 0.0, 1.0)

    assert np.isnan(equivalent_width(Spectrum(WAVE, spectrum.flux, ivar), Z))


def test_that_without_a_continuum_the_width_is_a_lower_limit() -> None:
    assert equivalent_width(emitter(40.0), Z) > 50.0
    assert np.isnan(equivalent_width(emitter(40.0), 1.0))
