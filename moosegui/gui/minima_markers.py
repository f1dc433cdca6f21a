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
from moosegui.gui.lanes import Slot, assign_lanes
from moosegui.gui.overriding import override
from moosegui.gui.theme import Colours, heavy_font, translucent

N_LANES = 2
CLICK_MARGIN = 3.0  # px around a badge that still count as a click on it


@dataclass(frozen=True, slots=True)
class Marker:
    """A badge that is on screen: the rank, its rectangle and the minimum that it belongs to."""

    rank: int
    badge: QRectF
    minimum: QPointF


class MinimaMarkers(pg.GraphicsObject):  # type: ignore[misc]
    """The ranks of the solutions in badges, each joined to its minimum by a thin line."""

    def __init__(self, view_box: pg.ViewBox, colours: Colours) -> None:
        super().__init__()
        self._view_box = view_box
        self._solutions: tuple[Solution, ...] = ()
        self._selected: int | None = None
        self._metrics = QFontMetricsF(heavy_font())
        self.setParentItem(view_box)
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

    def set_solutions(self, solutions: Sequence[Solution], selected: int | None) -> None:
        """Mark `solutions`; the one of rank `selected` is filled."""
        self._solutions, self._selected = tuple(solutions), selected
        self.update()

    @property
    def markers(self) -> tuple[Marker, ...]:
        """The badges at the present scale; the best ones win where there is no room for all."""
        (start, stop), (low, high) = self._view_box.viewRange()
        width, height = self._view_box.width(), self._view_box.height()
        if not (stop > start and high > low and width > 0):
            return ()
        visible = [s for s in self._solutions if start <= s.redshift <= stop]
        sizes = [
            max(self._metrics.horizontalAdvance(str(s.rank)) + 8, self.lane_height - 2)
            for s in visible
        ]
        centres = [(s.redshift - start) / (stop - start) * width for s in visible]
        inner = [min(max(x, w / 2), width - w / 2) for x, w in zip(centres, sizes, strict=True)]
        slots = [Slot(x, w, -s.rank) for x, w, s in zip(inner, sizes, visible, strict=True)]
        markers = []
        for solution, slot, centre, lane in zip(
            visible, slots, centres, assign_lanes(slots, N_LANES), strict=True
        ):
            if lane is None:
                continue
            top = height - self.room + lane * self.lane_height + 3.0
            badge = QRectF(slot.centre - slot.width / 2, top, slot.width, self.lane_height - 2)
            y = (high - solution.chi2) / (high - low) * height
            markers.append(Marker(solution.rank, badge, QPointF(centre, min(max(y, 0.0), top))))
        return tuple(markers)

    def rank_at(self, position: QPointF) -> int | None:
        """Return the rank of the badge at `position` (px of the view box), if there is one."""
        margin = CLICK_MARGIN
        for marker in self.markers:
            if marker.badge.adjusted(-margin, -margin, margin, margin).contains(position):
                return marker.rank
        return None

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(0.0, 0.0, self._view_box.width(), self._view_box.height())

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
        for marker in markers:
            is_selected = marker.rank == self._selected
            p.setPen(pg.mkPen(colours.model, width=1))
            p.setBrush(pg.mkBrush(colours.model if is_selected else colours.canvas))
            radius = marker.badge.height() / 2
            p.drawRoundedRect(marker.badge, radius, radius)
            p.setPen(pg.mkPen(colours.canvas if is_selected else colours.model))
            p.drawText(marker.badge, Qt.AlignmentFlag.AlignCenter, str(marker.rank))
