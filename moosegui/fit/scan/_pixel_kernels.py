"""Compiled loop that samples a basis on the pixels of a spectrum: serial, without the GIL."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, error_model="numpy")
def sample_components(components, position, density, sampled):
    """Interpolate the components at some positions of the grid, as flux density.

    components : (k, N)
    position : (n,) where each pixel is on the grid, within it
    density : (n,) flux density over flux per dex; zero where nothing is to be sampled
    sampled : (k, n), output
    """
    n, last = position.shape[0], components.shape[1] - 2
    left, fraction = np.empty(n, dtype=np.int64), np.empty(n)
    for x in range(n):
        at = min(max(int(position[x]), 0), last)
        left[x], fraction[x] = at, position[x] - at
    for i in range(components.shape[0]):
        row, out = components[i], sampled[i]
        for x in range(n):
            at = left[x]
            out[x] = (row[at] + (row[at + 1] - row[at]) * fraction[x]) * density[x]
