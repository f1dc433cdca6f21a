"""Whether the errors of a spectrum are as large as its noise: what neighbouring pixels say."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.spectrum import Spectrum

KEPT = 64  # spectra, of 0.1 MB each: those around the one on screen, while others are scanned
TOO_SMALL = 1.5  # the errors, where the noise is so many times larger than they say
# Resampling shares noise between neighbours, and a spectrum of MUSE scatters by 0.5 to 0.9 of it
TOO_LARGE = 0.3
LEAST_PIXELS = 50  # for a median that means something
# Of a bright star the lines are larger than the noise of a pixel: there nothing can be told
LEAST_NOISE = 0.05  # of the flux
TO_SIGMA = 1.4826  # from the median of absolute values, of a Gaussian
WEIGHTS = (1.0, -2.0, 1.0)


@lru_cache(maxsize=KEPT)
def noise_ratio(spectrum: Spectrum) -> float:
    """Return how large the noise of a spectrum is in units of its errors; kept for a few spectra.

    The scatter of second differences of the flux, robust against lines, over what the errors of
    the three pixels make of it: the estimate of DER_SNR (Stoehr et al. 2008, ASP Conf. Ser. 394,
    505) with neighbours instead of every other pixel.

    Parameters
    ----------
    spectrum : Spectrum

    Returns
    -------
    float
        1 where the errors are right and independent; nan where too few pixels lie side by side,
        or where the noise is less than 5 % of the flux, which real features reach.
    """
    is_good = spectrum.ivar > 0
    together = is_good[:-2] & is_good[1:-1] & is_good[2:]
    if np.count_nonzero(together) < LEAST_PIXELS:
        return float("nan")
    variance = 1.0 / np.where(is_good, spectrum.ivar, 1.0)
    change = _weighed(spectrum.flux, WEIGHTS)[together]
    expected = np.sqrt(_weighed(variance, tuple(w * w for w in WEIGHTS))[together])
    noise = TO_SIGMA * np.median(np.abs(change)) / np.sqrt(sum(w * w for w in WEIGHTS))
    if not noise > LEAST_NOISE * np.median(np.abs(spectrum.flux[is_good])):
        return float("nan")
    return float(TO_SIGMA * np.median(np.abs(change / expected)))


def doubt_of_errors(spectrum: Spectrum) -> str:
    """Return in a few words that the errors contradict the noise; empty where they do not."""
    ratio = noise_ratio(spectrum)
    if ratio > TOO_SMALL or ratio < TOO_LARGE:
        return f"noise {ratio:.2g} × its errors"
    return ""


def _weighed(values: FloatArray, weights: tuple[float, ...]) -> FloatArray:
    first, middle, last = weights
    return np.asarray(first * values[:-2] + middle * values[1:-1] + last * values[2:])
