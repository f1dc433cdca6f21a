"""Tables as spreadsheets, databases, TOPCAT and astropy write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.table import QTable, Table
from astropy.time import Time

from moosegui.errors import InputError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra import list_headers
from moosegui.files.tables.astropy_tables import without_mixins
from moosegui.files.tables.columns import (
    ColumnMap,
    as_floats,
    as_texts,
    contradictions,
    map_columns,
    redshifts_of,
    scale_notes,
    with_names,
    zconfs_of,
)
from moosegui.files.tables.dialects import with_degrees
from moosegui.files.tables.read import read_table
from moosegui.pipeline.reading.account import account_of

BARS = {
    "Markdown": "| ID | RA | z |\n|:---|---:|---|\n| a \\| b | 53.1 | 0.5 |\n| 02 | 53.2 | |\n",
    "without outer bars": "ID | RA | z\n--- | --- | ---\na \\| b | 53.1 | 0.5\n02 | 53.2 |\n",
    "Org": "| ID | RA | z |\n|----+----+---|\n| a \\| b | 53.1 | 0.5 |\n| 02 | 53.2 | |\n",
    "a database": "+----+----+---+\n| ID | RA | z |\n+----+----+---+\n| a \\| b | 53.1 | 0.5 |\n"
    "| 02 | 53.2 |   |\n+----+----+---+\n",
}


@pytest.mark.parametrize("text", BARS.values(), ids=BARS)
def test_that_a_table_between_bars_is_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.txt"
    path.write_text(text)

    table = read_table(path)

    assert table.colnames == ["ID", "RA", "z"]
    assert list(table["ID"]) == ["a | b", "02"]
    assert list(table["z"]) == ["0.5", ""]


def test_that_a_row_with_another_number_of_cells_between_bars_is_told(tmp_path: Path) -> None:
    path = tmp_path / "c.md"
    path.write_text("| ID | z |\n|---|---|\n| a | 0.5 |\n| b | 0.5 | 3 |\n")

    with pytest.raises(InputError, match="3 cells in row 2 for 2 columns"):
        read_table(path)


def test_that_times_of_astropy_are_texts(tmp_path: Path) -> None:
    table = QTable({"id": ["a"], "seen": Time(["2020-01-01T00:00:00"])})
    table.write(tmp_path / "c.ecsv")

    read = without_mixins(read_table(tmp_path / "c.ecsv"))
    assert as_texts(read, "seen") == ["2020-01-01T00:00:00.000"]


@pytest.mark.parametrize("name", ["c.ecsv", "c.fits"])
def test_that_coordinates_of_astropy_are_columns(tmp_path: Path, name: str) -> None:
    coordinates = SkyCoord([53.1, 53.2], [-27.8, -27.9], unit="deg")
    table = QTable({"id": ["a", "b"], "coord": coordinates, "zspec": [0.5, 1.5]})
    table.write(tmp_path / name)

    read = without_mixins(read_table(tmp_path / name))

    columns = map_columns(read)
    assert (columns.ra, columns.dec) == ("coord.ra", "coord.dec")
    assert as_floats(read, columns.ra) == pytest.approx([53.1, 53.2])
    assert as_floats(read, columns.dec) == pytest.approx([-27.8, -27.9])
    spectra = tmp_path / "spectra"
    spectra.mkdir()
    rows = "\n".join(f"{4800 + 2 * i},{1 + i % 3},0.5" for i in range(60))
    (spectra / "a.csv").write_text(f"wave,flux,err\n{rows}\n")
    assert open_source_list(tmp_path / name, spectra).sources[0].ra == pytest.approx(53.1)


def test_that_a_catalogue_without_known_ids_is_told_as_one(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text("entry ra dec zspec\n7 53.1 -27.8 0.5\n8 53.2 -27.9 9.9999\n")

    account = account_of(path)

    assert "has no column of IDs or of files: it has entry, ra, dec, zspec" in account.problem
    assert np.isnan(redshifts_of(read_table(path), map_columns(read_table(path)))[1])


TITLED = (
    "\N{ZERO WIDTH NO-BREAK SPACE}MMT run 2024,,,\r\n,,,\r\n#,Galaxy,z(spec),Conf.\r\n"
    "1,a,0.5,3\r\n2,b,0.6,2\r\n,,,\r\n,,,\r\n"
)


@pytest.mark.parametrize(
    "text",
    [TITLED, TITLED.replace("#", "No"), "Targets of May\nGalaxy;z(spec);Conf.\na;0,5;3\nb;0,6;2\n"],
)
def test_that_titles_and_empty_rows_of_spreadsheets_are_no_table(tmp_path: Path, text: str) -> None:
    path = tmp_path / "c.csv"
    path.write_text(text, newline="")

    table = read_table(path)

    columns = map_columns(table)
    assert as_texts(table, columns.source_id) == ["a", "b"]
    assert redshifts_of(table, columns).tolist() == [0.5, 0.6]
    assert columns.zconf == "Conf."


def test_that_what_topcat_writes_before_its_tables_is_no_spectrum(tmp_path: Path) -> None:
    primary = fits.PrimaryHDU(np.zeros(400, dtype=np.uint8))
    primary.header["VOTMETA"] = True
    table = fits.BinTableHDU(Table({"ID": ["a"], "z": [0.5]}))
    fits.HDUList([primary, table]).writeto(tmp_path / "c.fits")

    assert account_of(tmp_path / "c.fits").kind == "catalogue of 1 row"
    with pytest.raises(InputError):
        list_headers(tmp_path / "c.fits")


def test_that_columns_in_one_row_are_refused_as_what_they_are(tmp_path: Path) -> None:
    primary = fits.PrimaryHDU()
    primary.header["COLFITS"] = True
    fits.HDUList([primary, fits.BinTableHDU(Table({"z": [[0.5, 0.6]]}))]).writeto(
        tmp_path / "c.fits"
    )

    with pytest.raises(InputError, match="colfits table of TOPCAT"):
        read_table(tmp_path / "c.fits")


def test_that_zbest_comes_before_z_and_confidences_below_zero_are_told(tmp_path: Path) -> None:
    path = tmp_path / "zcat.fits"
    quality = np.array([4, 3, -1, -2], dtype=np.int16)
    z = np.array([0.1, 0.2, 0.3, 0.4])
    Table({"OBJNO": [1, 2, 3, 4], "Z": z, "ZBEST": z + 1e-4, "ZQUALITY": quality}).write(path)

    table = read_table(path)

    columns = map_columns(table)
    assert (columns.source_id, columns.redshift, columns.zconf) == ("OBJNO", "ZBEST", "ZQUALITY")
    assert zconfs_of(table, columns) == [4, 3, None, None]
    assert any("has -2, -1, which count as none" in said for said in contradictions(table, columns))


def test_that_the_numbers_of_columns_are_no_part_of_their_names(tmp_path: Path) -> None:
    path = tmp_path / "c.txt"
    path.write_text(
        "# id(1) alpha(2) delta(3) zspec(4)\n 1234 150.1 2.2 0.7\n 1235 150.2 2.3 -99\n"
    )

    columns = map_columns(read_table(path))

    assert (columns.source_id, columns.ra, columns.redshift) == ("id(1)", "alpha(2)", "zspec(4)")


@pytest.mark.parametrize("start", ["\\begin{tabular}{lc}", "\\tablehead{ID & z}"])
def test_that_latex_is_refused_as_what_it_is(tmp_path: Path, start: str) -> None:
    path = tmp_path / "c.tex"
    path.write_text(start + "\nID & z \\\\\n1 & 0.5 \\\\\n")

    with pytest.raises(InputError, match="is a table in LaTeX"):
        read_table(path)


def test_that_ucds_of_vizier_texts_tell_what_columns_are(tmp_path: Path) -> None:
    path = tmp_path / "asu.tsv"
    head = "#Column\tzCOS\t(I7)\tName\t[ucd=meta.id;meta.main]\n"
    head += "#Column\tz\t(F6.4)\tz\t[ucd=src.redshift]\n"
    path.write_text(f"{head}zCOS\tz\n\t\n-------\t------\n0700178\t0.7345\n")

    table = read_table(path)

    assert map_columns(table).source_id == "zCOS"
    assert as_texts(table, "zCOS") == ["0700178"]


def test_that_decimals_of_confidences_are_told_as_dropped() -> None:
    table = Table({"ID": ["a", "b"], "CC": ["4.5", "3.1"]})
    columns = with_names(map_columns(table), table, {"ZCONF": "CC"}, Path("c.csv"))

    assert zconfs_of(table, columns) == [4, 3]
    assert any("decimals were dropped" in said for said in contradictions(table, columns))


def test_that_the_qualities_of_gama_and_errors_of_redshifts_are_known() -> None:
    table = Table({"CATAID": [1, 2], "Z_HELIO": [0.1, 0.2], "NQ": [4, 2], "e_zsp": [1e-4, 2e-4]})

    columns = map_columns(table)

    assert (columns.redshift, columns.zconf, columns.redshift_error) == ("Z_HELIO", "NQ", "e_zsp")
    assert any("goes up to 4" in said for said in contradictions(table, columns))


def test_that_decimals_of_a_small_scale_are_told_and_inspections_of_desi_are_read() -> None:
    table = Table({"TARGETID": [1, 2], "best z": [0.1, 0.2], "best quality": [2.5, 3.0]})

    columns = map_columns(table)
    assert (columns.redshift, columns.zconf) == ("best z", "")
    assert any("best quality was not taken" in said for said in contradictions(table, columns))
    forced = scale_notes(table, ColumnMap(zconf="best quality"))
    assert forced == ["Column best quality has decimals, which were dropped: 2.5 counts as 2."]


def test_that_a_catalogue_without_redshifts_says_so(tmp_path: Path) -> None:
    Table({"ID": [1, 2], "ZERR": [1e-4, 1e-4], "RA": [1.0, 2.0]}).write(tmp_path / "c.fits")

    (said, *_) = account_of(tmp_path / "c.fits").facts

    assert said == "No column was taken for redshifts, and ZERR is the error of none."


def test_that_half_a_position_and_further_tables_are_told(tmp_path: Path) -> None:
    first = fits.BinTableHDU(Table({"ID": [1, 2], "z": [0.1, 0.2], "Dec": [1.0, 2.0]}))
    lines = fits.BinTableHDU(Table({"flux": [1.0, 2.0]}), name="LINES")
    fits.HDUList([fits.PrimaryHDU(), first, lines]).writeto(tmp_path / "c.fits")

    facts = account_of(tmp_path / "c.fits").facts

    assert (
        "There is a column of Dec and none of right ascension: no source has a position." in facts
    )
    assert "Table 1 was taken; there are also LINES (table 2)." in facts


def test_that_the_table_that_was_taken_is_named_and_a_joined_one_is_no_other(
    tmp_path: Path,
) -> None:
    lines = fits.BinTableHDU(Table({"flux": [1.0, 2.0]}), name="LINES")
    targets = fits.BinTableHDU(Table({"TARGETID": [1, 2], "Z": [0.1, 0.2]}), name="REDSHIFTS")
    fibres = {"TARGETID": [1, 2], "TARGET_RA": [1.0, 2.0], "TARGET_DEC": [3.0, 4.0]}
    hdus = [fits.PrimaryHDU(), lines, targets, fits.BinTableHDU(Table(fibres), name="FIBERMAP")]
    fits.HDUList(hdus).writeto(tmp_path / "redrock.fits")

    told = [fact for fact in account_of(tmp_path / "redrock.fits").facts if "was taken;" in fact]

    assert told == ["Table REDSHIFTS was taken; there are also LINES (table 2)."]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("objid specobjid ra dec z", ("specobjid", "ra", "z")),
        ("Unique_ID RA_TARG Dec_TARG z_Spec", ("Unique_ID", "RA_TARG", "z_Spec")),
        ("Id_specz ra_corrected dec_corrected specz", ("Id_specz", "ra_corrected", "specz")),
        ("Source_ID RA Dec Redshift_z", ("Source_ID", "RA", "Redshift_z")),
        ("OBJECT_ID RIGHT_ASCENSION DECLINATION SPE_Z", ("OBJECT_ID", "RIGHT_ASCENSION", "SPE_Z")),
    ],
)
def test_that_columns_of_public_lists_are_known(names: str, expected: tuple[str, ...]) -> None:
    columns = map_columns(Table({name: [0.5, 0.6] for name in names.split()}))

    assert (columns.source_id, columns.ra, columns.redshift) == expected


NED = """
NASA/IPAC Extragalactic Database
Search within  5.0 arcmin of RA = 12h36m50s, Dec = +62d12m00s

SEARCH RESULTS
Table 1: Main Information for 2 objects found

No.|Object Name|RA|DEC|Type|Velocity|Redshift|Notes
1|WISEA J123649.36+621311.9|189.20571|62.21999|G|143000|0.477000|0
2|CXOHDFN J123642.2+621545|189.17588|62.26269|XrayS|||0
"""


def test_that_names_below_sentences_are_found(tmp_path: Path) -> None:
    (tmp_path / "ned.txt").write_text(NED)

    table = read_table(tmp_path / "ned.txt")

    columns = map_columns(table)
    assert (columns.source_id, columns.ra, columns.redshift) == ("Object Name", "RA", "Redshift")
    assert columns.comment == ""  # a number of notes is none
    assert len(table) == 2


def test_that_a_hundred_is_no_redshift() -> None:
    table = Table({"id": [1, 2, 3], "specz": [0.3461, 100.0, 4.5671]})

    columns = map_columns(table)

    assert columns.redshift == "specz"
    np.testing.assert_array_equal(redshifts_of(table, columns), [0.3461, np.nan, 4.5671])


@pytest.mark.parametrize("n_rows", [3, 100])
def test_that_spectra_below_each_other_are_told(tmp_path: Path, n_rows: int) -> None:
    lines = ["Name,Lambda,Fnu"]
    lines += [f"{name},{1.66 + 0.001 * i:.3f},0.6" for name in "ab" for i in range(n_rows)]
    (tmp_path / "c.csv").write_text("\n".join(lines))

    told = [fact for fact in account_of(tmp_path / "c.csv").facts if "look like pixels" in fact]

    assert len(told) == (n_rows > 20)
    assert all("of 2 spectra" in fact for fact in told)


def test_that_the_parts_of_a_position_count_as_used() -> None:
    parts = {"RAh": ["3"], "RAm": ["32"], "RAs": ["1.0"], "DE-": ["-"], "DEd": ["27"],
             "DEm": ["45"], "DEs": ["0"]}  # fmt: skip
    table = with_degrees(Table({"ID": ["a"], **parts, "Rmag": ["21"]}))

    assert map_columns(table).unused_of(table) == ["Rmag"]


@pytest.mark.parametrize("name", ["zflg", "z_flag", "ZFLAGS", "grade"])
def test_that_flags_of_redshifts_are_confidences_and_two_digits_are_told(name: str) -> None:
    table = Table({"id_IAU": ["a", "b"], "zspec": [0.1, 0.2], name: [4.0, 2.0]})
    secondary = Table({"id_IAU": ["a", "b"], "zspec": [0.1, 0.2], name: [4, 24]})

    assert map_columns(table).zconf == name
    columns = map_columns(secondary)
    assert columns.zconf == ""
    assert any(f"{name} was not taken as confid" in s for s in contradictions(secondary, columns))
