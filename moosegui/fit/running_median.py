"""The level around a pixel, which no line in it lifts."""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray


def running_median(values: FloatArray, width: int) -> FloatArray:
    """Return medians of blocks of `width` pixels, interpolated linearly, shape of `values`."""
    n_blocks = max(1, values.size // width)
    if values.size < 2 * width:
        return np.full(values.size, np.median(values))
    first = (values.size - n_blocks * width) // 2
    blocks = values[first : first + n_blocks * width].reshape(n_blocks, width)
    centres = first + width * np.arange(n_blocks) + 0.5 * (width - 1)
    return np.interp(np.arange(values.size), centres, np.median(blocks, axis=1))
