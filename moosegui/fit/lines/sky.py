"""Where the night sky is bright: peaks of the variance, and a short list; and where air absorbs.

The bands that an expert sees are the pixels whose residuals the scores distrust.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.medium import convert
from moosegui.data.spectrum import Spectrum

Interval = tuple[float, float]

# Error over its running median. Two facts: from the first on the residuals may be those of the sky
# (what the scores distrust and the window shades), from the second on the variance is twice that
# around, and the fit doubles it once more (docs/method.md, section 2).
PEAK_RATIO, DOUBLE_VARIANCE_RATIO = 1.6, 2.0**0.5
MEDIAN_PIXELS = 151
# Strong night-sky emission in observed air Angstrom: [O I] and Na D
AIRGLOW = (5577.34, 5889.95, 5895.92, 6300.30, 6363.78)
HALF_WIDTH = 4.0  # Angstrom
OWN_LIGHT = 20.0  # sigma of a pixel above its surroundings, which residuals of the sky do not reach
# Telluric absorption in observed air Angstrom: O2 B and A bands, H2O.
TELLURIC: tuple[Interval, ...] = (
    (6867.0, 6944.0),
    (7160.0, 7340.0),
    (7594.0, 7700.0),
    (8120.0, 8350.0),
    (8930.0, 9300.0),
)


def is_on_sky_line(spectrum: Spectrum) -> BoolArray:
    """Tell pixels whose residuals may be those of the sky.

    Parameters
    ----------
    spectrum : Spectrum
        In either medium.

    Returns
    -------
    ndarray of bool, shape (n_wave,)
        The neighbours of a peak count too.
    """
    is_peak = has_noise_peak(spectrum, PEAK_RATIO)
    for centre in convert(np.array(AIRGLOW), "air", spectrum.medium):
        is_peak |= np.abs(spectrum.wave - centre) < HALF_WIDTH
    return np.asarray(scipy.ndimage.binary_dilation(is_peak))


def has_noise_peak(spectrum: Spectrum, ratio: float) -> BoolArray:
    """Tell unmasked pixels whose error is more than `ratio` times that around, shape (n_wave,).

    None has in a spectrum that is shorter than what "around" takes.
    """
    is_peak = np.zeros(spectrum.ivar.size, dtype=bool)
    good, sigma, usual = _usual_errors(spectrum)
    if usual.size:
        is_peak[good] = sigma > ratio * usual
    return is_peak


@lru_cache(maxsize=4)  # the fit and the scores ask for them of one spectrum
def _usual_errors(spectrum: Spectrum) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Return the unmasked pixels, their errors, and their running median; none of few."""
    good = spectrum.ivar > 0
    if np.count_nonzero(good) < MEDIAN_PIXELS:
        return good, np.empty(0), np.empty(0)
    sigma = 1.0 / np.sqrt(spectrum.ivar[good])
    return good, sigma, scipy.ndimage.median_filter(sigma, MEDIAN_PIXELS, mode="nearest")


@lru_cache(maxsize=4)  # each view of a spectrum asks for them at every z
def sky_intervals(spectrum: Spectrum) -> tuple[Interval, ...]:
    """Return the ranges of `is_on_sky_line` in Angstrom, in increasing order, from edge to edge.

    Without those where the errors are large for the source's own light: a bright line has more
    photons, and they make more noise.
    """
    marked = np.concatenate(([False], is_on_sky_line(spectrum), [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(marked)).reshape(-1, 2)
    level = scipy.ndimage.median_filter(spectrum.flux, MEDIAN_PIXELS, mode="nearest")
    own = (spectrum.flux - level) * np.sqrt(spectrum.ivar)
    edges = np.array([one for one in edges if own[slice(*one)].max() < OWN_LIGHT], int)
    edges = edges.reshape(-1, 2)
    wave, half = spectrum.wave, 0.5 * np.gradient(spectrum.wave)
    return tuple(
        (float(wave[start] - half[start]), float(wave[stop - 1] + half[stop - 1]))
        for start, stop in edges.tolist()
    )


def telluric_intervals(spectrum: Spectrum) -> tuple[Interval, ...]:
    """Telluric absorption bands in the spectrum's range and medium."""
    edges = convert(np.array(TELLURIC), "air", spectrum.medium)
    return _within(spectrum, [(float(a), float(b)) for a, b in edges])


def _within(spectrum: Spectrum, intervals: list[Interval]) -> tuple[Interval, ...]:
    first, last = float(spectrum.wave[0]), float(spectrum.wave[-1])
    return tuple((max(a, first), min(b, last)) for a, b in intervals if b > first and a < last)


def inside(wave: FloatArray, intervals: tuple[Interval, ...]) -> BoolArray:
    """Whether each wavelength lies in one of the sorted, disjoint `intervals`."""
    if not intervals:
        return np.zeros(wave.shape, dtype=bool)
    starts, stops = np.array(intervals).T
    before = np.searchsorted(starts, wave, side="right") - 1
    return np.asarray((before >= 0) & (wave <= stops[np.maximum(before, 0)]), dtype=bool)
