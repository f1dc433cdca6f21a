"""Real files by value: wavelengths, fluxes and errors as astropy and mpdaf read them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from spectrum_files import vacuum_of

from moosegui.data.arrays import FloatArray
from moosegui.files.spectra import list_headers, read_spectrum

pytestmark = pytest.mark.shared_data

# file: number of spectra, kind, first and last wavelength in vacuum, medium, error
KNOWN = {
    "aat_emlLinearSkyAirNoHelio.fits": (1, "Marz file", 3754.67, 8981.64, "air", "variance"),
    "aat_emlMultiple_0.fits": (3, "Marz file", 3754.67, 8981.65, "vacuum", "variance"),
    "aat_quasarLinearSkyAirNoHelio.fits": (1, "Marz file", 3734.36, 8859.04, "air", "variance"),
    "boss_6781-56274-0989.fits": (1, "SDSS", 3604.13, 10356.19, "vacuum", "inverse variance"),
    "boss_QSO_z2.50.fits": (1, "SDSS", 3555.49, 10396.81, "vacuum", ""),
    "desi_39089837499744649.fits": (1, "DESI", 3600.0, 9824.0, "vacuum", "inverse variance"),
    "desi_LRG_39628259121434302.fits": (1, "DESI", 3600.0, 9824.0, "vacuum", ""),
    "isis_IZw18.fits": (2, "IRAF spectra", 4329.49, 7471.94, "", ""),  # two apertures
    "mpdaf_g9-124.fits": (1, "one-dimensional image", 4603.89, 7186.27, "", "variance"),
    "mpdaf_g9-124_novariance.fits": (1, "one-dimensional image", 4603.89, 7186.27, "", ""),
    "muse_DR2_001032.fits": (1, "MPDAF spectrum", 4701.32, 9352.57, "air", "variance"),
    "muse_autospec_120.fits": (1, "MPDAF Source", 4751.68, 9352.92, "air", "variance"),
    "muse_mosaic_01102.fits": (1, "MPDAF spectrum", 4751.33, 9352.57, "air", "variance"),
    "muse_musex_00004.fits": (1, "MPDAF Source", 4751.33, 5000.14, "", "variance"),
    "muse_mypython_test.fits": (1, "mypython", 4600.89, 9353.42, "vacuum", "sigma"),
    "muse_udf10_00002.fits": (1, "MPDAF spectrum", 4751.33, 9352.57, "air", "variance"),
    "osiris_gp121903.fits": (1, "one-dimensional image", 3628.01, 10243.48, "", ""),
    "sdss_0266-51602-0013.fits": (1, "SDSS", 3803.64, 9202.38, "vacuum", "inverse variance"),
    "sdss_SHOC579.fits": (1, "SDSS", 3786.17, 9187.56, "vacuum", "inverse variance"),
    "vandels_CDFS000303.dat": (1, "text table", 4805.1, 10298.1, "", "sigma"),
}


@pytest.fixture(scope="module")
def originals(shared_data: Path) -> Path:
    return shared_data / "real" / "original"


@pytest.mark.parametrize("name", KNOWN)
def test_that_a_real_file_is_what_it_is(originals: Path, name: str) -> None:
    n_spectra, kind, first, last, medium, error = KNOWN[name]
    headers = list_headers(originals / name)

    spectrum = read_spectrum(headers[0].ref)

    assert len(headers) == n_spectra
    assert spectrum.provenance.kind.startswith(kind)
    assert spectrum.wave[[0, -1]] == pytest.approx([first, last], abs=0.1)
    assert spectrum.stored_medium == medium
    assert spectrum.provenance.error.endswith(f"({error})" if error else "")
    assert bool(spectrum.provenance.error) == bool(error) == (not spectrum.is_variance_estimated)


def compare(name: Path, wave: FloatArray, flux: FloatArray, variance: FloatArray | None) -> None:
    """Compare what is read with wavelengths in vacuum and fluxes in 1e-20 erg/s/cm2/Angstrom."""
    spectrum = read_spectrum(list_headers(name)[0].ref)
    good = ~spectrum.is_masked

    np.testing.assert_allclose(spectrum.wave, wave, rtol=3e-8)
    np.testing.assert_allclose(spectrum.flux[good], flux[good], rtol=2e-6)
    if variance is not None:
        np.testing.assert_allclose(spectrum.ivar[good], 1.0 / variance[good], rtol=2e-6)
        bad = ~np.isfinite(flux) | ~np.isfinite(variance) | (variance <= 0) | (flux == 0)
        np.testing.assert_array_equal(good[~bad], True)
        assert good.sum() >= (~bad).sum()


@pytest.mark.parametrize("name", ["muse_udf10_00002", "muse_mosaic_01102", "muse_DR2_001032"])
def test_that_mpdaf_reads_the_same_numbers(originals: Path, name: str) -> None:
    obj = pytest.importorskip("mpdaf.obj")
    path = originals / f"{name}.fits"
    theirs = obj.Spectrum(str(path))

    wave = vacuum_of(np.asarray(theirs.wave.coord()))
    mask = np.ma.getmaskarray(theirs.data)
    flux = np.where(mask, np.nan, np.ma.getdata(theirs.data).astype(np.float64))
    variance = np.ma.getdata(theirs.var).astype(np.float64)

    spectrum = read_spectrum(list_headers(path)[0].ref)
    good = ~spectrum.is_masked
    np.testing.assert_allclose(spectrum.wave, wave, rtol=3e-8)
    np.testing.assert_allclose(spectrum.flux[good], flux[good], rtol=1e-6)
    np.testing.assert_allclose(spectrum.ivar[good], 1.0 / variance[good], rtol=1e-6)


@pytest.mark.parametrize("name", ["sdss_SHOC579", "sdss_0266-51602-0013", "boss_6781-56274-0989"])
def test_that_sdss_has_the_numbers_of_astropy(originals: Path, name: str) -> None:
    path = originals / f"{name}.fits"
    table = fits.getdata(path, 1)
    ivar = table["ivar"].astype(np.float64)
    variance = np.divide(1e6, ivar, out=np.full_like(ivar, np.inf), where=ivar > 0)

    compare(path, 10 ** table["loglam"].astype(np.float64), 1e3 * table["flux"], variance)


def test_that_mypython_has_the_numbers_of_astropy(originals: Path) -> None:
    path = originals / "muse_mypython_test.fits"
    flux, sigma, wave = (fits.getdata(path, i).astype(np.float64) for i in range(3))

    compare(path, wave, flux, sigma**2)


def test_that_a_text_has_its_own_numbers(originals: Path) -> None:
    path = originals / "vandels_CDFS000303.dat"
    columns = np.loadtxt(path)

    spectrum = read_spectrum(list_headers(path)[0].ref)

    good = ~spectrum.is_masked
    np.testing.assert_allclose(spectrum.wave, vacuum_of(columns[:, 0]), rtol=3e-8)
    np.testing.assert_allclose(spectrum.flux[good], 1e20 * columns[good, 1], rtol=1e-9)
    np.testing.assert_allclose(spectrum.sigma[good], 1e20 * columns[good, 2], rtol=1e-9)
