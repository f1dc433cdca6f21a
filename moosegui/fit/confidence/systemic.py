"""The systemic redshift that Lyman alpha suggests; it never replaces the redshift of the line.

Lyman alpha is resonant: what leaves a galaxy is scattered to the red of it by a few hundred km/s,
the more the broader the line is. Verhamme et al. (2018, MNRAS 478, L60) find for the red peak

    V = 0.9 (+-0.14) FWHM - 34 (+-60) km/s

with an accuracy of 100 km/s for single galaxies. It is a statistical correction.
"""

from __future__ import annotations

import math

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.matched_filter import FWHM_PER_SIGMA, LSF_COEFFICIENTS

SLOPE, SLOPE_ERROR, OFFSET = 0.9, 0.14, -34.0  # of Verhamme et al.; km/s
ACCURACY = 100.0  # km/s, of single galaxies
REACH = 1500.0  # km/s to each side within which the line is fitted
WIDTHS = np.geomspace(60.0, 500.0, 25)  # km/s, standard deviations that are tried
SHIFTS = np.arange(-150.0, 151.0, 30.0)  # km/s around the redshift
MIN_PIXELS = 8
MIN_SNR = 5.0  # of the fitted line


def systemic_redshift(redshift: float, width: float) -> tuple[float, float]:
    """Return the systemic redshift of a Lyman alpha emitter, and its 1 sigma error.

    Parameters
    ----------
    redshift : float
        Of the peak of Lyman alpha, vacuum convention.
    width : float
        Its FWHM in km/s, as `lya_width` gives.

    Returns
    -------
    redshift, error : float
        nan where the width of the line cannot be measured. The error holds the accuracy of the
        relation and its slope, not that of the line's own redshift.
    """
    if not math.isfinite(width):
        return float("nan"), float("nan")
    velocity = max(SLOPE * width + OFFSET, 0.0)
    error = math.hypot(ACCURACY, SLOPE_ERROR * width) * (1.0 + redshift) / SPEED_OF_LIGHT
    return float(shifted_redshift(redshift, -velocity)), error


def lya_width(spectrum: Spectrum, redshift: float) -> float:
    """Return the FWHM of Lyman alpha in km/s without that of MUSE; nan where it is not measured.

    The best of a set of Gaussian lines on a constant continuum, weighted by the variances.
    """
    centre = LINES_BY_NAME["LYA"].wave * (1.0 + redshift)
    velocities = SPEED_OF_LIGHT * (spectrum.wave / centre - 1.0)
    used = (np.abs(velocities) < REACH) & (spectrum.ivar > 0)
    if np.count_nonzero(used) < MIN_PIXELS:
        return float("nan")
    sigma, snr = _best_line(velocities[used], spectrum.flux[used], spectrum.ivar[used])
    if not snr > MIN_SNR:
        return float("nan")
    instrument = np.polyval(LSF_COEFFICIENTS, centre) * SPEED_OF_LIGHT / centre
    return math.sqrt(max((FWHM_PER_SIGMA * sigma) ** 2 - float(instrument) ** 2, 0.0))


def _best_line(velocities: FloatArray, flux: FloatArray, ivar: FloatArray) -> tuple[float, float]:
    """Return the standard deviation in km/s of the line that explains most, and its S/N."""
    best = (float("nan"), -math.inf)
    total = ivar.sum()
    flux_left = flux - ivar @ flux / total
    for width in WIDTHS:
        shapes = np.exp(-0.5 * ((velocities - SHIFTS[:, None]) / width) ** 2)
        shapes = shapes - (shapes @ ivar / total)[:, None]  # the constant is fitted with each
        snrs = (shapes @ (ivar * flux_left)) / np.sqrt(shapes**2 @ ivar)
        if snrs.max() > best[1]:
            best = (float(width), float(snrs.max()))
    return best
