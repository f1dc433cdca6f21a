"""Which pixels lie on lines of the night sky: peaks of the variance, and a short list."""

from __future__ import annotations

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray
from moosegui.data.medium import convert
from moosegui.data.spectrum import Spectrum

PEAK_RATIO = 1.6  # sigma over its running median
MEDIAN_PIXELS = 151
# Strong night-sky emission in observed air Angstrom: [O I] and Na D
AIRGLOW = (5577.34, 5889.95, 5895.92, 6300.30, 6363.78)
HALF_WIDTH = 4.0  # Angstrom


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
    good = spectrum.ivar > 0
    is_peak = np.zeros(good.size, dtype=bool)
    if np.count_nonzero(good) >= MEDIAN_PIXELS:
        sigma = 1.0 / np.sqrt(spectrum.ivar[good])
        is_peak[good] = sigma > PEAK_RATIO * scipy.ndimage.median_filter(
            sigma, MEDIAN_PIXELS, mode="nearest"
        )
    for centre in convert(np.array(AIRGLOW), "air", spectrum.medium):
        is_peak |= np.abs(spectrum.wave - centre) < HALF_WIDTH
    return np.asarray(scipy.ndimage.binary_dilation(is_peak))
