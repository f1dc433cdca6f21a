"""Numbered markers under the minima of a curve, in lanes that never collide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.data.results import Solution
from moosegui.gui.plots.layers import PixelLayer
from moosegui.gui.style.lanes import Slot, assign_lanes
from moosegui.gui.style.overriding import override
from moosegui.gui.style.solution_rows import percent
from moosegui.gui.style.theme import Colours, base_font, heavy_font, translucent

N_LANES = 2
GAP = 3.0  # px between a badge and its probability
LIKELY = 0.01  # probabilities below are not written beside the badge
CLICK_MARGIN = 3.0  # px around a badge that still count as a click on it


@dataclass(frozen=True, slots=True)
class Marker:
    """A badge that is on screen: the rank, its rectangle and the minimum that it belongs to.

    `text`, what stands beside the badge, fills the rectangle `beside`.
    """

    rank: int
    badge: QRectF
    minimum: QPointF
    text: str
    beside: QRectF


class MinimaMarkers(PixelLayer):
    """The ranks of the solutions in badges, each joined to its minimum by a thin line."""

    def __init__(self, view_box: pg.ViewBox, colours: Colours) -> None:
        super().__init__(view_box)
        self._solutions: tuple[Solution, ...] = ()
        self._selected: int | None = None
        self._probabilities: tuple[float, ...] = ()
        self._metrics = QFontMetricsF(heavy_font())
        self._plain_metrics = QFontMetricsF(base_font())
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(40)
        self.set_colours(colours)

    @property
    def lane_height(self) -> float:
        """Height of one lane of badges in px."""
        return float(np.ceil(self._metrics.height())) + 4.0

    @property
    def room(self) -> float:
        """Height in px that the badges need below the curve."""
        return N_LANES * self.lane_height + 4.0

    def set_colours(self, colours: Colours) -> None:
        """Change the colours."""
        self._colours = colours
        self.update()

    def set_solutions(
        self,
        solutions: Sequence[Solution],
        selected: int | None,
        probabilities: Sequence[float] = (),
    ) -> None:
        """Mark `solutions`, with their probabilities; the one of rank `selected` is filled."""
        self._solutions, self._selected = tuple(solutions), selected
        self._probabilities = tuple(probabilities)
        self.update()

    @property
    def markers(self) -> tuple[Marker, ...]:
        """The badges at the present scale; the best ones win where there is no room for all."""
        (start, stop), (low, high) = self._view_box.viewRange()
        width, height = self._view_box.width(), self._view_box.height()
        if not (stop > start and high > low and width > 0):
            return ()
        visible = [s for s in self._solutions if start <= s.redshift <= stop]
        centres = [(s.redshift - start) / (stop - start) * width for s in visible]
        placed = [self._place(s, x, width) for s, x in zip(visible, centres, strict=True)]
        slots = [
            Slot(_union(*boxes).center().x(), _union(*boxes).width(), -s.rank)
            for boxes, s in zip(placed, visible, strict=True)
        ]
        markers = []
        for solution, (badge, beside), centre, lane in zip(
            visible, placed, centres, assign_lanes(slots, N_LANES), strict=True
        ):
            if lane is None:
                continue
            top = height - self.room + lane * self.lane_height + 3.0
            y = (high - solution.chi2) / (high - low) * height
            minimum = QPointF(centre, min(max(y, 0.0), top))
            boxes = (badge.translated(0, top), beside.translated(0, top))
            text = self._text(solution) if beside.width() > 0 else ""
            markers.append(Marker(solution.rank, boxes[0], minimum, text, boxes[1]))
        return tuple(markers)

    def _place(self, solution: Solution, centre: float, width: float) -> tuple[QRectF, QRectF]:
        """Return badge and text beside it, on the left where there is no room on the right."""
        size = self.lane_height - 2
        badge_width = max(self._metrics.horizontalAdvance(str(solution.rank)) + 8, size)
        middle = min(max(centre, badge_width / 2), width - badge_width / 2)
        badge = QRectF(middle - badge_width / 2, 0.0, badge_width, size)
        text = self._text(solution)
        text_width = self._plain_metrics.horizontalAdvance(text) if text else 0.0
        left = badge.right() + GAP
        if left + text_width > width:
            left = badge.left() - GAP - text_width
        if left < 0.0:  # no room on either side: no text
            left, text_width = badge.right(), 0.0
        return badge, QRectF(left, 0.0, text_width, size)

    def _text(self, solution: Solution) -> str:
        i_solution = solution.rank - 1
        known = i_solution < len(self._probabilities)
        probability = self._probabilities[i_solution] if known else 0.0
        return percent(probability) if probability >= LIKELY else ""

    def rank_at(self, position: QPointF) -> int | None:
        """Return the rank of the badge at `position` (px of the view box), if there is one."""
        margin = CLICK_MARGIN
        for marker in self.markers:
            if marker.badge.adjusted(-margin, -margin, margin, margin).contains(position):
                return marker.rank
        return None

    @override
    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        colours = self._colours
        p.setFont(heavy_font())
        markers = self.markers
        p.setPen(pg.mkPen(translucent(colours.model, 0.5), width=0))
        for marker in markers:
            x = marker.minimum.x()
            p.drawLine(QLineF(x, marker.minimum.y(), x, marker.badge.top()))
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline, full, empty = (
            pg.mkPen(colours.model, width=1),
            pg.mkBrush(colours.model),
            pg.mkBrush(colours.canvas),
        )
        on_full, on_empty = pg.mkPen(colours.canvas), pg.mkPen(colours.model)
        for marker in markers:
            is_selected = marker.rank == self._selected
            p.setPen(outline)
            p.setBrush(full if is_selected else empty)
            radius = marker.badge.height() / 2
            p.drawRoundedRect(marker.badge, radius, radius)
            p.setPen(on_full if is_selected else on_empty)
            p.drawText(marker.badge, Qt.AlignmentFlag.AlignCenter, str(marker.rank))
        p.setFont(base_font())
        p.setPen(pg.mkPen(colours.muted))
        veil = translucent(colours.canvas, 0.8)
        for marker in markers:
            p.fillRect(marker.beside, veil)  # over another's line
            p.drawText(marker.beside, Qt.AlignmentFlag.AlignCenter, marker.text)


def _union(badge: QRectF, beside: QRectF) -> QRectF:
    return badge.united(beside) if beside.width() > 0 else badge
