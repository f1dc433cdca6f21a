"""Compiled loop that samples a basis on the pixels of a spectrum: serial, without the GIL."""

from __future__ import annotations

from numba import njit


@njit(nogil=True, cache=True, error_model="numpy")
def sample_components(components, left, fraction, per_dex, sampled):
    """Interpolate the components at some positions of the grid, as flux density.

    components : (k, N)
    left, fraction : (n,) sample before each pixel, and how far behind it the pixel is
    per_dex : (n,) flux per dex over flux density; inf where nothing is to be sampled
    sampled : (k, n), output
    """
    for i in range(components.shape[0]):
        row, out = components[i], sampled[i]
        for x in range(left.shape[0]):
            f = fraction[x]
            out[x] = (row[left[x]] * (1.0 - f) + row[left[x] + 1] * f) / per_dex[x]
