"""What was written, compared with the table that it extends and with what was added to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from astropy.table import Column, Table
from numpy.typing import ArrayLike, NDArray

from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn
from moosegui.files.tables.columns import as_texts

_NUMBERS = "iufb"


def difference(
    before: Table | None, after: Table, columns: Sequence[AddedColumn], *, is_converted: bool
) -> str:
    """Say what a table that was read back has lost; empty if nothing.

    Parameters
    ----------
    before : Table or None
        As it was read from the input; None where there was no table.
    after : Table
        As it was read from what was written.
    columns : sequence of AddedColumn
        None of them where nothing was added.
    is_converted : bool
        Whether it has another format: types may differ then, values and nulls may not.
    """
    n_rows = len(columns[0].values if columns else before or ())
    if len(after) != n_rows:
        return f"it has {len(after)} rows instead of {n_rows}"
    changed = [column.name for column in columns if not _holds(after, column)]
    if before is not None:
        after = _with_vectors(before, after) if is_converted else after
        added = {column.name for column in columns}
        kept = [name for name in after.colnames if name not in added]  # joined ones stand behind
        if kept != before.colnames or len(after.colnames) != len(kept) + len(added):
            return "its columns are not those of the input and the new ones"
        is_same = _means_the_same if is_converted else _is_same
        changed += [name for name in before.colnames if not is_same(before[name], after[name])]
    return f"the column {changed[0]} reads back differently" if changed else ""


def _is_same(before: Column, after: Column) -> bool:
    """Whether two columns hold the same values, nulls and undefined numbers included."""
    first, second = np.ma.getdata(before), np.ma.getdata(after)
    mask = np.ma.getmaskarray(before)
    if first.dtype != second.dtype or not np.array_equal(mask, np.ma.getmaskarray(after)):
        return False
    first, second = first[~mask], second[~mask]
    if first.dtype.kind == "O":
        return all(_are_equal_cells(*pair) for pair in zip(first, second, strict=True))
    return np.array_equal(first, second, equal_nan=first.dtype.kind in "fc")


def _are_equal_cells(first: ArrayLike, second: ArrayLike) -> bool:
    """Whether two cells of arrays are equal, undefined numbers with them; texts have none."""
    is_number = np.ndim(first) > 0 and np.asarray(first).dtype.kind in "fc"
    return np.array_equal(np.asarray(first), np.asarray(second), equal_nan=is_number)


def _means_the_same(before: Column, after: Column) -> bool:
    """Whether values and nulls are the same in another format, whatever their types."""
    first, second = np.ma.getdata(before), np.ma.getdata(after)
    if first.dtype.kind in _NUMBERS and second.dtype.kind in _NUMBERS:
        return _are_equal_numbers(before, after)
    if first.dtype.kind == "O" and any(np.ndim(cell) for cell in first):
        return len(first) == len(second) and all(map(np.array_equal, first, second))
    if first.ndim > 1 or second.ndim > 1:
        return first.shape == second.shape and _cells(before) == _cells(after)
    return _cells(before) == _cells(after)


def _are_equal_numbers(before: Column, after: Column) -> bool:
    first, second = np.ma.getdata(before), np.ma.getdata(after)
    if first.shape != second.shape:
        return False
    nulls, others = _is_null(before), _is_null(after)
    if not np.array_equal(nulls, others):
        return False
    is_whole = [values.dtype.kind in "iub" for values in (first, second)]
    if is_whole[0] != is_whole[1] and not (first.dtype.kind == "f" or second.dtype.kind == "f"):
        return False
    return bool(np.all(first[~nulls] == second[~nulls]))


def _is_null(column: Column) -> NDArray[np.bool_]:
    values, mask = np.ma.getdata(column), np.ma.getmaskarray(column)
    is_nan = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)
    return np.asarray(mask | is_nan)


def _cells(column: Column) -> list[str]:
    """Return the cells as text; undefined numbers and nulls are empty.

    Line ends are one kind: XML and ECSV turn CR LF into LF.
    """
    flat = Column(np.ma.getdata(column).ravel(), name="cells")
    texts = _texts(flat)
    texts = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    nulls = np.ma.getmaskarray(column).ravel()
    if flat.dtype.kind == "f":
        nulls = nulls | np.isnan(flat)
    return ["" if null else text for text, null in zip(texts, nulls.tolist(), strict=True)]


def _texts(column: Column) -> list[str]:
    """Return cells as `as_texts`, the blanks before a text with them; FITS fills up with others."""
    values = np.ma.getdata(column)
    if values.dtype.kind == "S":
        values = np.char.decode(values, "utf-8", "replace")
    if values.dtype.kind == "U":
        return [str(text).rstrip() for text in values.tolist()]
    return as_texts(Table([column]), "cells")


def _with_vectors(before: Table, after: Table) -> Table:
    """Join again the columns into which CSV splits vectors, `NAME_1`, `NAME_2` ..."""
    joined = Table(masked=after.masked)
    names = list(after.colnames)
    for name in before.colnames:
        n_parts = int(np.prod(before[name].shape[1:], dtype=np.int64))
        parts = [f"{name}_{i + 1}" for i in range(n_parts)]
        if before[name].ndim == 1 or name in names or not set(parts) <= set(names):
            parts = [name] if name in names else []
        if not parts:
            continue
        cells = [after[part] for part in parts]
        vectors = np.ma.stack(cells, axis=1).reshape(before[name].shape) if len(cells) > 1 else None
        joined[name] = cells[0] if vectors is None else vectors
        names = [other for other in names if other not in parts]
    for name in names:
        joined[name] = after[name]
    return joined


def _holds(table: Table, column: AddedColumn) -> bool:
    """Whether a table read back holds the values of an added column."""
    if column.name not in table.colnames:
        return False
    found = table[column.name]
    if column.kind == "text" or found.dtype.kind in "US":
        texts = ["" if np.ma.is_masked(cell) else str(cell) for cell in found]
        return texts == column.texts()
    null = np.nan if column.kind == "float" else NULL_INTEGER
    values = np.where(np.ma.getmaskarray(found), null, np.ma.getdata(found))
    return np.array_equal(values, column.values, equal_nan=column.kind == "float")
