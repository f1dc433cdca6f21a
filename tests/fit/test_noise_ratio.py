"""Errors that contradict the noise are found, and right ones are not doubted."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.spectrum import Spectrum
from moosegui.fit.noise_ratio import doubt_of_errors, noise_ratio


def make(factor: float = 1.0, *, level: float = 5.0, seed: int = 2) -> Spectrum:
    """A spectrum with lines whose errors are the noise divided by `factor`."""
    rng, wave = np.random.default_rng(seed), np.arange(4750.0, 9350.0, 1.25)
    sigma = 1.0 + 0.5 * np.sin(wave / 300.0) + 5.0 * (rng.random(wave.size) < 0.05)
    flux = level + 40.0 * np.exp(-0.5 * ((wave - 6563.0) / 3.0) ** 2)
    return Spectrum(wave, flux + sigma * rng.normal(size=wave.size), (factor / sigma) ** 2)


@pytest.mark.parametrize("factor", [0.1, 0.5, 1.0, 2.0, 100.0])
def test_that_the_noise_is_told_in_units_of_the_errors(factor: float) -> None:
    assert noise_ratio(make(factor)) == pytest.approx(factor, rel=0.06)


@pytest.mark.parametrize(("factor", "is_doubted"), [(0.1, True), (1.0, False), (2.0, True)])
def test_that_wrong_errors_are_doubted(factor: float, *, is_doubted: bool) -> None:
    words = doubt_of_errors(make(factor))

    assert bool(words) == is_doubted
    assert not words or float(words.split()[1]) == pytest.approx(factor, rel=0.1)


def test_that_the_features_of_a_bright_star_are_no_doubt() -> None:
    wave = np.arange(4750.0, 9350.0, 1.25)
    flux = 1000.0 * (1.0 + 0.03 * np.random.default_rng(1).normal(size=wave.size))

    assert not doubt_of_errors(Spectrum(wave, flux, np.full(wave.size, 1.0)))


def test_that_masked_pixels_and_short_spectra_say_nothing() -> None:
    spectrum = make()
    sparse = np.where(np.arange(spectrum.wave.size) % 3 == 0, 0.0, spectrum.ivar)

    assert np.isnan(noise_ratio(Spectrum(spectrum.wave, spectrum.flux, sparse)))
    assert np.isnan(noise_ratio(Spectrum(spectrum.wave[:2], spectrum.flux[:2], sparse[:2])))
    assert not doubt_of_errors(Spectrum(spectrum.wave, spectrum.flux, np.zeros(sparse.size)))
