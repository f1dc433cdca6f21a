"""Compiled non-negative least squares: serial, without the GIL, without checks.

`solve_nnls` is an active-set method (Lawson & Hanson 1974, ch. 23) on the normal equations, started
from a given passive set. Columns are scaled to unit norm first, so that tolerances are relative.
The error model is numpy's: a check of every division for zero costs as much as the division.
"""

from __future__ import annotations

import numpy as np
from numba import njit

SMALLEST = 1e-290  # a column whose squared norm is below this is zero
DEPENDENT = 1e-11  # a squared Cholesky pivot (of unit columns) below this is a linear dependence
GRADIENT_TOLERANCE = 1e-11  # in units of the norm of the data


@njit(nogil=True, cache=True, error_model="numpy")
def _factorise(gram, members, first, n_members, factor):
    """Cholesky factor of the Gram matrix of `members` from row `first`; False if dependent."""
    for i in range(first, n_members):
        row = members[i]
        for j in range(i):
            total = gram[row, members[j]]
            for m in range(j):
                total -= factor[i, m] * factor[j, m]
            factor[i, j] = total * factor[j, j]
        pivot = gram[row, row]
        for m in range(i):
            pivot -= factor[i, m] * factor[i, m]
        if pivot <= DEPENDENT:
            return False
        factor[i, i] = 1.0 / np.sqrt(pivot)  # the inverse, so that solving needs no division
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def _substitute(factor, projection, members, n_members, solution):
    """Solve for `members` with the factor of `_factorise`, into `solution[:n_members]`."""
    for i in range(n_members):
        total = projection[members[i]]
        for m in range(i):
            total -= factor[i, m] * solution[m]
        solution[i] = total * factor[i, i]
    for i in range(n_members - 1, -1, -1):
        total = solution[i]
        for m in range(i + 1, n_members):
            total -= factor[m, i] * solution[m]
        solution[i] = total * factor[i, i]


@njit(nogil=True, cache=True, error_model="numpy")
def remove_member(members, n_members, position):
    for i in range(position, n_members - 1):
        members[i] = members[i + 1]
    return n_members - 1


@njit(nogil=True, cache=True, error_model="numpy")
def _thin(gram, projection, members, n_members, work):
    """Drop columns of the guess until its unconstrained optimum is feasible.

    Any such set is a valid starting point of Lawson & Hanson, so a stale guess changes the cost
    and not the result. The optimum is left in the trial solution.
    """
    k = projection.shape[0]
    factor, trial = work[:k], work[k]
    first = 0
    while n_members > 0:
        if not _factorise(gram, members, first, n_members, factor):
            n_members -= 1
            first = 0
            continue
        _substitute(factor, projection, members, n_members, trial)
        worst, position = 0.0, -1
        for i in range(n_members):
            if trial[i] <= worst:
                worst, position = trial[i], i
        if position < 0:
            break
        n_members = remove_member(members, n_members, position)
        first = position
    return n_members


@njit(nogil=True, cache=True, error_model="numpy")
def solve_nnls(gram, projection, data_norm, members, n_members, work):
    """Minimise |y - Hw|^2 over w >= 0, given the scaled Gram matrix and projection.

    gram (k, k) has a unit diagonal (zero where a column is dead), projection (k,) is scaled
    alike. `members[:n_members]` is the passive set, on entry the guess and on return the
    solution's. `work` (k + 4, k): rows 0..k-1 the factor, k the trial solution, k+1 the solution in
    full length, k+2 the refused columns. Returns the number of passive columns, or -1 when the
    iteration limit was met.
    """
    k = projection.shape[0]
    factor, trial, weights, refused = work[:k], work[k], work[k + 1], work[k + 2]
    n_members = _thin(gram, projection, members, n_members, work)
    for j in range(k):
        weights[j] = 0.0
        refused[j] = 0.0
    for i in range(n_members):
        weights[members[i]] = trial[i]
    tolerance = GRADIENT_TOLERANCE * data_norm
    for _ in range(6 * k + 10):
        steepest, entering = tolerance, -1
        for j in range(k):
            if weights[j] > 0.0 or refused[j] > 0.0 or gram[j, j] == 0.0:
                continue
            gradient = projection[j]
            for i in range(n_members):
                gradient -= gram[j, members[i]] * weights[members[i]]
            if gradient > steepest:
                steepest, entering = gradient, j
        if entering < 0:
            return n_members
        members[n_members] = entering
        n_members += 1
        if not _factorise(gram, members, n_members - 1, n_members, factor):
            n_members -= 1
            refused[entering] = 1.0
            continue
        _substitute(factor, projection, members, n_members, trial)
        if trial[n_members - 1] <= 0.0:  # rounding: the column cannot lower the sum of squares
            n_members -= 1
            refused[entering] = 1.0
            continue
        n_members = _step_inside(gram, projection, members, n_members, work)
        for j in range(k):
            refused[j] = 0.0
    return -1


@njit(nogil=True, cache=True, error_model="numpy")
def _step_inside(gram, projection, members, n_members, work):
    """Move from the weights to the trial solution, dropping columns that reach zero."""
    k = projection.shape[0]
    factor, trial, weights = work[:k], work[k], work[k + 1]
    while True:
        step, position = 1.0, -1
        for i in range(n_members):
            if trial[i] <= 0.0:
                now = weights[members[i]]
                fraction = now / (now - trial[i]) if now > trial[i] else 0.0
                if fraction < step or position < 0:
                    step, position = fraction, i
        if position < 0:
            for i in range(n_members):
                weights[members[i]] = trial[i]
            return n_members
        for i in range(n_members):
            j = members[i]
            weights[j] += step * (trial[i] - weights[j])
        weights[members[position]] = 0.0
        n_members = remove_member(members, n_members, position)
        while not _factorise(gram, members, position, n_members, factor):
            n_members -= 1  # dependent after all: give the last column up, and come back later
            weights[members[n_members]] = 0.0
            position = 0
        _substitute(factor, projection, members, n_members, trial)


@njit(nogil=True, cache=True, error_model="numpy")
def scale_problem(gram, projection, inverse_norms):
    """Scale `gram` (k, k) and `projection` (k,) to unit columns in place; zero is a dead column."""
    k = projection.shape[0]
    for j in range(k):
        inverse_norms[j] = 1.0 / np.sqrt(gram[j, j]) if gram[j, j] > SMALLEST else 0.0
    for i in range(k):
        inverse = inverse_norms[i]
        projection[i] *= inverse
        for j in range(i):
            gram[i, j] *= inverse * inverse_norms[j]
            gram[j, i] = gram[i, j]
        gram[i, i] = 1.0 if inverse > 0.0 else 0.0
