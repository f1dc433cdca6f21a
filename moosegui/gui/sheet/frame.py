"""A plot on paper: from data to the page, with axes, grid, steps and bands, by `QPainter` alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from moosegui.data.arrays import FloatArray
from moosegui.gui.style.theme import LIGHT, mixed, tabular

COLOURS = LIGHT  # sheets are printed, so that they are light whatever the window is
HAIR, LINE = 0.5, 0.9  # px of the page
SMALL, NORMAL = 10, 12  # px, text sizes
NICE_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
TICK_LENGTH = 4.0

Range = tuple[float, float]


def page_font(size: int = NORMAL, *, is_heavy: bool = False) -> QFont:
    """Return the font of the page, sized in its px, so that paper and screen are alike."""
    font = tabular(QFont())
    font.setPixelSize(size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setWeight(QFont.Weight.DemiBold if is_heavy else QFont.Weight.Normal)
    return font


def nice_ticks(low: float, high: float, n_max: int) -> FloatArray:
    """Return round numbers between two ends, at most about `n_max` of them."""
    rough = (high - low) / max(n_max, 1)
    if not (rough > 0 and math.isfinite(rough)):
        return np.array([])
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(nice for nice in NICE_STEPS if nice * power >= rough * (1.0 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return np.asarray(np.arange(first, last + 1) * step, dtype=np.float64)


def tick_texts(ticks: FloatArray) -> list[str]:
    """Return the numbers at the ticks, all with as many decimals as their step needs."""
    if ticks.size == 0:
        return []
    step = float(ticks[1] - ticks[0]) if ticks.size > 1 else max(abs(float(ticks[0])), 1.0)
    n_decimals = 0
    while n_decimals < 8 and abs(round(step, n_decimals) - step) > 1e-6 * step:
        n_decimals += 1
    return [f"{tick + 0.0:.{n_decimals}f}".replace("-", "−") for tick in ticks]


@dataclass(slots=True)
class Frame:
    """One plot: a rectangle of the page, and the ranges of the data in it."""

    painter: QPainter
    area: QRectF
    x_range: Range
    y_range: Range

    def x(self, values: FloatArray | float) -> FloatArray:
        """Return where values of the abscissa lie on the page."""
        low, high = self.x_range
        scale = self.area.width() / (high - low)
        return np.asarray(self.area.left() + (np.asarray(values) - low) * scale)

    def y(self, values: FloatArray | float) -> FloatArray:
        """Return where values of the ordinate lie on the page, at most a plot's height outside."""
        low, high = self.y_range
        scale = self.area.height() / (high - low)
        placed = self.area.bottom() - (np.asarray(values) - low) * scale
        height = self.area.height()
        return np.clip(placed, self.area.top() - height, self.area.bottom() + height)

    def fill(self) -> None:
        """Paint the paper of the plot."""
        self.painter.fillRect(self.area, QColor(COLOURS.canvas))

    def bands(self, intervals: tuple[Range, ...], colour: str, opacity: float) -> None:
        """Tint ranges of the abscissa over the full height."""
        tint = mixed(colour, COLOURS.canvas, opacity)
        for start, stop in intervals:
            left, right = np.clip(self.x(np.array([start, stop])), *self._sides)
            if right > left:
                area = QRectF(left, self.area.top(), right - left, self.area.height())
                self.painter.fillRect(area, tint)

    def error_band(self, edges: FloatArray, flux: FloatArray, sigma: FloatArray) -> None:
        """Shade one sigma to both sides of steps (n,) between edges (n + 1,)."""
        x = self.x(edges)
        top, bottom = self.y(flux + sigma), self.y(flux - sigma)
        colour = QColor(COLOURS.band)
        self.painter.save()
        self.painter.setClipRect(self.area)
        for i in np.flatnonzero(np.isfinite(flux) & np.isfinite(sigma)):
            area = QRectF(x[i], top[i], x[i + 1] - x[i], bottom[i] - top[i])
            self.painter.fillRect(area, colour)
        self.painter.restore()

    def steps(self, edges: FloatArray, values: FloatArray, colour: str) -> None:
        """Draw values (n,) as a histogram between edges (n + 1,), with gaps where not finite."""
        is_good = np.isfinite(values)
        connect = np.zeros(2 * values.size, dtype=np.int32)
        connect[0::2] = is_good
        connect[1:-1:2] = is_good[:-1] & is_good[1:]
        y = np.repeat(self.y(np.where(is_good, values, 0.0)), 2)
        self._stroke(np.repeat(self.x(edges), 2)[1:-1], y, connect, (colour, HAIR))

    def line(self, x: FloatArray, y: FloatArray, colour: str, width: float = LINE) -> None:
        """Draw a line through points, with gaps where not finite."""
        is_good = np.isfinite(y)
        connect = np.zeros(y.size, dtype=np.int32)
        connect[:-1] = is_good[:-1] & is_good[1:]
        self._stroke(self.x(x), self.y(np.where(is_good, y, 0.0)), connect, (colour, width))

    def _stroke(
        self, x: FloatArray, y: FloatArray, connect: NDArray[np.int32], style: tuple[str, float]
    ) -> None:
        path = pg.arrayToQPath(
            np.ascontiguousarray(x), np.ascontiguousarray(y), connect, finiteCheck=False
        )
        self.painter.save()
        self.painter.setClipRect(self.area)
        self.painter.setPen(QPen(QColor(style[0]), style[1]))
        self.painter.drawPath(path)
        self.painter.restore()

    def level(self, value: float, colour: str, *, is_vertical: bool = False) -> None:
        """Draw a straight line across the plot, if it lies inside."""
        area = self.area
        self.painter.setPen(QPen(QColor(colour), HAIR))
        place = float(self.x(value) if is_vertical else self.y(value))
        if is_vertical and area.left() <= place <= area.right():
            self.painter.drawLine(QLineF(place, area.top(), place, area.bottom()))
        elif not is_vertical and area.top() <= place <= area.bottom():
            self.painter.drawLine(QLineF(area.left(), place, area.right(), place))

    def border(self) -> None:
        """Draw the left and bottom edges."""
        self.painter.setPen(QPen(QColor(COLOURS.rival), HAIR))
        area = self.area
        self.painter.drawLine(QLineF(area.topLeft(), area.bottomLeft()))
        self.painter.drawLine(QLineF(area.bottomLeft(), area.bottomRight()))

    def left_axis(self, label: str, *, n_max: int = 5) -> None:
        """Draw ticks, numbers and faint grid lines, with the label on its side."""
        ticks = nice_ticks(*self.y_range, n_max)
        self.painter.setFont(page_font(SMALL))
        for tick, text in zip(ticks, tick_texts(ticks), strict=True):
            self.level(float(tick), COLOURS.faint)
            place = float(self.y(tick))
            self.painter.setPen(QColor(COLOURS.muted))
            box = QRectF(self.area.left() - 60.0, place - 8.0, 60.0 - TICK_LENGTH - 2.0, 16.0)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            self.painter.drawText(box, right, text)
        self.painter.save()
        self.painter.translate(self.area.left() - 50.0, self.area.center().y())
        self.painter.rotate(-90.0)
        box = QRectF(-self.area.height(), -8.0, 2.0 * self.area.height(), 16.0)
        self.painter.drawText(box, Qt.AlignmentFlag.AlignCenter, label)
        self.painter.restore()

    def bottom_axis(self, label: str, *, n_max: int = 10) -> None:
        """Draw ticks and numbers below, with the label at the right end."""
        ticks = nice_ticks(*self.x_range, n_max)
        self._along(ticks, self.x(ticks), label, is_top=False)

    def top_axis(self, stretch: float, label: str, *, n_max: int = 10) -> None:
        """Draw ticks and numbers above, of the abscissa divided by `stretch`."""
        ticks = nice_ticks(self.x_range[0] / stretch, self.x_range[1] / stretch, n_max)
        self._along(ticks, self.x(ticks * stretch), label, is_top=True)

    def _along(self, ticks: FloatArray, places: FloatArray, label: str, *, is_top: bool) -> None:
        """Numbers that would touch the label, which stands at the right end, are left out."""
        painter, area = self.painter, self.area
        painter.setFont(page_font(SMALL))
        metrics = QFontMetricsF(page_font(SMALL))
        edge = area.top() if is_top else area.bottom()
        top = edge - TICK_LENGTH - 14.0 if is_top else edge + TICK_LENGTH
        free = area.right() - metrics.horizontalAdvance(label) - 8.0
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
        for text, place in zip(tick_texts(ticks), places.tolist(), strict=True):
            painter.setPen(QPen(QColor(COLOURS.rival), HAIR))
            outwards = -TICK_LENGTH if is_top else TICK_LENGTH
            painter.drawLine(QLineF(place, edge, place, edge + outwards))
            painter.setPen(QColor(COLOURS.muted))
            half = metrics.horizontalAdvance(text) / 2
            if place + half < free and place - half > area.left() - 30.0:
                painter.drawText(QRectF(place - 40.0, top, 80.0, 14.0), middle, text)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(area.left(), top, area.width(), 14.0), right, label)

    def words(self, place: QPointF, text: str, colour: str, font: QFont) -> None:
        """Write at a baseline, on a little paper, so that a curve does not cross the words."""
        metrics = QFontMetricsF(font)
        paper = metrics.boundingRect(text).translated(place).adjusted(-1.0, 0.0, 1.0, 0.0)
        self.painter.fillRect(paper, QColor(COLOURS.canvas))
        self.painter.setFont(font)
        self.painter.setPen(QColor(colour))
        self.painter.drawText(place, text)

    @property
    def _sides(self) -> Range:
        return self.area.left(), self.area.right()
