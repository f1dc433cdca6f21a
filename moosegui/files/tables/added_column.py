"""A column that is appended to a table: its values, type, unit and description."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

NULL_INTEGER = -1  # what stands for "not inspected" where a format has no empty cells


@dataclass(frozen=True, slots=True, eq=False)
class AddedColumn:
    """One column with what formats want to know of it.

    Parameters
    ----------
    name : str
    values : ndarray of shape (n_rows,)
        float64 (nan is null), int16 (`NULL_INTEGER` is null) or object holding str.
    description, ucd : str
        ASCII; the description at most 66 characters, so that it fits a FITS card.
    """

    name: str
    values: NDArray[Any]
    description: str
    ucd: str

    @property
    def kind(self) -> str:
        """`float`, `integer` or `text`."""
        return {"f": "float", "i": "integer", "O": "text"}[self.values.dtype.kind]

    def texts(self, *, nan: str = "", null: str = "") -> list[str]:
        """Return the cells as text; numbers so that they read back exactly."""
        if self.kind == "text":
            return [str(value) for value in self.values]
        if self.kind == "integer":
            return [null if value == NULL_INTEGER else str(value) for value in self.values]
        return [nan if math.isnan(value) else repr(float(value)) for value in self.values]


def plain_text(text: str) -> str:
    """Return `text` on one line: tabs, line ends and other control characters become spaces."""
    return "".join(c if c.isprintable() else " " for c in text).strip()
