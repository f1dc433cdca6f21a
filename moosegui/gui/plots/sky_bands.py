"""Sky bands: where the night sky is bright, from the variance itself and from a short list."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pyqtgraph as pg
import scipy
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QPainter
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.medium import convert
from moosegui.data.spectrum import Spectrum
from moosegui.gui.style.theme import Colours, mixed

Interval = tuple[float, float]

PEAK_RATIO = 2.0  # sigma over its running median that counts as a sky line
MEDIAN_PIXELS = 151
MIN_PEAK_PIXELS = 2

# Strong night-sky emission in observed air Angstrom: [O I] and Na D.
AIRGLOW: tuple[float, ...] = (5577.34, 5889.95, 5895.92, 6300.30, 6363.78)
AIRGLOW_HALF_WIDTH = 4.0
# Telluric absorption in observed air Angstrom: O2 B and A bands, H2O.
TELLURIC: tuple[Interval, ...] = (
    (6867.0, 6944.0),
    (7160.0, 7340.0),
    (7594.0, 7700.0),
    (8120.0, 8350.0),
    (8930.0, 9300.0),
)


def variance_peaks(spectrum: Spectrum) -> tuple[Interval, ...]:
    """Ranges where sigma exceeds `PEAK_RATIO` times its running median."""
    good = spectrum.ivar > 0
    if np.count_nonzero(good) < MEDIAN_PIXELS:
        return ()
    sigma = 1.0 / np.sqrt(spectrum.ivar[good])
    is_peak = np.zeros(good.shape, dtype=bool)
    is_peak[good] = sigma > PEAK_RATIO * scipy.ndimage.median_filter(
        sigma, MEDIAN_PIXELS, mode="nearest"
    )
    return _runs(spectrum.wave, is_peak)


def _runs(wave: FloatArray, marked: BoolArray) -> tuple[Interval, ...]:
    flat = np.concatenate(([False], marked, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(flat))
    starts, stops = edges[::2], edges[1::2]
    step = np.gradient(wave)
    return tuple(
        (float(wave[a] - step[a] / 2), float(wave[b - 1] + step[b - 1] / 2))
        for a, b in zip(starts, stops, strict=True)
        if b - a >= MIN_PEAK_PIXELS
    )


@lru_cache(maxsize=4)  # each view of a spectrum asks for them at every z
def sky_intervals(spectrum: Spectrum) -> tuple[Interval, ...]:
    """Sky lines in the spectrum's range and medium, overlaps merged, in increasing order."""
    centres = convert(np.array(AIRGLOW), "air", spectrum.medium)
    listed = [(float(c) - AIRGLOW_HALF_WIDTH, float(c) + AIRGLOW_HALF_WIDTH) for c in centres]
    return _merged([*variance_peaks(spectrum), *_within(spectrum, listed)])


def telluric_intervals(spectrum: Spectrum) -> tuple[Interval, ...]:
    """Telluric absorption bands in the spectrum's range and medium."""
    edges = convert(np.array(TELLURIC), "air", spectrum.medium)
    return _within(spectrum, [(float(a), float(b)) for a, b in edges])


def _within(spectrum: Spectrum, intervals: list[Interval]) -> tuple[Interval, ...]:
    first, last = float(spectrum.wave[0]), float(spectrum.wave[-1])
    return tuple((max(a, first), min(b, last)) for a, b in intervals if b > first and a < last)


def _merged(intervals: list[Interval]) -> tuple[Interval, ...]:
    merged: list[Interval] = []
    for start, stop in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], stop))
        else:
            merged.append((start, stop))
    return tuple(merged)


def inside(wave: FloatArray, intervals: tuple[Interval, ...]) -> BoolArray:
    """Whether each wavelength lies in one of the sorted, disjoint `intervals`."""
    if not intervals:
        return np.zeros(wave.shape, dtype=bool)
    starts, stops = np.array(intervals).T
    before = np.searchsorted(starts, wave, side="right") - 1
    return np.asarray((before >= 0) & (wave <= stops[np.maximum(before, 0)]), dtype=bool)


class SkyBands(pg.GraphicsObject):  # type: ignore[misc]
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

    def boundingRect(self) -> QRectF:  # Qt's name
        """All that is visible."""
        return QRectF(self.viewRect())

    def viewRangeChanged(self) -> None:  # pyqtgraph's name
        """Follow the view."""
        self.prepareGeometryChange()
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
