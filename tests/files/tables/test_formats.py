"""Catalogues in the formats in which surveys and archives write them."""

from __future__ import annotations

import sys
import types
from pathlib import Path

import numpy as np
import pytest
from astropy.io import ascii as astropy_ascii
from astropy.table import MaskedColumn, Table
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.errors import InputError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.columns import (
    as_floats,
    as_texts,
    map_columns,
    redshifts_of,
)
from moosegui.files.tables.read import read_table

REPORT = "reports/18-catalogue-formats"
REPORTED = {
    "ipac/cat.tbl": ("id", [0.70, np.nan, 0.25]),
    "mrt/cat_mrt.txt": ("ID", [0.70, np.nan, 0.25]),
    "sex/cat.cat": ("NUMBER", [np.nan] * 3),
    "ch/cat.txt": ("ID", [0.70, np.nan, 0.25]),
    "gaia/cat.ecsv": ("source_id", [0.70, np.nan, 0.25]),
    "vot2/cat.vot": ("ID", [0.70, np.nan, 0.25]),
}


@pytest.mark.parametrize("name", REPORTED)
def test_that_reported_catalogues_open_with_their_spectra(shared_data: Path, name: str) -> None:
    path = shared_data / REPORT / name

    sources = open_source_list(path).sources

    assert [source.source_id for source in sources] == ["1", "2", "3"]
    assert np.allclose([source.ra for source in sources], [150.1, 150.2, 150.3])
    assert np.allclose([source.dec for source in sources], [2.1, 2.2, 2.3])
    expected = REPORTED[name][1]
    assert np.allclose([source.redshift for source in sources], expected, equal_nan=True)
    assert all(source.spectrum is not None and not source.problem for source in sources)


@pytest.mark.parametrize(
    ("name", "reader"),
    [("ipac/cat.tbl", "ipac"), ("mrt/cat_mrt.txt", "mrt"), ("sex/cat.cat", "sextractor")],
)
def test_that_reported_catalogues_have_the_values_of_astropy(
    shared_data: Path, name: str, reader: str
) -> None:
    path = shared_data / REPORT / name
    theirs = astropy_ascii.read(path, format=reader)

    ours = read_table(path)

    assert ours.colnames == theirs.colnames
    for column in theirs.colnames:
        if theirs[column].dtype.kind in "if":
            expected = np.ma.filled(theirs[column].astype(float), np.nan)
            assert np.array_equal(as_floats(ours, column), expected, equal_nan=True)
        else:
            assert as_texts(ours, column) == [str(cell) for cell in theirs[column]]


numbers = st.floats(-1e3, 1e3, allow_nan=False).map(lambda value: round(value, 4))


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 2**62), numbers, st.booleans()), min_size=1, max_size=6))
def test_that_any_ipac_table_has_the_values_of_astropy(
    tmp_path: Path, rows: list[tuple[int, float, bool]]
) -> None:
    ids, values, nulls = zip(*rows, strict=True)
    path = tmp_path / "cat.tbl"
    Table(
        {"ID": ids, "Z": MaskedColumn(values, mask=nulls), "NAME": [f"n {i}" for i in ids]}
    ).write(path, format="ascii.ipac", overwrite=True)

    table = read_table(path)

    assert as_texts(table, "ID") == [str(one) for one in ids]
    assert as_texts(table, "NAME") == [f"n {i}" for i in ids]
    expected = np.where(nulls, np.nan, values)
    assert np.array_equal(as_floats(table, "Z"), expected, equal_nan=True)


CDS = """\
Byte-by-byte Description of file: table1.dat
--------------------------------------------------------------------------------
   Bytes Format Units   Label  Explanations
--------------------------------------------------------------------------------
   1-  3 A3     ---     Name   Name of the source
   5-  6 I2     h       RAh    Hour of Right Ascension (J2000)
   8-  9 I2     min     RAm    Minute of Right Ascension (J2000)
  11- 14 F4.1   s       RAs    Second of Right Ascension (J2000)
      16 A1     ---     DE-    Sign of the Declination (J2000)
  17- 18 I2     deg     DEd    Degree of Declination (J2000)
  20- 21 I2     arcmin  DEm    Arcminute of Declination (J2000)
  23- 24 I2     arcsec  DEs    Arcsecond of Declination (J2000)
  26- 32 F7.4   ---     z      ?=-99.000 Redshift, continued
                                 on a second line (1)
--------------------------------------------------------------------------------
Note (1): vacuum.
--------------------------------------------------------------------------------
001 03 32 38.0 -00 27 30  3.0664
002 03 32 39.5 +27 00 00 -99.000
"""


def test_that_a_machine_readable_table_has_degrees(tmp_path: Path) -> None:
    path = tmp_path / "table1.txt"
    path.write_text(CDS)

    table = read_table(path)
    columns = map_columns(table)

    assert as_texts(table, columns.source_id) == ["001", "002"]
    assert np.allclose(as_floats(table, columns.ra), [53.158333, 53.164583])
    assert np.allclose(as_floats(table, columns.dec), [-0.458333, 27.0])
    assert np.allclose(redshifts_of(table, columns), [3.0664, np.nan], equal_nan=True)


SEXTRACTOR = """\
#   1 NUMBER                 Running object number
#   2 FLUX_APER              Flux vector                                [count]
#   4 ALPHA_J2000            Right ascension                            [deg]
#   5 DELTA_J2000            Declination                                [deg]
 1 10.0 20.0 53.1 -27.8
 2 11.0 21.0 53.2 -27.9
"""


def test_that_a_vector_of_sextractor_has_columns_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "cat.cat"
    path.write_text(SEXTRACTOR)

    table = read_table(path)

    assert table.colnames == ["NUMBER", "FLUX_APER", "FLUX_APER_1", "ALPHA_J2000", "DELTA_J2000"]
    assert as_texts(table, "FLUX_APER_1") == ["20.0", "21.0"]


VIZIER = """\
#
#   VizieR Astronomical Server
#Column ID (A3) name
ID\tRAJ2000\tDEJ2000\tzsp
 \tdeg\tdeg\t
---\t-------\t-------\t-----
001\t53.1\t-27.8\t3.07
002\t53.2\t-27.9\t
"""
RDB = "ID\tRA\tDEC\tZ\n5S\t10N\t10N\t6N\n001\t53.1\t-27.8\t0.5\n"
FELINE = """\
# run_id y x z quality n_lines template ra dec lines
1 33 12 0.41901 152.1 4 57 53.101 -27.801 5288.1 6900.2 7040.3 9310.9
2 40 10 0.62000 52.9 2 9 53.102 -27.802 6039.0 8113.4
"""
TWO_COMMENTS = "# ID RA DEC z\n# made on a Monday\n7 53.1 -27.8 0.5\n"


@pytest.mark.parametrize(
    ("text", "ids", "redshift"),
    [
        (VIZIER, ["001", "002"], 3.07),
        (RDB, ["001"], 0.5),
        (FELINE, ["1", "2"], 0.41901),
        (TWO_COMMENTS, ["7"], 0.5),
    ],
    ids=["vizier", "rdb", "feline", "two comments"],
)
def test_that_headers_of_several_lines_are_no_rows(
    tmp_path: Path, text: str, ids: list[str], redshift: float
) -> None:
    path = tmp_path / "cat.txt"
    path.write_text(text)

    table = read_table(path)
    columns = map_columns(table)

    assert as_texts(table, columns.source_id) == ids
    assert redshifts_of(table, columns)[0] == redshift


ORIGIN_LINES = """\
ID,num_line,ra,dec,x,y,z,lbda
1,1,53.1,-27.8,12,33,0,4750.0
1,2,53.1,-27.8,12,33,1523,6653.7
"""


def test_that_a_plane_of_origin_is_no_redshift(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    path.write_text(ORIGIN_LINES)

    assert map_columns(read_table(path)).redshift == ""


def test_that_lsdcat_has_positions_and_no_redshift(tmp_path: Path) -> None:
    path = tmp_path / "lsdcat.fits"
    Table(
        {
            "I": [1, 2],
            "ID": [1, 1],
            "X_PEAK_SN": [10.5, 11.5],
            "Z_PEAK_SN": [2.5, 3.5],
            "RA_PEAK_SN": [53.1, 53.2],
            "DEC_PEAK_SN": [-27.8, -27.9],
            "LAMBDA_PEAK_SN": [4753.0, 5000.0],
        }
    ).write(path)

    columns = map_columns(read_table(path))

    assert (columns.source_id, columns.ra, columns.dec) == ("ID", "RA_PEAK_SN", "DEC_PEAK_SN")
    assert columns.redshift == ""


def test_that_inspections_of_specvizitor_have_their_redshift(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    path.write_text("id,starred,z_sviz,comment\n007,False,-1.0,\n008,True,2.5,Lyα\n")

    table = read_table(path)
    columns = map_columns(table)

    assert as_texts(table, columns.source_id) == ["007", "008"]
    assert np.array_equal(redshifts_of(table, columns), [np.nan, 2.5], equal_nan=True)
    assert columns.comment == "comment"


def test_that_inspections_of_prospect_have_exact_targets(tmp_path: Path) -> None:
    path = tmp_path / "vi.csv"
    path.write_text(
        "TARGETID,Redrock_z,VI_z,VI_quality,VI_issue,VI_spectype,VI_comment,VI_scanner\n"
        "39627634831823879,1.1,1.2,4,,GALAXY,ok,ZB\n"
    )

    table = read_table(path)
    columns = map_columns(table)

    assert as_texts(table, columns.source_id) == ["39627634831823879"]
    assert redshifts_of(table, columns)[0] == 1.2
    assert (columns.zconf, columns.kind) == ("VI_quality", "VI_spectype")


def test_that_ecsv_keeps_the_text_null(tmp_path: Path) -> None:
    path = tmp_path / "cat.ecsv"
    path.write_text(
        "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: ID, datatype: string}\n"
        "# - {name: z, datatype: float64}\nID z\nnull 0.5\nb null\n"
    )

    table = read_table(path)

    assert as_texts(table, "ID") == ["null", "b"]
    assert np.array_equal(as_floats(table, "z"), [0.5, np.nan], equal_nan=True)


def test_that_a_parquet_table_without_pyarrow_gets_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    path = tmp_path / "cat.parquet"
    path.write_bytes(b"PAR1\0\0\0\0PAR1")

    with pytest.raises(InputError, match=r"Parquet table.*pip install pyarrow"):
        read_table(path)


def test_that_a_parquet_table_keeps_types_and_nulls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = {"ID": [2**62, 5], "z": [None, 0.5], "NAME": ["α", None]}
    schema = types.SimpleNamespace(metadata=None)
    arrow = types.SimpleNamespace(num_rows=2, num_columns=3, to_pydict=lambda: cells, schema=schema)
    fake = types.SimpleNamespace(read_table=lambda path: arrow)
    monkeypatch.setitem(sys.modules, "pyarrow", types.SimpleNamespace(parquet=fake))
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", fake)
    path = tmp_path / "cat.parquet"
    path.write_bytes(b"PAR1\0\0\0\0PAR1")

    table = read_table(path)

    assert as_texts(table, "ID") == [str(2**62), "5"]
    assert np.array_equal(as_floats(table, "z"), [np.nan, 0.5], equal_nan=True)
    assert as_texts(table, "NAME") == ["α", ""]


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0", "a picture"),
        (b"PK\x03\x04\0\0", "a ZIP archive or a spreadsheet"),
        (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    ],
)
def test_that_a_refusal_says_what_the_file_is(tmp_path: Path, start: bytes, kind: str) -> None:
    path = tmp_path / "cat.fits"
    path.write_bytes(start + b"\0" * 100)

    with pytest.raises(InputError, match=f"is {kind} and no catalogue"):
        read_table(path)


def test_that_prospect_keeps_the_redshift_that_was_not_changed(tmp_path: Path) -> None:
    path = tmp_path / "vi.csv"
    path.write_text("TARGETID,Redrock_z,VI_quality,VI_z\n1,0.5,4,\n2,0.7,3,0.9\n")

    table = read_table(path)

    assert redshifts_of(table, map_columns(table)).tolist() == [0.5, 0.9]
