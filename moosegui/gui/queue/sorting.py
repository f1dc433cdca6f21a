"""The orders of the queue, and the menu that offers them."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMenu, QWidget

from moosegui.gui.queue.grid import QueueGrid
from moosegui.gui.queue.model import SourceModel
from moosegui.gui.queue.specs import column_place


class QueueSorting:
    """Sorts the rows of the queue; `current` gives the key of the source on screen."""

    def __init__(
        self, grid: QueueGrid, model: SourceModel, current: Callable[[], str | None]
    ) -> None:
        self._grid, self._model, self._current = grid, model, current

    def as_catalogue(self) -> None:
        """Go back to the order of the catalogue."""
        self._grid.forget_sort()
        self._model.sort(-1)

    def by_uncertainty(self) -> None:
        """Put sources first whose solution is hardly ahead of the next: small R."""
        self._grid.sortByColumn(column_place("r"), Qt.SortOrder.AscendingOrder)

    def by_distance(self) -> bool:
        """Put first what lies near the source on screen; False if nobody knows where it is."""
        key = self._current()
        if key is None or not self._model.sort_near(key):
            return False
        self._grid.forget_sort()
        return True

    def menu(self, parent: QWidget) -> QMenu:
        """Return the menu of orders and columns."""
        menu = QMenu(parent)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction("Order of the catalogue", self.as_catalogue)
        menu.addAction("Uncertain first (small R)", self.by_uncertainty)
        menu.addAction("Near this source first, on the sky", self.by_distance)
        menu.addSeparator()
        columns = self._grid.column_menu(menu)
        columns.setTitle("Columns")
        menu.addMenu(columns)
        return menu
