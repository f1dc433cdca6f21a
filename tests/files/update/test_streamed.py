"""Updates that are written piece by piece: the same bytes, and no more memory for more rows."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from files.decisions import DECISIONS, SUMMARIES, a_source_list
from files.update.test_update_text import CSV_TEXT, VOTABLE

from moosegui.errors import ExportError, InputError
from moosegui.files.tables.read import read_table
from moosegui.files.update import fits_append, streamed, text_append, votable_append
from moosegui.files.update.fits_append import append_to_fits
from moosegui.files.update.layout import update_columns
from moosegui.files.update.update import write_update

ROWS = "".join(f'{i:05d},0.{i},"a, ""b""",{i}\n' for i in range(9))
LATIN = "ID,NOTE\n" + "".join(f"{i},Zoë {i}\n" for i in range(7))
RULED = "ID,Z,NOTE\n0,0.5,x\n1,0.5,y\n2,0.5,z\n--,--,--\n--,--,--\n4,1.0,u\n"


def an_ecsv(n_rows: int) -> str:
    head = "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: ID, datatype: string}\n"
    names = "# - {name: Z, datatype: float64}\n# - {name: V, datatype: string}\nID Z V\n"
    cells = ('""', '"two words"', "word")
    return head + names + "".join(f"{i:05d} {i / 7!r} {cells[i % 3]}\n" for i in range(n_rows))


def a_packed_votable() -> bytes:
    text = VOTABLE.replace("<TABLE name=", '<TABLE nrows="5" name=', 1)
    return gzip.compress(text.encode("latin-1"))


def a_fits(n_rows: int, *, is_survey: bool = False) -> bytes:
    """A table between others, with checksums; of a survey beside its spectra."""
    table = Table({"ID": [f"{i:05d}" for i in range(n_rows)], "Z": np.arange(n_rows) / 7})
    table["V"] = np.arange(3.0 * n_rows).reshape(n_rows, 3)
    spectra = fits.ImageHDU(np.ones((n_rows, 300), np.float32), name="DATA")
    notes = fits.BinTableHDU(Table({"X": [1, 2, 3]}), name="NOTES")
    hdus = [fits.PrimaryHDU(), spectra if is_survey else notes]
    hdus += [fits.BinTableHDU(table, name="CATALOGUE"), notes.copy()]
    out = io.BytesIO()
    fits.HDUList(hdus).writeto(out, checksum=True)
    return out.getvalue()


CATALOGUES = {
    "lines.csv": CSV_TEXT.encode(),
    "plain.csv": f"ID,Z,NOTE,N\n{ROWS}".encode(),
    "open_end.csv": f"# ID,Z,NOTE,N\n{ROWS}".rstrip().encode(),
    "latin.csv": LATIN.encode("latin-1"),
    "ruled.csv": RULED.encode(),
    "packed.csv.gz": gzip.compress(f"ID,Z,NOTE,N\n{ROWS}".encode()),
    "old_mac.csv": f"ID,Z,NOTE,N\n{ROWS}".replace("\n", "\r").encode(),
    "table.ecsv": an_ecsv(9).encode(),
    "table.vot": VOTABLE.encode("latin-1"),
    "packed.vot.gz": a_packed_votable(),
    "table.fits": a_fits(9),
    "packed.fits.gz": gzip.compress(a_fits(9)),
    "survey.fits": a_fits(9, is_survey=True),
}


def pieces_of(n_rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (text_append, votable_append, fits_append):
        monkeypatch.setattr(module, "N_ROWS", n_rows)


@pytest.mark.parametrize("name", CATALOGUES)
@pytest.mark.parametrize("n_rows", [2, 3])
def test_that_pieces_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, n_rows: int
) -> None:
    path = tmp_path / name
    path.write_bytes(CATALOGUES[name])
    n_sources = len(read_table(path))
    sources = a_source_list(path, n_sources)
    ending = name.split(".", 1)[1]
    whole = write_update(sources, DECISIONS, tmp_path / f"whole.{ending}", summaries=SUMMARIES)
    pieces_of(n_rows, monkeypatch)

    parts = write_update(sources, DECISIONS, tmp_path / f"parts.{ending}", summaries=SUMMARIES)

    assert parts.read_bytes() == whole.read_bytes()
    assert len(read_table(parts)) == n_sources


@pytest.mark.parametrize("is_survey", [False, True])
@pytest.mark.parametrize("n_rows", [2, 9, 100])
def test_that_pieces_of_fits_are_those_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, n_rows: int, is_survey: bool
) -> None:
    path, content = tmp_path / "cat.fits", a_fits(9, is_survey=is_survey)
    path.write_bytes(content)
    sources = a_source_list(path, 9)
    columns = update_columns(sources, DECISIONS, SUMMARIES, 9)
    pieces_of(n_rows, monkeypatch)

    update = write_update(sources, DECISIONS, summaries=SUMMARIES)

    whole = append_to_fits(content, 2, columns, is_table_alone=is_survey)
    assert update.read_bytes() == whole
    with fits.open(update, checksum=True) as hdus:
        assert [hdu.verify_checksum() for hdu in hdus] == [1] * len(hdus)
        assert [hdu.verify_datasum() for hdu in hdus] == [1] * len(hdus)


def test_that_wide_rows_are_held_by_their_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, lengths = tmp_path / "cat.fits", []
    path.write_bytes(a_fits(9))
    monkeypatch.setattr(fits_append, "PIECE", 100)  # bytes; a row has 37
    read = streamed.read_once
    monkeypatch.setattr(
        streamed, "read_once", lambda piece: (table := read(piece), lengths.append(len(table)))[0]
    )

    update = write_update(a_source_list(path, 9), DECISIONS)

    assert max(lengths) == 2
    assert len(read_table(update)) == 9


def test_that_a_text_that_only_a_later_row_has_widens_its_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cat.fits"
    path.write_bytes(a_fits(9))
    event = DECISIONS["1"]
    comments = {"0": "a\\b", "8": "Lyα, \\ and much longer than the first"}
    decisions = {
        key: replace(event, source_key=key, verdict=replace(event.verdict, comment=text))
        for key, text in comments.items()
    }
    pieces_of(2, monkeypatch)

    update = write_update(a_source_list(path, 9), decisions)

    found = read_table(update)["COMMENT_VI"]
    assert [str(found[i]) for i in (0, 8)] == list(comments.values())


def test_that_a_fits_file_without_a_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    path.write_bytes(a_fits(9))
    sources = a_source_list(path, 9)
    fits.PrimaryHDU().writeto(path, overwrite=True)

    with pytest.raises(InputError, match="holds no table"):
        write_update(sources, DECISIONS)


@pytest.mark.parametrize("name", ["plain.csv", "table.ecsv", "table.vot", "table.fits"])
def test_that_a_row_that_was_lost_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(CATALOGUES[name])
    pieces_of(2, monkeypatch)

    with pytest.raises(ExportError, match="fewer rows"):
        write_update(a_source_list(path, 20), DECISIONS)

    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_that_a_cell_that_changes_is_found_in_any_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plain.csv"
    path.write_bytes(CATALOGUES["plain.csv"])
    pieces_of(2, monkeypatch)
    right = text_append._extend  # what appends the cells to a record

    def wrong(record: text_append._Record, n_columns: int, *rest: object) -> str:
        text = right(record, n_columns, *rest)  # type: ignore[arg-type]
        return text.replace("00007", "7")

    monkeypatch.setattr(text_append, "_extend", wrong)

    with pytest.raises(ExportError, match="column ID reads back differently, in the rows from 7"):
        write_update(a_source_list(path, 9), DECISIONS)


@pytest.mark.parametrize("kind", ["csv", "vot", "ecsv", "fits"])
def test_that_more_rows_than_a_piece_are_never_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    pieces_of(50, monkeypatch)
    path, lengths = tmp_path / f"cat.{kind}", []
    formats = {"csv": "ascii.csv", "vot": "votable", "ecsv": "ascii.ecsv", "fits": "fits"}
    table = Table({"ID": [f"{i:05d}" for i in range(230)], "N": range(230)})
    table.write(path, format=formats[kind])
    read = streamed.read_once

    def counted(piece: Path) -> Table:
        table = read(piece)
        lengths.append(len(table))
        return table

    monkeypatch.setattr(streamed, "read_once", counted)

    update = write_update(a_source_list(path, 230), DECISIONS)

    assert max(lengths) <= 50 + text_append.N_BELOW_HEADER
    assert len(read_table(update)) == 230


@pytest.mark.parametrize("closing", ["", '7,0.7,"x"\n'])
def test_that_a_quote_that_is_never_closed_is_named(tmp_path: Path, closing: str) -> None:
    path = tmp_path / "cat.csv"
    path.write_text('# mine\nID,Z,NOTE\n1,0.5,"fine,\ntwo lines"\n2,0.5,"open\n3,0.5,x\n' + closing)

    with pytest.raises(InputError, match="a quote that is opened in line 5 and not closed"):
        read_table(path)


@pytest.mark.parametrize("cell", ['5" north', '"a ""b"""', '"two\nlines"', '"ends" here'])
def test_that_a_quote_that_opens_nothing_is_read(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "cat.csv"
    path.write_text(f"ID,NOTE\n1,x\n2,{cell}")

    assert list(read_table(path)["ID"]) == ["1", "2"]
