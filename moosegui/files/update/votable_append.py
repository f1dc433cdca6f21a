"""Columns appended to one table of a VOTable, everything around them untouched.

Where the cells are elements (TABLEDATA) the new ones are put into the text: reading and writing
through a library would round numbers to the `precision` of their field and lose comments. Where
they are packed (BINARY, BINARY2), astropy packs all tables again and keeps the other elements.
"""

from __future__ import annotations

import io
import mmap
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from astropy.io import votable

from moosegui.errors import ExportError
from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn
from moosegui.files.update.layout import UpdateRows
from moosegui.files.update.pieces import CHUNK, N_ROWS, Frame, Piece

_P = rb"(?:\w+:)?"  # a namespace prefix
_TABLE = re.compile(rb"<(?P<prefix>" + _P + rb")TABLE[\s>]")
_TABLE_END = re.compile(rb"</" + _P + rb"TABLE\s*>")
_FIELD = re.compile(rb"<" + _P + rb"FIELD\b(?:[^>]*/>|.*?</" + _P + rb"FIELD\s*>)", re.S)
_TABLEDATA = re.compile(rb"<" + _P + rb"TABLEDATA\s*>")
_TABLEDATA_END = re.compile(rb"</" + _P + rb"TABLEDATA\s*>")
_ROW_END = re.compile(rb"</" + _P + rb"TR\s*>")
_N_ROWS = re.compile(rb"\snrows\s*=\s*(\"[^\"]*\"|'[^']*')")
_TYPES = {"float": "double", "integer": "short", "text": "unicodeChar"}


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the parts of one table of a document are, in bytes, and its namespace prefix."""

    start: int
    fields_end: int
    rows_start: int
    rows_end: int
    end: int
    prefix: str


class VotableExtension:
    """A table of a VOTable, its cells elements, that gets columns; nothing else changes.

    Parameters
    ----------
    document : mmap
        The whole document.
    rows : UpdateRows
        What is added.
    i_table : int
        Which of the tables, from 0.

    Raises
    ------
    ExportError
        If there is no table with fields.
    """

    def __init__(self, document: mmap.mmap, rows: UpdateRows, i_table: int) -> None:
        found = next(islice(_table_spans(document), i_table, None), None)
        places = None if found is None else _places(document, *found)
        if places is None:
            raise ExportError("The VOTable has no fields to add to; export to a name in .ecsv.")
        self._document, self._rows, self._places = document, rows, places
        self._position = places.rows_start  # up to where rows were given
        fields = [_field_element(column, places.prefix) for column in rows.columns(0, 0)]
        self._fields = "".join(fields).encode("ascii")

    @property
    def frame(self) -> Frame:
        """The table without its rows, and without any other table."""
        document, at = self._document, self._places
        above = _N_ROWS.sub(b"", document[at.start : at.fields_end], count=1)
        head = _outside(document, 0, at.start) + above
        start = document[at.fields_end : at.rows_start]
        tail = document[at.rows_end : at.end] + _outside(document, at.end, len(document))
        return Frame(head + start, head + self._fields + start, tail)

    def head(self) -> Iterator[bytes]:
        """Give what stands before the rows, with the new fields."""
        yield from _chunks(self._document, 0, self._places.fields_end)
        yield self._fields
        yield self._document[self._places.fields_end : self._places.rows_start]

    def pieces(self) -> Iterator[Piece]:
        """Give the rows."""
        ends = _ROW_END.finditer(self._document, self._position, self._places.rows_end)
        i_row = 0
        while some := [match.span() for match in islice(ends, N_ROWS)]:
            before = self._document[self._position : some[-1][1]]
            offsets = [start - self._position for start, _ in some]
            self._position = some[-1][1]
            yield Piece(before, self._extended(before, offsets, i_row), len(some))
            i_row += len(some)

    def tail(self) -> Iterator[bytes]:
        """Give what stands after the last row."""
        yield from _chunks(self._document, self._position, len(self._document))

    def _extended(self, before: bytes, offsets: Sequence[int], i_row: int) -> bytes:
        prefix, parts, position = self._places.prefix, [], 0
        columns = self._rows.columns(i_row, i_row + len(offsets))
        cells = zip(*(_cell_texts(column) for column in columns), strict=True)
        for offset, texts in zip(offsets, cells, strict=True):
            new = "".join(f"<{prefix}TD>{escape(text)}</{prefix}TD>" for text in texts)
            parts += [before[position:offset], new.encode("ascii", "xmlcharrefreplace")]
            position = offset
        return b"".join([*parts, before[position:]])


def has_elements(document: mmap.mmap, i_table: int) -> bool:
    """Whether the cells of a table are elements, and not packed."""
    found = next(islice(_table_spans(document), i_table, None), None)
    return found is None or _TABLEDATA.search(document, *found[:2]) is not None


def has_tables(document: mmap.mmap) -> bool:
    """Whether a document has more than one table."""
    return next(islice(_table_spans(document), 1, None), None) is not None


def _table_spans(document: mmap.mmap) -> Iterator[tuple[int, int, str]]:
    """Give start and end of each table, and its prefix."""
    position = 0
    while start := _TABLE.search(document, position):
        end = _TABLE_END.search(document, start.end())
        if end is None:
            return
        yield start.start(), end.end(), start["prefix"].decode("ascii")
        position = end.end()


def _places(document: mmap.mmap, start: int, end: int, prefix: str) -> _Places | None:
    rows = _TABLEDATA.search(document, start, end)
    rows_end = _TABLEDATA_END.search(document, start, end)
    if rows is None or rows_end is None:
        return None
    fields = [field.end() for field in _FIELD.finditer(document, start, rows.start())]
    if not fields:
        return None
    return _Places(start, fields[-1], rows.end(), rows_end.start(), end, prefix)


def _outside(document: mmap.mmap, start: int, end: int) -> bytes:
    """Return what of a stretch of a document is in no table."""
    parts = []
    for first, last, _ in _table_spans(document):
        if start <= first and last <= end:
            parts.append(document[start:first])
            start = last
    return b"".join([*parts, document[start:end]])


def _chunks(document: mmap.mmap, start: int, end: int) -> Iterator[bytes]:
    for position in range(start, end, CHUNK):
        yield document[position : min(position + CHUNK, end)]


def _cell_texts(column: AddedColumn) -> list[str]:
    texts = column.texts(nan="NaN", null=str(NULL_INTEGER))
    return [{"inf": "+Inf", "-inf": "-Inf"}.get(text, text) for text in texts]


def _field_element(column: AddedColumn, prefix: str) -> str:
    size = ' arraysize="*"' if column.kind == "text" else ""
    null = f'<{prefix}VALUES null="{NULL_INTEGER}"/>' if column.kind == "integer" else ""
    return (
        f"\n<{prefix}FIELD name={quoteattr(column.name)} "
        f'datatype="{_TYPES[column.kind]}"{size} ucd={quoteattr(column.ucd)}>'
        f"<{prefix}DESCRIPTION>{escape(column.description)}</{prefix}DESCRIPTION>{null}"
        f"</{prefix}FIELD>"
    )


def append_to_packed(content: bytes, columns: Sequence[AddedColumn], i_table: int) -> bytes:
    """Append columns to a table of a VOTable whose cells are packed.

    Parameters
    ----------
    content : bytes
        The whole document.
    columns : sequence of AddedColumn
        With as many values as the table has rows.
    i_table : int
        Which of the tables, from 0.

    Returns
    -------
    bytes
        The new document.

    Raises
    ------
    ExportError
        If the table has another number of rows.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        document: Any = votable.parse(io.BytesIO(content))
        table = list(document.iter_tables())[i_table]
        old = table.array
        if len(old) != len(columns[0].values):
            raise ExportError("The VOTable has another number of rows than was opened; reopen it.")
        for column in columns:
            table.fields.append(_field(document, column))
        table.create_arrays(len(old))
        for name in old.dtype.names:
            table.array[name] = old[name]
        for column in columns:
            _fill(table.array, column)
        document.set_all_tables_format("binary2" if b"BINARY2" in content else "binary")
        buffer = io.BytesIO()
        document.to_xml(buffer)
    return buffer.getvalue()


def _field(document: Any, column: AddedColumn) -> Any:
    size = "*" if column.kind == "text" else None
    field = votable.tree.Field(
        document,
        ID=column.name,
        name=column.name,
        datatype=_TYPES[column.kind],
        arraysize=size,
        ucd=column.ucd,
    )
    field.description = column.description
    if column.kind == "integer":
        field.values.null = NULL_INTEGER
    return field


def _fill(array: Any, column: AddedColumn) -> None:
    array[column.name] = column.values
    if column.kind == "integer":
        array.mask[column.name] = np.asarray(column.values) == NULL_INTEGER
