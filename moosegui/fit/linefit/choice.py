"""Whether a resonant doublet is fitted in emission, in absorption, or in both.

Emission and absorption of one line at nearly one velocity cancel: their fluxes are then of any
size, their sum is that of the data. Both are kept only where the data show each without the other,
and where their refined profiles differ.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import BoolArray
from moosegui.data.line_table import LineFitOptions
from moosegui.fit.linefit.families import P_CYGNI, LineLayout
from moosegui.fit.linefit.profiles import VELOCITY
from moosegui.fit.linefit.shapes import (
    ABSORPTION,
    RESONANT,
    FamilyShapes,
    LineData,
    coarse_velocity,
    fit_amplitudes,
)

MAX_OVERLAP = 0.8  # cosine of the two profiles; of equal widths it is exp(-(dv / width)^2 / 4)
MIN_GAIN = 25.0  # by which each must lower chi2 alone: 5 sigma, for its velocity is sought too


def without_conflicts(
    data: LineData, layout: LineLayout, options: LineFitOptions, shapes: FamilyShapes
) -> LineLayout:
    """Leave out of each P Cygni doublet what the data do not show by itself.

    Parameters
    ----------
    data : LineData
    layout : LineLayout
    options : LineFitOptions
    shapes : FamilyShapes
        The velocities are sought afresh, the widths are used.

    Returns
    -------
    LineLayout
        With the emission or the absorption of such a doublet, or both; never without either.
    """
    is_kept = np.ones(len(layout.lines), dtype=bool)
    for emits, absorbs in _two_sided(layout):
        gains = [_gain(data, layout, options, shapes, is_line=part) for part in (emits, absorbs)]
        if min(gains) < MIN_GAIN:
            is_kept &= ~(absorbs if gains[0] > gains[1] else emits)
    return layout if is_kept.all() else layout.only(is_kept)


def without_overlaps(data: LineData, layout: LineLayout, shapes: FamilyShapes) -> LineLayout:
    """Leave out the lesser side of each P Cygni doublet whose sides lie on one another.

    Parameters
    ----------
    data : LineData
    layout : LineLayout
    shapes : FamilyShapes
        Refined with both sides.

    Returns
    -------
    LineLayout
        The same object when nothing is left out.
    """
    is_kept = np.ones(len(layout.lines), dtype=bool)
    for emits, absorbs in _two_sided(layout):
        sides = [fit_amplitudes(data, layout.only(s), shapes) for s in (emits, absorbs)]
        profiles = [np.sqrt(data.weight) * side.profiles.values.sum(axis=0) for side in sides]
        norms = np.linalg.norm(profiles[0]) * np.linalg.norm(profiles[1])
        if profiles[0] @ profiles[1] > MAX_OVERLAP * norms:
            is_kept &= ~(absorbs if sides[0].explained > sides[1].explained else emits)
    return layout if is_kept.all() else layout.only(is_kept)


def _two_sided(layout: LineLayout) -> list[tuple[BoolArray, BoolArray]]:
    """Return the emission and the absorption lines of each P Cygni doublet that has both."""
    sides = []
    for pair in P_CYGNI:
        is_pair = np.array([line.name in pair for line in layout.lines], dtype=bool)
        emits = is_pair & (layout.families == RESONANT)
        absorbs = is_pair & (layout.families == ABSORPTION)
        if emits.any() and absorbs.any():
            sides.append((emits, absorbs))
    return sides


def _gain(
    data: LineData,
    layout: LineLayout,
    options: LineFitOptions,
    shapes: FamilyShapes,
    *,
    is_line: BoolArray,
) -> float:
    """Return by how much some lines of one family lower chi2 at their best velocity."""
    part = layout.only(is_line)
    family = int(part.families[0])
    values = shapes.values.copy()
    values[family, VELOCITY] = coarse_velocity(data, part, shapes, [family], options)
    return fit_amplitudes(data, part, FamilyShapes(values, shapes.owners)).explained
