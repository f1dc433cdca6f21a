"""Embedding keeps flux, variance and masks, and only interpolates once."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import small_basis

from moosegui.data.spectrum import Spectrum, zero_runs
from moosegui.fit.scan.embed import LN10, embed, resample


def test_that_flux_becomes_flux_per_dex() -> None:
    basis = small_basis()
    wave = np.linspace(5100.0, 6900.0, 4000)

    embedded = embed(Spectrum(wave, 3.0 / wave, np.ones(4000)), basis)

    np.testing.assert_allclose(embedded.flux, 3.0 * LN10, rtol=1e-6)


def test_that_a_sample_next_to_a_masked_pixel_has_no_weight() -> None:
    basis = small_basis()
    wave = np.linspace(5100.0, 6900.0, 300)
    ivar = np.ones(300)
    ivar[150] = 0.0

    embedded = embed(Spectrum(wave, np.ones(300), ivar), basis)

    samples = 10 ** (
        basis.grid.log10_start
        + basis.grid.log10_step * (embedded.start + np.arange(embedded.n_samples))
    )
    near = (samples > wave[149]) & (samples < wave[151])
    assert near.any()
    assert not embedded.weight[near].any()
    assert embedded.weight[~near].all()


def test_that_a_spectrum_in_the_wrong_medium_is_refused() -> None:
    basis = small_basis()
    spectrum = Spectrum(np.linspace(5100, 6900, 9), np.ones(9), np.ones(9), medium="air")

    with pytest.raises(ValueError, match="air"):
        embed(spectrum, basis)


def test_that_runs_of_three_exact_zeros_are_masks_and_shorter_ones_are_data() -> None:
    flux = np.array([1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 2.0])

    marked = zero_runs(flux)

    assert marked.tolist() == [False, False, False, False, True, True, True, False]


def test_that_resampling_is_linear_in_the_logarithm() -> None:
    basis, rng = small_basis(), np.random.default_rng(1)
    wave = np.sort(rng.uniform(5100.0, 6900.0, 700))
    flux, ivar = rng.normal(size=700), rng.exponential(size=700)
    ivar[rng.integers(0, 700, 60)] = 0.0

    start, found, weight = resample(wave, flux, ivar, basis.grid)

    position = (np.log10(wave) - basis.grid.log10_start) / basis.grid.log10_step
    samples = start + np.arange(found.size)
    right = np.clip(np.searchsorted(position, samples), 1, 699)
    fraction = (samples - position[right - 1]) / (position[right] - position[right - 1])
    variance = np.where(ivar > 0, (LN10 * wave) ** 2 / np.where(ivar > 0, ivar, 1.0), np.inf)
    spread = variance[right - 1] * (1 - fraction) + variance[right] * fraction
    sampled = np.interp(samples, position, LN10 * wave * flux)
    np.testing.assert_allclose(weight, 1.0 / spread, rtol=1e-12)
    np.testing.assert_allclose(found, np.where(weight > 0, sampled, 0.0), rtol=1e-9, atol=1e-9)
