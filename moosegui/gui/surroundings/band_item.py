"""The bands of the line images along the foot of the spectrum; their edges make them wider."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.fit.sky.line_image import Band
from moosegui.gui.plots.items import DEVICE_PIXEL
from moosegui.gui.plots.layers import ViewLayer
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, Colours, translucent

FOOT = 0.06  # of the height of the plot, in which bands are drawn and taken
EDGE_REACH = 5.0  # px to each side of an edge in which a drag takes it
ON, BESIDE = 0.45, 0.25  # opacity of the band of a line, and of those beside it
NARROWEST = 0.05  # of the width at the begin of a drag
TIP = (
    "Images of lines: light of the line and, beside it, what is taken for its continuum.\n"
    "Drag an edge to make all bands wider or narrower; a double click makes them as at first."
)


class BandItem(ViewLayer):
    """Low boxes: the line, and the two sides that give its continuum.

    Signals: `widened(factor)` at the end of a drag, by how much all bands are to be wider; 0 to
    make them as wide as they were at first.
    """

    widened = pyqtSignal(float)

    def __init__(self) -> None:
        super().__init__()
        self._bands: tuple[Band, ...] = ()
        self._held: tuple[float, float] | None = None  # middle and half width of the band in hand
        self._factor = 1.0
        self.setToolTip(TIP)
        self.set_colours(LIGHT)
        self.hide()

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._on = translucent(colours.emission, ON)
        self._beside = translucent(colours.muted, BESIDE)
        self._pen = pg.mkPen(colours.emission, width=DEVICE_PIXEL)
        self.update()

    @property
    def bands(self) -> tuple[Band, ...]:
        """What is shown."""
        return self._bands

    def show_bands(self, bands: tuple[Band, ...]) -> None:
        """Show these bands, or none."""
        if bands != self._bands:
            self._bands, self._factor = bands, 1.0
            self.setVisible(bool(bands))
            self.update()

    @override
    def boundingRect(self) -> QRectF:
        """The foot of the plot: the mouse above it is not ours."""
        return self._foot() if self._bands else QRectF()

    @override
    def mouseDragEvent(self, ev: Any) -> None:
        if ev.isStart():
            self._held = self._grasp(ev)
        if self._held is None:
            ev.ignore()
            return
        ev.accept()
        middle, half = self._held
        self._factor = max(abs(float(ev.pos().x()) - middle) / half, NARROWEST)
        self.update()
        if ev.isFinish():
            self._held = None
            self.widened.emit(self._factor)

    @override
    def mouseClickEvent(self, ev: Any) -> None:
        position = float(ev.pos().x())
        is_on = any(band.blue[0] <= position <= band.red[1] for band in self._bands)
        if not (is_on and ev.double() and ev.button() == Qt.MouseButton.LeftButton):
            ev.ignore()
            return
        ev.accept()
        self.widened.emit(0.0)

    @override
    def hoverEvent(self, ev: Any) -> None:
        if not ev.isExit() and self._near(float(ev.pos().x())) is not None:
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.unsetCursor()

    def _grasp(self, event: Any) -> tuple[float, float] | None:
        has_modifier = event.modifiers() != Qt.KeyboardModifier.NoModifier
        if event.button() != Qt.MouseButton.LeftButton or has_modifier:
            return None  # Ctrl makes a mask here too
        return self._near(float(event.buttonDownPos().x()))

    def _near(self, position: float) -> tuple[float, float] | None:
        """Return middle and half width of the band whose edge is nearest, if one is near."""
        reach = EDGE_REACH * float(self.getViewBox().viewPixelSize()[0])
        edges = [
            (abs(position - edge), (low + high) / 2.0, (high - low) / 2.0)
            for low, high in (band.on for band in self._bands)
            for edge in (low, high)
        ]
        distance, middle, half = min(edges, default=(float("inf"), 0.0, 0.0))
        return (middle, half) if distance <= reach and half > 0 else None

    def _foot(self) -> QRectF:
        view = QRectF(self.viewRect())
        return QRectF(view.left(), view.top(), view.width(), FOOT * view.height())

    @override
    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        foot = self._foot()
        p.setPen(self._pen)
        for band in self._bands:
            middle, half = (band.on[0] + band.on[1]) / 2.0, (band.on[1] - band.on[0]) / 2.0
            low, high = middle - half * self._factor, middle + half * self._factor
            moved = half * (self._factor - 1.0)
            for start, stop in (
                (band.blue[0] - moved, band.blue[1] - moved),
                (band.red[0] + moved, band.red[1] + moved),
            ):
                p.fillRect(_box(foot, start, stop), self._beside)
            p.fillRect(_box(foot, low, high), self._on)
            for edge in (low, high):
                p.drawLine(QLineF(edge, foot.top(), edge, foot.bottom()))


def _box(foot: QRectF, start: float, stop: float) -> QRectF:
    return QRectF(start, foot.top(), stop - start, foot.height())
