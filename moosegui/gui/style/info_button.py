"""A small "i" that tells where what is on screen comes from."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QToolButton, QWidget

from moosegui.gui.style.theme import heavy_font


class InfoButton(QToolButton):
    """As high as a line of text, and never with the keyboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText("i")
        self.setFont(heavy_font())
        self.setProperty("role", "chip")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("what was read")
        self.setToolTip("What was read of this file, and how (Ctrl+I)")
