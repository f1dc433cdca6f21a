"""Which feature carries a redshift; the redshift centred on it, and its honest error.

The curve finds the galaxy as a whole. Where one line carries the redshift, the redshift is where
that line is: the peak of Lyman alpha, whose shape the basis imitates only roughly. The statistical
error knows neither shapes nor flows of gas, so each kind of carrier has a term of its own:

    error^2 = (scale * statistical)^2 + (floor * (1 + z) / c)^2

where the statistical error is the largest of that of the curve, that of the residuals at what
carries the redshift (`moosegui.fit.confidence.sandwich`) and that of the minima beside it
(`moosegui.fit.confidence.spread`), with scale and floor learned from the deviations on labelled
spectra.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import LineDetection, Solution

LYALPHA, EMISSION, ABSORPTION, ALL = "lyalpha", "emission", "absorption", "all"
DETECTED = 5.0  # sigma
DETECTED_IN_ABSORPTION = 4.0
ACTIVE = ("CIV1548", "MGII2796", "HEII1640", "NEIII3870")  # the strongest in active nuclei
RESONANT = "CIII1907"  # with absorption around
SEEN_BESIDE = 3.0  # sigma of an emission line beside stronger absorption
LYA_ABSORPTION = "lya_absorption"
# of redshifts that were moved off the curve, or that a clear peak of Lyman alpha would move
ON_LINES, ON_LYALPHA = "line_peak", "lya_peak"
GROUPS = (
    "emission", "absorption", "absorption_weak", "absorption_lines", "no_break", "all",
    "all_no_break", "active", "resonant", "resonant_absorption", "interstellar", "interstellar_lya",
    "far", "lyalpha", LYA_ABSORPTION, ON_LYALPHA, ON_LINES,
)  # fmt: skip
ULTRAVIOLET = 1.6  # redshift above which absorption is interstellar, and moves with the gas
BREAK = ("CAK", "CAH")  # without which absorption tells the velocity worse
WEAK = 10.0  # sigma of all absorption together
# Whose term a group has in calibrations from before it was told apart
PARENTS = {
    ON_LYALPHA: ON_LINES,
    "resonant_absorption": "resonant",
    "interstellar_lya": "interstellar",
    "absorption_weak": ABSORPTION,
    "no_break": ABSORPTION,
    "all_no_break": ALL,
}
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


def error_group(
    lines: tuple[LineDetection, ...], redshift: float, net_width: float = float("nan")
) -> str:
    """Name the term of the error that a redshift has, by what carries it and where.

    Parameters
    ----------
    lines : tuple of LineDetection
    redshift : float
    net_width : float
        Equivalent width of Lyman alpha (`moosegui.fit.confidence.lyalpha`); nan where unknown.
    """
    carrier = carrier_of(lines)
    absorbed = math.sqrt(sum(line.snr**2 for line in lines if line.snr < -SEEN_BESIDE))
    is_absorbed = absorbed > DETECTED
    if carrier == EMISSION:
        strongest = max(lines, key=lambda line: line.snr).name
        if strongest == RESONANT:
            return "resonant_absorption" if is_absorbed else "resonant"
        return "active" if strongest in ACTIVE else EMISSION
    if carrier == LYALPHA:
        is_net = net_width < 0 or (np.isnan(net_width) and is_absorbed)
        return LYA_ABSORPTION if is_net else LYALPHA
    if redshift < ULTRAVIOLET:
        return _of_continuum(lines, carrier, absorbed)
    if carrier != ABSORPTION:
        return "far"
    is_lya_seen = any(line.name == "LYA" for line in lines)
    return "interstellar_lya" if is_lya_seen else "interstellar"


def _of_continuum(lines: tuple[LineDetection, ...], carrier: str, absorbed: float) -> str:
    """Name the term of a redshift below `ULTRAVIOLET` that no emission line carries."""
    if not any(line.name in BREAK for line in lines):
        return "no_break" if carrier == ABSORPTION else "all_no_break"
    if carrier != ABSORPTION:
        return carrier
    if max(line.snr for line in lines) >= SEEN_BESIDE:
        return "absorption_lines"
    return "absorption_weak" if absorbed < WEAK else ABSORPTION


def with_honest_error(
    solution: Solution,
    terms: Mapping[str, tuple[float, float]],
    pixel: float,
    *,
    group: str,
    at_least: float = float("nan"),
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
    group : str
        Which term; `ON_LINES` and `ON_LYALPHA` are those of redshifts off the curve.
    at_least : float
        Error in km/s by other means than the curve; it counts where it is the larger one.
    """
    if not terms:
        return solution
    is_moved = group in (ON_LINES, ON_LYALPHA)
    scale, floor = terms.get(group) or terms.get(PARENTS.get(group, ""), UNKNOWN)
    unit = (1.0 + solution.redshift) / SPEED_OF_LIGHT
    statistical = solution.redshift_error
    if not np.isfinite(statistical):
        statistical = pixel / 3.0 * unit
    larger = max(1.0, float(np.nan_to_num(at_least)) * unit / max(statistical, 1e-30))
    error = float(np.hypot(scale * larger * statistical, floor * unit))
    # the sides of the curve say nothing of a redshift that was moved off its minimum
    below, above = (
        error
        if is_moved or not np.isfinite(side)
        else float(np.hypot(scale * larger * side, floor * unit))
        for side in solution.error_sides
    )
    return replace(solution, redshift_error=error, error_sides=(below, above))
