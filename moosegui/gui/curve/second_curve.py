"""A second curve under χ²(z), on its own scale: χ²(z₂), which changes by little, or r(z)."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

import pyqtgraph as pg
from PyQt6.QtGui import QTransform

from moosegui.data.arrays import FloatArray
from moosegui.gui.plots.items import StepCurve
from moosegui.gui.style.theme import Colours, base_font, translucent

LAYER = 0.1  # under the curve of the first galaxy
WORDS_LAYER = 2  # above that curve
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
        Whether the words stand at the left end.
    """

    def __init__(
        self,
        plot: pg.PlotItem,
        words: str = WORDS,
        *,
        role: Callable[[Colours], str] = attrgetter("component_b"),
        is_left: bool = False,
    ) -> None:
        self._role = role
        self._curve = StepCurve()
        self._curve.setZValue(LAYER)
        self._line = pg.InfiniteLine(angle=0, pen=pg.mkPen(None))
        position, anchor = (0.01, (0, 0)) if is_left else (0.99, (1, 0))
        self._words = pg.InfLineLabel(
            self._line, text=words, position=position, anchors=[anchor] * 2
        )
        self._words.setFont(base_font())
        self._line.setZValue(WORDS_LAYER)
        self._line.hide()
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

    def place(self, low: float, high: float) -> None:
        """Fill the lowest part between these values of the plot's y axis."""
        self._between = (low, high)
        height = self._limits[1] - self._limits[0]
        if not self.is_shown or not height > 0:
            return
        scale = SHARE * (high - low) / height
        self._curve.setTransform(QTransform(1, 0, 0, scale, 0, low - scale * self._limits[0]))
        self._line.setValue(low + SHARE * (high - low))
