"""The spectrum of an aperture over that of the source, and chi2 of its redshifts beside it."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import QSizePolicy, QWidget

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.aperture import ApertureView
from moosegui.data.sky.words import place_in_words
from moosegui.data.spectrum import Spectrum
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font

HEIGHT = 110  # px
CURVE = 0.3  # part of the width that the curve of chi2 has
HIGH_PERCENTILE = 98.5  # of chi2, what fits into the height
PERCENTILES = (1.0, 99.5)  # of the binned flux that fit into the height


class ApertureStrip(QWidget):
    """A low plot below the images; hidden without an aperture."""

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._colours = colours
        self._view: ApertureView | None = None
        self._source: Spectrum | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Spectrum of the aperture")
        self.setToolTip(
            "The spectrum of the aperture less the sky around it; the source's own, scaled to it, "
            "is pale. On the right is χ² of its redshifts. Shift and drag draws another aperture."
        )
        self.hide()

    @override
    def sizeHint(self) -> QSize:
        return QSize(300, HEIGHT)

    @property
    def text(self) -> str:
        """Where the aperture is and what its spectrum says."""
        return "" if self._view is None else view_in_words(self._view)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.update()

    def display(self, view: ApertureView | None, source: Spectrum | None = None) -> None:
        """Draw the spectrum of an aperture, over that of the source; None hides it."""
        self._view, self._source = view, source
        self.setVisible(view is not None)
        self.update()

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        view = self._view
        if view is None:
            return
        painter = QPainter(self)
        painter.setFont(base_font())
        title = painter.fontMetrics().height() + 2
        painter.setPen(QColor(self._colours.text))
        painter.drawText(
            QRectF(RHYTHM, 0, self.width() - 2 * RHYTHM, title),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            self.text,
        )
        whole = QRectF(RHYTHM, title, self.width() - 2 * RHYTHM, self.height() - title)
        of_curve = round(CURVE * whole.width())
        self._paint_curve(painter, whole.adjusted(whole.width() - of_curve, 0, 0, 0), view)
        area = whole.adjusted(0, 0, -of_curve - RHYTHM, 0)
        wave = view.spectrum.wave
        n_bins = max(min(int(area.width()), wave.size // 2), 2)  # none of them without a pixel
        flux = _binned(wave, view.spectrum, n_bins)
        shown = flux[np.isfinite(flux)]
        if not shown.size:
            return
        low, high = (float(value) for value in np.percentile(shown, PERCENTILES))
        margin = 0.15 * max(high - low, 1e-30)
        frame = _Frame(area, (low - margin, high + margin))
        if self._source is not None:
            other = _scaled(_binned(wave, self._source, n_bins), flux)
            _draw(painter, frame, other, QPen(QColor(self._colours.muted), 1.0))
        _draw(painter, frame, flux, QPen(QColor(self._colours.text), 1.0))
        model = Spectrum(wave, np.nan_to_num(view.model), np.isfinite(view.model).astype(float))
        _draw(painter, frame, _binned(wave, model, n_bins), QPen(QColor(self._colours.model), 1.2))

    def _paint_curve(self, painter: QPainter, area: QRectF, view: ApertureView) -> None:
        """Draw the lowest chi2 of each pixel's redshifts, and where the best one is."""
        known = np.isfinite(view.chi2)
        if int(known.sum()) < 2:
            return
        redshifts, chi2 = view.redshifts[known], view.chi2[known]
        n_bins = max(min(int(area.width()), chi2.size), 2)
        places = np.linspace(0, chi2.size, n_bins, endpoint=False).astype(int)
        lowest = np.minimum.reduceat(chi2, places)
        low, high = float(lowest.min()), float(np.percentile(chi2, HIGH_PERCENTILE))
        margin = 0.1 * max(high - low, 1e-30)
        frame = _Frame(area, (low - margin, high + margin))
        part = (view.redshift - redshifts[0]) / max(float(redshifts[-1] - redshifts[0]), 1e-30)
        if 0.0 <= part <= 1.0:
            painter.setPen(QPen(QColor(self._colours.model), 1.0))
            x = area.left() + part * area.width()
            painter.drawLine(QLineF(x, area.top(), x, area.bottom()))
        _draw(painter, frame, lowest, QPen(QColor(self._colours.text), 1.0))


class _Frame:
    """From bins and flux to the widget."""

    def __init__(self, area: QRectF, limits: tuple[float, float]) -> None:
        self.area, self._limits = area, limits

    def points(self, values: FloatArray) -> list[QPointF]:
        (low, high), area = self._limits, self.area
        heights = area.height() * np.clip((values - low) / (high - low), 0.0, 1.0)
        places = area.left() + (np.arange(values.size) + 0.5) * area.width() / values.size
        return [
            QPointF(x, area.bottom() - height)
            for x, height in zip(places.tolist(), heights.tolist(), strict=True)
        ]


def view_in_words(view: ApertureView) -> str:
    """Return `aperture 0.6″, 1.2″ east: z 0.42134, Δχ² 0.12, R 8.1`."""
    aperture = view.aperture
    place = place_in_words(aperture.east, aperture.north)
    where = f"aperture {aperture.radius:.1f}″, {place}"
    if not np.isfinite(view.redshift):
        return f"{where}: nothing can be fitted"
    return f"{where}: z {view.redshift:.5f}, Δχ² {view.relative_depth:.3f}, R {view.robustness:.1f}"


def _binned(wave: FloatArray, spectrum: Spectrum, n_bins: int) -> FloatArray:
    """Return the mean of a spectrum in bins of the wavelengths of another; nan without data."""
    edges = np.linspace(wave[0], wave[-1], n_bins + 1)
    good = spectrum.ivar > 0
    total, _ = np.histogram(spectrum.wave[good], edges, weights=spectrum.flux[good])
    number, _ = np.histogram(spectrum.wave[good], edges)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(number > 0, total / number, np.nan))


def _scaled(values: FloatArray, to: FloatArray) -> FloatArray:
    """Return values scaled to the median and spread of others."""
    both = np.isfinite(values) & np.isfinite(to)
    if not both.any():
        return values
    spread = float(np.std(values[both])) or 1.0
    middle = float(np.median(values[both]))
    return (values - middle) * float(np.std(to[both])) / spread + float(np.median(to[both]))


def _draw(painter: QPainter, frame: _Frame, values: FloatArray, pen: QPen) -> None:
    painter.setPen(pen)
    points = frame.points(np.nan_to_num(values))
    known = np.isfinite(values)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], known, [False])).astype(int)))
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        painter.drawPolyline(QPolygonF(points[start:stop]))
