"""Pixels that no light through the instrument can have made, and lines that it can."""

from __future__ import annotations

import numpy as np
import pytest
from injected import WAVE, Injected, spectrum_of

from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.impossible_pixels import find_impossible, without_impossible

NOISE = 3.0
COARSE = 4000.0 + 5.0 * np.arange(1000)


def noisy(rng: np.random.Generator, wave: np.ndarray = WAVE) -> np.ndarray:
    return 20.0 + NOISE * rng.standard_normal(wave.size)


def found_at(wave: np.ndarray, flux: np.ndarray, noise: float = NOISE) -> list[int]:
    pixels = find_impossible(Spectrum(wave, flux, np.full(wave.size, noise**-2)))
    return np.flatnonzero(pixels.mask).tolist()


@pytest.mark.parametrize("value", [1e27, -1e27, 1e6, 3000.0, 200.0, -300.0])
def test_that_a_pixel_without_wings_is_found_alone(rng: np.random.Generator, value: float) -> None:
    flux = noisy(rng)
    flux[1800] = value

    found = found_at(WAVE, flux)

    assert found == [1800]


def test_that_two_pixels_without_wings_are_found(rng: np.random.Generator) -> None:
    flux = noisy(rng)
    flux[1800:1802] += 1000.0, 800.0

    found = found_at(WAVE, flux)

    assert found == [1800, 1801]


def test_that_an_error_of_nothing_is_found(rng: np.random.Generator) -> None:
    ivar = np.full(WAVE.size, NOISE**-2)
    ivar[700] = 1e12

    pixels = find_impossible(Spectrum(WAVE, noisy(rng), ivar))

    assert np.flatnonzero(pixels.absurd).tolist() == [700]


def test_that_a_block_far_below_zero_is_found(rng: np.random.Generator) -> None:
    flux = noisy(rng)
    flux[2000:2024] -= 140.0 * NOISE

    found = found_at(WAVE, flux)

    assert found == list(range(2000, 2024))


@pytest.mark.parametrize("snr", [10.0, 100.0, 500.0, 1000.0])
@pytest.mark.parametrize("width", [5.0, 40.0, 150.0])
def test_that_real_lines_stay_whatever_their_strength(snr: float, width: float) -> None:
    lines = (Injected(5008.24, 1.0, width=width), Injected(4960.3, 0.33, width=width))

    for seed in range(12):
        redshift = 0.1 + 0.05 * seed + 0.0001 * seed**2
        unit = spectrum_of(lines, redshift, seed, continuum=0.0, noise=0.0).flux
        noise = NOISE * np.random.default_rng(seed).standard_normal(WAVE.size)
        flux = 20.0 + noise + unit * (snr * NOISE / np.sqrt(unit @ unit))
        assert found_at(WAVE, flux) == []


@pytest.mark.parametrize("fwhm", [1.0, 1.5, 2.0])
def test_that_lines_of_one_coarse_pixel_stay(rng: np.random.Generator, fwhm: float) -> None:
    for offset in np.linspace(-0.5, 0.5, 11):
        pixels = np.arange(COARSE.size)
        line = np.exp(-0.5 * ((pixels - 500 - offset) / (fwhm / 2.3548)) ** 2)
        assert found_at(COARSE, noisy(rng, COARSE) + 500.0 * NOISE * line) == []


def test_that_an_absorption_trough_beside_a_line_stays(rng: np.random.Generator) -> None:
    offset = (WAVE - 6000.0) / 1.1
    trough = -19.0 * np.exp(-0.5 * ((offset + 4.0) / 2.0) ** 2)

    found = found_at(WAVE, noisy(rng) + trough + 300.0 * np.exp(-0.5 * offset**2))

    assert found == []


def test_that_a_possible_spectrum_is_returned_as_it_is(rng: np.random.Generator) -> None:
    spectrum = Spectrum(WAVE, noisy(rng), np.full(WAVE.size, NOISE**-2))

    cleaned = without_impossible(spectrum)

    assert cleaned is spectrum


def test_that_the_fact_counts_by_kind(rng: np.random.Generator) -> None:
    flux = noisy(rng)
    flux[100], flux[900] = 1e27, 4000.0

    pixels = find_impossible(Spectrum(WAVE, flux, np.full(WAVE.size, NOISE**-2)))

    assert pixels.fact == (
        "2 pixels that cannot be real left out of the fit: 1 with absurd numbers, "
        "1 narrower than a line can be"
    )
