"""Where Lyman alpha puts a redshift, and when it has no say.

What shines in Lyman alpha alone is where the peak of that line is, whose shape the basis imitates
only roughly. A galaxy that absorbs more of it than it emits is not: there the peak is what resonant
scattering leaves on the red side, a few hundred km/s away (Shapley et al. 2003, ApJ 588, 65: 360 in
the mean), and the continuum with its interstellar lines carries the redshift. Neither is an active
nucleus, whose broad lines speak louder than the peak of one of them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT, is_within_velocity, shifted_redshift
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import Solution
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.match import Features

REST = LINES_BY_NAME["LYA"].wave
DETECTED = 5.0  # sigma
SEARCH = 1200.0  # km/s to each side
PEAK_OFFSET = 25.0  # km/s by which the filtered peak of an asymmetric line lies to the red of it
MOVED = 130.0  # km/s from the peak above which the curve's redshift is not that of the line
# sigma of the peak above which peak and curve, whose errors differ, are better together
CLEAR = 20.0
SCATTERED = 500.0  # km/s to the red of a galaxy in which the peak of its net absorption may lie
AROUND_LYALPHA = (1200.0, 1232.0)  # Angstrom, rest: its peak and its trough
LINE_REACH = 900.0  # km/s to each side over which emission and absorption are summed
CONTINUUM = (1225.0, 1290.0)  # Angstrom, rest, to the red of the line
MIN_PIXELS = 10
COVERED = 0.8  # of the line's reach, else peak or trough may be missing
MEDIAN_ERROR = 1.25  # standard error of a median over that of a mean


def equivalent_width(spectrum: Spectrum, redshift: float) -> float:
    """Return the net rest-frame equivalent width of Lyman alpha.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    redshift : float
        Vacuum convention.

    Returns
    -------
    float
        Angstrom, positive in emission; a lower limit where no continuum is seen, and nan where the
        line or the continuum to the red of it are not observed.
    """
    rest = spectrum.wave / (1.0 + redshift)
    beside = (rest > CONTINUUM[0]) & (rest < CONTINUUM[1]) & (spectrum.ivar > 0)
    reach = REST * LINE_REACH / SPEED_OF_LIGHT
    near = (np.abs(rest - REST) < reach) & (spectrum.ivar > 0)
    if np.count_nonzero(beside) < MIN_PIXELS:
        return float("nan")
    widths = np.gradient(rest)[near]
    if widths.sum() < COVERED * 2.0 * reach:
        return float("nan")
    level = max(float(np.median(spectrum.flux[beside])), 0.0)
    error = MEDIAN_ERROR / np.sqrt(float(np.sum(spectrum.ivar[beside])))
    return float(np.sum((spectrum.flux[near] - level) * widths) / max(level, 2.0 * error))


def lya_redshift(
    solution: Solution,
    features: Features,
    *,
    net_width: float = float("nan"),
    against: Callable[[float], float] = lambda _: 0.0,
) -> float:
    """Return the redshift of the peak of Lyman alpha where that alone carries it, else nan.

    Where the curve lies beside a clear peak, and not away from it, the middle of both is nearer to
    the line than either: the peak is drawn by noise, the curve by the shape of its components.

    Parameters
    ----------
    solution : Solution
        With its line detections.
    features : Features
        Of the spectrum.
    net_width : float
        As `equivalent_width` gives. Below zero the peak has no say up to `SCATTERED` to the red of
        the curve.
    against : callable
        By how much chi2, in units of the noise, a redshift is worse than the curve's. Where that
        exceeds the square of the peak's S/N, the rest of the spectrum says more than the line.

    Returns
    -------
    float
        nan too where the curve's redshift is to be kept.
    """
    centre = REST * (1.0 + solution.redshift)
    reach = centre * SEARCH / SPEED_OF_LIGHT
    start, stop = np.searchsorted(features.grid, (centre - reach, centre + reach))
    if stop - start < 3 or features.grid[0] > centre - reach:
        return float("nan")
    snrs = features.filtered[start:stop]
    peak = int(np.argmax(snrs))
    others = [line.snr**2 for line in solution.lines if line.name != "LYA" and abs(line.snr) > 3]
    if snrs[peak] < DETECTED or peak in (0, snrs.size - 1) or snrs[peak] ** 2 < sum(others):
        return float("nan")
    found = shifted_redshift(features.grid[start + peak] / REST - 1.0, -PEAK_OFFSET)
    if against(float(found)) > snrs[peak] ** 2:
        return float("nan")
    moved = SPEED_OF_LIGHT * (found - solution.redshift) / (1.0 + solution.redshift)
    if net_width < 0 and -MOVED < moved < SCATTERED:
        return float("nan")
    if abs(moved) > MOVED:
        return float(found)
    if snrs[peak] < CLEAR:
        return float("nan")
    return shifted_redshift(solution.redshift, 0.5 * moved)


def is_displaced(redshift: float, centre: float) -> bool:
    """Return whether a redshift was put where the curve has no minimum of its own."""
    return not is_within_velocity(redshift, centre, MOVED)
