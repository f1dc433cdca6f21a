"""Share the chunks of one computation among threads, or do them in turn.

Kernels are serial and release the GIL, so a plain thread pool uses every core; numba's own thread
layers abort when two Python threads enter parallel kernels at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from itertools import pairwise
from typing import TypeVar

Chunk = TypeVar("Chunk")
Report = Callable[[float], None]


def cpu_count() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def breathe(report: Report | None, fraction: float = 1.0) -> None:
    """Call `report`, if any, between two steps: a thread that another waits for rests there.

    Parameters
    ----------
    report : callable or None
    fraction : float
        Of the step at hand.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    if report is not None:
        report(fraction)


def run_chunks(
    function: Callable[[Chunk], object],
    chunks: Sequence[Chunk],
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> None:
    """Call `function` on every chunk, in `executor` if there is one.

    Parameters
    ----------
    function : callable
        Works in place on its chunk; its result is dropped.
    chunks : sequence
    executor : Executor, optional
        Must not be the pool in which the caller itself runs.
    report : callable, optional
        Receives the fraction done after each chunk; may raise `Cancelled`, which also stops
        the chunks that have not begun.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    if executor is None:
        for i_chunk, chunk in enumerate(chunks):
            function(chunk)
            breathe(report, (i_chunk + 1) / len(chunks))
        return
    futures = [executor.submit(function, chunk) for chunk in chunks]
    try:
        for i_chunk, future in enumerate(futures):
            future.result()
            breathe(report, (i_chunk + 1) / len(chunks))
    finally:
        for future in futures:
            future.cancel()


def split(n_items: int, n_chunks: int) -> list[slice]:
    """Return at most `n_chunks` contiguous slices that cover `n_items` evenly."""
    n_chunks = max(1, min(n_chunks, n_items))
    edges = [round(i * n_items / n_chunks) for i in range(n_chunks + 1)]
    return [slice(start, stop) for start, stop in pairwise(edges)]
