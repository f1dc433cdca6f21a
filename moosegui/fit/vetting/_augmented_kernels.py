"""The compiled loop of the augmented scan: serial, without the GIL, without checks."""

from __future__ import annotations

import numpy as np
from numba import njit

from moosegui.fit.scan._kernels import scale_problem, solve_nnls

ROUNDING_TOLERANCE = 8e-7  # bound on the relative error of chi2 above which it is summed directly


@njit(nogil=True, cache=True, error_model="numpy")
def solve_augmented(rows, cross, fixed, window, basis, limits, coefficients, chi2):
    """Solve the NNLS of {fixed vectors, basis} for a run of trials and evaluate chi2 times samples.

    rows : (k + k(k+1)/2, n) rows b_i, then G_ij (i >= j) of the sliding basis
    cross : (m * k, n) rows of the products F_a H_i, a first
    fixed : (vectors (m, L), their Gram matrix (m, m), their projection (m,))
    window : (starts (n,), flux (L,), weight (L,))
    basis : (components (k, N), support (k, N + 1) counts of the positive samples before each,
        spikes (n_spikes,) sorted samples that the rows leave out and that are added here)
    limits : (norm of the data, c, weak_below (k,), error (k,)); see
        `moosegui.fit.vetting.augmented`
    coefficients : (n, m + k), chi2 : (n,), outputs
    """
    starts, flux, weight = window
    vectors, fixed_gram, fixed_projection = fixed
    components, support, spikes = basis
    data_norm, total, weak_below, error = limits
    m, k = vectors.shape[0], components.shape[0]
    size = m + k
    gram, projection = np.empty((size, size)), np.empty(size)
    inverse_norms = np.empty(size)
    members = np.empty(size + 1, dtype=np.int64)
    work = np.empty((size + 4, size + 1))
    n_members = 0
    for t in range(starts.shape[0]):
        _load(rows, cross, t, m, gram, projection)
        gram[:m, :m] = fixed_gram
        projection[:m] = fixed_projection
        start = starts[t]
        _add_spikes(components, spikes, vectors, flux, weight, start, gram, projection)
        for i in range(k):
            if gram[m + i, m + i] < weak_below[i]:
                _recompute(components, support, vectors, flux, weight, start, i, gram, projection)
        scale_problem(gram, projection, inverse_norms)
        n_alive = 0
        for i in range(n_members):
            if inverse_norms[members[i]] > 0.0:
                members[n_alive] = members[i]
                n_alive += 1
        n_members = solve_nnls(gram, projection, data_norm, members, n_alive, work)
        if n_members < 0:
            n_members = 0
            chi2[t] = np.nan
            coefficients[t] = np.nan
            continue
        explained, rounding = 0.0, 0.0
        for j in range(size):
            scaled = work[size + 1, j]
            explained += scaled * projection[j]
            coefficients[t, j] = scaled * inverse_norms[j]
            if j >= m:
                rounding += coefficients[t, j] * error[j - m]
        chi2[t] = total - explained
        if not rounding < ROUNDING_TOLERANCE * chi2[t]:
            chi2[t] = _sum_directly(components, vectors, flux, weight, start, coefficients[t])


@njit(nogil=True, cache=True, error_model="numpy")
def _load(rows, cross, t, m, gram, projection):
    """Unpack column t of the rows of the basis and of its products with the fixed vectors."""
    k = projection.shape[0] - m
    row = k
    for i in range(k):
        projection[m + i] = rows[i, t]
        for j in range(i + 1):
            gram[m + i, m + j] = rows[row, t]
            gram[m + j, m + i] = gram[m + i, m + j]
            row += 1
        for a in range(m):
            gram[a, m + i] = cross[a * k + i, t]
            gram[m + i, a] = gram[a, m + i]


@njit(nogil=True, cache=True, error_model="numpy")
def _add_spikes(components, spikes, vectors, flux, weight, start, gram, projection):
    """Add the samples that were left out of the correlations, those inside the window."""
    m = vectors.shape[0]
    for spike in spikes:
        x = spike - start
        if x < 0 or x >= flux.shape[0]:
            continue
        for i in range(components.shape[0]):
            weighted = weight[x] * components[i, spike]
            projection[m + i] += weighted * flux[x]
            for j in range(i + 1):
                gram[m + i, m + j] += weighted * components[j, spike]
                gram[m + j, m + i] = gram[m + i, m + j]
            for a in range(m):
                gram[a, m + i] += weighted * vectors[a, x]
                gram[m + i, a] = gram[a, m + i]


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def _recompute(components, support, vectors, flux, weight, start, i, gram, projection):
    """Sum the row of component i directly; exactly zero where the component is."""
    m, k, n = vectors.shape[0], components.shape[0], flux.shape[0]
    is_zero = support[i, start + n] == support[i, start]
    own = components[i, start : start + n]
    for j in range(-1, m + k):
        total = 0.0
        if not is_zero:
            if j < 0:
                other = flux
            elif j < m:
                other = vectors[j]
            else:
                other = components[j - m, start : start + n]
            for x in range(n):
                total += weight[x] * own[x] * other[x]
        if j < 0:
            projection[m + i] = total
        else:
            gram[m + i, j] = total
            gram[j, m + i] = total


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def _sum_directly(components, vectors, flux, weight, start, weights):
    """Direct sum of w (g - model)^2 over one window."""
    m, n = vectors.shape[0], flux.shape[0]
    residual = flux.copy()
    for j in range(weights.shape[0]):
        if weights[j] > 0.0:
            row = vectors[j] if j < m else components[j - m, start : start + n]
            for x in range(n):
                residual[x] -= weights[j] * row[x]
    total = 0.0
    for x in range(n):
        total += weight[x] * residual[x] * residual[x]
    return total
