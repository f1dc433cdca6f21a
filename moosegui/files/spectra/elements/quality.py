"""Columns and images of quality: what they mark as bad, or as good."""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray

MAX_BAD = 0.8  # a mask of 0 and 1 that marks more marks the good pixels, as that of PypeIt


def bad_pixels(values: FloatArray, what: str) -> tuple[BoolArray | None, tuple[str, ...]]:
    """Return what a quality marks as bad, and a sentence where that is not what it says.

    Parameters
    ----------
    values : ndarray of shape (n_wave,)
        Zero is good; also nan is bad.
    what : str
        What holds them, for the sentence: "Column mask".
    """
    bad = np.asarray(values != 0, dtype=bool)
    if bad.all():
        return None, (f"{what} marks every pixel as bad and was not used.",)
    if np.isin(values, (0.0, 1.0)).all() and bad.mean() > MAX_BAD:
        n_marked = int(np.count_nonzero(bad))
        said = f"{what} marks {n_marked} of {len(bad)} pixels with 1, which were taken as good."
        return ~bad, (said,)
    return bad, ()
