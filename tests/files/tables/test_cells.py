"""Cells of catalogues as people write them: commas, hours, marks of doubt, units below a header."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.table import Column, Table
from hypothesis import given
from hypothesis import strategies as st

from moosegui.files.tables.cells import numbers_in, unread_cells
from moosegui.files.tables.columns import contradictions, map_columns, redshifts_of
from moosegui.files.tables.read import read_table


def column(*cells: str) -> Column:
    return Column(np.array(cells), name="Z")


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 4)), min_size=1, max_size=8))
def test_that_a_decimal_comma_means_a_point(values: list[float]) -> None:
    cells = [f"{value:.4f}".replace(".", ",") for value in values]

    assert numbers_in(column(*cells, "")).tolist()[:-1] == pytest.approx(values)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("0.7:", "1.2?", "0.5"), (0.7, 1.2, 0.5)),
        ((">5", "0.5"), (np.nan, 0.5)),
        (("1,234.5", "0.5"), (np.nan, 0.5)),
        (("none", "0.5"), (np.nan, 0.5)),
    ],
)
def test_that_doubt_counts_and_limits_do_not(
    cells: tuple[str, ...], expected: tuple[float, ...]
) -> None:
    np.testing.assert_array_equal(numbers_in(column(*cells)), expected)


@pytest.mark.parametrize("cell", ["03:32:38.5", "03h32m38.5s", "3 h 32 m 38.5 s"])
def test_that_hours_are_read_however_they_are_written(cell: str) -> None:
    mixed = column("03:32:38.5", cell)

    found = numbers_in(mixed, is_right_ascension=True)

    assert found.tolist() == pytest.approx([53.160417, 53.160417], abs=1e-5)


def test_that_cells_that_are_no_numbers_are_named() -> None:
    table = Table({"ID": ["1", "2", "3"], "Z": [">5", "0.5", ""]})

    told = contradictions(table, map_columns(table))

    assert unread_cells(table["Z"]) == [">5"]
    assert told == ("1 value of column Z is no number and counts as none: “>5”.",)


@pytest.mark.parametrize(
    ("columns", "taken"),
    [
        ({"g": [22.0, 23.0], "z": [18.8, 18.2], "z_spec": [0.5, 0.7]}, "z_spec"),
        ({"i": [19.0, 19.5], "z": [18.8, 18.2], "redshift": [0.5, 0.7]}, "redshift"),
        ({"g": [22.0, 23.0], "r": [20.0, 21.0], "z": [18.8, 18.2]}, ""),
        ({"x": [1.0, 2.0], "y": [3.0, 4.0], "z": [3.5, 1.5], "vx": [1.0, 2.0]}, ""),
        ({"x": [1.0, 2.0], "y": [3.0, 4.0], "RA": [53.0, 53.1], "z": [3.5, 1.5]}, "z"),
        ({"g": [22.0, 23.0], "z": [0.5, 1.7]}, "z"),
        ({"z": [6.1, 6.6]}, "z"),
    ],
)
def test_that_a_z_that_is_none_is_left(columns: dict[str, list[float]], taken: str) -> None:
    assert map_columns(Table({"ID": ["a", "b"], **columns})).redshift == taken


@pytest.mark.parametrize(("unit", "taken"), [("mag", ""), ("km/s", ""), ("Mpc", ""), (None, "z")])
def test_that_a_unit_tells_what_z_is(unit: str | None, taken: str) -> None:
    table = Table({"ID": ["a", "b"], "z": [0.5, 5.0]})
    table["z"].unit = unit

    assert map_columns(table).redshift == taken


@pytest.mark.parametrize("units", [",deg,deg,", ",deg,deg,-", "none,[deg],[deg],none"])
def test_that_units_below_the_header_are_no_row(tmp_path: Path, units: str) -> None:
    path = tmp_path / "cat.csv"
    path.write_text(f"ID,RA,DEC,Z\n{units}\n0012,53.1,-27.1,0.5\n0007,53.2,-27.2,0.7\n")

    table = read_table(path)

    assert list(table["ID"]) == ["0012", "0007"]
    assert redshifts_of(table, map_columns(table)).tolist() == [0.5, 0.7]


@pytest.mark.parametrize("mark", [";", "\t"])
def test_that_a_catalogue_with_decimal_commas_is_read(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "cat.csv"
    rows = (
        ("ID", "RA", "DEC", "Z"),
        ("0012", "53,16", "-27,78", "0,7185"),
        ("7", "53", "-27,7", ""),
    )
    path.write_text("\n".join(mark.join(row) for row in rows))

    table = read_table(path)
    found = redshifts_of(table, map_columns(table))

    assert found[0] == 0.7185
    assert np.isnan(found[1])
    assert contradictions(table, map_columns(table)) == ()


def test_that_an_empty_cell_among_blanks_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "cat.txt"
    path.write_text(
        "ID   RA       DEC      Z       ZCONF\n"
        "001  53.1000  -27.100  0.5000  3\n"
        "002  53.2000  -27.200          2\n"
        "003  53.3000  -27.300  0.7000  1\n"
    )

    table = read_table(path)

    assert redshifts_of(table, map_columns(table)).tolist() == [
        0.5,
        pytest.approx(np.nan, nan_ok=True),
        0.7,
    ]
    assert list(table["ZCONF"]) == ["3", "2", "1"]


def test_that_a_short_row_of_unaligned_columns_ends_early(tmp_path: Path) -> None:
    path = tmp_path / "cat.txt"
    path.write_text("ID RA DEC Z NOTE\n1 53.1 -27.1 0.5 good\n2 53.2 -27.2 0.7\n")

    table = read_table(path)

    assert list(table["Z"]) == ["0.5", "0.7"]
    assert list(table["NOTE"]) == ["good", ""]


@pytest.mark.parametrize("name", ["Object", "target", "Source", "object_id"])
def test_that_objects_are_sources(name: str) -> None:
    assert map_columns(Table({name: ["a", "b"], "z": [0.5, 0.7]})).source_id == name


def test_that_marz_assigns_no_redshift_of_zero() -> None:
    redshifts, qualities = ["0.00000", "0.5", "0.00000"], ["1", "3", "6"]
    table = Table({"Name": ["1", "2", "3"], "FinZ": redshifts, "QOP": qualities})
    table.meta["marz"] = True

    found = redshifts_of(table, map_columns(table))

    np.testing.assert_array_equal(found, [np.nan, 0.5, 0.0])


@pytest.mark.parametrize("ucd", ["meta.code.qual", "meta.code.qual;src.redshift"])
def test_that_a_quality_of_redshifts_is_found_by_its_ucd(ucd: str) -> None:
    table = Table({"ID": ["a", "b"], "z": [0.5, 0.7], "sure": [3, 1]})
    table["sure"].meta["ucd"] = ucd

    assert map_columns(table).zconf == "sure"


def test_that_seconds_with_decimal_commas_are_read() -> None:
    column = Column(["03:32:29,45", "12:00:00,00"])

    assert numbers_in(column, is_right_ascension=True) == pytest.approx([53.12270833, 180.0])
