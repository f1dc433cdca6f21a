"""A click beside a text field ends the typing: most of the window takes no focus by itself."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtGui import QMouseEvent, QWindow
from PyQt6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from moosegui.gui.style.overriding import override


class ClickElsewhere(QObject):
    """Listens to the presses of the mouse that the system sends to one window.

    On the window of the system, not on the application: Python would be called for every event of
    every object there.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._heard: QWindow | None = None

    def listen(self) -> None:
        """Begin, once the window is one of the system; again if that was made anew."""
        handle = self._window.windowHandle()
        if handle is not None and handle is not self._heard:
            handle.installEventFilter(self)
            self._heard = handle

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if isinstance(a1, QMouseEvent) and a1.type() == QEvent.Type.MouseButtonPress:
            field = QApplication.focusWidget()
            if isinstance(field, QLineEdit | QPlainTextEdit) and field.window() is self._window:
                place = field.mapFromGlobal(a1.globalPosition().toPoint())
                if not field.rect().contains(place):
                    field.clearFocus()
                    self._window.setFocus(Qt.FocusReason.MouseFocusReason)
        return False


def is_typing() -> bool:
    """Whether keys go into a text field now."""
    return isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)
