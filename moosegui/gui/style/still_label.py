"""Words that change without moving anything around them."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from moosegui.gui.style.overriding import override


class StillLabel(QWidget):
    """A label whose text never asks for another layout of the window.

    A `QLabel` does with each text, even with one of the same size: on every source, and with the
    status bar on every move of the mouse.

    Parameters
    ----------
    widest : str, optional
        The widest text to keep room for; without it the label takes what room is left.
    alignment : Qt.AlignmentFlag, optional
    parent : QWidget, optional
    """

    def __init__(
        self,
        widest: str = "",
        alignment: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._widest = widest
        self.label = QLabel(self)  # in no layout, so that its requests end here
        self.label.setAlignment(alignment | Qt.AlignmentFlag.AlignVCenter)
        horizontal = QSizePolicy.Policy.Preferred if widest else QSizePolicy.Policy.Expanding
        self.setSizePolicy(horizontal, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        """Show a text."""
        if text != self.label.text():
            self.label.setText(text)

    def text(self) -> str:
        """Return what is shown."""
        return self.label.text()

    @override
    def sizeHint(self) -> QSize:
        """Room for the widest text, one line high."""
        metrics = self.label.fontMetrics()
        margin = metrics.horizontalAdvance(" ") if self._widest else 0
        return QSize(metrics.horizontalAdvance(self._widest) + margin, metrics.height())

    @override
    def minimumSizeHint(self) -> QSize:
        """Anything wide, one line high."""
        return QSize(0, self.label.fontMetrics().height())

    @override
    def resizeEvent(self, a0: QResizeEvent | None) -> None:
        """Fill this with the words."""
        super().resizeEvent(a0)
        self.label.resize(self.size())

    @override
    def changeEvent(self, a0: QEvent | None) -> None:
        """Take the room of another font."""
        super().changeEvent(a0)
        if a0 is not None and a0.type() == QEvent.Type.FontChange:
            self.updateGeometry()
