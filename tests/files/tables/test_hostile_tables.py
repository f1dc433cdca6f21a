"""Tables that ask for more than they hold, or for what lies elsewhere: a sentence, soon."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from small_survey import write_spectra

from moosegui.errors import InputError
from moosegui.files import limits
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.spectra.elements.text_columns import looks_like_spectrum
from moosegui.files.tables.read import read_table

HEAD = '<?xml version="1.0"?>{}<VOTABLE version="1.3"><RESOURCE><TABLE{}>'
FIELDS = '<FIELD name="ID" datatype="int"/><FIELD name="z" datatype="double"{}/>'
ROWS = "<DATA><TABLEDATA>{}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
ROW = "<TR><TD>1</TD><TD>0.5</TD></TR>"


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch):
    """Limits that a test reaches."""
    small = limits.Limits(max_cells=1000, max_line=500)
    monkeypatch.setattr(limits, "limits", lambda: small)


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_that_no_document_type_leads_out_of_a_votable(tmp_path: Path, scheme: str) -> None:
    elsewhere = tmp_path / "elsewhere.dat"
    elsewhere.write_bytes(bytes(24))
    place = elsewhere.as_uri() if scheme == "file" else "http://127.0.0.1:9/elsewhere.dat"
    kind = f'<!DOCTYPE VOTABLE [<!ATTLIST STREAM href CDATA "{place}">]>'
    data = "<DATA><BINARY><STREAM/></BINARY></DATA></TABLE></RESOURCE></VOTABLE>"
    path = tmp_path / "cat.vot"
    path.write_text(HEAD.format(kind, "") + FIELDS.format("") + data)

    with pytest.raises(InputError, match="refers to data outside the file"):
        read_table(path)


def test_that_a_document_type_without_references_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "cat.vot"
    kind = '<!DOCTYPE VOTABLE SYSTEM "http://us-vo.org/xml/VOTable.dtd">'
    path.write_text(HEAD.format(kind, "") + FIELDS.format("") + ROWS.format(ROW))

    assert read_table(path)["z"].tolist() == [0.5]


@pytest.mark.parametrize(
    ("of_table", "of_field", "words"),
    [
        ("", ' arraysize="30000"', "declares .* cells in"),
        (' nrows="999999999"', "", "declares .* cells in"),
        (' nrows="&#57;99999999"', "", "as no numbers"),
        ("", ' arraysize="&#57;999999"', "as no numbers"),
    ],
)
def test_that_sizes_beyond_the_memory_are_refused(
    tmp_path: Path, of_table: str, of_field: str, words: str
) -> None:
    path = tmp_path / "cat.vot"
    text = HEAD.format("", of_table) + FIELDS.format(of_field) + ROWS.format(ROW * 5000)
    path.write_text(text)

    with pytest.raises(InputError, match=words):
        read_table(path)


def test_that_many_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("ID" + ",c" * 5000 + "\n1" + ",2" * 5000 + "\n")

    names = read_table(path).colnames

    assert len(set(names)) == 5001
    assert names[1:4] == ["c", "c_", "c__"]
    assert max(map(len, names)) < 12


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ID,Z\n" + "1,0.5\n" * 600, "1,200 cells of a text table"),
        ("ID\n" + "1\n" * 1100, "cells of a text table"),
        ("ID,NOTE\n1," + "x" * 600 + "\n", "characters of a line of a text table"),
    ],
)
def test_that_texts_beyond_the_limits_are_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "cat.csv"
    path.write_text(text)

    with pytest.raises(InputError, match=words):
        read_table(path)


def test_that_a_text_that_grows_a_thousandfold_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv.gz"
    path.write_bytes(gzip.compress(b"ID,Z\n" + b"1,2\n" * 20_000_000))

    with pytest.raises(InputError, match="unpacked for each packed one"):
        read_table(path)


def test_that_one_long_cell_is_named_before_all_are_held_so(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("ID,NOTE\n" + "1,a\n" * 20_000 + "2," + "x" * 20_000 + "\n")

    with pytest.raises(InputError, match=r"a cell of 20,000 characters in the column NOTE \(row"):
        read_table(path)


def test_that_a_line_of_digits_is_soon_no_spectrum() -> None:
    assert not looks_like_spectrum("0" * 2_000_000 + "\n1\n")


@pytest.mark.parametrize("cell", ['"#2"', '" #2"'])
def test_that_an_id_in_quotes_may_begin_like_a_comment(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "cat.csv"
    path.write_text(f"ID,RA,DEC\n1,2,3\n{cell},3,4\n# a comment\n3,3,4\n")

    assert [text.strip() for text in read_table(path)["ID"]] == ["1", "#2", "3"]


def test_that_a_row_that_looks_like_a_comment_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("# about, it\nID,RA,DEC\n1,2,3\n#2,3,4\n# a comment\n3,3,4\n")
    write_spectra(tmp_path / "spectra")

    listed = open_source_list(path, tmp_path / "spectra")

    assert [source.source_id for source in listed] == ["1", "3"]
    assert any(notice.startswith("Line 4 begins with #") for notice in listed.notices)


def test_that_a_name_over_several_lines_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text('ID,"a name\nwith lines",Z\n1,2,3\n')

    with pytest.raises(InputError, match="a column name over several lines"):
        read_table(path)


def test_that_a_sentence_does_not_repeat_the_file(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("x" * 5000 + ",y\n1,2\n")

    with pytest.raises(InputError) as told:
        open_source_list(path)

    assert len(str(told.value)) < 500
