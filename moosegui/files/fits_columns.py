"""Columns of FITS tables as the file means them: scaled, unsigned, logical, null, of any length.

One way in for every reader. Only the rows that are asked for are read and converted, so that one
cell of a large table costs one cell.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray
from moosegui.files.content import READ_ERRORS, Content, Hdu, Unreadable, card_value, open_fits

INTEGERS = {"B": "u1", "I": ">i2", "J": ">i4", "K": ">i8"}  # as stored (standard 4.0, 7.3)
TRUE_TEXTS = frozenset(("true", "t", "yes", "y"))
FALSE_TEXTS = frozenset(("false", "f", "no", "n"))
# The last ones stand in cells of spreadsheets that have no value, in English and German
NULL_TEXTS = frozenset(
    (
        *("", "nan", "none", "null", "na", "n/a", "n.a.", "nil", "-", "--", "...", "~"),
        *("#n/a", "#na", "#nv", "#div/0!", "#num!", "#zahl!", "#value!", "#wert!", "#null!"),
        *("#ref!", "#bezug!", "#name?"),
    )
)


class OpenTable:
    """A table that is open for reading its columns; make one with `open_table`."""

    def __init__(self, content: Content, hdu: Hdu, data: fits.FITS_rec, start: int) -> None:
        self._content, self._hdu, self._data, self._start = content, hdu, data, start

    def values(self, index: int, rows: slice | int | None = None) -> NDArray[Any]:
        """Return a column in its physical values, native and without nulls of its own making.

        Parameters
        ----------
        index : int
            Position of the column, from 0.
        rows : slice or int, optional
            Which rows; all without. A number gives the cell itself.

        Returns
        -------
        ndarray
            Of shape (n_rows, ...); (...) for one cell. Integers with TNULL and everything scaled
            are floats, nan where null; texts are `str`; cells of different lengths are objects.

        Raises
        ------
        Unreadable
            If the data are damaged.
        """
        wanted = slice(None) if rows is None else rows
        wanted = slice(wanted, wanted + 1) if isinstance(wanted, int) else wanted
        try:
            values = self._physical(self._data[wanted], index)
        except READ_ERRORS as error:
            raise self._damaged(error) from error
        return values[0] if isinstance(rows, int) else values

    def _physical(self, part: fits.FITS_rec, index: int) -> NDArray[Any]:
        """Return stored integers scaled and with their nulls by hand, all else from astropy.

        Astropy compares TNULL with scaled values, where the standard (4.0, section 7.3.2) means
        stored ones, and fails on some scaled 64-bit columns.
        """
        stored = part.view(np.ndarray)[part.dtype.names[index]]
        form = str(card_value(self._hdu.header, f"TFORM{index + 1}") or "").lstrip("0123456789")
        heap_code = form[1:2] if form[:1] in ("P", "Q") else ""
        scale, zero, null = (
            card_value(self._hdu.header, f"{key}{index + 1}") for key in ("TSCAL", "TZERO", "TNULL")
        )
        is_plain = scale is None and zero is None and null is None
        if is_plain or (heap_code or form[:1]) not in INTEGERS:
            values = np.asarray(part.field(index))
            return _native(_cells(values) if values.dtype.kind == "O" else values)

        def scaled(values: NDArray[Any]) -> FloatArray:
            numbers = values * (1.0 if scale is None else float(scale))
            numbers = np.asarray(numbers + (0.0 if zero is None else float(zero)), dtype=float)
            numbers[values == null] = np.nan
            return numbers

        if not heap_code:
            return scaled(stored)
        cells = np.empty(len(stored), dtype=object)
        for i, (n, offset) in enumerate(stored.tolist()):
            cells[i] = scaled(self._heap(n, offset, INTEGERS[heap_code]))
        return _cells(cells)

    def _heap(self, n: int, offset: int, kind: str) -> NDArray[Any]:
        """Return `n` stored values from the heap, where cells of variable length lie."""
        header = self._hdu.header
        size = int(header["NAXIS1"]) * int(header["NAXIS2"])
        start = self._start + int(header.get("THEAP", size)) + offset
        n_bytes = n * np.dtype(kind).itemsize
        with self._content.path.open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            stream = gzip.GzipFile(fileobj=plain) if packed else plain
            stream.seek(start)
            return np.frombuffer(stream.read(n_bytes), dtype=kind)

    def numbers(self, index: int, rows: slice | int | None = None) -> FloatArray:
        """Return a column as float64, nan where it is null or no number; True is 1.

        Raises
        ------
        Unreadable
            If the data are damaged.
        """
        values = self.values(index, rows)
        if values.dtype.kind == "O":
            raise self._damaged("cells of different lengths")
        return numbers_of(values)

    def _damaged(self, error: object) -> Unreadable:
        name = self._hdu.name or self._hdu.index
        return Unreadable(f"has a damaged table {name} ({error}); fetch it again")


@contextmanager
def open_table(content: Content, hdu: Hdu) -> Iterator[OpenTable]:
    """Open a table of a file for reading its columns.

    Raises
    ------
    Unreadable
        If astropy finds no such table there, or cannot read it.
    """
    # A packed file cannot be mapped; a plain one is, so that rows are read when they are used
    with open_fits(content.path, memmap=True) as hdus:
        found = hdus[hdu.index]
        data = getattr(found, "data", None)
        if not isinstance(data, fits.FITS_rec):
            raise Unreadable(f"has a damaged table {hdu.name or hdu.index}; fetch it again")
        yield OpenTable(content, hdu, data, int(found.fileinfo()["datLoc"]))


def numbers_of(values: NDArray[Any]) -> FloatArray:
    """Return values of any type as float64: logical ones as 0 and 1, texts as what they say.

    Parameters
    ----------
    values : ndarray of any shape

    Returns
    -------
    ndarray of float64, of the same shape
        nan for what is no number.
    """
    if values.dtype.kind in "iufb":
        return np.array(values, dtype=np.float64)
    if values.dtype.kind == "c":
        return np.full(values.shape, np.nan)
    texts = np.char.strip(values.astype(str))
    try:
        return texts.astype(np.float64)
    except ValueError:
        flat = [number_of(str(text)) for text in texts.reshape(-1)]
        return np.array(flat, dtype=np.float64).reshape(texts.shape)


def number_of(text: str) -> float:
    """Return what one text says: a number, 1 for True, 0 for False, nan for anything else."""
    lower = text.strip().lower()
    if lower in NULL_TEXTS:
        return float("nan")
    if lower in TRUE_TEXTS or lower in FALSE_TEXTS:
        return float(lower in TRUE_TEXTS)
    try:
        return float(lower)
    except ValueError:
        return float("nan")


def _native(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind == "S":
        return np.char.rstrip(np.char.decode(values, "utf-8", "replace"))
    if values.dtype.kind in "SUO":
        return values
    return np.ascontiguousarray(values).astype(values.dtype.newbyteorder("="), copy=True)


def _cells(values: NDArray[Any]) -> NDArray[Any]:
    """Return cells of variable length as one array where all have the same length."""
    cells = [np.asarray(cell) for cell in values]
    if cells and len({cell.shape for cell in cells}) == 1:
        return np.stack(cells)
    return values
