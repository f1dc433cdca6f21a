"""The curve χ²(z) with its numbered minima, and beside it a zoom on the z on screen."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, Qt, pyqtSignal
from PyQt6.QtGui import QFontMetricsF
from PyQt6.QtWidgets import QWidget

from moosegui.data.arrays import FloatArray
from moosegui.data.prior import RedshiftPrior
from moosegui.data.results import ScanResult
from moosegui.files.moosejl.curves import MooseCurve
from moosegui.gui.curve.markers import MinimaMarkers
from moosegui.gui.curve.second_curve import WORDS, SecondCurve
from moosegui.gui.plots.canvas import make_canvas, place_side_by_side, prepare_to_paint, stacked
from moosegui.gui.plots.chi2_view import Chi2View, CrossView, robust_limits
from moosegui.gui.plots.items import (
    StepCurve,
    make_plot,
    paint_axes,
)
from moosegui.gui.plots.places import CurvePlace
from moosegui.gui.plots.vote_marks import VoteMark, VoteMarks
from moosegui.gui.session.states import REDSHIFT_GLYPHS
from moosegui.gui.style.message import Message
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, axis_width, base_font, translucent

ZOOM_HALF_WIDTH = 0.02  # in units of (1 + z)
ZOOM_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)  # in z, between the numbers of the zoom
ZOOM_TICKS = 3.2  # the numbers for which it has room
STEADY = 0.08  # of the range of χ²: by less it does not move under a mask that is dragged
CURSOR_RATE = 60  # readouts a second
BELOW = [(0, -1), (1, -1)]  # anchors of a label under that of the z on screen
PRIOR_REACH, PRIOR_POINTS = 5.0, 101  # sigma to both sides
PRIOR_SHARE = 0.65  # of the height: above the words of the other curves
LAYER, AUTOMATIC_LAYER, CURSOR_LAYER = 0.2, 0.4, 0.6  # below the curve; the mouse finds them


class Chi2Plot(QWidget):
    """χ²(z), its minima and the z on screen.

    Signals: `solution_chosen(int)` with the rank, `redshift_chosen(float)`, `vote_chosen(int)`
    with whose it is, `cursor_moved(str)`, `menu_requested(CurvePlace)` by the right button.
    """

    solution_chosen = pyqtSignal(int)
    vote_chosen = pyqtSignal(int)
    redshift_chosen = pyqtSignal(float)
    cursor_moved = pyqtSignal(str)
    menu_requested = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)
        self._connect()

    def _build(self, colours: Colours) -> None:
        self._colours = colours
        self._view: Chi2View | None = None
        self._scan: ScanResult | None = None
        self._whole: ScanResult | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._canvas = make_canvas("χ² against redshift", colours)
        layout = stacked(self)
        layout.addWidget(self._canvas)
        self._message = Message(self, role="muted")
        self._panes = (_Pane(colours), _Pane(colours, is_zoom=True))
        self._canvas.ci.layout.setContentsMargins(2, RHYTHM // 2, RHYTHM, 0)
        place_side_by_side(self._canvas, [pane.plot for pane in self._panes], (3, 1))
        whole, zoom = self._panes
        whole.plot.getAxis("bottom").setLabel("Redshift z")
        zoom.plot.getAxis("bottom").setLabel("zoom")
        zoom.plot.getAxis("left").setWidth(axis_width() - QFontMetricsF(base_font()).height())
        self.set_colours(colours)

    def _connect(self) -> None:
        scene = self._canvas.scene()
        scene.sigMouseClicked.connect(self._on_mouse_clicked)
        self._cursor_proxy = pg.SignalProxy(
            scene.sigMouseMoved, rateLimit=CURSOR_RATE, slot=self._on_mouse_moved
        )
        for pane in self._panes:
            pane.plot.getViewBox().sigResized.connect(self._fit_ranges)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self._canvas.setBackground(colours.canvas)
        for pane in self._panes:
            pane.set_colours(colours)
        if self._view is not None:
            self._show_cursor(self._view)

    def display(self, view: Chi2View | None) -> None:
        """Show `view`, or nothing; the range of the whole curve is kept within one scan."""
        self._view = view
        self._message.display("" if view is None else view.why_empty)
        if view is None:
            self._scan = self._whole = None
            for pane in self._panes:
                pane.clear()
            return
        if view.scan is not self._scan:
            self._scan = view.scan
            self._panes[0].plot.getAxis("left").set_name(view.name)
            for pane in self._panes:
                pane.curve.show_line(view.scan.redshifts, view.scan.chi2)
                pane.show_automatic(None if view.scan is view.whole else view.whole)
            self._follow(view.whole)
        for pane in self._panes:
            pane.markers.set_solutions(view.solutions, view.selected_rank, view.probabilities)
        self._show_cursor(view)
        for pane in self._panes:
            pane.show_catalogue(view.catalogue)
        self._show_zoom()
        prepare_to_paint(self._canvas)

    def display_votes(self, marks: Sequence[VoteMark]) -> None:
        """Mark the redshifts for which other inspectors voted."""
        for pane in self._panes:
            pane.votes.set_marks(marks)

    def show_second(self, redshifts: FloatArray, chi2: FloatArray) -> None:
        """Draw χ² of the redshift of a second galaxy under the curve of the first."""
        for pane in self._panes:
            pane.second.show(redshifts, chi2, robust_limits(chi2))

    def clear_second(self) -> None:
        """Draw nothing of a second galaxy."""
        for pane in self._panes:
            pane.second.clear()

    def display_cross(self, view: CrossView | None) -> None:
        """Draw r(z) under the curve with what it says, or nothing."""
        for pane in self._panes:
            if view is None:
                pane.cross.clear()
                continue
            pane.cross.say("" if pane.is_zoom else view.words)
            pane.cross.show(view.redshifts, view.height, view.limits)

    def display_prior(self, prior: RedshiftPrior | None) -> None:
        """Draw what is known of z beside the spectrum, or nothing."""
        for pane in self._panes:
            pane.show_prior(prior)

    def display_foreign(self, curve: MooseCurve | None, words: str) -> None:
        """Draw the curve of another program under ours, or nothing."""
        for pane in self._panes:
            if curve is None:
                pane.foreign.clear()
                continue
            pane.foreign.say("" if pane.is_zoom else words)
            pane.foreign.show(curve.redshifts, curve.chi2, robust_limits(curve.chi2))

    @property
    def foreign_words(self) -> str:
        """What is said of the curve of another program; empty without one."""
        foreign = self._panes[0].foreign
        return foreign.words if foreign.is_shown else ""

    def add_layer(self, item: pg.GraphicsObject) -> None:
        """Draw an item under the curve of the large pane."""
        item.setZValue(LAYER)
        self._panes[0].plot.addItem(item, ignoreBounds=True)

    def reset_view(self) -> None:
        """Show the whole curve."""
        self._show_whole()
        self._show_zoom()

    def redshift_range(self) -> tuple[float, float]:
        """Return the redshifts on screen in the large pane."""
        start, stop = self._panes[0].plot.getViewBox().viewRange()[0]
        return float(start), float(stop)

    def _fit_ranges(self) -> None:
        if self._view is not None:
            self.reset_view()

    def _follow(self, whole: ScanResult) -> None:
        """Show another source from end to end; keep the redshifts under a mask that moves."""
        if whole is not self._whole:
            self._whole = whole
            self._show_whole()
        elif self._scan is not None:
            self._panes[0].follow(self._scan)

    def _show_whole(self) -> None:
        if self._scan is None or self._whole is None:
            return
        first, last = float(self._whole.redshifts[0]), float(self._whole.redshifts[-1])
        self._panes[0].plot.getViewBox().setLimits(xMin=first, xMax=last)
        self._panes[0].show_range(self._scan, first, last)

    def _show_zoom(self) -> None:
        view = self._view
        if view is None or not np.isfinite(view.redshift):
            self._panes[1].plot.hide()
            return
        self._panes[1].plot.show()
        half = ZOOM_HALF_WIDTH * (1.0 + view.redshift)
        step = next((s for s in ZOOM_STEPS if s >= 2.0 * half / ZOOM_TICKS), ZOOM_STEPS[-1])
        self._panes[1].plot.getAxis("bottom").setTickSpacing(step, step)
        self._panes[1].show_range(view.scan, view.redshift - half, view.redshift + half)

    def _show_cursor(self, view: Chi2View) -> None:
        colour = self._colours.of_redshift(view.state)
        redshift = f"{view.redshift:.5f}".replace("-", "−")
        text = f"{REDSHIFT_GLYPHS[view.state]} {redshift} {view.state}"
        if view.is_second:
            colour, text = self._colours.component_b, f"z₂ {view.redshift:.5f}"
        self._panes[0].show_cursor(view.redshift, colour, text)
        self._panes[1].show_cursor(view.redshift, colour, "")

    def _pane_at(self, position: QPointF) -> _Pane | None:
        for pane in self._panes:
            if pane.plot.isVisible() and pane.plot.getViewBox().sceneBoundingRect().contains(
                position
            ):
                return pane
        return None

    def _on_mouse_clicked(self, event: Any) -> None:
        pane = self._pane_at(event.scenePos())
        if self._view is None or pane is None:
            return
        if event.button() == Qt.MouseButton.RightButton:
            self._ask_for_menu(pane, event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if event.isAccepted():  # by the limits of z
            return
        view_box = pane.plot.getViewBox()
        place = view_box.mapFromScene(event.scenePos())
        rank, i_vote = pane.markers.rank_at(place), pane.votes.vote_at(place)
        if i_vote is not None:
            self.vote_chosen.emit(i_vote)
        elif rank is not None:
            self.solution_chosen.emit(rank)
        else:
            self.redshift_chosen.emit(float(view_box.mapSceneToView(event.scenePos()).x()))

    def _ask_for_menu(self, pane: _Pane, event: Any) -> None:
        view_box = pane.plot.getViewBox()
        rank = pane.markers.rank_at(view_box.mapFromScene(event.scenePos()))
        redshift = float(view_box.mapSceneToView(event.scenePos()).x())
        if rank is not None and self._view is not None:
            redshift = next(s.redshift for s in self._view.solutions if s.rank == rank)
        self.menu_requested.emit(CurvePlace(event.screenPos().toPoint(), redshift, rank))

    def _on_mouse_moved(self, arguments: tuple[QPointF]) -> None:
        pane = self._pane_at(arguments[0])
        if pane is None or self._scan is None:
            self.cursor_moved.emit("")
            return
        redshift = float(pane.plot.getViewBox().mapSceneToView(arguments[0]).x())
        i_trial = int(np.argmin(np.abs(self._scan.redshifts - redshift)))
        self.cursor_moved.emit(f"z {redshift:.4f}   χ² {self._scan.chi2[i_trial]:.5g}")


class _Pane:
    """One plot with curve, markers and cursor; the whole and the zoom are two of them."""

    def __init__(self, colours: Colours, *, is_zoom: bool = False) -> None:
        self.plot = make_plot()
        self.curve, self.automatic = StepCurve(), StepCurve()
        self._shown = (0.0, 0.0)
        self.cursor = pg.InfiniteLine(angle=90)
        self._label_line = pg.InfiniteLine(angle=90, pen=pg.mkPen(None))
        self._label = pg.InfLineLabel(
            self._label_line, text="", position=1.0, anchors=[(0, 0), (1, 0)]
        )
        self._label.setFont(base_font())
        # the curve lies above the cursor, which would hide a narrow minimum, and below the label
        self.cursor.setZValue(CURSOR_LAYER)
        self.curve.setZValue(1)
        self._label_line.setZValue(2)
        self.catalogue = pg.InfiniteLine(angle=90)
        self._catalogue_label = pg.InfLineLabel(
            self.catalogue, text="" if is_zoom else "catalogue", position=1.0, anchors=BELOW
        )
        self._catalogue_label.setFont(base_font())
        self.catalogue.setZValue(CURSOR_LAYER)
        self.catalogue.hide()
        self.plot.addItem(self.catalogue, ignoreBounds=True)
        self.automatic.setZValue(AUTOMATIC_LAYER)
        self.plot.addItem(self.automatic, ignoreBounds=True)
        self.plot.addItem(self.curve, ignoreBounds=True)
        self.plot.addItem(self.cursor, ignoreBounds=True)
        self.plot.addItem(self._label_line, ignoreBounds=True)
        self.is_zoom = is_zoom
        self.second = SecondCurve(self.plot, "" if is_zoom else WORDS)
        self.cross = SecondCurve(self.plot, "", role=attrgetter("model"), is_left=True)
        self.foreign = SecondCurve(self.plot, "", role=attrgetter("muted"))
        self.prior = SecondCurve(self.plot, "", role=attrgetter("trial"), share=PRIOR_SHARE)
        self.markers = MinimaMarkers(self.plot.getViewBox(), colours)
        self.votes = VoteMarks(self.plot.getViewBox(), colours, n_free_lines=1)

    def set_colours(self, colours: Colours) -> None:
        paint_axes(self.plot, colours)
        self.curve.set_colour(colours.data)
        self.automatic.set_colour(colours.rival)
        self.markers.set_colours(colours)
        self.second.set_colours(colours)
        self.cross.set_colours(colours)
        self.foreign.set_colours(colours)
        self.prior.set_colours(colours)
        self.votes.set_colours(colours)
        self._label.fill = pg.mkBrush(translucent(colours.canvas, 0.8))
        self.catalogue.setPen(pg.mkPen(colours.muted, width=1, style=Qt.PenStyle.DashLine))
        self._catalogue_label.setColor(colours.muted)
        self._catalogue_label.fill = pg.mkBrush(translucent(colours.canvas, 0.8))

    def show_automatic(self, scan: ScanResult | None) -> None:
        """Draw the scan without conditions, or nothing where it is the one on screen."""
        if scan is None:
            self.automatic.clear()
        else:
            self.automatic.show_line(scan.redshifts, scan.chi2)

    def show_prior(self, prior: RedshiftPrior | None) -> None:
        """Draw a prior from 5 sigma below to 5 above, or nothing."""
        if prior is None:
            self.prior.clear()
            return
        pulls = np.linspace(-PRIOR_REACH, PRIOR_REACH, PRIOR_POINTS)
        self.prior.say("" if self.is_zoom else f"prior {prior.words}")
        places = prior.redshift + pulls * prior.error
        self.prior.show(places, np.exp(-0.5 * pulls**2), (0.0, 1.0))

    def show_catalogue(self, redshift: float) -> None:
        """Mark the redshift of the catalogue, or nothing."""
        self.catalogue.setVisible(bool(np.isfinite(redshift)))
        if np.isfinite(redshift):
            self.catalogue.setValue(redshift)

    def clear(self) -> None:
        self.show_catalogue(float("nan"))
        self.curve.clear()
        self.automatic.clear()
        self.show_cursor(float("nan"), "", "")
        self.markers.set_solutions((), None)

    def show_cursor(self, redshift: float, colour: str, text: str) -> None:
        for line in (self.cursor, self._label_line):
            line.setVisible(bool(np.isfinite(redshift)))
        if not np.isfinite(redshift):
            return
        self.cursor.setPen(pg.mkPen(colour, width=1))
        self.cursor.setValue(redshift)
        self._label_line.setValue(redshift)
        self._label.setColor(colour)
        self._label.setFormat(text)
        self._label.setVisible(bool(text))

    def follow(self, scan: ScanResult) -> None:
        """Keep the redshifts on screen, and y too unless the curve has left it noticeably."""
        start, stop = self.plot.getViewBox().viewRange()[0]
        low, high = self._limits(scan, start, stop)
        most = STEADY * (self._shown[1] - self._shown[0])
        if max(abs(low - self._shown[0]), abs(high - self._shown[1])) > most:
            self._show_limits(low, high)

    def show_range(self, scan: ScanResult, start: float, stop: float) -> None:
        """Show these redshifts; y from just below the minimum to a high percentile."""
        self.plot.setXRange(start, stop, padding=0)
        self._show_limits(*self._limits(scan, start, stop))

    def _limits(self, scan: ScanResult, start: float, stop: float) -> tuple[float, float]:
        inside = (scan.redshifts >= start) & (scan.redshifts <= stop)
        places = (scan.redshifts[inside] - start) / max(stop - start, 1e-9)
        for curve in (self.second, self.cross, self.foreign, self.prior):
            curve.keep_clear_of(places, scan.chi2[inside])
        return robust_limits(scan.chi2[inside])

    def _show_limits(self, low: float, high: float) -> None:
        self._shown = (low, high)
        self.second.place(low, high)
        self.cross.place(low, high)
        self.foreign.place(low, high)
        self.prior.place(low, high)
        self.plot.getAxis("left").floor = low
        height = max(self.plot.getViewBox().height(), 1.0)
        below, above = self.markers.room / height, QFontMetricsF(base_font()).height() / height
        per_height = (high - low) / max(1.0 - below - above, 0.3)
        self.plot.setYRange(low - below * per_height, high + above * per_height, padding=0)
