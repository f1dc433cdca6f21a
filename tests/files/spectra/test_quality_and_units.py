"""Masks beside images, relative errors, logarithms of nanometres, units of one fibre."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table

from moosegui.errors import InputError, QuestionError
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.elements.names import error_kind_of, is_flux
from moosegui.files.spectra.elements.units import flux_factor, kind_of_flux

N_WAVE = 400
WAVE = np.linspace(4800.0, 9300.0, N_WAVE)
SIGMA = np.linspace(4.0, 6.0, N_WAVE)
FLUX = 100.0 + SIGMA * np.random.default_rng(3).normal(size=N_WAVE)
BAD = np.arange(N_WAVE) % 10 == 0


def stacked(path: Path, flux: str, error: str, mask: str) -> Path:
    values = {"IVAR": 1 / SIGMA**2, "STAT": SIGMA**2, "ERROR": SIGMA}[error]
    images = [
        fits.ImageHDU(np.array([one] * 3), name=name)
        for one, name in ((FLUX, flux), (values, error), (BAD.astype(np.int32), mask))
    ]
    table = fits.BinTableHDU(Table({"ID": [5, 12, 7]}), name="CATALOG")
    axis = fits.ImageHDU(WAVE, name="WAVELENGTH")
    for key, value in (("CRVAL1", 4800.0), ("CDELT1", 4500.0 / (N_WAVE - 1)), ("CTYPE1", "AWAV")):
        images[0].header[key] = value
    images[0].header["CUNIT1"] = "Angstrom"
    fits.HDUList([fits.PrimaryHDU(), *images, axis, table]).writeto(path)
    return path


@pytest.mark.parametrize(
    "names", [("FLUX", "IVAR", "MASK"), ("DATA", "STAT", "DQ"), ("FLUX", "ERROR", "BADPIX")]
)
def test_that_a_mask_beside_an_image_of_rows_is_used(
    tmp_path: Path, names: tuple[str, str, str]
) -> None:
    path = stacked(tmp_path / "s.fits", *names)

    for header in list_headers(path):
        spectrum = read_spectrum(header.ref)

        assert (spectrum.ivar[BAD] == 0).all()
        assert (spectrum.ivar[~BAD] > 0).all()


def test_that_a_mask_counts_beside_a_quality_of_fractions(tmp_path: Path) -> None:
    quality = np.random.default_rng(1).uniform(0.1, 0.9, N_WAVE)
    columns = {"WAVE": WAVE, "FLUX": FLUX, "ERR": SIGMA, "QUALITY": quality}
    Table({**columns, "MASK": BAD.astype(np.int32)}).write(tmp_path / "s.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "s.fits")[0].ref)

    assert (spectrum.ivar[BAD] == 0).all()
    assert any("of fractions: QUALITY" in fact for fact in spectrum.facts)


def test_that_errors_in_percent_are_parts_of_the_flux(tmp_path: Path) -> None:
    table = Table({"wave": WAVE, "flux": FLUX, "err": 100.0 * SIGMA / FLUX})
    table["err"].unit, table["wave"].unit = "%", "Angstrom"
    table.write(tmp_path / "s.ecsv", format="ascii.ecsv")

    spectrum = read_spectrum(list_headers(tmp_path / "s.ecsv")[0].ref)

    np.testing.assert_allclose(spectrum.sigma, SIGMA, rtol=1e-6)


@pytest.mark.parametrize("name", ["rel_err", "flux_err_frac", "log_err", "err_percent"])
def test_that_relative_errors_are_no_sigma(name: str) -> None:
    assert error_kind_of(name) is None
    assert not is_flux(name)


@pytest.mark.parametrize(
    ("name", "values"), [("loglam", np.log10(WAVE / 10)), ("lnlam", np.log(WAVE / 10))]
)
def test_that_logarithms_that_may_be_of_nanometres_are_asked(
    tmp_path: Path, name: str, values: np.ndarray
) -> None:
    Table({name: values, "flux": FLUX, "ivar": SIGMA**-2}).write(tmp_path / "s.fits")

    with pytest.raises(QuestionError, match="--wave-unit nm"):
        read_spectrum(list_headers(tmp_path / "s.fits")[0].ref)


def test_that_a_frame_of_rest_is_told(tmp_path: Path) -> None:
    hdu = fits.ImageHDU(FLUX, name="DATA")
    cards = {"CRVAL1": 1900.0, "CDELT1": 4.5, "CTYPE1": "WAVE", "CUNIT1": "Angstrom"}
    hdu.header.update({**cards, "SPECSYS": "SOURCE"})
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "s.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "s.fits")[0].ref)

    assert any("SPECSYS says" in said for said in spectrum.provenance.assumed)


@pytest.mark.parametrize("of", ["/spaxel", "/fiber", " / fibre"])
def test_that_the_flux_of_one_fibre_is_a_flux(of: str) -> None:
    assert flux_factor(f"1E-17 erg/s/cm^2/Ang{of}") == pytest.approx(1e3)
    assert kind_of_flux(f"1E-17 something{of}") == ""


def test_that_electrons_stay_counts() -> None:
    assert [kind_of_flux(text) for text in ("e-", "e-/s", "ADU")] == ["counts"] * 3


def test_that_a_ucd_of_wavelengths_counts_whatever_the_name(tmp_path: Path) -> None:
    table = Table({"spectral": WAVE / 10.0, "val": FLUX, "unc": SIGMA})
    ucds = ("em.wl", "phot.flux.density;em.wl", "stat.error;phot.flux.density;em.wl")
    for name, ucd in zip(table.colnames, ucds, strict=True):
        table[name].meta["ucd"] = ucd
    table["spectral"].unit = "nm"
    table.write(tmp_path / "s.vot", format="votable")

    spectrum = read_spectrum(list_headers(tmp_path / "s.vot")[0].ref)

    np.testing.assert_allclose(spectrum.wave[[0, -1]], [4800.0, 9300.0], atol=0.01)
    np.testing.assert_allclose(spectrum.flux, FLUX)
    np.testing.assert_allclose(spectrum.sigma, SIGMA)


def test_that_masks_of_bits_are_named(tmp_path: Path) -> None:
    path = stacked(tmp_path / "s.fits", "FLUX", "IVAR", "ANDMASK")

    spectrum = read_spectrum(list_headers(path)[0].ref)

    assert (spectrum.ivar > 0).all()
    assert any("remarks: ANDMASK" in fact for fact in spectrum.facts)


@pytest.mark.parametrize(
    ("column", "rows", "expected"),
    [
        ("SPECROW", [2, 0, 1], [2, 0, 1]),
        ("SPECROW", [2, 2, 1], [0, 1, 2]),
        ("N", [2, 0, 1], [0, 1, 2]),
    ],
)
def test_that_a_table_may_name_the_rows_of_its_image(
    tmp_path: Path, column: str, rows: list[int], expected: list[int]
) -> None:
    path = stacked(tmp_path / "s.fits", "FLUX", "IVAR", "MASK")
    with fits.open(path) as hdus:
        table = Table(hdus["CATALOG"].data)
        table[column] = rows
        hdus["CATALOG"] = fits.BinTableHDU(table, name="CATALOG")
        hdus.writeto(path.with_name("t.fits"))

    headers = list_headers(path.with_name("t.fits"))

    assert [header.source_id for header in headers] == ["5", "12", "7"]
    assert [header.ref.row for header in headers] == expected


@pytest.mark.parametrize("unit", ["1e-17 erg/s/cm2/A/arcsec2", "erg/s/cm2/A/sr"])
def test_that_a_surface_brightness_is_told(tmp_path: Path, unit: str) -> None:
    table = Table({"wave": WAVE, "flux": FLUX, "err": SIGMA})
    hdu = fits.BinTableHDU(table)
    hdu.header["TUNIT1"], hdu.header["TUNIT2"] = "Angstrom", unit
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(tmp_path / "s.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "s.fits")[0].ref)

    assert any("surface brightness" in said for said in spectrum.provenance.assumed)


def test_that_utf_16_is_called_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "s.txt"
    path.write_text("wave flux\n5000 1\n", encoding="utf-16")

    with pytest.raises(InputError, match="is a text in UTF-16"):
        list_headers(path)


@pytest.mark.parametrize("header", ["wave,flux,err", "wl,f_lambda,sigma", ""])
@pytest.mark.parametrize("gap", [",,", "5.0,"])
def test_that_an_empty_last_cell_is_a_masked_pixel(tmp_path: Path, header: str, gap: str) -> None:
    rows = [f"{w:.4f},{f:.4f},{s:.4f}" for w, f, s in zip(WAVE, FLUX, SIGMA, strict=True)]
    rows[30] = f"{WAVE[30]:.4f},{gap}"
    (tmp_path / "s.csv").write_text("\n".join([header, *rows] if header else rows))

    spectrum = read_spectrum(list_headers(tmp_path / "s.csv")[0].ref)

    assert np.flatnonzero(spectrum.ivar == 0).tolist() == [30]
    np.testing.assert_allclose(spectrum.sigma[:30], SIGMA[:30], atol=1e-4)


def test_that_a_separator_at_the_end_of_every_line_is_no_column(tmp_path: Path) -> None:
    rows = [f"{w:.4f},{f:.4f},{s:.4f}," for w, f, s in zip(WAVE, FLUX, SIGMA, strict=True)]
    (tmp_path / "s.csv").write_text("\n".join(["wave,flux,err", *rows]))

    spectrum = read_spectrum(list_headers(tmp_path / "s.csv")[0].ref)

    assert (spectrum.ivar > 0).all()


def test_that_the_place_of_the_source_comes_before_that_of_the_telescope(tmp_path: Path) -> None:
    primary = fits.PrimaryHDU()
    primary.header["TARG_RA"], primary.header["TARG_DEC"] = 214.91, 52.81
    hdu = fits.BinTableHDU(Table({"WAVELENGTH": WAVE, "FLUX": FLUX}), name="EXTRACT1D")
    hdu.header["SRCRA"], hdu.header["SRCDEC"], hdu.header["SOURCEID"] = 214.90, 52.80, 5123
    fits.HDUList([primary, hdu]).writeto(tmp_path / "s.fits")

    (header,) = list_headers(tmp_path / "s.fits")

    assert (header.ra, header.dec) == (214.90, 52.80)


@pytest.mark.parametrize(
    ("first", "last", "medium"),
    [(10000.0, 52000.0, "vacuum"), (1200.0, 2900.0, "vacuum"), (11000.0, 24500.0, "air")],
)
def test_that_what_only_space_telescopes_see_is_vacuum(
    tmp_path: Path, first: float, last: float, medium: str
) -> None:
    wave = np.linspace(first, last, N_WAVE)
    Table({"wave(Angstrom)": wave, "flux": FLUX, "err": SIGMA}).write(tmp_path / "s.csv")

    spectrum = read_spectrum(list_headers(tmp_path / "s.csv")[0].ref)

    assert any(f"; {medium} was assumed" in said for said in spectrum.provenance.assumed)
    assert (abs(spectrum.wave[0] - first) < 1e-6) == (medium == "vacuum")


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("FLAM16", 1e4),
        ("FLAM20", 1.0),
        ("10**(-16) erg /s /cm**2 /angstrom /pixel", 1e4),
        ("1e-17 erg/s/cm2/A/pix", 1e3),
    ],
)
def test_that_units_of_instruments_are_known(text: str, factor: float) -> None:
    assert flux_factor(text) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("flux", "error"),
    [("f_lam", "f_lam_err"), ("F_lambda", "F_lambdaerr"), ("f_lam", "df_lam"), ("flam", "flam_unc"),
     ("counts", "e_counts"), ("spec", "d_spec"), ("calflux", "calflux_sigma")],
)  # fmt: skip
def test_that_errors_are_known_by_the_name_of_their_flux(flux: str, error: str) -> None:
    assert is_flux(flux)
    assert error_kind_of(flux) is None
    assert error_kind_of(error) == "sigma"
    assert not is_flux(error)


def of_hst(path: Path) -> Path:
    """Write two segments as CALCOS does: flags of which only some are serious, padding of zeros."""
    rows = []
    for start, flags in ((1130.0, (4, 1024)), (1280.0, (8, 1024))):
        dq = np.where(BAD, flags[1], 0).astype(np.int16)
        dq[5:8] = flags[0]
        rows.append((np.linspace(start, start + 140.0, N_WAVE), FLUX * 1e-15, SIGMA * 1e-15, dq))
    names = ("WAVELENGTH", "FLUX", "ERROR", "DQ")
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    table = fits.BinTableHDU(Table({"SEGMENT": ["FUVB", "FUVA"], **columns}), name="SCI")
    table.header["TUNIT2"], table.header["SDQFLAGS"] = "Angstrom", 4 + 8
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"] = "HST"
    fits.HDUList([primary, table]).writeto(path)
    return path


def test_that_only_serious_flags_of_hst_are_bad_and_those_of_every_part_are_told(
    tmp_path: Path,
) -> None:
    spectrum = read_spectrum(list_headers(of_hst(tmp_path / "x1d.fits"))[0].ref)

    assert np.count_nonzero(spectrum.ivar == 0) == 6
    assert any("SDQFLAGS (12)" in fact for fact in spectrum.facts)
    assert sum("3 pixels are left out" in fact for fact in spectrum.facts) in (1, 2)


def test_that_masked_pixels_of_each_part_are_told_apart(tmp_path: Path) -> None:
    path = of_hst(tmp_path / "x1d.fits")
    with fits.open(path, mode="update") as hdus:
        hdus[1].data["DQ"][0, 20:25] = 4

    told = [fact for fact in read_spectrum(list_headers(path)[0].ref).facts if "left out" in fact]

    assert any("8 pixels" in fact and "row 1" in fact for fact in told)
    assert any("3 pixels" in fact and "row 2" in fact for fact in told)
