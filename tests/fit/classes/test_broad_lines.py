"""Broad emission lines of quasars, beside the narrow ones of galaxies."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.spectrum import Spectrum
from moosegui.fit.classes.broad_lines import second_broad_line

WAVE = np.arange(4750.0, 9350.0, 1.25)


def spectrum_with(rests: tuple[float, ...], redshift: float, fwhm: float) -> Spectrum:
    """A sloping continuum of S/N 10 with lines that are half as high."""
    rng = np.random.default_rng(11)
    flux = 100.0 * (WAVE / 7000.0) ** -0.7
    for rest in rests:
        flux = flux + 50.0 * line(rest * (1.0 + redshift), fwhm)
    return Spectrum(WAVE, flux + rng.normal(0.0, 10.0, WAVE.size), np.full(WAVE.size, 0.01))


def line(centre: float, fwhm: float) -> FloatArray:
    velocity = (WAVE / centre - 1.0) * SPEED_OF_LIGHT
    return np.asarray(np.exp(-0.5 * (velocity / (fwhm / 2.3548)) ** 2))


@pytest.mark.parametrize("fwhm", [4500.0, 8000.0])
def test_that_two_broad_lines_are_seen(fwhm: float) -> None:
    spectrum = spectrum_with((1908.73, 2798.75), 2.0, fwhm)

    assert second_broad_line(spectrum, 2.0) > 12.0


def test_that_one_broad_line_is_not_two() -> None:
    spectrum = spectrum_with((2798.75,), 2.0, 4500.0)

    assert second_broad_line(spectrum, 2.0) < 5.0


def test_that_narrow_lines_are_not_broad() -> None:
    spectrum = spectrum_with((4862.69, 4960.30, 5008.24, 6549.86, 6564.63, 6585.27), 0.3, 250.0)

    assert second_broad_line(spectrum, 0.3) < 5.0


def test_that_the_lines_of_a_hidden_nucleus_are_not_broad() -> None:
    spectrum = spectrum_with((1549.06, 1908.73), 2.5, 1400.0)

    assert second_broad_line(spectrum, 2.5) < 5.0


def test_that_broad_absorption_is_no_emission() -> None:
    emitting = spectrum_with((1908.73, 2798.75), 2.0, 4500.0)
    absorbing = Spectrum(WAVE, 200.0 - emitting.flux, emitting.ivar)

    assert second_broad_line(absorbing, 2.0) < 5.0


def test_that_lines_outside_the_spectrum_or_masked_count_nothing() -> None:
    spectrum = spectrum_with((1908.73, 2798.75), 2.0, 4500.0)
    masked = Spectrum(WAVE, spectrum.flux, np.where(WAVE < 7000.0, 0.0, spectrum.ivar))

    assert second_broad_line(masked, 2.0) < 5.0
    assert second_broad_line(spectrum, 30.0) == 0.0
