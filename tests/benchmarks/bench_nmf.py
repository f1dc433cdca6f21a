"""How much faster is an iteration on windows than dense float32 numpy? Same rules, run and data.

    python tests/benchmarks/bench_nmf.py [N_SPECTRA [RANK]]
    python tests/benchmarks/bench_nmf.py 9252        # the size of the published training

The spectra are simulated on the full grid at random redshifts; only their shapes matter for the
time. Iterations of both alternate, so that a busy machine slows both; printed are the medians and
their ratio, and the peak memory before the dense matrices are made. Where these do not fit into
the free memory, the dense side takes as many spectra as fit and its time is scaled: each of its
steps is linear in them.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from dense_nmf import DenseFactoriser

from moosegui.data.grids import SHIPPED_LOG10_STEP, LogGrid
from moosegui.fit.basis.factoriser import Factoriser
from moosegui.fit.basis.groups import Solver
from moosegui.fit.basis.windows import TrainingSpectra, Windows, make_windows
from moosegui.fit.workers import cpu_count

GRID = LogGrid(float(np.log10(4600.0 / 7.7)), SHIPPED_LOG10_STEP, 53918)
REPEATS = 7
MATRICES = 5  # of the dense side that are alive at once
GIB = 2.0**30


def main(arguments: Sequence[str]) -> None:
    """Time both on the same windows and print the ratio."""
    n_spectra = int(arguments[0]) if arguments else 6000
    rank = int(arguments[1]) if len(arguments) > 1 else 10
    started = time.perf_counter()
    windows = _simulated_windows(n_spectra)
    print(f"{n_spectra} spectra x {GRID.n_wave} samples, rank {rank}, {cpu_count()} threads")
    print(f"windows made in {time.perf_counter() - started:.1f} s, {windows.n_bytes / GIB:.2f} GiB")
    with ThreadPoolExecutor(cpu_count()) as executor:
        multiplicative = _started(windows, "multiplicative", rank, executor)
        exact = _started(windows, "exact", rank, executor)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB
        print(f"peak memory {peak:.2f} GiB")
        n_dense = min(n_spectra, int(_free_memory() / (MATRICES * 4.0 * GRID.n_wave)))
        dense = DenseFactoriser(windows, n_dense, rank, np.random.default_rng(1))
        times = _alternate((multiplicative.iterate, exact.iterate, dense.iterate))
    scaled = times[2] * n_spectra / n_dense
    print(f"windows, published rule    {1e3 * times[0]:8.0f} ms an iteration")
    print(f"windows, exact             {1e3 * times[1]:8.0f} ms")
    print(f"dense float32 numpy        {1e3 * scaled:8.0f} ms", end="")
    print(f"  (scaled from {n_dense} spectra)" if n_dense < n_spectra else "")
    print(f"ratio dense / windows      {scaled / times[0]:8.1f}")


def _simulated_windows(n_spectra: int) -> Windows:
    rng = np.random.default_rng(0)
    wave = 4750.0 + 1.25 * np.arange(3681)
    flux = rng.standard_normal((n_spectra, wave.size), dtype=np.float32) + np.float32(2.0)
    ivar = np.ones_like(flux)
    redshifts = rng.uniform(0.0, 6.6, n_spectra)
    return make_windows(TrainingSpectra(wave, flux, ivar, redshifts, np.ones(n_spectra)), GRID)


def _started(
    windows: Windows, solver: Solver, rank: int, executor: ThreadPoolExecutor
) -> Factoriser:
    rng = np.random.default_rng(1)
    factoriser = Factoriser(windows, solver, executor)
    components = rng.uniform(0.1, 1.0, (rank, GRID.n_wave))
    factoriser.restart(components, rng.uniform(0.1, 1.0, (windows.n_spectra, rank)))
    factoriser.iterate()
    return factoriser


def _alternate(steps: Sequence[Callable[[], object]]) -> list[float]:
    times: list[list[float]] = [[] for _ in steps]
    for _ in range(REPEATS):
        for step, measured in zip(steps, times, strict=True):
            started = time.perf_counter()
            step()
            measured.append(time.perf_counter() - started)
    return [float(np.median(measured)) for measured in times]


def _free_memory() -> float:
    """Return 70 % of the memory that is free now, in bytes."""
    return 0.7 * os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main(sys.argv[1:])
