"""The rows of a basis, correlated with a spectrum sixteen at a time.

Two real rows are one complex row, and eight such pairs fill the lanes of the processor: a block.
The rounding of a transform is shared by a pair, so each row is scaled to what its sums over a
window are about, and its partner is the row that is next to it in how far single samples tower.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import NamedTuple

import ducc0
import numpy as np
from ducc0 import fft as ducc_fft
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.fit.spare import aligned, room_for
from moosegui.fit.transforms.plan import TransformPlan, plan_for
from moosegui.fit.workers import Report, run_chunks

LIBRARIES = f"ducc0 {ducc0.__version__}, numpy {np.__version__}"  # that transform rows
LANES = 8
PER_ELEMENT = 2 * LANES


class Factors(NamedTuple):
    """What rows are correlated with, of shape (n,) each, n at most the length of the transform."""

    data: FloatArray
    weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class TransformedRows:
    """Rows ready to be correlated, the first ones with data and the others with weights.

    Parameters
    ----------
    plan : TransformPlan
    blocks : ndarray of shape (n_blocks, 16 n)
        Their transforms, in the order in which the passes read.
    shares : ndarray of shape (n_blocks, 16)
        1 in lanes of data and 0 elsewhere, then the opposite.
    slots : ndarray of int, shape (n_rows,)
        Where each row is: 16 times its block, plus its number within an element.
    norms : ndarray of shape (n_rows,)
        Of the rows' sums over windows, by which they were divided.
    """

    plan: TransformPlan
    blocks: FloatArray
    shares: FloatArray
    slots: IntArray
    norms: FloatArray

    @property
    def n_data_blocks(self) -> int:
        """Number of blocks with rows of data, which come first."""
        return int(np.count_nonzero(self.shares[:, :LANES].any(axis=1)))


@dataclass(frozen=True, slots=True, eq=False)
class CorrelatedRows:
    """Correlations r(x) = sum_i f_i row_(x + i) of rows with the factors of a spectrum.

    Parameters
    ----------
    rows : TransformedRows
    values : ndarray of shape (n_blocks, 16 n2 n_kept)
        Elements by x2, then x1, where x = n2 x1 + x2.
    """

    rows: TransformedRows
    values: FloatArray

    @property
    def n_kept(self) -> int:
        """Number of values of x1, from 0 on."""
        return int(self.values.shape[1]) // (PER_ELEMENT * self.rows.plan.sides[1])

    def at(self, places: IntArray, rows: slice = slice(None)) -> FloatArray:
        """Return the correlations at some places.

        Parameters
        ----------
        places : ndarray of int, shape (n,)
            From 0 to less than the number of places that were asked for.
        rows : slice
            Of the rows.

        Returns
        -------
        ndarray of shape (n_rows, n)
        """
        from moosegui.fit.transforms import (
            _pass_kernels,  # with numba, after the window has appeared
        )

        slots, norms = self.rows.slots[rows], self.rows.norms[rows]
        out = np.empty((slots.size, places.size))
        shape = self.rows.plan.sides[1], self.n_kept
        _pass_kernels.take(self.values, slots, norms, np.ascontiguousarray(places), shape, out)
        return out

    def explained_at(self, places: IntArray, floors: FloatArray) -> FloatArray:
        """Return the sum of max(b, 0)^2 / a at some places, b the first half of the rows.

        Parameters
        ----------
        places : ndarray of int, shape (n,)
            As for `at`.
        floors : ndarray of shape (n_rows / 2,)
            That each row of a is at least.

        Returns
        -------
        ndarray of shape (n,)
        """
        from moosegui.fit.transforms import (
            _pass_kernels,  # with numba, after the window has appeared
        )

        out = np.empty(places.size)
        shape = self.rows.plan.sides[1], self.n_kept
        given = self.values, self.rows.slots, self.rows.norms, np.ascontiguousarray(places)
        _pass_kernels.explain(*given, shape, floors, out)
        return out


def transform_rows(
    data_rows: FloatArray, weight_rows: Sequence[FloatArray], width: int
) -> TransformedRows:
    """Transform rows for `correlate_rows`.

    Parameters
    ----------
    data_rows : ndarray of shape (k, n)
        Rows that are correlated with data.
    weight_rows : sequence of ndarray of shape (m, n)
        Rows that are correlated with weights, in parts.
    width : int
        Samples of a usual window.

    Returns
    -------
    TransformedRows
        Of all in this order; 8 bytes a row and sample, and those of up to 15 more rows.
    """
    return transform_together([(data_rows, weight_rows)], width)[0]


def transform_together(
    several: Sequence[tuple[FloatArray, Sequence[FloatArray]]], width: int
) -> list[TransformedRows]:
    """Transform several sets of rows, which share blocks and so leave fewer lanes empty.

    Parameters
    ----------
    several : sequence of (data rows, weight rows)
        As for `transform_rows`, all of the same length.
    width : int
        Samples of a usual window.

    Returns
    -------
    list of TransformedRows
        Of each set, with the blocks of all.
    """
    data = [row for rows, _ in several for row in rows]
    weights = [row for _, parts in several for part in parts for row in part]
    slots, norms, blocks, shares = _transformed(data, weights, width)
    found, i_data, i_weight = [], 0, len(data)
    for data_rows, parts in several:
        k, m = len(data_rows), sum(len(part) for part in parts)
        own = np.r_[i_data : i_data + k, i_weight : i_weight + m]
        i_data, i_weight = i_data + k, i_weight + m
        plan = plan_for(data_rows.shape[1])
        found.append(TransformedRows(plan, blocks, shares, slots[own], norms[own]))
    return found


def _transformed(
    data: Sequence[FloatArray], weights: Sequence[FloatArray], width: int
) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
    """Return slots and norms of all rows, and the blocks with their shares."""
    plan, k, rows = plan_for(data[0].size), len(data), (*data, *weights)
    n_data_pairs = -(-k // 2)
    sums = np.array([_norm_of_sums(row, width) for row in rows])
    norms = np.where(sums > 0, sums, 1.0)
    towering = [_norm(row) / norm for row, norm in zip(rows, norms, strict=True)]
    slots = np.concatenate(
        [_slots(0, np.array(towering[:k])), _slots(n_data_pairs, np.array(towering[k:]))]
    )
    n_blocks = int(slots.max()) // PER_ELEMENT + 1
    is_data = np.arange(n_blocks * LANES).reshape(n_blocks, LANES) < n_data_pairs
    pairs = np.zeros((n_blocks * LANES, plan.n), dtype=np.complex128)
    for i, row in enumerate(rows):
        block, within = divmod(int(slots[i]), PER_ELEMENT)
        pair = pairs[block * LANES + within % LANES, : row.size]
        (pair.real if within < LANES else pair.imag)[:] = row / (norms[i] * plan.n)
    blocks = aligned((n_blocks, plan.n, 2, LANES))
    for i, pair in enumerate(pairs):
        transformed = ducc_fft.c2c(pair, nthreads=1)[plan.frequencies]
        block, lane = divmod(i, LANES)
        blocks[block, :, 0, lane], blocks[block, :, 1, lane] = transformed.real, transformed.imag
    shares = np.stack([is_data, ~is_data], axis=1).astype(np.float64)
    return slots, norms, blocks.reshape(n_blocks, -1), shares.reshape(n_blocks, -1)


def _norm(values: FloatArray) -> float:
    return float(np.sqrt(np.sum(values * values)))


def _norm_of_sums(row: FloatArray, width: int) -> float:
    """Return the norm of a row's sums over all windows."""
    sums = np.cumsum(np.concatenate([np.zeros(1), row, np.zeros(width)]))
    return _norm(sums[width:] - sums[:-width])


def _slots(first_pair: int, towering: FloatArray) -> IntArray:
    """Return the slots of rows; neighbours in an order share a pair."""
    rank = np.empty(towering.size, dtype=np.int64)
    rank[np.argsort(towering, kind="stable")] = np.arange(towering.size)
    pair, is_imaginary = np.divmod(rank, 2)
    block, lane = np.divmod(first_pair + pair, LANES)
    return np.asarray(PER_ELEMENT * block + LANES * is_imaginary + lane, dtype=np.int64)


def correlate_rows(
    rows: TransformedRows,
    factors: Factors,
    n_places: int,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> CorrelatedRows:
    """Correlate all rows with the factors of a spectrum.

    Parameters
    ----------
    rows : TransformedRows
    factors : Factors
        Finite.
    n_places : int
        Places x = 0 ... n_places - 1 are wanted; a row must reach n - 1 samples further.
    executor, report
        As in `moosegui.fit.workers.run_chunks`, a chunk for each block.

    Returns
    -------
    CorrelatedRows

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    return correlate_together([rows], factors, n_places, executor=executor, report=report)[0]


def correlate_together(
    several: Sequence[TransformedRows],
    factors: Factors,
    n_places: int,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> list[CorrelatedRows]:
    """Correlate several sets of rows with the same factors, which are transformed once.

    Parameters
    ----------
    several : sequence of TransformedRows
        Of one length; those of `transform_together` share their results too.
    factors, n_places, executor, report
        As for `correlate_rows`.

    Returns
    -------
    list of CorrelatedRows

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    owners = {id(rows.blocks): rows for rows in several}
    filled = {
        key: CorrelatedRows(rows, _room(rows, len(rows.blocks), n_places))
        for key, rows in owners.items()
    }
    _fill([(one, factors) for one in filled.values()], executor, report, n_places)
    return [CorrelatedRows(rows, filled[id(rows.blocks)].values) for rows in several]


def correlate_data_again(correlated: CorrelatedRows, factors: Factors) -> None:
    """Write the correlations of other data with the same weights over those of the data rows.

    Parameters
    ----------
    correlated : CorrelatedRows
        Changed in place.
    factors : Factors
    """
    rows = correlated.rows
    values = correlated.values[: rows.n_data_blocks]
    _fill([(CorrelatedRows(rows, values), factors)], None, None, rows.plan.n)


def correlate_data_rows(
    rows: TransformedRows,
    data: Sequence[FloatArray],
    n_places: int,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> list[CorrelatedRows]:
    """Correlate the data rows alone with several data.

    Parameters
    ----------
    rows : TransformedRows
    data : sequence of ndarray of shape (n,)
    n_places, executor, report
        As for `correlate_rows`.

    Returns
    -------
    list of CorrelatedRows
        For each of the data; only their data rows are to be read.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    n_blocks, nothing = rows.n_data_blocks, np.zeros(1)
    work = [
        (CorrelatedRows(rows, _room(rows, n_blocks, n_places)), Factors(one, nothing))
        for one in data
    ]
    _fill(work, executor, report, n_places)
    return [correlated for correlated, _ in work]


def _room(rows: TransformedRows, n_blocks: int, n_places: int) -> FloatArray:
    n1, n2 = rows.plan.sides
    part = n1 // int(rows.plan.steps[0][0][-1])  # so that the memory of one spectrum fits another
    n_kept = part * max(1, -(-n_places // (part * n2)))
    return room_for((n_blocks, PER_ELEMENT * n2 * n_kept))


def _fill(
    work: Sequence[tuple[CorrelatedRows, Factors]],
    executor: Executor | None,
    report: Report | None,
    n_places: int,
) -> None:
    """Compute as many blocks of each as there is room for; all are of one length."""
    from moosegui.fit.transforms import _pass_kernels  # with numba, after the window has appeared

    plan = work[0][0].rows.plan
    n1, n2 = plan.sides
    size = PER_ELEMENT * n1 * (n2 + 1)  # of the scratch, beyond which the buffer lies
    n_lines = n1 + -(-max(n1, n2) // (n2 + 1))
    spread: dict[int, FloatArray] = {}
    rooms: list[FloatArray] = []
    for _, factors in work:
        if id(factors) not in spread:
            data, weight = (_half_transform(values, plan.n) for values in factors)
            spread[id(factors)] = np.empty(4 * plan.n)
            _pass_kernels.spread_factors(data, weight, plan.frequencies, spread[id(factors)])

    def transform(chunk: tuple[int, int]) -> None:
        i, block = chunk
        correlated, factors = work[i]
        try:
            scratch = rooms.pop()
        except IndexError:  # each thread takes one
            scratch = room_for((n_lines, PER_ELEMENT * (n2 + 1)))
        room = scratch.ravel()[:size], scratch.ravel()[size:]
        blocks, shares = correlated.rows.blocks, correlated.rows.shares
        given = blocks[block], spread[id(factors)], shares[block], plan.steps, plan.turns
        out = correlated.values[block]
        _pass_kernels.transform_block(*given, room, (correlated.n_kept, min(n2, n_places)), out)
        rooms.append(scratch)

    chunks = [(i, block) for i in range(len(work)) for block in range(len(work[i][0].values))]
    run_chunks(transform, chunks, executor=executor, report=report)


def _half_transform(values: FloatArray, n: int) -> NDArray[np.complex128]:
    padded = np.zeros(n)
    padded[: values.size] = values
    return np.asarray(ducc_fft.r2c(padded, (0,), nthreads=1), dtype=np.complex128)
