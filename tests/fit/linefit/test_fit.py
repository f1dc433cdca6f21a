"""Injected lines come back: their flux, velocity and width, with errors that hold."""

from __future__ import annotations

import numpy as np
import pytest
from injected import WAVE, Injected, spectrum_of

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis
from moosegui.data.line_table import LineFit, LineFitOptions, LineMeasurement
from moosegui.data.medium import air_to_vacuum
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_basis
from moosegui.fit.linefit.fit import fit_lines

N = 10
Z, Z_LYA = 0.35, 3.5
FORBIDDEN, BALMER = 40.0, -25.0  # km/s
LINES = {
    "OII3726": Injected(3727.092, 800.0, FORBIDDEN),
    "OII3729": Injected(3729.875, 1000.0, FORBIDDEN),
    "HGAMMA": Injected(4341.692, 700.0, BALMER),
    "HBETA": Injected(4862.691, 1000.0, BALMER),
    "OIII4959": Injected(4960.295, 1000.0 / 2.98, FORBIDDEN),
    "OIII5007": Injected(5008.240, 1000.0, FORBIDDEN),
}
LYA = Injected(1215.670, 2000.0, 150.0, width=250.0, skew=4.0)
BLUE_PEAK = Injected(1215.670, 1200.0, -450.0, width=150.0, skew=-4.0)
CII1335 = Injected(1334.532, -400.0, -120.0, width=150.0)


@pytest.fixture(scope="module")
def basis() -> Basis:
    return read_basis(resource("basis", DEFAULT_BASIS))


@pytest.fixture(scope="module")
def fits(basis: Basis) -> list[LineFit]:
    spectra = [spectrum_of(tuple(LINES.values()), Z, seed) for seed in range(N)]
    return [fit_lines(spectrum, basis, Z) for spectrum in spectra]


@pytest.fixture(scope="module")
def lya_fits(basis: Basis) -> list[LineFit]:
    spectra = [spectrum_of((LYA, CII1335), Z_LYA, seed) for seed in range(N)]
    return [fit_lines(spectrum, basis, Z_LYA) for spectrum in spectra]


def row(fit: LineFit, name: str) -> LineMeasurement:
    (found,) = [line for line in fit.lines if line.name == name]
    return found


def numbers(fit: LineFit) -> np.ndarray:
    return np.array([(m.flux, m.flux_error, m.velocity, m.width) for m in fit.lines])


@pytest.mark.parametrize("name", LINES)
def test_that_the_flux_comes_back_without_bias(fits: list[LineFit], name: str) -> None:
    rows = [row(fit, name) for fit in fits]

    pulls = [(m.flux - LINES[name].flux) / m.flux_error for m in rows]
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(N)
    assert max(np.abs(pulls)) < 5.0


@pytest.mark.parametrize("name", ["HBETA", "OIII5007"])
def test_that_the_velocity_comes_back_without_bias(fits: list[LineFit], name: str) -> None:
    rows = [row(fit, name) for fit in fits]

    pulls = [(m.velocity - LINES[name].velocity) / m.velocity_error for m in rows]
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(N)
    assert abs(np.mean([m.velocity for m in rows]) - LINES[name].velocity) < 10.0


def test_that_the_width_is_that_of_the_galaxy_without_the_instrument(fits: list[LineFit]) -> None:
    rows = [row(fit, "OIII5007") for fit in fits]

    pulls = [(m.width - LINES["OIII5007"].width) / m.width_error for m in rows]
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(N)


def test_that_the_errors_are_those_of_the_scatter(fits: list[LineFit]) -> None:
    pulls = [
        (m.flux - line.flux) / m.flux_error
        for fit in fits
        for name, line in LINES.items()
        for m in [row(fit, name)]
    ]

    assert 0.7 < np.std(pulls) < 1.4


def test_that_the_equivalent_width_is_flux_over_continuum_at_rest(fits: list[LineFit]) -> None:
    rows = [row(fit, "OIII5007") for fit in fits]

    truth = LINES["OIII5007"].flux / 60.0 / (1 + Z)
    pulls = [(m.equivalent_width - truth) / m.equivalent_width_error for m in rows]
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(N)


def test_that_the_oiii_lines_keep_their_ratio(fits: list[LineFit]) -> None:
    ratios = [row(fit, "OIII5007").flux / row(fit, "OIII4959").flux for fit in fits]

    np.testing.assert_allclose(ratios, 2.98)


def test_that_lyman_alpha_comes_back(lya_fits: list[LineFit]) -> None:
    rows = [row(fit, "LYA") for fit in lya_fits]

    pulls = [(m.flux - LYA.flux) / m.flux_error for m in rows]
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(N)
    assert 0.5 < np.std(pulls) < 1.6


def test_that_the_velocity_of_lyman_alpha_is_that_of_its_peak(lya_fits: list[LineFit]) -> None:
    peak = WAVE[np.argmax(LYA.draw(Z_LYA))] / (1215.670 * (1 + Z_LYA))

    velocities = [row(fit, "LYA").velocity for fit in lya_fits]

    pixel = 1.25 / WAVE[0] * 299792.458
    assert abs(np.mean(velocities) - (peak - 1) * 299792.458) < pixel


def test_that_interstellar_absorption_is_negative(lya_fits: list[LineFit]) -> None:
    rows = [row(fit, "CII1335") for fit in lya_fits]

    pulls = [(m.flux - CII1335.flux) / m.flux_error for m in rows]
    assert all(m.flux < 0 for m in rows)
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(N)


@pytest.mark.parametrize("is_double", [True, False])
def test_that_a_second_peak_is_kept_where_there_is_one(basis: Basis, *, is_double: bool) -> None:
    lines = (LYA, BLUE_PEAK) if is_double else (LYA,)

    fit = fit_lines(spectrum_of(lines, Z_LYA, 1, continuum=5.0), basis, Z_LYA)

    assert ("LYA_BLUE" in {m.name for m in fit.lines}) == is_double


@pytest.mark.parametrize(("name", "peak"), [("LYA", LYA), ("LYA_BLUE", BLUE_PEAK)])
def test_that_both_peaks_come_back(basis: Basis, name: str, peak: Injected) -> None:
    spectra = [spectrum_of((LYA, BLUE_PEAK), Z_LYA, seed, continuum=5.0) for seed in range(N)]
    rows = [row(fit_lines(spectrum, basis, Z_LYA), name) for spectrum in spectra]

    pulls = [(m.flux - peak.flux) / m.flux_error for m in rows]
    assert abs(np.mean(pulls)) < 4.0 / np.sqrt(N)


def test_that_a_second_peak_can_be_asked_for(basis: Basis) -> None:
    options = LineFitOptions(double_lya="always")

    fit = fit_lines(spectrum_of((LYA,), Z_LYA, 1, continuum=5.0), basis, Z_LYA, options=options)

    assert row(fit, "LYA_BLUE").flux < 5.0 * row(fit, "LYA_BLUE").flux_error


@pytest.mark.parametrize("seed", range(3))
def test_that_noise_has_no_significant_lines(basis: Basis, seed: int) -> None:
    fit = fit_lines(spectrum_of((), Z, seed), basis, Z)

    assert max(m.snr for m in fit.lines) < 4.5


def test_that_emission_is_never_negative(basis: Basis) -> None:
    troughs = tuple(Injected(line.wave, -line.flux) for line in LINES.values())

    fit = fit_lines(spectrum_of(troughs, Z, 3), basis, Z)

    assert min(m.flux for m in fit.lines if m.family != "interstellar") >= 0.0


def test_that_masked_pixels_have_no_influence(basis: Basis) -> None:
    spectrum = spectrum_of(tuple(LINES.values()), Z, 4)
    is_bad = np.zeros(WAVE.size, dtype=bool)
    is_bad[[100, 101, 102, 1450, 1610, 2800]] = True
    ivar = np.where(is_bad, 0.0, spectrum.ivar)
    wild = np.where(is_bad, 1e6, spectrum.flux)

    calm_fit = fit_lines(Spectrum(WAVE, spectrum.flux, ivar), basis, Z)
    wild_fit = fit_lines(Spectrum(WAVE, wild, ivar), basis, Z)

    np.testing.assert_array_equal(numbers(calm_fit), numbers(wild_fit))


def test_that_an_air_basis_gives_the_same_velocities(basis: Basis, fits: list[LineFit]) -> None:
    grid = basis.grid
    rest = np.log10(air_to_vacuum(grid.wave))
    moved = np.array([np.interp(rest, grid.log10_wave, c) for c in basis.components])
    air = Basis(moved, grid, "air", basis.observed_range, "air")

    fit = fit_lines(spectrum_of(tuple(LINES.values()), Z, 0), air, Z)

    for name in LINES:
        expected = row(fits[0], name)
        assert abs(row(fit, name).velocity - expected.velocity) < expected.velocity_error
        assert abs(row(fit, name).flux - expected.flux) < expected.flux_error


def test_that_the_parts_make_up_the_model(fits: list[LineFit]) -> None:
    fit = fits[0]

    total = fit.continuum + sum(family.flux for family in fit.families)
    np.testing.assert_allclose(fit.model, total)
    assert fit.chi2 == pytest.approx(1.0, abs=0.15)


def test_that_a_spectrum_without_data_has_no_lines(basis: Basis) -> None:
    fit = fit_lines(Spectrum(WAVE, np.zeros(WAVE.size), np.zeros(WAVE.size)), basis, Z)

    assert fit.lines == ()
    assert np.isnan(fit.chi2)


def test_that_an_impossible_redshift_is_an_error(basis: Basis) -> None:
    with pytest.raises(ValueError, match="redshift"):
        fit_lines(spectrum_of((), Z, 0), basis, -1.0, options=LineFitOptions())


def test_that_lines_are_fitted_on_coarse_pixels(basis: Basis) -> None:
    wave = 4800.0 + 5.1 * np.arange(900)
    sigma = 12.0 / np.sqrt(8 * np.log(2))  # Angstrom
    flux = 50.0 + 2.0 * np.random.default_rng(3).standard_normal(wave.size)
    for rest, total in ((5008.240, 2000.0), (4960.295, 2000.0 / 2.98)):
        t = (wave - rest * (1 + Z)) / sigma
        flux += total * np.exp(-0.5 * t**2) / (np.sqrt(2 * np.pi) * sigma)

    fit = fit_lines(Spectrum(wave, flux, np.full(wave.size, 0.25)), basis, Z)

    assert row(fit, "OIII5007").flux == pytest.approx(2000.0, rel=0.1)
