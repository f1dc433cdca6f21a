"""Sky bands: the ranges of the night sky and of the air as tints behind a plot."""

from __future__ import annotations

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.fit.lines.sky import Interval
from moosegui.gui.plots.layers import ViewLayer
from moosegui.gui.style.theme import Colours, mixed


class SkyBands(ViewLayer):
    """Tinted bands over the full height of the plot, all in one item."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._lines: tuple[Interval, ...] = ()
        self._telluric: tuple[Interval, ...] = ()
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
        self._lines, self._telluric = lines, telluric
        self.update()

    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        """Draw the visible bands; opaque tints, as blending them took 14 ms for each source."""
        view = QRectF(self.viewRect())
        for intervals, tint in (
            (self._telluric, self._telluric_tint),
            (self._lines, self._line_tint),
        ):
            bands = [
                QRectF(start, view.top(), stop - start, view.height())
                for start, stop in intervals
                if stop > view.left() and start < view.right()
            ]
            for band in bands:
                p.fillRect(band, tint)
