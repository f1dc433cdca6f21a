"""The queue as a table model: rows, their order on screen, filter and sort, without proxies.

The order is an array of row numbers that changes only when a filter or a sort is asked for, so
that a row does not jump away under the expert's eyes when its verdict changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from PyQt6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PyQt6.QtGui import QColor

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.sky.neighbours import angular_distance
from moosegui.gui.queue.columns import QueueColumns
from moosegui.gui.queue.filter import parse_filter
from moosegui.gui.queue.row import Chip, QueueRow
from moosegui.gui.queue.specs import specs
from moosegui.gui.queue.terms import BoolArray, Everything, Term
from moosegui.gui.style.overriding import override
from moosegui.gui.style.plain import plain_tip
from moosegui.gui.style.theme import LIGHT, Colours

ROOT = QModelIndex()


class SourceModel(QAbstractTableModel):
    """Rows of the queue in the order of the screen."""

    def __init__(self, parent: QObject | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self.colours = colours
        self._specs = specs()
        self._columns = QueueColumns()
        self._row_of_key: dict[str, int] = {}
        self._extra: tuple[str, ...] = ()
        self._order: IntArray = np.zeros(0, dtype=np.int64)
        self._position: IntArray = np.zeros(0, dtype=np.int64)
        self._sort: tuple[int, Qt.SortOrder] | None = None
        self._centre: str | None = None
        self._term: Term = Everything()
        self._chip = Chip.ALL

    def set_rows(self, rows: Iterable[QueueRow], extra_columns: Sequence[str] = ()) -> None:
        """Replace everything; sort and chip stay, the filter is forgotten."""
        self.beginResetModel()
        self._columns = QueueColumns(rows)
        self._row_of_key = {row.source.key: i_row for i_row, row in enumerate(self._columns.rows)}
        self._extra = tuple(extra_columns)
        self._term, self._centre = Everything(), None
        self._set_order(self._wanted_order())
        self.endResetModel()

    def update_row(self, key: str, row: QueueRow) -> None:
        """Replace the row of `key` in its place."""
        i_row = self._row_of_key[key]
        self._columns.replace(i_row, row)
        position = int(self._position[i_row])
        if position >= 0:
            last = self.columnCount() - 1
            self.dataChanged.emit(self.index(position, 0), self.index(position, last))

    def set_filter(self, text: str, chip: Chip) -> None:
        """Show only rows that fulfil `text` and belong under `chip`.

        Raises InputError, with everything as it was, if the text cannot be understood.
        """
        term = parse_filter(text)
        term.mask(self._columns)
        self._term, self._chip = term, chip
        self.reorder()

    def sort_near(self, key: str) -> bool:
        """Sort by the distance on the sky from `key`; False if nobody knows where that is."""
        i_row = self._row_of_key.get(key)
        if i_row is None or np.isnan(self._distances(i_row)[i_row]):
            return False
        self._centre, self._sort = key, None
        self.reorder()
        return True

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
    def rows(self) -> Sequence[QueueRow]:
        """Every row, in the order of the catalogue."""
        return self._columns.rows

    @property
    def n_all(self) -> int:
        """Number of sources, shown or not."""
        return len(self._columns)

    def longest_id(self) -> str:
        """The ID with the most characters; empty without sources."""
        return self._columns.longest_id()

    def column_names(self) -> tuple[str, ...]:
        """The names of all columns, by which a choice of them is kept."""
        return (*(spec.name for spec in self._specs), *(name.lower() for name in self._extra))

    def counts(self) -> Counter[Chip]:
        """How many sources belong under each chip."""
        return self._columns.counts()

    def order(self) -> tuple[str, ...]:
        """The keys as shown."""
        rows = self._columns.rows
        return tuple([rows[i_row].source.key for i_row in self._order.tolist()])

    def later(self, key: str | None, chip: Chip, *, is_backwards: bool = False) -> str | None:
        """The next source shown after `key`, or before it, that belongs under `chip` now."""
        belongs = np.flatnonzero(self._columns.under(chip)[self._order])
        position = -1 if key is None else self.position_of(key)
        found = belongs[belongs < position][::-1] if is_backwards else belongs[belongs > position]
        return self.key_at(int(found[0])) if found.size else None

    def key_at(self, position: int) -> str:
        """The key of the row at a position on screen."""
        return self._row_at(position).key

    def position_of(self, key: str) -> int:
        """The position on screen of `key`; -1 when it is filtered out or unknown."""
        i_row = self._row_of_key.get(key)
        return -1 if i_row is None else int(self._position[i_row])

    def _row_at(self, position: int) -> QueueRow:
        return self._columns.rows[int(self._order[position])]

    def _set_order(self, order: IntArray) -> None:
        self._order = order
        self._position = np.full(len(self._columns), -1, dtype=np.int64)
        self._position[order] = np.arange(order.size)

    def _wanted_order(self) -> IntArray:
        mask: BoolArray = self._columns.under(self._chip) & self._term.mask(self._columns)
        is_descending = self._sort is not None and self._sort[1] == Qt.SortOrder.DescendingOrder
        return self._columns.order(mask, self._sort_values(), is_descending=is_descending)

    def _sort_values(self) -> FloatArray | None:
        if self._centre is not None:
            return self._distances(self._row_of_key[self._centre])
        return None if self._sort is None else self._columns.ranks(self._name_of(self._sort[0]))

    def _distances(self, i_row: int) -> FloatArray:
        """The distance of every row on the sky from one of them, in arcseconds."""
        known = self._columns.names()
        if "ra" not in known or "dec" not in known:
            return np.full(len(self._columns), np.nan)
        ra, dec = (self._columns.numbers(name) for name in ("ra", "dec"))
        return angular_distance(ra, dec, ra[i_row], dec[i_row])

    def _name_of(self, column: int) -> str:
        if column < len(self._specs):
            return self._specs[column].name
        return self._extra[column - len(self._specs)].lower()

    def _shown(self, i_row: int, column: int) -> str:
        if column < len(self._specs):
            return self._specs[column].shown(self._columns.rows[i_row])
        return self._columns.text_of(i_row, self._name_of(column))

    @override
    def rowCount(self, parent: QModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else int(self._order.size)

    @override
    def columnCount(self, parent: QModelIndex = ROOT) -> int:
        return 0 if parent.isValid() else len(self._specs) + len(self._extra)

    @override
    def data(self, index: QModelIndex, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if not index.isValid():
            return None
        i_row, column = int(self._order[index.row()]), index.column()
        row = self._columns.rows[i_row]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._shown(i_row, column)
            case Qt.ItemDataRole.TextAlignmentRole:
                return self._alignment(column)
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour_of(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(row.tip)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(row, column)
        return None

    def _spoken(self, row: QueueRow, column: int) -> str | None:
        """What is read aloud where a sign is shown."""
        spec = self._specs[column] if column < len(self._specs) else None
        return spec.text(row) if spec and spec.glyph and spec.text else None

    def _colour_of(self, row: QueueRow, column: int) -> QColor | None:
        if column < len(self._specs):
            colour = self._specs[column].colour(row, self.colours)
        else:
            colour = self.colours.muted if row.problem else None
        return None if colour is None else QColor(colour)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        if column < len(self._specs):
            spec = self._specs[column]
            is_centred, is_right = spec.is_centred, spec.number is not None
        else:
            is_centred, is_right = False, not self._columns.is_text(self._name_of(column))
        if is_centred:
            return Qt.AlignmentFlag.AlignCenter
        side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _extra_heading(self, section: int) -> str:
        """Return the name of a column of the catalogue, told apart from one of ours."""
        name = self._extra[section - len(self._specs)]
        is_ours = name.lower() in {spec.heading.lower() for spec in self._specs}
        return f"{name} (catalogue)" if is_ours else name

    @override
    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        spec = self._specs[section] if section < len(self._specs) else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._extra_heading(section) if spec is None else spec.heading
        if role == Qt.ItemDataRole.ToolTipRole and spec is not None:
            return spec.tip
        return None

    @override
    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sort, self._centre = ((column, order) if column >= 0 else None), None
        self.reorder()
