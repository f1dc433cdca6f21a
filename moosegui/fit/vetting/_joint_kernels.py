"""Compiled loops of the joint fits: serial, without the GIL, without checks.

Rows that are zero nearly everywhere are given by starts (m + 1,), pixels and values (n_values,):
those of row a are pixels[starts[a] : starts[a + 1]], increasing, with their values.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from moosegui.fit.scan._kernels import scale_problem, solve_nnls


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


@njit(nogil=True, cache=True, error_model="numpy")
def solve_joint(known, lines, own, data_norm, guess, weights):
    """Solve the NNLS of known columns and the components of one more galaxy.

    known : (Gram matrix (n, n), projection (n,))
    lines : (products with the components (m, k), those of the lines with the polynomials
        (m, n_smooth)), of the last m of the known columns, not freed of polynomials
    own : (products of polynomials and the first n - m known columns (n_smooth + n - m, k), Gram
        matrix of the components (k, k), projection (k,)), not freed of polynomials
    guess : (n_guess,) known columns that are probably positive
    weights : (n + k,), output
    Returns by how much the squared norm of the data falls, nan where it is not found.
    """
    known_gram, known_projection = known
    products, of_smooth = lines
    dense, own_gram, own_projection = own
    n, k = known_gram.shape[0], own_gram.shape[0]
    m, n_smooth = of_smooth.shape
    gram, projection = np.empty((n + k, n + k)), np.empty(n + k)
    gram[:n, :n], projection[:n], projection[n:] = known_gram, known_projection, own_projection
    for i in range(k):
        for j in range(n - m):
            gram[j, n + i] = gram[n + i, j] = dense[n_smooth + j, i]
        for a in range(m):
            total = 0.0
            for s in range(n_smooth):
                total += of_smooth[a, s] * dense[s, i]
            is_dead = known_gram[n - m + a, n - m + a] == 0.0
            value = 0.0 if is_dead else products[a, i] - total
            gram[n - m + a, n + i] = gram[n + i, n - m + a] = value
        for j in range(i + 1):
            total = 0.0
            for s in range(n_smooth):
                total += dense[s, i] * dense[s, j]
            gram[n + i, n + j] = gram[n + j, n + i] = own_gram[i, j] - total
    inverse_norms, work = np.empty(n + k), np.zeros((n + k + 4, n + k + 1))
    scale_problem(gram, projection, inverse_norms)
    members, n_members = np.zeros(n + k + 1, dtype=np.int64), 0
    for j in guess:
        if inverse_norms[j] > 0.0:
            members[n_members] = j
            n_members += 1
    n_members = solve_nnls(gram, projection, data_norm, members, n_members, work)
    if n_members < 0:
        return np.nan
    explained = 0.0
    for j in range(n + k):
        scaled = work[n + k + 1, j]
        explained += scaled * projection[j]
        weights[j] = scaled * inverse_norms[j]
    return explained
