"""The rows of the queue by column, so that 100,000 of them are filtered and sorted at once.

A column is built when it is first asked for and follows the rows from then on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.gui.queue.catalogue_texts import CatalogueTexts
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
        self._catalogue = CatalogueTexts(self.rows)
        own = (name for name in self._catalogue.names if name not in fixed)
        self._names = (*fixed, *self._aliases, *own)
        self._built: dict[tuple[str, str], np.ndarray[Any, Any]] = {}
        self._is_text: dict[str, bool] = {}
        self._longest_id: str | None = None  # looked for when somebody asks
        self._number_of_kind: dict[tuple[object, ...], int] = {}
        self._examples: list[QueueRow] = []  # one row of each kind
        self._kinds = self._kinds_of_rows()

    def __len__(self) -> int:
        return len(self.rows)

    def replace(self, i_row: int, row: QueueRow) -> None:
        """Put another row in a place; columns that exist follow."""
        before, self.rows[i_row] = self.rows[i_row], row
        self._longest_id = None if before.source_id != row.source_id else self._longest_id
        self._kinds[i_row] = self._kind(row)
        for (kind, name), column in list(self._built.items()):
            if kind == "rank":
                text_of = self._text_of_rows(name)
                if text_of(before) != text_of(row):
                    del self._built[kind, name]
            else:
                column[i_row] = self._getter(kind, name)(row)

    def longest_id(self) -> str:
        """Return the ID with the most characters; empty without rows."""
        if self._longest_id is None:
            self._longest_id = max((row.source.source_id for row in self.rows), key=len, default="")
        return self._longest_id

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
        found = self._of_kinds(lambda example: word in _whole_words(example))
        if word in WORDS:
            return found
        texts = self._column("all texts", "", np.object_)
        return found | np.fromiter((word in text for text in texts), np.bool_, len(self))

    def under(self, chip: Chip) -> BoolArray:
        """Return which rows belong under a chip."""
        return self._of_kinds(chip.accepts)

    def counts(self) -> Counter[Chip]:
        """Return how many rows belong under each chip, from the number of each kind."""
        n_rows = np.bincount(self._kinds, minlength=len(self._examples)).tolist()
        kinds = list(zip(self._examples, n_rows, strict=True))
        return Counter({chip: sum(n for row, n in kinds if chip.accepts(row)) for chip in Chip})

    def ranks(self, name: str) -> FloatArray:
        """Return the place of every row when sorted by a column; nan where it is empty."""
        name = self._aliases.get(name, name)
        if not self._has_words(name):
            return self.numbers(name)
        if ("rank", name) not in self._built:
            self._built["rank", name] = _ranks(list(map(self._text_of_rows(name), self.rows)))
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
        return self._text_of_rows(name)(self.rows[i_row])

    def _has_words(self, name: str) -> bool:
        """Whether some text of a column is no number."""
        if name in self._number_of:
            return False
        if name not in self._is_text:
            unread = self.texts(name)[np.isnan(self.numbers(name))]
            self._is_text[name] = any(text not in MISSING for text in unread)
        return self._is_text[name]

    def _kinds_of_rows(self) -> NDArray[np.int32]:
        """Return the kind of every row; most rows share how they stand."""
        kinds: dict[int, int] = {}  # by the address of what the rows hold
        found = np.empty(len(self.rows), dtype=np.int32)
        for i_row, row in enumerate(self.rows):
            address = id(row.standing)
            if (kind := kinds.get(address)) is None:
                kind = kinds[address] = self._kind(row)
            found[i_row] = kind
        return found

    def _kind(self, row: QueueRow) -> int:
        """The number of the kind of a row: rows of one kind belong under the same chips."""
        standing = row.standing
        kind = (standing.state, standing.zconf, bool(standing.flags), standing.marks)
        number = self._number_of_kind.setdefault(kind, len(self._examples))
        if number == len(self._examples):
            self._examples.append(row)
        return number

    def _of_kinds(self, is_true: Callable[[QueueRow], bool]) -> BoolArray:
        """Return of which rows something is true that is so for all of a kind, or for none."""
        truths = [is_true(example) for example in self._examples]
        return np.array(truths, dtype=np.bool_)[self._kinds]

    def _column(self, kind: str, name: str, dtype: type) -> np.ndarray[Any, Any]:
        if (kind, name) not in self._built:
            column: np.ndarray[Any, Any] = np.empty(len(self), dtype=dtype)
            column[:] = list(map(self._getter(kind, name), self.rows))
            self._built[kind, name] = column
        return self._built[kind, name]

    def _getter(self, kind: str, name: str) -> Callable[[QueueRow], object]:
        """Return what gives the value of a row in a column of a kind."""
        if kind == "number" and (number := self._number_of.get(name)):
            return number
        if kind == "all texts":
            return self._all_texts
        text_of = self._text_of_rows(name)
        if kind == "number":
            return lambda row: _number_in(text_of(row))
        shared: dict[str, str] = {}  # few words in many rows are kept once
        return lambda row: shared.setdefault(text := _lower(text_of(row)), text)

    def _all_texts(self, row: QueueRow) -> str:
        """What a bare word of the filter is looked for in."""
        return "\n".join([text(row) for text in self._searched]).lower()

    def _text_of_rows(self, name: str) -> Callable[[QueueRow], str]:
        """Return what gives the text of a row in a column, as it is written."""
        if name in self._text_of:
            return self._text_of[name]
        return self._catalogue.getter(name)


def _whole_words(row: QueueRow) -> list[str]:
    """What a word of the filter may be as a whole: the state, the marks, whether it is flagged."""
    return [row.state.value, *(mark.value for mark in row.marks), *["flagged"] * bool(row.flags)]


def _lower(text: str) -> str:
    """Return a text in lower case; the text itself where it is so already."""
    lower = text.lower()
    return text if lower == text else lower


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
