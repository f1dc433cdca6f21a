"""Compiled line profiles: skewed Gaussians on ragged windows, without the GIL, without checks.

A row is a line; `first[i]:last[i]` are the pixels on which it does not vanish.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from moosegui.data.grids import SPEED_OF_LIGHT

REACH = 6.0  # standard deviations beyond which a profile is zero


@njit(nogil=True, cache=True, error_model="numpy")
def fill_profiles(wave, centres, spreads, shapes, profiles, first, last):
    """Fill the profiles of unit flux; `shapes` holds velocity, variance (km2/s2) and delta.

    A skewed Gaussian of scale w and delta, convolved with a Gaussian of width s, is again one, of
    scale hypot(w, s) and delta w / hypot(w, s) (Azzalini 1985): the convolution is exact.
    """
    for i in range(centres.size):
        profiles[i, first[i] : last[i]] = 0.0
        centre = centres[i] * (1.0 + shapes[i, 0] / SPEED_OF_LIGHT)
        own = max(shapes[i, 1], 0.0) * (centre / SPEED_OF_LIGHT) ** 2
        scale = math.sqrt(own + spreads[i] ** 2)
        delta = shapes[i, 2] * math.sqrt(own) / scale
        alpha = delta / math.sqrt(1.0 - delta * delta) / math.sqrt(2.0)
        start = np.searchsorted(wave, centre - REACH * scale)
        stop = np.searchsorted(wave, centre + REACH * scale)
        first[i], last[i] = start, stop
        norm = 1.0 / (math.sqrt(2.0 * math.pi) * scale)
        for p in range(start, stop):
            t = (wave[p] - centre) / scale
            value = norm * math.exp(-0.5 * t * t)
            if alpha != 0.0:
                value *= 1.0 + math.erf(alpha * t)
            profiles[i, p] = value


@njit(nogil=True, cache=True, error_model="numpy")
def project_profiles(profiles, first, last, target, weight, gram, projection):
    """Weighted products of the profiles with one another and with a target."""
    n_lines = profiles.shape[0]
    for i in range(n_lines):
        total = 0.0
        for p in range(first[i], last[i]):
            total += profiles[i, p] * weight[p] * target[p]
        projection[i] = total
        for j in range(i + 1):
            product = 0.0
            for p in range(max(first[i], first[j]), min(last[i], last[j])):
                product += profiles[i, p] * weight[p] * profiles[j, p]
            gram[i, j] = product
            gram[j, i] = product
