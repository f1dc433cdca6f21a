"""The queue as a table model: rows, their order on screen, filter and sort, without proxies.

The order is an array of row numbers that changes only when a filter or a sort is asked for, so
that a row does not jump away under the expert's eyes when its verdict changes.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor

from moosegui.data.arrays import IntArray
from moosegui.gui.overriding import override
from moosegui.gui.queue_filter import parse_filter
from moosegui.gui.states import QueueState
from moosegui.gui.theme import LIGHT, Colours

ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One source as the queue shows it.

    Parameters
    ----------
    key, source_id : str
    state : QueueState
    redshift : float
        The assigned or drafted z, else the proposal; nan without any.
    zconf : int or None
    significance, robustness : float
        Δχ² and R of the best solution; nan before the scan.
    flags : str
        The expert's flags in words, separated by spaces.
    problem : str
        Why it cannot be shown; empty when it can.
    comment : str
    values : tuple of (column, text)
        Further columns of the catalogue.
    """

    key: str
    source_id: str
    state: QueueState = QueueState.UNREVIEWED
    redshift: float = float("nan")
    zconf: int | None = None
    significance: float = float("nan")
    robustness: float = float("nan")
    flags: str = ""
    problem: str = ""
    comment: str = ""
    values: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def contains(self, word: str) -> bool:
        """Whether a lower-case `word` is the state or part of ID, flags, comment or problem."""
        if word == self.state.value:
            return True
        texts = (self.source_id, self.flags, self.comment, self.problem)
        return any(word in text.lower() for text in texts)

    def number(self, name: str) -> float:
        """The number in the column of a lower-case `name`; nan when there is none."""
        match name:
            case "z":
                return self.redshift
            case "q" | "zconf":
                return float("nan") if self.zconf is None else float(self.zconf)
            case "r":
                return self.robustness
            case "dchi2" | "δχ²":
                return self.significance
        for column, text in self.values:
            if column.lower() == name:
                return _number_in(text)
        return float("nan")


class Chip(enum.StrEnum):
    """The ready-made filters."""

    ALL = "all"
    UNREVIEWED = "unreviewed"
    ZCONF0 = "0"
    ZCONF1 = "1"
    ZCONF2 = "2"
    ZCONF3 = "3"
    FALSE = "false"
    FLAGGED = "flagged"

    def accepts(self, row: QueueRow) -> bool:
        """Whether `row` belongs under this chip; a draft is still unreviewed."""
        match self:
            case Chip.ALL:
                return True
            case Chip.UNREVIEWED:
                return row.state in UNDECIDED
            case Chip.FALSE:
                return row.state is QueueState.FALSE
            case Chip.FLAGGED:
                return bool(row.flags)
            case _:
                return row.state is QueueState.ASSIGNED and row.zconf == int(self.value)


UNDECIDED = frozenset({QueueState.UNREVIEWED, QueueState.DRAFT, QueueState.PROBLEM})


class Column(enum.IntEnum):
    """The fixed columns; those of the catalogue follow."""

    ID = 0
    STATE = 1
    REDSHIFT = 2
    ZCONF = 3
    ROBUSTNESS = 4
    SIGNIFICANCE = 5
    FLAGS = 6
    PROBLEM = 7


HEADINGS: dict[Column, tuple[str, str]] = {
    Column.ID: ("ID", "Identifier in the catalogue"),
    Column.STATE: ("", "· unreviewed, ◆ draft, ● assigned, ✕ false source, ! problem"),
    Column.REDSHIFT: ("z", "The assigned redshift, else the proposal"),
    Column.ZCONF: ("Q", "ZCONF, the confidence from 0 to 3; empty is not inspected"),
    Column.ROBUSTNESS: ("R", "How far the best solution is ahead of the next"),
    Column.SIGNIFICANCE: ("Δχ²", "How much better the best solution fits than most redshifts"),
    Column.FLAGS: ("Flags", "Flags of the inspector"),
    Column.PROBLEM: ("Problem", "Why a source cannot be shown"),
}
NUMERIC: dict[int, str] = {
    Column.REDSHIFT: "z",
    Column.ZCONF: "zconf",
    Column.ROBUSTNESS: "r",
    Column.SIGNIFICANCE: "dchi2",
}


class SourceModel(QAbstractTableModel):
    """Rows of the queue in the order of the screen."""

    def __init__(self, parent: QObject | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self.colours = colours
        self._rows: list[QueueRow] = []
        self._row_of_key: dict[str, int] = {}
        self._extra: tuple[str, ...] = ()
        self._order: IntArray = np.zeros(0, dtype=np.int64)
        self._position: IntArray = np.zeros(0, dtype=np.int64)
        self._sort: tuple[int, Qt.SortOrder] | None = None
        self._text = ""
        self._chip = Chip.ALL

    def set_rows(self, rows: Iterable[QueueRow], extra_columns: Sequence[str] = ()) -> None:
        """Replace everything; sort and filter stay."""
        self.beginResetModel()
        self._rows = list(rows)
        self._row_of_key = {row.key: i_row for i_row, row in enumerate(self._rows)}
        self._extra = tuple(extra_columns)
        self._set_order(self._wanted_order())
        self.endResetModel()

    def update_row(self, key: str, row: QueueRow) -> None:
        """Replace the row of `key` in its place."""
        i_row = self._row_of_key[key]
        self._rows[i_row] = row
        position = int(self._position[i_row])
        if position >= 0:
            last = self.columnCount() - 1
            self.dataChanged.emit(self.index(position, 0), self.index(position, last))

    def set_filter(self, text: str, chip: Chip) -> None:
        """Show only rows that fulfil `text` (see `queue_filter`) and belong under `chip`."""
        self._text, self._chip = text, chip
        self.reorder()

    def reorder(self) -> None:
        """Apply filter and sort to the rows as they are now."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [self.key_at(index.row()) for index in before]
        self._set_order(self._wanted_order())
        after = [
            self.index(position, index.column())
            if (position := self.position_of(key)) >= 0
            else ROOT
            for key, index in zip(keys, before, strict=True)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    @property
    def n_all(self) -> int:
        """Number of sources, shown or not."""
        return len(self._rows)

    def longest_id(self) -> str:
        """The ID with the most characters; empty without sources."""
        return max((row.source_id for row in self._rows), key=len, default="")

    def counts(self) -> Counter[Chip]:
        """How many sources belong under each chip."""
        kinds = Counter((row.state, row.zconf, bool(row.flags)) for row in self._rows)
        counts: Counter[Chip] = Counter()
        for (state, zconf, has_flags), n_rows in kinds.items():
            example = QueueRow("", "", state, zconf=zconf, flags="any" if has_flags else "")
            counts.update({chip: n_rows for chip in Chip if chip.accepts(example)})
        return counts

    def order(self) -> tuple[str, ...]:
        """The keys as shown."""
        return tuple(self._rows[i_row].key for i_row in self._order)

    def key_at(self, position: int) -> str:
        """The key of the row at a position on screen."""
        return self._rows[int(self._order[position])].key

    def position_of(self, key: str) -> int:
        """The position on screen of `key`; -1 when it is filtered out or unknown."""
        i_row = self._row_of_key.get(key)
        return -1 if i_row is None else int(self._position[i_row])

    def _set_order(self, order: IntArray) -> None:
        self._order = order
        self._position = np.full(len(self._rows), -1, dtype=np.int64)
        self._position[order] = np.arange(order.size)

    def _wanted_order(self) -> IntArray:
        wanted = parse_filter(self._text)
        chosen = [
            i_row
            for i_row, row in enumerate(self._rows)
            if self._chip.accepts(row) and wanted.accepts(row.contains, row.number)
        ]
        order = np.array(chosen, dtype=np.int64)
        if self._sort is None or order.size == 0:
            return order
        column, direction = self._sort
        is_descending = direction == Qt.SortOrder.DescendingOrder
        return order[
            self._ranking([self._rows[i] for i in chosen], column, descending=is_descending)
        ]

    def _ranking(self, rows: list[QueueRow], column: int, *, descending: bool) -> IntArray:
        """The stable order of `rows` by `column`, missing values last either way."""
        if column in NUMERIC:
            numbers = np.array([row.number(NUMERIC[column]) for row in rows])
            numbers = -numbers if descending else numbers
            return np.argsort(numbers, kind="stable").astype(np.int64)
        texts = [_natural(self._text_of(row, column)) for row in rows]
        filled = [i for i, text in enumerate(texts) if text]
        empty = [i for i, text in enumerate(texts) if not text]
        filled.sort(key=lambda i: texts[i], reverse=descending)
        return np.array(filled + empty, dtype=np.int64)

    def _text_of(self, row: QueueRow, column: int) -> str:
        match column:
            case Column.ID:
                return row.source_id
            case Column.STATE:
                return row.state.glyph
            case Column.REDSHIFT:
                return _shown(row.redshift, 5)
            case Column.ZCONF:
                return "" if row.zconf is None else str(row.zconf)
            case Column.ROBUSTNESS:
                return _shown(row.robustness, 1)
            case Column.SIGNIFICANCE:
                return _shown(row.significance, 3)
            case Column.FLAGS:
                return row.flags
            case Column.PROBLEM:
                return row.problem
            case _:
                return dict(row.values).get(self._extra[column - len(Column)], "")

    @override
    def rowCount(self, parent: QModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else int(self._order.size)

    @override
    def columnCount(self, parent: QModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(Column) + len(self._extra)

    @override
    def data(self, index: QModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[self._order[index.row()]], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text_of(row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour_of(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return row.problem or row.comment or row.state.value
            case Qt.ItemDataRole.AccessibleTextRole if column == Column.STATE:
                return row.state.value
        return None

    def _colour_of(self, row: QueueRow, column: int) -> QColor | None:
        if column in (Column.STATE, Column.ZCONF):
            return QColor(self.colours.of_queue(row.state))
        is_quiet = row.problem or (column == Column.REDSHIFT and row.zconf is None)
        return QColor(self.colours.muted) if is_quiet else None

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        is_fixed = section < len(Column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[Column(section)][0] if is_fixed else self._extra[section - len(Column)]
        if role == Qt.ItemDataRole.ToolTipRole and is_fixed:
            return HEADINGS[Column(section)][1]
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort = (column, order) if column >= 0 else None
        self.reorder()


def _alignment(column: int) -> Qt.AlignmentFlag:
    if column in (Column.STATE, Column.ZCONF):
        return Qt.AlignmentFlag.AlignCenter
    side = Qt.AlignmentFlag.AlignRight if column in NUMERIC else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _shown(value: float, n_decimals: int) -> str:
    return f"{value:.{n_decimals}f}".replace("-", "−") if np.isfinite(value) else ""


def _number_in(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _natural(text: str) -> tuple[Any, ...]:
    """A sort key in which numbers come first, by size, and texts after them."""
    if not text:
        return ()
    try:
        return (0, float(text), text)
    except ValueError:
        return (1, text.lower())
