"""How asymmetric an emission line is: Lyman alpha has a steep blue side and a red wing.

The line is cut at its peak; A = (red - blue) / (red + blue) of the flux above the continuum of each
side. It is 0 for a symmetric line and positive for one with a red wing; the pixels make it a third
smaller than that of a line of 2.5 Angstrom before them, and a continuum that breaks at the line by
a tenth of its peak pulls it down by 0.13.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.spectrum import Spectrum

PEAK_WITHIN = 500.0  # km/s of the expected wavelength
LINE = 700.0  # km/s from the peak to either side
CONTINUUM = 2000.0  # km/s from the peak, beyond the line
MIN_SNR = 5.0  # of the flux of the line
N_DRAWS, SEED = 200, 20260101  # repetitions with added noise, from which the error is taken
MIN_PIXELS = 4  # on each side


def line_asymmetry(spectrum: Spectrum, wave: float) -> tuple[float, float]:
    """Measure the asymmetry of an emission line.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    wave : float
        Where the line is expected, in Angstrom; its peak may lie 500 km/s away.

    Returns
    -------
    asymmetry, error : float
        From -1 to 1, and its 1 sigma error from the variance, the uncertain peak included. Nan
        where the line is masked, at the edge, or has a signal to noise below 5.
    """
    reach = wave * (PEAK_WITHIN + CONTINUUM) / SPEED_OF_LIGHT
    first, last = np.searchsorted(spectrum.wave, [wave - reach, wave + reach])
    velocity = SPEED_OF_LIGHT * (spectrum.wave[first:last] / wave - 1.0)
    flux, ivar = spectrum.flux[first:last], spectrum.ivar[first:last]
    is_near = np.abs(velocity) <= PEAK_WITHIN
    if is_near.sum() < MIN_PIXELS or not (ivar[np.abs(velocity) <= LINE + PEAK_WITHIN] > 0).all():
        return np.nan, np.nan
    sigma = np.where(ivar > 0, 1.0 / np.sqrt(np.where(ivar > 0, ivar, 1.0)), 0.0)
    noise = np.random.default_rng(SEED).standard_normal((N_DRAWS, flux.size)) * sigma
    trials = np.vstack((flux, flux + noise))
    blue, red = _sides(velocity, trials, ivar > 0)
    total = blue + red
    if not total[0] > MIN_SNR * np.std(total[1:]):
        return np.nan, np.nan
    values = np.clip((red - blue) / np.where(total > 0, total, np.nan), -1.0, 1.0)
    return float(values[0]), float(np.nanstd(values[1:]))


def _sides(
    velocity: FloatArray, fluxes: FloatArray, is_good: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> tuple[FloatArray, FloatArray]:
    """Return the flux on the blue and on the red side of the peak, each of shape (n,)."""
    peaks = _peaks(velocity, fluxes)[:, None]
    step = float(np.median(np.diff(velocity)))
    offset = velocity[None, :] - peaks
    red_part = np.clip(offset / step + 0.5, 0.0, 1.0)  # of each pixel
    is_line = (np.abs(offset) <= LINE) & is_good
    is_beside = (np.abs(offset) > LINE) & (np.abs(offset) <= CONTINUUM) & is_good
    sides = []
    for part in (1.0 - red_part, red_part):
        beside = is_beside * part
        level = (fluxes * beside).sum(axis=1) / np.maximum(beside.sum(axis=1), 1.0)
        sides.append(((fluxes - level[:, None]) * is_line * part).sum(axis=1))
    return sides[0], sides[1]


def _peaks(velocity: FloatArray, fluxes: FloatArray) -> FloatArray:
    """Return where each flux is highest near zero velocity: the vertex of a parabola.

    Which pixel is found in the smoothed flux, so that no spike is taken for the line; the vertex
    in the flux itself, for smoothing would move it into the wing.
    """
    smooth = fluxes.copy()
    smooth[:, 1:-1] = (fluxes[:, :-2] + fluxes[:, 1:-1] + fluxes[:, 2:]) / 3.0
    inside = np.where(np.abs(velocity) <= PEAK_WITHIN, smooth, -np.inf)
    i_peak = np.clip(np.argmax(inside, axis=1), 1, velocity.size - 2)
    rows = np.arange(i_peak.size)
    around = np.stack([fluxes[rows, i_peak + i] for i in (-1, 0, 1)])
    i_peak = np.clip(i_peak + np.argmax(around, axis=0) - 1, 1, velocity.size - 2)
    left, middle, right = (fluxes[rows, i_peak + i] for i in (-1, 0, 1))
    curvature = left - 2.0 * middle + right
    shift = np.where(curvature < 0, 0.5 * (left - right) / np.where(curvature < 0, curvature, 1), 0)
    step = np.median(np.diff(velocity))
    return np.asarray(velocity[i_peak] + np.clip(shift, -0.5, 0.5) * step)
