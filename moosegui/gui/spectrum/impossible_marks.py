"""Crosses on the pixels that cannot be real, which the fit leaves out."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg

from moosegui.gui.plots.spectrum_view import Curves
from moosegui.gui.style.theme import Colours

SIZE = 9  # pixels of the screen


class ImpossibleMarks(pg.ScatterPlotItem):  # type: ignore[misc]
    """A cross on each pixel, at the edge of what is shown where its flux lies beyond."""

    def __init__(self, colours: Colours) -> None:
        super().__init__(symbol="x", size=SIZE, pxMode=True)
        self.set_colours(colours)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self.setPen(pg.mkPen(colours.error, width=2))
        self.setBrush(pg.mkBrush(colours.error))

    def mark(self, curves: Curves | None, flux_range: tuple[float, float]) -> None:
        """Mark the pixels of what is shown; nothing for None."""
        if curves is None or not curves.is_impossible.any():
            self.setData([], [])
            return
        chosen = curves.is_impossible
        low, high = flux_range
        margin = 0.03 * (high - low)
        flux = np.clip(curves.flux[chosen], low + margin, high - margin)
        self.setData(curves.wave[chosen], flux)
