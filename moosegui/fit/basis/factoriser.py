"""The work of a factorisation: tiled components, sums over spectra, one iteration at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.fit.basis import _nmf_kernels as kernels
from moosegui.fit.basis.groups import (
    N_SWEEPS,
    Change,
    Crew,
    GroupDone,
    GroupTask,
    Solver,
    do_group,
    empty_sums,
)
from moosegui.fit.basis.windows import TILE, RealArray, WindowBlock, Windows

N_GROUPS = 16  # partial sums; fixed, so that the result does not depend on the number of threads
N_CHUNKS = 32  # of the grid, for the update of the components
SMALLEST_START = 1e-3  # of a random component: the multiplicative rule cannot leave zero


class Factoriser:
    """The mutable state of one run at one rank; it knows neither tolerance nor history.

    Parameters
    ----------
    windows : Windows
    solver : "multiplicative" or "exact"
    executor : Executor
        Must not be the pool in which the caller itself runs.
    crew : callable, optional
        Who does the groups; the executor by default.
    """

    def __init__(
        self, windows: Windows, solver: Solver, executor: Executor, crew: Crew | None = None
    ) -> None:
        self._windows = windows
        self._solver = solver
        self._executor = executor
        self._crew = crew or self._in_threads
        blocks = windows.blocks
        self._order = np.concatenate([block.rows for block in blocks])
        self._edges = np.concatenate([[0], np.cumsum([block.rows.size for block in blocks])])
        parts = np.array_split(np.arange(len(blocks)), N_GROUPS)
        self._groups = [(int(part[0]), int(part[-1]) + 1) for part in parts if part.size]
        self._spans = [_span(blocks[first:last]) for first, last in self._groups]
        self._is_covered = self._tiled(windows.is_covered()[None].astype(np.float64)) > 0
        self._components = np.zeros((windows.n_tiles, 0, TILE))
        self._weights = np.zeros((self._order.size, 0))
        self._partial: list[tuple[FloatArray, FloatArray]] = []

    @property
    def rank(self) -> int:
        """Number of components so far."""
        return int(self._weights.shape[1])

    @property
    def components(self) -> FloatArray:
        """H, a copy of shape (rank, n_wave)."""
        rows = self._components.transpose(1, 0, 2).reshape(self.rank, -1)
        return np.array(rows[:, : self._windows.grid.n_wave])

    @property
    def weights(self) -> FloatArray:
        """W, a copy of shape (n_spectra, rank); zero for spectra beside the grid."""
        weights = np.zeros((self._windows.n_spectra, self.rank))
        weights[self._order] = self._weights
        return weights

    def restart(self, components: FloatArray, weights: FloatArray) -> None:
        """Continue from given factors, (rank, n_wave) and (n_spectra, rank)."""
        self._components = self._tiled(components) * self._is_covered
        self._weights = weights[self._order]
        self._pass("none")

    def adopt(self, components: FloatArray) -> None:
        """Start from given components, (rank, n_wave), and the weights that fit them best."""
        self._components = self._tiled(components) * self._is_covered
        self._weights = np.ones((self._order.size, components.shape[0]))
        self._pass("solved")

    def grow(self, generator: np.random.Generator) -> None:
        """Add one random component, and small random weights of it, to those already learned."""
        rank = self.rank
        shape = (self._components.shape[0], 1, TILE)
        new = generator.uniform(SMALLEST_START, 1.0, shape) * self._is_covered
        weights = generator.uniform(SMALLEST_START, 1.0, (self._order.size, 1))
        if rank > 0:
            new *= np.sqrt(np.mean(self._components**2))
            weights *= self._weights.mean(axis=1, keepdims=True)
        self._components = np.concatenate([self._components, new], axis=1)
        self._weights = np.concatenate([self._weights, weights], axis=1)
        # random weights would reach the brightness of the spectra very slowly
        self._pass("solved" if rank == 0 else "none")

    def iterate(self) -> float:
        """Update H, then W; return chi2."""
        tiles = np.array_split(np.arange(self._components.shape[0]), N_CHUNKS)
        list(self._executor.map(self._update_tiles, [part for part in tiles if part.size]))
        return self._pass("solved" if self._solver == "exact" else "rule")

    def _tiled(self, rows: FloatArray) -> FloatArray:
        padded = np.zeros((rows.shape[0], self._windows.n_tiles * TILE))
        padded[:, : rows.shape[1]] = rows
        return np.ascontiguousarray(padded.reshape(rows.shape[0], -1, TILE).transpose(1, 0, 2))

    def _pass(self, change: Change) -> float:
        """Change the weights, add up the sums of every group, and return chi2."""
        dtype = self._windows.blocks[0].scaled.dtype
        tasks = [self._task(number, change) for number in range(len(self._groups))]
        found = sorted(self._crew(self._components.astype(dtype), tasks), key=lambda d: d.number)
        for task, done in zip(tasks, found, strict=True):
            if done.weights is not task.weights:  # they come from elsewhere
                task.weights[:] = done.weights
        self._partial = [(done.on_data, done.on_model) for done in found]
        return sum(done.chi2 for done in found)

    def _task(self, number: int, change: Change) -> GroupTask:
        first, last = self._groups[number]
        weights = self._weights[self._edges[first] : self._edges[last]]
        return GroupTask(number, first, last, self._spans[number], weights, change, self._solver)

    def _in_threads(self, components: RealArray, tasks: Sequence[GroupTask]) -> Iterable[GroupDone]:
        rank = components.shape[1]
        is_same = bool(self._partial) and self._partial[0][0].shape[1] == rank
        sums = self._partial if is_same else [empty_sums(task) for task in tasks]
        futures = [
            self._executor.submit(do_group, self._windows.blocks, components, task, mine)
            for task, mine in zip(tasks, sums, strict=True)
        ]
        return [future.result() for future in futures]

    def _total(self, which: int, part: slice) -> FloatArray:
        """Return the sums of all groups over some tiles: 0 on the data, 1 on the model."""
        shape = self._partial[0][which].shape[1:]
        total = np.zeros((part.stop - part.start, *shape))
        for (start, stop), sums in zip(self._spans, self._partial, strict=True):
            first, last = max(start, part.start), min(stop, part.stop)
            if first < last:
                total[first - part.start : last - part.start] += sums[which][
                    first - start : last - start
                ]
        return total

    def _update_tiles(self, tiles: np.ndarray) -> None:
        part = slice(int(tiles[0]), int(tiles[-1]) + 1)
        on_data, on_model = self._total(0, part), self._total(1, part)
        if self._solver == "exact":
            kernels.solve_components(on_data, on_model, self._components[part], N_SWEEPS)
        else:
            kernels.update_components(on_data, on_model, self._components[part])


def _span(blocks: Sequence[WindowBlock]) -> tuple[int, int]:
    """Return the first tile and the one after the last that some blocks cover."""
    return min(b.tiles.start for b in blocks), max(b.tiles.stop for b in blocks)
