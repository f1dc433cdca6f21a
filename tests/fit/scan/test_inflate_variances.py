"""Ends and sky lines count less, everything else as before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.inflate_variances import inflate_variances

SKY = slice(1500, 1506)


def with_sky_line() -> Spectrum:
    """Even variances over the MUSE range but for six pixels of eight times the variance."""
    wave = 4750.0 + 1.25 * np.arange(3680)
    variance = np.linspace(1.0, 3.0, wave.size)
    variance[SKY] *= 8.0
    return Spectrum(wave, np.ones(wave.size), 1.0 / variance)


def ratios(spectrum: Spectrum) -> np.ndarray:
    """By how much the variance of each pixel grows; nan where masked."""
    with np.errstate(invalid="ignore"):
        return np.asarray(spectrum.ivar / inflate_variances(spectrum).ivar)


def test_that_fifty_angstrom_at_both_ends_count_a_quarter() -> None:
    grown = ratios(with_sky_line())

    np.testing.assert_allclose(grown[:40], 4.0)
    np.testing.assert_allclose(grown[-40:], 4.0)
    np.testing.assert_allclose(grown[[41, -42]], 1.0)


def test_that_a_sky_line_counts_half() -> None:
    grown = ratios(with_sky_line())

    assert np.flatnonzero(grown == 2.0).tolist() == list(range(SKY.start, SKY.stop))


def test_that_a_bright_line_of_the_object_is_no_sky_line() -> None:
    spectrum = with_sky_line()
    flux = spectrum.flux.copy()
    flux[SKY] = 100.0

    grown = ratios(replace(spectrum, flux=flux))

    np.testing.assert_allclose(grown[SKY], 1.0)


def test_that_the_flux_and_the_mask_stay() -> None:
    spectrum = with_sky_line().masked(((6000.0, 6100.0),))

    found = inflate_variances(spectrum)

    np.testing.assert_array_equal(found.flux, spectrum.flux)
    np.testing.assert_array_equal(found.is_masked, spectrum.is_masked)


def test_that_padding_is_no_end() -> None:
    spectrum = with_sky_line().masked(((4000.0, 5000.0),))
    first = int(np.flatnonzero(~spectrum.is_masked)[0])

    grown = ratios(spectrum)

    np.testing.assert_allclose(grown[first : first + 40], 4.0)
    assert grown[first + 42] == 1.0


def test_that_a_short_spectrum_keeps_its_middle() -> None:
    whole = with_sky_line()
    part = slice(200, 400)
    short = replace(whole, wave=whole.wave[part], flux=whole.flux[part], ivar=whole.ivar[part])

    grown = ratios(short)

    assert np.count_nonzero(grown > 1.0) <= 10


def test_that_the_unit_does_not_matter() -> None:
    spectrum = with_sky_line()
    scaled = replace(spectrum, flux=spectrum.flux * 1e-20, ivar=spectrum.ivar * 1e40)

    np.testing.assert_allclose(ratios(scaled), ratios(spectrum))


def test_that_a_spectrum_without_weight_comes_back() -> None:
    spectrum = with_sky_line()
    empty = replace(spectrum, ivar=np.zeros(spectrum.ivar.size))

    assert inflate_variances(empty) is empty
