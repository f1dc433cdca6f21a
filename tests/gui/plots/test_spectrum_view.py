from __future__ import annotations

import numpy as np
import pytest
from gui_examples import MASKED, emitter, view_of

from moosegui.data.spectrum import Spectrum
from moosegui.gui.plots.spectrum_view import RESIDUAL_LIMITS, Curves

EVERYTHING = (0.0, 1e5)


def with_spike(height: float) -> Spectrum:
    plain = emitter()
    flux = plain.flux.copy()
    flux[3000] = height
    return Spectrum(plain.wave, flux, plain.ivar)


def test_that_a_spike_does_not_change_the_robust_range():
    calm = Curves(view_of()).flux_range(EVERYTHING, robust=True)

    spiked = Curves(view_of(with_spike(1e6))).flux_range(EVERYTHING, robust=True)

    assert spiked == pytest.approx(calm, rel=0.1)


def test_that_noise_at_the_ends_does_not_change_the_robust_range():
    plain = emitter()
    calm = Curves(view_of(plain)).flux_range(EVERYTHING, robust=True)
    is_end = plain.wave > plain.wave[-1] - 0.2 * (plain.wave[-1] - plain.wave[0])
    noise = (
        20.0
        * np.random.default_rng(1).normal(size=plain.wave.size)
        / np.sqrt(np.where(plain.ivar > 0, plain.ivar, 1.0))
    )
    bad = Spectrum(
        plain.wave,
        np.where(is_end, noise, plain.flux),
        np.where(is_end, plain.ivar / 400.0, plain.ivar),
    )

    low, high = Curves(view_of(bad)).flux_range(EVERYTHING, robust=True)

    assert high - low < 1.5 * (calm[1] - calm[0])


def test_that_everything_is_shown_without_the_robust_range():
    _, high = Curves(view_of(with_spike(1e6))).flux_range(EVERYTHING, robust=False)

    assert high > 1e6


def test_that_a_line_of_the_model_stretches_the_robust_range():
    with_line = Curves(view_of()).flux_range(EVERYTHING, robust=True)
    without = Curves(view_of(model=None)).flux_range(EVERYTHING, robust=True)

    assert with_line[1] > 3 * without[1]


def test_that_an_all_masked_spectrum_has_a_range():
    plain = emitter()
    masked = Spectrum(plain.wave, plain.flux, np.zeros_like(plain.flux))

    low, high = Curves(view_of(masked, model=None)).flux_range(EVERYTHING, robust=True)

    assert low < high


def test_that_the_residual_is_in_sigma_and_missing_where_masked():
    curves = Curves(view_of())

    masked = (curves.wave > MASKED[0]) & (curves.wave < MASKED[1])
    assert np.isnan(curves.residual[masked]).all()
    assert np.nanstd(curves.residual) == pytest.approx(1.0, abs=0.05)


def test_that_the_residual_of_smoothed_data_keeps_unit_scatter():
    curves = Curves(view_of(smoothing=10.0))

    assert np.nanstd(curves.residual) == pytest.approx(1.0, abs=0.2)


def test_that_the_range_of_the_residual_is_bounded():
    hopeless = view_of(with_spike(1e9))

    limit = Curves(hopeless).residual_limit()

    assert RESIDUAL_LIMITS[0] <= limit <= RESIDUAL_LIMITS[1]


def test_that_smoothing_leaves_the_wavelengths_in_their_medium():
    plain, smoothed = Curves(view_of()), Curves(view_of(smoothing=20.0))

    assert np.array_equal(smoothed.wave, plain.wave)


def test_that_smoothing_makes_the_error_smaller_and_does_not_smooth_it_as_a_signal():
    plain, smoothed = Curves(view_of()), Curves(view_of(smoothing=20.0))

    ratio = np.median(smoothed.sigma) / np.median(plain.sigma)

    assert ratio < 0.5
