"""Read-only float64 arrays, the only kind that nouns hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def frozen(values: ArrayLike) -> FloatArray:
    """Return a contiguous, native, read-only float64 array.

    Parameters
    ----------
    values : array_like of any shape
        Numbers; big-endian and float32 input is converted, a writeable input is copied.

    Returns
    -------
    ndarray of float64, same shape, not writeable
    """
    given = np.asarray(values)
    if given.dtype == np.float64 and given.flags.c_contiguous and not given.flags.writeable:
        return given
    array = np.array(given, dtype=np.float64, order="C", copy=True)
    array.flags.writeable = False
    return array
