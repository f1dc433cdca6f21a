"""Ranges of an axis that the mouse makes, moves and removes: masks, and limits of the redshift.

Ctrl and a drag make a range, or a plain drag after `set_making`; its edges are dragged, and Ctrl
and a click remove it. Everything else is left to the plot.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QBrush, QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.data.conditions import Interval
from moosegui.gui.plots.items import DEVICE_PIXEL
from moosegui.gui.plots.layers import ViewLayer
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours, mixed, translucent

EDGE_REACH = 4.0  # px to each side of an edge in which a drag takes it
CLICK_MARGIN = 3.0  # px around a narrow range that still count as a click on it
MIN_WIDTH = 2.0  # px; narrower, a range is let go
TINT, TINT_DARK, HATCH = 0.16, 0.24, 0.55  # of the colour on the canvas

Ranges = tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class _Grip:
    """A range in the hand: the edge that stays, and the other ranges."""

    anchor: float
    others: Ranges


class RangeItem(ViewLayer):
    """Hatched ranges over the full height of a plot, or a shade outside the only one.

    Signals: `dragged(ranges)` while the mouse moves, `released(ranges)` at the end of a drag or
    after a removal; ranges are tuples of (start, stop) on the axis, and may overlap.
    """

    dragged = pyqtSignal(object)
    released = pyqtSignal(object)

    def __init__(self, colours: Colours, *, is_limit: bool = False) -> None:
        super().__init__()
        self._is_limit, self._is_making = is_limit, False
        self._ranges: Ranges = ()
        self._grip: _Grip | None = None
        self.set_colours(colours)

    @property
    def ranges(self) -> Ranges:
        """What is on screen."""
        return self._ranges

    def set_colours(self, colours: Colours) -> None:
        """Change the tints."""
        colour = colours.muted
        opacity = TINT_DARK if colours.is_dark else TINT
        self._tint = mixed(colour, colours.canvas, opacity / 2 if self._is_limit else opacity)
        self._edge_pen = pg.mkPen(colour, width=DEVICE_PIXEL)
        self._hatch = QBrush(translucent(colour, HATCH), Qt.BrushStyle.BDiagPattern)
        self.update()

    def set_making(self, *, is_making: bool) -> None:
        """Let a plain drag make a range, or leave it to the plot."""
        self._is_making = is_making
        self._show_cursor(None)

    def show_ranges(self, ranges: Iterable[Interval]) -> None:
        """Show these ranges, unless one is in the hand."""
        if self._grip is None:
            self._show(tuple(ranges))

    def let_go(self) -> None:
        """Forget the range in the hand, as when the source changes under it."""
        self._grip = None

    @override
    def mouseDragEvent(self, ev: Any) -> None:
        if ev.isStart():
            self._grip = self._grasp(ev)
        grip = self._grip
        if grip is None:
            ev.ignore()
            return
        ev.accept()
        position = float(ev.pos().x())
        is_wide = abs(position - grip.anchor) >= MIN_WIDTH * self._per_pixel()
        in_hand = ((min(grip.anchor, position), max(grip.anchor, position)),) if is_wide else ()
        self._show((*grip.others, *in_hand))
        if ev.isFinish():
            self._grip = None
            self.released.emit(self._ranges)
        else:
            self.dragged.emit(self._ranges)

    @override
    def mouseClickEvent(self, ev: Any) -> None:
        has_control = bool(ev.modifiers() & Qt.KeyboardModifier.ControlModifier)
        is_removal = has_control and ev.button() == Qt.MouseButton.LeftButton
        left = self._without(float(ev.pos().x())) if is_removal else self._ranges
        if left == self._ranges:
            ev.ignore()
            return
        ev.accept()
        self._show(left)
        self.released.emit(left)

    @override
    def hoverEvent(self, ev: Any) -> None:
        self._show_cursor(None if ev.isExit() else float(ev.pos().x()))

    def _show(self, ranges: Ranges) -> None:
        """Paint where something changed: all of a spectrum, at each move, is 5 ms too many."""
        before, self._ranges = self._ranges, ranges
        moved = {edge for r in before for edge in r} ^ {edge for r in ranges for edge in r}
        if self._is_limit and len(before) != len(ranges):
            self.update()
        elif moved:
            view, margin = QRectF(self.viewRect()), EDGE_REACH * self._per_pixel()
            left, right = min(moved) - margin, max(moved) + margin
            self.update(QRectF(left, view.top(), right - left, view.height()))

    def _grasp(self, event: Any) -> _Grip | None:
        if event.button() != Qt.MouseButton.LeftButton:
            return None
        position = float(event.buttonDownPos().x())
        taken = self._edge_near(position)
        if taken is not None:
            held, anchor = taken
            return _Grip(anchor, tuple(r for r in self._ranges if r != held))
        if self._is_making or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return _Grip(position, () if self._is_limit else self._ranges)
        return None

    def _edge_near(self, position: float) -> tuple[Interval, float] | None:
        """Return the range whose edge is nearest, and its other edge."""
        edges = [
            (abs(position - edge), held, other)
            for held in self._ranges
            for edge, other in (held, held[::-1])
        ]
        distance, held, other = min(edges, default=(float("inf"), (0.0, 0.0), 0.0))
        return (held, other) if distance <= EDGE_REACH * self._per_pixel() else None

    def _without(self, position: float) -> Ranges:
        if self._is_limit:
            return ()
        margin = CLICK_MARGIN * self._per_pixel()
        return tuple(
            (start, stop)
            for start, stop in self._ranges
            if not start - margin <= position <= stop + margin
        )

    def _per_pixel(self) -> float:
        """Units of the axis in a pixel of the screen."""
        return float(self.getViewBox().viewPixelSize()[0])

    def _show_cursor(self, position: float | None) -> None:
        if position is not None and self._edge_near(position) is not None:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        elif self._is_making:
            self.setCursor(Qt.CursorShape.CrossCursor)
        else:
            self.unsetCursor()

    @override
    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        view = QRectF(self.viewRect())
        for start, stop in self._painted(view):
            band = QRectF(start, view.top(), stop - start, view.height())
            p.fillRect(band, self._tint)
            if not self._is_limit:
                p.fillRect(band, self._hatch)
        p.setPen(self._edge_pen)
        for edge in (edge for shown in self._ranges for edge in shown):
            p.drawLine(QLineF(edge, view.top(), edge, view.bottom()))

    def _painted(self, view: QRectF) -> Ranges:
        """Return what is hatched: the ranges on screen, or what lies outside the limits."""
        if not self._is_limit:
            return tuple((a, b) for a, b in self._ranges if b > view.left() and a < view.right())
        outside = [
            part
            for low, high in self._ranges
            for part in ((view.left(), low), (high, view.right()))
        ]
        return tuple((a, b) for a, b in outside if b > a)
