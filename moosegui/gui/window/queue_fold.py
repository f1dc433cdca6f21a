"""The queue folded to its badges, where its width is worth more to the plots."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QDockWidget, QMainWindow, QWidget

from moosegui.gui.queue.table import SourceTable
from moosegui.gui.style.theme import base_font

LEAST_DIGITS = 66  # what the plots are to have, beside a whole queue, in widths of a digit


class QueueFold:
    """Folds the queue by itself in a narrow window, until the expert says otherwise."""

    def __init__(self, window: QMainWindow, queue: SourceTable) -> None:
        self._window, self._queue = window, queue
        self._is_chosen: bool | None = None  # what the expert wants, once he said it
        self._width = 0  # of the whole queue
        self._connect()

    def _connect(self) -> None:
        self._queue.unfold_requested.connect(self.unfold)
        if (dock := self._dock()) is not None:
            dock.visibilityChanged.connect(self._on_visibility_changed)

    def toggle(self) -> None:
        """Fold or unfold, and leave it so."""
        self._is_chosen = not self._queue.is_folded
        self._fold(is_folded=self._is_chosen)

    def unfold(self) -> None:
        """Show the whole queue, and leave it so."""
        self._is_chosen = False
        self._fold(is_folded=False)

    def fit(self) -> None:
        """Fold where the plots would have too little, else unfold."""
        if self._is_chosen is None:
            self._fold(is_folded=self._is_narrow())

    def forget(self) -> None:
        """Take the first arrangement again."""
        self._is_chosen = None
        self.fit()

    def _is_narrow(self) -> bool:
        """Whether the plots would have too little beside a whole queue."""
        centre, left = self._window.centralWidget(), self._dock()
        if centre is None or left is None or left.isFloating() or not self._window.isVisible():
            return False
        room = centre.width() + left.width()
        least = LEAST_DIGITS * QFontMetrics(base_font()).horizontalAdvance("0")
        return room - (self._width if self._queue.is_folded else left.width()) < least

    def _fold(self, *, is_folded: bool) -> None:
        dock = self._dock()
        if is_folded == self._queue.is_folded or dock is None:
            return
        if is_folded:
            self._width = dock.width()
        self._queue.fold(is_folded=is_folded)
        self._share()

    def _on_visibility_changed(self, is_visible: bool) -> None:  # noqa: FBT001 (Qt's signature)
        """Give a panel that lies behind the folded queue its width while it is seen."""
        if self._queue.is_folded and self._window.isVisible():
            self._share(is_in_front=is_visible)

    def _share(self, *, is_in_front: bool = True) -> None:
        dock = self._dock()
        if dock is None or dock.isFloating():
            return
        is_small = self._queue.is_folded and is_in_front
        width = self._queue.minimumSizeHint().width() if is_small else self._width
        self._window.resizeDocks([dock], [max(width, 1)], Qt.Orientation.Horizontal)

    def _dock(self) -> QDockWidget | None:
        parent: QWidget | None = self._queue.parentWidget()
        return parent if isinstance(parent, QDockWidget) else None
