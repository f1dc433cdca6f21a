"""Ctrl+K: every action by its name, with its key; typed words narrow the list, Enter does it."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QAction, QFontMetrics, QKeyEvent, QKeySequence
from PyQt6.QtWidgets import (
    QFrame,
    QHeaderView,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM, Colours, base_font

N_DIGITS_WIDE = 80
N_ROWS = 16
MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: N_ROWS,
    Qt.Key.Key_PageUp: -N_ROWS,
}


class CommandPalette(QFrame):
    """Lies over the window while it is open; does what is chosen, once it is closed.

    Parameters
    ----------
    window : QWidget
        Whose actions are offered.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._build()
        self._connect()

    def _build(self) -> None:
        self._words = QLineEdit()
        self._words.setPlaceholderText("What to do: a word of its name, or its key")
        self._words.setAccessibleName("Find an action")
        self._words.installEventFilter(self)
        self._list = QTreeWidget()
        self._list.setAccessibleName("Actions")
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setHeaderHidden(True)
        self._list.setColumnCount(3)
        header = self._list.header()
        if header is not None:
            header.setStretchLastSection(False)
            for i_column, mode in enumerate(("Stretch", "ResizeToContents", "ResizeToContents")):
                header.setSectionResizeMode(i_column, QHeaderView.ResizeMode[mode])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RHYTHM, RHYTHM, RHYTHM, RHYTHM)
        layout.addWidget(self._words)
        layout.addWidget(self._list)
        self.hide()

    def _connect(self) -> None:
        self._words.textChanged.connect(self._show_matches)
        self._list.itemClicked.connect(self._on_item_clicked)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self.setStyleSheet(
            f"CommandPalette {{ background: {colours.field}; border: 1px solid {colours.border}; }}"
        )

    def open(self) -> None:
        """Show every action, and take the keyboard."""
        metrics, room = QFontMetrics(base_font()), self._window.size()
        width = min(metrics.horizontalAdvance("0" * N_DIGITS_WIDE), room.width() - 4 * RHYTHM)
        height = min((N_ROWS + 4) * (metrics.height() + RHYTHM // 2), room.height() - 8 * RHYTHM)
        self.setGeometry((room.width() - width) // 2, 6 * RHYTHM, width, height)
        self._words.clear()
        self._show_matches()
        self.show()
        self.raise_()
        self._words.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_and_do(self) -> None:
        """Give the keyboard back, and do what is marked."""
        item = self._list.currentItem()
        action = None if item is None else item.data(0, Qt.ItemDataRole.UserRole)
        self._leave()
        if isinstance(action, QAction):
            action.trigger()

    def offered(self) -> list[str]:
        """Return the names of the actions in the list."""
        items = (self._list.topLevelItem(i) for i in range(self._list.topLevelItemCount()))
        return [item.text(0) for item in items if item is not None]

    def _leave(self) -> None:
        self._words.clearFocus()  # first, so that plain keys act again
        self.hide()

    def _show_matches(self) -> None:
        words = self._words.text().casefold().split()
        self._list.clear()
        for action in self._window.actions():
            row = _row(action)
            told = " ".join(row).casefold()
            if action.text() and all(word in told for word in words):
                item = QTreeWidgetItem(self._list, list(row))
                item.setData(0, Qt.ItemDataRole.UserRole, action)
        self._list.setCurrentItem(self._list.topLevelItem(0))

    def _step(self, step: int) -> None:
        n_rows = self._list.topLevelItemCount()
        if n_rows:
            now = self._list.indexOfTopLevelItem(self._list.currentItem())
            item = self._list.topLevelItem(min(max(now + step, 0), n_rows - 1))
            self._list.setCurrentItem(item)

    def _on_item_clicked(self, item: QTreeWidgetItem) -> None:
        self._list.setCurrentItem(item)
        self.close_and_do()

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        """Move in the list, do or leave, while the words have the keyboard."""
        if a1 is not None and a1.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if not isinstance(a1, QKeyEvent) or a1.type() != QEvent.Type.KeyPress:
            return super().eventFilter(a0, a1)
        key = Qt.Key(a1.key())
        if key in MOVES:
            self._step(MOVES[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_and_do()
        elif key == Qt.Key.Key_Escape:
            self._leave()
        else:
            return super().eventFilter(a0, a1)
        return True


def _row(action: QAction) -> tuple[str, str, str]:
    """The name of an action, its menu, and its first key as people read it."""
    key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return action.text().replace("&", ""), str(action.data() or ""), key.replace(", ", " ")
