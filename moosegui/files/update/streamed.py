"""Tables extended piece by piece, each piece read back and compared."""

from __future__ import annotations

import contextlib
import mmap
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from astropy.table import Table

from moosegui.errors import ExportError, InputError
from moosegui.files.content import Unreadable, open_content
from moosegui.files.tables.added_column import AddedColumn
from moosegui.files.tables.read import is_joined, read_once
from moosegui.files.tables.votables import read_numbered_votable
from moosegui.files.temporary import temporary_folder
from moosegui.files.update.compared import difference
from moosegui.files.update.fits_append import FitsExtension, has_heap, place_in_fits
from moosegui.files.update.layout import UpdateRows
from moosegui.files.update.pieces import (
    Extension,
    Frame,
    Piece,
    Sink,
    mapped,
    unpacked,
    unpacked_digest,
)
from moosegui.files.update.text_append import TextExtension
from moosegui.files.update.votable_append import VotableExtension, has_elements, has_tables


class PieceCheck:
    """Reads rows as they were and as they become, each in a table of its own, and compares them."""

    def __init__(self, folder: Path, suffix: str, rows: UpdateRows) -> None:
        self._folder, self._suffix, self._rows = folder, suffix, rows

    def difference(self, frame: Frame, piece: Piece, i_row: int) -> str:
        """Say what the rows from `i_row` have lost; empty if nothing."""
        columns = self._rows.columns(i_row, i_row + piece.n_rows)
        if frame.n_rows:
            first = self._rows.columns(0, frame.n_rows)
            columns = tuple(_joined(*pair) for pair in zip(first, columns, strict=True))
        before = self._read(frame.table(piece.before, is_after=False))
        after = self._read(frame.table(piece.after, is_after=True))
        return difference(before, after, columns, is_converted=False)

    def _read(self, content: bytes) -> Table:
        path = self._folder / f"piece{self._suffix}"
        path.write_bytes(content)
        return read_once(path)


@contextlib.contextmanager
def extension(
    path: Path, layout: str, rows: UpdateRows
) -> Iterator[tuple[Extension, UpdateRows] | None]:
    """Give what extends a catalogue, and what is added, under names that it has not.

    Parameters
    ----------
    path : Path
    layout : {"text", "ecsv", "votable", "fits"}
    rows : UpdateRows

    Returns
    -------
    tuple of Extension and UpdateRows, or None
        None of what has to be held as a whole: a VOTable whose cells are packed, a FITS table
        with a heap, or one of redshifts to which that of the fibres is joined.

    Raises
    ------
    ExportError
        If it cannot be extended.
    InputError
        If it holds no table.
    """
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(unpacked(path))
        extend: Callable[[UpdateRows], Extension]
        if layout == "votable":
            document = stack.enter_context(mapped(source))
            i_table = _place_of_table(document, path)
            if not has_elements(document, i_table):
                yield None
                return
            extend = partial(VotableExtension, document, i_table=i_table)
        elif layout == "fits":
            document = stack.enter_context(mapped(source))
            place = _place_in_rows(document, path)
            if place is None:
                yield None
                return
            i_table, is_alone = place
            extend = partial(FitsExtension, document, i_table=i_table, is_table_alone=is_alone)
        else:
            extend = partial(TextExtension, source, is_ecsv=layout == "ecsv")
        named = rows.beside(_names(extend(rows), path))
        yield extend(named), named


def _place_of_table(document: mmap.mmap, path: Path) -> int:
    """Return which table lists sources; where there are several, all are read to find out."""
    return read_numbered_votable(path)[0] if has_tables(document) else 0


def _place_in_rows(document: mmap.mmap, path: Path) -> tuple[int, bool] | None:
    """Return `place_in_fits`, or None if rows of that table say not all of what is read."""
    content = open_content(path)
    try:
        place = place_in_fits(content)
    except Unreadable as reason:
        raise InputError(f"{path} {reason}.") from reason
    return None if has_heap(document, place[0]) or is_joined(content) else place


def _names(extended: Extension, path: Path) -> list[str]:
    """Return the columns of a catalogue, as they are read from its first rows."""
    frame = extended.frame
    piece = next(extended.pieces(), Piece(b"", b"", 0))
    with temporary_folder() as folder:
        start = folder / path.name.removesuffix(".gz")
        start.write_bytes(frame.table(piece.before, is_after=False))
        return list(read_once(start).colnames)


def write_pieces(extended: Extension, rows: UpdateRows, path: Path, *, is_packed: bool) -> str:
    """Write an update piece by piece.

    Parameters
    ----------
    extended : Extension
        The catalogue and what is added to it.
    rows : UpdateRows
        The same, to compare.
    path : Path
        Where to write, with the ending of the format.
    is_packed : bool
        Whether it is packed by gzip.

    Returns
    -------
    str
        What reads back differently from the catalogue and the new columns; empty if nothing.

    Raises
    ------
    ExportError
        If the catalogue has fewer rows than when it was opened, or cannot be extended.
    """
    suffix, i_row = Path(path.name.removesuffix(".gz")).suffix, 0
    with path.open("wb") as stream, temporary_folder() as folder:
        sink = Sink(stream, is_packed=is_packed)
        check = PieceCheck(folder, suffix, rows)
        for part in extended.head():
            sink.write(part)
        frame = extended.frame
        for piece in extended.pieces():
            if piece.n_rows and (problem := check.difference(frame, piece, i_row)):
                return f"{problem}, in the rows from {i_row + 1}" if i_row else problem
            frame = extended.frame
            sink.write(piece.after)
            i_row += piece.n_rows
        for part in extended.tail():
            sink.write(part)
        written = sink.finish()
        if not i_row and (problem := check.difference(frame, Piece(b"", b"", 0), 0)):
            return problem
    try:
        rows.check(i_row)
    except IndexError as error:
        raise ExportError(
            f"The catalogue has fewer rows than when it was opened ({error}); open it again."
        ) from error
    return "" if unpacked_digest(path) == written else "it is not what was written"


def _joined(first: AddedColumn, second: AddedColumn) -> AddedColumn:
    return replace(second, values=np.concatenate([first.values, second.values]))
