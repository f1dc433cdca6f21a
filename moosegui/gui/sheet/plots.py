"""The plots of a summary sheet: spectrum, residual, χ²(z) and the line windows."""

from __future__ import annotations

import math

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from moosegui.data.arrays import FloatArray
from moosegui.fit.lines.sky import telluric_intervals
from moosegui.gui.plots.chi2_view import Chi2View, robust_limits
from moosegui.gui.plots.items import pixel_edges
from moosegui.gui.plots.line_labels import Label, labels_of, marks_at
from moosegui.gui.plots.line_window import LineWindow
from moosegui.gui.plots.spectrum_view import Curves, SpectrumView
from moosegui.gui.sheet.frame import COLOURS, HAIR, NORMAL, SMALL, Frame, page_font
from moosegui.gui.style.lanes import GAP, Slot, assign_lanes

N_LANES = (3, 2)  # of line labels, above and below
LANE = 13.0  # px
SKY, TELLURIC = 0.14, 0.06  # opacities of the bands
BADGE = 15.0  # px, height of the number of a solution
N_BADGE_LANES = 2
SEEN = 3.0  # sigma from which the S/N of a line is heavy
FLUX_LABEL = "10⁻²⁰ erg s⁻¹ cm⁻² Å⁻¹"


def wave_range(view: SpectrumView) -> tuple[float, float]:
    """Return the wavelengths that hold data, in Angstrom; all of them without any."""
    wave, is_good = view.spectrum.wave, view.spectrum.ivar > 0
    shown = wave[is_good] if is_good.any() else wave
    first, last = float(shown[0]), float(shown[-1])
    return (first, last) if last > first else (float(wave[0]), float(wave[-1]))


def paint_spectrum(painter: QPainter, area: QRectF, view: SpectrumView, curves: Curves) -> None:
    """Draw the flux with its error, the model, sky bands and the names of the lines."""
    span = wave_range(view)
    low, high = curves.flux_range(span, robust=True)
    model, medium = curves.model, view.spectrum.medium
    redshift, is_star = view.redshift, view.is_star
    marks = marks_at(redshift, medium, curves.wave, model, curves.sigma, is_star=is_star)
    above = N_LANES[0] * LANE if any(mark.is_emission for mark in marks) else 0.0
    below = N_LANES[1] * LANE if not all(mark.is_emission for mark in marks) else 0.0
    per_px = (high - low) / max(area.height() - above - below, 1.0)
    frame = Frame(painter, area, span, (low - below * per_px, high + above * per_px))
    _backdrop(frame, view, curves)
    frame.left_axis(FLUX_LABEL, n_max=6)
    edges, good = pixel_edges(curves.wave), np.where(curves.is_good, curves.flux, np.nan)
    frame.error_band(edges, good, curves.sigma)
    frame.level(0.0, COLOURS.rival)
    frame.steps(edges, good, COLOURS.data)
    if curves.model is not None:
        frame.line(curves.wave, curves.model, COLOURS.model)
    width = QFontMetricsF(page_font(SMALL)).horizontalAdvance
    for is_emission in (True, False):
        chosen = tuple(
            m for m in marks if m.is_emission == is_emission and span[0] <= m.wave <= span[1]
        )
        labels = labels_of(chosen, lambda wave: float(frame.x(wave)), width)
        _paint_labels(frame, labels, is_emission=is_emission)
    frame.border()
    if math.isfinite(view.redshift):
        frame.top_axis(1.0 + view.redshift, "rest Å")


def paint_residual(painter: QPainter, area: QRectF, view: SpectrumView, curves: Curves) -> None:
    """Draw (data − model) / σ under the spectrum, with its wavelengths."""
    limit = curves.residual_limit()
    frame = Frame(painter, area, wave_range(view), (-limit, limit))
    _backdrop(frame, view, curves)
    frame.left_axis("residual / σ", n_max=3)
    if curves.residual is not None:
        clipped = np.clip(curves.residual, -limit, limit)
        frame.steps(pixel_edges(curves.wave), clipped, COLOURS.muted)
    frame.level(0.0, COLOURS.model)
    frame.border()
    smoothing = f", smoothed to {view.smoothing:g} Å" if view.smoothing > 0 else ""
    frame.bottom_axis(f"Å, {view.medium_label}{smoothing}")


def paint_chi2(painter: QPainter, area: QRectF, view: Chi2View) -> None:
    """Draw χ²(z) with its numbered minima and the redshift of the sheet."""
    redshifts, chi2 = view.scan.redshifts, view.scan.chi2
    low, high = robust_limits(chi2)
    room = N_BADGE_LANES * (BADGE + 2.0) + 4.0
    per_px = (high - low) / max(area.height() - room, 1.0)
    span = (float(redshifts[0]), float(redshifts[-1]))
    frame = Frame(painter, area, span, (low - room * per_px, high))
    frame.fill()
    frame.left_axis("χ² per sample", n_max=4)
    if math.isfinite(view.redshift):
        frame.level(view.redshift, COLOURS.of_redshift(view.state), is_vertical=True)
    frame.line(redshifts, chi2, COLOURS.data, HAIR)
    _paint_minima(frame, view)
    frame.border()
    frame.bottom_axis("redshift z")


def paint_window(painter: QPainter, cell: QRectF, window: LineWindow) -> None:
    """Draw one line in velocity, its name and σ above, its wavelength and the model's σ below."""
    area = cell.adjusted(0.0, 16.0, 0.0, -16.0)
    frame = Frame(painter, area, (-window.half_width, window.half_width), window.flux_range)
    colour = COLOURS.absorption if window.is_absorption else COLOURS.emission
    frame.fill()
    painter.save()
    painter.setClipRect(area)
    frame.bands(window.sky, COLOURS.sky, SKY)
    for tick in window.ticks:
        frame.level(tick, colour, is_vertical=True)
    frame.error_band(window.edges, window.flux, window.sigma)
    frame.steps(window.edges, window.flux, COLOURS.data)
    middle = (window.edges[:-1] + window.edges[1:]) / 2
    frame.line(middle, window.model, COLOURS.model)
    painter.restore()
    frame.border()
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    top, bottom = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
    is_seen = abs(window.snr) >= SEEN
    painter.setFont(page_font(NORMAL, is_heavy=is_seen))
    painter.setPen(QColor(colour))
    painter.drawText(cell, left | top, window.label)
    painter.setPen(QColor(COLOURS.text if is_seen else COLOURS.muted))
    painter.drawText(cell, right | top, sigmas(window.snr))
    painter.setFont(page_font(SMALL))
    painter.setPen(QColor(COLOURS.muted))
    painter.drawText(cell, left | bottom, f"{window.wave:.1f} Å")
    if math.isfinite(window.expected_snr):
        painter.drawText(cell, right | bottom, f"model {sigmas(window.expected_snr)}")


def sigmas(snr: float) -> str:
    """Return a signal to noise as text; absorption is negative."""
    if not math.isfinite(snr):
        return ""
    return (f"{snr:.0f} σ" if abs(snr) >= 10 else f"{snr:.1f} σ").replace("-", "−")


def _backdrop(frame: Frame, view: SpectrumView, curves: Curves) -> None:
    frame.fill()
    if view.show_sky:
        frame.bands(telluric_intervals(view.spectrum), COLOURS.sky, TELLURIC)
        frame.bands(curves.sky, COLOURS.sky, SKY)


def _paint_labels(frame: Frame, labels: tuple[Label, ...], *, is_emission: bool) -> None:
    """Write the names in lanes, strong lines first, each with a faint line through the plot."""
    font, area = page_font(SMALL), frame.area
    metrics = QFontMetricsF(font)
    slots = []
    for label in labels:
        width = metrics.horizontalAdvance(label.text)
        edge = width / 2 + GAP
        centre = min(max(float(frame.x(label.wave)), area.left() + edge), area.right() - edge)
        slots.append(Slot(centre, width, label.priority))
    colour = COLOURS.emission if is_emission else COLOURS.absorption
    lanes = assign_lanes(slots, N_LANES[0 if is_emission else 1])
    places = list(zip(labels, slots, lanes, strict=True))
    for label, _, lane in places:
        _paint_ticks(frame, frame.x(np.array([m.wave for m in label.marks])), lane, colour)
    for label, slot, lane in places:
        if lane is not None:
            baseline = area.top() + lane * LANE + metrics.ascent()
            if not is_emission:
                baseline = area.bottom() - lane * LANE - metrics.descent()
            frame.words(QPointF(slot.centre - slot.width / 2, baseline), label.text, colour, font)


def _paint_ticks(frame: Frame, places: FloatArray, lane: int | None, colour: str) -> None:
    """Faint lines from end to end for lines that have a name, nothing for the others."""
    if lane is None:
        return
    pen = QPen(QColor(colour), HAIR)
    tinted = QColor(colour)
    tinted.setAlphaF(0.3)
    pen.setColor(tinted)
    frame.painter.setPen(pen)
    area = frame.area
    frame.painter.drawLines(*(QLineF(x, area.top(), x, area.bottom()) for x in places.tolist()))


def _paint_minima(frame: Frame, view: Chi2View) -> None:
    """Number the solutions below the curve, the best first where there is little room."""
    painter, area, font = frame.painter, frame.area, page_font(SMALL, is_heavy=True)
    width = max(QFontMetricsF(font).horizontalAdvance("10") + 6.0, BADGE)
    centres = [float(frame.x(s.redshift)) for s in view.solutions]
    inner = [min(max(x, area.left() + width / 2), area.right() - width / 2) for x in centres]
    slots = [Slot(x, width, -s.rank) for x, s in zip(inner, view.solutions, strict=True)]
    painter.setFont(font)
    for solution, slot, centre, lane in zip(
        view.solutions, slots, centres, assign_lanes(slots, N_BADGE_LANES), strict=True
    ):
        if lane is None:
            continue
        top = area.bottom() - (N_BADGE_LANES - lane) * (BADGE + 2.0)
        badge = QRectF(slot.centre - width / 2, top, width, BADGE)
        is_shown = solution.rank == view.selected_rank
        painter.setPen(QPen(QColor(COLOURS.model), HAIR))
        painter.drawLine(QLineF(centre, min(float(frame.y(solution.chi2)), top), centre, top))
        painter.setBrush(QColor(COLOURS.model if is_shown else COLOURS.canvas))
        painter.drawRoundedRect(badge, BADGE / 2, BADGE / 2)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(COLOURS.canvas if is_shown else COLOURS.model))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(solution.rank))
