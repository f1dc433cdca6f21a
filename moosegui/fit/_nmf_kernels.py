"""Serial numba kernels of the factorisation, without the GIL and without checks.

They work on one block of neighbouring spectra, cut into tiles of the grid: `scaled` = sqrt(V) X and
`roots` = sqrt(V), both of shape (n_tiles, n_rows, n_columns), zero where nothing was observed. In
this form V X, V and the residual sqrt(V) (X - W H) cost one product each, and chi2 does not cancel.
A tile of the components and its partial sums stay in the innermost cache; the partial sums of one
block, in the precision of the data, are added to float64 totals.
"""

from __future__ import annotations

import numpy as np
from numba import njit

ROWS_AT_ONCE = 4  # spectra whose contributions are added in one pass over a tile's partial sums
REASSOCIATE = {"reassoc", "contract", "nsz", "arcp"}


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _model(weights, components, model):
    """Write sum_i weights_i components_i."""
    k, n = components.shape
    for x in range(n):
        model[x] = weights[0] * components[0, x]
    i = 1
    while i + 2 < k:
        a, b, c = weights[i], weights[i + 1], weights[i + 2]
        for x in range(n):
            model[x] += a * components[i, x] + b * components[i + 1, x] + c * components[i + 2, x]
        i += 3
    while i < k:
        a = weights[i]
        for x in range(n):
            model[x] += a * components[i, x]
        i += 1


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _weigh(scaled, roots, model, data_part, model_part, zero):
    """Write V X and V (W H) of one row, and return its chi2."""
    chi2 = zero
    for x in range(scaled.size):
        root, value = roots[x], scaled[x]
        fitted = root * model[x]
        data_part[x] = root * value
        model_part[x] = root * fitted
        residual = value - fitted
        chi2 += residual * residual
    return chi2


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _project(data_part, model_part, components, on_data, on_model, zero):
    """Add the projections of V X and V (W H) on every component."""
    k, n = components.shape
    i = 0
    while i + 1 < k:
        a, b, c, d = zero, zero, zero, zero
        for x in range(n):
            first, second = components[i, x], components[i + 1, x]
            a += data_part[x] * first
            b += data_part[x] * second
            c += model_part[x] * first
            d += model_part[x] * second
        on_data[i] += a
        on_data[i + 1] += b
        on_model[i] += c
        on_model[i + 1] += d
        i += 2
    if i < k:
        a, c = zero, zero
        for x in range(n):
            a += data_part[x] * components[i, x]
            c += model_part[x] * components[i, x]
        on_data[i] += a
        on_model[i] += c


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _add_outer(factors, rows, totals):
    """Add factors^T rows for four rows: totals[i, x] += sum_r factors[r, i] rows[r, x]."""
    first, second, third, fourth = rows[0], rows[1], rows[2], rows[3]
    for i in range(totals.shape[0]):
        a, b, c, d = factors[0, i], factors[1, i], factors[2, i], factors[3, i]
        for x in range(totals.shape[1]):
            totals[i, x] += a * first[x] + b * second[x] + c * third[x] + d * fourth[x]


@njit(nogil=True, cache=True)
def _flush(partial, totals):
    for i in range(partial.shape[0]):
        for x in range(partial.shape[1]):
            totals[i, x] += partial[i, x]
            partial[i, x] = 0


@njit(nogil=True, cache=True)
def update_weights(scaled, roots, components, weights):
    """Apply the multiplicative rule to the rows of one block, in place.

    scaled, roots (n_tiles, n_rows, n_columns); components (n_tiles, k, n_columns) in the same
    precision; weights (n_rows, k) float64.
    """
    n_tiles, n_rows, n = scaled.shape
    k = weights.shape[1]
    current = weights.astype(scaled.dtype)
    zero = np.zeros(1, scaled.dtype)[0]
    model = np.empty(n, scaled.dtype)
    data_part, model_part = np.empty(n, scaled.dtype), np.empty(n, scaled.dtype)
    on_data, on_model = np.zeros((n_rows, k)), np.zeros((n_rows, k))
    for tile in range(n_tiles):
        for row in range(n_rows):
            _model(current[row], components[tile], model)
            _weigh(scaled[tile, row], roots[tile, row], model, data_part, model_part, zero)
            _project(data_part, model_part, components[tile], on_data[row], on_model[row], zero)
    for row in range(n_rows):
        apply_rule(weights[row], on_data[row], on_model[row])


@njit(nogil=True, cache=True)
def apply_rule(values, on_data, on_model):
    """values <- values [on_data]+ / (on_model + [on_data]-), unchanged where nothing is known."""
    for i in range(values.size):
        denominator = on_model[i] + max(-on_data[i], 0.0)
        if denominator > 0.0:
            values[i] *= max(on_data[i], 0.0) / denominator


@njit(nogil=True, cache=True)
def update_components(on_data, on_model, components):
    """Apply the multiplicative rule to the components of some tiles, (n_tiles, k, n_columns)."""
    for tile in range(components.shape[0]):
        for i in range(components.shape[1]):
            apply_rule(components[tile, i], on_data[tile, i], on_model[tile, i])


@njit(nogil=True, cache=True)
def accumulate(scaled, roots, components, weights, on_data, on_model):
    """Add W^T (V X) and W^T (V (W H)) of one block to float64 totals, and return its chi2.

    on_data, on_model (n_tiles, k, n_columns).
    """
    n_tiles, n_rows, n = scaled.shape
    k = weights.shape[1]
    zero = np.zeros(1, scaled.dtype)[0]
    current = np.zeros((n_rows + ROWS_AT_ONCE, k), scaled.dtype)
    current[:n_rows] = weights
    model = np.empty(n, scaled.dtype)
    data_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    model_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    data_sum, model_sum = np.zeros((k, n), scaled.dtype), np.zeros((k, n), scaled.dtype)
    chi2 = 0.0
    for tile in range(n_tiles):
        for first in range(0, n_rows, ROWS_AT_ONCE):
            for i in range(min(ROWS_AT_ONCE, n_rows - first)):
                row = first + i
                _model(current[row], components[tile], model)
                chi2 += _weigh(
                    scaled[tile, row], roots[tile, row], model, data_part[i], model_part[i], zero
                )
            factors = current[first : first + ROWS_AT_ONCE]
            _add_outer(factors, data_part, data_sum)
            _add_outer(factors, model_part, model_sum)
        _flush(data_sum, on_data[tile])
        _flush(model_sum, on_model[tile])
    return chi2


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _square(scaled, roots, data_part, variance_part):
    for x in range(scaled.size):
        data_part[x] = roots[x] * scaled[x]
        variance_part[x] = roots[x] * roots[x]


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _multiply_pairs(components, products):
    """Write components_i components_j (i >= j), row by row of the lower triangle."""
    pair = 0
    for i in range(components.shape[0]):
        for j in range(i + 1):
            for x in range(components.shape[1]):
                products[pair, x] = components[i, x] * components[j, x]
            pair += 1


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _project_one(values, vectors, projections, zero):
    """Add the projections of one row on several vectors."""
    n_vectors, n = vectors.shape
    i = 0
    while i + 3 < n_vectors:
        a, b, c, d = zero, zero, zero, zero
        for x in range(n):
            value = values[x]
            a += value * vectors[i, x]
            b += value * vectors[i + 1, x]
            c += value * vectors[i + 2, x]
            d += value * vectors[i + 3, x]
        projections[i] += a
        projections[i + 1] += b
        projections[i + 2] += c
        projections[i + 3] += d
        i += 4
    while i < n_vectors:
        a = zero
        for x in range(n):
            a += values[x] * vectors[i, x]
        projections[i] += a
        i += 1


@njit(nogil=True, cache=True)
def descend(gram, projection, values, n_sweeps):
    """Minimise v^T G v - 2 b^T v over v >= 0 by coordinate descent from `values`, in place.

    gram (k (k+1) / 2,) is the lower triangle of G, row by row. No step can raise the objective.
    """
    k = values.size
    for _ in range(n_sweeps):
        largest, moved = 0.0, 0.0
        for i in range(k):
            diagonal = gram[i * (i + 1) // 2 + i]
            if diagonal <= 0.0:
                continue
            slope = projection[i]
            for j in range(k):
                low, high = min(i, j), max(i, j)
                slope -= gram[high * (high + 1) // 2 + low] * values[j]
            value = max(values[i] + slope / diagonal, 0.0)
            scale = np.sqrt(diagonal)
            moved = max(moved, abs(value - values[i]) * scale)
            largest = max(largest, value * scale)
            values[i] = value
        if moved <= 1e-7 * largest:
            break


@njit(nogil=True, cache=True)
def solve_weights(scaled, roots, components, weights, n_sweeps):
    """Minimise chi2 over the weights of one block by descent on the normal equations, in place."""
    n_tiles, n_rows, n = scaled.shape
    k = weights.shape[1]
    n_pairs = k * (k + 1) // 2
    zero = np.zeros(1, scaled.dtype)[0]
    data_part, variance_part = np.empty(n, scaled.dtype), np.empty(n, scaled.dtype)
    products = np.empty((n_pairs, n), scaled.dtype)
    projection, gram = np.zeros((n_rows, k)), np.zeros((n_rows, n_pairs))
    for tile in range(n_tiles):
        _multiply_pairs(components[tile], products)
        for row in range(n_rows):
            _square(scaled[tile, row], roots[tile, row], data_part, variance_part)
            _project_one(data_part, components[tile], projection[row], zero)
            _project_one(variance_part, products, gram[row], zero)
    for row in range(n_rows):
        descend(gram[row], projection[row], weights[row], n_sweeps)


@njit(nogil=True, cache=True)
def accumulate_normal_equations(scaled, roots, components, weights, on_data, gram):
    """Add W^T (V X) and, per column, W^T V W of one block to totals, and return its chi2.

    on_data (n_tiles, k, n_columns), gram (n_tiles, k (k+1) / 2, n_columns).
    """
    n_tiles, n_rows, n = scaled.shape
    k = weights.shape[1]
    n_pairs = k * (k + 1) // 2
    zero = np.zeros(1, scaled.dtype)[0]
    current = np.zeros((n_rows + ROWS_AT_ONCE, k), scaled.dtype)
    current[:n_rows] = weights
    pairs = np.zeros((n_rows + ROWS_AT_ONCE, n_pairs), scaled.dtype)
    for row in range(n_rows):
        pair = 0
        for i in range(k):
            for j in range(i + 1):
                pairs[row, pair] = weights[row, i] * weights[row, j]
                pair += 1
    model, unused = np.empty(n, scaled.dtype), np.empty(n, scaled.dtype)
    data_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    variance_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    data_sum, gram_sum = np.zeros((k, n), scaled.dtype), np.zeros((n_pairs, n), scaled.dtype)
    chi2 = 0.0
    for tile in range(n_tiles):
        for first in range(0, n_rows, ROWS_AT_ONCE):
            for i in range(min(ROWS_AT_ONCE, n_rows - first)):
                row = first + i
                values, root = scaled[tile, row], roots[tile, row]
                _model(current[row], components[tile], model)
                chi2 += _weigh(values, root, model, data_part[i], unused, zero)
                _square(values, root, data_part[i], variance_part[i])
            _add_outer(current[first : first + ROWS_AT_ONCE], data_part, data_sum)
            _add_outer(pairs[first : first + ROWS_AT_ONCE], variance_part, gram_sum)
        _flush(data_sum, on_data[tile])
        _flush(gram_sum, gram[tile])
    return chi2


@njit(nogil=True, cache=True)
def solve_components(on_data, gram, components, n_sweeps):
    """Minimise chi2 over the components of some tiles, column by column, in place."""
    n_tiles, k, n = components.shape
    column, projection, pairs = np.empty(k), np.empty(k), np.empty(gram.shape[1])
    for tile in range(n_tiles):
        for x in range(n):
            for i in range(k):
                column[i] = components[tile, i, x]
                projection[i] = on_data[tile, i, x]
            for pair in range(pairs.size):
                pairs[pair] = gram[tile, pair, x]
            descend(pairs, projection, column, n_sweeps)
            for i in range(k):
                components[tile, i, x] = column[i]
