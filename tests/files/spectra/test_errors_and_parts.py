"""Errors are found by name, unit, label and scatter; parts of a spectrum are joined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import given, settings
from hypothesis import strategies as st
from spectrum_files import MUSE_UNIT, linear_header

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import ReadingChoice
from moosegui.errors import InputError
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.elements.assemble import RawSpectrum
from moosegui.files.spectra.elements.joined import continues, join
from moosegui.files.spectra.elements.names import ErrorKind, error_kind_of, is_flux
from moosegui.files.spectra.elements.uncertainty import judge, kind_from_words
from moosegui.files.spectra.registry import with_choice

NAMES: dict[ErrorKind, tuple[str, ...]] = {
    "sigma": ("err", "ERROR", "flux_err", "fluxerror", "e_flux", "dflux", "SIGMA", "flux_unc",
              "STATERROR", "FLAM_SIG", "uncertainty", "noise", "std", "fluxSigma", "FLUX_ERR"),
    "variance": ("var", "variance", "fluxVariance", "FLUX_VAR", "stat", "sigma2"),
    "inverse variance": ("ivar", "FLUX_IVAR", "invvar", "weight", "inverse_variance"),
}  # fmt: skip
PAIRS = [(name, kind) for kind, names in NAMES.items() for name in names]


def as_kind(sigma: FloatArray, kind: ErrorKind) -> FloatArray:
    return {"sigma": sigma, "variance": sigma**2, "inverse variance": sigma**-2.0}[kind]


@settings(max_examples=120)
@given(pair=st.sampled_from(PAIRS), seed=st.integers(0, 10))
def test_that_a_name_decides_what_errors_are(
    tmp_path_factory: pytest.TempPathFactory, pair: tuple[str, ErrorKind], seed: int
) -> None:
    name, kind = pair
    sigma = 1.0 + np.random.default_rng(seed).random(200)
    path = tmp_path_factory.mktemp("errors") / "s.fits"
    Table({"wave": 5000.0 + np.arange(200.0), "flux": sigma * 5, name: as_kind(sigma, kind)}).write(
        path
    )

    spectrum = read_spectrum(list_headers(path)[0].ref)

    np.testing.assert_allclose(spectrum.sigma, sigma)
    assert spectrum.provenance.error == f"column {name} ({kind})"


@pytest.mark.parametrize(
    "name", ["wave_err", "z_err", "sky_err", "sigma_lsf", "snr", "model", "mask", "edge", "signal"]
)
def test_that_other_names_are_no_errors_of_a_flux(name: str) -> None:
    assert error_kind_of(name) is None


@pytest.mark.parametrize("name", ["sky", "model", "continuum", "flux_err", "FLUX_IVAR", "snr"])
def test_that_other_names_are_no_fluxes(name: str) -> None:
    assert not is_flux(name)


def test_that_the_unit_of_the_squared_flux_makes_an_error_a_variance() -> None:
    unit = "10**(-20)*erg/s/cm**2/Angstrom"

    squared = kind_from_words("ERR", unit="(10**(-20)*erg/s/cm**2/Angstrom)^2", flux_unit=unit)
    plain = kind_from_words("variance", unit=unit, flux_unit=unit)

    assert kind_from_words("ERR", unit=unit, flux_unit=unit) == "sigma"
    assert squared in ("variance", "sigma")
    assert plain == "variance"


@pytest.mark.parametrize("kind", ["sigma", "variance", "inverse variance"])
@pytest.mark.parametrize("level", [0.05, 7.0])
def test_that_the_scatter_tells_what_errors_are(kind: ErrorKind, level: float) -> None:
    rng = np.random.default_rng(1)
    sigma = level * (1.0 + 0.5 * np.sin(np.arange(2000) / 150.0))
    flux = 20 * level + sigma * rng.normal(size=2000)

    assert judge(as_kind(sigma, kind), flux) == (kind, True)


def test_that_unused_errors_are_named(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    ones = np.ones(100)
    columns = {"wave": 5000.0 + np.arange(100.0), "flux": ones, "err_a": ones, "err_b": ones}
    Table(columns).write(path)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert any("err_a, err_b" in fact for fact in spectrum.facts)


def test_that_the_calibrated_flux_is_taken_with_its_own_errors(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    ones = np.ones(100)
    table = Table(
        {
            "wave": 5000.0 + np.arange(100.0),
            "flux_reduced": 9 * ones,
            "err_reduced": 3 * ones,
            "flux_cal": ones,
            "err_cal": 2 * ones,
        }
    )
    table["flux_reduced"].unit, table["flux_cal"].unit = "adu", MUSE_UNIT
    table["wave"].unit = "Angstrom"
    table.write(path)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert spectrum.flux[0] == pytest.approx(1.0)
    np.testing.assert_allclose(spectrum.sigma, 2.0)
    assert any("flux_reduced (adu)" in fact for fact in spectrum.facts)


def test_that_counts_are_said(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    fits.PrimaryHDU(np.arange(1.0, 101.0), linear_header(BUNIT="electron/s")).writeto(path)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert any("counts (electron/s), not calibrated" in fact for fact in spectrum.facts)


@settings(max_examples=60)
@given(
    n_shared=st.integers(0, 40),
    sigmas=st.tuples(st.floats(0.5, 5.0), st.floats(0.5, 5.0)),
    is_turned=st.booleans(),
)
def test_that_parts_are_averaged_with_their_inverse_variances(
    n_shared: int, sigmas: tuple[float, float], is_turned: bool
) -> None:
    waves = (5000.0 + np.arange(100.0), 5100.0 - n_shared + np.arange(100.0))
    parts = [
        RawSpectrum(wave, np.full(100, value), np.full(100, sigma**2))
        for wave, value, sigma in zip(waves, (1.0, 4.0), sigmas, strict=True)
    ]
    weights = np.array(sigmas) ** -2.0
    mean = (weights * [1.0, 4.0]).sum() / weights.sum()

    joined = join(parts[::-1] if is_turned else parts, ["a", "b"])

    assert joined.wave.size == 200 - n_shared
    assert np.all(np.diff(joined.wave) > 0)
    shared = slice(100 - n_shared, 100)
    np.testing.assert_allclose(joined.flux[shared], mean)
    np.testing.assert_allclose(np.asarray(joined.variance)[shared], 1 / weights.sum())
    assert joined.flux[0] == 1.0
    assert joined.flux[-1] == 4.0


def test_that_a_second_spectrum_of_the_same_range_is_named_and_not_joined(tmp_path: Path) -> None:
    path = tmp_path / "s.fits"
    wave = 5000.0 + np.arange(100.0)
    tables = [
        fits.BinTableHDU(Table({"wave": wave, "flux": wave**0 * i, "err": wave**0}), name=name)
        for i, name in enumerate(("COADD", "EXPOSURE1"), start=2)
    ]
    fits.HDUList([fits.PrimaryHDU(), *tables]).writeto(path)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert spectrum.flux[0] == 2.0
    assert any("EXPOSURE1" in fact for fact in spectrum.facts)


def test_that_segments_in_rows_are_one_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "x1d.fits"
    wave = np.array([1400.0 + np.arange(50.0), 1100.0 + np.arange(50.0)])
    table = Table({"SEGMENT": ["FUVA", "FUVB"], "WAVELENGTH": wave, "FLUX": wave, "ERROR": wave**0})
    table["WAVELENGTH"].unit = "Angstrom"
    table.write(path)

    (header,) = list_headers(path)
    spectrum = read_spectrum(header.ref)

    assert (spectrum.wave[0], spectrum.wave[-1]) == (1100.0, 1449.0)
    assert spectrum.wave.size == 100


def test_that_spectra_in_other_units_do_not_continue_each_other() -> None:
    first = RawSpectrum(np.arange(1.0, 9.0), np.ones(8), unit="adu")
    second = RawSpectrum(np.arange(11.0, 19.0), np.ones(8), unit="mJy")

    assert not continues(second, [first])
    assert continues(RawSpectrum(np.arange(11.0, 19.0), np.ones(8), unit="adu"), [first])


def test_that_errors_of_another_length_are_told_and_not_called_absent(tmp_path: Path) -> None:
    flux = 20.0 + np.random.default_rng(1).normal(size=400)
    header = fits.Header({"CTYPE1": "AWAV", "CUNIT1": "Angstrom", "CRVAL1": 4800.0, "CDELT1": 2.0})
    images = [fits.ImageHDU(flux, header, "DATA"), fits.ImageHDU(np.ones(390), name="STAT")]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(tmp_path / "a.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "a.fits")[0].ref)

    assert spectrum.is_variance_estimated
    assert any("STAT has 390 values for 400 fluxes" in fact for fact in spectrum.facts)
    assert not any("has no variance" in fact for fact in spectrum.facts)


def test_that_an_axis_of_velocities_is_refused_as_one(tmp_path: Path) -> None:
    header = fits.Header({"CTYPE1": "VOPT", "CUNIT1": "km/s", "CRVAL1": -900.0, "CDELT1": 10.0})
    fits.PrimaryHDU(np.ones(400), header).writeto(tmp_path / "a.fits")

    with pytest.raises(InputError, match="gives velocities"):
        read_spectrum(list_headers(tmp_path / "a.fits")[0].ref)


def test_that_columns_of_f_lambda_have_their_errors_and_good_pixels(tmp_path: Path) -> None:
    good = np.ones(90, dtype=bool)
    good[[3, 40]] = False
    columns = {"lam": 4800.0 + 2 * np.arange(90), "f_lambda": np.arange(90) % 3 + 1.0}
    table = Table({**columns, "e_f_lambda": np.full(90, 0.5), "good": good})
    table.write(tmp_path / "a.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "a.fits")[0].ref)

    assert spectrum.provenance.error == "column e_f_lambda (sigma)"
    assert spectrum.provenance.unused == ()
    assert np.flatnonzero(spectrum.ivar == 0).tolist() == [3, 40]


def test_that_the_header_of_cells_names_the_source(tmp_path: Path) -> None:
    cells = {"LAMBDA": np.linspace(6500.0, 6900.0, 200), "SPEC": np.arange(200.0) % 5 + 1}
    table = Table({name: [values] for name, values in cells.items()})
    table["IVAR"] = [np.full(200, 4.0)]
    hdu = fits.BinTableHDU(table, name="BXSPF-B")
    hdu.header.update({"OBJNO": "12004465", "RA_OBJ": "14:17:24.13", "DEC_OBJ": "+52:30:11.2"})
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "spec1d.fits")

    (header,) = list_headers(tmp_path / "spec1d.fits")

    assert header.source_id == "12004465"
    assert (header.ra, header.dec) == pytest.approx((214.350542, 52.503111))


@pytest.mark.parametrize("name", ["FLUXTBL", "FLUX_TABLE", "FLUXTABLE"])
def test_that_a_pfs_object_is_in_nanometres_of_vacuum_and_nanojansky(
    tmp_path: Path, name: str
) -> None:
    columns = {"wavelength": np.linspace(380.0, 979.0, 300), "flux": np.full(300, 3000.0)}
    table = Table({**columns, "error": np.full(300, 100.0), "mask": np.zeros(300, dtype=np.int32)})
    target = fits.BinTableHDU(Table({"filterName": ["g", "r"]}), name="TARGET")
    target.header.update({"OBJID": 43158322429938817, "RA": 150.1, "DEC": 2.2})
    hdus = [fits.PrimaryHDU(), target, fits.BinTableHDU(table, name=name)]
    fits.HDUList(hdus).writeto(tmp_path / "pfsObject.fits")

    (header,) = list_headers(tmp_path / "pfsObject.fits")
    spectrum = read_spectrum(header.ref)

    assert (header.source_id, header.ra) == ("43158322429938817", 150.1)
    assert spectrum.wave[0] == pytest.approx(3800.0)
    assert spectrum.flux[0] == pytest.approx(3000e-32 * 2.99792458e18 / 3800.0**2 / 1e-20)


def test_that_extensions_of_one_name_are_told_apart_by_their_number(tmp_path: Path) -> None:
    header = fits.Header({"CTYPE1": "WAVE", "CUNIT1": "nm", "CRVAL1": 480.0, "CDELT1": 0.2})
    hdus: list[fits.hdu.base.ExtensionHDU] = []
    for version in (1, 2):
        flux = version * (10.0 + np.arange(300) % 3)
        bad = np.zeros(300, dtype=np.int16)
        bad[version] = 1
        for name, values in (("SCI", flux), ("VAR", np.full(300, version / 4)), ("DQ", bad)):
            hdu = fits.ImageHDU(values, header, name=name)
            hdu.ver = version
            hdus.append(hdu)
    fits.HDUList([fits.PrimaryHDU(), *hdus]).writeto(tmp_path / "a.fits")
    (found,) = list_headers(tmp_path / "a.fits")

    first = read_spectrum(found.ref)
    second = read_spectrum(with_choice(found.ref, ReadingChoice(flux="SCI,2")))

    assert any("SCI,2; --flux takes one of them" in fact for fact in first.facts)
    assert not any("Not used as errors" in fact for fact in first.facts)
    assert (second.flux[5], second.ivar[5]) == (24.0, 2.0)
    assert [np.flatnonzero(one.ivar == 0).tolist() for one in (first, second)] == [[1], [2]]


def test_that_arms_in_the_columns_of_one_row_are_joined(tmp_path: Path) -> None:
    arms = {"BLUE": np.linspace(3300.0, 5600.0, 300), "RED": np.linspace(5500.0, 10000.0, 400)}
    table = Table({"NAME": ["W-12"], "RA": [160.7], "DEC": [16.7], "Z": [0.2317]})
    for arm, wave in arms.items():
        table[f"LAM_{arm}"] = [wave]
        table[f"FLUX_{arm}"] = [np.arange(wave.size) % 4 + 10.0]
        table[f"ERR_{arm}"] = [np.full(wave.size, 0.5)]
    table.write(tmp_path / "a.fits")

    (header,) = list_headers(tmp_path / "a.fits")
    spectrum = read_spectrum(header.ref)

    assert (header.source_id, header.redshift, header.ra) == ("W-12", 0.2317, 160.7)
    assert (spectrum.wave[0], spectrum.wave[-1]) == pytest.approx((3300.95, 10002.74), abs=0.01)
    assert any("BLUE, RED" in fact and "joined" in fact for fact in spectrum.facts)
