"""The normal equations of several neighbouring trials solved side by side, for one passive set.

Most trial redshifts share their passive set with the trial before. Factorising for one such set
is a chain of dependent operations; eight trials at once are eight independent chains, which keep
the processor busy. A lane whose solution is not the optimum (some weight not positive, or a
component outside the set that would lower chi2) is left to `moosegui.fit.scan._kernels.solve_nnls`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

LANES = 8
SMALLEST = 1e-290  # a column whose squared norm is below this is zero


@njit(nogil=True, cache=True, error_model="numpy")
def make_lanes(k):
    """Return room for `solve_lanes`: inverse norms, factor, weights, verdict, sum."""
    return (
        np.empty((k, LANES)),
        np.empty((k, k, LANES)),
        np.empty((k, LANES)),
        np.empty((3, LANES)),
        np.empty(LANES),
    )


@njit(nogil=True, cache=True, error_model="numpy")
def row_of(k, i, j):
    """Return the row that holds G_ij."""
    return k + i * (i + 1) // 2 + j if i >= j else k + j * (j + 1) // 2 + i


@njit(nogil=True, cache=True, error_model="numpy")
def solve_lanes(rows, members, n_members, dependent, lanes):
    """Find the unconstrained optimum of the passive set in every lane.

    rows : (k + k(k+1)/2, LANES) rows b_i, then G_ij (i >= j)
    members : the passive set, `members[:n_members]`
    dependent : a squared pivot (of unit columns) below this is a linear dependence
    lanes : of `make_lanes`; on return weights (n_members, LANES), and the verdict: smallest
        squared pivot, smallest weight (of unit columns), steepest gradient outside the set (alike)
    """
    inverse, factor, weights, verdict, total = lanes
    k = inverse.shape[0]
    for i in range(k):
        row = row_of(k, i, i)
        for x in range(LANES):
            inverse[i, x] = 1.0 / np.sqrt(max(rows[row, x], SMALLEST))
    _factorise_lanes(rows, members, n_members, dependent, lanes)
    for i in range(n_members):
        a = members[i]
        for x in range(LANES):
            total[x] = rows[a, x] * inverse[a, x]
        for m in range(i):
            for x in range(LANES):
                total[x] -= factor[i, m, x] * weights[m, x]
        for x in range(LANES):
            weights[i, x] = total[x] * factor[i, i, x]
    for x in range(LANES):
        verdict[1, x] = 1.0
    for i in range(n_members - 1, -1, -1):
        for x in range(LANES):
            total[x] = weights[i, x]
        for m in range(i + 1, n_members):
            for x in range(LANES):
                total[x] -= factor[m, i, x] * weights[m, x]
        for x in range(LANES):
            weights[i, x] = total[x] * factor[i, i, x]
            verdict[1, x] = min(verdict[1, x], weights[i, x])
    for i in range(n_members):
        for x in range(LANES):
            weights[i, x] *= inverse[members[i], x]
    _find_steepest(rows, members, n_members, lanes)


@njit(nogil=True, cache=True, error_model="numpy")
def _factorise_lanes(rows, members, n_members, dependent, lanes):
    """Cholesky factor of the unit columns, its diagonal inverted, and the smallest pivot."""
    inverse, factor, _, verdict, total = lanes
    k = inverse.shape[0]
    for x in range(LANES):
        verdict[0, x] = 1.0
    for i in range(n_members):
        a = members[i]
        for j in range(i):
            b = members[j]
            row = row_of(k, a, b)
            for x in range(LANES):
                total[x] = rows[row, x] * inverse[a, x] * inverse[b, x]
            for m in range(j):
                for x in range(LANES):
                    total[x] -= factor[i, m, x] * factor[j, m, x]
            for x in range(LANES):
                factor[i, j, x] = total[x] * factor[j, j, x]
        for x in range(LANES):
            total[x] = 1.0
        for m in range(i):
            for x in range(LANES):
                total[x] -= factor[i, m, x] * factor[i, m, x]
        for x in range(LANES):
            verdict[0, x] = min(verdict[0, x], total[x])
            factor[i, i, x] = 1.0 / np.sqrt(max(total[x], dependent))


@njit(nogil=True, cache=True, error_model="numpy")
def _find_steepest(rows, members, n_members, lanes):
    """Find the steepest gradient outside the passive set, for unit columns."""
    inverse, _, weights, verdict, total = lanes
    k = inverse.shape[0]
    for x in range(LANES):
        verdict[2, x] = 0.0
    for j in range(k):
        is_member = False
        for i in range(n_members):
            is_member |= members[i] == j
        if is_member:
            continue
        for x in range(LANES):
            total[x] = rows[j, x]
        for i in range(n_members):
            row = row_of(k, members[i], j)
            for x in range(LANES):
                total[x] -= rows[row, x] * weights[i, x]
        for x in range(LANES):
            verdict[2, x] = max(verdict[2, x], total[x] * inverse[j, x])
