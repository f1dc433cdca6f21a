"""r(z): the spectrum without its continuum, correlated with the components of a basis."""

from __future__ import annotations

import numpy as np
import pytest
from pointlike import WAVE, galaxy
from scipy.ndimage import uniform_filter1d

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis
from moosegui.data.grids import RedshiftGrid
from moosegui.data.posterior import CrossCorrelation
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_basis
from moosegui.fit.scan.cross_correlation import cross_correlate
from moosegui.fit.scan.embed import embed

TRIALS = RedshiftGrid(0.0, 6.7, 0.0005)


@pytest.fixture(scope="module")
def basis() -> Basis:
    return read_basis(resource("basis", DEFAULT_BASIS))


def correlated(spectrum: Spectrum, basis: Basis) -> CrossCorrelation:
    found = cross_correlate(embed(spectrum, basis), basis, TRIALS)
    assert found is not None
    return found


@pytest.mark.parametrize("redshift", [0.34, 0.9, 3.4])
def test_that_a_galaxy_correlates_at_its_redshift(basis: Basis, redshift: float) -> None:
    found = correlated(galaxy(redshift), basis)

    assert found.redshift == pytest.approx(redshift, abs=0.001 * (1.0 + redshift))
    assert found.is_clear
    assert found.agreement(redshift) > 0
    assert found.agreement(redshift + 0.5) < 0


def test_that_the_continuum_does_not_count(basis: Basis) -> None:
    plain = galaxy(0.9)
    tilted = Spectrum(WAVE, plain.flux + 400.0 * (WAVE / 7000.0) ** 2, plain.ivar)

    found = correlated(tilted, basis)

    assert found.redshift == pytest.approx(0.9, abs=0.002)


def test_that_one_pixel_that_towers_decides_nothing(basis: Basis) -> None:
    plain = galaxy(0.34)
    flux = plain.flux.copy()
    flux[2000] += 1e6

    found = correlated(Spectrum(WAVE, flux, plain.ivar), basis)

    assert found.redshift == pytest.approx(0.34, abs=0.002)


def test_that_noise_has_no_opinion(basis: Basis) -> None:
    noise = np.random.default_rng(2).normal(0.0, 10.0, WAVE.size)

    found = correlated(Spectrum(WAVE, noise, np.full(WAVE.size, 0.01)), basis)

    assert not found.is_clear


def test_that_the_scale_of_the_flux_does_not_matter(basis: Basis) -> None:
    plain = galaxy(0.9)
    scaled = Spectrum(WAVE, 1e-3 * plain.flux, 1e6 * plain.ivar)

    first, second = correlated(plain, basis), correlated(scaled, basis)

    np.testing.assert_allclose(first.height, second.height, rtol=1e-6, atol=1e-6)


def test_that_few_samples_have_no_opinion(basis: Basis) -> None:
    plain = galaxy(0.34)
    few = Spectrum(WAVE, plain.flux, np.where(np.arange(WAVE.size) < 10, plain.ivar, 0.0))

    assert cross_correlate(embed(few, basis), basis, TRIALS) is None


def test_that_the_curve_is_that_of_direct_sums(basis: Basis) -> None:
    trials = RedshiftGrid(0.5, 0.7, 0.01)
    embedded = embed(galaxy(0.6), basis)
    merged = 4  # samples of the basis to one of the correlation
    n_wave, n_data = basis.grid.n_wave // merged, embedded.n_samples // merged
    templates = basis.components[:, : n_wave * merged].reshape(-1, n_wave, merged).mean(axis=2)
    templates -= uniform_filter1d(templates, 135, axis=1, mode="nearest")
    weight = embedded.weight[: n_data * merged].reshape(n_data, merged)
    flux = embedded.flux[: n_data * merged].reshape(n_data, merged)
    mean = (flux * weight).sum(axis=1) / weight.sum(axis=1)
    ones = uniform_filter1d(np.ones(n_data), 135, mode="constant")
    data = mean - uniform_filter1d(mean, 135, mode="constant") / ones
    weight = weight.sum(axis=1)
    limit = 30.0 * 1.4826 * np.median(np.abs(data * np.sqrt(weight))) / np.sqrt(weight)
    data = np.clip(data, -limit, limit)
    expected = []
    for redshift in trials.redshifts:
        shift = round(np.log10(1.0 + redshift) / (basis.grid.log10_step * merged))
        start = round(embedded.start / merged) - shift
        window = templates[:, start : start + n_data]
        projections = np.maximum(window @ (weight * data), 0.0)
        expected.append(np.sqrt(np.sum(projections**2 / (window**2 @ weight))))
    centred = np.array(expected) - np.median(expected)

    found = cross_correlate(embedded, basis, trials)

    assert found is not None
    scatter = 1.4826 * np.median(np.abs(centred))
    np.testing.assert_allclose(found.height, centred / scatter, rtol=1e-6, atol=1e-6)
