"""The rows of the queue by column, so that 100,000 of them are filtered and sorted at once.

A column is built when it is first asked for and follows the rows from then on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.gui.queue.row import Chip, Mark, QueueRow
from moosegui.gui.queue.specs import specs
from moosegui.gui.queue.terms import BoolArray, TextArray

MISSING = ("", "nan", "--")
WORDS = frozenset(mark.value for mark in Mark) | {"flagged"}


class QueueColumns:
    """The columns of some rows; see `terms.Columns` for what each method returns."""

    def __init__(self, rows: Iterable[QueueRow] = ()) -> None:
        self.rows = list(rows)
        self._number_of = {spec.name: spec.number for spec in specs() if spec.number is not None}
        self._text_of = {spec.name: spec.text for spec in specs() if spec.text is not None}
        self._aliases = {alias: spec.name for spec in specs() for alias in spec.aliases}
        self._searched = [spec.text for spec in specs() if spec.text and spec.is_searched]
        fixed = (*self._number_of, *self._text_of)
        self._catalogue = _catalogue_columns(self.rows, fixed)
        self._names = (*fixed, *self._aliases, *self._catalogue)
        self._built: dict[tuple[str, str], np.ndarray[Any, Any]] = {}
        self._is_text: dict[str, bool] = {}
        self._examples: dict[tuple[object, ...], QueueRow] = {}  # one row of each kind
        self._kinds = np.array([self._kind(row) for row in self.rows], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.rows)

    def replace(self, i_row: int, row: QueueRow) -> None:
        """Put another row in a place; columns that exist follow."""
        before, self.rows[i_row] = self.rows[i_row], row
        self._kinds[i_row] = self._kind(row)
        for (kind, name), column in list(self._built.items()):
            if kind == "rank":
                if self._text(before, name) != self._text(row, name):
                    del self._built[kind, name]
            else:
                column[i_row] = self._getter(kind, name)(row)

    def names(self) -> tuple[str, ...]:
        """Return what can be named in a filter."""
        return self._names

    def is_text(self, name: str) -> bool:
        """Whether a column holds words rather than numbers."""
        name = self._aliases.get(name, name)
        return name in self._text_of or self._has_words(name)

    def numbers(self, name: str) -> FloatArray:
        """Return one number a row; nan where there is none."""
        return self._column("number", self._aliases.get(name, name), np.float64)

    def texts(self, name: str) -> TextArray:
        """Return one text a row, in lower case."""
        return self._column("text", self._aliases.get(name, name), np.object_)

    def having(self, word: str) -> BoolArray:
        """Return which rows have a lower-case word in their texts, or as state or mark."""
        whole = self._column("words", "", np.object_)
        found = np.fromiter((f"\n{word}\n" in text for text in whole), np.bool_, len(self))
        if word in WORDS:
            return found
        texts = self._column("all texts", "", np.object_)
        return found | np.fromiter((word in text for text in texts), np.bool_, len(self))

    def under(self, chip: Chip) -> BoolArray:
        """Return which rows belong under a chip."""
        accepted = [chip.accepts(example) for example in self._examples.values()]
        return np.array(accepted, dtype=np.bool_)[self._kinds]

    def counts(self) -> Counter[Chip]:
        """Return how many rows belong under each chip, from the number of each kind."""
        n_rows = np.bincount(self._kinds, minlength=len(self._examples)).tolist()
        kinds = list(zip(self._examples.values(), n_rows, strict=True))
        return Counter({chip: sum(n for row, n in kinds if chip.accepts(row)) for chip in Chip})

    def ranks(self, name: str) -> FloatArray:
        """Return the place of every row when sorted by a column; nan where it is empty."""
        name = self._aliases.get(name, name)
        if not self._has_words(name):
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

    def _has_words(self, name: str) -> bool:
        """Whether some text of a column is no number."""
        if name in self._number_of:
            return False
        if name not in self._is_text:
            unread = self.texts(name)[np.isnan(self.numbers(name))]
            self._is_text[name] = any(text not in MISSING for text in unread)
        return self._is_text[name]

    def _kind(self, row: QueueRow) -> int:
        """The number of the kind of a row: rows of one kind belong under the same chips."""
        kind = (row.state, row.zconf, bool(row.flags), row.marks)
        self._examples.setdefault(kind, row)
        return list(self._examples).index(kind)

    def _column(self, kind: str, name: str, dtype: type) -> np.ndarray[Any, Any]:
        if (kind, name) not in self._built:
            column: np.ndarray[Any, Any] = np.empty(len(self), dtype=dtype)
            value_of = self._getter(kind, name)
            for i_row, row in enumerate(self.rows):
                column[i_row] = value_of(row)
            self._built[kind, name] = column
        return self._built[kind, name]

    def _getter(self, kind: str, name: str) -> Callable[[QueueRow], object]:
        """Return what gives the value of a row in a column of a kind."""
        match kind:
            case "number":
                number = self._number_of.get(name)
                return number or (lambda row: _number_in(self._text(row, name)))
            case "text":
                return lambda row: self._text(row, name).lower()
            case "words":
                return _whole_words
        return self._all_texts

    def _all_texts(self, row: QueueRow) -> str:
        """What a bare word of the filter is looked for in."""
        return "\n".join([text(row) for text in self._searched]).lower()

    def _text(self, row: QueueRow, name: str) -> str:
        if name in self._text_of:
            return self._text_of[name](row)
        place, column = self._catalogue.get(name, (0, ""))
        if place < len(row.values) and row.values[place][0] == column:
            return row.values[place][1]
        return next((text for key, text in row.values if key.lower() == name), "")


def _catalogue_columns(rows: list[QueueRow], fixed: Collection[str]) -> dict[str, tuple[int, str]]:
    """The columns of the catalogue in lower case, with the place and spelling of each.

    Rows without a value in one of the usual columns are a little shorter, so the longest tells.
    """
    longest = max((row.values for row in rows), key=len, default=())
    found = {name.lower(): (i, name) for i, (name, _) in reversed(list(enumerate(longest)))}
    return {name: place for name, place in found.items() if name not in fixed}


def _whole_words(row: QueueRow) -> str:
    """What a word of the filter may be as a whole: the state, the marks, whether it is flagged."""
    words = [row.state.value, *(mark.value for mark in row.marks), *["flagged"] * bool(row.flags)]
    return "\n".join(("", *words, ""))


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
