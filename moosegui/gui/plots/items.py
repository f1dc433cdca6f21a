"""What every plot of the window is made of: step curves, error bands, axes, a calm view box."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6 import sip
from PyQt6.QtCore import QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter
from PyQt6.QtWidgets import QGraphicsSceneWheelEvent, QStyleOptionGraphicsItem, QWidget

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.gui.plots.menuless import bare_plot
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import RHYTHM, Colours, axis_width, base_font

LINE_AT_FULL_DENSITY = 18.0  # px; with a larger font an axis has fewer numbers
MOST_WHOLE = 1e7  # below it a number is written out
N_NUMBERS = 2.5  # steps that an axis shows at least, if it has room
MANY_NUMBERS = 8.0  # lines; an axis that is higher has roomy numbers
ROOMY = 1.6  # heights of a line between two numbers where there is room
OPAQUE = 255
DEVICE_PIXEL = 0  # a pen of width 0 is one device pixel wide at every scale


def pixel_edges(centres: FloatArray) -> FloatArray:
    """Edges half way between the centres of pixels, shape (n + 1,)."""
    middle = (centres[1:] + centres[:-1]) / 2
    first, last = 2 * centres[0] - middle[0], 2 * centres[-1] - middle[-1]
    return np.concatenate(([first], middle, [last]))


def round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below `least` (> 0)."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= least)


class StepCurve(pg.PlotCurveItem):  # type: ignore[misc]
    """A histogram-like line, one device pixel wide, with gaps where pixels are masked.

    Steps are drawn as the lines that they are made of: a path with gaps takes ten times as long
    to make, and a part of a spectrum as long as the whole of it. The ends of lines overlap, which
    would be seen if they let something through, so that translucent steps are a path all the same;
    of opaque ones single pixels at the ends of strokes differ.
    """

    _are_steps = False

    def show_steps(
        self, edges: FloatArray, values: FloatArray, is_good: BoolArray, *, is_joined: bool = True
    ) -> None:
        """Draw finite `values` (n,) between `edges` (n + 1,) where `is_good`; joined, or not."""
        connect = np.zeros(2 * values.size, dtype=np.int32)
        connect[0::2] = is_good
        if is_joined:
            connect[1:-1:2] = is_good[:-1] & is_good[1:]
        self.setData(
            np.repeat(edges, 2)[1:-1],
            np.repeat(np.where(is_good, values, 0.0), 2),
            connect=connect,
            skipFiniteCheck=True,
        )
        self._are_steps = True
        self._choose_drawing()

    def show_line(self, x: FloatArray, y: FloatArray) -> None:
        """Draw a plain line, with gaps where `y` is not finite."""
        is_good = np.isfinite(y)
        connect = np.zeros(y.size, dtype=np.int32)
        connect[:-1] = is_good[:-1] & is_good[1:]
        self.setData(x, np.where(is_good, y, 0.0), connect=connect, skipFiniteCheck=True)
        self._are_steps = False
        self._choose_drawing()

    def set_colour(self, colour: str, width: float = DEVICE_PIXEL) -> None:
        """Change the pen."""
        self.setPen(pg.mkPen(colour, width=width))
        self._choose_drawing()

    def _choose_drawing(self) -> None:
        is_opaque = self.opts["pen"].color().alpha() == OPAQUE
        mode = "on" if self._are_steps and is_opaque else "auto"
        if self.opts["segmentedLineMode"] != mode:
            self.setSegmentedLineMode(mode)


class BandItem(pg.GraphicsObject):  # type: ignore[misc]
    """The area between a lower and an upper step curve.

    One rectangle a pixel, kept in one block of memory: filling the outline of a noisy spectrum
    as a path takes up to 100 ms, the rectangles take one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rectangles: Any = None
        self._bounds = QRectF()
        self._brush = pg.mkBrush(None)

    def set_colour(self, colour: str) -> None:
        """Change the fill, which must be opaque."""
        self._brush = pg.mkBrush(colour)
        self.update()

    def show_band(
        self, edges: FloatArray, lower: FloatArray, upper: FloatArray, is_good: BoolArray
    ) -> None:
        """Fill between finite `lower` and `upper` (n,) where `is_good`."""
        self.prepareGeometryChange()
        corners = np.column_stack((edges[:-1], lower, np.diff(edges), upper - lower))[is_good]
        self._rectangles = rectangles(corners) if len(corners) else None
        self._bounds = QRectF()
        if len(corners):
            bottom, top = float(lower[is_good].min()), float(upper[is_good].max())
            self._bounds = QRectF(edges[0], bottom, edges[-1] - edges[0], top - bottom)
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self.prepareGeometryChange()
        self._rectangles, self._bounds = None, QRectF()
        self.update()

    @override
    def boundingRect(self) -> QRectF:
        return self._bounds

    @override
    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        if self._rectangles is not None:
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(self._brush)
            p.drawRects(self._rectangles)


def rectangles(corners: FloatArray) -> Any:
    """Return a `sip.array` of QRectF with (x, y, width, height) of shape (n, 4)."""
    make_array: Any = sip.array
    array = make_array(QRectF, len(corners))
    memory = np.frombuffer(array, dtype=np.float64).reshape(corners.shape)
    memory[...] = corners
    return array


class ScaledAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis that shows its values divided by a factor, as (1 + z) for the rest frame."""

    def __init__(self, orientation: str) -> None:
        super().__init__(orientation)
        self._factor = 1.0

    def set_factor(self, factor: float) -> None:
        """Divide what is shown by `factor`."""
        if factor != self._factor:
            self._factor = factor
            self.picture = None
            self.update()

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[Any]:  # noqa: N803
        levels = super().tickValues(minVal / self._factor, maxVal / self._factor, size)
        return [(step, [value * self._factor for value in values]) for step, values in levels]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        shown = [value / self._factor for value in values]
        return [str(text) for text in super().tickStrings(shown, scale, spacing)]


class FlooredAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis that names no values below a floor, where a plot keeps room for markers.

    Its name loses the unit, and then all of it, where it is longer than the axis.
    """

    floor = -float("inf")
    is_above_another = False  # whose highest number a number at the foot of this one would meet

    def set_name(self, name: str) -> None:
        """Take another name, in the middle of the axis as far as there is room."""
        if self.labelText != name:
            name_axis(self, name)
            self.resizeEvent()

    @override
    def resizeEvent(self, ev: Any = None) -> None:
        super().resizeEvent(ev)
        room = self.size().height()
        if not (self.labelText and room > 0):
            return
        for name in (self.labelText, self.labelText.partition(" (")[0], ""):
            if self.label.toPlainText().strip() != name:
                self.label.setPlainText(name)
            if self.label.boundingRect().width() <= room + 2 * RHYTHM:
                break
        centre = 0.5 * (room - self.label.boundingRect().width())
        self.label.setPos(self.label.pos().x(), room - centre)

    @override
    def tickSpacing(self, minVal: float, maxVal: float, size: float) -> list[Any]:  # noqa: N803
        """Keep two numbers from touching, and show two if there is room."""
        levels = super().tickSpacing(minVal, maxVal, size)
        shown = maxVal - max(minVal, self.floor)
        least = QFontMetricsF(base_font()).height() * (maxVal - minVal) / max(size, 1.0)
        crowded = ROOMY * least if shown > MANY_NUMBERS * least else least
        apart = [(step, first) for step, first in levels if step >= crowded]
        if not levels or (apart and shown >= N_NUMBERS * apart[-1][0]):
            return apart
        roomy = round_step(ROOMY * least)
        return apart if apart and roomy >= apart[-1][0] else [(roomy, 0)]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        texts = super().tickStrings(values, scale, spacing)
        if max(map(abs, values), default=0.0) < MOST_WHOLE:  # not 900000 below 1e+06
            texts = [f"{value:.0f}" if "e+" in text else text
                     for value, text in zip(values, texts, strict=True)]  # fmt: skip
        low, high = self.range
        line = QFontMetricsF(base_font()).height() * (high - low) / max(self.size().height(), 1.0)
        lowest = max(self.floor, low + 0.5 * line if self.is_above_another else low)
        return [
            str(text) if value >= lowest else "" for value, text in zip(values, texts, strict=True)
        ]


class CalmViewBox(pg.ViewBox):  # type: ignore[misc]
    """A view in which the wheel and a drag move along x; y only with the mouse on its axis."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False)
        self.is_y_manual = False

    @override
    def wheelEvent(self, ev: QGraphicsSceneWheelEvent, axis: int | None = None) -> None:
        self.is_y_manual |= axis == 1
        super().wheelEvent(ev, axis=0 if axis is None else axis)

    @override
    def mouseDragEvent(self, ev: Any, axis: int | None = None) -> None:
        self.is_y_manual |= axis == 1
        super().mouseDragEvent(ev, axis=0 if axis is None else axis)


def make_plot(*, top_axis: bool = False) -> pg.PlotItem:
    """Return a bare plot with a calm view, a left axis of the common width, no buttons."""
    axes = {name: ScaledAxis(name) for name in ("bottom", "top")} | {"left": FlooredAxis("left")}
    plot = bare_plot(CalmViewBox(), axes)
    plot.showAxis("top", top_axis)
    plot.getAxis("left").setWidth(axis_width())
    for name in ("left", "bottom", "top"):
        plot.getAxis(name).enableAutoSIPrefix(enable=False)
    plot.setContentsMargins(0, 0, 0, 0)
    return plot


def name_axis(axis: pg.AxisItem, text: str) -> None:
    """Label an axis; the same label again would lay out all its ticks again, 2 ms."""
    if axis.labelText != text:
        axis.setLabel(text)


def paint_axes(plot: pg.PlotItem, colours: Colours) -> None:
    """Give the axes of `plot` their colours and font."""
    font = base_font()
    # room for one line of digits, kept: an axis that measures its own texts makes the layout
    # follow each time, and the whole plot is painted twice
    room = {"autoExpandTextSpace": False, "tickTextHeight": round(QFontMetricsF(font).height())}
    for name in ("left", "bottom", "top", "right"):
        axis = plot.getAxis(name)
        axis.setPen(pg.mkPen(colours.border))
        axis.setTextPen(pg.mkPen(colours.muted))
        axis.setTickFont(font)
        # two levels of ticks: a third costs as much again on every source, and nobody reads it
        outwards = 1 if name == "top" else -1  # names of lines stand below the upper axis
        axis.setStyle(tickLength=4 * outwards, tickTextOffset=4, maxTickLevel=1, **room)
        axis.label.setFont(font)
        axis.label.setDefaultTextColor(pg.mkColor(colours.muted))
        axis.setTickDensity(min(1.0, LINE_AT_FULL_DENSITY / QFontMetricsF(font).height()))
    plot.getViewBox().setBackgroundColor(colours.canvas)
