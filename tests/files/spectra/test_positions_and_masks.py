"""Which cards of a header are the source's own, and what is said of masks and qualities."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from moosegui.data.catalogue import ReadingChoice
from moosegui.data.medium import convert
from moosegui.files.spectra import list_headers, read_spectrum
from moosegui.files.spectra.elements.headers import stem_of
from moosegui.pipeline.reading.account import account_of, account_rows

N = 300
WAVE = np.linspace(4800.0, 9300.0, N)


def write_image(path: Path, *further: fits.ImageHDU, **cards: object) -> Path:
    header = fits.Header({"CRVAL1": 4800.0, "CDELT1": 1.25, "CRPIX1": 1.0, "CTYPE1": "AWAV"})
    for keyword, value in cards.items():
        header[keyword.replace("__", " ")] = value
    flux = 20.0 + np.random.default_rng(1).normal(size=N)
    fits.HDUList([fits.PrimaryHDU(flux, header), *further]).writeto(path)
    return path


@pytest.mark.parametrize(
    "own", ["RA_OBJ DEC_OBJ", "OBJRA OBJDEC", "PLUG_RA PLUG_DEC", "SRC_RA SRC_DEC"]
)
def test_that_the_position_of_the_object_comes_before_that_of_the_telescope(
    tmp_path: Path, own: str
) -> None:
    ra, dec = own.split()
    cards = {"RA": 10.0, "DEC": 5.0, ra: 10.02, dec: 5.01}

    (header,) = list_headers(write_image(tmp_path / "a.fits", **cards))

    assert (header.ra, header.dec) == (10.02, 5.01)


def test_that_all_objects_of_a_mask_do_not_get_its_name(tmp_path: Path) -> None:
    cards = {"TARGET": "maskA370", "PYP_SPEC": "keck_deimos", "RA_OBJ": 39.99, "DEC_OBJ": -1.56}
    slit = write_image(tmp_path / "J0239-0133_coadd.fits", **cards)
    long_slit = write_image(tmp_path / "b.fits", TARGET="J0239", PYP_SPEC="keck_lris")

    assert list_headers(slit)[0].source_id == "J0239-0133_coadd"
    assert list_headers(long_slit)[0].source_id == "J0239"


def test_that_cards_of_a_hierarchy_are_read_where_no_others_are(tmp_path: Path) -> None:
    own = {"PND__OBJID": "CDFS003618", "PND__OBJRA": 53.0861, "PND__OBJDEC": -27.8342}
    own |= {"PND__Z": 1.0931, "PND__ZFLAGS": 4.0, "ESO__OBS__ID": 7}
    alone = write_image(tmp_path / "sc_1.fits", **own)
    beside = write_image(tmp_path / "sc_2.fits", OBJECT="mine", RA=1.0, DEC=2.0, Z=0.5, **own)

    (first,), (second,) = list_headers(alone), list_headers(beside)

    assert (first.source_id, first.ra, first.redshift) == ("CDFS003618", 53.0861, 1.0931)
    assert second.source_id == "mine"
    assert second.redshift == 0.5
    assert any("PND ZFLAGS = 4.0" in fact for fact in account_of(alone).facts)


@pytest.mark.parametrize("n_bad", [0, 1, 12])
def test_that_the_pixels_that_a_mask_takes_are_counted(tmp_path: Path, n_bad: int) -> None:
    mask = np.zeros(N, dtype=np.int32)
    mask[100 : 100 + n_bad] = 4
    path = write_image(tmp_path / "a.fits", fits.ImageHDU(mask, name="QUAL"))

    spectrum = read_spectrum(list_headers(path)[0].ref)

    said = [fact for fact in spectrum.facts if "QUAL" in fact]
    count = {1: "1 pixel is", 12: "12 pixels are"}.get(n_bad)
    assert said == ([f"Extension QUAL marks pixels as bad; {count} left out."] if count else [])
    assert np.count_nonzero(spectrum.is_masked) == n_bad


def test_that_an_assumed_unit_is_told_where_the_unit_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    wave = np.arange(4750.0, 9350.0, 1.25)
    path.write_text("\n".join(f"{w:.2f} {1e-18:.3e} {1e-19:.3e}" for w in wave))

    unit = dict(account_rows(account_of(path)))["unit"]

    assert unit == "none in the file; values so small were taken as erg/s/cm2/Angstrom"


@pytest.mark.parametrize(
    ("names", "flux", "error"),
    [
        ("OPTIMAL OPTIMAL_ERR BOXCAR BOXCAR_ERR", "BOXCAR", "BOXCAR_ERR"),
        ("FLUX_OPT ERR_OPT FLUX_BOX ERR_BOX", "FLUX_BOX", "ERR_BOX"),
        ("FLUX_OPT ERR_OPT FLUX_BOX ERR_BOX", "FLUX_OPT", "ERR_OPT"),
    ],
)
def test_that_a_chosen_flux_has_its_own_errors(
    tmp_path: Path, names: str, flux: str, error: str
) -> None:
    header = {"CRVAL1": 4800.0, "CDELT1": 1.25, "CRPIX1": 1.0}
    hdus = [fits.PrimaryHDU()]
    for i, name in enumerate(names.split()):
        hdus.append(fits.ImageHDU(np.full(N, i + 1.0) + 1e-3 * WAVE, name=name))
        hdus[-1].header.update(header)
    fits.HDUList(hdus).writeto(tmp_path / "a.fits")

    account = account_of(tmp_path / "a.fits", ReadingChoice(flux=flux))

    assert account.flux == f"extension {flux}"
    assert account.error == f"extension {error} (sigma)"
    named = " ".join((*account.left_out, account.flux, account.error))
    assert all(re.search(rf"(?<!\w){name}(?!\w)", named) for name in names.split())


@pytest.mark.parametrize("n_rows", [3, 4])
@pytest.mark.parametrize("medium", ["WAVETYPE", "HISTORY", ""])
def test_that_the_rows_of_spextool_are_read(tmp_path: Path, n_rows: int, medium: str) -> None:
    micron = np.linspace(0.82, 2.42, N)
    rows = [micron, 1e-15 + 1e-17 * np.sin(micron), np.full(N, 2e-17), np.zeros(N)]
    primary = fits.PrimaryHDU(np.array(rows[:n_rows]))
    primary.header.update({"XUNITS": "um", "YUNITS": "ergs s-1 cm-2 A-1", "OBJECT": "PG1126-041"})
    if medium == "WAVETYPE":
        primary.header["WAVETYPE"] = "Vacuum"
    elif medium:
        primary.header["HISTORY"] = "Wavelengths are in vacuum."
    primary.writeto(tmp_path / "merged.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "merged.fits")[0].ref)

    wave = micron * 1e4 if medium else convert(micron * 1e4, "air", "vacuum")
    assert np.allclose(spectrum.wave, wave)
    assert np.allclose(spectrum.flux, rows[1] / 1e-20)
    assert np.allclose(spectrum.ivar, (2e-17 / 1e-20) ** -2.0)
    assert spectrum.stored_medium == ("vacuum" if medium else "")


def test_that_the_orders_of_spextool_are_joined(tmp_path: Path) -> None:
    first, last = np.linspace(1.9, 2.4, N), np.linspace(1.4, 1.95, N)
    last[-20:] = np.nan
    orders = [[wave, np.full(N, 1e-15), np.full(N, 2e-17), np.zeros(N)] for wave in (first, last)]
    primary = fits.PrimaryHDU(np.array(orders))
    primary.header.update({"XUNITS": "um", "YUNITS": "ergs s-1 cm-2 A-1", "ORDERS": "3,4"})
    primary.header["WAVETYPE"] = "Vacuum"
    primary.writeto(tmp_path / "cal.fits")

    spectrum = read_spectrum(list_headers(tmp_path / "cal.fits")[0].ref)

    assert (spectrum.wave[0], spectrum.wave[-1]) == pytest.approx((14_000.0, 24_000.0))
    assert np.allclose(spectrum.flux[spectrum.ivar > 0], 1e-15 / 1e-20)
    assert any("order 4, order 3" in fact for fact in spectrum.facts)


@pytest.mark.parametrize(
    ("name", "stem"),
    [("a.csv.gz", "a"), ("a.b.txt.gz", "a.b"), ("a.fits.gz", "a"), ("a.b.fits", "a.b")],
)
def test_that_a_packed_text_has_the_name_of_the_text(name: str, stem: str) -> None:
    assert stem_of(Path(name)) == stem
