"""Serial numba kernels of the factorisation, without the GIL and without checks.

They work on one block of neighbouring spectra, cut into tiles of the grid: `scaled` = sqrt(V) X and
`roots` = sqrt(V), both of shape (n_tiles, n_rows, n_columns), zero where nothing was observed. In
this form V X, V and the residual sqrt(V) (X - W H) cost one product each, and chi2 does not cancel.
A tile of the components and its partial sums stay in the innermost cache; the partial sums of one
block, in the precision of the data, are added to float64 totals.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

ROWS_AT_ONCE = 4  # rows that share each load of a component from the cache
LINE = 16  # float32 values in a cache line
REASSOCIATE = {"reassoc", "contract", "nsz", "arcp"}


@intrinsic
def _prefetch(typing_context: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of a flat index of a contiguous array; harmless beyond its end."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.gep(view.data, [arguments[1]])
        name = "llvm.prefetch.p0"
        if str(address.type) != "ptr":  # before LLVM had opaque pointers
            address, name = builder.bitcast(address, ir.IntType(8).as_pointer()), name + "i8"
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, flag, flag, flag])
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        builder.call(function, [address, flag(0), flag(3), flag(1)])  # to read, to keep, data
        return context.get_dummy_value()

    return types.void(array, index), generate


@njit(nogil=True, cache=True)
def _fetch_ahead(values, row, n):
    """Fetch the row that the next group will need; measured, it saves a quarter of the time."""
    for x in range(row * n, (row + 1) * n, LINE):
        _prefetch(values, x)


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _model(weights, components, models):
    """Write W H for four rows: weights (>= 4, k), models (4, n)."""
    k, n = components.shape
    m0, m1, m2, m3 = models[0], models[1], models[2], models[3]
    a0, a1, a2, a3 = weights[0, 0], weights[1, 0], weights[2, 0], weights[3, 0]
    for x in range(n):
        first = components[0, x]
        m0[x], m1[x], m2[x], m3[x] = a0 * first, a1 * first, a2 * first, a3 * first
    i = 1
    while i + 2 < k:
        a0, a1, a2, a3 = weights[0, i], weights[1, i], weights[2, i], weights[3, i]
        b0, b1, b2, b3 = (
            weights[0, i + 1],
            weights[1, i + 1],
            weights[2, i + 1],
            weights[3, i + 1],
        )
        c0, c1, c2, c3 = (
            weights[0, i + 2],
            weights[1, i + 2],
            weights[2, i + 2],
            weights[3, i + 2],
        )
        for x in range(n):
            first, second, third = components[i, x], components[i + 1, x], components[i + 2, x]
            m0[x] += a0 * first + b0 * second + c0 * third
            m1[x] += a1 * first + b1 * second + c1 * third
            m2[x] += a2 * first + b2 * second + c2 * third
            m3[x] += a3 * first + b3 * second + c3 * third
        i += 3
    while i < k:
        a0, a1, a2, a3 = weights[0, i], weights[1, i], weights[2, i], weights[3, i]
        for x in range(n):
            first = components[i, x]
            m0[x] += a0 * first
            m1[x] += a1 * first
            m2[x] += a2 * first
            m3[x] += a3 * first
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
def _project(rows, vectors, projections, zero):
    """Add the projections of four rows on every vector: projections (>= 4, n_vectors)."""
    n_vectors, n = vectors.shape
    r0, r1, r2, r3 = rows[0], rows[1], rows[2], rows[3]
    i = 0
    while i + 1 < n_vectors:
        a0, a1, a2, a3 = zero, zero, zero, zero
        b0, b1, b2, b3 = zero, zero, zero, zero
        for x in range(n):
            first, second = vectors[i, x], vectors[i + 1, x]
            a0 += r0[x] * first
            a1 += r1[x] * first
            a2 += r2[x] * first
            a3 += r3[x] * first
            b0 += r0[x] * second
            b1 += r1[x] * second
            b2 += r2[x] * second
            b3 += r3[x] * second
        projections[0, i] += a0
        projections[1, i] += a1
        projections[2, i] += a2
        projections[3, i] += a3
        projections[0, i + 1] += b0
        projections[1, i + 1] += b1
        projections[2, i + 1] += b2
        projections[3, i + 1] += b3
        i += 2
    if i < n_vectors:
        for row in range(4):
            total = zero
            for x in range(n):
                total += rows[row, x] * vectors[i, x]
            projections[row, i] += total


@njit(nogil=True, cache=True, fastmath=REASSOCIATE, inline="never")
def _add_outer(factors, rows, totals):
    """Add factors^T rows for four rows: totals[i, x] += sum_r factors[r, i] rows[r, x]."""
    k, n = totals.shape
    r0, r1, r2, r3 = rows[0], rows[1], rows[2], rows[3]
    i = 0
    while i + 1 < k:
        a0, a1, a2, a3 = factors[0, i], factors[1, i], factors[2, i], factors[3, i]
        b0, b1, b2, b3 = (
            factors[0, i + 1],
            factors[1, i + 1],
            factors[2, i + 1],
            factors[3, i + 1],
        )
        for x in range(n):
            totals[i, x] += a0 * r0[x] + a1 * r1[x] + a2 * r2[x] + a3 * r3[x]
            totals[i + 1, x] += b0 * r0[x] + b1 * r1[x] + b2 * r2[x] + b3 * r3[x]
        i += 2
    if i < k:
        a0, a1, a2, a3 = factors[0, i], factors[1, i], factors[2, i], factors[3, i]
        for x in range(n):
            totals[i, x] += a0 * r0[x] + a1 * r1[x] + a2 * r2[x] + a3 * r3[x]


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
    zero = np.zeros(1, scaled.dtype)[0]
    current = _padded(weights, scaled)
    models = np.empty((ROWS_AT_ONCE, n), scaled.dtype)
    data_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    model_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    on_data = np.zeros((n_rows + ROWS_AT_ONCE, k))
    on_model = np.zeros((n_rows + ROWS_AT_ONCE, k))
    for tile in range(n_tiles):
        for first in range(0, n_rows, ROWS_AT_ONCE):
            _model(current[first:], components[tile], models)
            for i in range(min(ROWS_AT_ONCE, n_rows - first)):
                values, root = scaled[tile, first + i], roots[tile, first + i]
                ahead = tile * n_rows + first + i + ROWS_AT_ONCE
                _fetch_ahead(scaled, ahead, n)
                _fetch_ahead(roots, ahead, n)
                _weigh(values, root, models[i], data_part[i], model_part[i], zero)
            _project(data_part, components[tile], on_data[first:], zero)
            _project(model_part, components[tile], on_model[first:], zero)
    for row in range(n_rows):
        apply_rule(weights[row], on_data[row], on_model[row])


@njit(nogil=True, cache=True)
def _padded(factors, like):
    """Return factors in the precision of the data, followed by rows of zeros."""
    padded = np.zeros((factors.shape[0] + ROWS_AT_ONCE, factors.shape[1]), like.dtype)
    padded[: factors.shape[0]] = factors
    return padded


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
    current = _padded(weights, scaled)
    models = np.empty((ROWS_AT_ONCE, n), scaled.dtype)
    data_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    model_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    data_sum, model_sum = np.zeros((k, n), scaled.dtype), np.zeros((k, n), scaled.dtype)
    chi2 = 0.0
    for tile in range(n_tiles):
        for first in range(0, n_rows, ROWS_AT_ONCE):
            _model(current[first:], components[tile], models)
            for i in range(min(ROWS_AT_ONCE, n_rows - first)):
                values, root = scaled[tile, first + i], roots[tile, first + i]
                ahead = tile * n_rows + first + i + ROWS_AT_ONCE
                _fetch_ahead(scaled, ahead, n)
                _fetch_ahead(roots, ahead, n)
                chi2 += _weigh(values, root, models[i], data_part[i], model_part[i], zero)
            _add_outer(current[first:], data_part, data_sum)
            _add_outer(current[first:], model_part, model_sum)
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
    data_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    variance_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    products = np.empty((n_pairs, n), scaled.dtype)
    projection = np.zeros((n_rows + ROWS_AT_ONCE, k))
    gram = np.zeros((n_rows + ROWS_AT_ONCE, n_pairs))
    for tile in range(n_tiles):
        _multiply_pairs(components[tile], products)
        for first in range(0, n_rows, ROWS_AT_ONCE):
            for i in range(min(ROWS_AT_ONCE, n_rows - first)):
                values, root = scaled[tile, first + i], roots[tile, first + i]
                ahead = tile * n_rows + first + i + ROWS_AT_ONCE
                _fetch_ahead(scaled, ahead, n)
                _fetch_ahead(roots, ahead, n)
                _square(values, root, data_part[i], variance_part[i])
            _project(data_part, components[tile], projection[first:], zero)
            _project(variance_part, products, gram[first:], zero)
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
    current = _padded(weights, scaled)
    pairs = np.zeros((n_rows + ROWS_AT_ONCE, n_pairs), scaled.dtype)
    for row in range(n_rows):
        pair = 0
        for i in range(k):
            for j in range(i + 1):
                pairs[row, pair] = weights[row, i] * weights[row, j]
                pair += 1
    models, unused = np.empty((ROWS_AT_ONCE, n), scaled.dtype), np.empty(n, scaled.dtype)
    data_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    variance_part = np.zeros((ROWS_AT_ONCE, n), scaled.dtype)
    data_sum, gram_sum = np.zeros((k, n), scaled.dtype), np.zeros((n_pairs, n), scaled.dtype)
    chi2 = 0.0
    for tile in range(n_tiles):
        for first in range(0, n_rows, ROWS_AT_ONCE):
            _model(current[first:], components[tile], models)
            for i in range(min(ROWS_AT_ONCE, n_rows - first)):
                values, root = scaled[tile, first + i], roots[tile, first + i]
                ahead = tile * n_rows + first + i + ROWS_AT_ONCE
                _fetch_ahead(scaled, ahead, n)
                _fetch_ahead(roots, ahead, n)
                chi2 += _weigh(values, root, models[i], data_part[i], unused, zero)
                _square(values, root, data_part[i], variance_part[i])
            _add_outer(current[first:], data_part, data_sum)
            _add_outer(pairs[first:], variance_part, gram_sum)
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
