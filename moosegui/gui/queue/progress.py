"""How far the inspection is: one bar, in which every confidence has its share."""

from __future__ import annotations

from collections import Counter

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from moosegui.gui.queue.row import Chip
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours

# From secure to false, then what is left
SHARES = (Chip.ZCONF3, Chip.ZCONF2, Chip.ZCONF1, Chip.ZCONF0, Chip.FALSE, Chip.UNREVIEWED)


class ProgressBar(QWidget):
    """The shares of all sources; a click on one shows only its sources.

    Signals: `share_chosen(Chip)`.
    """

    share_chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: Counter[Chip] = Counter()
        self._colours = LIGHT
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Progress by confidence")

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.update()

    def display(self, counts: Counter[Chip]) -> None:
        """Show how many sources every share has."""
        self._counts = counts
        n_all = counts[Chip.ALL]
        n_done = n_all - counts[Chip.UNREVIEWED]
        percent = f" ({100 * n_done / n_all:.0f} %)" if n_all else ""
        self.setToolTip(f"{n_done} of {n_all} inspected{percent}; a click shows a share")
        self.update()

    def shares(self) -> list[tuple[Chip, float, float]]:
        """Return where each share that is not empty begins and ends, in px."""
        n_all = sum(self._counts[chip] for chip in SHARES)
        shares, start = [], 0.0
        for chip in SHARES:
            width = self.width() * self._counts[chip] / n_all if n_all else 0.0
            if width:
                shares.append((chip, start, start + width))
            start += width
        return shares

    @override
    def sizeHint(self) -> QSize:
        """A thin line."""
        return QSize(10 * RHYTHM, RHYTHM)

    @override
    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        """Choose the share under the mouse."""
        if a0 is None:
            return
        x = a0.position().x()
        for chip, start, stop in self.shares():
            if start <= x < stop:
                self.share_chosen.emit(chip)
                return

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        """Fill the shares from left to right."""
        painter = QPainter(self)
        for chip, start, stop in self.shares():
            box = QRectF(start, 0.0, stop - start, self.height())
            painter.fillRect(box, QColor(colour_of(chip, self._colours)))


def colour_of(chip: Chip, colours: Colours) -> str:
    """Return the colour of a share, safe for colour-blind eyes."""
    return {
        Chip.ZCONF3: colours.assigned,
        Chip.ZCONF2: colours.model,
        Chip.ZCONF1: colours.component_b,
        Chip.ZCONF0: colours.rival,
        Chip.FALSE: colours.absorption,
    }.get(chip, colours.border)
