"""Compiled loops of the joint fits: serial, without the GIL, without checks.

Rows that are zero nearly everywhere are given by starts (m + 1,), pixels and values (n_values,):
those of row a are pixels[starts[a] : starts[a + 1]], increasing, with their values.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(nogil=True, cache=True, error_model="numpy")
def sample_weighted(samples, at_rest, offset, factor, sampled):
    """Interpolate all components on the pixels of a spectrum, each pixel times a factor.

    samples : (N, k), the components of a sample side by side
    at_rest : (n,) where each pixel is on the grid at z = 0
    offset : samples by which the redshift moves the pixels
    factor : (n,), zero where nothing is to be sampled
    sampled : (n, k), output
    """
    last, k = samples.shape[0] - 1, samples.shape[1]
    for x in range(at_rest.shape[0]):
        position, own = at_rest[x] - offset, factor[x]
        if own == 0.0 or not 0.0 <= position <= last:
            for i in range(k):
                sampled[x, i] = 0.0
            continue
        at = min(int(position), last - 1)
        fraction = position - at
        for i in range(k):
            low = samples[at, i]
            sampled[x, i] = (low + (samples[at + 1, i] - low) * fraction) * own


@njit(nogil=True, cache=True, error_model="numpy")
def draw_lines(wave, columns, profiles, limits, sparse):
    """Sum Gaussians to columns; return how many columns are not empty, and how many values.

    wave : (n,)
    columns : (n_lines,) of each Gaussian, increasing
    profiles : (centres, heights, standard deviations), (n_lines,) each
    limits : (first, last), (n_lines,) each: the pixels inside which it is drawn
    sparse : (starts, pixels, values), output, room for all
    """
    centres, heights, sigmas = profiles
    firsts, lasts = limits
    starts, pixels, values = sparse
    row = np.zeros(wave.size)
    n_columns, n_values, line = 0, 0, 0
    starts[0] = 0
    while line < columns.size:
        column, low, high = columns[line], wave.size, 0
        while line < columns.size and columns[line] == column:
            for x in range(firsts[line], lasts[line]):
                offset = (wave[x] - centres[line]) / sigmas[line]
                row[x] += heights[line] / sigmas[line] * np.exp(-0.5 * offset**2)
            low, high = min(low, firsts[line]), max(high, lasts[line])
            line += 1
        before = n_values
        for x in range(low, high):
            if row[x] != 0.0:
                pixels[n_values], values[n_values] = x, row[x]
                n_values += 1
                row[x] = 0.0
        if n_values > before:
            n_columns += 1
            starts[n_columns] = n_values
    return n_columns, n_values


@njit(nogil=True, cache=True, error_model="numpy")
def multiply_sparse(starts, pixels, values, sampled, products):
    """Multiply rows that are zero nearly everywhere with vectors.

    sampled : (n, k), the vectors side by side
    products : (m, k), output
    """
    k = sampled.shape[1]
    for a in range(products.shape[0]):
        for i in range(k):
            products[a, i] = 0.0
        for place in range(starts[a], starts[a + 1]):
            x, value = pixels[place], values[place]
            for i in range(k):
                products[a, i] += value * sampled[x, i]


@njit(nogil=True, cache=True, error_model="numpy")
def multiply_among(starts, pixels, values, n, gram):
    """Multiply such rows with each other.

    n : the length of a row
    gram : (m, m), output
    """
    m = gram.shape[0]
    ends = np.zeros(n + 1, dtype=np.int64)
    for place in range(starts[m]):
        ends[pixels[place] + 1] += 1
    for x in range(n):
        ends[x + 1] += ends[x]
    rows, own = np.empty(starts[m], dtype=np.int64), np.empty(starts[m])
    at = ends[:-1].copy()
    for a in range(m):
        for place in range(starts[a], starts[a + 1]):
            x = pixels[place]
            rows[at[x]], own[at[x]] = a, values[place]
            at[x] += 1
    for a in range(m):
        for b in range(m):
            gram[a, b] = 0.0
    for x in range(n):
        for one in range(ends[x], ends[x + 1]):
            for other in range(ends[x], one + 1):
                gram[rows[one], rows[other]] += own[one] * own[other]
    for a in range(m):
        for b in range(a):
            gram[b, a] = gram[a, b]


@njit(nogil=True, cache=True, error_model="numpy")
def mix_sparse(starts, pixels, values, weights, total):
    """Add such rows, each times a weight, to a total (n,)."""
    for a in range(weights.shape[0]):
        if weights[a] != 0.0:
            for place in range(starts[a], starts[a + 1]):
                total[pixels[place]] += weights[a] * values[place]
