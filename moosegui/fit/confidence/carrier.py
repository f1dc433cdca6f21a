"""Which feature carries a redshift; the redshift centred on it, and its honest error.

The curve finds the galaxy as a whole. Where one line carries the redshift, the redshift is where
that line is: the peak of Lyman alpha, whose shape the basis imitates only roughly. The statistical
error knows neither shapes nor flows of gas, so each kind of carrier has a term of its own:

    error^2 = (scale * statistical)^2 + (floor * (1 + z) / c)^2

with scale and floor learned from the deviations on labelled spectra.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import LineDetection, Solution
from moosegui.fit.lines.match import Features

LYALPHA, EMISSION, ABSORPTION, ALL = "lyalpha", "emission", "absorption", "all"
DETECTED = 5.0  # sigma
DETECTED_IN_ABSORPTION = 4.0
LYA_SEARCH = 1200.0  # km/s to each side
LYA_OFFSET = 25.0  # km/s by which the filtered peak of an asymmetric line lies to the red of it
LYA_MOVED = 130.0  # km/s from the peak above which the curve's redshift is not that of the line
RESONANT = ("CIV1548", "CIII1907", "MGII2796")  # broad in active nuclei, shaped by absorption
ULTRAVIOLET = 1.6  # redshift above which absorption is interstellar, and moves with the gas
UNKNOWN = (1.5, 100.0)


def carrier_of(lines: tuple[LineDetection, ...]) -> str:
    """Name the feature that carries a redshift: lyalpha, emission, absorption or all."""
    lya = max((line.snr for line in lines if line.name == "LYA"), default=0.0)
    emission = max((line.snr for line in lines if line.name != "LYA"), default=0.0)
    absorption = max((-line.snr for line in lines), default=0.0)
    if lya >= DETECTED and lya > 0.7 * emission:
        return LYALPHA
    if emission >= DETECTED and emission > absorption:
        return EMISSION
    return ABSORPTION if absorption >= DETECTED_IN_ABSORPTION else ALL


def error_group(lines: tuple[LineDetection, ...], redshift: float) -> str:
    """Name the term of the error that a redshift has, by what carries it and where."""
    carrier = carrier_of(lines)
    if carrier == EMISSION:
        strongest = max(lines, key=lambda line: line.snr)
        return "resonant" if strongest.name in RESONANT else EMISSION
    if carrier == LYALPHA:
        absorbed = sum(line.snr**2 for line in lines if line.snr < -3.0)
        return "lya_absorption" if absorbed > DETECTED**2 else LYALPHA
    if redshift < ULTRAVIOLET:
        return carrier
    return "interstellar" if carrier == ABSORPTION else "far"


def lya_redshift(solution: Solution, features: Features) -> float:
    """Return the redshift of the peak of Lyman alpha where that alone carries it, else nan.

    Parameters
    ----------
    solution : Solution
        With its line detections.
    features : Features
        Of the spectrum.

    Returns
    -------
    float
        nan too where the curve's redshift is on the line already.
    """
    rest = LINES_BY_NAME["LYA"].wave
    centre = rest * (1.0 + solution.redshift)
    reach = centre * LYA_SEARCH / SPEED_OF_LIGHT
    start, stop = np.searchsorted(features.grid, (centre - reach, centre + reach))
    if stop - start < 3 or features.grid[0] > centre - reach:
        return float("nan")
    snrs = features.filtered[start:stop]
    peak = int(np.argmax(snrs))
    others = [line.snr**2 for line in solution.lines if line.name != "LYA" and abs(line.snr) > 3]
    if snrs[peak] < DETECTED or peak in (0, snrs.size - 1) or snrs[peak] ** 2 < sum(others):
        return float("nan")
    wave = features.grid[start + peak]
    found = shifted_redshift(wave / rest - 1.0, -LYA_OFFSET)
    moved = SPEED_OF_LIGHT * (found - solution.redshift) / (1.0 + solution.redshift)
    return float(found) if abs(moved) > LYA_MOVED else float("nan")


def with_honest_error(
    solution: Solution,
    terms: Mapping[str, tuple[float, float]],
    pixel: float,
    *,
    is_moved: bool = False,
) -> Solution:
    """Return a solution with the error that its carrier deserves.

    Parameters
    ----------
    solution : Solution
        With its line detections.
    terms : mapping of str to (float, float)
        Scale and floor (km/s) by `error_group`; without any the error stays.
    pixel : float
        Width of a pixel in km/s, a third of which is the error where the curve gave none.
    is_moved : bool
        Whether the redshift was moved onto its lines.
    """
    if not terms:
        return solution
    group = "line_peak" if is_moved else error_group(solution.lines, solution.redshift)
    scale, floor = terms.get(group, UNKNOWN)
    unit = (1.0 + solution.redshift) / SPEED_OF_LIGHT
    statistical = solution.redshift_error
    if not np.isfinite(statistical):
        statistical = pixel / 3.0 * unit
    error = float(np.hypot(scale * statistical, floor * unit))
    # the sides of the curve say nothing of a redshift that was moved off its minimum
    below, above = (
        error if is_moved or not np.isfinite(side) else float(np.hypot(scale * side, floor * unit))
        for side in solution.error_sides
    )
    return replace(solution, redshift_error=error, error_sides=(below, above))
