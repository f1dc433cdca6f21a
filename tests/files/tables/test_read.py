"""Catalogues: text kept as it is, columns recognised by metadata, name and content."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from moosegui.errors import InputError
from moosegui.files.tables.columns import (
    as_floats,
    as_ids,
    as_texts,
    magnitudes_of,
    redshifts_of,
    zconfs_of,
)
from moosegui.files.tables.meanings import ALIASES
from moosegui.files.tables.read import map_columns, read_table

CSV = """# made by hand
ID,RA,DEC,Z,ZCONF,Comment,Empty
00012,53.1,-27.8,0.50,3,NA,
17,53.2,-27.9,-1,0,"a, b",
9223372036854775806,53.3,-27.7,,,Lyα é,
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_that_csv_cells_stay_as_they_are_written(tmp_path: Path) -> None:
    table = read_table(write(tmp_path / "c.csv", CSV))

    assert table["ID"].tolist() == ["00012", "17", "9223372036854775806"]
    assert table["Z"].tolist() == ["0.50", "-1", ""]
    assert table["Comment"].tolist() == ["NA", "a, b", "Lyα é"]
    assert table["Empty"].dtype.kind == "U"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " ", " , "])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff", "# a comment\n", "#"])
def test_that_every_dialect_gives_the_same_table(
    tmp_path: Path, separator: str, ending: str, start: str
) -> None:
    rows = (("ID", "RA"), ("007", "53.1"), ("008", "53.2"))
    text = start + ending.join(separator.join(row) for row in rows) + ending
    path = tmp_path / "c.txt"
    path.write_bytes(text.encode())

    table = read_table(path)

    assert table.colnames == ["ID", "RA"]
    assert table["ID"].tolist() == ["007", "008"]


def test_that_a_row_with_too_many_fields_is_a_sentence(tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", "ID,RA\n1,53\n2,53,oops\n")

    with pytest.raises(InputError, match="3 fields in data row 2"):
        read_table(path)


def test_that_text_in_latin_1_is_read(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes("ID,NOTE\n1,Galaxie à raies\n".encode("latin-1"))

    assert read_table(path)["NOTE"].tolist() == ["Galaxie à raies"]


def test_that_a_short_row_is_filled_up(tmp_path: Path) -> None:
    table = read_table(write(tmp_path / "c.csv", "ID,RA,Z\n1,53\n"))

    assert table["Z"].tolist() == [""]


@pytest.mark.parametrize(
    ("text", "match"),
    [("# only\n\n", "holds no table"), ("1,2\n3,4\n", "no line with column names")],
)
def test_that_a_text_without_a_table_is_a_sentence(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        read_table(write(tmp_path / "c.csv", text))


def test_that_fits_texts_are_utf8_and_empty_cells_are_not_masked(tmp_path: Path) -> None:
    path = tmp_path / "c.fits"
    names = np.array(["Lyα".encode(), b""])
    columns = [
        fits.Column("ID", "K", array=np.array([2**62 + 1, 5])),
        fits.Column("NOTE", "8A", array=names),
        fits.Column("Z", "D", array=np.array([np.nan, 1.0])),
    ]
    fits.BinTableHDU.from_columns(columns).writeto(path)

    table = read_table(path)

    assert as_ids(table, "ID") == ["4611686018427387905", "5"]
    assert as_texts(table, "NOTE") == ["Lyα", ""]
    assert not table.has_masked_values


@pytest.mark.parametrize(("kind", "ending"), [("fits", "fits"), ("ascii.ecsv", "dat"),
                                              ("votable", "xml")])  # fmt: skip
def test_that_types_of_the_file_are_kept(tmp_path: Path, kind: str, ending: str) -> None:
    path = tmp_path / f"c.{ending}"
    table = Table({"ID": ["00012", "00017"], "Z": [0.5, 1.5], "ZCONF": np.array([3, 1], "i2")})
    table.write(path, format=kind)

    found = read_table(path)

    assert as_ids(found, "ID") == ["00012", "00017"]
    assert found["Z"].dtype.kind == "f"
    assert found["ZCONF"].dtype.kind == "i"


def test_that_the_table_with_ids_is_chosen_among_several(tmp_path: Path) -> None:
    path = tmp_path / "c.fits"
    tables = [Table({"BAND": ["V"]}), Table({"ID": [1], "RA": [53.0]})]
    fits.HDUList([fits.PrimaryHDU(), *(fits.BinTableHDU(t) for t in tables)]).writeto(path)

    assert read_table(path).colnames == ["ID", "RA"]


def test_that_a_fits_file_without_a_table_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "c.fits"
    fits.PrimaryHDU(np.zeros(5)).writeto(path)

    with pytest.raises(InputError, match="holds no table"):
        read_table(path)


def test_that_a_truncated_catalogue_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "c.fits"
    Table({"ID": np.arange(2000)}).write(path)
    path.write_bytes(path.read_bytes()[:-4000])

    with pytest.raises(InputError, match="truncated"):
        read_table(path)


@pytest.mark.parametrize("text", ["# %ECSV 1.0\n# ---\n# nonsense", "<?xml?><VOTABLE><broken"])
def test_that_a_damaged_table_is_a_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"c\.txt"):
        read_table(write(tmp_path / "c.txt", text))


def test_that_a_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        read_table(tmp_path)


def test_that_a_marz_table_is_read_with_its_names_as_ids(tmp_path: Path) -> None:
    text = (
        "# Results generated by Marz - m5 à Lyon\n# file\n"
        "#ID , Name  , RA     , DEC , FinZ , QOP, Comment\n"
        "1   , 00041 , 53.1   , -27.8, 0.50000 , 3, \n"
    )

    table = read_table(write(tmp_path / "r.mz", text))

    columns = map_columns(table)
    assert (columns.source_id, columns.redshift, columns.zconf) == ("Name", "FinZ", "QOP")
    assert as_ids(table, columns.source_id) == ["00041"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("ID", "RA", "DEC", "Z", "ZCONF"), ("ID", "RA", "DEC", "Z", "ZCONF")),
        (("MUSE_ID", "RA", "DEC", "Z_MUSE", "CONFID"),
         ("MUSE_ID", "RA", "DEC", "Z_MUSE", "CONFID")),
        (("UNIQUE_ID", "RAJ2000", "DEJ2000", "z", "Confidence"),
         ("UNIQUE_ID", "RAJ2000", "DEJ2000", "z", "Confidence")),
        (("id", "ra", "dec", "redshift", "conf"), ("id", "ra", "dec", "redshift", "conf")),
        (("NUMBER", "ALPHA_J2000", "DELTA_J2000", "zspec", "QOP"),
         ("NUMBER", "ALPHA_J2000", "DELTA_J2000", "zspec", "QOP")),
        (("id_IAU", "alpha", "delta", "zspec", "conf_flag"),
         ("id_IAU", "alpha", "delta", "zspec", "conf_flag")),
        (("objID", "raMean", "decMean", "z_spec", "zQual"),
         ("objID", "raMean", "decMean", "z_spec", "zQual")),
        (("Galaxy name", "R.A. (J2000)", "Decl. (J2000)", "Redshift", "Confidence (0-3)"),
         ("Galaxy name", "R.A. (J2000)", "Decl. (J2000)", "Redshift", "Confidence (0-3)")),
        (("TARGETID", "TARGET_RA", "TARGET_DEC", "VI_z", "VI_quality"),
         ("TARGETID", "TARGET_RA", "TARGET_DEC", "VI_z", "VI_quality")),
    ],
)  # fmt: skip
def test_that_the_names_of_real_catalogues_are_known(
    names: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    values = ([1, 2], [53.1, 53.2], [-27.8, -27.9], [0.5, 1.5], [1, 3])

    found = map_columns(Table(dict(zip(names, values, strict=True))))

    shown = (found.source_id, found.ra, found.dec, found.redshift, found.zconf)
    assert shown == expected


def test_that_names_in_the_metadata_come_before_all_others() -> None:
    table = Table({"ID": [1], "NR": [7], "z": [0.5], "zz": [0.6]})
    table.meta.update({"IDNAME": "NR", "zname": "zz"})

    columns = map_columns(table)

    assert (columns.source_id, columns.redshift) == ("NR", "zz")


def test_that_a_ucd_comes_before_a_name() -> None:
    table = Table({"ID": [1], "NR": [7], "ZZ": [0.5]})
    table["NR"].meta["ucd"] = "meta.id;meta.main"
    table.meta["TUCD3"] = "src.redshift"

    columns = map_columns(table)

    assert (columns.source_id, columns.redshift) == ("NR", "ZZ")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("z", [104, 2205]),
        ("z", ["104", "2205"]),
        ("z", [104.0, 2205.0]),
        ("ZCONF", ["a", "b"]),
        ("ZCONF", [0.91, 0.37]),
        ("RA", [1234.0, 400.0]),
        ("RA", ["north", "south"]),
    ],
)
def test_that_content_overrules_a_name(name: str, values: list[object]) -> None:
    columns = map_columns(Table({"ID": [1, 2], name: values}))

    assert (columns.redshift, columns.zconf, columns.ra) == ("", "", "")


def test_that_a_text_column_of_zero_and_one_may_be_a_redshift() -> None:
    assert map_columns(Table({"ID": ["a", "b"], "Z": ["0", "1"]})).redshift == "Z"


def test_that_null_conventions_of_redshifts_are_none() -> None:
    values = [np.nan, -1.0, -9999.0, -99.0, 9.99, 0.0, 0.0, 0.5]
    table = Table({"ID": range(8), "Z": values, "ZCONF": [1, 1, 1, 1, 1, 0, 3, 3]})

    found = redshifts_of(table, map_columns(table))

    assert np.flatnonzero(np.isfinite(found)).tolist() == [6, 7]


def test_that_zero_is_a_confidence_and_null_is_none() -> None:
    table = Table({"ID": range(4), "ZCONF": np.ma.masked_array([0, 3, -1, 2], [0, 0, 0, 1])})

    assert zconfs_of(table, map_columns(table)) == [0, 3, None, None]


def test_that_99_is_no_magnitude() -> None:
    table = Table({"ID": [1, 2, 3], "MAG": [25.1, 99.0, -99.0]})

    found = magnitudes_of(table, map_columns(table))

    assert np.isfinite(found).tolist() == [True, False, False]


def test_that_sexagesimal_and_radian_columns_become_degrees() -> None:
    table = Table({"RA": ["03:32:24", "00:00:04"], "DEC": np.radians([-27.8, 10.0])})
    table["DEC"].unit = "rad"

    assert as_floats(table, "RA").tolist() == pytest.approx([53.1, 1.0 / 60.0])
    assert as_floats(table, "DEC").tolist() == pytest.approx([-27.8, 10.0])


def test_that_a_masked_id_is_empty_and_a_whole_float_is_an_integer() -> None:
    table = Table({"A": np.ma.masked_array([1, 2], [0, 1]), "B": [12.0, 13.5]})

    assert as_ids(table, "A") == ["1", ""]
    assert as_ids(table, "B") == ["12", "13.5"]


def test_that_a_float32_is_shown_in_its_shortest_form() -> None:
    assert as_texts(Table({"A": np.array([0.1], "f4")}), "A") == ["0.1"]


@given(st.integers(-(2**63), 2**63 - 1))
def test_that_every_64_bit_id_is_exact(number: int) -> None:
    assert as_ids(Table({"ID": np.array([number], dtype=np.int64)}), "ID") == [str(number)]


@given(
    meaning=st.sampled_from(["source_id", "ra", "dec", "redshift", "zconf", "comment", "file"]),
    data=st.data(),
)
def test_that_an_alias_is_found_in_any_case_and_with_any_separator(
    meaning: str, data: st.DataObject
) -> None:
    alias = data.draw(st.sampled_from(ALIASES[meaning]))
    name = data.draw(
        st.sampled_from([alias, alias.lower(), alias.upper(), alias.replace("_", "-")])
    )
    values: dict[str, object] = {"redshift": 0.5, "zconf": 2, "ra": 53.1, "dec": -27.8}

    columns = map_columns(Table({name: [values.get(meaning, "text")]}))

    assert getattr(columns, meaning) == name


@pytest.mark.parametrize(
    ("meaning", "name"),
    [
        ("ra", "RA (J2000)"), ("ra", "RA [deg]"), ("ra", "R.A."), ("ra", "Right Ascension (deg)"),
        ("dec", "Dec (J2000)"), ("dec", "DEC[deg]"), ("dec", "Declination (J2000, deg)"),
        ("zconf", "q_spec"), ("zconf", "z_qual"), ("zconf", "zspec_quality"),
        ("redshift", "z (spec)"), ("redshift", "Redshift (spectroscopic)"),
        ("redshift", "z"),
    ],
)  # fmt: skip
def test_that_units_and_epochs_in_brackets_hide_no_meaning(meaning: str, name: str) -> None:
    columns = map_columns(Table({"ID": ["a"], name: [2 if meaning == "zconf" else 0.5]}))

    assert getattr(columns, meaning) == name


@pytest.mark.parametrize(
    "name",
    [
        "z (phot)",
        "RA (B1950)",
        "RA [pix]",
        "z [mag]",
        "z (AB)",
        "z [arcsec]",
        "RA [arcsec]",
        "Dec (FK4)",
    ],
)
def test_that_what_else_brackets_say_is_part_of_the_name(name: str) -> None:
    columns = map_columns(Table({"ID": ["a"], name: [0.5]}))

    assert (columns.ra, columns.dec, columns.redshift) == ("", "", "")


@pytest.mark.parametrize(
    ("name", "cells", "degrees"),
    [
        ("RA (hours)", ["3.5", "12"], [52.5, 180.0]),
        ("RA [h]", [3.5, 12.0], [52.5, 180.0]),
        ("RA (hours)", ["03:30:00", "12:00:00"], [52.5, 180.0]),
        ("RA (h m s)", ["03 30 00.0", "12 00 00.0"], [52.5, 180.0]),
        ("Dec (d m s)", ["-27 30 00.0", "+02 15 00"], [-27.5, 2.25]),
        ("Dec (rad)", ["-0.5", "0.25"], [-28.6478898, 14.3239449]),
        ("Dec [deg]", ["-27.5", "2.25"], [-27.5, 2.25]),
        ("RA (h m s)", ["52.5", "180.0"], [52.5, 180.0]),
        ("RA (d m s)", ["10:30:00", "12:00:00"], [10.5, 12.0]),
        ("R. A. (J2000)", ["03:30:00", "12:00:00"], [52.5, 180.0]),
        ("TARGET_RA", ["03:30:00", "12:00:00"], [52.5, 180.0]),
        ("Dec", ["\N{MINUS SIGN}27.5", "2.25"], [-27.5, 2.25]),
    ],
)
def test_that_the_unit_in_the_name_of_a_position_counts(
    name: str, cells: list[object], degrees: list[float]
) -> None:
    assert as_floats(Table({name: cells}), name) == pytest.approx(degrees)


def test_that_a_plain_name_comes_before_one_with_a_unit() -> None:
    table = Table({"RA [deg]": [1.0], "Dec [deg]": [2.0], "ra": [53.1], "dec": [-27.8]})

    assert (map_columns(table).ra, map_columns(table).dec) == ("ra", "dec")


def test_that_hours_of_a_column_are_those_of_right_ascension() -> None:
    table = Table({"RA (hours)": [3.5], "RA": ["03:30:00"]})
    table["RA (hours)"].unit = "h"
    table["RA"].unit = "hourangle"

    assert as_floats(table, "RA (hours)") == pytest.approx([52.5])
    assert as_floats(table, "RA") == pytest.approx([52.5])
