"""How a spectrum is made readable: by so much smoothing as its noise asks for, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from moosegui.data.spectrum import Spectrum

READABLE = 3.0  # signal over noise that the eye follows
WIDEST = 8.0  # Angstrom; wider, lines of galaxies are smeared out
# A Gaussian of this width averages the noise of so many pixels of one width
PIXELS_PER_WIDTH = float(np.sqrt(2.0 * np.pi / np.log(2.0)) / 2.0)


def readable_width(spectrum: Spectrum, widths: Sequence[float]) -> float:
    """Return the smallest smoothing with which the continuum is seen.

    Parameters
    ----------
    spectrum : Spectrum
    widths : sequence of float
        That may be chosen, as FWHM in Angstrom; 0 is none.

    Returns
    -------
    float
        The first that is enough, else the widest up to 8 Angstrom; 0 for a bright spectrum.
    """
    signal, pixel = _signal(spectrum)
    allowed = sorted({0.0, *(width for width in widths if width <= WIDEST)})
    for width in allowed:
        if signal * np.sqrt(max(PIXELS_PER_WIDTH * width / pixel, 1.0)) >= READABLE:
            return width
    return allowed[-1]


@lru_cache(maxsize=8)
def _signal(spectrum: Spectrum) -> tuple[float, float]:
    """The median signal over noise of a pixel, and the median width of one in Angstrom."""
    good = spectrum.ivar > 0
    if np.count_nonzero(good) < 2:
        return np.inf, 1.0
    signal = np.median(spectrum.flux[good] * np.sqrt(spectrum.ivar[good]))
    return float(max(signal, 0.0)), float(np.median(np.diff(spectrum.wave)))
