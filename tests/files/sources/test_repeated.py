"""IDs that repeat, in a catalogue of several fields or among its spectra."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from spectrum_files import write_spectrum

from moosegui.files.sources.source_lists import open_source_list

FIELDS, IDS = ("J0014m0028", "J0014p0912", "J0015m0751"), (11, 11, 12)
RA, DEC = np.array([3.5, 3.6, 3.9]), np.array([-0.47, 9.2, -7.85])


def catalogue(folder: Path, *, has_positions: bool = True) -> Path:
    columns = {"FIELD": FIELDS, "ID": IDS, "RA": RA, "DEC": DEC}
    if not has_positions:
        del columns["RA"], columns["DEC"]
    Table(columns).write(folder / "c.fits")
    return folder / "c.fits"


def spectra(folder: Path, *, has_positions: bool = True) -> Path:
    """Write a spectrum of each row, and one of another field with the ID of the third."""
    (folder / "spectra").mkdir()
    names = [*zip(FIELDS, IDS, RA, DEC, strict=True), ("J9999m9999", 12, 99.0, -9.0)]
    for field, number, ra, dec in names:
        place = {"RA": ra, "DEC": dec} if has_positions else {}
        name = f"{field}_{number:05d}.fits"
        write_spectrum(folder / "spectra" / name, primary={"ID": number, **place})
    return folder / "spectra"


@pytest.mark.parametrize("where", ["position", "field"])
def test_that_a_position_or_a_field_tells_which_spectrum(tmp_path: Path, where: str) -> None:
    path = catalogue(tmp_path, has_positions=where == "position")

    sources = open_source_list(path, spectra(tmp_path, has_positions=where == "position"))

    names = [source.spectrum.path.name for source in sources if source.spectrum]
    assert names == [f"{f}_{n:05d}.fits" for f, n in zip(FIELDS, IDS, strict=True)]


def test_that_a_row_of_another_field_gets_no_spectrum(tmp_path: Path) -> None:
    write_spectrum(tmp_path / "spec_00011.fits", primary={"ID": 11, "RA": RA[0], "DEC": DEC[0]})

    sources = open_source_list(catalogue(tmp_path), tmp_path)

    assert [source.spectrum is not None for source in sources] == [True, False, False]
    assert "are of other places on the sky" in sources.sources[1].problem


def test_that_rows_of_one_place_share_a_spectrum(tmp_path: Path) -> None:
    write_spectrum(tmp_path / "spec_00011.fits", primary={"ID": 11, "RA": 3.5, "DEC": -0.47})
    Table({"ID": [11, 11], "RA": [3.5, 3.50001], "DEC": [-0.47, -0.47]}).write(tmp_path / "c.fits")

    sources = open_source_list(tmp_path / "c.fits", tmp_path)

    assert all(source.spectrum is not None for source in sources)


def test_that_what_nobody_can_tell_says_what_would(tmp_path: Path) -> None:
    (tmp_path / "spectra").mkdir()
    for name in ("a_11.fits", "b_11.fits"):
        write_spectrum(tmp_path / "spectra" / name, primary={"ID": 11})
    Table({"ID": [11]}).write(tmp_path / "c.fits")

    sources = open_source_list(tmp_path / "c.fits", tmp_path / "spectra")

    assert "column FILE" in sources.sources[0].problem
    assert any("column FILE" in notice for notice in sources.notices)
