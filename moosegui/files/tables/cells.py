"""Cells of a table as numbers: nulls, decimal commas, sexagesimal angles, uncertain values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from astropy.table import Column
from numpy.typing import NDArray

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.errors import InputError
from moosegui.files import fits_columns
from moosegui.files.content import READ_ERRORS
from moosegui.files.tables.column_names import shown
from moosegui.files.tables.sexagesimal import degrees_of

MAX_CHARACTERS = 1 << 28  # of a column, 4 bytes each
N_LOOKED_AT = 1000  # texts by which a column is taken for one of few words
NULL_TEXTS = fits_columns.NULL_TEXTS | {"inf", "-inf"}
MINUS = "\N{MINUS SIGN}"  # as word processors write it
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
_WHOLE = re.compile(r"[+-]?\d+")
_ANGLE = re.compile(r"\d\s*(?::|h|d|°)|^\s*[+-]?\d{1,3}\s+\d{1,2}\s+\d")
_LONG_RULE = re.compile(r"[=\-_]{5,}")
_UNCERTAIN = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*[:?*]+")


def text_column(path: Path, name: str, cells: Sequence[str]) -> NDArray[np.str_]:
    """Return the cells of a column as texts of one width.

    Raises
    ------
    InputError
        If the longest of them would cost too much for all.
    """
    width = max(map(len, cells), default=0)
    if width * len(cells) > MAX_CHARACTERS:
        place = next(i for i, cell in enumerate(cells) if len(cell) == width)
        raise InputError(
            f"{path} has a cell of {width:,} characters in the column {shown(name)} (row "
            f"{place + 1}), as which all {len(cells):,} rows would be held; shorten it."
        )
    return np.array(cells, dtype=str)


def is_masked(column: Column) -> BoolArray:
    """Return which cells are masked."""
    mask = getattr(column, "mask", None)
    if mask is None or np.ndim(mask) == 0:
        return np.zeros(len(column), dtype=bool)
    return np.array(mask, dtype=bool)


def numbers_in(column: Column, *, is_right_ascension: bool = False) -> FloatArray:
    """Return the cells of a column as numbers, nan where they are none.

    Texts may be sexagesimal angles, in hours for right ascensions; a value that is marked as
    uncertain (`0.7:`) counts; a comma is a decimal one where every cell has at most one.

    Parameters
    ----------
    column : Column of shape (n_rows,)
    is_right_ascension : bool

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    data = np.ma.getdata(np.asanyarray(column))
    if data.dtype.kind in "iufb":
        return np.array(data, dtype=np.float64)
    texts = [str(value).strip().replace(MINUS, "-") for value in data.tolist()]
    try:
        return np.array(texts, dtype=np.float64)
    except ValueError:
        cleaned = _with_points(["nan" if text.lower() in NULL_TEXTS else text for text in texts])
    try:
        return np.array(cleaned, dtype=np.float64)
    except ValueError:
        return np.array([_number(text, is_right_ascension=is_right_ascension) for text in cleaned])


def unread_cells(column: Column, *, is_right_ascension: bool = False) -> list[str]:
    """Return the cells of a column that say something and are no numbers."""
    data = np.ma.getdata(np.asanyarray(column))
    if data.dtype.kind in "iufb":
        return []
    lost = ~np.isfinite(numbers_in(column, is_right_ascension=is_right_ascension))
    texts = [str(value).strip() for value in data[lost & ~is_masked(column)].tolist()]
    return [text for text in texts if text.lower() not in NULL_TEXTS]


def uncertain_cells(column: Column) -> list[str]:
    """Return the cells of a column whose number has a mark of doubt behind it, as `0.7:`."""
    data = np.ma.getdata(np.asanyarray(column))
    if data.dtype.kind in "iufb":
        return []
    texts = [str(value).strip() for value in data[~is_masked(column)].tolist()]
    return [text for text in texts if _UNCERTAIN.fullmatch(text)]


def are_sexagesimal(column: Column) -> bool:
    """Whether a cell of a column is written as `03:32:38.1`, and tells its unit by that."""
    data = np.ma.getdata(np.asanyarray(column))
    return data.dtype.kind in "UO" and any(_ANGLE.search(str(cell)) for cell in data.tolist())


def _with_points(texts: list[str]) -> list[str]:
    """Return numbers with decimal commas with points, where all are such numbers."""
    numbers = [text for text in texts if text != "nan"]
    if not any("," in text for text in numbers):
        return texts
    if not all(_COMMA.fullmatch(text) or _WHOLE.fullmatch(text) for text in numbers):
        return texts
    return [text.replace(",", ".") for text in texts]


def _number(text: str, *, is_right_ascension: bool) -> float:
    """Return one cell; nan when it is no number."""
    uncertain = _UNCERTAIN.fullmatch(text)
    try:
        if uncertain is not None:
            return float(uncertain[1])
        if _ANGLE.search(text):
            return degrees_of(text.replace(",", "."), hours=is_right_ascension)
        return float(text)
    except READ_ERRORS:
        return float("nan")


def is_row(cells: Sequence[str]) -> bool:
    """Whether the cells of a line are a row: spreadsheets write some of nothing, SIMBAD a rule."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return bool(filled) and not (len(filled) == 1 and _LONG_RULE.fullmatch(filled[0]))


def texts_of(column: Any) -> list[str]:
    """Return the cells of a column as text, empty where masked."""
    return ["" if np.ma.is_masked(cell) else str(cell) for cell in column]


def numbers_of(column: Any) -> FloatArray:
    """Return the cells of a column as numbers, nan where masked or empty.

    Raises
    ------
    ValueError
        If a cell is no number.
    """
    values = np.ma.getdata(column)
    if values.dtype.kind in "US":
        values = np.array([float(cell or "nan") for cell in values.astype(str)])
    numbers: FloatArray = np.where(np.ma.getmaskarray(column), np.nan, values).astype(np.float64)
    return numbers


def kept_once(texts: list[str]) -> list[str]:
    """Return the same texts, where the first of them repeat each kept once for all its rows."""
    if len(set(texts[:N_LOOKED_AT])) > 0.5 * min(len(texts), N_LOOKED_AT):
        return texts
    known: dict[str, str] = {}
    return [known.setdefault(text, text) for text in texts]
