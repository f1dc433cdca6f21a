"""The line strip: small windows on the lines that decide at the z on screen.

All windows are painted by one widget from arrays: nothing is created for a new z.
"""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.gui.plots.line_window import HALF_WIDTH, LineWindow
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import (
    LIGHT,
    RHYTHM,
    Colours,
    base_font,
    heavy_font,
    mixed,
    translucent,
)

N_DIGITS_WIDE = 15  # the least width of a window
PLOT_HEIGHT = 76  # px, the wished height between the two lines of text
TICK = 7.0  # px
WIDE_CELL = 1.2  # times the least width from which there is room for all words
SEEN = 3.0  # sigma from which the number is heavy


class LineStrip(QWidget):
    """Windows on the most diagnostic lines, in the order of wavelength.

    Signals: `line_clicked(float)` with the observed wavelength in Angstrom.
    """

    line_clicked = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)

    def _build(self, colours: Colours) -> None:
        self._colours = colours
        self._windows: tuple[LineWindow, ...] = ()
        self._plain, self._heavy = base_font(), heavy_font()
        self._metrics, self._heavy_metrics = QFontMetrics(self._plain), QFontMetrics(self._heavy)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(2 * self._metrics.height() + PLOT_HEIGHT // 2)
        self.setAccessibleName("Line strip")
        self.setToolTip(
            "The lines that decide at this z, with the σ measured (top) and expected by the model\n"
            "(bottom); ±1500 km/s. A line that is clearly seen up to 800 km/s beside its place is\n"
            "measured there, at the dashed line. Click one to look at it in the spectrum."
        )

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, 2 * self._metrics.height() + PLOT_HEIGHT + 6)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.update()

    def display(self, windows: tuple[LineWindow, ...]) -> None:
        """Show windows, given with the most diagnostic first; as many as there is room for."""
        self._windows = windows
        self.update()

    @property
    def shown(self) -> tuple[LineWindow, ...]:
        """What there is room for, in the order of wavelength."""
        n_max = max(int(self.width() // self._min_width), 1)
        return tuple(sorted(self._windows[:n_max], key=lambda window: window.wave))

    def cells(self) -> tuple[QRectF, ...]:
        """Where the windows lie, in px."""
        n_cells = len(self.shown)
        if n_cells == 0:
            return ()
        # a single line must not become a banner
        width = min((self.width() - RHYTHM) / n_cells, 3.0 * self._min_width)
        step, left = round(width), RHYTHM / 2
        return tuple(
            QRectF(left + i * step, 0.0, step - RHYTHM, float(self.height()))
            for i in range(n_cells)
        )

    @property
    def _min_width(self) -> float:
        return float(self._metrics.horizontalAdvance("0" * N_DIGITS_WIDE))

    @override
    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is None or a0.button() != Qt.MouseButton.LeftButton:
            return
        for cell, window in zip(self.cells(), self.shown, strict=True):
            if cell.contains(a0.position()):
                self.line_clicked.emit(window.wave)

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.window))
        if not self._windows:
            painter.setPen(QColor(self._colours.muted))
            painter.setFont(self._plain)
            words = "No line of the list can be measured at this z"
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        for cell, window in zip(self.cells(), self.shown, strict=True):
            self._paint_window(painter, cell, window)

    def _paint_window(self, painter: QPainter, cell: QRectF, window: LineWindow) -> None:
        line = self._metrics.height()
        plot = cell.adjusted(0, line + 2, 0, -line - 3)
        painter.fillRect(plot, QColor(self._colours.canvas))
        _WindowPainter(painter, plot, window, self._colours).paint()
        self._paint_words(painter, cell, window)

    def _paint_words(self, painter: QPainter, cell: QRectF, window: LineWindow) -> None:
        colours, inner = self._colours, cell.adjusted(1, 1, -1, -1)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        is_seen = abs(window.snr) >= SEEN
        painter.setFont(self._heavy if is_seen else self._plain)
        painter.setPen(QColor(colours.absorption if window.is_absorption else colours.emission))
        painter.drawText(inner, left | top, window.label)
        painter.setPen(QColor(colours.text if is_seen else colours.muted))
        painter.drawText(inner, right | top, sigmas(window.snr))
        self._paint_asymmetry(painter, inner, window)
        painter.setFont(self._plain)
        painter.setPen(QColor(colours.muted))
        if window.offset:
            painter.setPen(QColor(colours.trial))
        painter.drawText(inner, left | bottom, place_words(window))
        painter.setPen(QColor(colours.muted))
        is_wide = cell.width() >= WIDE_CELL * self._min_width
        if np.isfinite(window.expected_snr):
            words = "model " if is_wide else ""
            painter.drawText(inner, right | bottom, f"{words}{sigmas(window.expected_snr)}")

    def _paint_asymmetry(self, painter: QPainter, inner: QRectF, window: LineWindow) -> None:
        """Write it between label and signal to noise, as far as there is room."""
        before = self._heavy_metrics.horizontalAdvance(f"{window.label} ")
        behind = self._heavy_metrics.horizontalAdvance(f" {sigmas(window.snr)}")
        room = inner.adjusted(before, 0, -behind, 0)
        for words in asymmetry_texts(window.asymmetry):
            if self._metrics.horizontalAdvance(words) <= room.width():
                painter.setFont(self._plain)
                painter.setPen(QColor(self._colours.muted))
                side = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
                painter.drawText(room, side, words)
                return


def place_words(window: LineWindow) -> str:
    """Say where a line is: its wavelength, or how far beside its place it was measured."""
    if window.offset:
        return f"{window.offset:+.0f} km/s".replace("-", "−")
    return f"{window.wave:.0f} Å"


def asymmetry_texts(asymmetry: tuple[float, float]) -> tuple[str, ...]:
    """Return an asymmetry as text, the longest way first; nothing when it is unknown."""
    if not np.isfinite(asymmetry[0]):
        return ()
    value = f"{asymmetry[0]:+.2f}".replace("-", "−")
    return f"asym {value} ± {asymmetry[1]:.2f}", f"asym {value}", f"A {value}"


def sigmas(snr: float) -> str:
    """Return a signal to noise as text; absorption is negative."""
    if not np.isfinite(snr):
        return ""
    text = f"{snr:.0f}σ" if abs(snr) >= 10 else f"{snr:.1f}σ"
    return text.removeprefix("-") if text == "-0.0σ" else text.replace("-", "−")


class _WindowPainter:
    """Paints one window between its two lines of text."""

    def __init__(
        self, painter: QPainter, plot: QRectF, window: LineWindow, colours: Colours
    ) -> None:
        self._painter, self._plot = painter, plot
        self._window, self._colours = window, colours
        low, high = window.flux_range
        self._x_scale = plot.width() / (2.0 * HALF_WIDTH)
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
        return np.asarray(self._plot.left() + (velocity + HALF_WIDTH) * self._x_scale)

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
