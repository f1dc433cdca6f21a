"""Columns appended to one table of a VOTable, everything around them untouched.

Where the cells are elements (TABLEDATA) the new ones are put into the text: reading and writing
through a library would round numbers to the `precision` of their field and lose comments. Where
they are packed (BINARY, BINARY2), astropy packs all tables again and keeps the other elements.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from astropy.io import votable

from moosegui.errors import ExportError
from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn

_P = rb"(?:\w+:)?"  # a namespace prefix
_TABLE = re.compile(rb"<(?P<prefix>" + _P + rb")TABLE[\s>].*?</(?P=prefix)TABLE\s*>", re.S)
_FIELD = re.compile(rb"<" + _P + rb"FIELD\b(?:[^>]*/>|.*?</" + _P + rb"FIELD\s*>)", re.S)
_TABLEDATA = re.compile(rb"<" + _P + rb"TABLEDATA\s*>(.*?)</" + _P + rb"TABLEDATA\s*>", re.S)
_ROW_END = re.compile(rb"</" + _P + rb"TR\s*>")
_TYPES = {"float": "double", "integer": "short", "text": "unicodeChar"}


def append_to_votable(content: bytes, columns: Sequence[AddedColumn], i_table: int = 0) -> bytes:
    """Append columns to a table of a VOTable.

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
        If there is no table with fields, or it has another number of rows.
    """
    table = next(islice(_TABLE.finditer(content), i_table, None), None)
    if table is None or not _FIELD.search(table[0]):
        raise ExportError("The VOTable has no fields to add to; export to a name in .ecsv.")
    if _TABLEDATA.search(table[0]) is None:
        return _repacked(content, columns, i_table)
    extended = _extended(table[0], columns, table["prefix"].decode("ascii"))
    return content[: table.start()] + extended + content[table.end() :]


def _extended(table: bytes, columns: Sequence[AddedColumn], prefix: str) -> bytes:
    data = _TABLEDATA.search(table)
    rows = list(_ROW_END.finditer(data[0])) if data else []
    if data is None or len(rows) != len(columns[0].values):
        raise ExportError("The VOTable has another number of rows than was opened; open it again.")
    cells = zip(*(_cell_texts(column) for column in columns), strict=True)
    parts, position = [], 0
    for row, texts in zip(rows, cells, strict=True):
        new = "".join(f"<{prefix}TD>{escape(text)}</{prefix}TD>" for text in texts)
        parts += [data[0][position : row.start()], new.encode("ascii", "xmlcharrefreplace")]
        position = row.start()
    parts.append(data[0][position:])
    fields = [field for field in _FIELD.finditer(table) if field.end() <= data.start()]
    i_field = fields[-1].end()
    new_fields = "".join(_field_element(column, prefix) for column in columns).encode("ascii")
    head = table[:i_field] + new_fields + table[i_field : data.start()]
    return head + b"".join(parts) + table[data.end() :]


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


def _repacked(content: bytes, columns: Sequence[AddedColumn], i_table: int) -> bytes:
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
