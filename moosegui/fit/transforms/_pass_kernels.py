"""The passes of an inverse Fourier transform of sixteen real rows, without the GIL or checks.

With n = n1 n2, f = f1 + n1 f2 and x = n2 x1 + x2 the transform falls into n1 transforms of length
n2, one turn of each number, and n2 transforms of length n1 (the four steps of Bailey 1990,
J. Supercomputing 4, 23):

    B(f1, x2) = exp(2 pi i f1 x2 / n) sum_f2 Z(f1 + n1 f2) exp(2 pi i f2 x2 / n2)
    z(n2 x1 + x2) = sum_f1 B(f1, x2) exp(2 pi i f1 x1 / n1)

Each short transform stays in the cache nearest to the processor. Its input is read in the order of
reversed digits, so that its passes work in place and end in natural order.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from moosegui.fit.transforms._butterflies import (
    PER_ELEMENT,
    combine_3,
    combine_4,
    combine_6,
    combine_8,
    fetch,
    gather_3,
    gather_4,
    gather_6,
    gather_8,
    keep_3,
    keep_4,
    keep_6,
    keep_8,
    multiply_3,
    multiply_4,
    multiply_6,
    multiply_8,
    turn_3,
    turn_4,
    turn_6,
    turn_8,
)

TOGETHER = 32  # places, of which the elements stay close


@njit(nogil=True, cache=True, error_model="numpy")
def transform_block(rows, factors, shares, steps, turns, room, kept, out):
    """Multiply a block of rows by the factors and transform it back.

    rows : (16 n,) elements by f1, then reversed digits of f2
    factors : (4 n,) two complex numbers for each element, of data and of weights
    shares : (16,) of the data's factor in each lane, then of the weights' factor
    steps : for n1 and for n2 (radices, order of reversed digits, twiddles as complex numbers)
    turns : (2 n,) exp(2 pi i f1 x2 / n) by f1, then x2
    room : (scratch (16 n1 (n2 + 1),), buffer (16 max(n1, n2),)), overwritten
    kept : values of x1, from 0 on, that are wanted: a multiple of n1 over its last radix; and of x2
    out : (16 n2 n_kept,) elements by x2, then x1
    """
    (radices_1, order_1, twiddles_1), (radices_2, order_2, twiddles_2) = steps
    scratch, buffer = room
    n1, n2 = order_1.size, order_2.size
    n_kept, n_last = kept
    stride = n2 + 1  # of an even one all reads would meet in few lines of the cache
    for f1 in range(n1):
        _multiply(buffer, rows, factors, shares, f1 * n2, n2, radices_2[0])
        m, at = _combine_all(buffer, twiddles_2, n2, radices_2[:-1])
        place = f1 * stride, m, at, f1 * n2
        _turn(scratch, buffer, twiddles_2, turns, place, radices_2[-1])
    for x2 in range(n_last):
        _gather(buffer, scratch, x2, stride, order_1, radices_1[0])
        m, at = _combine_all(buffer, twiddles_1, n1, radices_1[:-1])
        _keep(out, buffer, twiddles_1, (x2 * n_kept, m, at, n_kept // m), radices_1[-1])


@njit(nogil=True, cache=True, error_model="numpy")
def take(blocks, slots, scales, starts, shape, out):
    """Read rows at some places.

    blocks : (n_blocks, 16 n2 n_kept) of `transform_block`
    slots : (n_rows,) block * 16 + number within an element
    scales : (n_rows,) factors of the rows
    starts : (n,) places x
    shape : (n2, n_kept)
    out : (n_rows, n)
    """
    size = blocks.shape[1]
    values = blocks.ravel()
    lanes = np.empty(slots.size, dtype=np.int64)
    for row in range(slots.size):
        lanes[row] = slots[row] // PER_ELEMENT * size + slots[row] % PER_ELEMENT
    at, soon = np.empty(TOGETHER, dtype=np.int64), np.empty(TOGETHER, dtype=np.int64)
    _fetch(values, size, starts[:TOGETHER], shape, soon)
    for first in range(0, starts.size, TOGETHER):
        at[:] = soon
        _fetch(values, size, starts[first + TOGETHER : first + 2 * TOGETHER], shape, soon)
        n = min(TOGETHER, starts.size - first)
        for row in range(slots.size):
            lane, scale = lanes[row], scales[row]
            for i in range(n):
                out[row, first + i] = scale * values[lane + at[i]]


@njit(nogil=True, cache=True, error_model="numpy")
def _fetch(values, size, starts, shape, at):
    """Find where in a block the elements of some places begin, and ask for those of all blocks."""
    n2, n_kept = shape
    for i in range(starts.size):
        x = starts[i]
        at[i] = ((x % n2) * n_kept + x // n2) * PER_ELEMENT
    for first in range(0, values.size, size):
        for i in range(starts.size):
            fetch(values, (first + at[i],))


@njit(nogil=True, cache=True, error_model="numpy")
def explain(blocks, slots, scales, starts, shape, floors, out):
    """Sum at some places what rows explain, each alone: of b and a the sum of max(b, 0)^2 / a.

    blocks, slots, scales, starts, shape : as for `take`; the first half of the rows is b
    floors : (n_rows / 2,) that a is at least
    out : (n,)
    """
    size, k = blocks.shape[1], floors.size
    values = blocks.ravel()
    lanes = np.empty(slots.size, dtype=np.int64)
    for row in range(slots.size):
        lanes[row] = slots[row] // PER_ELEMENT * size + slots[row] % PER_ELEMENT
    distinct, which, n = np.empty(starts.size, dtype=np.int64), np.empty_like(starts), 0
    for t in range(starts.size):  # neighbouring trials often share a place
        if t == 0 or starts[t] != starts[t - 1]:
            distinct[n] = starts[t]
            n += 1
        which[t] = n - 1
    totals, sums = np.empty(n), np.empty(TOGETHER)
    at, soon = np.empty(TOGETHER, dtype=np.int64), np.empty(TOGETHER, dtype=np.int64)
    _fetch(values, size, distinct[: min(TOGETHER, n)], shape, soon)
    for first in range(0, n, TOGETHER):
        at[:] = soon
        later = distinct[min(first + TOGETHER, n) : min(first + 2 * TOGETHER, n)]
        _fetch(values, size, later, shape, soon)
        n_here = min(TOGETHER, n - first)
        sums[:] = 0.0
        for i in range(k):
            one, other, floor = lanes[i], lanes[k + i], floors[i]
            scale, other_scale = scales[i], scales[k + i]
            for x in range(n_here):
                projection = max(scale * values[one + at[x]], 0.0)
                norm = max(other_scale * values[other + at[x]], floor)
                sums[x] += projection * projection / norm
        totals[first : first + n_here] = sums[:n_here]
    for t in range(starts.size):
        out[t] = totals[which[t]]


@njit(nogil=True, cache=True, error_model="numpy")
def spread_factors(data, weight, frequencies, factors):
    """Write the conjugates of two half transforms in the order of the rows.

    data, weight : (n // 2 + 1,) complex, real transforms
    frequencies : (n,) of the elements
    factors : (4 n,) as in `transform_block`
    """
    n = frequencies.size
    for i in range(n):
        f = frequencies[i]
        if f <= n // 2:
            one, other = data[f].conjugate(), weight[f].conjugate()
        else:
            one, other = data[n - f], weight[n - f]
        factors[4 * i] = one.real
        factors[4 * i + 1] = one.imag
        factors[4 * i + 2] = other.real
        factors[4 * i + 3] = other.imag


@njit(nogil=True, cache=True, error_model="numpy")
def _combine_all(buffer, twiddles, n, radices):
    """Do the passes after the first; return the length reached and the twiddles used."""
    m, at = radices[0], 0
    for radix in radices[1:]:
        _combine(buffer, twiddles, n, m, at, radix)
        at += m * (radix - 1)
        m *= radix
    return m, at


@njit(nogil=True, cache=True, error_model="numpy")
def _multiply(buffer, rows, factors, shares, first, n, radix):
    for g in range(0, n, radix):
        if radix == 3:
            multiply_3(buffer, rows, factors, shares, (g, first + g))
        elif radix == 4:
            multiply_4(buffer, rows, factors, shares, (g, first + g))
        elif radix == 6:
            multiply_6(buffer, rows, factors, shares, (g, first + g))
        elif radix == 8:
            multiply_8(buffer, rows, factors, shares, (g, first + g))


@njit(nogil=True, cache=True, error_model="numpy")
def _gather(buffer, scratch, first, stride, order, radix):
    step = order.size // radix * stride
    for g in range(0, order.size, radix):
        at = first + order[g] * stride
        if radix == 3:
            gather_3(buffer, scratch, (g, at, step))
        elif radix == 4:
            gather_4(buffer, scratch, (g, at, step))
        elif radix == 6:
            gather_6(buffer, scratch, (g, at, step))
        elif radix == 8:
            gather_8(buffer, scratch, (g, at, step))


@njit(nogil=True, cache=True, error_model="numpy")
def _combine(buffer, twiddles, n, m, at, radix):
    for g in range(0, n, radix * m):
        for j in range(m):
            place = g + j, m, at + j * (radix - 1)
            if radix == 3:
                combine_3(buffer, twiddles, place)
            elif radix == 4:
                combine_4(buffer, twiddles, place)
            elif radix == 6:
                combine_6(buffer, twiddles, place)
            elif radix == 8:
                combine_8(buffer, twiddles, place)


@njit(nogil=True, cache=True, error_model="numpy")
def _turn(scratch, buffer, twiddles, turns, place, radix):
    first, m, at, turn = place
    for j in range(m):
        offsets = first + j, j, m, at + j * (radix - 1), turn + j
        if radix == 3:
            turn_3(scratch, buffer, twiddles, turns, offsets)
        elif radix == 4:
            turn_4(scratch, buffer, twiddles, turns, offsets)
        elif radix == 6:
            turn_6(scratch, buffer, twiddles, turns, offsets)
        elif radix == 8:
            turn_8(scratch, buffer, twiddles, turns, offsets)


@njit(nogil=True, cache=True, error_model="numpy")
def _keep(out, buffer, twiddles, place, radix):
    first, m, at, limit = place
    for j in range(m):
        offsets = first + j, j, m, at + j * (radix - 1), limit
        if radix == 3:
            keep_3(out, buffer, twiddles, offsets)
        elif radix == 4:
            keep_4(out, buffer, twiddles, offsets)
        elif radix == 6:
            keep_6(out, buffer, twiddles, offsets)
        elif radix == 8:
            keep_8(out, buffer, twiddles, offsets)
