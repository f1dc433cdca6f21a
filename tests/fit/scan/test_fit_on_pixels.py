"""The fit on a spectrum's own pixels, against products of matrices."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid
from moosegui.data.spectrum import Spectrum
from moosegui.fit.classes.tilted import bernstein
from moosegui.fit.scan.nnls import solve
from moosegui.fit.scan.reconstruct import (
    components_on_pixels,
    fit_on_pixels,
    model_on_pixels,
    reconstruct,
)

REDSHIFT = 0.3


def made(n_components: int = 5) -> tuple[Spectrum, Basis]:
    rng = np.random.default_rng(n_components)
    grid = LogGrid(3.4, 2e-4, 3_000)
    components = rng.exponential(size=(n_components, grid.n_wave))
    basis = Basis(components, grid, observed_range=(4700.0, 9300.0))
    wave = np.linspace(4600.0, 9400.0, 1_500)
    flux, ivar = rng.normal(size=wave.size), rng.exponential(size=wave.size)
    ivar[rng.random(wave.size) < 0.1] = 0.0
    clean = Spectrum(wave, flux, ivar)
    rows, _ = components_on_pixels(clean, basis, REDSHIFT)
    return Spectrum(wave, flux + rng.exponential(size=n_components) @ rows, ivar), basis


@pytest.mark.parametrize("weighting", ["ivar", "unweighted"])
@pytest.mark.parametrize("degree", [None, 1, 4])
def test_that_a_fit_on_pixels_is_that_of_the_normal_equations(
    weighting: Literal["ivar", "unweighted"], degree: int | None
) -> None:
    spectrum, basis = made()
    tilts = None if degree is None else bernstein(spectrum.wave, degree)

    found = fit_on_pixels(spectrum, basis, REDSHIFT, weighting, tilts)

    rows, is_covered = components_on_pixels(spectrum, basis, REDSHIFT)
    curves = np.ones((1, spectrum.wave.size)) if tilts is None else tilts
    design = (rows[:, None, :] * curves).reshape(-1, spectrum.wave.size)
    ivar = np.where(is_covered, spectrum.ivar, 0.0)
    weight = ivar if weighting == "ivar" else (ivar > 0).astype(np.float64)
    exact = solve((design * weight) @ design.T, (design * weight) @ spectrum.flux).coefficients
    model = exact @ design
    assert not is_covered.all()
    np.testing.assert_allclose(found.coefficients, exact, rtol=1e-8, atol=1e-12 * exact.max())
    np.testing.assert_allclose(found.flux, np.where(is_covered, model, np.nan), rtol=1e-9)
    chi2 = np.sum(ivar * (spectrum.flux - model) ** 2) / np.count_nonzero(ivar)
    assert found.chi2 == pytest.approx(chi2, rel=1e-10)


def test_that_a_model_elsewhere_is_the_sum_of_its_components() -> None:
    spectrum, basis = made()
    amounts = np.array([0.0, 1.5, 0.0, 2.0, 0.5])

    found = model_on_pixels(spectrum, basis, REDSHIFT, amounts)

    rows, _ = components_on_pixels(spectrum, basis, REDSHIFT)
    np.testing.assert_allclose(found, amounts @ rows, rtol=1e-13)
    some, _ = components_on_pixels(spectrum, basis, REDSHIFT, amounts > 0)
    np.testing.assert_array_equal(some, rows[amounts > 0])


def test_that_nothing_is_fitted_where_the_basis_does_not_reach() -> None:
    spectrum, basis = made()

    found = reconstruct(spectrum, basis, 30.0)

    assert np.isnan(found.flux).all()
    assert np.isnan(found.chi2)
    assert not found.coefficients.any()
