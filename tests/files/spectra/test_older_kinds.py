"""Files of older telescopes and pipelines: IUE, IRAF's text, the masks of FORS."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from moosegui.errors import InputError
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.elements.units import flux_factor

N = 300
SIGMA = np.linspace(4.0, 6.0, N) * 1e-15
FLUX = 1e-13 + SIGMA * np.random.default_rng(3).normal(size=N)


def test_that_a_grid_of_start_and_step_is_the_axis_of_each_row(tmp_path: Path) -> None:
    quality = np.where(np.arange(N) < 20, -2, 0).astype(np.int16)
    columns = {"APERTURE": ["LARGE"], "NPOINTS": [N], "WAVELENGTH": [1050.0], "DELTAW": [1.67]}
    table = Table({**columns, "SIGMA": [SIGMA], "QUALITY": [quality], "FLUX": [FLUX]})
    hdu = fits.BinTableHDU(table, name="MELO")
    for i, unit in ((3, "ANGSTROM"), (4, "ANGSTROM"), (5, "ERG/CM2/S/A"), (7, "ERG/CM2/S/A")):
        hdu.header[f"TUNIT{i}"] = unit
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"] = "IUE"
    fits.HDUList([primary, hdu]).writeto(tmp_path / "swp.mxlo")

    spectrum = read_spectrum(list_headers(tmp_path / "swp.mxlo")[0].ref)

    np.testing.assert_allclose(spectrum.wave, 1050.0 + 1.67 * np.arange(N), rtol=1e-6)
    np.testing.assert_allclose(spectrum.flux[20:], FLUX[20:] / 1e-20, rtol=1e-6)
    assert np.flatnonzero(spectrum.is_masked).tolist() == list(range(20))


@pytest.mark.parametrize(("unit", "factor"), [("ERG/CM2/S/A", 1e20), ("10^-16 ERG/S/CM2/ANG", 1e4)])
def test_that_units_in_capitals_are_known(unit: str, factor: float) -> None:
    assert flux_factor(unit) == pytest.approx(factor)


def test_that_cards_of_iraf_before_a_text_say_whose_it_is(tmp_path: Path) -> None:
    cards = ["BITPIX  =   8  /  8-bit ASCII characters", "ORIGIN  = 'NOAO-IRAF: WTEXTIMAGE'  /",
             "IRAF-B/P=   32  /  Image bits per pixel", "OBJECT  = 'g14      '  /",
             "RA      = '17:20:10.03'  / right ascension", "DEC     = '+26:37:32.1'",
             "HISTORY  extracted by hand", "BUNIT   = 'erg/cm2/s/A'", "END", " " * 60]  # fmt: skip
    rows = [f"{w:.2f} {f:.5e}" for w, f in zip(np.linspace(3700.0, 7800.0, N), FLUX, strict=True)]
    (tmp_path / "g.txt").write_text("\n".join([*cards, *rows, ""]))

    (header,) = list_headers(tmp_path / "g.txt")
    spectrum = read_spectrum(header.ref)

    assert header.source_id == "g14"
    assert (header.ra, header.dec) == pytest.approx((260.0417917, 26.6255833))
    np.testing.assert_allclose(spectrum.flux, FLUX / 1e-20, rtol=1e-4)


@pytest.mark.parametrize("has_errors", [True, False])
def test_that_each_object_of_a_mask_is_a_source(tmp_path: Path, has_errors: bool) -> None:
    files = {"reduced_flux_sci_mxu.fits": np.array([FLUX, FLUX * 2, FLUX * 3])}
    if has_errors:
        files["reduced_flux_error_sci_mxu.fits"] = np.array([SIGMA, SIGMA * 2, SIGMA * 3])
    for name, values in files.items():
        hdu = fits.PrimaryHDU(values)
        hdu.header.update({"CRVAL1": 5100.0, "CD1_1": 3.2, "CTYPE1": "LINEAR", "RA": 177.4})
        hdu.header["HIERARCH ESO PRO CATG"] = name[:-5].upper()
        hdu.writeto(tmp_path / name)

    headers = list_headers(tmp_path)
    if has_errors:
        with pytest.raises(InputError, match="holds the errors of reduced_flux_sci_mxu"):
            list_headers(tmp_path / "reduced_flux_error_sci_mxu.fits")
    last = read_spectrum(headers[2].ref)

    assert [header.source_id[-1] for header in headers] == ["0", "1", "2"]
    assert np.isnan(headers[0].ra)  # that of the header is the telescope's
    assert last.is_variance_estimated is not has_errors
    assert last.flux[5] == pytest.approx(3 * FLUX[5] * (1e20 if last.unit.startswith("1e") else 1))


def test_that_the_object_comes_before_the_plate_of_sdss(tmp_path: Path) -> None:
    hdu = fits.PrimaryHDU(FLUX)
    hdu.header.update({"CRVAL1": 5100.0, "CD1_1": 3.2, "RADEG": 118.5, "DECDEG": 37.9})
    hdu.header.update({"RAOBJ": 117.1, "DECOBJ": 38.2})
    hdu.writeto(tmp_path / "a.fits")

    (header,) = list_headers(tmp_path / "a.fits")

    assert (header.ra, header.dec) == (117.1, 38.2)


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("where", ["flux", "both"])
def test_that_the_scale_of_a_flux_counts_twice_for_its_variance(
    tmp_path: Path, where: str, named: bool
) -> None:
    flux, scale = FLUX / 1e-14, 2e-17
    sigma = SIGMA / 1e-14 * (1.0 + 0.2 * np.sin(np.arange(N)))  # no axis
    header = {"CRVAL1": 4750.0, "CD1_1": 1.25, "CRPIX1": 1.0, "BUNIT": "erg/cm2/s/A"}
    hdus = [fits.PrimaryHDU(flux), fits.ImageHDU(sigma**2)]
    for hdu, name in zip(hdus, ("DATA", "STAT"), strict=True):
        hdu.header.update(header)
        hdu.name = name if named else ""
    del hdus[1].header["BUNIT"]
    for hdu, of in zip(hdus, ("flux", "error"), strict=True):
        if where in (of, "both"):
            hdu.header["FSCALE"] = scale
    fits.HDUList(hdus).writeto(tmp_path / "s.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "s.fits")[0].ref)

    np.testing.assert_allclose(spectrum.flux, flux * scale / 1e-20, rtol=1e-6)
    np.testing.assert_allclose(spectrum.ivar**-0.5, sigma * scale / 1e-20, rtol=1e-5)
