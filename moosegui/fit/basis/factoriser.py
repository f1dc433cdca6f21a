"""The work of a factorisation: tiled components, sums over spectra, one iteration at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from typing import Literal

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.fit.basis import _nmf_kernels as kernels
from moosegui.fit.basis.windows import TILE, RealArray, WindowBlock, Windows

Solver = Literal["multiplicative", "exact"]
SOLVERS: tuple[Solver, ...] = ("multiplicative", "exact")

N_GROUPS = 16  # partial sums; fixed, so that the result does not depend on the number of threads
N_CHUNKS = 32  # of the grid, for the update of the components
N_SWEEPS = 60  # of coordinate descent, at most; it stops when nothing moves
SMALLEST_START = 1e-3  # of a random component: the multiplicative rule cannot leave zero


class Factoriser:
    """The mutable state of one run at one rank; it knows neither tolerance nor history.

    Parameters
    ----------
    windows : Windows
    solver : "multiplicative" or "exact"
    executor : Executor
        Must not be the pool in which the caller itself runs.
    """

    def __init__(self, windows: Windows, solver: Solver, executor: Executor) -> None:
        self._windows = windows
        self._solver = solver
        self._executor = executor
        blocks = windows.blocks
        self._order = np.concatenate([block.rows for block in blocks])
        self._edges = np.concatenate([[0], np.cumsum([block.rows.size for block in blocks])])
        self._groups = [
            part for part in np.array_split(np.arange(len(blocks)), N_GROUPS) if part.size
        ]
        self._spans = [_span([blocks[i] for i in group]) for group in self._groups]
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
        self._allocate()
        self._accumulate()

    def adopt(self, components: FloatArray) -> None:
        """Start from given components, (rank, n_wave), and the weights that fit them best."""
        self._components = self._tiled(components) * self._is_covered
        self._weights = np.ones((self._order.size, components.shape[0]))
        self._allocate()
        self._for_groups(self._solve_group)
        self._accumulate()

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
        self._allocate()
        if rank == 0:  # random weights would reach the brightness of the spectra very slowly
            self._for_groups(self._solve_group)
        self._accumulate()

    def iterate(self) -> float:
        """Update H, then W; return chi2."""
        tiles = np.array_split(np.arange(self._components.shape[0]), N_CHUNKS)
        list(self._executor.map(self._update_tiles, [part for part in tiles if part.size]))
        is_exact = self._solver == "exact"
        self._for_groups(self._solve_group if is_exact else self._update_group)
        return self._accumulate()

    def _tiled(self, rows: FloatArray) -> FloatArray:
        padded = np.zeros((rows.shape[0], self._windows.n_tiles * TILE))
        padded[:, : rows.shape[1]] = rows
        return np.ascontiguousarray(padded.reshape(rows.shape[0], -1, TILE).transpose(1, 0, 2))

    def _allocate(self) -> None:
        k = self.rank
        n_second = k if self._solver == "multiplicative" else k * (k + 1) // 2
        self._partial = [
            (np.zeros((stop - start, k, TILE)), np.zeros((stop - start, n_second, TILE)))
            for start, stop in self._spans
        ]

    def _accumulate(self) -> float:
        return sum(self._for_groups(self._accumulate_group))

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

    def _for_groups(self, work: Callable[[int, RealArray], float]) -> list[float]:
        components = self._components.astype(self._windows.blocks[0].scaled.dtype)
        futures = [self._executor.submit(work, i, components) for i in range(len(self._groups))]
        return [future.result() for future in futures]

    def _blocks(self, group: int) -> list[tuple[WindowBlock, FloatArray]]:
        edges = self._edges
        return [
            (self._windows.blocks[i], self._weights[edges[i] : edges[i + 1]])
            for i in self._groups[group]
        ]

    def _update_group(self, group: int, components: RealArray) -> float:
        for block, weights in self._blocks(group):
            kernels.update_weights(block.scaled, block.roots, components[block.tiles], weights)
        return 0.0

    def _solve_group(self, group: int, components: RealArray) -> float:
        for block, weights in self._blocks(group):
            here = components[block.tiles]
            kernels.solve_weights(block.scaled, block.roots, here, weights, N_SWEEPS)
        return 0.0

    def _accumulate_group(self, group: int, components: RealArray) -> float:
        is_exact = self._solver == "exact"
        kernel = kernels.accumulate_normal_equations if is_exact else kernels.accumulate
        on_data, on_model = self._partial[group]
        on_data[:], on_model[:] = 0.0, 0.0
        first_tile, chi2 = self._spans[group][0], 0.0
        for block, weights in self._blocks(group):
            tiles = slice(block.tiles.start - first_tile, block.tiles.stop - first_tile)
            here = components[block.tiles]
            chi2 += kernel(
                block.scaled, block.roots, here, weights, on_data[tiles], on_model[tiles]
            )
        return chi2

    def _update_tiles(self, tiles: np.ndarray) -> None:
        part = slice(int(tiles[0]), int(tiles[-1]) + 1)
        on_data, on_model = self._total(0, part), self._total(1, part)
        if self._solver == "exact":
            kernels.solve_components(on_data, on_model, self._components[part], N_SWEEPS)
        else:
            kernels.update_components(on_data, on_model, self._components[part])


def _span(blocks: list[WindowBlock]) -> tuple[int, int]:
    """Return the first tile and the one after the last that some blocks cover."""
    return min(b.tiles.start for b in blocks), max(b.tiles.stop for b in blocks)
