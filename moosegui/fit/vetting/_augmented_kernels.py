"""The compiled loop of the augmented scan: serial, without the GIL, without checks.

Eight trials are solved side by side as those of the plain scan; in the lanes the fixed vectors
follow the components of the basis, in what is returned they come first.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from moosegui.fit.scan._kernels import (
    DEPENDENT,
    GRADIENT_TOLERANCE,
    scale_problem,
    solve_nnls,
)
from moosegui.fit.scan._lane_kernels import make_lanes, row_of, settle_lanes
from moosegui.fit.scan._trial_kernels import take_alone
from moosegui.fit.scan._vectors import LANES, copy

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
    components = basis[0]
    data_norm, total, weak_below, error = limits
    m, k = vectors.shape[0], components.shape[0]
    size = m + k
    own = np.empty((size + size * (size + 1) // 2, LANES))
    lanes, passive = make_lanes(size), np.zeros((size, LANES))
    room = np.empty((size, size)), np.empty(size), np.empty(size), np.empty((size + 4, size + 1))
    members = np.empty(size + 1, dtype=np.int64)
    _load_fixed(fixed_gram, fixed_projection, k, own)
    for first in range(0, starts.shape[0], LANES):
        block = starts[first : first + LANES]
        _load(rows, cross, first, k, own)
        _add_spikes(basis, vectors, (block, flux, weight), own)
        settle_lanes(own, passive, GRADIENT_TOLERANCE * data_norm, DEPENDENT, lanes)
        _judge(own, weak_below, lanes)
        for x in range(block.size):
            t = first + x
            if lanes[4][1, x] == 0.0:
                chi2[t] = total - _take_lane(own, lanes[2], x, k, coefficients[t])
                continue
            data = block[x], flux, weight, data_norm, weak_below
            n_members = _solve_alone((own, x), data, (basis, vectors), members, passive, room)
            chi2[t] = total - take_alone(n_members, room, coefficients[t])
            for j in range(size):
                value = coefficients[t, m + j if j < k else j - k]
                passive[j, x] = 1.0 if value > 0.0 else 0.0
        for j in range(size):  # the last of them is the nearest to all that follow
            passive[j, :] = passive[j, block.size - 1]
    for t in range(starts.shape[0]):
        rounding = 0.0
        for i in range(k):
            rounding += coefficients[t, m + i] * error[i]
        if rounding >= ROUNDING_TOLERANCE * chi2[t]:
            chi2[t] = _sum_directly(components, vectors, flux, weight, starts[t], coefficients[t])


@njit(nogil=True, cache=True, error_model="numpy")
def _load_fixed(fixed_gram, fixed_projection, k, own):
    """Write what is the same in every lane and at every trial."""
    m = fixed_projection.size
    for a in range(m):
        own[k + a, :] = fixed_projection[a]
        for b in range(a + 1):
            own[row_of(m + k, k + a, k + b), :] = fixed_gram[a, b]


@njit(nogil=True, cache=True, error_model="numpy")
def _load(rows, cross, first, k, own):
    """Copy the rows of some neighbouring trials into the lanes."""
    m = cross.shape[0] // k
    size = m + k
    for r in range(k):
        _copy_row(rows, r, first, own, r)
    for r in range(k, rows.shape[0]):
        _copy_row(rows, r, first, own, r + m)
    for a in range(m):
        at = row_of(size, k + a, 0)
        for i in range(k):
            _copy_row(cross, a * k + i, first, own, at + i)


@njit(nogil=True, cache=True, error_model="numpy")
def _copy_row(source, r, first, own, row):
    """Copy eight numbers of a row; the last one is repeated where there are fewer."""
    n = source.shape[1]
    if first + LANES <= n:
        copy(own, source, (row * LANES, r * n + first))
    else:
        for x in range(LANES):
            own[row, x] = source[r, min(first + x, n - 1)]


@njit(nogil=True, cache=True, error_model="numpy")
def _add_spikes(basis, vectors, window, own):
    """Add the samples that were left out of the correlations, those inside the window."""
    components, _, spikes = basis
    starts, flux, weight = window
    m, k = vectors.shape[0], components.shape[0]
    size = m + k
    for x in range(starts.size):
        for spike in spikes:
            at = spike - starts[x]
            if not 0 <= at < flux.shape[0]:
                continue
            row = size
            for i in range(k):
                weighted = weight[at] * components[i, spike]
                own[i, x] += weighted * flux[at]
                for j in range(i + 1):
                    own[row, x] += weighted * components[j, spike]
                    row += 1
                for a in range(m):
                    own[row_of(size, k + a, i), x] += weighted * vectors[a, at]


@njit(nogil=True, cache=True, error_model="numpy")
def _judge(own, weak_below, lanes):
    """Add to the verdict what makes the rows of a lane too inexact, or its columns dependent."""
    verdict, size = lanes[4], lanes[2].shape[0]
    for x in range(LANES):
        for i in range(weak_below.size):
            if own[row_of(size, i, i), x] < weak_below[i]:
                verdict[1, x] += 1.0
        if not verdict[0, x] > DEPENDENT:
            verdict[1, x] += 1.0


@njit(nogil=True, cache=True, error_model="numpy")
def _take_lane(own, weights, x, k, coefficients):
    """Write the coefficients of a lane, and return how much of chi2 they explain."""
    size = weights.shape[0]
    explained = 0.0
    for j in range(size):
        coefficients[size - k + j if j < k else j - k] = weights[j, x]
        explained += weights[j, x] * own[j, x]
    return explained


@njit(nogil=True, cache=True, error_model="numpy")
def _solve_alone(lane, data, model, members, passive, room):
    """Solve one trial by `solve_nnls`; return the number of passive columns, or -1."""
    own, x = lane
    start, flux, weight, data_norm, weak_below = data
    (components, support, _), vectors = model
    gram, projection, inverse_norms, work = room
    size, k = projection.shape[0], components.shape[0]
    m = size - k
    for i in range(size):
        row = m + i if i < k else i - k
        projection[row] = own[i, x]
        for j in range(i + 1):
            column = m + j if j < k else j - k
            gram[row, column] = gram[column, row] = own[row_of(size, i, j), x]
    for i in range(k):
        if gram[m + i, m + i] < weak_below[i]:
            _recompute(components, support, vectors, flux, weight, start, i, gram, projection)
    scale_problem(gram, projection, inverse_norms)
    n_members = 0
    for i in range(size):
        row = m + i if i < k else i - k
        if passive[i, x] > 0.0 and inverse_norms[row] > 0.0:
            members[n_members] = row
            n_members += 1
    return solve_nnls(gram, projection, data_norm, members, n_members, work)


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
