"""Learning a basis on the workers of a cluster, equal to learning it in one process.

On machines with the same processors, that is: others add up in another order.

The windows lie in a file that all of them see. In each iteration a worker goes through a group of
blocks and sends back its weights and its part of the sums over spectra; the components, which are
small, are brought up to date here and sent to all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from threading import Event, Thread

import numpy as np

from moosegui import __version__
from moosegui.errors import MooseError
from moosegui.files.models.window_file import (
    StoredBlock,
    StoredWindows,
    open_windows,
    write_windows,
)
from moosegui.files.safe_write import LEFT_AFTER
from moosegui.fit.basis.groups import Crew, GroupDone, GroupTask, do_group
from moosegui.fit.basis.windows import (
    RealArray,
    WindowBlock,
    Windows,
    make_windows,
    window_blocks,
    windows_memory,
)
from moosegui.pipeline.machines.pool import Pool, other_version, version_here
from moosegui.pipeline.training import TrainingSet


@contextmanager
def windows_of(
    training_set: TrainingSet, basis_path: Path | None = None, pool: Pool | None = None
) -> Iterator[tuple[Windows, Crew | None]]:
    """Give the windows of a training set, and who goes through them.

    Parameters
    ----------
    training_set : TrainingSet
    basis_path : Path, optional
        Beside which a file holds the windows as long as they are used; memory by default.
    pool : Pool, optional
        Whose workers go through them, and see that file; threads of this process by default.

    Yields
    ------
    Windows, and a `Crew` or None

    Raises
    ------
    ExportError
        If the file cannot be written.
    """
    spectra, grid = training_set.spectra, training_set.grid
    floor = training_set.recipe.error_floor
    if basis_path is None:
        yield make_windows(spectra, grid, error_floor=floor), None
        return
    unit, blocks = window_blocks(spectra, grid, error_floor=floor)
    stored = (StoredBlock(b.rows, b.first_tile, b.scaled, b.roots) for b in blocks)
    size = windows_memory(len(spectra), training_set.n_window)
    path = write_windows(basis_path, StoredWindows(grid, len(spectra), unit, stored, size))
    try:
        windows = mapped_windows(path)
        if pool is None:
            with suppress(OSError):  # where a mapped file can be deleted, no kill leaves it
                path.unlink()
            yield windows, None
        else:
            with _in_use(path):
                yield windows, ClusterCrew(pool, path)
    finally:
        path.unlink(missing_ok=True)
        if pool is not None:
            pool.everywhere(forget_windows)


@contextmanager
def _in_use(path: Path) -> Iterator[None]:
    """Keep a file young, so that nobody takes it for what a kill has left."""
    is_over = Event()

    def touch() -> None:
        while not is_over.wait(LEFT_AFTER / 6.0):
            with suppress(OSError):
                os.utime(path)

    thread = Thread(target=touch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@dataclass(frozen=True, slots=True, eq=False)
class Iteration:
    """What all groups of one iteration share.

    Parameters
    ----------
    path : Path
        The windows, absolute; no other run's file ever has this name.
    components : ndarray of shape (n_tiles, rank, TILE)
    version : str
        Of the process that asks.
    """

    path: Path
    components: RealArray = field(repr=False)
    version: str = __version__


class ClusterCrew:
    """Does the groups of a factorisation on the workers of a cluster: a `Crew`.

    Parameters
    ----------
    pool : Pool
    path : Path
        The file of windows, which all workers see under this path.
    """

    def __init__(self, pool: Pool, path: Path) -> None:
        self._pool = pool
        self._path = path.absolute()

    def __call__(self, components: RealArray, tasks: Sequence[GroupTask]) -> Iterable[GroupDone]:
        """Do all groups; in the order of completion.

        Raises
        ------
        MooseError
            If a worker refuses, the scheduler goes away, or a group ends several workers.
        """
        shared = Iteration(self._path, components)
        return self._pool.results(group_on_worker, shared, tasks)


def group_on_worker(shared: Iteration, task: GroupTask) -> GroupDone:
    """Do one group: what a worker does.

    Raises
    ------
    MooseError
        If this process has another version, or does not see the windows.
    """
    if version_here() != shared.version:
        raise MooseError(other_version("that took up a group", version_here(), shared.version))
    windows = _opened(shared.path)
    own = replace(task, weights=np.array(task.weights))  # what came over the network is read-only
    return do_group(windows.blocks, np.ascontiguousarray(shared.components), own)


@lru_cache(maxsize=1)
def _opened(path: Path) -> Windows:
    return mapped_windows(path)


def forget_windows() -> None:
    """Let the file go that this process has mapped last; its disk is free then."""
    _opened.cache_clear()


def mapped_windows(path: Path) -> Windows:
    """Return the windows that lie in a file.

    Raises
    ------
    InputError
        As `open_windows`.
    """
    found = open_windows(path)
    blocks = (WindowBlock(b.rows, b.first_tile, b.scaled, b.roots) for b in found.blocks)
    return Windows(found.grid, found.n_spectra, tuple(blocks), found.unit)
