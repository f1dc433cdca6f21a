"""The large button of one confidence: its key, and what it means."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QWidget

from moosegui.data.catalogue import ZCONF_MEANINGS
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font, large_font

DIGIT_WIDTH = 5 * RHYTHM


class ZconfButton(QPushButton):
    """A confidence to assign; checked while it is the one in force."""

    def __init__(self, zconf: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.zconf = zconf
        self.is_suggested = False
        self.colours: Colours = LIGHT
        self._meaning = ZCONF_MEANINGS[zconf]
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(f"ZCONF {zconf}: {self._meaning}")
        self.teach_key("")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def teach_key(self, key: str) -> None:
        """Say in the tool tip which key does the same."""
        tip = f"Assign the z on screen with ZCONF {self.zconf}: {self._meaning}"
        self.setToolTip(f"{tip}  ( {key} )" if key else tip)

    @override
    def sizeHint(self) -> QSize:
        return QSize(200, 2 * QFontMetrics(base_font()).height() + 2 * RHYTHM - 2)

    @override
    def nextCheckState(self) -> None:
        """Leave the check mark to `display`: a click is a wish, not yet a fact."""

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        super().paintEvent(a0)
        painter = QPainter(self)
        colours = self.colours
        accent = colours.assigned if self.isChecked() else colours.text
        painter.setPen(QColor(accent if self.isEnabled() else colours.muted))
        painter.setFont(large_font())
        digit = QRect(0, 0, DIGIT_WIDTH, self.height())
        painter.drawText(digit, Qt.AlignmentFlag.AlignCenter, str(self.zconf))
        painter.setFont(base_font())
        painter.setPen(QColor(colours.text if self.isEnabled() else colours.muted))
        words = self.rect().adjusted(DIGIT_WIDTH, 0, -RHYTHM, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(words, int(flags), ZCONF_MEANINGS[self.zconf])
        if self.is_suggested and not self.isChecked():
            painter.setPen(QPen(QColor(colours.muted), 1, Qt.PenStyle.DashLine))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
        if self.isChecked():
            painter.fillRect(QRect(0, 0, 3, self.height()), QColor(colours.assigned))
