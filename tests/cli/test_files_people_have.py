"""Files of ten kinds that people have, made by hand, through `moosegui info` and `scan`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy import units as u
from astropy.io import fits
from astropy.table import Table

from moosegui.cli.main import main
from moosegui.files.tables.read import read_table

N_WAVE = 900
WAVE = np.linspace(4800.0, 9300.0, N_WAVE)
FLUX = 20.0 + np.random.default_rng(5).normal(size=N_WAVE)
SIGMA = np.full(N_WAVE, 2.0)
FLUX_CGS = "erg/s/cm**2/Angstrom"


def write_apstar(path: Path) -> None:
    """Rows of a combination and visits: flux, its sigma and a mask, named by BUNIT alone."""
    primary = fits.PrimaryHDU()
    primary.header.update({"NVISITS": 1, "TELESCOP": "apo25m"})
    rows = np.stack([FLUX, FLUX])
    labels = (f"Flux ({FLUX_CGS})", f"Flux Error ({FLUX_CGS})", "Pixel Mask")
    hdus = [primary]
    for values, label in zip((rows, 2.0 + 0.0 * rows, 0 * rows), labels, strict=True):
        hdu = fits.ImageHDU(values.astype(np.float32))
        axis = {"CRVAL1": 3.7, "CDELT1": 1e-4, "CRPIX1": 1.0, "CTYPE1": "LOG-LINEAR"}
        hdu.header.update({**axis, "DC-FLAG": 1, "BUNIT": label})
        hdus.append(hdu)
    fits.HDUList(hdus).writeto(path)


def write_muse_wide(path: Path) -> None:
    columns = {"WAVE_AIR": WAVE, "WAVE_VAC": 1.00028 * WAVE, "FLUX": FLUX, "FLUX_ERR": SIGMA}
    Table(columns).write(path)


def write_hst(path: Path) -> None:
    cells = (("WAVELENGTH", "D", "Angstroms", WAVE), ("FLUX", "E", FLUX_CGS, FLUX))
    columns = [
        fits.Column(name, f"{N_WAVE}{kind}", unit=unit, array=[values])
        for name, kind, unit, values in (*cells, ("ERROR", "E", FLUX_CGS, SIGMA))
    ]
    table = fits.BinTableHDU.from_columns(columns, name="SCI")
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"] = "HST"
    fits.HDUList([primary, table]).writeto(path)


def write_jwst(path: Path) -> None:
    columns = [
        fits.Column("WAVELENGTH", "D", unit="um", array=WAVE / 1e4),
        fits.Column("FLUX", "D", unit="Jy", array=FLUX),
        fits.Column("FLUX_ERROR", "D", unit="Jy", array=SIGMA),
        fits.Column("SURF_BRIGHT", "D", unit="MJy/sr", array=FLUX),
    ]
    table = fits.BinTableHDU.from_columns(columns, name="EXTRACT1D")
    primary = fits.PrimaryHDU()
    primary.header["TELESCOP"] = "JWST"
    fits.HDUList([primary, table]).writeto(path)


def write_sdp(path: Path) -> None:
    """A science data product of ESO: nanometres in air, told by a UCD."""
    columns = [
        fits.Column("WAVE", f"{N_WAVE}D", unit="nm", array=[WAVE / 10.0]),
        fits.Column("FLUX", f"{N_WAVE}E", unit="10**(-16)erg.cm**(-2).s**(-1).angstrom**(-1)",
                    array=[FLUX]),
        fits.Column("ERR", f"{N_WAVE}E", array=[SIGMA]),
    ]  # fmt: skip
    table = fits.BinTableHDU.from_columns(columns, name="SPECTRUM")
    table.header["TUCD1"] = "em.wl;obs.atmos"
    table.writeto(path)


def write_wspectext(path: Path) -> None:
    cards = "BITPIX  =   8\nNAXIS   =   1\nCTYPE1  = 'LINEAR  '\nEND\n\n"
    rows = (f"{w:.3f} {f:.4f}" for w, f in zip(WAVE, FLUX, strict=True))
    path.write_text(cards + "\n".join(rows))


def write_specutils(path: Path) -> None:
    unit = u.Unit("1e-17 erg/(s cm2 Angstrom)")
    columns = {"spectral_axis": WAVE * u.AA, "flux": FLUX * unit, "uncertainty": SIGMA * unit}
    Table(columns, meta={"uncertainty_type": "std"}).write(path)


def write_decimal_commas(path: Path) -> None:
    rows = (f"{w:.3f};{f:.4f};2,0" for w, f in zip(WAVE, FLUX, strict=True))
    path.write_text("lambda;flux;err\n" + "\n".join(rows).replace(".", ","))


def write_units_in_a_comment(path: Path) -> None:
    rows = (f"{w:.3f} {f:.4f} 0.25" for w, f in zip(WAVE, FLUX, strict=True))
    path.write_text("# wl(A)  f_lambda(1e-17 cgs)  ivar\n" + "\n".join(rows))


def write_lamost(path: Path) -> None:
    """Rows of an image: flux, inverse variance, wavelengths, and two masks."""
    rows = np.stack([FLUX, 1.0 / SIGMA**2, WAVE, 0 * WAVE, 0 * WAVE]).astype(np.float32)
    hdu = fits.PrimaryHDU(rows)
    labels = ("Flux", "Inverse Variance", "Wavelength", "Andmask", "Ormask")
    hdu.header.update({f"ARRAY{i}": label for i, label in enumerate(labels, start=1)})
    hdu.header.update({"TELESCOP": "LAMOST", "COEFF0": 3.68, "COEFF1": 1e-4, "CRVAL1": 3.68})
    hdu.writeto(path)


# kind: name, writer, first wavelength in vacuum, start of what the error is from, S/N
FILES: dict[str, tuple[str, Callable[[Path], None], float, str]] = {
    "apStar": ("apStar-r12-2M0001.fits", write_apstar, 10**3.7, "extension 2 (sigma)"),
    "MUSE-Wide": ("spectrum_101001006.fits", write_muse_wide, 4801.344, "column FLUX_ERR (sigma)"),
    "HST": ("o_x1d.fits", write_hst, 4800.0, "column ERROR (sigma)"),
    "JWST": ("j_x1d.fits", write_jwst, 4800.0, "column FLUX_ERROR (sigma)"),
    "SDP": ("ADP.fits", write_sdp, 4801.342, "column ERR (sigma)"),
    "wspectext": ("w.txt", write_wspectext, 4801.342, "none in the file"),
    "specutils": ("s.ecsv", write_specutils, 4801.342, "column uncertainty (sigma)"),
    "commas": ("c.csv", write_decimal_commas, 4801.342, "column err (sigma)"),
    "comment": ("d.dat", write_units_in_a_comment, 4801.342, "column ivar (inverse variance)"),
    "LAMOST": ("spec-56001.fits", write_lamost, 4800.0, "row 2 (inverse variance)"),
}


def info(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["info", "--json", str(path)]) == 0
    (account,) = json.loads(capsys.readouterr().out)
    return account


@pytest.mark.parametrize("kind", FILES)
def test_that_a_file_is_read_as_it_means(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name, write, first, error = FILES[kind]
    write(tmp_path / name)

    account = info(tmp_path / name, capsys)

    assert account["problem"] == ""
    assert account["wave_range"][0] == pytest.approx(first, abs=0.01)
    assert account["error"].startswith(error)
    snr = np.median(FLUX) / 2.0 if account["error"].startswith(("col", "ext", "row")) else 20.0
    assert account["median_snr"] == pytest.approx(snr, rel=0.15)


def test_that_all_of_them_are_scanned_as_one_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for name, write, *_ in FILES.values():
        write(tmp_path / "mine" / name)

    status = main(["scan", str(tmp_path / "mine"), "-o", str(tmp_path / "o.fits"), "--zmax", "0.1"])
    table = read_table(tmp_path / "o.fits")

    assert status == 0
    assert len(table) == len(FILES)
    assert np.isfinite(np.ma.filled(table["Z_AUTO"], np.nan)).all()


def test_that_a_muse_wide_spectrum_has_the_unit_of_its_kind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_muse_wide(tmp_path / "spectrum_101001006.fits")

    account = info(tmp_path / "spectrum_101001006.fits", capsys)

    assert account["kind"] == "MUSE-Wide spectrum"
    assert account["unit"].startswith("1e-20 erg")
    assert account["medium"].startswith("vacuum")


CATALOGUES = {
    "DR1 of the UDF": ({"MUSE_ID": [7], "Z_MUSE": [0.7], "CONFID": [2]}, "MUSE_ID"),
    "DR2 of the UDF": (
        {"ID": [7], "DATASET": ["MXDF"], "Z": [0.7], "ZCONF": [2], "REFSPEC": ["ODH_SKYSUB"]},
        "ID",
    ),
    "MUSE-Wide": (
        {"UNIQUE_ID": [7], "Z": [0.7], "CONFIDENCE": [2], "QUALITY": ["a"], "LEAD_LINE": ["O2"]},
        "UNIQUE_ID",
    ),
}


@pytest.mark.parametrize("name", CATALOGUES)
def test_that_a_published_catalogue_is_known(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    columns, id_name = CATALOGUES[name]
    place = {"RA": [53.1], "DEC": [-27.8]}
    Table(columns | place).write(tmp_path / "catalogue.fits")
    (tmp_path / "spectra").mkdir()
    write_muse_wide(tmp_path / "spectra" / "spectrum_7.fits")

    account = info(tmp_path / "catalogue.fits", capsys)
    out = tmp_path / "o.csv"
    status = main(["scan", str(tmp_path / "catalogue.fits"), "--spectra",
                   str(tmp_path / "spectra"), "-o", str(out), "--zmax", "0.1"])  # fmt: skip

    assert f"ID from {id_name}" in account["why"]
    assert "z from Z" in account["why"]
    assert "ZCONF from" in account["why"]
    assert status == 0
    assert list(read_table(out)["ID"]) == ["7"]


@pytest.mark.parametrize("flavour", ["upstream", "of MUSE"])
def test_that_results_of_marz_are_a_catalogue(
    tmp_path: Path, flavour: str, capsys: pytest.CaptureFixture[str]
) -> None:
    more = ", Blend, Defect, Revisit, HstIds" if flavour == "of MUSE" else ""
    cells = ", , , , " if more else ""
    (tmp_path / "marz.mz").write_text(
        "# Results generated by Marz, 1 à 2 of 3\n# {}\n"
        f"#ID , Name  , RA , DEC , Mag , Type, AutoTID, AutoZ, FinZ, QOP{more}, Comment\n"
        f"1 , 00007 , 53.1 , -27.8 , 22.0 , P , 6 , 0.5 , 0.7 , 3 {cells}, a line\n",
        encoding="utf-8",
    )

    account = info(tmp_path / "marz.mz", capsys)

    assert "ID from Name" in account["why"]
    assert "z from FinZ" in account["why"]
    assert "ZCONF from QOP" in account["why"]
