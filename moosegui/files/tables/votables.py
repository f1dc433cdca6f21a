"""Catalogues in VOTables: the table that lists sources, of all that a document holds."""

from __future__ import annotations

import math
import re
import warnings
from pathlib import Path

from astropy.io import votable
from astropy.table import Table

from moosegui.files.content import Unreadable
from moosegui.files.limits import packing_excess
from moosegui.files.packed import read_unpacked
from moosegui.files.tables.columns import map_columns
from moosegui.files.tables.formats import check_text

# the values of attributes may hold what ends an element elsewhere
_ELSEWHERE = re.compile(
    rb"<\s*(?:[^\s<>/:\"']+:)?STREAM\b(?:[^>\"']|\"[^\"]*\"|'[^']*')*?\bhref\b"
    rb"|<!\s*(?:ENTITY|ATTLIST)",  # a document type can give any element a reference
    re.IGNORECASE,
)
_SIZE = re.compile(rb"\b(nrows|arraysize)\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_TABLE = re.compile(rb"<\s*(?:[^\s<>/:\"']+:)?TABLE\b", re.IGNORECASE)
_ROW = re.compile(rb"<\s*(?:[^\s<>/:\"']+:)?TR\b", re.IGNORECASE)
_DIGITS = re.compile(rb"\d{1,18}")
_CELL_BYTES = 8  # of a number, in memory


def read_votable(path: Path) -> Table:
    """Read the table of a VOTable that lists sources, columns named as their authors named them.

    Raises
    ------
    Unreadable
        If it refers to data or entities elsewhere, declares more than it can hold, or holds no
        table.
    """
    return read_numbered_votable(path)[1]


def read_numbered_votable(path: Path) -> tuple[int, Table]:
    """Read the table that lists sources, with its place among all tables, from 0.

    Raises
    ------
    Unreadable
        As `read_votable`.
    """
    check_text(path)
    _check(read_unpacked(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tables = [
            one.to_table(use_names_over_ids=True) for one in votable.parse(path).iter_tables()
        ]
    if not tables:
        raise Unreadable("is a VOTable that holds no table; look into its INFO for an error")
    best = max(range(len(tables)), key=lambda i: (_score(tables[i]), -i))
    return best, tables[best]


def _score(table: Table) -> tuple[bool, int]:
    """How much a table looks like a list of sources: it has IDs or files, and what else."""
    columns = map_columns(table)
    return bool(columns.source_id or columns.file), len(columns.used)


def _check(data: bytes) -> None:
    """Refuse references out of the file, and sizes that the file cannot hold."""
    if _ELSEWHERE.search(data):
        raise Unreadable(
            "refers to data outside the file (STREAM href or ENTITY), which are not "
            "fetched; save the table with its data inside"
        )
    for part in _TABLE.split(data):
        n_cells = _n_declared(part)
        if n_cells < 0:
            raise Unreadable("writes sizes (nrows, arraysize) as no numbers; fetch it again")
        if packing_excess(n_cells * _CELL_BYTES, len(data)):
            raise Unreadable(f"declares {n_cells:,} cells in {len(data):,} bytes; fetch it again")


def _n_declared(table: bytes) -> int:
    """Return how many values the cells of a table have together; -1 where sizes are no numbers."""
    n_rows, n_in_row = len(_ROW.findall(table)), 0
    for found in _SIZE.finditer(table):
        name, text = found[1].lower(), found[2]
        if b"&" in text:
            return -1
        size = math.prod(int(number) for number in _DIGITS.findall(text))
        if name == b"nrows":
            n_rows = max(n_rows, size)
        elif text.strip() != b"*":
            n_in_row += size
    return max(n_rows, 1) * max(n_in_row, 1)
