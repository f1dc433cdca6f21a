"""What a filter of the queue is made of: terms that yield one truth, or one number, a row."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray
from moosegui.errors import InputError

BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.object_]


class Columns(Protocol):
    """The rows of the queue by column; names are in lower case."""

    def __len__(self) -> int: ...

    def names(self) -> tuple[str, ...]:
        """Return what can be named in a filter."""

    def is_text(self, name: str) -> bool:
        """Whether a column holds words rather than numbers."""

    def numbers(self, name: str) -> FloatArray:
        """Return one number a row; nan where there is none."""

    def texts(self, name: str) -> TextArray:
        """Return one text a row, in lower case."""

    def having(self, word: str) -> BoolArray:
        """Return which rows have a lower-case word in their texts, or as their state."""


class Term(Protocol):
    """Something that is true or not of every row."""

    def mask(self, columns: Columns) -> BoolArray:
        """Return which rows it is true of; InputError if it names what does not exist."""


class Quantity(Protocol):
    """Something that has a number in every row."""

    def values(self, columns: Columns) -> FloatArray:
        """Return the numbers; InputError if it names what does not exist."""


COMPARISONS: dict[str, Callable[[FloatArray, FloatArray], BoolArray]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "=": operator.eq,
}
OPERATIONS: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Everything:
    """True of every row."""

    def mask(self, columns: Columns) -> BoolArray:
        return np.ones(len(columns), dtype=np.bool_)


@dataclass(frozen=True, slots=True)
class Word:
    """A row has this text in its ID, comment, flags or problem, or as its state."""

    text: str

    def mask(self, columns: Columns) -> BoolArray:
        return columns.having(self.text.lower())


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    term: Term

    def mask(self, columns: Columns) -> BoolArray:
        return np.logical_not(self.term.mask(columns))


@dataclass(frozen=True, slots=True)
class Both:
    """Two terms at once."""

    first: Term
    second: Term

    def mask(self, columns: Columns) -> BoolArray:
        return np.logical_and(self.first.mask(columns), self.second.mask(columns))


@dataclass(frozen=True, slots=True)
class Either:
    """One term or the other."""

    first: Term
    second: Term

    def mask(self, columns: Columns) -> BoolArray:
        return np.logical_or(self.first.mask(columns), self.second.mask(columns))


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotation marks; it has no number."""

    text: str

    def values(self, columns: Columns) -> FloatArray:
        raise InputError(f"“{self.text}” is no number.")


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: float

    def values(self, columns: Columns) -> FloatArray:
        return np.full(len(columns), self.value)


@dataclass(frozen=True, slots=True)
class Name:
    """A column."""

    name: str

    def values(self, columns: Columns) -> FloatArray:
        return columns.numbers(known_name(self.name, columns))


@dataclass(frozen=True, slots=True)
class Operation:
    """Two quantities joined by + − * or /; what has no finite result is missing."""

    sign: str
    first: Quantity
    second: Quantity

    def values(self, columns: Columns) -> FloatArray:
        first, second = self.first.values(columns), self.second.values(columns)
        with np.errstate(all="ignore"):
            result = OPERATIONS[self.sign](first, second)
        return np.where(np.isfinite(result), result, np.nan)


@dataclass(frozen=True, slots=True)
class Absolute:
    """A quantity without its sign."""

    quantity: Quantity

    def values(self, columns: Columns) -> FloatArray:
        return np.abs(self.quantity.values(columns))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two quantities compared; a missing number fulfils nothing."""

    sign: str
    first: Quantity
    second: Quantity

    def mask(self, columns: Columns) -> BoolArray:
        as_text = self._as_text(columns)
        if as_text is not None:
            return as_text
        first, second = self.first.values(columns), self.second.values(columns)
        is_known = ~(np.isnan(first) | np.isnan(second))
        if self.sign == "~":
            raise InputError("“~” asks whether a text holds another; numbers have none.")
        return np.logical_and(is_known, COMPARISONS[self.sign](first, second))

    def _as_text(self, columns: Columns) -> BoolArray | None:
        """Compare a column of words with a word; None when it is a matter of numbers."""
        if not isinstance(self.first, Name) or not isinstance(self.second, Name | Text):
            return None
        name = known_name(self.first.name, columns)
        is_column = isinstance(self.second, Name) and self.second.name in columns.names()
        if is_column or (isinstance(self.second, Name) and not columns.is_text(name)):
            return None
        wanted = (self.second.name if isinstance(self.second, Name) else self.second.text).lower()
        texts = columns.texts(name)
        match self.sign:
            case "=":
                return np.asarray(texts == wanted, dtype=np.bool_)
            case "!=":
                return np.asarray((texts != "") & (texts != wanted), dtype=np.bool_)
            case "~":
                return np.fromiter((wanted in text for text in texts), np.bool_, texts.size)
        raise InputError(f"“{self.first.name}” holds words; compare it with = != or ~.")


def known_name(name: str, columns: Columns) -> str:
    """Return the name of a column if there is one; else InputError, with the one that was meant."""
    wanted = name.lower()
    if wanted in columns.names():
        return wanted
    meant = get_close_matches(wanted, columns.names(), n=1)
    hint = f"did you mean “{meant[0]}”?" if meant else "see the headings of the queue."
    raise InputError(f"There is no column “{name}”; {hint}")
