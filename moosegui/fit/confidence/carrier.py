"""Which feature carries a redshift; the redshift centred on it, and its honest error.

The curve finds the galaxy as a whole. Where one line carries the redshift, the redshift is where
that line is: the peak of Lyman alpha, whose shape the basis imitates only roughly. The statistical
error knows neither shapes nor flows of gas, so each kind of carrier has a term of its own:

    error^2 = (scale * statistical)^2 + (floor * (1 + z) / c)^2

where the statistical error is the larger of that of the curve and that of the residuals at what
carries the redshift (`moosegui.fit.confidence.sandwich`), with scale and floor learned from the
deviations on labelled spectra.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT, is_within_velocity, shifted_redshift
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import LineDetection, Solution
from moosegui.fit.lines.match import Features

LYALPHA, EMISSION, ABSORPTION, ALL = "lyalpha", "emission", "absorption", "all"
DETECTED = 5.0  # sigma
DETECTED_IN_ABSORPTION = 4.0
LYA_SEARCH = 1200.0  # km/s to each side
LYA_OFFSET = 25.0  # km/s by which the filtered peak of an asymmetric line lies to the red of it
LYA_MOVED = 130.0  # km/s from the peak above which the curve's redshift is not that of the line
# sigma of the peak above which peak and curve, whose errors differ, are better together
LYA_CLEAR = 20.0
ACTIVE = ("CIV1548", "MGII2796", "HEII1640", "NEIII3870")  # the strongest in active nuclei
RESONANT = "CIII1907"  # with absorption around
SEEN_BESIDE = 3.0  # sigma of an emission line beside stronger absorption
GROUPS = (
    "emission", "absorption", "absorption_lines", "all", "active", "resonant", "interstellar",
    "far", "lyalpha", "lya_absorption", "line_peak",
)  # fmt: skip
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
        strongest = max(lines, key=lambda line: line.snr).name
        return (
            "active" if strongest in ACTIVE else "resonant" if strongest == RESONANT else EMISSION
        )
    if carrier == LYALPHA:
        absorbed = sum(line.snr**2 for line in lines if line.snr < -3.0)
        return "lya_absorption" if absorbed > DETECTED**2 else LYALPHA
    if redshift < ULTRAVIOLET:
        beside = max((line.snr for line in lines), default=0.0) >= SEEN_BESIDE
        return "absorption_lines" if carrier == ABSORPTION and beside else carrier
    return "interstellar" if carrier == ABSORPTION else "far"


def lya_redshift(solution: Solution, features: Features) -> float:
    """Return the redshift of the peak of Lyman alpha where that alone carries it, else nan.

    Where the curve lies beside a clear peak, and not away from it, the middle of both is nearer to
    the line than either: the peak is drawn by noise, the curve by the shape of its components.

    Parameters
    ----------
    solution : Solution
        With its line detections.
    features : Features
        Of the spectrum.

    Returns
    -------
    float
        nan too where the curve's redshift is to be kept.
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
    if abs(moved) > LYA_MOVED:
        return float(found)
    if snrs[peak] < LYA_CLEAR:
        return float("nan")
    return shifted_redshift(solution.redshift, 0.5 * moved)


def is_displaced(redshift: float, centre: float) -> bool:
    """Return whether a redshift was put where the curve has no minimum of its own."""
    return not is_within_velocity(redshift, centre, LYA_MOVED)


def with_honest_error(
    solution: Solution,
    terms: Mapping[str, tuple[float, float]],
    pixel: float,
    *,
    of_residuals: float = float("nan"),
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
    of_residuals : float
        Error in km/s by what the model leaves over; it counts where it is the larger one.
    is_moved : bool
        Whether the redshift was moved onto its lines, off the curve.
    """
    if not terms:
        return solution
    group = "line_peak" if is_moved else error_group(solution.lines, solution.redshift)
    scale, floor = terms.get(group, UNKNOWN)
    unit = (1.0 + solution.redshift) / SPEED_OF_LIGHT
    statistical = solution.redshift_error
    if not np.isfinite(statistical):
        statistical = pixel / 3.0 * unit
    larger = max(1.0, float(np.nan_to_num(of_residuals)) * unit / max(statistical, 1e-30))
    error = float(np.hypot(scale * larger * statistical, floor * unit))
    # the sides of the curve say nothing of a redshift that was moved off its minimum
    below, above = (
        error
        if is_moved or not np.isfinite(side)
        else float(np.hypot(scale * larger * side, floor * unit))
        for side in solution.error_sides
    )
    return replace(solution, redshift_error=error, error_sides=(below, above))
