"""The normal equations of several neighbouring trials solved side by side.

Factorising for one passive set is a chain of dependent operations; several trials at once are as
many independent chains, which keep the processor busy. Each lane has a passive set of its own, kept
as zeros and ones so that no lane waits for a branch of another: what is outside a set gets a unit
row. Sets are improved by block principal pivoting (Portugal, Judice & Vicente 1994, Math. Comp. 63,
625): every weight that is not positive leaves and every component that would lower chi2 enters,
all at once. It seldom needs more than three rounds from the set of the trial before; a lane that is
not settled then is left to `moosegui.fit.scan._kernels.solve_nnls`, whose steps cannot cycle.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from moosegui.fit.scan._vectors import LANES, copy, multiply, set_product, subtract_product

MAX_ROUNDS = 6
SMALLEST = 1e-290  # a column whose squared norm is below this is zero


@njit(nogil=True, cache=True, error_model="numpy")
def make_lanes(k):
    """Return room for `settle_lanes`: inverse norms, factor, weights, gradients, verdict."""
    return (
        np.empty((k, LANES)),
        np.empty((k, k, LANES)),
        np.empty((k, LANES)),
        np.empty((k, LANES)),
        np.empty((2, LANES)),
    )


@njit(nogil=True, cache=True, error_model="numpy")
def row_of(k, i, j):
    """Return the row that holds G_ij."""
    return k + i * (i + 1) // 2 + j if i >= j else k + j * (j + 1) // 2 + i


@njit(nogil=True, cache=True, error_model="numpy")
def settle_lanes(rows, passive, tolerance, dependent, lanes):
    """Find the optimum over non-negative weights in every lane, where a few rounds find it.

    rows : (k + k(k+1)/2, LANES) rows b_i, then G_ij (i >= j)
    passive : (k, LANES) ones and zeros, on entry the guess and on return the sets of the weights
    tolerance : a gradient (of unit columns) above this is not zero
    dependent : a squared pivot (of unit columns) below this is a linear dependence
    lanes : of `make_lanes`; on return the weights, and the verdict: smallest squared pivot, number
        of components on the wrong side (zero at the optimum)
    """
    inverse = lanes[0]
    k = inverse.shape[0]
    for i in range(k):
        row = row_of(k, i, i)
        for x in range(LANES):
            inverse[i, x] = 1.0 / np.sqrt(max(rows[row, x], SMALLEST))
    union = np.empty(k, dtype=np.int64)
    for i_round in range(MAX_ROUNDS):
        n_union = _unite(passive, union)
        _factorise(rows, passive, union[:n_union], dependent, lanes)
        _substitute(rows, union[:n_union], lanes)
        _descend(rows, union[:n_union], lanes)
        if _exchange(passive, tolerance, lanes, i_round + 1 < MAX_ROUNDS) == 0.0:
            return


@njit(nogil=True, cache=True, error_model="numpy")
def _unite(passive, union):
    """List the components that are in the passive set of any lane."""
    n_union = 0
    for i in range(passive.shape[0]):
        total = 0.0
        for x in range(LANES):
            total += passive[i, x]
        if total > 0.0:
            union[n_union] = i
            n_union += 1
    return n_union


@njit(nogil=True, cache=True, error_model="numpy")
def _factorise(rows, passive, union, dependent, lanes):
    """Cholesky factor of the unit columns, its diagonal inverted, and the smallest pivot."""
    inverse, factor, _, scale, verdict = lanes
    k, n = inverse.shape[0], union.size
    for i in range(n):
        a = union[i]
        set_product(scale, inverse, passive, (a * LANES, a * LANES, a * LANES))
        for j in range(i):
            b, at = union[j], (i * k + j) * LANES
            set_product(factor, rows, scale, (at, row_of(k, a, b) * LANES, a * LANES))
            multiply(factor, scale, (at, b * LANES))
        for x in range(LANES):
            factor[i, i, x] = 1.0
    for x in range(LANES):
        verdict[0, x] = 1.0
    for m in range(n):
        for x in range(LANES):
            pivot = factor[m, m, x]
            verdict[0, x] = min(verdict[0, x], pivot)
            factor[m, m, x] = 1.0 / np.sqrt(max(pivot, dependent))
        diagonal = (m * k + m) * LANES
        for i in range(m + 1, n):
            own = (i * k + m) * LANES
            multiply(factor, factor, (own, diagonal))
            for j in range(m + 1, i + 1):
                at = (i * k + j) * LANES
                subtract_product(factor, factor, factor, (at, own, (j * k + m) * LANES))


@njit(nogil=True, cache=True, error_model="numpy")
def _substitute(rows, union, lanes):
    """Solve for the weights (of unit columns) with the factor; zero outside a passive set."""
    _, factor, weights, scale, _ = lanes
    k, n = weights.shape[0], union.size
    for i in range(n):
        a = union[i]
        set_product(weights, rows, scale, (i * LANES, a * LANES, a * LANES))
    for m in range(n):
        multiply(weights, factor, (m * LANES, (m * k + m) * LANES))
        for i in range(m + 1, n):
            subtract_product(weights, factor, weights, (i * LANES, (i * k + m) * LANES, m * LANES))
    for m in range(n - 1, -1, -1):
        multiply(weights, factor, (m * LANES, (m * k + m) * LANES))
        for i in range(m):
            subtract_product(weights, factor, weights, (i * LANES, (m * k + i) * LANES, m * LANES))


@njit(nogil=True, cache=True, error_model="numpy")
def _descend(rows, union, lanes):
    """Spread the weights to their components, in units of the data, and find all gradients."""
    inverse, _, weights, gradient, _ = lanes
    k, n = inverse.shape[0], union.size
    i = n - 1
    for a in range(k - 1, -1, -1):
        if i >= 0 and union[i] == a:
            set_product(weights, weights, inverse, (a * LANES, i * LANES, a * LANES))
            i -= 1
        else:
            for x in range(LANES):
                weights[a, x] = 0.0
    for j in range(k):
        copy(gradient, rows, (j * LANES, j * LANES))
    for i in range(n):
        a = union[i]
        for j in range(k):
            subtract_product(
                gradient, rows, weights, (j * LANES, row_of(k, j, a) * LANES, a * LANES)
            )


@njit(nogil=True, cache=True, error_model="numpy")
def _exchange(passive, tolerance, lanes, is_wanted):
    """Move the components on the wrong side across, if wanted; return how many there are."""
    inverse, _, weights, gradient, verdict = lanes
    for x in range(LANES):
        verdict[1, x] = 0.0
    for j in range(passive.shape[0]):
        for x in range(LANES):
            own = passive[j, x]
            leaves = own if weights[j, x] <= 0.0 else 0.0
            enters = 1.0 - own if gradient[j, x] * inverse[j, x] > tolerance else 0.0
            verdict[1, x] += leaves + enters
            if is_wanted:
                passive[j, x] = own - leaves + enters
    total = 0.0
    for x in range(LANES):
        total += verdict[1, x]
    return total
