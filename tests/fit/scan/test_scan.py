"""The fast scan is the slow one: same chi2 at every trial, whatever the data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import SMALL_RANGE, small_basis, spectrum_at

from moosegui.data.basis import Basis
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanFlag, ScanSettings, Weighting
from moosegui.data.spectrum import Spectrum
from moosegui.errors import Cancelled
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.prepared import PreparedBasis, prepare
from moosegui.fit.scan.scan import scan, scan_reference

SETTINGS = ScanSettings(RedshiftGrid(0.0, 2.0, 0.02))


@pytest.fixture(scope="module")
def basis() -> Basis:
    return small_basis()


@pytest.fixture(scope="module")
def prepared(basis: Basis) -> PreparedBasis:
    return prepare(basis)


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    snr=st.sampled_from([0.1, 1.0, 10.0, 100.0]),
    weighting=st.sampled_from(["ivar", "unweighted"]),
    start=st.integers(0, 1100),
    length=st.integers(0, 400),
)
def test_that_the_fast_scan_agrees_with_the_reference(
    seed: int, snr: float, weighting: Weighting, start: int, length: int
) -> None:
    basis = small_basis()
    rng = np.random.default_rng(seed)
    spectrum = spectrum_at(
        basis, rng.uniform(0, 2), rng, snr=snr, masked=slice(start, start + length)
    )
    chosen = replace(SETTINGS, weighting=weighting)
    embedded = embed(spectrum, basis)

    result, _ = scan(embedded, prepare(basis), chosen)

    reference, _ = scan_reference(embedded, basis, chosen)
    np.testing.assert_allclose(result.chi2, reference, rtol=1e-6)


@pytest.mark.parametrize("snr", [0.1, 1.0, 10.0, 100.0])
@pytest.mark.parametrize("weighting", ["ivar", "unweighted"])
@pytest.mark.parametrize("rank", [11, 12])
def test_that_the_default_bases_agree_with_the_reference_at_every_snr(
    snr: float, weighting: Weighting, rank: int
) -> None:
    from moosegui.config import DEFAULT_BASIS, resource
    from moosegui.files.models.basis import read_basis

    basis = read_basis(resource("basis", DEFAULT_BASIS), rank)
    rng = np.random.default_rng(int(snr * 10))
    wave = np.arange(4750.0, 9350.0, 1.25)
    template = basis.components.sum(axis=0)
    rest = np.log10(wave / 1.7)
    flux = np.interp(rest, basis.grid.log10_wave, template) / wave
    sigma = np.median(flux) / snr * rng.uniform(0.5, 3.0, wave.size)
    ivar = 1.0 / sigma**2
    ivar[700:850] = 0.0
    ivar[rng.integers(0, wave.size, 60)] = 0.0
    embedded = embed(Spectrum(wave, flux + sigma * rng.normal(size=wave.size), ivar), basis)
    chosen = ScanSettings(RedshiftGrid(0.0, 6.7, 0.268), weighting)

    result, _ = scan(embedded, prepare(basis), chosen)

    reference, _ = scan_reference(embedded, basis, chosen)
    np.testing.assert_allclose(result.chi2, reference, rtol=1e-6)


@pytest.mark.parametrize("weighting", ["ivar", "unweighted"])
def test_that_a_spike_far_from_the_window_does_not_spoil_the_curve(weighting: Weighting) -> None:
    basis = small_basis()
    components = basis.components.copy()
    components[1] *= 1e-5
    components[1, 40:45] = 3.0
    components[2, 100:] *= 1e-8
    spiky = Basis(components, basis.grid, observed_range=SMALL_RANGE)
    rng = np.random.default_rng(8)
    embedded = embed(spectrum_at(basis, 0.3, rng, snr=100.0), spiky)
    chosen = ScanSettings(RedshiftGrid(0.0, 2.0, 0.01), weighting)

    result, _ = scan(embedded, prepare(spiky), chosen)

    reference, _ = scan_reference(embedded, spiky, chosen)
    np.testing.assert_allclose(result.chi2, reference, rtol=1e-6)


def test_that_a_pool_of_threads_changes_nothing(
    basis: Basis, prepared: PreparedBasis, rng: np.random.Generator
) -> None:
    embedded = embed(spectrum_at(basis, 0.8, rng), basis)
    alone, _ = scan(embedded, prepared, SETTINGS)

    with ThreadPoolExecutor(3) as executor:
        shared, _ = scan(embedded, prepared, SETTINGS, executor=executor)

    np.testing.assert_allclose(shared.chi2, alone.chi2, rtol=1e-12)


def test_that_many_scans_at_once_give_the_curves_of_scans_in_turn(
    basis: Basis, prepared: PreparedBasis, rng: np.random.Generator
) -> None:
    spectra = [embed(spectrum_at(basis, z, rng), basis) for z in np.linspace(0.1, 1.9, 24)]
    in_turn = [scan(e, prepared, SETTINGS)[0].chi2 for e in spectra]

    with ThreadPoolExecutor(8) as executor:
        at_once = list(executor.map(lambda e: scan(e, prepared, SETTINGS)[0].chi2, spectra))

    for one, other in zip(in_turn, at_once, strict=True):
        np.testing.assert_array_equal(one, other)


def test_that_the_true_redshift_is_the_minimum(
    basis: Basis, prepared: PreparedBasis, rng: np.random.Generator
) -> None:
    embedded = embed(spectrum_at(basis, 0.84, rng, snr=30.0), basis)

    result, _ = scan(embedded, prepared, SETTINGS)

    assert result.redshifts[np.nanargmin(result.chi2)] == pytest.approx(0.84, abs=1e-9)


def test_that_masked_pixels_have_no_influence(
    basis: Basis, prepared: PreparedBasis, rng: np.random.Generator
) -> None:
    spectrum = spectrum_at(basis, 0.5, rng, masked=slice(300, 420))
    flux = spectrum.flux.copy()
    flux[300:420] = 1e6
    poisoned = replace(spectrum, flux=flux)

    clean, _ = scan(embed(spectrum, basis), prepared, SETTINGS)
    other, _ = scan(embed(poisoned, basis), prepared, SETTINGS)

    np.testing.assert_array_equal(clean.chi2, other.chi2)


def test_that_a_scan_stops_between_chunks_when_it_is_cancelled(
    basis: Basis, prepared: PreparedBasis, rng: np.random.Generator
) -> None:
    embedded = embed(spectrum_at(basis, 0.5, rng), basis)
    seen: list[float] = []

    def report(fraction: float) -> None:
        seen.append(fraction)
        raise Cancelled

    with pytest.raises(Cancelled):
        scan(embedded, prepared, SETTINGS, report=report)

    assert len(seen) == 1


def test_that_trials_beyond_the_grid_are_not_tried_and_said(
    basis: Basis, prepared: PreparedBasis, rng: np.random.Generator
) -> None:
    embedded = embed(spectrum_at(basis, 0.5, rng), basis)

    result, _ = scan(embedded, prepared, ScanSettings(RedshiftGrid(0.0, 3.0, 0.02)))

    assert np.isnan(result.chi2[-1])
    assert ScanFlag.TRIALS_SKIPPED in result.flags
    assert "leave the grid" in " ".join(result.facts)


def test_that_a_spectrum_without_a_good_pixel_is_flagged_and_has_no_curve(
    basis: Basis, prepared: PreparedBasis
) -> None:
    wave = np.linspace(*SMALL_RANGE, 500)
    embedded = embed(Spectrum(wave, np.ones(500), np.zeros(500)), basis)

    result, equations = scan(embedded, prepared, SETTINGS)

    assert equations is None
    assert ScanFlag.NO_DATA in result.flags
    assert np.isnan(result.chi2).all()


def test_that_pixels_outside_the_range_of_the_basis_are_clipped_and_said(
    basis: Basis, rng: np.random.Generator
) -> None:
    wave = np.linspace(4000.0, 8000.0, 3000)
    spectrum = Spectrum(wave, rng.normal(size=3000), np.ones(3000))

    embedded = embed(spectrum, basis)

    assert ScanFlag.CLIPPED in embedded.flags
    inside = (wave >= SMALL_RANGE[0]) & (wave <= SMALL_RANGE[1])
    assert embedded.n_pixels == np.count_nonzero(inside)
