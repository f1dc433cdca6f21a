"""Where the votes of inspectors lie on an axis: dashed lines with a badge at the top of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.gui.plots.items import DEVICE_PIXEL
from moosegui.gui.plots.layers import PixelLayer
from moosegui.gui.style.lanes import Slot, assign_lanes
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours, base_font, translucent

N_LANES = 3
PADDING = 3.0  # px beside the text of a badge


@dataclass(frozen=True, slots=True)
class VoteMark:
    """One mark: whose vote it is (0 for A), where on the axis, and what its badge says."""

    i_vote: int
    position: float
    text: str


class VoteMarks(PixelLayer):
    """The marks of all votes; badges that would touch lie in lanes, the first votes above."""

    def __init__(self, view_box: pg.ViewBox, colours: Colours, *, n_free_lines: int = 0) -> None:
        super().__init__(view_box)
        self.marks: tuple[VoteMark, ...] = ()
        self._metrics = QFontMetricsF(base_font())
        self._top = n_free_lines * (self._metrics.height() + 4.0)  # of other texts above
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(35)
        self.set_colours(colours)
        view_box.sigRangeChanged.connect(self._on_view_changed)
        view_box.sigResized.connect(self._on_view_changed)

    def set_colours(self, colours: Colours) -> None:
        """Change the colours."""
        self._colours = colours
        self.update()

    def set_marks(self, marks: Sequence[VoteMark]) -> None:
        """Show these marks instead."""
        self.marks = tuple(marks)
        self.update()

    def badges(self) -> tuple[tuple[VoteMark, QRectF], ...]:
        """Return the badges that are on screen, in px of the view box."""
        start, stop = self._view_box.viewRange()[0]
        width = self._view_box.width()
        inside = [mark for mark in self.marks if start <= mark.position <= stop]
        if not inside or stop <= start:
            return ()
        sizes = [self._metrics.horizontalAdvance(mark.text) + 2 * PADDING for mark in inside]
        centres = [
            min(max((mark.position - start) / (stop - start) * width, size / 2), width - size / 2)
            for mark, size in zip(inside, sizes, strict=True)
        ]
        slots = [
            Slot(centre, size, -mark.i_vote)
            for mark, centre, size in zip(inside, centres, sizes, strict=True)
        ]
        height = self._metrics.height()
        placed = zip(inside, centres, sizes, assign_lanes(slots, N_LANES), strict=True)
        return tuple(
            (mark, QRectF(centre - size / 2, self._top + lane * (height + 2.0), size, height))
            for mark, centre, size, lane in placed
            if lane is not None
        )

    def vote_at(self, position: QPointF) -> int | None:
        """Return whose badge lies at `position` (px of the view box)."""
        return next((mark.i_vote for mark, box in self.badges() if box.contains(position)), None)

    @override
    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        p.setClipRect(self.boundingRect())
        start, stop = self._view_box.viewRange()[0]
        scale = self._view_box.width() / (stop - start) if stop > start else 0.0
        p.setFont(base_font())
        pen = pg.mkPen(translucent(self._colours.vote, 0.7), width=DEVICE_PIXEL)
        pen.setStyle(Qt.PenStyle.DashLine)
        badges = self.badges()
        p.setPen(pen)
        for mark, box in badges:
            x = (mark.position - start) * scale
            p.drawLine(QLineF(x, box.bottom(), x, self._view_box.height()))
        p.setPen(QColor(self._colours.vote))
        for mark, box in badges:
            p.fillRect(box, QColor(self._colours.canvas))
            p.drawRect(box)
            p.drawText(box, Qt.AlignmentFlag.AlignCenter, mark.text)

    def _on_view_changed(self) -> None:
        self.prepareGeometryChange()
        self.update()
