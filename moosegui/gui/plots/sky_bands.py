"""Sky bands: the ranges of the night sky and of the air as tints behind a plot."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.data.arrays import FloatArray
from moosegui.fit.lines.sky import Interval
from moosegui.gui.plots.items import rectangles
from moosegui.gui.plots.layers import ViewLayer
from moosegui.gui.style.theme import Colours, mixed


class SkyBands(ViewLayer):
    """Tinted bands over the full height of the plot, all in one item."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._lines = self._telluric = _edges(())
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        """Change the tints."""
        self._line_tint = mixed(colours.sky, colours.canvas, 0.20 if colours.is_dark else 0.14)
        self._telluric_tint = mixed(colours.sky, colours.canvas, 0.09 if colours.is_dark else 0.06)
        self.update()

    def set_intervals(
        self, lines: tuple[Interval, ...], telluric: tuple[Interval, ...] = ()
    ) -> None:
        """Show sky lines and telluric bands at these wavelengths."""
        self._lines, self._telluric = _edges(lines), _edges(telluric)
        self.update()

    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the visible bands; opaque tints, as blending them took 14 ms for each source."""
        view = QRectF(self.viewRect())
        p.setPen(Qt.PenStyle.NoPen)
        for edges, tint in (
            (self._telluric, self._telluric_tint),
            (self._lines, self._line_tint),
        ):
            start, stop = edges[(edges[:, 1] > view.left()) & (edges[:, 0] < view.right())].T
            if not start.size:
                continue
            top, height = np.full_like(start, view.top()), np.full_like(start, view.height())
            p.setBrush(tint)
            p.drawRects(rectangles(np.column_stack((start, top, stop - start, height))))


def _edges(intervals: tuple[Interval, ...]) -> FloatArray:
    """Return where intervals start and stop, shape (n, 2)."""
    return np.array(intervals, dtype=np.float64).reshape(-1, 2)
