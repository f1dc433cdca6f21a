"""One line of words that ends in dots where there is no room, and is whole in its tool tip."""

from __future__ import annotations

import re

from PyQt6.QtCore import QEvent, QSize, Qt
from PyQt6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QLabel, QSizePolicy, QWidget

from moosegui.gui.style.overriding import override

PARTS = "  "  # between the lines of a solution
WITHIN_NAMES = re.compile(r" (?!\S*\]|(?:[IVX]+|[HKDb])(?![^\s,;]))")  # as "[O III]", "Ca K"


def whole_words(text: str, metrics: QFontMetrics, width: int, separator: str = " ") -> str:
    """Leave out what does not fit, by whole parts: half a number would be another one."""
    if metrics.horizontalAdvance(text) <= width:
        return text
    separator = PARTS if PARTS in text else separator
    parts = text.split(separator)
    while len(parts) > 1:
        parts.pop()
        shown = separator.join(parts).rstrip(",") + " …"
        if metrics.horizontalAdvance(shown) <= width:
            return shown
    if separator != " ":
        return whole_words(parts[0], metrics, width)
    return metrics.elidedText(parts[0], Qt.TextElideMode.ElideRight, width)


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
        words = whole_words(self.text(), self.fontMetrics(), box.width())
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


class ElidedLines(QLabel):
    """Some lines of words that end in dots where there is no room, as high whatever they say."""

    def __init__(self, n_lines: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._n_lines = n_lines
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._fix_height()

    def lines(self) -> list[str]:
        """Return what is drawn, broken between words."""
        metrics, width = self.fontMetrics(), self.contentsRect().width()
        words, lines = WITHIN_NAMES.split(" ".join(self.text().split())), [""]
        for i, word in enumerate(words):
            longer = f"{lines[-1]} {word}".strip()
            if not lines[-1] or metrics.horizontalAdvance(longer) <= width:
                lines[-1] = longer
            elif len(lines) < self._n_lines:
                lines.append(word)
            else:
                lines[-1] = " ".join((lines[-1], *words[i:]))
                break
        return [whole_words(line, metrics, width) for line in lines]

    @override
    def minimumSizeHint(self) -> QSize:
        """Anything wide, as high as its lines."""
        return QSize(0, self.height())

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Draw what fits."""
        painter, box = QPainter(self), self.contentsRect()
        for line in self.lines():
            painter.drawText(box, int(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft), line)
            box.setTop(box.top() + self.fontMetrics().lineSpacing())

    @override
    def changeEvent(self, a0: QEvent | None) -> None:
        """Take the height of another font."""
        super().changeEvent(a0)
        if a0 is not None and a0.type() == QEvent.Type.FontChange:
            self._fix_height()

    def _fix_height(self) -> None:
        self.setFixedHeight(self._n_lines * self.fontMetrics().lineSpacing() + 2)
