"""The line strip: small windows on the lines that decide at the z on screen.

All windows are painted by one widget from arrays: nothing is created for a new z.
"""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.gui.plots.line_window import LineWindow
from moosegui.gui.plots.line_window_painter import LineWindowPainter
from moosegui.gui.plots.places import SpectrumPlace
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import (
    LIGHT,
    RHYTHM,
    Colours,
    base_font,
    heavy_font,
)

N_DIGITS_WIDE = 15  # the least width of a window
PLOT_HEIGHT = 76  # px, the wished height between the two lines of text
WIDE_CELL = 1.2  # times the least width from which there is room for all words
SEEN = 3.0  # sigma from which the number is heavy

NO_LINE = "No line of the list can be measured at this z"
NO_REDSHIFT = "No redshift is on screen: O takes a solution, Z types one"


class LineStrip(QWidget):
    """Windows on the most diagnostic lines, in the order of wavelength.

    Signals: `line_clicked(float)` with the observed wavelength in Angstrom,
    `menu_requested(SpectrumPlace)` by the right button.
    """

    line_clicked = pyqtSignal(float)
    menu_requested = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)

    def _build(self, colours: Colours) -> None:
        self._colours = colours
        self._windows: tuple[LineWindow, ...] = ()
        self._has_redshift = True
        self._plain, self._heavy = base_font(), heavy_font()
        self._metrics, self._heavy_metrics = QFontMetrics(self._plain), QFontMetrics(self._heavy)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setMinimumHeight(2 * self._metrics.height() + PLOT_HEIGHT // 2)
        self.setAccessibleName("Line strip")
        self.setToolTip(
            "The lines that decide at this z, with the σ measured (top) and expected by the\n"
            "model (bottom); ±1500 km/s, for the broad lines of a quasar ±9000. A line that is\n"
            "clearly seen up to 800 km/s beside its place is measured there, at the dashed line.\n"
            "Click one to look at it in the spectrum."
        )

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, 2 * self._metrics.height() + PLOT_HEIGHT + 6)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.update()

    def display(self, windows: tuple[LineWindow, ...], *, has_redshift: bool = True) -> None:
        """Show windows, given with the most diagnostic first; as many as there is room for."""
        self._windows, self._has_redshift = windows, has_redshift
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
        if a0 is None:
            return
        for cell, window in zip(self.cells(), self.shown, strict=True):
            if not cell.contains(a0.position()):
                continue
            if a0.button() == Qt.MouseButton.LeftButton:
                self.line_clicked.emit(window.wave)
            elif a0.button() == Qt.MouseButton.RightButton:
                seen = window.wave * (1.0 + window.offset / SPEED_OF_LIGHT)
                place = SpectrumPlace(a0.globalPosition().toPoint(), seen, window.line)
                self.menu_requested.emit(place)

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.window))
        if not self._windows:
            painter.setPen(QColor(self._colours.muted))
            painter.setFont(self._plain)
            words = NO_LINE if self._has_redshift else NO_REDSHIFT
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)
        for cell, window in zip(self.cells(), self.shown, strict=True):
            self._paint_window(painter, cell, window)

    def _paint_window(self, painter: QPainter, cell: QRectF, window: LineWindow) -> None:
        line = self._metrics.height()
        plot = cell.adjusted(0, line + 2, 0, -line - 3)
        painter.fillRect(plot, QColor(self._colours.canvas))
        LineWindowPainter(painter, plot, window, self._colours).paint()
        self._paint_words(painter, cell, window)

    def _paint_words(self, painter: QPainter, cell: QRectF, window: LineWindow) -> None:
        colours, inner = self._colours, cell.adjusted(1, 1, -1, -1)
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        is_seen = abs(window.snr) >= SEEN
        painter.setFont(self._heavy if is_seen else self._plain)
        painter.setPen(QColor(colours.absorption if window.is_absorption else colours.emission))
        painter.drawText(inner, left | top, self.name_of(window, inner.width()))
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

    def name_of(self, window: LineWindow, width: float) -> str:
        """Return the name over a window, with the rest wavelength where another has the same.

        Parameters
        ----------
        window : LineWindow
            One of those shown.
        width : float
            What there is for name and σ, in px.
        """
        twins = [other for other in self.shown if other.label == window.label]
        if len(twins) == 1 or window.line is None:
            return window.label
        texts = [f"{_longer(twin)}  {sigmas(twin.snr)}" for twin in twins]
        has_room = max(map(self._heavy_metrics.horizontalAdvance, texts)) <= width
        return _longer(window) if has_room else window.label

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


def _longer(window: LineWindow) -> str:
    return window.label if window.line is None else f"{window.label} {window.line.wave:.0f}"


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
