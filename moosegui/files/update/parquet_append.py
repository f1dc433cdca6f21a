"""A Parquet catalogue with columns appended: its types, nulls and metadata stay."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn


def append_to_parquet(path: Path, columns: Sequence[AddedColumn]) -> bytes:
    """Return a Parquet file with columns appended, as its first column is compressed.

    Parameters
    ----------
    path : Path
        The catalogue; pyarrow read it before, so that it is installed.
    columns : sequence of AddedColumn
        Nulls stay nulls; description and UCD are metadata of their fields.
    """
    arrow = importlib.import_module("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    table = parquet.read_table(path)
    for column in columns:
        values = _cells(column)
        kind = {"float": arrow.float64(), "integer": arrow.int16(), "text": arrow.string()}
        told = {"description": column.description, "ucd": column.ucd}
        field = arrow.field(column.name, kind[column.kind], metadata=told)
        table = table.append_column(field, arrow.array(values, kind[column.kind]))
    stream = arrow.BufferOutputStream()
    parquet.write_table(table, stream, compression=_compression(parquet.ParquetFile(path)))
    return bytes(stream.getvalue())


def _cells(column: AddedColumn) -> list[Any]:
    """Return the cells with None for null."""
    if column.kind == "text":
        return [str(value) or None for value in column.values]
    if column.kind == "integer":
        return [None if value == NULL_INTEGER else int(value) for value in column.values]
    return [None if value != value else float(value) for value in column.values]


def _compression(file: Any) -> str:  # a ParquetFile
    meta = file.metadata
    if not meta.num_row_groups or not meta.num_columns:
        return "snappy"
    name = str(meta.row_group(0).column(0).compression).lower()
    return "none" if name == "uncompressed" else name
