"""The first rows of a catalogue, and what its columns are taken for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from moosegui.files.tables.astropy_tables import without_mixins
from moosegui.files.tables.columns import as_texts, map_columns, scalar_columns, with_names
from moosegui.files.tables.known_columns import recall_columns
from moosegui.files.tables.meanings import MEANINGS
from moosegui.files.tables.read import read_table

N_SHOWN = 3


@dataclass(frozen=True, slots=True)
class CatalogueSample:
    """What an expert needs to see to say which column means what.

    Parameters
    ----------
    cells : mapping of str to tuple of str
        The first values of every column of single values, in the order of the catalogue.
    taken : mapping of str to str
        Name of the column by meaning, a key of `MEANINGS`; empty where none was found.
    names : tuple of str
        Of all columns, also of those with arrays.
    """

    cells: Mapping[str, tuple[str, ...]]
    taken: Mapping[str, str]
    names: tuple[str, ...] = ()


def sample_catalogue(path: Path, names: Mapping[str, str]) -> CatalogueSample:
    """Read the first rows of a catalogue, with the columns that were named for some meanings.

    Raises
    ------
    InputError
        If the catalogue cannot be read, or has no such column.
    """
    table = without_mixins(read_table(path))
    said = names or recall_columns(table.colnames)
    columns = with_names(map_columns(table), table, said, path)
    rows = table[:N_SHOWN]
    return CatalogueSample(
        {name: tuple(as_texts(rows, name)) for name in scalar_columns(table)},
        {meaning: getattr(columns, field) for meaning, field in MEANINGS.items()},
        tuple(table.colnames),
    )
