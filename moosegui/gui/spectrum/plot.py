"""The spectrum with its model, lines and sky, and below it the residual in sigma."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtWidgets import QWidget

from moosegui.data.arrays import FloatArray
from moosegui.data.medium import convert
from moosegui.data.spectrum import FLUX_UNIT
from moosegui.fit.lines.sky import telluric_intervals
from moosegui.gui.plots.canvas import make_canvas, prepare_to_paint, stacked
from moosegui.gui.plots.items import (
    DEVICE_PIXEL,
    BandItem,
    StepCurve,
    make_plot,
    name_axis,
    paint_axes,
    pixel_edges,
)
from moosegui.gui.plots.line_labels import LineLabels, as_seen, expected_among, marks_at
from moosegui.gui.plots.places import SpectrumPlace
from moosegui.gui.plots.rival_view import RivalView
from moosegui.gui.plots.sky_bands import SkyBands
from moosegui.gui.plots.spectrum_view import Curves, SpectrumView
from moosegui.gui.plots.vote_marks import VoteMark, VoteMarks
from moosegui.gui.spectrum.feature_marks import FeatureMarks
from moosegui.gui.spectrum.header import SpectrumHeader
from moosegui.gui.spectrum.impossible_marks import ImpossibleMarks
from moosegui.gui.spectrum.nearest_line import nearest_line
from moosegui.gui.spectrum.rival_layer import DecidingRanges, RivalWords
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, mixed, translucent

UNIT_LABELS = {FLUX_UNIT: "10⁻²⁰ erg s⁻¹ cm⁻² Å⁻¹"}
ZOOM_LIMIT = 10.0  # Angstrom, the narrowest range
CURSOR_RATE = 60  # readouts a second
MODEL_WIDTH = 1.0
BEYOND_WIDTH = 3.0  # px, where the residual leaves its range
LAYER = 0.5  # above the sky bands, below everything else
RAW_TINT, DIM_TINT = 0.7, 0.3  # of raw data behind smoothed ones, and of pixels of the sky
GUIDE_SIGMAS = (-3.0, -1.0, 1.0, 3.0)

CLOSE_UP = 60.0  # Angstrom to each side of a line that is looked at


class SpectrumPlot(QWidget):
    """The spectrum, its model and residual.

    Signals: `wavelength_clicked(float)` in Angstrom of the axis, `range_changed(float, float)`,
    `cursor_moved(str)`, `menu_requested(SpectrumPlace)` by the right button, `account_requested`
    by the "i" beside the name.
    """

    wavelength_clicked = pyqtSignal(float)
    range_changed = pyqtSignal(float, float)
    cursor_moved = pyqtSignal(str)
    menu_requested = pyqtSignal(object)
    account_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)
        self._connect()

    def _build(self, colours: Colours) -> None:
        self._colours = colours
        self._view: SpectrumView | None = None
        self._curves: Curves | None = None
        self._drawn: Curves | None = None
        self._rival: RivalView | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._header = SpectrumHeader(colours)
        self._canvas = make_canvas("Spectrum and residual", colours)
        layout = stacked(self)
        layout.addWidget(self._header)
        self._rival_words = RivalWords(colours)
        layout.addWidget(self._rival_words)
        layout.addWidget(self._canvas, 1)
        self._build_plots()
        self._build_items()
        self.set_colours(colours)

    def _build_plots(self) -> None:
        self._plot = make_plot(top_axis=True)
        self._plot.getAxis("left").is_above_another = True
        self._residual_plot = make_plot()
        self._canvas.addItem(self._plot, row=0, col=0)
        self._canvas.addItem(self._residual_plot, row=1, col=0)
        grid = self._canvas.ci.layout
        grid.setContentsMargins(2, 0, RHYTHM, 0)
        grid.setRowStretchFactor(0, 4)
        grid.setRowStretchFactor(1, 1)
        self._residual_plot.setXLink(self._plot)
        self._plot.getAxis("bottom").setStyle(showValues=False)
        self._plot.getAxis("bottom").setHeight(1)
        self._residual_plot.getAxis("left").setLabel("Residual (σ)")
        self._residual_plot.setMinimumHeight(96)

    def _build_items(self) -> None:
        self._sky, self._residual_sky = SkyBands(self._colours), SkyBands(self._colours)
        self._band, self._flux, self._model = BandItem(), StepCurve(), StepCurve()
        self._raw, self._dim = StepCurve(), StepCurve()
        self._rival_model = StepCurve()
        self._residual, self._beyond = StepCurve(), StepCurve()
        self._zero = pg.InfiniteLine(pos=0.0, angle=0)
        self._guides = [pg.InfiniteLine(pos=level, angle=0) for level in (0.0, *GUIDE_SIGMAS)]
        for i_layer, item in enumerate(
            (
                *(self._sky, self._zero, self._raw, self._band),
                *(self._dim, self._flux, self._rival_model, self._model),
            )
        ):
            item.setZValue(i_layer)
            self._plot.addItem(item, ignoreBounds=True)
        for i_layer, item in enumerate(
            (self._residual_sky, *self._guides, self._residual, self._beyond)
        ):
            item.setZValue(i_layer)
            self._residual_plot.addItem(item, ignoreBounds=True)
        self._labels = LineLabels(self._plot.getViewBox(), self._colours)
        self.marks = FeatureMarks(self._plot.getViewBox(), self._colours)
        self._votes = VoteMarks(self._residual_plot.getViewBox(), self._colours)
        self._impossible = ImpossibleMarks(self._colours)
        self._impossible.setZValue(LAYER + 10)
        self._plot.addItem(self._impossible, ignoreBounds=True)
        self._deciding = (DecidingRanges(self._colours), DecidingRanges(self._colours))
        self.add_layer(*self._deciding)

    def _connect(self) -> None:
        self._header.info.clicked.connect(self.account_requested)
        scene = self._canvas.scene()
        scene.sigMouseClicked.connect(self._on_mouse_clicked)
        self._cursor_proxy = pg.SignalProxy(
            scene.sigMouseMoved, rateLimit=CURSOR_RATE, slot=self._on_mouse_moved
        )
        self._plot.getViewBox().sigXRangeChanged.connect(self._on_x_range_changed)
        self._plot.getViewBox().sigResized.connect(self._fit_y_range)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self._canvas.setBackground(colours.canvas)
        for plot in (self._plot, self._residual_plot):
            paint_axes(plot, colours)
        self._votes.set_colours(colours)
        for item in (
            self._sky,
            self._residual_sky,
            self._labels,
            self.marks,
            *self._deciding,
            self._impossible,
        ):
            item.set_colours(colours)
        self._rival_words.set_colours(colours)
        self._rival_model.set_colour(colours.rival_model, MODEL_WIDTH)
        self._band.set_colour(colours.band)
        self._flux.set_colour(colours.data)
        self._raw.set_colour(mixed(colours.band, colours.canvas, RAW_TINT).name())
        self._dim.set_colour(mixed(colours.data, colours.canvas, DIM_TINT).name())
        self._model.set_colour(colours.model, MODEL_WIDTH)
        self._residual.set_colour(colours.data)
        self._beyond.set_colour(colours.error, BEYOND_WIDTH)
        self._zero.setPen(pg.mkPen(colours.border, width=DEVICE_PIXEL))
        for guide in self._guides:
            opacity = 0.35 if abs(guide.value()) > 2 else 0.6
            guide.setPen(pg.mkPen(translucent(colours.rival, opacity), width=DEVICE_PIXEL))
        self._header.set_colours(colours)

    @property
    def header(self) -> SpectrumHeader:
        """The line that says whose spectrum it is."""
        return self._header

    def display(self, view: SpectrumView | None) -> None:
        """Show `view`, or nothing."""
        self._view = view
        self._curves = None if view is None else Curves(view, self._drawn)
        self._header.display(view)
        if view is None or self._curves is None:
            self._clear()
            return
        edges = pixel_edges(self._curves.wave)
        self._show_axes(view)
        for plot in (self._plot, self._residual_plot):
            plot.getViewBox().setLimits(xMin=float(edges[0]), xMax=float(edges[-1]))
        if view.is_new_source:
            self._show_everything(edges)
        self._show_curves(view, self._curves, edges)
        self._show_marks(view, self._curves)
        self._show_rival()
        self._fit_y_range()
        prepare_to_paint(self._canvas)

    def display_rival(self, rival: RivalView | None) -> None:
        """Lay a rival over what is shown, or take it away."""
        self._rival = rival
        self._rival_words.set_words(None if rival is None else rival.words)
        self._show_rival()

    def display_votes(self, marks: Sequence[VoteMark]) -> None:
        """Mark the lines of other inspectors' redshifts (Angstrom), under the spectrum."""
        self._votes.set_marks(marks)

    def add_layer(self, item: pg.GraphicsObject, residual_item: pg.GraphicsObject) -> None:
        """Draw an item between sky and data, and its like under the residual."""
        for plot, layer in ((self._plot, item), (self._residual_plot, residual_item)):
            layer.setZValue(LAYER)
            plot.addItem(layer, ignoreBounds=True)

    def reset_view(self) -> None:
        """Show the whole spectrum with the automatic range."""
        if self._curves is None:
            return
        self._show_everything(pixel_edges(self._curves.wave))
        self._fit_y_range()

    def zoom(self, factor: float, centre: float | None = None) -> None:
        """Show `factor` times less of the wavelength axis, around `centre` or the middle."""
        start, stop = self.wave_range()
        middle = (start + stop) / 2 if centre is None else centre
        half = max((stop - start) / factor, ZOOM_LIMIT) / 2
        self.show_range(middle - half, middle + half)

    def show_range(self, start: float, stop: float) -> None:
        """Show these wavelengths in Angstrom."""
        self._plot.setXRange(start, stop, padding=0)

    def show_close_up(self, wave: float) -> None:
        """Show the surroundings of a line, unless less is shown already."""
        start, stop = self.wave_range()
        half = min((stop - start) / 2, CLOSE_UP)
        self.show_range(wave - half, wave + half)

    def wave_range(self) -> tuple[float, float]:
        """Return the wavelengths on screen in Angstrom."""
        start, stop = self._plot.getViewBox().viewRange()[0]
        return float(start), float(stop)

    def flux_range(self) -> tuple[float, float]:
        """Return the fluxes on screen, in the unit of the spectrum."""
        low, high = self._plot.getViewBox().viewRange()[1]
        return float(low), float(high)

    def _show_everything(self, edges: FloatArray) -> None:
        self._plot.getViewBox().is_y_manual = False
        self._plot.setXRange(float(edges[0]), float(edges[-1]), padding=0)

    def _clear(self) -> None:
        self._drawn = None
        for curve in (self._raw, self._dim, self._flux, self._model, self._residual, self._beyond):
            curve.clear()
        self._band.clear()
        for sky in (self._sky, self._residual_sky):
            sky.set_intervals(())
        self._labels.set_marks(())
        self._impossible.mark(None, (0.0, 1.0))

    def _show_axes(self, view: SpectrumView) -> None:
        scale = 1.0 + view.redshift if np.isfinite(view.redshift) else 1.0
        observed = f"Observed wavelength (Å, {view.medium_label})"
        rest = "Rest wavelength (Å)"
        bottom, top = self._residual_plot.getAxis("bottom"), self._plot.getAxis("top")
        bottom.set_factor(scale if view.is_rest_below else 1.0)
        top.set_factor(1.0 if view.is_rest_below else scale)
        unit = UNIT_LABELS.get(view.spectrum.unit, view.spectrum.unit)
        name_axis(self._plot.getAxis("left"), f"Flux ({unit})" if unit else "Flux")
        name_axis(bottom, rest if view.is_rest_below else observed)
        name_axis(top, observed if view.is_rest_below else rest)

    def _show_data(self, view: SpectrumView, curves: Curves, edges: FloatArray) -> None:
        """Draw what another redshift does not change."""
        good = curves.is_good
        self._flux.show_steps(edges, curves.flux, good & ~curves.is_dim)
        self._dim.show_steps(edges, curves.flux, curves.is_dim)
        if view.smoothing > 0:
            self._raw.show_steps(edges, view.spectrum.flux, good & (view.spectrum.ivar > 0))
        else:
            self._raw.clear()
        self._band.show_band(edges, curves.flux - curves.sigma, curves.flux + curves.sigma, good)
        lines = curves.sky if view.show_sky else ()
        telluric = telluric_intervals(view.spectrum) if view.show_sky else ()
        self._sky.set_intervals(lines, telluric)
        self._residual_sky.set_intervals(lines, telluric)

    def _show_curves(self, view: SpectrumView, curves: Curves, edges: FloatArray) -> None:
        if curves.shows_other_data:
            self._drawn = None  # until all of it is: an error on the way leaves no picture
            self._show_data(view, curves, edges)
        self._drawn = curves
        if curves.model is not None and view.show_model:
            colours = self._colours
            colour = colours.component_b if view.is_second else colours.model
            self._model.set_colour(colour, MODEL_WIDTH)
            self._model.show_line(curves.wave, curves.model)
        else:
            self._model.clear()
        if curves.residual is None:
            self._residual.clear()
            self._beyond.clear()
        else:
            limit = curves.residual_limit()
            shown = np.clip(curves.residual, -limit, limit)
            self._residual.show_steps(edges, shown, np.isfinite(shown))
            if np.any(is_beyond := np.abs(curves.residual) > limit):
                self._beyond.show_steps(edges, shown, is_beyond, is_joined=False)
            else:
                self._beyond.clear()
            self._residual_plot.setYRange(-limit, limit, padding=0.04)

    def _show_marks(self, view: SpectrumView, curves: Curves) -> None:
        if not view.show_lines:
            self._labels.set_marks(())
            return
        where = (view.redshift, view.spectrum.medium, curves.wave, curves.model, curves.sigma)
        marks = marks_at(*where, is_star=view.is_star)
        own = marks_at(*where, own=view.own_lines) if view.own_lines else ()
        shown = marks if view.shows_all_lines else expected_among(marks, view.seen)
        shown = as_seen(shown, view.seen)
        self._labels.set_marks((*shown, *own))

    def _show_rival(self) -> None:
        rival, curves = self._rival, self._curves
        if rival is not None and curves is not None and rival.model.flux.shape != curves.wave.shape:
            rival = None  # of the source before
        for item in self._deciding:
            item.set_ranges(rival.ranges if rival is not None else ())
        if rival is None or curves is None:
            self._rival_model.clear()
        else:
            self._rival_model.show_line(curves.wave, curves.smoothed(rival.model.flux))

    def _fit_y_range(self) -> None:
        view_box = self._plot.getViewBox()
        if self._view is None or self._curves is None or view_box.is_y_manual:
            return
        low, high = self._curves.flux_range(self.wave_range(), robust=self._view.is_robust_y)
        above, below = self._labels.n_lanes if self._view.show_lines else (0, 0)
        height = max(view_box.height(), 1.0)
        room = self._labels.lane_height / height
        free = max(1.0 - (above + below) * room, 0.4)
        per_pixel = (high - low) / free
        self._plot.setYRange(low - below * room * per_pixel, high + above * room * per_pixel, 0)
        self._impossible.mark(self._curves, (low, high))

    def _on_x_range_changed(self) -> None:
        self._fit_y_range()
        self.range_changed.emit(*self.wave_range())

    def _on_mouse_clicked(self, event: Any) -> None:
        position = event.scenePos()
        if self._view is None:
            return
        view_box = self._plot.getViewBox()
        if event.button() == Qt.MouseButton.RightButton:
            wave = float(view_box.mapSceneToView(position).x())
            line = self._labels.line_at(view_box.mapFromScene(position))
            self.menu_requested.emit(SpectrumPlace(event.screenPos().toPoint(), wave, line))
        if event.button() != Qt.MouseButton.LeftButton or event.isAccepted():  # by a mask
            return
        if view_box.sceneBoundingRect().contains(position):
            self.wavelength_clicked.emit(float(view_box.mapSceneToView(position).x()))

    def _on_mouse_moved(self, arguments: tuple[QPointF]) -> None:
        view_box = self._plot.getViewBox()
        if self._view is None or not view_box.sceneBoundingRect().contains(arguments[0]):
            self.cursor_moved.emit("")
            return
        self.cursor_moved.emit(self._readout(float(view_box.mapSceneToView(arguments[0]).x())))

    def _readout(self, wave: float) -> str:
        """Say what lies at `wave`: observed and rest wavelength, nearest line, flux and S/N."""
        assert self._view is not None
        assert self._curves is not None
        curves, redshift = self._curves, self._view.redshift
        parts = [f"{wave:.2f} Å"]
        if np.isfinite(redshift):
            vacuum = float(convert(wave, self._view.spectrum.medium, "vacuum"))
            rest = vacuum / (1.0 + redshift)
            parts.append(f"rest {rest:.2f} Å")
            if near := nearest_line(rest):
                parts.append(near)
        if curves.wave[0] <= wave <= curves.wave[-1]:
            i_pixel = int(np.argmin(np.abs(curves.wave - wave)))
            if curves.is_good[i_pixel]:
                flux, sigma = curves.flux[i_pixel], curves.sigma[i_pixel]
                parts += [f"flux {flux:.4g} ± {sigma:.2g}", f"S/N {flux / sigma:.1f}"]
            else:
                parts.append("masked")
            if curves.is_impossible[i_pixel]:
                parts.append("cannot be real: left out of the fit")
        return "   ".join(parts)
