"""Compiled loops of the scan over trial redshifts: serial, without the GIL, without checks."""

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
from moosegui.fit.scan._vectors import LANES, copy

ROUNDING_TOLERANCE = 8e-7  # bound on the relative error of chi2 above which it is summed directly
BLOCK = 512  # samples
SPARSE = 16  # a component with less than one positive sample in so many is summed over these


@njit(nogil=True, cache=True, error_model="numpy")
def solve_trials(fit, measure, window, basis, limits, coefficients, chi2):
    """Solve the NNLS of a run of trial redshifts and evaluate chi2 times the samples.

    fit : (k + k(k+1)/2, n) rows b_i, then G_ij (i >= j) under the weights of the fit
    measure : like fit, under the variances; shape (0, 0) when both are the same
    window : (starts (n,), flux (L,), fit weight (L,), weight (L,))
    basis : (components (k, N), support (k, N + 1) counts of the positive samples before each,
        spikes (n_spikes,) sorted samples that the rows leave out and that are added here)
    limits : (norm of the data under the fit, c, weak_below (k,), error_b (k,), error_g (k,)), see
        `moosegui.fit.scan.normal_equations.NormalEquations`
    coefficients : (n, k), chi2 : (n,), outputs
    """
    starts, flux, fit_weight, weight = window
    data_norm, total, weak_below, _, _ = limits
    n, k = coefficients.shape
    rows, lanes, passive = np.empty((fit.shape[0], LANES)), make_lanes(k), np.zeros((k, LANES))
    room = np.empty((k, k)), np.empty(k), np.empty(k), np.empty((k + 4, k + 1))
    members = np.empty(k + 1, dtype=np.int64)
    for first in range(0, n, LANES):
        block = starts[first : first + LANES]
        _load(fit, first, (block, flux, fit_weight), basis, rows)
        settle_lanes(rows, passive, GRADIENT_TOLERANCE * data_norm, DEPENDENT, lanes)
        _judge(rows, weak_below, lanes)
        _take_lanes(rows, lanes, first, total, coefficients, chi2)
        for x in range(block.size):
            if lanes[4][1, x] == 0.0:
                continue
            t = first + x
            data = block[x], flux, fit_weight, data_norm, weak_below
            n_members = _solve_alone((rows, x), data, basis, members, passive, room)
            chi2[t] = total - take_alone(n_members, room, coefficients[t])
            for i in range(k):
                passive[i, x] = 1.0 if coefficients[t, i] > 0.0 else 0.0
        for i in range(k):  # the last of them is the nearest to all that follow
            passive[i, :] = passive[i, block.size - 1]
        if measure.shape[0] > 0:
            _load(measure, first, (block, flux, weight), basis, rows)
            for x in range(block.size):
                chi2[first + x] = total + _quadratic(rows, x, coefficients[first + x])
    _sum_where_rounded(window, basis, limits, coefficients, chi2)


@njit(nogil=True, cache=True, error_model="numpy")
def _load(source, first, window, basis, rows):
    """Copy the rows of some neighbouring trials into the lanes, and add the spikes to them.

    The samples left out of the correlations are added one by one, where they are in the window.
    """
    starts, flux, weight = window
    components, _, spikes = basis
    k = components.shape[0]
    n = source.shape[1]
    for r in range(rows.shape[0]):
        if first + LANES <= n:
            copy(rows, source, (r * LANES, r * n + first))
        else:
            for x in range(LANES):
                rows[r, x] = source[r, min(first + x, n - 1)]
    for x in range(starts.size):
        for spike in spikes:
            at = spike - starts[x]
            if not 0 <= at < flux.shape[0]:
                continue
            row = k
            for i in range(k):
                weighted = weight[at] * components[i, spike]
                rows[i, x] += weighted * flux[at]
                for j in range(i + 1):
                    rows[row, x] += weighted * components[j, spike]
                    row += 1


@njit(nogil=True, cache=True, error_model="numpy")
def _judge(rows, weak_below, lanes):
    """Add to the verdict what makes the rows of a lane too inexact, or its columns dependent."""
    verdict = lanes[4]
    k = weak_below.shape[0]
    for i in range(k):
        row = row_of(k, i, i)
        for x in range(LANES):
            verdict[1, x] += 1.0 if rows[row, x] < weak_below[i] else 0.0
    for x in range(LANES):
        verdict[1, x] += 0.0 if verdict[0, x] > DEPENDENT else 1.0


@njit(nogil=True, cache=True, error_model="numpy")
def _take_lanes(rows, lanes, first, total, coefficients, chi2):
    """Write the coefficients of all lanes, and chi2, which is the total less what they explain."""
    weights = lanes[2]
    k = weights.shape[0]
    for x in range(min(LANES, chi2.size - first)):
        explained = 0.0
        for i in range(k):
            coefficients[first + x, i] = weights[i, x]
            explained += weights[i, x] * rows[i, x]
        chi2[first + x] = total - explained


@njit(nogil=True, cache=True, error_model="numpy")
def _solve_alone(lane, data, basis, members, passive, room):
    """Solve one trial by `solve_nnls`; return the number of passive columns, or -1."""
    rows, x = lane
    start, flux, weight, data_norm, weak_below = data
    components, support, _ = basis
    gram, projection, inverse_norms, work = room
    k = projection.shape[0]
    for i in range(k):
        projection[i] = rows[i, x]
        for j in range(i + 1):
            gram[i, j] = gram[j, i] = rows[row_of(k, i, j), x]
    for i in range(k):
        if gram[i, i] < weak_below[i]:
            _recompute(components, support, flux, weight, start, i, gram, projection)
    scale_problem(gram, projection, inverse_norms)
    n_members = 0
    for i in range(k):
        if passive[i, x] > 0.0 and inverse_norms[i] > 0.0:
            members[n_members] = i
            n_members += 1
    return solve_nnls(gram, projection, data_norm, members, n_members, work)


@njit(nogil=True, cache=True, error_model="numpy")
def take_alone(n_members, room, coefficients):
    """Write the coefficients of `_solve_alone`, and return how much of chi2 they explain."""
    _, projection, inverse_norms, work = room
    if n_members < 0:
        coefficients[:] = np.nan
        return np.nan
    explained = 0.0
    for j in range(projection.shape[0]):
        scaled = work[projection.shape[0] + 1, j]
        explained += scaled * projection[j]
        coefficients[j] = scaled * inverse_norms[j]
    return explained


@njit(nogil=True, cache=True, error_model="numpy")
def _sum_where_rounded(window, basis, limits, coefficients, chi2):
    """Sum chi2 directly where its rounding could be felt."""
    starts, flux, _, weight = window
    _, _, _, error_b, error_g = limits
    for t in range(chi2.size):
        rounding_b, rounding_g = 0.0, 0.0
        for j in range(coefficients.shape[1]):
            rounding_b += coefficients[t, j] * error_b[j]
            rounding_g += coefficients[t, j] * error_g[j]
        if rounding_b + rounding_g * rounding_g >= ROUNDING_TOLERANCE * chi2[t]:
            chi2[t] = window_chi2(basis[0], flux, weight, starts[t], coefficients[t])


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def _recompute(components, support, flux, weight, start, i, gram, projection):
    """Sum row i of the normal equations directly; exactly zero where the component is.

    What is positive nowhere has few samples there, too.
    """
    k = components.shape[0]
    n = flux.shape[0]
    n_positive = support[i, start + n] - support[i, start]
    if n_positive * SPARSE < n:
        _recompute_few(components, support, flux, weight, start, i, gram, projection)
        return
    own = components[i, start : start + n]
    total = 0.0
    for x in range(n):
        total += weight[x] * flux[x] * own[x]
    projection[i] = total
    for j in range(k):
        total = 0.0
        other = components[j, start : start + n]
        for x in range(n):
            total += weight[x] * own[x] * other[x]
        gram[i, j] = total
        gram[j, i] = total


@njit(nogil=True, cache=True, error_model="numpy")
def _recompute_few(components, support, flux, weight, start, i, gram, projection):
    """Do as `_recompute` for a component with few samples in the window: over these alone."""
    k = components.shape[0]
    n = flux.shape[0]
    projection[i] = 0.0
    for j in range(k):
        gram[i, j] = gram[j, i] = 0.0
    counts = support[i]
    x = 0
    for passed in range(counts[start], counts[start + n]):
        high = n  # the first sample after which more than `passed` are positive lies before
        while x < high:
            middle = (x + high) // 2
            if counts[start + middle + 1] > passed:
                high = middle
            else:
                x = middle + 1
        weighted = weight[x] * components[i, start + x]
        projection[i] += weighted * flux[x]
        for j in range(k):
            gram[i, j] += weighted * components[j, start + x]
        x += 1
    for j in range(k):
        gram[j, i] = gram[i, j]


@njit(nogil=True, cache=True, error_model="numpy")
def _quadratic(rows, x, weights):
    """w^T G w - 2 b^T w of a lane."""
    k = weights.shape[0]
    value = 0.0
    for i in range(k):
        row = 0.0
        for j in range(k):
            row += rows[row_of(k, i, j), x] * weights[j]
        value += weights[i] * (row - 2.0 * rows[i, x])
    return value


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def window_chi2(components, flux, weight, start, weights):
    """Direct sum of w (g - model)^2 over one window, block by block so that a block stays close."""
    k = components.shape[0]
    n = flux.shape[0]
    residual = np.empty(BLOCK)
    total = 0.0
    for first in range(0, n, BLOCK):
        size = min(BLOCK, n - first)
        for x in range(size):
            residual[x] = flux[first + x]
        for i in range(k):
            amplitude = weights[i]
            if amplitude > 0.0:
                row = components[i, start + first : start + first + size]
                for x in range(size):
                    residual[x] -= amplitude * row[x]
        for x in range(size):
            total += weight[first + x] * residual[x] * residual[x]
    return total
