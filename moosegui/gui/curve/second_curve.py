"""A second curve under χ²(z), on its own scale: χ²(z₂), which changes by little, or r(z)."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

import numpy as np
import pyqtgraph as pg
from PyQt6.QtGui import QFontMetricsF, QTransform

from moosegui.data.arrays import FloatArray
from moosegui.gui.plots.items import StepCurve
from moosegui.gui.style.theme import Colours, base_font, translucent

LAYER = 0.1  # under the curve of the first galaxy
WORDS_LAYER = 2  # above that curve
EDGE, N_PLACES = 0.01, 9  # of the words along the width
SHARE = 0.35  # of the height between the limits of χ²(z)
WORDS = "χ²(z₂), stretched"


class SecondCurve:
    """A curve that fills the lowest part of a plot, whatever the range of y.

    Parameters
    ----------
    plot : PlotItem
    words : str
        What is said of it; nothing where there is little room.
    role : callable
        Its colour of a palette.
    is_left : bool
        Whether the words stand at the left end, where the curve above leaves room for them there.
    share : float
        Of the height between the limits of χ²(z) that it fills.
    """

    def __init__(
        self,
        plot: pg.PlotItem,
        words: str = WORDS,
        *,
        role: Callable[[Colours], str] = attrgetter("component_b"),
        is_left: bool = False,
        share: float = SHARE,
    ) -> None:
        self._role, self._share = role, share
        self._curve = StepCurve()
        self._curve.setZValue(LAYER)
        self._line = pg.InfiniteLine(angle=0, pen=pg.mkPen(None))
        self._is_left = is_left
        self._words = pg.InfLineLabel(self._line, text=words, position=0.0, anchors=[(0, 0)] * 2)
        self._words.setFont(base_font())
        self._line.setZValue(WORDS_LAYER)
        self._line.hide()
        self._view_box = plot.getViewBox()
        self._above = np.zeros((2, 0))
        plot.addItem(self._curve, ignoreBounds=True)
        plot.addItem(self._line, ignoreBounds=True)
        self._limits = (0.0, 0.0)
        self._between = (0.0, 1.0)

    @property
    def is_shown(self) -> bool:
        """Whether there is a curve."""
        return bool(self._line.isVisible())

    @property
    def words(self) -> str:
        """What is said of it."""
        return str(self._words.format)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._curve.set_colour(self._role(colours))
        self._words.setColor(self._role(colours))
        self._words.fill = pg.mkBrush(translucent(colours.canvas, 0.8))

    def show(self, redshifts: FloatArray, chi2: FloatArray, limits: tuple[float, float]) -> None:
        """Draw a curve whose values between `limits` fill the room that `place` tells."""
        self._curve.show_line(redshifts, chi2)
        self._limits = limits
        self._line.show()
        self.place(*self._between)

    def say(self, words: str) -> None:
        """Say something else of it."""
        self._words.setFormat(words)

    def clear(self) -> None:
        """Draw nothing."""
        self._curve.clear()
        self._line.hide()

    def keep_clear_of(self, fractions: FloatArray, chi2: FloatArray) -> None:
        """Let the words stand where the curve above does not run through them.

        Parameters
        ----------
        fractions : ndarray of shape (n_z,)
            Places along the width of the plot, 0 to 1.
        chi2 : ndarray of shape (n_z,)
        """
        self._above = np.array([fractions, chi2])

    def place(self, low: float, high: float) -> None:
        """Fill the lowest part between these values of the plot's y axis."""
        self._between = (low, high)
        height = self._limits[1] - self._limits[0]
        if not self.is_shown or not height > 0:
            return
        scale = self._share * (high - low) / height
        self._curve.setTransform(QTransform(1, 0, 0, scale, 0, low - scale * self._limits[0]))
        self._line.setValue(low + self._share * (high - low))
        self._words.setPosition(self._free_place(low, high))

    def _free_place(self, low: float, high: float) -> float:
        """Return where the words begin, as a part of the width: where the curve is not."""
        metrics, box = QFontMetricsF(base_font()), self._view_box
        width = (metrics.horizontalAdvance(self.words) + metrics.height()) / max(box.width(), 1.0)
        height = 1.5 * metrics.height() / max(box.height(), 1.0) * (high - low)
        top = low + self._share * (high - low)
        places = np.linspace(EDGE, max(1.0 - EDGE - width, EDGE), N_PLACES)
        places = places if self._is_left else places[::-1]
        x, y = self._above
        in_the_way = (y > top - height) & (y < top + 0.3 * height)
        crossed = [np.count_nonzero(in_the_way & (x >= p) & (x <= p + width)) for p in places]
        return float(places[int(np.argmin(crossed))])
