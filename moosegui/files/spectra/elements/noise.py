"""The noise of a spectrum whose file holds no variance, estimated from the scatter."""

from __future__ import annotations

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray

WINDOW = 101  # pixels; long enough for a stable median, short beside the sky's bands
MAD_TO_SIGMA = 1.482602218505602  # 1 / quantile 0.75 of the normal law


def estimate_variance(flux: FloatArray, good: BoolArray) -> FloatArray:
    """Estimate the variance from second differences in a running window.

    ``d_i = f_i - (f_{i-1} + f_{i+1})/2`` removes a smooth continuum and has 1.5 times the variance
    of a pixel if the noise is white; lines are few and the median ignores them. Noise that is
    correlated between neighbours is underestimated.

    Parameters
    ----------
    flux : ndarray of shape (n_wave,)
    good : ndarray of bool, shape (n_wave,)
        Pixels to use.

    Returns
    -------
    ndarray of shape (n_wave,)
        Variance in the unit of `flux` squared; nan where `good` is False or nothing scatters.
    """
    variance = np.full(len(flux), np.nan)
    values = flux[good]
    if len(values) < 5:
        return variance
    differences = np.empty_like(values)
    differences[1:-1] = values[1:-1] - 0.5 * (values[:-2] + values[2:])
    differences[0], differences[-1] = differences[1], differences[-2]
    scatter = scipy.ndimage.median_filter(
        np.abs(differences), size=min(WINDOW, len(values)), mode="reflect"
    )
    positive = scatter[scatter > 0]
    if not positive.size:
        return variance
    sigma = MAD_TO_SIGMA * np.maximum(scatter, 0.1 * np.median(positive)) / np.sqrt(1.5)
    variance[good] = sigma**2
    return variance
