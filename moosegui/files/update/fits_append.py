"""Columns appended to a FITS table byte by byte; every other byte of the file stays as it is.

Each row is followed by its new cells, the heap moves with them, and only the cards that give the
size change (FITS standard 4.0, section 7.3), with the table's checksums. A table without a heap is
extended some rows at a time; one with a heap is held, since its rows point into all of it.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from moosegui.errors import ExportError
from moosegui.files.content import Content
from moosegui.files.tables.added_column import AddedColumn
from moosegui.files.tables.read import catalogue_hdu
from moosegui.files.update.fits_cells import (
    Form,
    cells_of,
    extended_cards,
    n_bytes_of,
    pairs,
    refuse,
)
from moosegui.files.update.fits_units import (
    BLOCK,
    CARD,
    CHECKSUMS,
    DataSum,
    Unit,
    header_of,
    keyword,
    padded_size,
    split_units,
    with_checksums,
    with_numbers,
    without_votable,
)
from moosegui.files.update.layout import UpdateRows
from moosegui.files.update.pieces import CHUNK, N_ROWS, Frame, Piece

PIECE = 1 << 25  # bytes of rows that are held at a time
_PRIMARY = (
    f"{'SIMPLE':<8}= {'T':>20}",
    f"{'BITPIX':<8}= {8:>20}",
    f"{'NAXIS':<8}= {0:>20}",
    f"{'EXTEND':<8}= {'T':>20}",
)


class FitsExtension:
    """A binary table of a FITS file, without a heap, that gets columns; nothing else changes.

    Parameters
    ----------
    content : mmap
        The whole file, uncompressed.
    rows : UpdateRows
        What is added.
    i_table : int
        Which HDU is the table, from 0.
    is_table_alone : bool
        Keep of the other HDUs only the primary one: for surveys with their spectra.

    Raises
    ------
    ExportError
        If it is an ASCII table, would have more columns than FITS allows, or ends too early.
    """

    def __init__(
        self, content: mmap.mmap, rows: UpdateRows, i_table: int, *, is_table_alone: bool = False
    ) -> None:
        self._content, self._rows = content, rows
        self._units, self._i_table = split_units(content), i_table
        self._is_table_alone = is_table_alone
        self._table = self._units[i_table]
        self._n_rows, self._width = self._table.number("NAXIS2"), self._table.number("NAXIS1")
        refuse(self._table, len(rows.columns(0, 0)))
        if len(self._table.data) < self._n_rows * self._width:
            raise ExportError(
                f"The FITS table ends before the last of its {self._n_rows} rows; fetch it again."
            )
        self._n_at_once = max(1, min(N_ROWS, PIECE // max(1, self._width)))
        self._i_row = 0  # up to where rows were given

    @property
    def frame(self) -> Frame:
        """The table alone, with as many rows as the next piece has."""
        n_rows = {"NAXIS2": min(self._n_at_once, self._n_rows - self._i_row)}
        primary = header_of([line.encode().ljust(CARD) for line in _PRIMARY])
        before, after = (
            header_of(
                with_numbers([card for card in cards if keyword(card) not in CHECKSUMS], n_rows)
            )
            for cards in (self._table.cards, self._cards)
        )
        return Frame(primary + before, primary + after, block=BLOCK)

    def head(self) -> Iterator[bytes]:
        """Give what stands before the rows, with the new cards."""
        yield bytes(without_votable(self._units[0]))
        if not self._is_table_alone:
            for unit in self._units[1 : self._i_table]:
                yield from _chunks(unit.raw)
        yield with_checksums(self._cards, self._datasum)

    def pieces(self) -> Iterator[Piece]:
        """Give the rows."""
        for start, stop in self._spans():
            self._i_row = stop
            yield Piece(*self._extended(start, stop), stop - start)

    def tail(self) -> Iterator[bytes]:
        """Give what stands after the last row."""
        n_bytes = self._n_rows * (self._width + n_bytes_of(self._rows.columns(0, 0), self._forms))
        yield b"\0" * (padded_size(n_bytes) - n_bytes)
        if not self._is_table_alone:
            for unit in self._units[self._i_table + 1 :]:
                yield from _chunks(unit.raw)
            end = sum(len(unit.raw) for unit in self._units)
            yield from _chunks(memoryview(self._content)[end:])

    @cached_property
    def _forms(self) -> tuple[Form, ...]:
        forms = tuple(Form() for _ in self._rows.columns(0, 0))
        for start, stop in self._spans():
            columns = self._rows.columns(start, stop)
            forms = tuple(form.beside(column) for form, column in pairs(forms, columns))
        return forms

    @cached_property
    def _cards(self) -> list[bytes]:
        return extended_cards(self._table, self._rows.columns(0, 0), self._forms)

    @cached_property
    def _datasum(self) -> int:
        total = DataSum()
        if any(map(self._table.has, CHECKSUMS)):
            for start, stop in self._spans():
                total.add(self._extended(start, stop)[1])
        return total.value

    def _spans(self) -> Iterator[tuple[int, int]]:
        for start in range(0, self._n_rows, self._n_at_once):
            yield start, min(start + self._n_at_once, self._n_rows)

    def _extended(self, start: int, stop: int) -> tuple[bytes, bytes]:
        """Return some rows as they were and as they become."""
        before = bytes(self._table.data[start * self._width : stop * self._width])
        cells = cells_of(self._rows.columns(start, stop), self._forms)
        old = np.frombuffer(before, dtype=np.uint8).reshape(stop - start, self._width)
        return before, np.concatenate([old, cells], axis=1).tobytes()


def place_in_fits(content: Content) -> tuple[int, bool]:
    """Return which HDU lists sources, and whether it is kept alone: that of a stacked survey.

    Raises
    ------
    Unreadable
        If the file holds no table.
    """
    spectra = content.named("DATA")
    is_survey = spectra is not None and not spectra.is_table and len(spectra.shape) == 2
    return catalogue_hdu(content).index, is_survey


def has_heap(content: bytes | mmap.mmap, i_table: int) -> bool:
    """Whether the rows of a table point to values behind them."""
    return split_units(content)[i_table].number("PCOUNT") > 0


def append_to_fits(
    content: bytes | mmap.mmap,
    i_table: int,
    columns: Sequence[AddedColumn],
    *,
    is_table_alone: bool = False,
) -> bytes:
    """Append columns to one table of a FITS file, whether or not it has a heap.

    Parameters
    ----------
    content : bytes or mmap
        The whole file, uncompressed.
    i_table : int
        Which HDU is the table, from 0.
    columns : sequence of AddedColumn
        With as many values as the table has rows.
    is_table_alone : bool
        As `FitsExtension`.

    Returns
    -------
    bytes
        The new file.

    Raises
    ------
    ExportError
        If it is an ASCII table, or the table would have more columns than FITS allows.
    """
    units = split_units(content)
    parts = [without_votable(units[0])]
    for i_unit, unit in enumerate(units[1:], start=1):
        if i_unit == i_table:
            parts.append(_extended_unit(unit, columns))
        elif not is_table_alone:
            parts.append(unit.raw)
    end = sum(len(unit.raw) for unit in units)
    return b"".join(parts) + (b"" if is_table_alone else content[end:])


def _extended_unit(unit: Unit, columns: Sequence[AddedColumn]) -> bytes:
    refuse(unit, len(columns))
    n_rows, width = unit.number("NAXIS2"), unit.number("NAXIS1")
    forms = tuple(Form().beside(column) for column in columns)
    old = np.frombuffer(unit.data, dtype=np.uint8, count=n_rows * width).reshape(n_rows, width)
    rows = np.concatenate([old, cells_of(columns, forms)], axis=1).tobytes()
    data = rows + bytes(unit.data[n_rows * width :])
    padded = data.ljust(padded_size(len(data)), b"\0")
    datasum = DataSum()
    datasum.add(padded)
    return with_checksums(extended_cards(unit, columns, forms), datasum.value) + padded


def _chunks(content: bytes | memoryview) -> Iterator[bytes]:
    for start in range(0, len(content), CHUNK):
        yield bytes(content[start : start + CHUNK])
