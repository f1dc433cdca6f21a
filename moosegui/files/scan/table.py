"""The table that a scan of a whole list yields, one row a source.

`Z_ALT` and `DCHI2_ALT` hold five alternatives: vectors in FITS and ECSV, `Z_ALT_1` to `Z_ALT_5` in
CSV. What is undefined is nan, or empty in CSV. After a search for blends and false sources there
are also `Z2`, `DCHI2_2`, `P_BLEND`, `BLEND_SCORE`, `BLEND`, `Z1`, `Z3`, `Z3_SCORE`, `NEIGHBOUR`,
`NEIGHBOUR_DIST`, `FALSE_SCORE`, `FALSE`, `FALSE_REASON` and `P_FALSE`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import Column, Table
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import Source
from moosegui.data.results import NO_FLAGS, ScanFlag, ScanSummary
from moosegui.errors import ExportError, InputError
from moosegui.files.safe_write import replacing
from moosegui.files.scan.summary import (
    ScanNumber,
    ScanText,
    ScanVector,
    scan_columns,
    scan_numbers,
    scan_texts,
    summary_from,
)
from moosegui.files.scan.vetting_columns import read_vettings, vetting_columns
from moosegui.files.tables.cells import numbers_of, texts_of
from moosegui.files.tables.parquet import is_parquet_name, write_parquet
from moosegui.files.tables.read import read_table
from moosegui.files.tables.write import table_format, write_table

N_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One row of a scan table.

    Parameters
    ----------
    source_id : str
    file : str
        The spectrum's file, as it was written; empty without one.
    summary : ScanSummary
        The robustness of alternatives is not in the table and nan.
    """

    source_id: str
    file: str
    summary: ScanSummary


def check_scan_target(path: Path, source_path: Path | None = None) -> None:
    """Say before a long scan, not after it, that its table cannot be written.

    Parameters
    ----------
    path : Path
        The table, whose ending names the format.
    source_path : Path, optional
        What is scanned, which the table must not overwrite.

    Raises
    ------
    ExportError
        If the ending names no format, there is no such folder, or the input would be overwritten.
    """
    if not is_parquet_name(path):
        table_format(path)
    check_place(path, "table", source_path)


def check_place(path: Path, what: str, source_path: Path | None = None) -> None:
    """Say that a file cannot be written; as `check_scan_target`, whatever the ending of its name.

    Raises
    ------
    ExportError
        If there is no such folder, or the input would be overwritten.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name the {what} inside it.")
    if not path.absolute().parent.is_dir():
        raise ExportError(f"There is no folder {path.parent}; create it first.")
    if source_path is None or not (path.exists() and source_path.exists()):
        return
    if path.samefile(source_path):
        raise ExportError(f"The {what} would overwrite its input {path}; give another name.")


def write_scan_table(
    path: Path,
    rows: Iterable[tuple[Source, ScanSummary]],
    meta: Mapping[str, str],
    *,
    source_path: Path | None = None,
) -> None:
    """Write the results of a scan: FITS, ECSV, CSV, VOTable or Parquet by the ending of the name.

    Parameters
    ----------
    path : Path
        Replaced if it exists, whole or not at all.
    rows : iterable of (Source, ScanSummary)
    meta : mapping of str to str
        How it was made, as `BASIS` and `WEIGHTS`: header cards in FITS, `meta` in ECSV. Keys of
        at most 8 capitals, digits, `-` and `_`.
    source_path : Path, optional
        What was scanned, which is never overwritten.

    Raises
    ------
    ExportError
        If the table cannot be written there, or there are no rows.
    ValueError
        If a key of `meta` is no FITS keyword.
    """
    check_scan_target(path, source_path)
    bad = [key for key in meta if not re.fullmatch(r"[A-Z0-9_-]{1,8}", key)]
    if bad:
        raise ValueError(f"{bad[0]} is no FITS keyword")
    results = tuple(rows)
    if not results:
        raise ExportError(f"There are no sources to write to {path}; check the input of the scan.")
    sources = [source for source, _ in results]
    summaries = [summary for _, summary in results]
    table = _table([source.source_id for source in sources], map(_file_of, sources), summaries)
    with replacing(path) as temporary:
        if is_parquet_name(path):
            write_parquet(temporary, table, meta)
        else:
            write_table(temporary, table, layout=table_format(path), cards=meta)


def read_scan_table(path: Path) -> tuple[ScanRow, ...]:
    """Read a table that `write_scan_table` wrote, in any of its formats.

    Raises
    ------
    InputError
        If it cannot be read, or is another kind of table.
    """
    table = read_table(path)
    missing = [name for name in ("ID", "FILE", "FLAGS", "Z_AUTO") if name not in table.colnames]
    if missing:
        raise InputError(f"{path} is no table of a scan: it has no column {missing[0]}.")
    try:
        numbers = {number.field: _numbers(table, number) for number in scan_numbers()}
        texts = {
            text.field: texts_of(table[text.name])
            for text in scan_texts()
            if text.name in table.colnames and not text.is_derived
        }
        vectors = [
            _vectors(table, vector.name)
            for vector in scan_columns()
            if isinstance(vector, ScanVector)
        ]
        flags = [_flags(text) for text in texts_of(table["FLAGS"])]
        carriers = texts_of(table["REFZ"]) if "REFZ" in table.colnames else ("",) * len(table)
        vettings = read_vettings(table)
    except (KeyError, ValueError) as error:
        raise InputError(f"{path} is no table of a scan ({error}); scan again.") from error
    files = zip(texts_of(table["ID"]), texts_of(table["FILE"]), strict=True)
    return tuple(
        ScanRow(
            source_id,
            file,
            summary_from(
                {field: column[i] for field, column in numbers.items()},
                alternatives=_alternatives(vectors[0][i], vectors[1][i]),
                flags=flags[i],
                engine_fingerprint=str(table.meta.get("SCANSHA", "")),
                vetting=vettings[i],
                carrier=carriers[i],
                **{field: column[i] for field, column in texts.items()},
            ),
        )
        for i, (source_id, file) in enumerate(files)
    )


def is_table_of(path: Path, n_sources: int, meta: Mapping[str, str]) -> bool:
    """Tell whether a file is the whole table of a scan that was made in this way.

    Parameters
    ----------
    path : Path
    n_sources : int
    meta : mapping of str to str
        As it was given to `write_scan_table`; CSV keeps none, and is never one.
    """
    if not path.exists():
        return False
    try:
        table = read_table(path)
    except InputError:
        return False
    is_same = all(str(table.meta.get(key)) == text for key, text in meta.items())
    return is_same and bool(meta) and len(table) == n_sources


def _alternatives(
    redshifts: FloatArray, relative_depths: FloatArray
) -> tuple[tuple[float, float, float], ...]:
    pairs = zip(redshifts, relative_depths, strict=True)
    return tuple((float(z), float(s), float("nan")) for z, s in pairs if np.isfinite(z))


def _table(ids: Sequence[str], files: Iterable[str], summaries: Sequence[ScanSummary]) -> Table:
    columns: dict[str, Column] = {}
    for column in scan_columns():
        columns[column.name] = Column(
            _values(summaries, column), description=column.description, meta={"ucd": column.ucd}
        )
    id_meta, file_meta = {"ucd": "meta.id;meta.main"}, {"ucd": "meta.file"}
    return Table(
        {
            "ID": Column(np.array(ids, dtype=str), description="source", meta=id_meta),
            "FILE": Column(np.array(list(files), dtype=str), description="file", meta=file_meta),
            **columns,
            "REFZ": Column(
                np.array([summary.carrier for summary in summaries], dtype=str),
                description="what Z_AUTO rests on: lyalpha, emission, absorption or all",
                meta={"ucd": "meta.code"},
            ),
            **vetting_columns([summary.vetting for summary in summaries]),
            "FLAGS": Column(
                np.array([summary.flags.words for summary in summaries], dtype=str),
                description="what to know of the data, separated by blanks",
                meta={"ucd": "meta.code"},
            ),
        }
    )


def _values(
    summaries: Sequence[ScanSummary], column: ScanNumber | ScanText | ScanVector
) -> NDArray[Any]:
    if isinstance(column, ScanVector):
        return _padded(summaries, column.i_value)
    kind = str if isinstance(column, ScanText) else np.float64
    return np.array([getattr(summary, column.field) for summary in summaries], dtype=kind)


def _padded(summaries: Sequence[ScanSummary], i_value: int) -> FloatArray:
    """Return one value of the alternatives, shape (n_rows, N_ALTERNATIVES), nan where none."""
    padded = np.full((len(summaries), N_ALTERNATIVES), np.nan)
    for i_row, summary in enumerate(summaries):
        values = [alternative[i_value] for alternative in summary.alternatives[:N_ALTERNATIVES]]
        padded[i_row, : len(values)] = values
    return padded


def _file_of(source: Source) -> str:
    return "" if source.spectrum is None else str(source.spectrum.place)


def _numbers(table: Table, number: ScanNumber) -> FloatArray:
    """Return a column, nan where a table of before has none; KeyError where it must be there."""
    if number.name in table.colnames or number.is_required:
        return numbers_of(table[number.name])
    return np.full(len(table), np.nan)


def _vectors(table: Table, name: str) -> NDArray[np.float64]:
    if name in table.colnames:
        return numbers_of(table[name])
    parts = [numbers_of(table[f"{name}_{i}"]) for i in range(1, N_ALTERNATIVES + 1)]
    return np.stack(parts, axis=1)


def _flags(words: str) -> ScanFlag:
    flags = NO_FLAGS
    for word in words.split():
        flags |= ScanFlag[word]
    return flags
