"""The error of a redshift from the residuals: true where variances or line shapes are not."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid, velocity_difference
from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.sandwich import residual_error
from moosegui.fit.scan.reconstruct import components_on_pixels, refine_redshift

Z = 0.5
WAVE = np.arange(4750.0, 9350.0, 1.25)
LINES = (3728.0, 4341.0, 4862.0, 5008.0, 5876.0)
GRID = LogGrid(np.log10(3000.0), 6e-5, 5800)
N_TRIES = 24


def basis(width: float) -> Basis:
    """A flat galaxy, and lines of a width in Angstrom."""
    rest = 10 ** (GRID.log10_start + GRID.log10_step * np.arange(GRID.n_wave))
    lines = sum(np.exp(-0.5 * ((rest - line) / width) ** 2) for line in LINES)
    return Basis(np.array([np.ones(rest.size), lines]) * rest, GRID)


def spectrum(noise: FloatArray, *, width: float = 1.5, height: float = 6.0) -> Spectrum:
    """A galaxy at Z with noise whose variance is said to be one."""
    components, _ = components_on_pixels(Spectrum(WAVE, WAVE, np.ones(WAVE.size)), basis(width), Z)
    continuum, lines = components / components.max(axis=1, keepdims=True)
    return Spectrum(WAVE, continuum + height * lines + noise, np.ones(WAVE.size))


def scatter_and_errors(noises: list[FloatArray]) -> tuple[float, float, float]:
    """How far redshifts scatter (km/s), the error of the curve, and that of the residuals."""
    known, off, by_curve, by_residuals = basis(1.5), [], [], []
    for noise in noises:
        one = spectrum(noise)
        redshift, error = refine_redshift(one, known, Z)
        off.append(velocity_difference(redshift, Z))
        by_curve.append(error * 299792.458 / (1.0 + Z))
        by_residuals.append(residual_error(one, known, redshift))
    return float(np.std(off)), float(np.median(by_curve)), float(np.median(by_residuals))


def test_that_it_is_the_error_of_the_curve_where_the_variances_are_true() -> None:
    rng = np.random.default_rng(1)
    noises = [rng.standard_normal(WAVE.size) for _ in range(N_TRIES)]

    scatter, by_curve, by_residuals = scatter_and_errors(noises)

    assert by_residuals == pytest.approx(by_curve, rel=0.25)
    assert by_residuals == pytest.approx(scatter, rel=0.4)


def test_that_noise_of_neighbours_that_goes_together_moves_lines_further() -> None:
    rng = np.random.default_rng(2)
    smooth = [gaussian_filter1d(rng.standard_normal(WAVE.size), 1.0) for _ in range(N_TRIES)]

    scatter, by_curve, by_residuals = scatter_and_errors([one / one.std() for one in smooth])

    assert by_residuals > 1.15 * by_curve
    assert by_residuals == pytest.approx(scatter, rel=0.4)


def test_that_lines_of_another_shape_than_those_of_the_basis_have_a_larger_error() -> None:
    noise = np.random.default_rng(3).standard_normal(WAVE.size)
    broad = spectrum(noise, width=4.0, height=60.0)

    as_it_is, narrow = (residual_error(broad, basis(width), Z) for width in (4.0, 1.5))

    assert narrow > 3.0 * as_it_is


def test_that_a_model_without_structure_tells_no_velocity() -> None:
    flat = Basis(np.ones((1, GRID.n_wave)), GRID)
    dark = Spectrum(WAVE, -np.ones(WAVE.size), np.ones(WAVE.size))

    assert np.isnan(residual_error(dark, flat, Z))
