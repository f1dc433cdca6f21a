"""How a transform is split: its length, the radices of its passes, and their tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from math import prod

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray

# time of a pass over an element, by radix, as ratios (measured on transforms of 54,000 to 57,600)
COSTS = {3: 1.0, 4: 1.0, 6: 1.15, 8: 1.25}
LONGEST_SIDE = 1024
KEPT = 16  # plans, of as many grids

Step = tuple[IntArray, IntArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class TransformPlan:
    """An inverse transform of length n = n1 n2, see `moosegui.fit.transforms._pass_kernels`.

    Parameters
    ----------
    steps : pair of (radices, order, twiddles)
        For n1 and for n2: the radices of the passes, the order in which the first one reads
        (shape (n1,)), and the complex twiddles of the others as pairs of numbers.
    turns : ndarray of shape (2 n,)
        exp(2 pi i f1 x2 / n) by f1, then x2, as pairs of numbers.
    frequencies : ndarray of int, shape (n,)
        Of the input, in the order in which it is read.
    """

    steps: tuple[Step, Step]
    turns: FloatArray
    frequencies: IntArray

    @property
    def n(self) -> int:
        """Length of the transform."""
        return int(self.frequencies.size)

    @property
    def sides(self) -> tuple[int, int]:
        """n1 and n2."""
        return int(self.steps[0][1].size), int(self.steps[1][1].size)


@lru_cache(maxsize=KEPT)
def plan_for(n_least: int) -> TransformPlan:
    """Plan the cheapest transform of at least some length.

    Parameters
    ----------
    n_least : int

    Returns
    -------
    TransformPlan
        At least 81 long.
    """
    sides = _sides()
    best = min(
        (n1 * n2 * (cost_1 + cost_2), radices_1, radices_2)
        for n1, (cost_1, radices_1) in sides.items()
        for n2, (cost_2, radices_2) in sides.items()
        if n1 * n2 >= min(n_least, LONGEST_SIDE**2)
    )
    plan = _made(best[1], best[2])
    if plan.n < n_least:
        raise ValueError(f"no transform of {n_least} samples: at most {plan.n}")
    return plan


@lru_cache(maxsize=1)
def _sides() -> dict[int, tuple[float, tuple[int, ...]]]:
    """Return the cheapest passes, and their cost, for each length that two or more can make."""
    sides: dict[int, tuple[float, tuple[int, ...]]] = {}
    for n_passes in range(2, 7):
        for radices in combinations_with_replacement(sorted(COSTS, reverse=True), n_passes):
            side, cost = prod(radices), sum(COSTS[radix] for radix in radices)
            if side <= LONGEST_SIDE and cost < sides.get(side, (np.inf, ()))[0]:
                sides[side] = cost, radices
    return sides


def _made(radices_1: tuple[int, ...], radices_2: tuple[int, ...]) -> TransformPlan:
    one, two = _step(radices_1), _step(radices_2)
    n1, n2 = one[1].size, two[1].size
    angles = np.multiply.outer(np.arange(n1), np.arange(n2))
    frequencies = np.arange(n1)[:, None] + n1 * two[1]
    return TransformPlan((one, two), _on_circle(angles, n1 * n2), frequencies.ravel())


def _step(radices: tuple[int, ...]) -> Step:
    order, twiddles, m = np.zeros(1, dtype=np.int64), [], 1
    for radix in radices:
        order = np.concatenate([q + radix * order for q in range(radix)])
        if m > 1:
            turns = np.multiply.outer(np.arange(m), np.arange(1, radix))
            twiddles.append(_on_circle(turns, radix * m))
        m *= radix
    return np.array(radices, dtype=np.int64), order, np.concatenate(twiddles)


def _on_circle(turns: IntArray, n: int) -> FloatArray:
    """Return exp(2 pi i turns / n) as pairs of numbers, in one row, right to the last digit."""
    quarters = (8 * turns.ravel() + n) // (2 * n)  # so that the angle left is an eighth at most
    angles = 0.5 * np.pi * (4 * turns.ravel() - quarters * n) / n
    powers = np.array([1.0, 1.0j, -1.0, -1.0j])[quarters % 4]
    return np.asarray(np.exp(1j * angles) * powers).view(np.float64)
