"""Tables out in Parquet, by pyarrow where it is installed; `other_kinds` reads them."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from astropy.table import Table

from moosegui.errors import ExportError
from moosegui.files.tables.other_kinds import CARDS

SUFFIXES = (".parquet", ".parq")


def is_parquet_name(path: Path) -> bool:
    """Whether a name ends as those of Parquet tables.

    Raises
    ------
    ExportError
        If it does, and pyarrow is not installed.
    """
    if path.suffix.lower() not in SUFFIXES:
        return False
    if importlib.util.find_spec("pyarrow") is None:
        raise ExportError(
            f'{path} needs pyarrow; install it with `pip install "moosegui[parquet]"`, or use '
            ".fits, .ecsv, .csv or .vot."
        )
    return True


def write_parquet(path: Path, table: Table, cards: Mapping[str, str]) -> None:
    """Write a table without null cells; vectors become lists.

    Parameters
    ----------
    path : Path
        May be overwritten.
    table : Table
    cards : mapping of str to str
        Facts about the table, kept in the metadata of the schema; so are descriptions of columns.
    """
    arrow = importlib.import_module("pyarrow")
    columns, fields = [], []
    for name in table.colnames:
        column = table[name]
        cells = arrow.array(np.asarray(column).tolist())
        about = {"description": column.description or "", "ucd": column.meta.get("ucd", "")}
        columns.append(cells)
        fields.append(arrow.field(name, cells.type, metadata=about))
    schema = arrow.schema(fields, metadata={CARDS: json.dumps(dict(cards))})
    written = arrow.Table.from_arrays(columns, schema=schema)
    importlib.import_module("pyarrow.parquet").write_table(written, path)
