"""One line of words that ends in dots where there is no room, and is whole in its tool tip."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from moosegui.gui.style.overriding import override


class ElidedLabel(QLabel):
    """A plain label of one line, that never asks for more room than it gets."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fix_height()

    @override
    def minimumSizeHint(self) -> QSize:
        """Anything wide, one line high."""
        return QSize(0, self.fontMetrics().height())

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Draw what fits."""
        painter, box = QPainter(self), self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, box.width())
        flags = self.alignment() | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, int(flags), words)

    @override
    def changeEvent(self, a0: QEvent | None) -> None:
        """Take the height of another font."""
        super().changeEvent(a0)
        if a0 is not None and a0.type() == QEvent.Type.FontChange:
            self._fix_height()

    def _fix_height(self) -> None:
        self.setFixedHeight(self.fontMetrics().height() + 2)
