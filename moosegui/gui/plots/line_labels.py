"""Labels of spectral lines: emission above, absorption below, in lanes that never collide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES_BY_NAME, Line, lines_between
from moosegui.data.medium import Medium, convert
from moosegui.gui.plots.layers import PixelLayer
from moosegui.gui.style.lanes import GAP, Slot, assign_lanes
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours, base_font, translucent

CORE = 400.0  # km/s, where a line is looked for in the model
NEIGHBOURHOOD = 4000.0  # km/s, the continuum around it
STRONG_BONUS = 1e6  # strong lines are placed before any weak one
EXPECTED = 1.5  # sigma by which the model must depart for a line to be expected
FAINTEST = 0.02  # of the strongest line; fainter ones are not expected either
NONE: Mapping[str, float] = MappingProxyType({})
MIDDLING_PLOT, TALL_PLOT = 220.0, 300.0  # px from which there is room for another lane


@dataclass(frozen=True, slots=True)
class Mark:
    """A line on the plot: its name, where it is observed, and how it should be shown."""

    line: Line
    wave: float
    is_emission: bool
    strength: float


@dataclass(frozen=True, slots=True)
class Label:
    """One or two marks under one text."""

    text: str
    marks: tuple[Mark, ...]

    @property
    def wave(self) -> float:
        """Where the label is centred, in Angstrom."""
        return sum(mark.wave for mark in self.marks) / len(self.marks)

    @property
    def priority(self) -> float:
        """Strong lines first, then by what the model expects."""
        is_strong = any(mark.line.is_strong for mark in self.marks)
        return max(mark.strength for mark in self.marks) + STRONG_BONUS * is_strong


def marks_at(
    redshift: float,
    medium: Medium,
    wave: FloatArray,
    model: FloatArray | None,
    sigma: FloatArray,
    *,
    is_star: bool = False,
    own: tuple[Line, ...] | None = None,
) -> tuple[Mark, ...]:
    """Marks of the lines inside `wave`; lines of both kinds go the way the model goes.

    A star has no forbidden ones. With lines of the user, `own`, these only.
    """
    if not np.isfinite(redshift):
        return ()
    first, last = convert(wave[[0, -1]], medium, "vacuum")
    ends = (float(first), float(last))
    lines = lines_between(redshift, ends)
    if own is not None:
        lines = tuple(line for line in own if ends[0] <= line.observed(redshift) <= ends[1])
    lines = tuple(line for line in lines if not (is_star and line.is_forbidden))
    observed = convert(np.array([line.observed(redshift) for line in lines]), "vacuum", medium)
    marks = []
    contrasts = _contrasts(observed, wave, model, sigma)
    for line, position, contrast in zip(lines, observed, contrasts, strict=True):
        is_emission = line.kind == "emission" or (line.kind == "both" and contrast >= 0)
        marks.append(Mark(line, float(position), is_emission, abs(contrast)))
    return tuple(marks)


def expected_among(marks: tuple[Mark, ...], seen: Mapping[str, float] = NONE) -> tuple[Mark, ...]:
    """Return the lines that a model expects to be seen; without a model the strong ones.

    Those that are `seen`, by name with their S/N, stay in any case: a redshift that rests on them
    shows them.
    """
    strongest = max((mark.strength for mark in marks), default=0.0)
    if not strongest > 0:
        return tuple(mark for mark in marks if mark.line.is_strong or mark.line.name in seen)
    least = max(EXPECTED, FAINTEST * strongest)
    return tuple(mark for mark in marks if mark.strength >= least or mark.line.name in seen)


def as_seen(marks: tuple[Mark, ...], seen: Mapping[str, float]) -> tuple[Mark, ...]:
    """Return the lines, at least as strong as they are seen: their names are placed first."""
    return tuple(
        replace(mark, strength=max(mark.strength, seen.get(mark.line.name, 0.0))) for mark in marks
    )


def _contrasts(
    positions: FloatArray, wave: FloatArray, model: FloatArray | None, sigma: FloatArray
) -> list[float]:
    """How far the model departs from its surroundings at some wavelengths, in sigma."""
    if model is None:
        return [0.0] * positions.size
    reach = np.array([-NEIGHBOURHOOD, -CORE, CORE, NEIGHBOURHOOD]) / SPEED_OF_LIGHT
    ends = np.searchsorted(wave, positions[:, None] + reach * positions[:, None]).tolist()
    return [_contrast(model, sigma, (low, high), (first, last)) for first, low, high, last in ends]


def _contrast(
    model: FloatArray, sigma: FloatArray, core: tuple[int, int], surroundings: tuple[int, int]
) -> float:
    inner, around = model[slice(*core)], model[slice(*surroundings)]
    if inner.size == 0 or not np.isfinite(around).all():
        return 0.0
    noise = float(sigma[slice(*core)].mean())
    if not noise > 0:
        return 0.0
    departure = inner - np.sort(around)[around.size // 2]
    return float(departure[np.argmax(np.abs(departure))] / noise)


def labels_of(
    marks: tuple[Mark, ...], pixel_of: Callable[[float], float], width_of: Callable[[str], float]
) -> tuple[Label, ...]:
    """Join the members of doublets whose texts would touch at this scale."""
    by_name = {mark.line.name: mark for mark in marks}
    labels, joined = [], set()
    for mark in marks:
        if mark.line.name in joined:
            continue
        partner = by_name.get(mark.line.partner)
        if (
            partner is not None
            and LINES_BY_NAME[partner.line.name].partner == mark.line.name
            and partner.is_emission == mark.is_emission
            and abs(pixel_of(partner.wave) - pixel_of(mark.wave))
            < (width_of(mark.line.label) + width_of(partner.line.label)) / 2 + GAP
        ):
            joined.add(partner.line.name)
            labels.append(Label(_joined(mark.line.label, partner.line.label), (mark, partner)))
        else:
            labels.append(Label(mark.line.label, (mark,)))
    return tuple(labels)


def _joined(first: str, second: str) -> str:
    if first.strip("[]") == second.strip("[]"):
        return second if len(second) < len(first) else first
    if first.split()[0] == second.split()[0]:
        return f"{first}, {second.split()[-1]}"
    return f"{first}, {second}"


@dataclass(frozen=True, slots=True)
class _Placed:
    label: Label
    centre: float
    ticks: tuple[float, ...]
    lane: int | None


class LineLabels(PixelLayer):
    """Names of lines at the top and bottom edge, each with a faint line down to the data."""

    def __init__(self, view_box: pg.ViewBox, colours: Colours) -> None:
        super().__init__(view_box)
        self._marks: tuple[Mark, ...] = ()
        self._placed: tuple[_Placed, ...] = ()
        self._metrics = QFontMetricsF(base_font())
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setZValue(50)
        self.set_colours(colours)
        view_box.sigXRangeChanged.connect(self._on_view_changed)
        view_box.sigResized.connect(self._on_view_changed)

    @property
    def placed(self) -> tuple[tuple[str, float, int | None], ...]:
        """Text, centre in px and lane of every label; the lane is None where it was dropped."""
        return tuple((item.label.text, item.centre, item.lane) for item in self._placed)

    @property
    def lane_height(self) -> float:
        """Height of a lane in px."""
        return float(np.ceil(self._metrics.height()))

    @property
    def n_lanes(self) -> tuple[int, int]:
        """Lanes above and below."""
        height = self._view_box.height()
        if height >= TALL_PLOT:
            return (3, 2)
        return (2, 2) if height >= MIDDLING_PLOT else (2, 1)

    def line_at(self, position: QPointF) -> Line | None:
        """Return the line whose name is written at a position (px of the view box)."""
        for item in self._placed:
            if item.lane is None:
                continue
            half = self._metrics.horizontalAdvance(item.label.text) / 2
            top = item.lane * self.lane_height
            if not item.label.marks[0].is_emission:
                top = self._view_box.height() - top - self.lane_height
            if QRectF(item.centre - half, top, 2 * half, self.lane_height).contains(position):
                return max(item.label.marks, key=lambda mark: mark.strength).line
        return None

    def set_colours(self, colours: Colours) -> None:
        """Change the colours of both kinds."""
        self._colours = colours
        self.update()

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Show these lines."""
        self._marks = marks
        self._on_view_changed()

    def _on_view_changed(self) -> None:
        self.prepareGeometryChange()
        self._placed = (*self._place(is_emission=True), *self._place(is_emission=False))
        self.update()

    def _place(self, *, is_emission: bool) -> tuple[_Placed, ...]:
        (start, stop), _ = self._view_box.viewRange()
        width = self._view_box.width()
        if not stop > start or not width > 0:
            return ()
        scale = width / (stop - start)
        visible = tuple(
            mark
            for mark in self._marks
            if mark.is_emission == is_emission and start <= mark.wave <= stop
        )
        labels = labels_of(visible, lambda x: (x - start) * scale, self._metrics.horizontalAdvance)
        slots = []
        for label in labels:
            text_width = self._metrics.horizontalAdvance(label.text)
            centre = (label.wave - start) * scale
            edge = text_width / 2 + GAP
            centre = min(max(centre, edge), max(width - edge, edge))
            slots.append(Slot(centre, text_width, label.priority))
        lanes = assign_lanes(slots, self.n_lanes[0 if is_emission else 1])
        return tuple(
            _Placed(label, slot.centre, tuple((m.wave - start) * scale for m in label.marks), lane)
            for label, slot, lane in zip(labels, slots, lanes, strict=True)
        )

    @override
    def paint(
        self, p: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None
    ) -> None:
        p.setFont(base_font())
        for paint_part in (self._paint_ticks, self._paint_text):  # no tick runs through a text
            for item in self._placed:
                is_emission = item.label.marks[0].is_emission
                colour = self._colours.emission if is_emission else self._colours.absorption
                paint_part(p, item, colour, is_emission=is_emission)

    def _paint_ticks(self, p: QPainter, item: _Placed, colour: str, *, is_emission: bool) -> None:
        height = self._view_box.height()
        is_strong = any(mark.line.is_strong for mark in item.label.marks)
        start = 0.0 if item.lane is None else (item.lane + 1) * self.lane_height
        stop = height - self.lane_height if item.lane is not None and is_strong else start + 8.0
        p.setPen(QPen(translucent(colour, 0.35), 0, Qt.PenStyle.SolidLine))
        if not is_emission:
            start, stop = height - start, height - stop
        p.drawLines(*(QLineF(x, start, x, stop) for x in item.ticks))

    def _paint_text(self, p: QPainter, item: _Placed, colour: str, *, is_emission: bool) -> None:
        if item.lane is None:
            return
        width = self._metrics.horizontalAdvance(item.label.text)
        baseline = item.lane * self.lane_height + self._metrics.ascent()
        if not is_emission:
            bottom = self._view_box.height() - item.lane * self.lane_height
            baseline = bottom - self._metrics.descent()
        left, top = round(item.centre - width / 2), round(baseline - self._metrics.ascent())
        p.fillRect(QRectF(left, top, width, self.lane_height), pg.mkColor(self._colours.canvas))
        p.setPen(pg.mkColor(colour))
        p.drawText(QPointF(left, round(baseline)), item.label.text)
