"""How much noise the spaxels of a box share, from the box itself.

A cube is resampled: neighbouring spaxels hold parts of the same pixels of the detector, and the
sum over a PSF scatters more than the variances of its spaxels add up to. The images of some bands
without lines are as many measurements of noise: the S/N of an unresolved source in them, over all
places, has a standard deviation of 1 where the variances are whole.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.sky.cube import CubeBox
from moosegui.fit.sky.line_image import GAP, PSF_FWHM, SIDE, Band, band_image, snr_map

N_BANDS = 16
WIDTH = 6.0  # Angstrom, as a narrow line
MIN_SPAXELS = 100  # with data, below which nothing is said
LARGEST = 4.0
NORMAL_MAD = 1.4826


def noise_factor(box: CubeBox, *, fwhm: float = PSF_FWHM) -> float:
    """Return how many times larger than stated the noise of an unresolved source is.

    Parameters
    ----------
    box : CubeBox
    fwhm : float
        Of an unresolved source in arcseconds.

    Returns
    -------
    float
        The median over 16 bands of the scatter over the box (from the median deviation, which
        lines of sources do not move), between 1 and 4; 1 for a box that is too small to tell.
    """
    reach = GAP + SIDE + WIDTH
    first, last = float(box.wave[0]) + reach, float(box.wave[-1]) - reach
    if not last > first:
        return 1.0
    scatters = []
    for centre in np.linspace(first, last, N_BANDS):
        low, high = centre - WIDTH / 2, centre + WIDTH / 2
        band = Band((low, high), (low - GAP - SIDE, low - GAP), (high + GAP, high + GAP + SIDE))
        snr = snr_map(box, band_image(box, band), fwhm) * box.noise
        known = snr[np.isfinite(snr)]
        if known.size >= MIN_SPAXELS:
            middle = float(np.median(known))
            scatters.append(NORMAL_MAD * float(np.median(np.abs(known - middle))))
    return float(np.clip(np.median(scatters), 1.0, LARGEST)) if scatters else 1.0
