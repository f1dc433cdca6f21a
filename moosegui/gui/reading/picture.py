"""A small picture of a spectrum under one reading, drawn without axes."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QPointF, QSize
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from moosegui.data.arrays import FloatArray
from moosegui.data.spectrum import Spectrum
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, Colours

SIZE = QSize(230, 96)  # px
MARGIN = 4.0  # px
PERCENTILES = (0.5, 99.8)
N_BINS = 160  # at most: finer noise would hide the lines
HALF_CLOSE_UP = 40.0  # Angstrom, where the readings differ by one or two


class Picture(QWidget):
    """Flux over wavelength with the band of its errors, from edge to edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colours = LIGHT
        empty = np.zeros(0)
        self._wave, self._flux, self._sigma = empty, empty, empty
        self.setMinimumSize(SIZE.width() // 2, SIZE.height() // 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.update()

    def display(self, spectrum: Spectrum | None, window: tuple[float, float] | None = None) -> None:
        """Show a spectrum, or what of it lies in a window of wavelengths; nothing for None."""
        if spectrum is None:
            self._wave = np.zeros(0)
        else:
            good = spectrum.ivar > 0
            if window is not None:
                good &= (spectrum.wave >= window[0]) & (spectrum.wave <= window[1])
            arrays = (spectrum.wave[good], spectrum.flux[good], 1.0 / spectrum.ivar[good])
            step = max(1, round(np.count_nonzero(good) / N_BINS))
            self._wave, self._flux, variance = (_binned(values, step) for values in arrays)
            self._sigma = np.sqrt(variance / step)
            self._limits = window or (float(spectrum.wave[0]), float(spectrum.wave[-1]))
        self.update()

    @property
    def shown(self) -> tuple[FloatArray, FloatArray]:
        """Wavelengths and fluxes that are drawn."""
        return self._wave, self._flux

    @override
    def sizeHint(self) -> QSize:
        return SIZE

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.canvas))
        if self._wave.size < 2:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, low, high = self._places(), *self._range()
        top, bottom = self._flux + self._sigma, self._flux - self._sigma
        band = [*_points(x, self._y(top, low, high)), *_points(x, self._y(bottom, low, high))[::-1]]
        painter.setPen(QColor(self._colours.band))
        painter.setBrush(QColor(self._colours.band))
        painter.drawPolygon(QPolygonF(band))
        painter.setPen(QColor(self._colours.data))
        painter.drawPolyline(QPolygonF(_points(x, self._y(self._flux, low, high))))

    def _places(self) -> FloatArray:
        first, last = self._limits
        return np.asarray((self._wave - first) / (last - first) * self.width())

    def _range(self) -> tuple[float, float]:
        low, high = (float(value) for value in np.percentile(self._flux, PERCENTILES))
        return (low, high) if high > low else (low - 1.0, high + 1.0)

    def _y(self, values: FloatArray, low: float, high: float) -> FloatArray:
        room = self.height() - 2 * MARGIN
        places = MARGIN + (high - values) / (high - low) * room
        return np.clip(places, -room, 2 * room + 2 * MARGIN)


def close_up(spectrum: Spectrum) -> tuple[float, float]:
    """Return the wavelengths around the highest peak over the errors."""
    height = spectrum.flux * np.sqrt(spectrum.ivar)
    peak = float(spectrum.wave[int(np.argmax(height))])
    return peak - HALF_CLOSE_UP, peak + HALF_CLOSE_UP


def _binned(values: FloatArray, step: int) -> FloatArray:
    """Return the means of `step` values each; the last ones that are fewer are left out."""
    n_bins = values.size // step
    return np.asarray(values[: n_bins * step].reshape(n_bins, step).mean(axis=1))


def _points(x: FloatArray, y: FloatArray) -> list[QPointF]:
    return [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
