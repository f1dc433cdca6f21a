"""The basis in a window of its own: its vectors, and what each adds to the model on screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QDialog, QLabel, QWidget

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.fit.basis.envelope import cut_height, envelope
from moosegui.gui.plots.canvas import make_canvas, place_side_by_side, stacked
from moosegui.gui.plots.items import CalmViewBox, StepCurve, paint_axes
from moosegui.gui.plots.line_labels import LineLabels, marks_at
from moosegui.gui.plots.menuless import bare_plot
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font, translucent

N_STRETCHES = 1500  # in which curves are drawn, about the pixels of the plot
ROW_HEIGHT = 0.85  # of the distance between two vectors
BAR_HEIGHT = 0.5
LABEL_ROOM = 0.9  # rows kept above the first and below the last vector for names of lines
SIZE = (1100, 820)  # px at first
CLOSING_KEYS = (Qt.Key.Key_Escape,)


@dataclass(frozen=True, slots=True, eq=False)
class BasisView:
    """A basis, and how the model on screen is made of it.

    Parameters
    ----------
    basis : Basis
    coefficients : ndarray of shape (n_components,) or None
        None while there is no model.
    window : (float, float) or None
        Rest wavelengths in Angstrom that the spectrum on screen covers.
    title : str
        What is on screen, as `0042 at z 0.7342`.
    """

    basis: Basis
    coefficients: FloatArray | None = None
    window: tuple[float, float] | None = None
    title: str = ""

    def shares(self) -> FloatArray | None:
        """Return which part of the model's light each vector gives, shape (n_components,).

        Between the wavelengths of the window; None without a model, or where it is zero.
        """
        if self.coefficients is None or self.window is None:
            return None
        log10_wave = self.basis.grid.log10_wave
        start, stop = np.searchsorted(log10_wave, np.log10(self.window))
        light = self.coefficients * self.basis.components[:, start:stop].sum(axis=1)
        return np.asarray(light / light.sum()) if light.sum() > 0 else None


class BasisWindow(QDialog):
    """Every vector against rest wavelength with marks of lines, and bars of its share of the light.

    It does not block; Esc closes it.
    """

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)
        self._connect()

    def _build(self, colours: Colours) -> None:
        self._colours = colours
        self._view: BasisView | None = None
        self._basis: Basis | None = None
        self._curves: list[StepCurve] = []
        self.setModal(False)
        self.setWindowTitle("Basis")
        self._facts = QLabel()
        self._facts.setContentsMargins(RHYTHM, RHYTHM // 2, RHYTHM, 0)
        self._canvas = make_canvas("vectors of the basis", colours)
        layout = stacked(self)
        layout.addWidget(self._facts)
        layout.addWidget(self._canvas, 1)
        self._vectors = _bare_plot({"bottom": LogWaveAxis("bottom")})
        self._vectors.getAxis("bottom").setLabel("Rest wavelength (Å)")
        self._vectors.getAxis("left").setLabel("Component")
        self._bars = _bare_plot({})
        self._bars.getAxis("bottom").setLabel("Share of the light (%)")
        self._bars.setYLink(self._vectors)
        self._bars.setXRange(0.0, 100.0, padding=0)
        self._bars.setMouseEnabled(x=False, y=False)
        margins = (RHYTHM // 2, RHYTHM // 2, 2 * RHYTHM, RHYTHM // 2)
        self._canvas.ci.layout.setContentsMargins(*margins)
        place_side_by_side(self._canvas, (self._vectors, self._bars), (5, 1))
        self._add_items()
        self.resize(*SIZE)
        self.set_colours(colours)

    def _connect(self) -> None:
        self._vectors.getViewBox().sigXRangeChanged.connect(self._draw_curves)

    def _add_items(self) -> None:
        self._labels = LineLabels(self._vectors.getViewBox(), self._colours)
        self._window = pg.LinearRegionItem(movable=False, pen=pg.mkPen(None))
        self._window.setZValue(-10)
        self._window.hide()
        self._vectors.addItem(self._window, ignoreBounds=True)
        self._bar_item = pg.BarGraphItem(x0=[], y=[], height=BAR_HEIGHT, width=[])
        self._bars.addItem(self._bar_item, ignoreBounds=True)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self._canvas.setBackground(colours.canvas)
        for plot in (self._vectors, self._bars):
            paint_axes(plot, colours)
        self._labels.set_colours(colours)
        self._window.setBrush(pg.mkBrush(translucent(colours.sky, 0.1)))
        self._bar_item.setOpts(brush=pg.mkBrush(colours.model), pen=pg.mkPen(None))
        self._paint_curves()

    def display(self, view: BasisView | None) -> None:
        """Show a basis and the model's use of it, or nothing; the zoom stays within one basis."""
        self._view = view
        self._facts.setText("" if view is None else _described(view))
        self._facts.setToolTip("" if view is None else _provenance(view.basis))
        basis = None if view is None else view.basis
        if basis is not self._basis:
            self._basis = basis
            self._show_basis(basis)
        self._show_window()
        self._show_shares()
        self._paint_curves()

    def shown_shares(self) -> tuple[float, ...]:
        """Return the lengths of the bars from the first component on, in percent."""
        return tuple(float(width) for width in self._bar_item.opts["width"])

    def shown_range(self) -> tuple[float, float]:
        """Return the rest wavelengths on screen, in Angstrom."""
        start, stop = self._vectors.getViewBox().viewRange()[0]
        return float(10.0**start), float(10.0**stop)

    def _show_basis(self, basis: Basis | None) -> None:
        for curve in self._curves:
            self._vectors.removeItem(curve)
        self._curves = []
        self._labels.set_marks(())
        if basis is None:
            return
        x, n = basis.grid.log10_wave, basis.n_components
        for _ in range(n):
            curve = StepCurve()
            self._vectors.addItem(curve, ignoreBounds=True)
            self._curves.append(curve)
        self._name_rows(n)
        box = self._vectors.getViewBox()
        box.setLimits(xMin=float(x[0]), xMax=float(x[-1]))
        self._vectors.setXRange(float(x[0]), float(x[-1]), padding=0)
        self._vectors.setYRange(-LABEL_ROOM, n + LABEL_ROOM, padding=0)
        unknown = np.ones(x.size)
        marks = marks_at(0.0, basis.medium, basis.grid.wave, None, unknown)
        self._draw_curves()
        self._labels.set_marks(
            tuple(replace(mark, wave=float(np.log10(mark.wave))) for mark in marks)
        )

    def _draw_curves(self) -> None:
        """Draw the visible part of each vector in as many points as there are pixels."""
        basis = self._basis
        if basis is None:
            return
        x = basis.grid.log10_wave
        start, stop = np.searchsorted(x, self._vectors.getViewBox().viewRange()[0])
        part = slice(max(start - 1, 0), stop + 1)
        for i, (curve, component) in enumerate(zip(self._curves, basis.components, strict=True)):
            heights = np.minimum(component[part] / cut_height(component), 1.0)
            base = basis.n_components - 1 - i
            curve.show_line(*envelope(x[part], ROW_HEIGHT * heights + base, N_STRETCHES))

    def _name_rows(self, n: int) -> None:
        middle = [(n - 1 - i + ROW_HEIGHT / 2, str(i + 1)) for i in range(n)]
        self._vectors.getAxis("left").setTicks([middle])
        self._bars.getAxis("left").setTicks([[]])

    def _show_window(self) -> None:
        view = self._view
        is_known = view is not None and view.window is not None
        self._window.setVisible(is_known)
        if view is not None and view.window is not None:
            self._window.setRegion(tuple(np.log10(view.window)))

    def _show_shares(self) -> None:
        view = self._view
        shares = None if view is None else view.shares()
        if shares is None:
            self._bar_item.setOpts(x0=[], y=[], width=[])
            return
        rows = shares.size - 1 - np.arange(shares.size) + ROW_HEIGHT / 2
        self._bar_item.setOpts(x0=np.zeros(shares.size), y=rows, width=100.0 * shares)

    def _paint_curves(self) -> None:
        """Draw the vectors that the model uses in the colour of data, the others fainter."""
        shares = None if self._view is None else self._view.shares()
        for i, curve in enumerate(self._curves):
            is_used = shares is None or shares[i] > 0
            curve.set_colour(self._colours.data if is_used else self._colours.rival)

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is not None and a0.key() in CLOSING_KEYS:
            self.close()
            return
        super().keyPressEvent(a0)


class LogWaveAxis(pg.AxisItem):  # type: ignore[misc]
    """An axis of log10 wavelengths that names round wavelengths."""

    @override
    def tickValues(self, minVal: float, maxVal: float, size: float) -> list[Any]:  # noqa: N803
        levels = super().tickValues(10.0**minVal, 10.0**maxVal, size)
        return [
            (step, [float(np.log10(value)) for value in values if value > 0])
            for step, values in levels
        ]

    @override
    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [f"{10.0**value:.6g}" for value in values]


def _bare_plot(axes: dict[str, pg.AxisItem]) -> pg.PlotItem:
    plot = bare_plot(CalmViewBox(), axes)
    for name in ("left", "bottom"):
        plot.getAxis(name).enableAutoSIPrefix(enable=False)
        plot.getAxis(name).setTickFont(base_font())
    return plot


def _described(view: BasisView) -> str:
    basis = view.basis
    facts = f"{basis.name}   {basis.medium}"
    return f"{facts}   –   {view.title}" if view.title else facts


def _provenance(basis: Basis) -> str:
    facts = (*basis.provenance, ("fingerprint", basis.fingerprint))
    return "\n".join(f"{key}: {value}" for key, value in facts)
