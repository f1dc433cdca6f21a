"""Updates of CSV, ECSV and VOTable catalogues, of folders, and what is refused."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from astropy.io import votable
from astropy.table import MaskedColumn, Table
from files.decisions import COMMENT_WRITTEN, DECISIONS, SUMMARIES, a_source_list
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.catalogue import Source, SourceList, SpectrumRef, Verdict, VerdictEvent
from moosegui.errors import ExportError
from moosegui.files.tables.read import read_table
from moosegui.files.update.layout import UpdateRows, column_names
from moosegui.files.update.text_append import TextExtension
from moosegui.files.update.update import default_update_path, file_sha256, write_update

CSV_TEXT = (
    "\ufeff# made by hand\r\n"
    "ID,Z,Comment,Big\r\n"
    '00001,0.50,"a, ""b""",12345678901234567890\r\n'
    "# a remark in between\r\n"
    "00002, 1e-3 ,NA,1\r\n"
    '00003,-99,"two\r\nlines",2\r\n'
    "\r\n"
    "00004\r\n"
    "00005,0.1,True,,\r\n"
)


def updated(path: Path, target: Path | None = None) -> Path:
    return write_update(a_source_list(path), DECISIONS, target, summaries=SUMMARIES)


@pytest.fixture
def csv_path(tmp_path: Path) -> Path:
    path = tmp_path / "cat.csv"
    path.write_bytes(CSV_TEXT.encode())
    return path


@pytest.mark.parametrize("where", ["end", "middle"])
def test_that_a_row_of_nothing_stays_one(csv_path: Path, where: str) -> None:
    lines = CSV_TEXT.split("\r\n")
    lines.insert(-1 if where == "end" else 3, ",,,")
    csv_path.write_bytes("\r\n".join(lines).encode())

    path = updated(csv_path)

    assert "\r\n,,,\r\n" in path.read_bytes().decode()
    assert list(read_table(path)["ID"]) == list(read_table(csv_path)["ID"])
    assert "3.1234567890123" in list(read_table(path)["Z_VI"])


def test_that_csv_cells_keep_their_spelling(csv_path: Path) -> None:
    text = updated(csv_path).read_bytes().decode()

    lines = text.split("\r\n")
    assert lines[0] == "\ufeff# made by hand"
    assert lines[1] == "ID,Z,Comment,Big," + ",".join(column_names())
    assert lines[2].startswith('00001,0.50,"a, ""b""",12345678901234567890,3.1234567890123,')
    assert lines[3] == "# a remark in between"
    assert lines[4].startswith("00002, 1e-3 ,NA,1,,,0,")
    assert lines[5:7] == ['00003,-99,"two', lines[6]]
    assert lines[6].startswith('lines",2,,,0,,,,,,,wing of a neighbour,')
    assert lines[7] == ""
    assert lines[8].startswith("00004,,,,,,,")
    assert lines[9].startswith("00005,0.1,True,,,,,")
    assert "\n" not in text.replace("\r\n", "")


def test_that_csv_cells_hold_the_decisions(csv_path: Path) -> None:
    table = read_table(updated(csv_path))

    assert list(table["ZCONF_VI"]) == ["3", "0", "0", "", ""]
    assert list(table["Z_VI"]) == ["3.1234567890123", "", "", "", ""]
    assert table["COMMENT_VI"][0] == COMMENT_WRITTEN


def test_that_a_file_without_a_last_line_end_keeps_it_so(csv_path: Path) -> None:
    csv_path.write_text("ID;Z\n1;2\n2;3\n3;4\n4;5\n5;6")

    text = updated(csv_path).read_text()

    assert text.count("\n") == 5
    assert text.startswith("ID;Z;Z_VI;")


def test_that_a_header_in_a_comment_is_extended(tmp_path: Path) -> None:
    path = tmp_path / "marz.mz"
    rows = "".join(f"{i}, {i:05d} , 0.5\n" for i in range(1, 6))
    path.write_text(f"# Results à la main\n#ID , Name , AutoZ\n{rows}")

    table = read_table(updated(path))

    assert table.colnames == ["ID", "Name", "AutoZ", *column_names()]
    assert list(table["Name"]) == ["00001", "00002", "00003", "00004", "00005"]


def test_that_text_separated_by_spaces_becomes_ecsv(tmp_path: Path) -> None:
    path = tmp_path / "cat.dat"
    path.write_text("ID Z\n00001 0.5\n00002 0.6\n00003 0.7\n00004 0.8\n00005 0.9\n")

    target = updated(path)

    table = Table.read(target)
    assert target.name == "cat_updated.ecsv"
    assert list(table["ID"]) == ["00001", "00002", "00003", "00004", "00005"]
    assert list(table["Z"]) == [0.5, 0.6, 0.7, 0.8, 0.9]


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=8
).filter(lambda text: not text.lstrip().startswith("#"))


@given(
    st.lists(st.tuples(cells, cells), min_size=1, max_size=5),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_that_appending_to_any_csv_leaves_its_cells(
    rows: list[tuple[str, str]], delimiter: str, eol: str
) -> None:
    buffer = io.StringIO()
    table = [(f"id{i}", *row) for i, row in enumerate(rows)]
    header = ("ID", "NAME", "NOTE")
    csv.writer(buffer, delimiter=delimiter, lineterminator=eol).writerows([header, *table])
    added = UpdateRows(a_source_list(Path("x")).sources[: len(rows)], {}, {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(buffer.getvalue().encode())
        extension = TextExtension(path, added, is_ecsv=False)

        parts = [*extension.head(), *(piece.after for piece in extension.pieces())]

    text = b"".join(parts).decode()
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert [tuple(row[:3]) for row in read] == [header, *table]
    assert {len(row) for row in read} == {3 + len(column_names())}


def an_ecsv(path: Path, delimiter: str = " ") -> Path:
    table = Table(
        {
            "ID": ["00001", "00002", "two words", "é", ""],
            "Z": MaskedColumn([0.5, np.nan, 1.0, 2.0, 3.0], mask=[0, 0, 1, 0, 0], unit="km/s"),
            "V": np.arange(10).reshape(5, 2),
        },
        meta={"author": "Zoë", "history": ["one", "two"]},
    )
    table["Z"].description = "a redshift: really"
    table.write(path, format="ascii.ecsv", delimiter=delimiter)
    return path


@pytest.mark.parametrize("delimiter", [" ", ","])
def test_that_ecsv_lines_are_only_extended(tmp_path: Path, delimiter: str) -> None:
    path = an_ecsv(tmp_path / "cat.ecsv", delimiter)
    before = path.read_text().splitlines()

    after = updated(path).read_text().splitlines()

    rest = [line for line in after if not line.startswith('# - {"name": ')]
    assert len(rest) == len(before)
    assert all(new.startswith(old) for new, old in zip(rest, before, strict=True))


@pytest.mark.parametrize("delimiter", [" ", ","])
def test_that_ecsv_columns_have_types_and_descriptions(tmp_path: Path, delimiter: str) -> None:
    path = an_ecsv(tmp_path / "cat.ecsv", delimiter)

    table = Table.read(updated(path))

    assert table.meta == {"author": "Zoë", "history": ["one", "two"]}
    assert table["ZCONF_VI"].dtype == np.int16
    assert list(table["ZCONF_VI"].mask) == [False, False, False, True, True]
    assert np.isnan(table["Z_VI"][1])
    assert table["Z_VI"].meta["ucd"] == "src.redshift"
    assert table["COMMENT_VI"][0] == COMMENT_WRITTEN
    assert str(table["Z"].unit) == "km / s"


VOTABLE = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- kept by hand: <TR> -->
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
 <RESOURCE><COOSYS ID="sys" system="ICRS"/>
  <INFO name="author" value="Zo\u00eb"/>
  <TABLE name="cat"><DESCRIPTION>mine</DESCRIPTION>
   <FIELD ID="col1" name="ID" datatype="char" arraysize="5" ucd="meta.id;meta.main"/>
   <FIELD name="Z" datatype="double" precision="2" ucd="src.redshift"><DESCRIPTION>z</DESCRIPTION>
   </FIELD>
   <PARAM name="zmax" datatype="float" value="7"/>
   <DATA><TABLEDATA>
    <TR><TD>00001</TD><TD>0.123456</TD></TR>
    <TR><TD>00002</TD><TD/></TR>
    <TR><TD>00003</TD><TD>NaN</TD></TR>
    <TR><TD>00004</TD><TD>1</TD></TR>
    <TR><TD>00005</TD><TD>2</TD></TR>
   </TABLEDATA></DATA>
  </TABLE>
  <TABLE name="other"><FIELD name="X" datatype="int"/>
   <DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE>
 </RESOURCE>
</VOTABLE>
"""


@pytest.fixture
def votable_path(tmp_path: Path) -> Path:
    path = tmp_path / "cat.vot"
    path.write_bytes(VOTABLE.encode("latin-1"))
    return path


def test_that_a_votable_keeps_everything_around_the_new_columns(votable_path: Path) -> None:
    text = updated(votable_path).read_bytes().decode("latin-1")

    kept = VOTABLE
    for line in text.splitlines():
        if line.startswith("<FIELD") and "_VI" in line:
            assert line not in kept
    for piece in ("<!-- kept by hand: <TR> -->", "<COOSYS", "Zo\u00eb", "<TD>0.123456</TD>"):
        assert piece in text
    assert text[text.index('<TABLE name="other">') :] == kept[kept.index('<TABLE name="other">') :]


def test_that_a_votable_holds_the_decisions(votable_path: Path) -> None:
    path = updated(votable_path)

    table = votable.parse(path).get_first_table()
    rows = table.array
    assert [field.name for field in table.fields] == ["ID", "Z", *column_names()]
    assert rows["Z_VI"][0] == 3.1234567890123
    assert rows["COMMENT_VI"][0] == COMMENT_WRITTEN
    assert list(rows["ZCONF_VI"].mask) == [False, False, False, True, True]
    assert rows["R"][0] == np.inf
    assert table.get_field_by_id_or_name("Z_VI").ucd == "src.redshift"


def test_that_a_packed_votable_is_extended(votable_path: Path) -> None:
    document = votable.parse(votable_path)
    document.get_first_table().format = "binary2"
    document.to_xml(str(votable_path))

    path = updated(votable_path)

    document = votable.parse(path)
    rows = document.get_first_table().array
    assert b"BINARY2" in path.read_bytes()
    assert rows["Z"][0] == 0.123456
    assert list(rows["ZCONF_VI"].filled(-1)) == [3, 0, 0, -1, -1]
    assert rows["FALSE_VI"][2] == "wing of a neighbour"
    assert len(list(document.iter_tables())) == 2


@pytest.mark.parametrize("suffix", [".fits", ".ecsv", ".csv", ".vot"])
def test_that_a_catalogue_is_converted_when_asked(csv_path: Path, suffix: str) -> None:
    target = updated(csv_path, csv_path.with_name(f"out{suffix}"))

    table = read_table(target)
    assert [str(cell) for cell in table["ID"]] == ["00001", "00002", "00003", "00004", "00005"]
    assert float(table["Z_VI"][0]) == 3.1234567890123
    assert str(table["COMMENT_VI"][0]) == COMMENT_WRITTEN


@pytest.mark.parametrize("suffix", [".fits", ".ecsv", ".csv"])
def test_that_ecsv_with_nulls_is_converted(tmp_path: Path, suffix: str) -> None:
    path = an_ecsv(tmp_path / "cat.ecsv")

    table = read_table(updated(path, tmp_path / f"out{suffix}"))

    assert [str(cell) for cell in table["ID"][:4]] == ["00001", "00002", "two words", "é"]
    assert float(table["Z"][4]) == 3.0


def test_that_a_folder_gives_a_table_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "spectra"
    folder.mkdir()
    refs = [SpectrumRef(folder / f"s{i}.fits") for i in range(4)]
    sources = tuple(Source(str(i), f"{i:05d}", 0, ref, ra=1.5) for i, ref in enumerate(refs))

    target = write_update(SourceList(sources, folder, has_catalogue=False), DECISIONS)

    table = Table.read(target)
    assert target == tmp_path / "spectra_updated.ecsv"
    assert list(table["ID"]) == ["00000", "00001", "00002", "00003"]
    assert table["FILE"][2] == "spectra/s2.fits"
    assert list(table["RA"]) == [1.5] * 4
    assert list(table["ZCONF_VI"].filled(-1)) == [3, 0, 0, -1]


def test_that_the_input_is_never_overwritten(csv_path: Path) -> None:
    before = csv_path.read_bytes()

    with pytest.raises(ExportError, match="would overwrite the catalogue"):
        updated(csv_path, csv_path)

    assert csv_path.read_bytes() == before


def test_that_the_input_is_not_overwritten_through_a_link(csv_path: Path) -> None:
    link = csv_path.with_name("link.csv")
    link.symlink_to(csv_path)

    with pytest.raises(ExportError, match="would overwrite"):
        updated(csv_path, link)


def test_that_an_earlier_update_is_replaced(csv_path: Path) -> None:
    first = updated(csv_path)
    verdict = VerdictEvent(9, "2026-01-01T00:00:00Z", "RB", "4", Verdict(redshift=9.5, zconf=1))

    second = write_update(a_source_list(csv_path), {"4": verdict})

    assert second == first
    assert list(read_table(second)["Z_VI"]) == ["", "", "", "", "9.5"]


def test_that_a_catalogue_that_changed_is_refused(csv_path: Path) -> None:
    opened = file_sha256(csv_path)
    csv_path.write_bytes(csv_path.read_bytes().replace(b"0.50", b"0.51"))

    with pytest.raises(ExportError, match="changed since it was opened"):
        write_update(a_source_list(csv_path), DECISIONS, input_sha256=opened)

    assert [entry.name for entry in csv_path.parent.iterdir()] == ["cat.csv"]


def test_that_a_catalogue_that_did_not_change_is_accepted(csv_path: Path) -> None:
    opened = file_sha256(csv_path)

    path = write_update(a_source_list(csv_path), DECISIONS, input_sha256=opened)

    assert path.exists()


def test_that_a_catalogue_that_lost_rows_is_refused(csv_path: Path) -> None:
    csv_path.write_text("ID,Z\n00001,0.5\n")

    with pytest.raises(ExportError, match="fewer rows"):
        updated(csv_path)


def test_that_a_missing_folder_gets_a_sentence(csv_path: Path) -> None:
    with pytest.raises(ExportError, match="no folder"):
        updated(csv_path, csv_path.parent / "absent" / "out.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_that_an_unwritable_folder_gets_a_sentence(csv_path: Path) -> None:
    csv_path.parent.chmod(0o500)

    with pytest.raises(ExportError, match="cannot be written"):
        updated(csv_path)

    csv_path.parent.chmod(0o700)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder nobody may write")
def test_that_a_folder_that_refuses_files_gets_a_sentence(csv_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        updated(csv_path, Path("/proc/out.csv"))


def test_that_a_name_without_a_known_ending_gets_a_sentence(csv_path: Path) -> None:
    with pytest.raises(ExportError, match="names a format"):
        updated(csv_path, csv_path.with_name("out.xlsx"))


def test_that_columns_of_an_earlier_update_stay(csv_path: Path) -> None:
    first = updated(csv_path)

    table = read_table(updated(first))

    assert {"Z_VI", "Z_VI_2"} <= set(table.colnames)
    assert list(table["Z_VI"]) == list(table["Z_VI_2"])


def test_that_the_default_name_keeps_the_ending(csv_path: Path) -> None:
    path = default_update_path(a_source_list(csv_path))

    assert path.name == "cat_updated.csv"
