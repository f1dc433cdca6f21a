"""One group of blocks of a training set: what a thread, a process or another machine does of it.

In each iteration a group brings its weights up to date and gives its part of the sums over all
spectra. Groups know nothing of each other: the sums are added up in the order of their numbers,
whoever made them, so that the result does not depend on that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.fit.basis import _nmf_kernels as kernels
from moosegui.fit.basis.windows import TILE, RealArray, WindowBlock

Solver = Literal["multiplicative", "exact"]
SOLVERS: tuple[Solver, ...] = ("multiplicative", "exact")
Change = Literal["none", "rule", "solved"]

N_SWEEPS = 60  # of coordinate descent, at most; it stops when nothing moves


@dataclass(frozen=True, slots=True, eq=False)
class GroupTask:
    """What is to be done of one group.

    Parameters
    ----------
    number : int
        Of the group, from 0.
    first, last : int
        Its blocks, without `last`.
    span : (int, int)
        The first tile of the grid that they cover, and the one after the last.
    weights : ndarray of shape (n_rows, rank)
        Of its spectra, in the order of the blocks; changed in place.
    change : "none", "rule" or "solved"
        What happens to the weights before the sums: nothing, a step of the multiplicative rule, or
        those that fit best.
    solver : "multiplicative" or "exact"
        Which sums are made.
    """

    number: int
    first: int
    last: int
    span: tuple[int, int]
    weights: FloatArray = field(repr=False)
    change: Change
    solver: Solver

    def __str__(self) -> str:
        return f"Part {self.number + 1} of the training set"


@dataclass(frozen=True, slots=True, eq=False)
class GroupDone:
    """What came of one group.

    Parameters
    ----------
    number : int
    weights : ndarray of shape (n_rows, rank)
    on_data, on_model : ndarray of shape (n_tiles, n_sums, TILE)
        Its part of the sums over spectra, on its span.
    chi2 : float
    """

    number: int
    weights: FloatArray = field(repr=False)
    on_data: FloatArray = field(repr=False)
    on_model: FloatArray = field(repr=False)
    chi2: float


# Does all groups with some components, (n_tiles, rank, TILE), in any order
Crew = Callable[[RealArray, Sequence[GroupTask]], Iterable[GroupDone]]


def empty_sums(task: GroupTask) -> tuple[FloatArray, FloatArray]:
    """Return the arrays that hold the sums of a group, of zeros."""
    k, n_tiles = task.weights.shape[1], task.span[1] - task.span[0]
    n_second = k if task.solver == "multiplicative" else k * (k + 1) // 2
    return np.zeros((n_tiles, k, TILE)), np.zeros((n_tiles, n_second, TILE))


def do_group(
    blocks: Sequence[WindowBlock],
    components: RealArray,
    task: GroupTask,
    sums: tuple[FloatArray, FloatArray] | None = None,
) -> GroupDone:
    """Bring the weights of a group up to date and add up what its spectra say of the components.

    Parameters
    ----------
    blocks : sequence of WindowBlock
        Of the whole training set.
    components : ndarray of shape (n_tiles, rank, TILE)
        In the precision of the blocks.
    task : GroupTask
    sums : (ndarray, ndarray), optional
        As `empty_sums`, to be used again.

    Returns
    -------
    GroupDone
    """
    on_data, on_model = sums if sums is not None else empty_sums(task)
    on_data[:], on_model[:] = 0.0, 0.0
    is_exact = task.solver == "exact"
    add_up = kernels.accumulate_normal_equations if is_exact else kernels.accumulate
    chi2, first_row = 0.0, 0
    for block in blocks[task.first : task.last]:
        weights = task.weights[first_row : first_row + block.rows.size]
        first_row += block.rows.size
        here = components[block.tiles]
        if task.change == "rule":
            kernels.update_weights(block.scaled, block.roots, here, weights)
        elif task.change == "solved":
            kernels.solve_weights(block.scaled, block.roots, here, weights, N_SWEEPS)
        tiles = slice(block.tiles.start - task.span[0], block.tiles.stop - task.span[0])
        chi2 += add_up(block.scaled, block.roots, here, weights, on_data[tiles], on_model[tiles])
    return GroupDone(task.number, task.weights, on_data, on_model, chi2)
