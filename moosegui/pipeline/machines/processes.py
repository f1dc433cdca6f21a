"""Scans of long lists and whole cubes on the processes of this machine, equal to those of threads.

Kernels run without Python's lock, the rest of a scan does not: two threads of one process do two
thirds of what two processes do, and many threads hardly more than two.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import Source, SourceList
from moosegui.data.results import ScanSummary
from moosegui.data.sky.maps import Regions
from moosegui.errors import MooseError
from moosegui.pipeline.batch import Keeper, Outcome
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.machines.cube import (
    CubeWork,
    RegionChunk,
    numbers_of,
    region_chunks,
    work_of,
)
from moosegui.pipeline.machines.recipe import Recipe, Search, recipe_of
from moosegui.pipeline.machines.scan import SourceChunk, outcomes_of

# Sources, and regions of a cube, below which starting processes takes longer than they save
WORTH_IT, WORTH_IT_FOR_REGIONS = 150, 800
CHUNK = 8  # sources: half a second of work, which a dying process loses
AHEAD = 3  # chunks that wait for each process
MAX_DEATHS = 3  # of processes, after which the work is given up
HERE = "of this machine"
_shared: object = None  # what all chunks of this process need, where it is one of many

Chunk = TypeVar("Chunk")
Shared = TypeVar("Shared")
Result = TypeVar("Result")


def scan_in_processes(
    source_list: SourceList,
    engine: Engine,
    n_processes: int,
    *,
    is_done: Callable[[str], bool] = lambda _key: False,
    search: Search | None = None,
    cube: Path | None = None,
    keep_curve: Keeper | None = None,
) -> Iterator[tuple[Source, ScanSummary, str]]:
    """Do as `moosegui.pipeline.batch.scan_sources`, in processes.

    Parameters
    ----------
    source_list : SourceList
    engine : Engine
    n_processes : int
        Each has an engine of its own, some 450 MiB.
    is_done, cube, keep_curve
        As for `scan_sources`.
    search : Search, optional
        Searches each spectrum for blends and false sources too.

    Yields
    ------
    source, summary, problem
        As `scan_sources`.

    Raises
    ------
    MooseError
        If processes die one after the other.
    """
    todo = [source for source in source_list if not is_done(source.key)]
    by_key = {source.key: source for source in todo}
    chunks = deque(
        SourceChunk(tuple(todo[start : start + CHUNK])) for start in range(0, len(todo), CHUNK)
    )
    recipe = replace(recipe_of(engine, search, cube), has_curves=keep_curve is not None)
    for outcomes in _results(_scan, recipe, chunks, n_processes):
        for key, (summary, problem, curve) in outcomes:
            if keep_curve is not None and curve is not None:
                keep_curve(key, curve)
            yield by_key[key], summary, problem


def scan_regions_in_processes(
    path: Path,
    regions: Regions,
    engine: Engine,
    n_processes: int,
    *,
    is_done: Callable[[int], bool] = lambda _region: False,
) -> Iterator[tuple[int, FloatArray]]:
    """Do as `moosegui.pipeline.cubes.spaxels.scan_regions`, in processes; any order.

    Parameters
    ----------
    path : Path
        The cube.
    regions, engine, is_done
        As for `scan_regions`.
    n_processes : int

    Yields
    ------
    region : int
    numbers : ndarray of shape (n_maps,)

    Raises
    ------
    MooseError
        If processes die one after the other.
    """
    work = work_of(path, regions, engine)
    chunks = deque(region_chunks(regions, is_done))
    for found in _results(_scan_regions, work, chunks, n_processes):
        yield from found


def _results(
    work: Callable[[Shared, Chunk], Result],
    shared: Shared,
    chunks: deque[Chunk],
    n_processes: int,
) -> Iterator[Result]:
    """Yield what chunks gave; those of a process that died are done by others.

    Raises
    ------
    MooseError
        If processes die one after the other.
    """
    for _ in range(MAX_DEATHS):
        yield from _until_one_dies(work, shared, chunks, n_processes)
        if not chunks:
            return
    raise MooseError(
        f"{str(chunks[0]).replace('The chunk of', 'Processes died while')} were "
        "scanned; is there memory enough? --workers 1 takes one process."
    )


def _until_one_dies(
    work: Callable[[Shared, Chunk], Result],
    shared: Shared,
    chunks: deque[Chunk],
    n_processes: int,
) -> Iterator[Result]:
    """Yield what chunks gave; those that are left over when a process died stay in the queue."""
    context = multiprocessing.get_context("spawn")  # a fork would inherit locks of other threads
    pending: dict[Future[Result], Chunk] = {}
    pool = ProcessPoolExecutor(n_processes, context, _begin, (shared,))
    try:
        while chunks or pending:
            while chunks and len(pending) < AHEAD * n_processes:
                pending[pool.submit(_do, work, chunks[0])] = chunks[0]
                chunks.popleft()
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                result = future.result()
                del pending[future]
                yield result
    except BrokenProcessPool:
        chunks.extendleft(reversed(list(pending.values())))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(shared: object) -> None:
    """Make this process one of many: it ends with the first, which alone hears Ctrl+C."""
    global _shared
    _shared = shared
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")  # what is wrong with a file comes back as a sentence
    Thread(target=_end_with_parent, daemon=True).start()


def _do(work: Callable[[Any, Chunk], Result], chunk: Chunk) -> Result:
    return work(_shared, chunk)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _scan(recipe: Recipe, chunk: SourceChunk) -> Sequence[tuple[str, Outcome]]:
    return outcomes_of(recipe.made(HERE), recipe, chunk)


def _scan_regions(work: CubeWork, chunk: RegionChunk) -> list[tuple[int, FloatArray]]:
    return numbers_of(work.recipe.made(HERE), work, chunk)
