"""Compiled loops over pixels, and over trials: serial, without the GIL."""

from __future__ import annotations

import numpy as np
from numba import njit

from moosegui.fit.scan._kernels import scale_problem, solve_nnls

TOGETHER = 256  # pixels whose components stay in the nearest cache


@njit(nogil=True, cache=True, error_model="numpy")
def place_pixels(at_rest, shift, density, n_wave, left, fraction, factor):
    """Find where pixels are on the grid at a redshift.

    at_rest : (n,) places on the grid at z = 0, from which the shift is subtracted
    density : (n,) flux density over flux per dex, zero outside the range of the basis
    left, fraction : (n,) sample before each pixel and the part of the step beyond it, outputs
    factor : (n,) density where the basis reaches, else zero, output
    """
    for x in range(at_rest.shape[0]):
        position = at_rest[x] - shift
        at = min(max(int(position), 0), n_wave - 2)
        left[x], fraction[x] = at, position - at
        is_covered = position >= 0.0 and position <= n_wave - 1 and density[x] > 0.0
        factor[x] = density[x] if is_covered else 0.0


@njit(nogil=True, cache=True, error_model="numpy")
def add_row(row, amount, left, fraction, factor, model):
    """Add an amount of one component, as flux density, to a model on the placed pixels."""
    for x in range(left.shape[0]):
        at = left[x]
        model[x] += amount * ((row[at] + (row[at + 1] - row[at]) * fraction[x]) * factor[x])


@njit(nogil=True, cache=True, error_model="numpy")
def fit_pixels(components, pixels, data, is_weighted, tilts, coefficients, model):
    """Fit components times tilts to a spectrum on its own pixels, all amounts non-negative.

    components : (k, N)
    pixels : of `place_pixels`, (left (n,), fraction (n,), factor (n,))
    data : (flux (n,), ivar (n,))
    is_weighted : whether ivar weights the fit; else every unmasked pixel counts alike
    tilts : (m, n)
    coefficients : (k m,), by component, then tilt; output
    model : (n,), nan where the factor is zero; output
    Returns the passive columns, -1 where the active set did not settle and -2 where sums
    overflowed; and chi2 a fitted pixel, nan without one.
    """
    flux, ivar = data
    weight, n_fitted = np.zeros(flux.shape[0]), 0
    for x in range(flux.shape[0]):
        if pixels[2][x] > 0.0 and ivar[x] > 0.0:
            weight[x] = ivar[x] if is_weighted else 1.0
            n_fitted += 1
    k, m = components.shape[0], tilts.shape[0]
    size = k * m
    gram, projection = np.zeros((size, size)), np.zeros(size)
    _sum_pixels(components, pixels, (flux, weight), tilts, gram, projection)
    for i in range(size):
        if not np.isfinite(projection[i]):
            return -2, np.nan
        for j in range(i + 1):
            if not np.isfinite(gram[i, j]):
                return -2, np.nan
            gram[j, i] = gram[i, j]
    inverse_norms = np.empty(size)
    scale_problem(gram, projection, inverse_norms)
    data_norm = 0.0
    for i in range(size):
        data_norm = max(data_norm, abs(projection[i]))
    members, work = np.zeros(size + 1, dtype=np.int64), np.zeros((size + 4, size + 1))
    n_members = solve_nnls(gram, projection, data_norm, members, 0, work)
    left, fraction, factor = pixels
    model[:] = 0.0
    part = np.empty(model.shape[0])
    for i in range(size):
        coefficients[i] = work[size + 1, i] * inverse_norms[i]
        if coefficients[i] > 0.0:
            part[:] = 0.0
            add_row(components[i // m], coefficients[i], left, fraction, factor, part)
            for x in range(part.shape[0]):
                model[x] += part[x] * tilts[i % m, x]
    chi2 = 0.0
    for x in range(flux.shape[0]):
        if weight[x] > 0.0:
            chi2 += ivar[x] * (flux[x] - model[x]) ** 2
        if not factor[x] > 0.0:
            model[x] = np.nan
    return n_members, chi2 / n_fitted if n_fitted > 0 else np.nan


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def _sum_pixels(components, pixels, data, tilts, gram, projection):
    """Add up the normal equations (of the Gram matrix i >= j), some pixels after the other."""
    left, fraction, factor = pixels
    flux, weight = data
    k, m, n = components.shape[0], tilts.shape[0], flux.shape[0]
    rows, weighted = np.zeros((k * m + 3, TOGETHER)), np.empty(TOGETHER)
    sums = np.zeros((k * m, k * m + 3))
    for first in range(0, n, TOGETHER):
        n_here = min(TOGETHER, n - first)
        for i in range(k):
            row, out = components[i], rows[i * m]
            for x in range(n_here):
                at, f = left[first + x], fraction[first + x]
                out[x] = (row[at] + (row[at + 1] - row[at]) * f) * factor[first + x]
            for j in range(m - 1, -1, -1):
                for x in range(n_here):
                    rows[i * m + j, x] = out[x] * tilts[j, first + x]
        for i in range(k * m):
            own = rows[i]
            total = 0.0
            for x in range(n_here):
                weighted[x] = own[x] * weight[first + x]
                total += weighted[x] * flux[first + x]
            projection[i] += total
            for j in range(0, i + 1, 4):  # four at once; beyond i nothing counts
                one, two, three, four = 0.0, 0.0, 0.0, 0.0
                for x in range(n_here):
                    value = weighted[x]
                    one += value * rows[j, x]
                    two += value * rows[j + 1, x]
                    three += value * rows[j + 2, x]
                    four += value * rows[j + 3, x]
                sums[i, j] += one
                sums[i, j + 1] += two
                sums[i, j + 2] += three
                sums[i, j + 3] += four
    for i in range(k * m):
        for j in range(i + 1):
            gram[i, j] = sums[i, j]


@njit(nogil=True, cache=True, error_model="numpy")
def resample(position, density, variance, start, sampled, weight):
    """Interpolate pixels linearly on the samples of a grid.

    position : (n_wave,) increasing, of the pixels on the grid
    density, variance : (n_wave,) the latter infinite where masked
    start : the first sample
    sampled, weight : (n_samples,), outputs; both zero where a pixel on either side is masked
    """
    right = 1
    for i in range(sampled.shape[0]):
        place = float(start + i)
        while right < position.shape[0] - 1 and position[right] < place:
            right += 1
        left = right - 1
        fraction = (place - position[left]) / (position[right] - position[left])
        fraction = min(max(fraction, 0.0), 1.0)
        spread = variance[left] * (1 - fraction) if fraction < 1 else 0.0
        spread += variance[right] * fraction if fraction > 0 else 0.0
        weight[i] = 1.0 / spread if np.isfinite(spread) else 0.0
        value = density[left] * (1 - fraction) + density[right] * fraction
        sampled[i] = value if weight[i] > 0 else 0.0


@njit(nogil=True, cache=True, error_model="numpy")
def keep_lowest(values, owners, lowest):
    """Lower the number of each owner to the smallest of its values."""
    for i in range(values.shape[0]):
        if values[i] < lowest[owners[i]]:
            lowest[owners[i]] = values[i]


@njit(nogil=True, cache=True, error_model="numpy")
def lowest_outside(places, values, place, reach):
    """Return the smallest finite value further than `reach` from a place; inf without any."""
    lowest = np.inf
    for i in range(places.shape[0]):
        value = values[i]
        if value < lowest and abs(places[i] - place) > reach and value > -np.inf:
            lowest = value
    return lowest
