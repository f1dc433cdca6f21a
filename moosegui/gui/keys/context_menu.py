"""A menu of the right mouse button: things to do at a place, and actions with their keys."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtGui import QAction, QFont, QKeySequence
from PyQt6.QtWidgets import QMenu, QWidget

ActionByName = Callable[[str], QAction]


class ContextMenu(QMenu):
    """Made for one click, and gone with it."""

    def __init__(self, parent: QWidget, action: ActionByName, title: str = "") -> None:
        super().__init__(parent)
        self._action = action
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setToolTipsVisible(True)
        if title:
            self.add_title(title)

    def add_title(self, text: str) -> None:
        """Say what the entries below are about."""
        heading = self.addAction(_plain(text))
        assert heading is not None
        heading.setEnabled(False)
        font = QFont(self.font())
        font.setBold(True)
        heading.setFont(font)

    def add(self, text: str, do: Callable[[], object], *, key_of: str = "") -> None:
        """Add something to do, with the key of the action that does the same."""
        keys = self._action(key_of).shortcut() if key_of else QKeySequence()
        shown = keys.toString(QKeySequence.SequenceFormat.NativeText).replace(", ", " ")
        entry = self.addAction(f"{_plain(text)}\t{shown}" if shown else _plain(text))
        assert entry is not None
        entry.triggered.connect(lambda _checked=False: do())

    def add_known(self, *names: str) -> None:
        """Add actions of the menu bar, which show their keys."""
        for name in names:
            self.addAction(self._action(name))

    def add_group(self, text: str, *names: str) -> ContextMenu:
        """Add a menu below this one, with these actions."""
        group = ContextMenu(self, self._action)
        group.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)  # dies with this one
        group.setTitle(_plain(text))
        group.add_known(*names)
        self.addMenu(group)
        return group

    def open(self, at: QPoint) -> None:
        """Show it at a place of the screen; keys go back to the window when it closes."""
        self.popup(at)


def _plain(text: str) -> str:
    return text.replace("&", "&&")
