"""Trust the ends of a spectrum, and its sky lines, less than their variances say.

Bent ends (flat-fielding) and sky residuals are known causes of wrong redshifts (docs/method.md,
section 5): there the errors are systematic, and the variances of a pipeline know only the random
ones. So the pixels near both ends, and those on sky lines, which the variance itself betrays, count
less in the fit. Nothing is masked: a strong line there still counts.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.sky import DOUBLE_VARIANCE_RATIO, has_noise_peak

END_RANGE = 50.0  # Angstrom at either end
END_SHARE = 0.02  # of the range of a short spectrum, at most
END_FACTOR = 4.0  # by which the variance is larger there
SKY_FACTOR = 2.0
KEPT = 8  # spectra: one is asked about again and again, by the scan and the models
BRIGHT = (
    10.0  # S/N of a pixel above which it is a line of the object, with the noise of its own light
)


@lru_cache(maxsize=KEPT)
def inflate_variances(spectrum: Spectrum) -> Spectrum:
    """Raise the variances near the ends of a spectrum and on sky lines; kept for a few spectra.

    Parameters
    ----------
    spectrum : Spectrum

    Returns
    -------
    Spectrum
        The same flux and mask; the variance four times larger within 50 Angstrom (2 % of the range,
        if that is less) of the first and last unmasked pixel, and doubled on sky lines: where it is
        more than twice its running median and the pixel not brighter than 10 sigma.
    """
    good = spectrum.ivar > 0
    if not good.any():
        return spectrum
    factor = np.where(_is_near_end(spectrum.wave, good), END_FACTOR, 1.0)
    factor = np.where(_is_on_sky_line(spectrum), SKY_FACTOR * factor, factor)
    return replace(spectrum, ivar=spectrum.ivar / factor)


def _is_near_end(wave: FloatArray, good: BoolArray) -> BoolArray:
    first, last = (float(end) for end in wave[good][[0, -1]])
    reach = min(END_RANGE, END_SHARE * (last - first))
    return np.asarray((wave < first + reach) | (wave > last - reach))


def _is_on_sky_line(spectrum: Spectrum) -> BoolArray:
    is_faint = spectrum.flux**2 * spectrum.ivar < BRIGHT**2
    return np.asarray(has_noise_peak(spectrum, DOUBLE_VARIANCE_RATIO) & is_faint)
