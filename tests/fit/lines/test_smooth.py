from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.smooth import FWHM_PER_SIGMA, REACH, smooth_spectrum, smooth_values


def dense_smooth(wave, values, ivar, width):
    """The same sums with the whole matrix of weights."""
    distance = (wave[:, None] - wave[None, :]) / (width / FWHM_PER_SIGMA)
    kernel = np.where(np.abs(distance) <= REACH, np.exp(-0.5 * distance**2), 0.0)
    weight = kernel @ ivar
    smoothed = np.divide(kernel @ (ivar * values), weight, out=np.zeros_like(wave), where=ivar > 0)
    variance = np.divide(
        kernel**2 @ ivar, weight**2, out=np.full_like(wave, np.inf), where=ivar > 0
    )
    return smoothed, 1.0 / variance


@pytest.mark.parametrize("is_logarithmic", [False, True])
def test_that_smoothing_agrees_with_the_dense_matrix(rng, is_logarithmic):
    wave = np.geomspace(4750, 9350, 400) if is_logarithmic else np.linspace(4750, 9350, 400)
    values, ivar = rng.normal(size=400), rng.uniform(0.1, 3.0, 400)
    ivar[100:120] = 0.0

    smoothed, smoothed_ivar = smooth_values(wave, values, ivar, 60.0)

    expected, expected_ivar = dense_smooth(wave, values, ivar, 60.0)
    np.testing.assert_allclose(smoothed, expected, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(smoothed_ivar, expected_ivar, rtol=1e-10)


@given(level=st.floats(-1e3, 1e3), width=st.floats(0.1, 300.0), seed=st.integers(0, 1000))
@settings(max_examples=30)
def test_that_a_constant_stays_constant(level, width, seed):
    wave = np.linspace(4750.0, 5750.0, 200)
    ivar = np.random.default_rng(seed).uniform(0.01, 10.0, 200)

    smoothed, _ = smooth_values(wave, np.full(200, level), ivar, width)

    np.testing.assert_allclose(smoothed, level, rtol=1e-9, atol=1e-9)


def test_that_the_propagated_error_is_the_scatter(rng):
    wave = np.linspace(4750.0, 6000.0, 300)
    sigma = rng.uniform(0.5, 5.0, 300)
    noise = rng.normal(size=(400, 300)) * sigma

    smoothed = [smooth_values(wave, row, sigma**-2, 20.0) for row in noise]

    scatter = np.std([flux for flux, _ in smoothed], axis=0)
    expected = smoothed[0][1] ** -0.5
    assert np.median(scatter / expected) == pytest.approx(1.0, abs=0.03)


def test_that_masked_pixels_stay_masked_and_spread_nothing(rng):
    wave = np.linspace(4750.0, 6000.0, 300)
    flux, ivar = np.ones(300), np.ones(300)
    flux[150], ivar[150] = 1e9, 0.0

    smoothed = smooth_spectrum(Spectrum(wave, flux, ivar), 30.0)

    assert smoothed.is_masked[150]
    np.testing.assert_allclose(smoothed.flux[~smoothed.is_masked], 1.0)


def test_that_values_which_are_not_finite_count_as_masked():
    wave = np.linspace(4750.0, 6000.0, 100)
    values = np.ones(100)
    values[:20] = np.nan

    smoothed, ivar = smooth_values(wave, values, np.ones(100), 50.0)

    assert np.all(ivar[:20] == 0)
    np.testing.assert_allclose(smoothed[20:], 1.0)


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan"), float("inf")])
def test_that_a_width_that_is_no_width_is_refused(width):
    with pytest.raises(ValueError, match=str(width)):
        smooth_values(np.arange(5.0), np.ones(5), np.ones(5), width)
