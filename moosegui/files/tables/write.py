"""Tables out: FITS, ECSV, CSV and VOTable by the name of the file, free of astropy's traps.

Texts go to FITS in ASCII (`fits_text`), small integers as int16 and never as int8, which would
become boolean; the null value of an integer is chosen so that no value equals it.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from astropy.io import fits
from astropy.table import Column, MaskedColumn, Table
from numpy.typing import NDArray

from moosegui.errors import ExportError
from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn, plain_text
from moosegui.files.tables.astropy_tables import ecsv_text
from moosegui.files.tables.fits_text import CARD as CARD_ESCAPED
from moosegui.files.tables.fits_text import SCHEME, fits_texts
from moosegui.files.temporary import temporary_folder

WRITE_ERRORS = (ValueError, TypeError, NotImplementedError)
_SIGNED = {"i1": "i2", "u2": "i4", "u4": "i8", "u8": "i8"}  # what VOTables have in their place
_MARKS = re.compile(r'[",\r\n]')  # that put a cell of CSV in quotes
FORMATS = {
    ".fits": "fits",
    ".fit": "fits",
    ".ecsv": "ecsv",
    ".csv": "csv",
    ".vot": "votable",
    ".votable": "votable",
    ".xml": "votable",
}


def table_format(path: Path) -> str:
    """Return `fits`, `ecsv`, `csv` or `votable` for the name of a file.

    Raises
    ------
    ExportError
        If the name ends in something else.
    """
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix not in FORMATS:
        raise ExportError(
            f"{path} has no ending that names a format; use .fits, .ecsv, .csv or .vot (.parquet "
            "for the update of a Parquet catalogue alone)."
        )
    return FORMATS[suffix]


def write_table(
    path: Path, table: Table, *, layout: str, cards: Mapping[str, str] | None = None
) -> None:
    """Write a table; the caller sees to it that `path` may be overwritten.

    Parameters
    ----------
    path : Path
    table : Table
        Masked cells are null; `description` and `meta["ucd"]` of its columns are kept.
    layout : str
        One of the values of `FORMATS`.
    cards : mapping of str to str
        Facts about the table: header cards in FITS, `meta` in ECSV; keys of at most 8 capitals.

    Raises
    ------
    ExportError
        If a column cannot be written in this format.
    OSError
        If the file cannot be written.
    """
    facts = dict(cards or {})
    if layout == "csv":
        path.write_text(_csv_text(table), encoding="utf-8", newline="")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if layout == "fits":
                _fits_table(table, facts).writeto(path, overwrite=True)
            elif layout == "ecsv":
                copy = table.copy(copy_data=False)
                copy.meta = facts
                path.write_text(ecsv_text(copy), encoding="utf-8", newline="\n")
            else:
                _with_signs(table).write(path, format="votable", overwrite=True)
        except WRITE_ERRORS as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ExportError(
                f"The table cannot be written as {layout} ({reason}); choose another format."
            ) from error


def unwritable(table: Table, layout: str) -> str:
    """Return the first column that alone cannot be written in a format; empty if each can."""
    with temporary_folder() as folder:
        for name in table.colnames:
            try:
                write_table(folder / "column", table[[name]], layout=layout)
            except ExportError:
                return str(name)
    return ""


def _with_signs(table: Table) -> Table:
    """Return a table without the types that a VOTable has not: whole numbers without a sign."""
    copy = table.copy(copy_data=False)
    for name in table.colnames:
        kind = getattr(table[name], "dtype", np.dtype(float))
        if kind.str[1:] in _SIGNED:
            copy[name] = table[name].astype(_SIGNED[kind.str[1:]])
            if kind.itemsize == 8 and len(table) and np.ma.max(table[name]) > 2**63 - 1:
                raise ValueError(f"{name} has whole numbers above {2**63 - 1}")
    return copy


def as_column(column: AddedColumn) -> Column:
    """Return an added column as one of astropy, null integers masked."""
    options: dict[str, Any] = {
        "name": column.name,
        "description": column.description,
        "meta": {"ucd": column.ucd},
    }
    if column.kind == "integer":
        mask = column.values == NULL_INTEGER
        return MaskedColumn(column.values, mask=mask, fill_value=NULL_INTEGER, **options)
    if column.kind == "text":
        return Column(np.array([str(value) for value in column.values], dtype=str), **options)
    return Column(column.values, **options)


def typed(table: Table) -> Table:
    """Return a table of texts with numbers where the whole column survives as such.

    A column stays text unless every cell reads back from the numbers character by character:
    `00012`, `12.10`, `1e5` and whole numbers beyond 64 bits keep their column as it is. Empty
    cells are nulls of numbers.
    """
    columns = {name: _typed(table[name]) for name in table.colnames}
    return Table(columns, meta=table.meta)


def _typed(column: Column) -> Column:
    if column.dtype.kind != "U" or column.ndim > 1:
        return column
    cells = np.ma.filled(column, "")
    is_null = np.char.str_len(cells) == 0
    filled = cells[~is_null]
    for kind in (np.int64, np.float64):
        try:
            parsed = filled.astype(kind)
        except (ValueError, OverflowError):
            continue
        if not len(filled) or not np.array_equal(parsed.astype(str), filled):
            continue
        if kind is np.float64 and not np.isfinite(parsed).all():
            continue  # a nan that is written would become an empty cell
        values = np.full(len(cells), np.nan if kind is np.float64 else 0, dtype=kind)
        values[~is_null] = parsed
        is_masked = is_null.any()
        numbers = MaskedColumn(values, mask=is_null) if is_masked else Column(values)
        numbers.unit, numbers.description = column.unit, column.description
        return numbers
    return column


def _fits_table(table: Table, cards: Mapping[str, str]) -> fits.HDUList:
    columns = [_fits_column(table[name]) for name in table.colnames]
    hdu = fits.BinTableHDU.from_columns(columns, name="CATALOGUE")
    for i_column, name in enumerate(table.colnames, start=1):
        column = table[name]
        for keyword, text in (
            ("TCOMM", column.description or ""),
            ("TUCD", column.meta.get("ucd", "")),
            (CARD_ESCAPED, SCHEME if _is_escaped(column) else ""),
        ):
            if text:
                hdu.header[f"{keyword}{i_column}"] = _ascii(text)
    for key, text in cards.items():
        hdu.header[key] = _ascii(text)
    return fits.HDUList([fits.PrimaryHDU(), hdu])


def _is_escaped(column: Column) -> bool:
    values = np.ma.getdata(column)
    return (
        values.dtype.kind in "USO"
        and fits_texts("" if np.ndim(value) else _text(value) for value in values.flat)[1]
    )


def _fits_column(column: Column) -> fits.Column:
    values, mask = np.ma.getdata(column), np.ma.getmaskarray(column)
    unit = column.unit.to_string("fits") if column.unit is not None else None
    if values.dtype.kind == "O" and any(np.ndim(value) for value in values):
        return fits.Column(column.name, "PD()", unit=unit, array=values)
    if values.dtype.kind in "USO":
        return _text_column(column.name, values, mask)
    if values.dtype.kind == "b" and mask.any():
        values = values.astype(np.int16)  # a null of a logical column reads as False
    values = _fits_numbers(values)
    null = None
    if mask.any() and values.dtype.kind == "i":
        present = values[~mask]
        lowest = int(np.iinfo(values.dtype).min)
        null = lowest if (present == NULL_INTEGER).any() else NULL_INTEGER
        values = np.where(mask, np.array(null, dtype=values.dtype), values)
    elif values.dtype.kind == "f":
        values = np.where(mask, np.array(np.nan, dtype=values.dtype), values)
    n_values = int(np.prod(values.shape[1:], dtype=np.int64))
    form = f"{n_values if values.ndim > 1 else ''}{_FITS_FORMS[values.dtype.str[1:]]}"
    dim = f"({','.join(map(str, values.shape[:0:-1]))})" if values.ndim > 2 else None
    return fits.Column(column.name, form, unit=unit, null=null, dim=dim, array=values)


_FITS_FORMS = {
    "b1": "L",
    "u1": "B",
    "i2": "I",
    "i4": "J",
    "i8": "K",
    "f4": "E",
    "f8": "D",
    "c8": "C",
    "c16": "M",
}


def _fits_numbers(values: NDArray[Any]) -> NDArray[Any]:
    """Return numbers in a type that FITS has: no int8, no unsigned but bytes."""
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind == "i" and size == 1:
        return values.astype(np.int16)
    if kind == "u" and size > 1:
        if size == 8 and values.size and values.max() > np.iinfo(np.int64).max:
            raise ValueError(f"{values.max()} is too large for an integer of FITS")
        return values.astype(np.int32 if size == 2 else np.int64)
    if kind == "f" and size == 2:
        return values.astype(np.float32)
    return values


def _text_column(name: str, values: NDArray[Any], mask: NDArray[np.bool_]) -> fits.Column:
    texts = [
        "" if is_null else _text(value)
        for value, is_null in zip(values.flat, mask.flat, strict=True)
    ]
    cells, _ = fits_texts(texts)
    width = max([1, *map(len, cells)])
    encoded = np.array(cells, dtype=f"S{width}").reshape(values.shape)
    n_values = int(np.prod(values.shape[1:], dtype=np.int64))
    dim = f"({','.join(map(str, (width, *values.shape[:0:-1])))})" if values.ndim > 1 else None
    return fits.Column(name, f"{width * n_values}A", dim=dim, array=encoded)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _ascii(text: str) -> str:
    return plain_text(text).encode("ascii", "replace").decode("ascii")


def _csv_text(table: Table) -> str:
    names: list[str] = []
    columns: list[list[str]] = []
    for name in table.colnames:
        for label, column in _flat(table[name]):
            names.append(label)
            columns.append([_cell(value) for value in column])
    rows = [names, *zip(*columns, strict=True)]
    return "".join(",".join(map(_quoted, row)) + "\n" for row in rows)


def _quoted(cell: str) -> str:
    """Return a cell in quotes where readers would else part it, or drop its outer blanks."""
    is_bare = cell == cell.strip() and not _MARKS.search(cell)
    return cell if is_bare else '"' + cell.replace('"', '""') + '"'


def _flat(column: Column) -> Iterable[tuple[str, Any]]:
    """Split a column of vectors into `NAME_1`, `NAME_2`, ..."""
    if column.dtype.kind == "O" and any(np.ndim(value) for value in column):
        raise ExportError(
            f"The column {column.name} holds vectors of different lengths, which CSV cannot; "
            "export to .fits or .ecsv."
        )
    if column.ndim == 1:
        return [(column.name, column)]
    values = np.ma.masked_array(np.ma.getdata(column), np.ma.getmaskarray(column))
    flat = values.reshape(len(column), int(np.prod(column.shape[1:], dtype=np.int64)))
    return [(f"{column.name}_{i + 1}", flat[:, i]) for i in range(flat.shape[1])]


def _cell(value: Any) -> str:
    if np.ma.is_masked(value):
        return ""
    if isinstance(value, float | np.floating):
        return "" if math.isnan(value) else str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
