"""A small window on one line, painted from arrays: nothing is created for another line."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.gui.plots.line_window import LineWindow
from moosegui.gui.style.theme import Colours, mixed, translucent

TICK = 7.0  # px


class LineWindowPainter:
    """Paints one window between its two lines of text."""

    def __init__(
        self, painter: QPainter, plot: QRectF, window: LineWindow, colours: Colours
    ) -> None:
        self._painter, self._plot = painter, plot
        self._window, self._colours = window, colours
        low, high = window.flux_range
        self._x_scale = plot.width() / (2.0 * window.half_width)
        self._y_scale = plot.height() / (high - low)
        self._edges = self._x(window.edges)

    def paint(self) -> None:
        """Paint sky, ticks, error band, data and model, from back to front."""
        painter = self._painter
        painter.save()
        painter.setClipRect(self._plot)
        self._paint_sky()
        self._paint_ticks()
        self._paint_band()
        painter.setPen(QPen(QColor(self._colours.data), 0))
        window = self._window
        for x, y in _pieces(self._edges, self._y(window.flux), np.isfinite(window.flux)):
            painter.drawPolyline(_steps(x, y))
        painter.setPen(QPen(QColor(self._colours.model), 0))
        middle = (self._edges[:-1] + self._edges[1:]) / 2
        is_fitted = np.isfinite(window.model)
        painter.drawPolyline(_polygon(middle[is_fitted], self._y(window.model[is_fitted])))
        painter.restore()

    def _x(self, velocity: FloatArray) -> FloatArray:
        return np.asarray(self._plot.left() + (velocity + self._window.half_width) * self._x_scale)

    def _y(self, flux: FloatArray) -> FloatArray:
        return np.asarray(self._plot.bottom() - (flux - self._window.flux_range[0]) * self._y_scale)

    def _paint_sky(self) -> None:
        colours, plot = self._colours, self._plot
        tint = mixed(colours.sky, colours.canvas, 0.20 if colours.is_dark else 0.14)
        for start, stop in self._window.sky:
            left, right = self._x(np.array([start, stop]))
            self._painter.fillRect(QRectF(left, plot.top(), right - left, plot.height()), tint)

    def _paint_ticks(self) -> None:
        """Mark where the line, and its close partner, should be: on top, faintly all the way."""
        plot, window, colours = self._plot, self._window, self._colours
        colour = colours.absorption if window.is_absorption else colours.emission
        positions = self._x(np.array(window.ticks))
        self._painter.setPen(QPen(translucent(colour, 0.35), 0))
        self._painter.drawLines(*(QLineF(x, plot.top(), x, plot.bottom()) for x in positions))
        self._painter.setPen(QPen(QColor(colour), 0))
        self._painter.drawLines(*(QLineF(x, plot.top(), x, plot.top() + TICK) for x in positions))
        if window.offset:  # where it was measured
            x = float(self._x(np.array([window.offset]))[0])
            self._painter.setPen(QPen(QColor(colours.trial), 0, Qt.PenStyle.DashLine))
            self._painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))

    def _paint_band(self) -> None:
        window = self._window
        is_good = np.isfinite(window.sigma)
        top, bottom = self._y(window.flux + window.sigma), self._y(window.flux - window.sigma)
        colour = QColor(self._colours.band)
        for i in np.flatnonzero(is_good):
            left, width = self._edges[i], self._edges[i + 1] - self._edges[i]
            self._painter.fillRect(QRectF(left, top[i], width, bottom[i] - top[i]), colour)


def _pieces(
    edges: FloatArray, values: FloatArray, is_good: BoolArray
) -> list[tuple[FloatArray, FloatArray]]:
    """Return edges and values of each run of good pixels."""
    bounds = np.flatnonzero(np.diff(np.concatenate(([0], is_good.astype(np.int8), [0]))))
    return [
        (edges[start : stop + 1], values[start:stop])
        for start, stop in zip(bounds[::2], bounds[1::2], strict=True)
    ]


def _steps(edges: FloatArray, values: FloatArray) -> QPolygonF:
    return _polygon(np.repeat(edges, 2)[1:-1], np.repeat(values, 2))


def _polygon(x: FloatArray, y: FloatArray) -> QPolygonF:
    return QPolygonF([QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)])
