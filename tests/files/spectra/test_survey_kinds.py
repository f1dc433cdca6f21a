"""Spectra as surveys and pipelines publish them, made by hand: read value for value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from moosegui.data.arrays import FloatArray
from moosegui.data.medium import Medium, convert
from moosegui.errors import InputError
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.pipeline.reading.account import account_of

N = 64
WAVE = np.linspace(4800.0, 9300.0, N)
LOG = 3.6 + 1e-3 * np.arange(N)
FLUX = 20.0 + np.random.default_rng(5).normal(size=N)
SIGMA = 2.0 + 0.5 * np.cos(WAVE / 400.0)
LINEAR = {"CRVAL1": WAVE[0], "CDELT1": WAVE[1] - WAVE[0], "CRPIX1": 1.0}
TARGET = 39627000000000001  # beyond 2^53 - a float would change it
JY = 1e-23 * 2.99792458e18 / WAVE**2 / 1e-20  # Jy in 1e-20 erg/s/cm2/Angstrom


@dataclass(frozen=True)
class Truth:
    """What the last spectrum of a file is; fluxes times `factor` are in 1e-20 cgs."""

    source_id: str
    n_spectra: int = 1
    wave: FloatArray = field(default_factory=lambda: WAVE)
    medium: Medium = "vacuum"
    flux: FloatArray = field(default_factory=lambda: FLUX)
    factor: float | FloatArray = 1.0
    redshift: float = np.nan
    ra: float = np.nan


def image(values: Any, name: str = "", **cards: Any) -> fits.ImageHDU:
    hdu = fits.ImageHDU(np.asarray(values), name=name or None)
    hdu.header.update(cards)
    return hdu


def table(name: str, columns: dict[str, Any], unit: str = "", **cards: Any) -> fits.BinTableHDU:
    """A table; `WAVE:um` has a unit, arrays of two dimensions become cells."""
    made = []
    for label, values in columns.items():
        title, _, own = label.partition(":")
        array = np.asarray(values)
        kind = {"i": "K", "f": "D", "U": "20A", "b": "L"}[array.dtype.kind]
        form = f"{array.shape[1]}{kind}" if array.ndim == 2 else kind
        made.append(fits.Column(title, form, unit=own or unit or None, array=array))
    hdu = fits.BinTableHDU.from_columns(made, name=name or None)
    hdu.header.update(cards)
    return hdu


def write(path: Path, *hdus: Any, **cards: Any) -> None:
    first = hdus[0] if isinstance(hdus[0], fits.PrimaryHDU) else fits.PrimaryHDU()
    first.header.update(cards)
    fits.HDUList([first, *(hdu for hdu in hdus if hdu is not first)]).writeto(path)


def spplate(path: Path) -> Truth:
    rows = np.stack([FLUX + i for i in range(3)])
    inverse = image(np.stack([1.0 / SIGMA**2] * 3))
    plug = table("", {"FIBERID": [1, 2, 3], "RA": [10.0, 11.0, 12.0], "DEC": [1.0, 1.0, 1.0]})
    axis = {"COEFF0": 3.6, "COEFF1": 1e-3, "CRVAL1": 3.6, "CD1_1": 1e-3, "TELESCOP": "SDSS 2.5-M"}
    write(path, fits.PrimaryHDU(rows), inverse, plug, PLATEID=266, MJD=51602, **axis)
    return Truth("0266-51602-0003", 3, 10**LOG, flux=FLUX + 2, factor=1e3, ra=12.0)


def sdss_v(path: Path) -> Truth:
    coadd = table("COADD", {"FLUX": FLUX, "LOGLAM": LOG, "IVAR": 1.0 / SIGMA**2})
    facts = table("SPALL", {"CATALOGID": [4375924544], "Z": [0.5], "CLASS": ["QSO"]})
    write(path, coadd, facts)
    return Truth("4375924544", wave=10**LOG, redshift=0.5)


def desi_with_zcatalog(path: Path) -> Truth:
    ids = TARGET + np.arange(2)
    rows = np.stack([FLUX, FLUX + 1])
    write(
        path,
        table("FIBERMAP", {"TARGETID": ids, "TARGET_RA": [1.0, 2.0], "TARGET_DEC": [0.0, 0.0]}),
        image(WAVE, "BRZ_WAVELENGTH"),
        image(rows, "BRZ_FLUX", BUNIT="10**-17 erg/(s cm2 Angstrom)"),
        image(np.stack([1.0 / SIGMA**2] * 2), "BRZ_IVAR"),
        table("ZCATALOG", {"TARGETID": ids[::-1], "Z": [0.2, 0.1]}),
    )
    return Truth(str(TARGET + 1), 2, np.round(WAVE, 2), flux=FLUX + 1, factor=1e3, redshift=0.2,
                 ra=2.0)  # fmt: skip


def six_df(path: Path) -> Truth:
    half = image(np.stack([FLUX, SIGMA**2, FLUX])[:, :30], "SPECTRUM V", **LINEAR)
    rows = np.stack([FLUX, SIGMA**2, 0 * FLUX, WAVE])
    whole = image(rows, "SPECTRUM VR", TARGET="g0000008", Z=0.05, CRVAL1=1.0, CDELT1=1.0)
    write(path, image(np.zeros((9, 9)), "J IMAGE"), half, whole)
    return Truth("g0000008", medium="air", redshift=0.05)


def two_df(path: Path) -> Truth:
    rows = image(np.stack([FLUX, SIGMA**2, 0 * FLUX]), "SPECTRUM", Z=0.111, **LINEAR)
    write(path, fits.PrimaryHDU(np.zeros((9, 9))), rows, SEQNUM=123)
    return Truth("123", medium="air", redshift=0.111)


def vipers(path: Path) -> Truth:
    columns = {"WAVES:Angstrom": WAVE, "FLUXES": FLUX * 1e-18, "NOISE": SIGMA * 1e-18}
    cards = {"ID": 101126541, "REDSHIFT": 0.7, "ALPHA": 30.0, "DELTA": -5.0}
    write(path, table("VIPERS", columns, **cards))
    return Truth("101126541", medium="air", factor=100.0, redshift=0.7, ra=30.0)


def grizli(path: Path) -> Truth:
    columns = {"wave:Angstrom": WAVE, "flux": FLUX, "err": SIGMA, "cont": FLUX, "line": FLUX,
               "contam": 0 * FLUX, "flat": 0 * FLUX + 2e17}  # fmt: skip
    write(path, table("G141", columns), ID=123, RA=53.0, GRISM="G141")
    return Truth("123", factor=1e20 / 2e17, ra=53.0)


def hst_3d(path: Path) -> Truth:
    columns = {"wave": WAVE, "flux": FLUX, "error": SIGMA * 50, "contam": 0 * FLUX - 49 * FLUX,
               "sensitivity": 0 * FLUX + 50.0}  # fmt: skip
    write(path, table("", columns))
    return Truth(path.stem, factor=1e3)


def msaexp(path: Path) -> Truth:
    columns = {"wave:um": WAVE / 1e4, "flux:uJy": FLUX, "err:uJy": SIGMA}
    write(path, table("SPEC1D", columns, SRCID=456, RA=53.0, GRATING="PRISM"))
    return Truth("456", factor=1e-6 * JY, ra=53.0)


def jwst_many_sources(path: Path) -> Truth:
    tables = [
        table("EXTRACT1D", {"WAVELENGTH:um": WAVE / 1e4, "FLUX:Jy": FLUX + i,
              "FLUX_ERROR:Jy": SIGMA}, SOURCEID=100 + i, SRCRA=53.0 + i, EXTVER=i + 1)
        for i in range(3)
    ]  # fmt: skip
    write(path, *tables, TELESCOP="JWST", TARGNAME="field", TARG_RA=1.0)
    return Truth("102", 3, flux=FLUX + 2, factor=JY, ra=55.0)


def jwst_rows(path: Path) -> Truth:
    cells = {"WAVELENGTH:um": WAVE / 1e4, "FLUX:Jy": FLUX, "FLUX_ERROR:Jy": SIGMA}
    rows = {name: np.stack([values, values]) for name, values in cells.items()}
    facts = {"SOURCE_ID": [100, 101], "SOURCE_RA": [1.0, 2.0], "SOURCE_DEC": [0.0, 0.0]}
    write(path, table("EXTRACT1D", {**facts, **rows}), TELESCOP="JWST")
    return Truth("101", 2, factor=JY, ra=2.0)


def euclid(path: Path) -> Truth:
    columns = {"WAVELENGTH:Angstrom": WAVE, "SIGNAL": FLUX, "MASK": np.arange(N) % 16 == 15,
               "QUALITY": 0 * FLUX + 0.9, "VAR": SIGMA**2}  # fmt: skip
    tables = [
        table(f"{i}_COMBINED1D_SIGNAL", columns, OBJ_ID=2600000000000000001 + i, FSCALE=1e-16)
        for i in range(2)
    ]
    write(path, *tables, TELESCOP="EUCLID")
    return Truth("2600000000000000002", 2, factor=1e4)


def weave(path: Path) -> Truth:
    rows, axis = np.stack([FLUX, FLUX + 1]), {**LINEAR, "CTYPE1": "AWAV"}
    write(
        path,
        image(rows, "RED_DATA", **axis),
        image(np.stack([1.0 / SIGMA**2] * 2), "RED_IVAR"),
        image(rows * 2, "RED_DATA_NOSS", **axis),
        image(np.full(rows.shape, 2e-18), "RED_SENSFUNC"),
        table("FIBTABLE", {"TARGID": ["a", "b"], "FIBRERA": [1.0, 2.0], "FIBREDEC": [0.0, 0.0]}),
    )
    return Truth("b", 2, medium="air", flux=FLUX + 1, factor=200.0, ra=2.0)


def hetdex(path: Path) -> Truth:
    facts = {"source_id": [7, 8], "RA": [1.0, 2.0], "DEC": [0.0, 0.0], "z_hetdex": [0.1, 3.0]}
    unit = "1e-17 erg/(s cm2 Angstrom)"
    write(
        path,
        table("INFO", facts),
        image(np.stack([FLUX, FLUX + 1]), "SPEC", BUNIT=unit),
        image(np.stack([SIGMA, SIGMA]), "SPEC_ERR", BUNIT=unit),
        image(WAVE, "WAVELENGTH", BUNIT="Angstrom"),
    )
    return Truth("8", 2, medium="air", flux=FLUX + 1, factor=1e3, redshift=3.0, ra=2.0)


def pypeit(path: Path) -> Truth:
    columns = {"OPT_WAVE": WAVE, "OPT_COUNTS": 9 * FLUX, "OPT_COUNTS_SIG": 9 * SIGMA,
               "OPT_FLAM": FLUX, "OPT_FLAM_SIG": SIGMA}  # fmt: skip
    names = ("SPAT0234-SLIT0240-DET01", "SPAT0235-SLIT0240-DET01")
    write(path, *(table(name, columns, RA=10.0 + i) for i, name in enumerate(names)), PYP_SPEC="x")
    return Truth(names[1], 2, factor=1e3, ra=11.0)


def espresso(path: Path) -> Truth:
    columns = {"wavelength": WAVE, "wavelength_air": WAVE - 1.3, "flux": FLUX, "error": SIGMA}
    write(path, table("S1D", columns), OBJECT="tau")
    return Truth("tau")


def apertures(path: Path) -> Truth:
    """Two apertures of apall with its bands: the sigma of each is its own."""
    bands = np.stack([[FLUX, FLUX + 1], [FLUX, FLUX], [2 * SIGMA, SIGMA]])
    labels = {f"BANDID{i + 1}": f"{what} - background" for i, what in
              enumerate(("spectrum", "raw", "sigma"))}  # fmt: skip
    system = {"WAT0_001": "system=equispec", "CTYPE1": "LINEAR", "APNUM1": "1 1 1 2",
              "APNUM2": "2 2 5 6", "OBJECT": "slit"}  # fmt: skip
    write(path, fits.PrimaryHDU(bands), **LINEAR, **labels, **system)
    return Truth("slit_2", 2, medium="air", flux=FLUX + 1)


def weights_beside(path: Path) -> Truth:
    """LEGA-C: a flux without a unit, whose inverse variances are in a file beside it."""
    axis = {**LINEAR, "CTYPE1": "AWAV"}
    write(path, fits.PrimaryHDU(FLUX * 1e-18), **axis)
    write(path.with_name(f"{path.stem}_wht.fits"), fits.PrimaryHDU(1e36 / SIGMA**2), **axis)
    return Truth(path.stem, medium="air", factor=100.0)


def stsci_ascii_table(path: Path) -> Truth:
    columns = [fits.Column("WAVELENGTH", "F10.3", unit="ANGSTROMS", array=WAVE)]
    for name, values in (("FLUX", FLUX), ("STATERROR", SIGMA)):
        columns.append(fits.Column(name, "E20.12", unit="FLAM", array=values * 1e-16))
    write(path, fits.TableHDU.from_columns(columns), TELESCOP="HST", TARGNAME="BD+33")
    return Truth("BD+33", wave=np.round(WAVE, 3), factor=1e4)


KINDS: tuple[Callable[[Path], Truth], ...] = (
    spplate, sdss_v, desi_with_zcatalog, six_df, two_df, vipers, grizli, hst_3d, msaexp,
    jwst_many_sources, jwst_rows, euclid, weave, hetdex, pypeit, espresso, apertures,
    weights_beside, stsci_ascii_table,
)  # fmt: skip


@pytest.mark.parametrize("make", KINDS, ids=lambda make: make.__name__)
def test_that_a_survey_is_read_value_for_value(
    tmp_path: Path, make: Callable[[Path], Truth]
) -> None:
    path = tmp_path / "made.fits"
    truth = make(path)

    headers = list_headers(path)
    spectrum = read_spectrum(headers[-1].ref)

    assert len(headers) == truth.n_spectra
    assert headers[-1].source_id == truth.source_id
    assert headers[-1].redshift == pytest.approx(truth.redshift, nan_ok=True)
    assert headers[-1].ra == pytest.approx(truth.ra, nan_ok=True)
    good = spectrum.ivar > 0
    assert good.mean() > 0.9
    assert not spectrum.is_variance_estimated
    wave = convert(truth.wave, truth.medium, "vacuum")
    np.testing.assert_allclose(spectrum.wave, wave, rtol=1e-9)
    np.testing.assert_allclose(spectrum.flux[good], (truth.flux * truth.factor)[good], rtol=1e-6)
    np.testing.assert_allclose(spectrum.sigma[good], (SIGMA * truth.factor)[good], rtol=1e-6)


def test_that_masked_pixels_of_euclid_are_masked(tmp_path: Path) -> None:
    euclid(tmp_path / "made.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "made.fits")[0].ref)

    np.testing.assert_array_equal(spectrum.is_masked, np.arange(N) % 16 == 15)


def test_that_templates_of_grizli_are_no_spectrum(tmp_path: Path) -> None:
    fit = table("ZFIT_STACK", {"zgrid": WAVE, "chi2": FLUX})
    templates = table("TEMPL", {"wave": WAVE, "continuum": FLUX, "full": FLUX})
    write(tmp_path / "x.full.fits", fit, templates)

    with pytest.raises(InputError, match=r"\.1D\.fits"):
        list_headers(tmp_path / "x.full.fits")


def test_that_a_fibre_at_the_sky_says_so(tmp_path: Path) -> None:
    rows = np.stack([FLUX, FLUX])
    facts = {"TARGID": ["a", ""], "FIBRERA": [1.0, 2.0], "FIBREDEC": [0.0, 0.0],
             "TARGUSE": ["T", "S"]}  # fmt: skip
    write(
        tmp_path / "stack.fit",
        image(rows, "RED_DATA", **{**LINEAR, "CTYPE1": "AWAV"}),
        image(np.stack([1.0 / SIGMA**2] * 2), "RED_IVAR"),
        table("FIBTABLE", facts),
    )

    assert [header.kind for header in list_headers(tmp_path / "stack.fit")] == ["", "sky fibre"]


@pytest.mark.parametrize("names", [("", "", ""), ("WAVE", "FLUX", "IVAR")])
def test_that_fibres_with_wavelengths_in_the_primary_image_are_read(
    tmp_path: Path, names: tuple[str, str, str]
) -> None:
    rows = [np.stack([WAVE, WAVE + 1.0]), np.stack([FLUX, FLUX + 1]), np.stack([SIGMA**-2] * 2)]
    hdus = [fits.PrimaryHDU(rows[0]), *map(fits.ImageHDU, rows[1:])]
    for hdu, name in zip(hdus, names, strict=True):
        hdu.name = name
    plug = {"OBJTYPE": ["TARGET", "SKY"], "RA": [1.0, 2.0], "DEC": [0.0, 0.0], "FIBERID": [1, 2]}
    hdus.append(fits.BinTableHDU(Table(plug)))
    fits.HDUList(hdus).writeto(tmp_path / "spHect.fits")

    headers = list_headers(tmp_path / "spHect.fits")
    spectrum = read_spectrum(headers[1].ref)

    assert [header.ra for header in headers] == [1.0, 2.0]
    assert [header.kind for header in headers] == ["", "sky fibre"]
    assert [header.source_id for header in headers] == ["spHect_1", "spHect_2"]
    assert (
        "Among the 2 fibres that are listed, OBJTYPE tells of 1 sky fibre."
        in account_of(tmp_path / "spHect.fits").left_out
    )
    assert np.allclose(spectrum.flux, FLUX + 1)
    assert np.allclose(spectrum.wave, convert(WAVE + 1.0, "air", "vacuum"))
    assert np.allclose(spectrum.ivar, SIGMA**-2)


@pytest.mark.parametrize("wave", [WAVE, np.stack([WAVE, WAVE + 1.0])])
def test_that_rows_of_fluxes_are_spectra_where_no_table_tells_of_them(
    tmp_path: Path, wave: np.ndarray
) -> None:
    images = {"FLUX": np.stack([FLUX, FLUX + 1]), "IVAR": np.stack([SIGMA**-2] * 2), "WAVE": wave}
    write(tmp_path / "rows.fits", *(image(values, name) for name, values in images.items()))

    headers = list_headers(tmp_path / "rows.fits")
    spectrum = read_spectrum(headers[1].ref)

    assert [header.source_id for header in headers] == ["rows_0", "rows_1"]
    assert np.allclose(spectrum.flux, FLUX + 1)
    assert np.allclose(spectrum.wave, convert(np.atleast_2d(wave)[-1], "air", "vacuum"))
    assert np.allclose(spectrum.ivar, SIGMA**-2)


def test_that_the_rows_of_a_slit_are_no_sources(tmp_path: Path) -> None:
    images = {"SCI": np.stack([FLUX, FLUX]), "ERR": np.stack([SIGMA] * 2),
              "WAVELENGTH": np.stack([WAVE, WAVE])}  # fmt: skip
    write(tmp_path / "s2d.fits", *(image(values, name) for name, values in images.items()))

    with pytest.raises(InputError, match="holds no one-dimensional spectrum"):
        list_headers(tmp_path / "s2d.fits")


def test_that_what_sparcl_serves_is_in_vacuum(tmp_path: Path) -> None:
    cells = {"wavelength": np.stack([WAVE] * 2), "flux": np.stack([FLUX] * 2),
             "ivar": np.stack([SIGMA**-2] * 2)}  # fmt: skip
    facts = {"sparcl_id": ["a", "b"], "targetid": [1, 2], "ra": [1.0, 2.0], "dec": [3.0, 4.0]}
    Table({**facts, **cells}).write(tmp_path / "sparcl.fits")

    headers = list_headers(tmp_path / "sparcl.fits")
    spectrum = read_spectrum(headers[1].ref)

    assert [header.source_id for header in headers] == ["1", "2"]
    assert spectrum.stored_medium == "vacuum"
    assert np.allclose(spectrum.wave, WAVE)
    assert np.allclose(spectrum.flux, FLUX * 1e3)
