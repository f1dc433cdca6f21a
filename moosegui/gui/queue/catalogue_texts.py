"""The texts of the catalogue's columns in the rows of the queue, without making all of a row.

`QueueRow.values` says what they are; here one of them is looked up, in a hundred thousand rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite

from moosegui.gui.queue.row import CONFLICT, USUAL, QueueRow

TextOf = Callable[[QueueRow], str]


class CatalogueTexts:
    """The columns of the catalogue, by their names in lower case.

    Rows without a value in one of the usual columns are a little shorter, so the longest tells.
    """

    def __init__(self, rows: Sequence[QueueRow]) -> None:
        longest = longest_row(rows)
        values = () if longest is None else longest.values
        self._n_usual = 0 if longest is None else len(values) - _n_others([longest])[0]
        found = [(name.lower(), (i, name)) for i, (name, _) in enumerate(values)]
        self._places = dict(reversed(found))
        own = () if longest is None else longest.source.values
        usual = {CONFLICT.lower(), *(name.lower() for name, *_ in USUAL)}
        self._are_doubled = len(self._places) < len(found) or any(
            name.lower() in usual for name, _ in own
        )
        self.names = tuple(self._places)

    def getter(self, name: str) -> TextOf:
        """Return what gives the text of a row in a column; empty where it has none."""
        place, column = self._places.get(name, (0, ""))

        def any_text(row: QueueRow) -> str:
            values = row.values
            if place < len(values) and values[place][0] == column:
                return values[place][1]
            return next((text for key, text in values if key.lower() == name), "")

        if self._are_doubled or not column:
            return any_text
        if place < self._n_usual:
            return _usual_text(column, any_text)
        return (
            _conflict if column == CONFLICT else _own_text(place - self._n_usual, column, any_text)
        )


def longest_row(rows: Sequence[QueueRow]) -> QueueRow | None:
    """Return the first of the rows with the most columns of the catalogue; None without rows."""
    most = max(_n_others(rows), default=0) + len(USUAL)
    longest, n_longest = None, -1
    for row in rows:
        if (n_values := row.n_values) > n_longest:
            longest, n_longest = row, n_values
            if n_values == most:
                break
    return longest


def _n_others(rows: Sequence[QueueRow]) -> list[int]:
    return [len(row.source.values) + (row.standing.conflict is not None) for row in rows]


def _usual_text(column: str, any_text: TextOf) -> TextOf:
    attribute, form = next((attribute, form) for name, attribute, form in USUAL if name == column)

    def text(row: QueueRow) -> str:
        value = getattr(row.source, attribute)
        return format(value, form) if isfinite(value) else any_text(row)

    return text


def _own_text(place: int, column: str, any_text: TextOf) -> TextOf:
    def text(row: QueueRow) -> str:
        values = row.source.values
        is_there = place < len(values) and values[place][0] == column
        return values[place][1] if is_there else any_text(row)

    return text


def _conflict(row: QueueRow) -> str:
    return row.standing.conflict or ""
