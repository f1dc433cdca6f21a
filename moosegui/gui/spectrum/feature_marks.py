"""What the mouse marks on the spectrum: a feature, and a span that is measured."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPolygonF
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.gui.plots.items import DEVICE_PIXEL
from moosegui.gui.plots.layers import PixelLayer
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours, base_font, heavy_font, translucent

TOP = 0.22  # of the height, where the text of a mark stands: below the lanes of the labels
SPAN = 0.42  # of the height, where a span lies
TICK = 5.0  # px
GAP = 6.0  # px between a mark and its text


class FeatureMarks(PixelLayer):
    """One marked feature and one measured span, in pixels of the view box.

    Signals: `span_dragged(float, float)` in Angstrom of the axis, while Shift and the mouse drag.
    """

    span_dragged = pyqtSignal(float, float)

    def __init__(self, view_box: pg.ViewBox, colours: Colours) -> None:
        super().__init__(view_box)
        self._mark: tuple[float, str] | None = None
        self._span: tuple[float, float, str] | None = None
        self._metrics = QFontMetricsF(heavy_font())
        self.setZValue(60)
        self.set_colours(colours)
        view_box.sigXRangeChanged.connect(self._on_view_changed)
        view_box.sigResized.connect(self._on_view_changed)

    @property
    def mark(self) -> tuple[float, str] | None:
        """Wavelength and text of the marked feature."""
        return self._mark

    @property
    def span(self) -> tuple[float, float, str] | None:
        """Wavelengths and text of the span."""
        return self._span

    def set_colours(self, colours: Colours) -> None:
        """Change the colours."""
        self._colours = colours
        self.update()

    def show_mark(self, wave: float, text: str) -> None:
        """Mark a wavelength (Angstrom of the axis)."""
        self._mark = (wave, text)
        self.update()

    def show_span(self, start: float, stop: float, text: str) -> None:
        """Show what lies between two wavelengths."""
        self._span = (start, stop, text)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._mark = self._span = None
        self.update()

    @override
    def mouseDragEvent(self, ev: Any) -> None:
        has_shift = bool(ev.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if ev.button() != Qt.MouseButton.LeftButton or not has_shift:
            ev.ignore()
            return
        ev.accept()
        self.span_dragged.emit(self._wave(ev.buttonDownPos().x()), self._wave(ev.pos().x()))

    @override
    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        p.setClipRect(self.boundingRect())
        if self._mark is not None:
            self._paint_mark(p, *self._mark)
        if self._span is not None:
            self._paint_span(p, *self._span)

    def _paint_mark(self, painter: QPainter, wave: float, text: str) -> None:
        x, height = self._pixel(wave), self._view_box.height()
        if not 0.0 <= x <= self._view_box.width():
            return
        colour = QColor(self._colours.trial)
        painter.setPen(pg.mkPen(colour, width=DEVICE_PIXEL, style=Qt.PenStyle.DashLine))
        top = TOP * height
        painter.drawLine(QLineF(x, top, x, height))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF([QPointF(x - TICK, top), QPointF(x + TICK, top), QPointF(x, top + TICK)])
        )
        painter.setFont(heavy_font())
        width = self._metrics.horizontalAdvance(text)
        is_right = x + GAP + width <= self._view_box.width()
        self._paint_text(painter, x + GAP if is_right else x - GAP - width, top, text)

    def _paint_span(self, painter: QPainter, start: float, stop: float, text: str) -> None:
        left, right = sorted((self._pixel(start), self._pixel(stop)))
        y = round(SPAN * self._view_box.height())
        painter.setPen(pg.mkPen(self._colours.trial, width=DEVICE_PIXEL))
        painter.drawLines(
            QLineF(left, y, right, y),
            QLineF(left, y - TICK, left, y + TICK),
            QLineF(right, y - TICK, right, y + TICK),
        )
        painter.setFont(base_font())
        width = QFontMetricsF(base_font()).horizontalAdvance(text)
        most = max(self._view_box.width() - width - GAP, GAP)
        text_left = min(max((left + right - width) / 2, GAP), most)
        self._paint_text(painter, text_left, y - TICK - self._metrics.height(), text)

    def _paint_text(self, painter: QPainter, left: float, top: float, text: str) -> None:
        metrics = QFontMetricsF(painter.font())
        box = QRectF(round(left), round(top), metrics.horizontalAdvance(text), metrics.height())
        painter.fillRect(box.adjusted(-2, 0, 2, 0), translucent(self._colours.canvas, 0.85))
        painter.setPen(QColor(self._colours.trial))
        painter.drawText(QPointF(box.left(), round(top + metrics.ascent())), text)

    def _pixel(self, wave: float) -> float:
        start, stop = self._view_box.viewRange()[0]
        return float((wave - start) / (stop - start) * self._view_box.width())

    def _wave(self, pixel: float) -> float:
        start, stop = self._view_box.viewRange()[0]
        return float(start + pixel / max(self._view_box.width(), 1.0) * (stop - start))

    def _on_view_changed(self) -> None:
        self.prepareGeometryChange()
        self.update()
