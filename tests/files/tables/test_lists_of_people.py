"""Lists as SIMBAD, spreadsheets and people write them, and what is told of them."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from astropy.table import Table

from moosegui.data.catalogue import ReadingChoice
from moosegui.files.tables.columns import as_floats, as_texts, map_columns, redshifts_of
from moosegui.files.tables.read import read_table
from moosegui.pipeline.reading.account import account_of


@pytest.mark.parametrize(("unit", "factor"), [("", 1.0), ("km/s", 1.0), ("m/s", 1000.0)])
def test_that_velocities_are_redshifts_where_there_are_none(
    tmp_path: Path, unit: str, factor: float
) -> None:
    path = tmp_path / "c.fits"
    table = Table({"ID": ["a", "b", "c"], "cz": np.array([2997.92458, -99.0, 29979.2458])})
    table["cz"] = np.where(table["cz"] > 0, table["cz"] * factor, table["cz"])
    table["cz"].unit = unit or None
    table.write(path)

    account, found = account_of(path), read_table(path)

    assert redshifts_of(found, map_columns(found))[[0, 2]] == pytest.approx([0.01, 0.1])
    assert np.isnan(redshifts_of(found, map_columns(found))[1])
    assert "Column cz has velocities; z = cz / c was taken." in account.facts


def test_that_a_redshift_is_taken_before_a_velocity(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("ID,cz,z\na,30000.0,0.1\nb,3000.0,0.01\n")

    assert map_columns(read_table(tmp_path / "c.csv")).redshift == "z"


def test_that_options_of_spectra_on_a_catalogue_are_told(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("ID,RA,Dec,z\na,1.0,2.0,0.1\nb,1.1,2.1,0.2\n")

    account = account_of(tmp_path / "c.csv", ReadingChoice(wave="x"))

    assert any("was not used" in fact and "catalogue" in fact for fact in account.facts)
    assert not any("was not used" in fact for fact in account_of(tmp_path / "c.csv").facts)


def test_that_columns_beside_the_spectra_of_sources_are_told(tmp_path: Path) -> None:
    wave = np.tile(np.linspace(3600.0, 9800.0, 300), (2, 1))
    columns = {"targetid": [5, 7], "redshift": [0.1, 0.2], "redshift_warning": [0, 4]}
    Table({**columns, "wavelength": wave, "flux": np.ones_like(wave)}).write(tmp_path / "s.fits")

    told = account_of(tmp_path / "s.fits").left_out

    assert "Columns of the sources not used: redshift_warning." in told


def test_that_uncertain_numbers_are_taken_and_told(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("Obj #,R.A.,Decl.,z\n1,1.0,2.0,3.13?\n2,1.1,2.1,0.2\n")

    account = account_of(tmp_path / "c.csv")

    assert account.columns["ID"] == "Obj #"
    assert any("“3.13?”" in fact and "uncertain" in fact for fact in account.facts)


def test_that_info_takes_columns_that_are_named(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("who,where,z_of_mine\na,1.0,0.1\nb,1.1,0.2\n")

    named = account_of(tmp_path / "c.csv", names={"ID": "who", "Z": "z_of_mine"})

    assert named.columns == {"ID": "who", "Z": "z_of_mine"}
    assert account_of(tmp_path / "c.csv").problem


SIMBAD = """C.D.S.  -  SIMBAD4 rel 1.8
Number of objects : 2

# |identifier |typ| coord1 (ICRS,J2000/2000)       | redshift |Mag V |bib
--|-----------|---|-------------------------------|----------|------|---
1 |[CSG] 12   |QSO|10 00 27.9540 +02 09 58.020    |1.8320    |19.88 | 31
2 |ACS 2008   |G  |10 00 19.11 -02 08 44.9        |~         |   ~  |  1
=======================================================================
"""


def test_that_a_list_of_simbad_has_positions_and_no_row_of_its_last_line(tmp_path: Path) -> None:
    (tmp_path / "simbad.txt").write_text(SIMBAD)

    table = read_table(tmp_path / "simbad.txt")
    columns = map_columns(table)

    assert as_texts(table, columns.source_id) == ["[CSG] 12", "ACS 2008"]
    assert as_floats(table, columns.ra) == pytest.approx([150.116475, 150.079625])
    assert as_floats(table, columns.dec) == pytest.approx([2.16611667, -2.14580556])
    assert redshifts_of(table, columns)[0] == 1.832


@pytest.mark.parametrize(
    "cell", ["53.12345 -27.80001", "03:32:29.6, -27:48:00.0", "3h32m29.6s -27d48m00s"]
)
def test_that_a_position_in_one_column_is_taken(tmp_path: Path, cell: str) -> None:
    (tmp_path / "c.tsv").write_text(f"ID\tRA Dec\tz\na\t{cell}\t0.1\nb\t\t0.2\n")

    table = read_table(tmp_path / "c.tsv")

    assert as_floats(table, map_columns(table).ra)[0] == pytest.approx(53.1234, abs=1e-3)
    assert as_floats(table, map_columns(table).dec)[0] == pytest.approx(-27.8, abs=1e-3)
    assert np.isnan(as_floats(table, map_columns(table).ra)[1])


def test_that_a_row_of_sums_is_told(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("ID,RA,Dec,z\na,1.0,2.0,0.1\nb,1.1,2.1,0.2\ntotal,2,,2 z\n")

    assert "1 row has no position: “total”." in account_of(tmp_path / "c.csv").facts


def test_that_logical_confidences_are_none_and_told(tmp_path: Path) -> None:
    Table({"ID": [1, 2], "ZCONF": np.array([3, 0], dtype=np.int8) > 0}).write(tmp_path / "c.fits")

    account = account_of(tmp_path / "c.fits")

    assert "ZCONF" not in account.columns
    assert any("true or false" in fact for fact in account.facts)


def test_that_the_redshifts_of_redrock_behind_empty_ones_are_told(tmp_path: Path) -> None:
    rows = "TARGETID,Redrock_z,VI_z,VI_quality\n1,0.5,,4\n2,0.6,0.7,3\n"
    (tmp_path / "c.csv").write_text(rows)

    account = account_of(tmp_path / "c.csv")

    assert "In 1 rows VI_z is empty; Redrock_z was taken there." in account.facts
    assert "Redrock_z" not in account.unused


def test_that_the_details_of_redrock_are_refused_as_such(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "rrdetails.h5", "w") as stream:
        stream["targetids"] = np.arange(3)
        stream["zbest"] = np.zeros(3)
        stream.create_group("zscan/galaxy")

    assert "redrock" in account_of(tmp_path / "rrdetails.h5").problem
