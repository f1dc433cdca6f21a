"""The second, blue peak of Lyman alpha: where it lies, and the shapes of both peaks.

Everything else stays as it was found with one peak, so that only the pixels near Lyman alpha count.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.line_table import LineFitOptions
from moosegui.fit.linefit.families import LineLayout
from moosegui.fit.linefit.profiles import VELOCITY
from moosegui.fit.linefit.shapes import (
    COARSE_STEP,
    FREE_SNR,
    LYA,
    LYA_BLUE,
    FamilyShapes,
    LineData,
    coarse_velocity,
    family_snrs,
    fit_amplitudes,
    limits_of,
    refine_shapes,
    usual_shapes,
)

PEAKS = (LYA, LYA_BLUE)


def find_peaks(
    data: LineData, layout: LineLayout, options: LineFitOptions, start: FamilyShapes
) -> FamilyShapes:
    """Search the velocities of both peaks on a coarse grid, the red one first.

    Parameters
    ----------
    data : LineData
    layout : LineLayout
        With both peaks.
    options : LineFitOptions
    start : FamilyShapes
        With one peak; its other families are kept.

    Returns
    -------
    FamilyShapes
        The peaks are free where they are seen.
    """
    part = layout.only(np.isin(layout.families, PEAKS))
    usual = usual_shapes()
    values, owners = start.values.copy(), start.owners.copy()
    values[list(PEAKS)] = usual.values[list(PEAKS)]
    values[LYA, VELOCITY] = coarse_velocity(data, part, usual, [LYA], options)
    low, high = limits_of(LYA_BLUE, VELOCITY, options)
    explained = []
    velocities = np.arange(high, low, -COARSE_STEP)
    for velocity in velocities:
        values[LYA_BLUE, VELOCITY] = velocity
        explained.append(fit_amplitudes(data, part, replace(start, values=values)).explained)
    values[LYA_BLUE, VELOCITY] = velocities[int(np.argmax(explained))]
    found = FamilyShapes(values, owners)
    snrs = family_snrs(fit_amplitudes(data, part, found), part)
    for peak in PEAKS:
        owners[peak] = peak if snrs[peak] >= FREE_SNR else -1
    return FamilyShapes(values, owners)


def refine_peaks(
    data: LineData, layout: LineLayout, options: LineFitOptions, start: FamilyShapes
) -> FamilyShapes:
    """Fit the shapes of the free peaks alone.

    Parameters
    ----------
    data : LineData
        Without any other line.
    layout : LineLayout
        With both peaks.
    options : LineFitOptions
    start : FamilyShapes

    Returns
    -------
    FamilyShapes
        As the start but for the peaks.
    """
    owners = np.full(start.owners.size, -1, dtype=np.int64)
    owners[list(PEAKS)] = start.owners[list(PEAKS)]
    part = layout.only(np.isin(layout.families, PEAKS))
    refined = refine_shapes(data, part, options, replace(start, owners=owners))
    return replace(start, values=refined.values)
