"""Files that are no catalogue, or one that needs a library which is not always there."""

from __future__ import annotations

import importlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from astropy.table import Column, MaskedColumn, Table
from numpy.typing import NDArray

from moosegui.files.content import Content, Unreadable
from moosegui.files.limits import excess

PARQUET = b"PAR1"
CARDS = "moosegui"  # key of the facts that our own Parquet tables hold
_KINDS = {
    PARQUET: "a Parquet table",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"%PDF": "a PDF document",
    b"PK\x03\x04": "a ZIP archive or a spreadsheet",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"\x93NUMPY": "an array of numpy",
    b"BZh": "a file that bzip2 packed",
    b"\xff\xfe": "a text in UTF-16 (save it as UTF-8)",
    b"\xfe\xff": "a text in UTF-16 (save it as UTF-8)",
}


def kind_of(content: Content) -> str:
    """Say what a file is, with its article."""
    if content.kind == "hdf5":
        return "an HDF5 file"
    if content.kind == "sqlite":
        return "a database, as sessions are"
    with content.path.open("rb") as stream:
        start = stream.read(8)
    return next((kind for mark, kind in _KINDS.items() if start.startswith(mark)), "a binary file")


def is_parquet(path: Path) -> bool:
    """Whether a file begins as a Parquet table."""
    with path.open("rb") as stream:
        return stream.read(len(PARQUET)) == PARQUET


def read_parquet(path: Path) -> Table:
    """Read a Parquet table with the types of the file; needs pyarrow.

    Raises
    ------
    Unreadable
        If pyarrow is not installed, or the table is larger than the limits.
    """
    try:
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise Unreadable(
            "is a Parquet table, which only pyarrow reads; install it (pip install pyarrow) or "
            "save the table as FITS, ECSV or CSV"
        ) from error
    table = parquet.read_table(path)
    if problem := excess("max_rows", table.num_rows) or excess("max_columns", table.num_columns):
        raise Unreadable(problem)
    columns = {name: _column(cells) for name, cells in table.to_pydict().items()}
    return Table(columns, meta=_cards(table.schema.metadata or {}))


def _cards(metadata: Mapping[bytes, bytes]) -> dict[str, str]:
    """Return the facts of a table of ours; none of another."""
    try:
        found = json.loads(metadata.get(CARDS.encode(), b"{}"))
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _column(cells: list[object]) -> Column:
    if any(isinstance(cell, list) for cell in cells) and not _is_even(cells):
        return Column(_as_objects(cells))
    is_null = [cell is None for cell in cells]
    filled = [cell for cell in cells if cell is not None]
    if not any(is_null):
        return Column(cells)
    empty = np.zeros(1, dtype=np.asarray(filled).dtype)[0] if filled else ""
    return MaskedColumn([empty if cell is None else cell for cell in cells], mask=is_null)


def _is_even(cells: list[object]) -> bool:
    """Whether every cell is a list of plain values, and all are of one length."""
    lengths = {len(cell) if isinstance(cell, list) else -1 for cell in cells}
    nested = any(isinstance(v, list | dict) for c in cells if isinstance(c, list) for v in c[:1])
    return len(lengths) == 1 and not nested


def _as_objects(cells: list[object]) -> NDArray[np.object_]:
    """Return cells of any length as they are."""
    objects = np.empty(len(cells), dtype=np.object_)
    objects[:] = cells
    return objects
