"""A sentence in the middle of a view that has nothing else to show."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QObject, Qt
from PyQt6.QtWidgets import QLabel, QWidget

from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM, heavy_font

SHARE = 0.7  # of the width of the view


class Message(QLabel):
    """Lies over a view, and lets the mouse through; `role` as in the style sheet."""

    def __init__(self, view: QWidget, role: str = "error") -> None:
        super().__init__(view)
        self._view = view
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFont(heavy_font())
        self.setProperty("role", role)
        self.hide()
        view.installEventFilter(self)

    def display(self, text: str) -> None:
        """Show a sentence, or none."""
        self.setText(text)
        self.setVisible(bool(text))
        self._place()

    def _place(self) -> None:
        width = int(SHARE * self._view.width())
        height = self.heightForWidth(width) + 2 * RHYTHM
        left, top = (self._view.width() - width) // 2, (self._view.height() - height) // 3
        self.setGeometry(left, max(top, 0), width, height)
        self.raise_()

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if a1 is not None and a1.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return False
