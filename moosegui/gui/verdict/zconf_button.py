"""The large button of one confidence: its key, and what it means."""

from __future__ import annotations

from PyQt6.QtCore import QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import QPushButton, QSizePolicy, QWidget

from moosegui.data.catalogue import ZCONF_MEANINGS
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font, large_font

SHORT_MEANINGS = ("no z", "possible", "probable", "secure")
ROUNDING = 4.0  # px
FRAME = 2.0  # px, of what is suggested or in force


class ZconfButton(QPushButton):
    """A confidence to assign; checked while it is the one in force, framed while suggested."""

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
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def teach_key(self, key: str) -> None:
        """Say in the tool tip which key does the same."""
        tip = f"Assign the z on screen with ZCONF {self.zconf}: {self._meaning}"
        self.setToolTip(f"{tip}  ( {key} )" if key else tip)

    @override
    def sizeHint(self) -> QSize:
        digit, word = QFontMetrics(large_font()), QFontMetrics(base_font())
        widest = max(word.horizontalAdvance(text) for text in SHORT_MEANINGS)
        return QSize(widest + RHYTHM, digit.height() + word.height() + RHYTHM)

    @override
    def nextCheckState(self) -> None:
        """Leave the check mark to `display`: a click is a wish, not yet a fact."""

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_frame(painter)
        colours = self.colours
        ink = colours.assigned if self.isChecked() else colours.text
        painter.setPen(QColor(ink if self.isEnabled() else colours.muted))
        painter.setFont(large_font())
        margin, words = RHYTHM // 2, QFontMetrics(base_font()).height()
        digit = QRect(0, margin, self.width(), self.height() - words - 2 * margin)
        painter.drawText(digit, Qt.AlignmentFlag.AlignCenter, str(self.zconf))
        painter.setFont(base_font())
        is_named = self.isEnabled() and (self.is_suggested or self.isChecked())
        painter.setPen(QColor(colours.text if is_named else colours.muted))
        below = QRect(0, self.height() - words - margin, self.width(), words)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, SHORT_MEANINGS[self.zconf])

    def _paint_frame(self, painter: QPainter) -> None:
        colours = self.colours
        is_marked = self.isChecked() or self.is_suggested
        fill = colours.selection if is_marked or self.isDown() else colours.button
        frame = None
        if self.isChecked():
            frame = colours.assigned
        elif self.is_suggested:
            frame = colours.model
        elif self.underMouse() and self.isEnabled():
            frame = colours.muted
        half = FRAME / 2
        painter.setPen(Qt.PenStyle.NoPen if frame is None else QPen(QColor(frame), FRAME))
        painter.setBrush(QColor(fill))
        box = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, ROUNDING, ROUNDING)
