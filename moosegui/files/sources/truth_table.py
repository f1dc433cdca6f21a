"""Catalogues of known redshifts, against which predictions are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from astropy.table import Table

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.errors import InputError
from moosegui.files.tables.columns import (
    ColumnMap,
    as_floats,
    as_ids,
    as_texts,
    magnitudes_of,
    map_columns,
    redshifts_of,
    scale_notes,
    zconfs_of,
)
from moosegui.files.tables.read import read_table

TRUE_REDSHIFT = ("Z_TRUE", "ZTRUE", "Z_T", "TRUE_Z", "TRUE_REDSHIFT", "Z_TRUTH")
CONTINUUM_SNR = ("SNR_CONT", "SNR_CONTINUUM", "SNR", "MEDIAN_SNR", "S_N")
LINE_SNR = ("SNR_LINES", "LINE_SNR", "SNR_LINE")
MEANINGS = {  # what users may name: field of TruthColumns
    "ID": "source_id",
    "Z": "redshift",
    "ZCONF": "zconf",
    "KIND": "kind",
    "CLASS": "kind",
    "MAG": "magnitude",
    "FILE": "file",
    "SNR": "continuum_snr",
    "SNR_LINES": "line_snr",
    "Z2": "second_redshift",
    "FRAC2": "second_fraction",
    "SNR2": "second_snr",
}
SECOND = {"second_redshift": ("Z2",), "second_fraction": ("FRAC2",), "second_snr": ("SNR2",)}
SURE = 3  # ZCONF of a redshift from a catalogue that tells no confidence


@dataclass(frozen=True, slots=True)
class TruthColumns:
    """The name of the column for each meaning; empty where there is none."""

    source_id: str = ""
    redshift: str = ""
    zconf: str = ""
    kind: str = ""
    magnitude: str = ""
    file: str = ""
    continuum_snr: str = ""
    line_snr: str = ""
    second_redshift: str = ""
    second_fraction: str = ""
    second_snr: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TruthTable:
    """What is known of each source.

    Parameters
    ----------
    ids, files, kind : tuple of str
        Empty texts where unknown.
    redshift : ndarray of shape (n,)
        nan without one.
    zconf : ndarray of int, shape (n,)
        0 for false sources, -1 without a label.
    continuum_snr, line_snr, magnitude : ndarray of shape (n,)
        nan where the catalogue does not say.
    second_redshift, second_fraction, second_snr : ndarray of shape (n,)
        Of a second galaxy in the spectrum: its redshift, its flux relative to the first, the S/N of
        its features; nan without one.
    columns : TruthColumns
        Where all this was found.
    notes : tuple of str
        What is lost of confidences of another scale, in sentences.
    """

    ids: tuple[str, ...]
    files: tuple[str, ...] = field(repr=False)
    kind: tuple[str, ...] = field(repr=False)
    redshift: FloatArray = field(repr=False)
    zconf: IntArray = field(repr=False)
    continuum_snr: FloatArray = field(repr=False)
    line_snr: FloatArray = field(repr=False)
    magnitude: FloatArray = field(repr=False)
    second_redshift: FloatArray = field(repr=False)
    second_fraction: FloatArray = field(repr=False)
    second_snr: FloatArray = field(repr=False)
    columns: TruthColumns
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)


def read_truth(path: Path, names: Mapping[str, str] | None = None) -> TruthTable:
    """Read a catalogue of known redshifts.

    Parameters
    ----------
    path : Path
        Any catalogue, or a stacked survey with one.
    names : mapping of str to str, optional
        Columns by meaning (`MEANINGS`), as {"Z": "z_true"}, before what their names suggest.

    Returns
    -------
    TruthTable

    Raises
    ------
    InputError
        If it cannot be read, has no IDs or no redshifts, or a named column is not there.
    """
    table = read_table(path)
    found = _find_columns(path, table, names or {})
    for meaning, column in (("IDs", found.source_id), ("redshifts", found.redshift)):
        if not column:
            raise InputError(
                f"{path} has no column of {meaning} among {_some(table)}; name it with "
                f"--columns {'ID' if meaning == 'IDs' else 'Z'}=NAME."
            )
    redshift = redshifts_of(table, ColumnMap(redshift=found.redshift, zconf=found.zconf))
    return TruthTable(
        ids=tuple(as_ids(table, found.source_id)),
        files=tuple(as_texts(table, found.file)),
        kind=tuple(as_texts(table, found.kind)),
        redshift=redshift,
        zconf=_zconf(table, found, redshift),
        continuum_snr=as_floats(table, found.continuum_snr),
        line_snr=as_floats(table, found.line_snr),
        magnitude=magnitudes_of(table, ColumnMap(magnitude=found.magnitude)),
        second_redshift=_second_redshift(table, found),
        second_fraction=as_floats(table, found.second_fraction),
        second_snr=as_floats(table, found.second_snr),
        columns=found,
        notes=tuple(scale_notes(table, ColumnMap(zconf=found.zconf))),
    )


def _find_columns(path: Path, table: Table, names: Mapping[str, str]) -> TruthColumns:
    usual = map_columns(table)
    found = TruthColumns(
        source_id=usual.source_id,
        redshift=_first(table, TRUE_REDSHIFT) or usual.redshift,
        zconf=usual.zconf,
        kind=usual.kind,
        magnitude=usual.magnitude,
        file=usual.file,
        continuum_snr=_first(table, CONTINUUM_SNR),
        line_snr=_first(table, LINE_SNR),
        **{name: _first(table, aliases) for name, aliases in SECOND.items()},
    )
    for meaning, name in names.items():
        if meaning.upper() not in MEANINGS:
            known = ", ".join(MEANINGS)
            raise InputError(f"--columns knows no {meaning}; give one of {known}.")
        if name not in table.colnames:
            raise InputError(f"{path} has no column {name}; it has {_some(table)}.")
        found = replace(found, **{MEANINGS[meaning.upper()]: name})
    return found


def _second_redshift(table: Table, columns: TruthColumns) -> FloatArray:
    values = as_floats(table, columns.second_redshift)
    return np.where(values >= 0, values, np.nan)  # some catalogues write -1 for none


def _zconf(table: Table, columns: TruthColumns, redshift: FloatArray) -> IntArray:
    if not columns.zconf:
        return np.where(np.isfinite(redshift), SURE, -1).astype(np.int64)
    values = zconfs_of(table, ColumnMap(zconf=columns.zconf))
    return np.array([-1 if value is None else value for value in values], dtype=np.int64)


def _first(table: Table, aliases: tuple[str, ...]) -> str:
    by_upper = {name.upper(): name for name in table.colnames if np.ndim(table[name]) == 1}
    return next((by_upper[alias] for alias in aliases if alias in by_upper), "")


def _some(table: Table) -> str:
    return ", ".join(table.colnames[:20]) + (" ..." if len(table.colnames) > 20 else "")
