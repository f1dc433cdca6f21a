"""The rows of the queue by column, so that 100,000 of them are filtered and sorted at once.

A column is built when it is first asked for and follows the rows from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.gui.queue_row import Chip, Mark, QueueRow
from moosegui.gui.queue_terms import BoolArray, TextArray

NUMBERS: dict[str, Callable[[QueueRow], float]] = {
    "z": lambda row: row.redshift,
    "zconf": lambda row: float("nan") if row.zconf is None else float(row.zconf),
    "r": lambda row: row.robustness,
    "dchi2": lambda row: row.significance,
}
TEXTS: dict[str, Callable[[QueueRow], str]] = {
    "id": lambda row: row.source_id,
    "state": lambda row: row.state.value,
    "marks": lambda row: row.glyphs,
    "flags": lambda row: row.flags,
    "problem": lambda row: row.problem,
    "comment": lambda row: row.comment,
}
ALIASES = {"q": "zconf", "δχ²": "dchi2"}
MISSING = ("", "nan", "--")
WORDS = frozenset(mark.value for mark in Mark) | {"flagged"}


class QueueColumns:
    """The columns of some rows; see `queue_terms.Columns` for what each method returns."""

    def __init__(self, rows: Iterable[QueueRow] = ()) -> None:
        self.rows = list(rows)
        self._catalogue = _catalogue_columns(self.rows)
        self._names = (*NUMBERS, *TEXTS, *ALIASES, *self._catalogue)
        self._built: dict[tuple[str, str], np.ndarray[Any, Any]] = {}
        self._is_text: dict[str, bool] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def replace(self, i_row: int, row: QueueRow) -> None:
        """Put another row in a place; columns that exist follow."""
        before, self.rows[i_row] = self.rows[i_row], row
        for (kind, name), column in list(self._built.items()):
            if kind == "rank":
                if self._text(before, name) != self._text(row, name):
                    del self._built[kind, name]
            else:
                column[i_row] = self._value(kind, name, row)

    def names(self) -> tuple[str, ...]:
        """Return what can be named in a filter."""
        return self._names

    def is_text(self, name: str) -> bool:
        """Whether a column holds words rather than numbers."""
        name = ALIASES.get(name, name)
        if name in NUMBERS:
            return False
        if name in TEXTS:
            return True
        if name not in self._is_text:
            is_empty = np.isin(self.texts(name).astype(np.str_), MISSING)
            self._is_text[name] = bool(np.any(np.isnan(self.numbers(name)) & ~is_empty))
        return self._is_text[name]

    def numbers(self, name: str) -> FloatArray:
        """Return one number a row; nan where there is none."""
        return self._column("number", ALIASES.get(name, name), np.float64)

    def texts(self, name: str) -> TextArray:
        """Return one text a row, in lower case."""
        return self._column("text", ALIASES.get(name, name), np.object_)

    def having(self, word: str) -> BoolArray:
        """Return which rows have a lower-case word in their texts, or as state or mark."""
        column = self._column("words", "", np.object_)
        exact = f"\n{word}\n"
        if word in WORDS:
            return np.fromiter((exact in text for text in column), np.bool_, len(self))
        # the words of state and marks stand first and count only as a whole
        return np.fromiter(
            (exact in text or word in text.partition("\n\n")[2] for text in column),
            np.bool_,
            len(self),
        )

    def under(self, chip: Chip) -> BoolArray:
        """Return which rows belong under a chip."""
        return self._column("chip", chip.value, np.bool_)

    def ranks(self, name: str) -> FloatArray:
        """Return the place of every row when sorted by a column; nan where it is empty."""
        name = ALIASES.get(name, name)
        if not self.is_text(name):
            return self.numbers(name)
        if ("rank", name) not in self._built:
            self._built["rank", name] = _ranks([self._text(row, name) for row in self.rows])
        return self._built["rank", name]

    def order(self, mask: BoolArray, by: FloatArray | None, *, is_descending: bool) -> IntArray:
        """Return the numbers of the rows in `mask`, sorted by `by` with missing values last."""
        chosen = np.flatnonzero(mask).astype(np.int64)
        if by is None:
            return chosen
        values = -by[chosen] if is_descending else by[chosen]
        return chosen[np.argsort(values, kind="stable")]

    def text_of(self, i_row: int, name: str) -> str:
        """Return the text of one row in a column of words, as it is written."""
        return self._text(self.rows[i_row], name)

    def _column(self, kind: str, name: str, dtype: type) -> np.ndarray[Any, Any]:
        if (kind, name) not in self._built:
            column: np.ndarray[Any, Any] = np.empty(len(self), dtype=dtype)
            for i_row, row in enumerate(self.rows):
                column[i_row] = self._value(kind, name, row)
            self._built[kind, name] = column
        return self._built[kind, name]

    def _value(self, kind: str, name: str, row: QueueRow) -> object:
        match kind:
            case "number":
                number = NUMBERS.get(name)
                return _number_in(self._text(row, name)) if number is None else number(row)
            case "text":
                return self._text(row, name).lower()
            case "chip":
                return Chip(name).accepts(row)
        return _words(row)

    def _text(self, row: QueueRow, name: str) -> str:
        if name in TEXTS:
            return TEXTS[name](row)
        place, column = self._catalogue.get(name, (0, ""))
        if place < len(row.values) and row.values[place][0] == column:
            return row.values[place][1]
        return next((text for key, text in row.values if key.lower() == name), "")


def _catalogue_columns(rows: list[QueueRow]) -> dict[str, tuple[int, str]]:
    """The columns of the catalogue in lower case, with the place and spelling of each.

    Rows without a value in one of the usual columns are a little shorter, so the longest tells.
    """
    longest = max((row.values for row in rows), key=len, default=())
    found = {name.lower(): (i, name) for i, (name, _) in reversed(list(enumerate(longest)))}
    return {name: place for name, place in found.items() if name not in (*NUMBERS, *TEXTS)}


def _words(row: QueueRow) -> str:
    """What a word of the filter is looked for in: whole words first, then texts."""
    whole = [row.state.value, *(mark.value for mark in row.marks), *["flagged"] * bool(row.flags)]
    texts = (row.source_id, row.flags, row.comment, row.problem)
    return "\n".join(["", *whole, "", *texts]).lower()


def _ranks(texts: list[str]) -> FloatArray:
    """The natural order of texts, numbers first and by size; nan for an empty one."""
    filled = sorted({text for text in texts if text}, key=_natural)
    rank_of = {text: float(rank) for rank, text in enumerate(filled)}
    return np.array([rank_of.get(text, np.nan) for text in texts], dtype=np.float64)


def _natural(text: str) -> tuple[int, float, str]:
    number = _number_in(text)
    return (1, 0.0, text.lower()) if np.isnan(number) else (0, number, text)


def _number_in(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
