"""Drawing a basis of 54,000 samples: light curves that look like it, and heights that show it."""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray

CUT_PERCENTILE = 99.5  # of a component inside `INNER`, where its peaks are cut
INNER = (0.07, 0.9)  # of the grid, outside which few spectra reach and noise rules


def envelope(x: FloatArray, y: FloatArray, n_stretches: int) -> tuple[FloatArray, FloatArray]:
    """Return the smallest and the largest value of each stretch of a curve.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
    n_stretches : int
        About as many as the drawing has pixels.

    Returns
    -------
    x, y : ndarray of shape (m,)
        The same if n is below 3 `n_stretches`.
    """
    width = x.size // n_stretches
    if width < 3:
        return x, y
    starts = np.arange(0, x.size, width)
    lowest, highest = np.minimum.reduceat(y, starts), np.maximum.reduceat(y, starts)
    return np.repeat(x[starts], 2), np.column_stack((lowest, highest)).ravel()


def cut_height(component: FloatArray) -> float:
    """Return where the peaks of a component are cut, so that its continuum can be seen; > 0."""
    first, last = (int(share * component.size) for share in INNER)
    inner = component[first:last]
    positive = inner[inner > 0]
    if positive.size == 0:
        return float(component.max()) or 1.0
    return float(np.percentile(positive, CUT_PERCENTILE))
