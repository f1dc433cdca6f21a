"""The scan of a long list on the processes of this machine, equal to that of its threads.

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

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.results import ScanSummary
from moosegui.errors import MooseError
from moosegui.pipeline.batch import Keeper, Outcome
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.machines.recipe import Recipe, Search, recipe_of
from moosegui.pipeline.machines.scan import SourceChunk, outcomes_of

WORTH_IT = 150  # sources below which starting processes takes longer than they save
CHUNK = 8  # sources: half a second of work, which a dying process loses
AHEAD = 3  # chunks that wait for each process
MAX_DEATHS = 3  # of processes, after which the list is given up
Outcomes = Sequence[tuple[str, Outcome]]
_recipe: Recipe | None = None  # of this process, where it is one of many


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
    for _ in range(MAX_DEATHS):
        for outcomes in _results(recipe, chunks, n_processes):
            for key, (summary, problem, curve) in outcomes:
                if keep_curve is not None and curve is not None:
                    keep_curve(key, curve)
                yield by_key[key], summary, problem
        if not chunks:
            return
    raise MooseError(
        f"{str(chunks[0]).replace('The chunk of sources', 'Processes died while sources')} were "
        "scanned; is there memory enough? --workers 1 takes one process."
    )


def _results(recipe: Recipe, chunks: deque[SourceChunk], n_processes: int) -> Iterator[Outcomes]:
    """Yield what chunks gave; those that are left over when a process died stay in the queue."""
    context = multiprocessing.get_context("spawn")  # a fork would inherit locks of other threads
    pending: dict[Future[Outcomes], SourceChunk] = {}
    pool = ProcessPoolExecutor(n_processes, context, _begin, (recipe,))
    try:
        while chunks or pending:
            while chunks and len(pending) < AHEAD * n_processes:
                pending[pool.submit(_scan, chunks[0])] = chunks[0]
                chunks.popleft()
            finished, _ = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                outcomes = future.result()
                del pending[future]
                yield outcomes
    except BrokenProcessPool:
        chunks.extendleft(reversed(list(pending.values())))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin(recipe: Recipe) -> None:
    """Make this process one of many: it ends with the first, which alone hears Ctrl+C."""
    global _recipe
    _recipe = recipe
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")  # what is wrong with a file comes back as a sentence
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _scan(chunk: SourceChunk) -> Outcomes:
    assert _recipe is not None
    return outcomes_of(_recipe.made("of this machine"), _recipe, chunk)
