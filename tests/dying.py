"""What workers of a cluster do in the tests: processes of their own, which import it."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

from moosegui.data.results import ScanSummary
from moosegui.fit.basis.groups import GroupDone, GroupTask
from moosegui.pipeline.machines import pool, recipe, scan, training
from moosegui.pipeline.machines.recipe import Recipe
from moosegui.pipeline.machines.scan import SourceChunk
from moosegui.pipeline.machines.training import Iteration

# what they are before a test puts others in their places
scan_chunk = scan.scan_chunk
group_on_worker = training.group_on_worker
MARK = "one-died"


def double(shared: int, chunk: int) -> int:
    return shared * chunk


def double_once_dead(folder: Path, chunk: int) -> int:
    """Kill the worker in the third chunk, the first time."""
    if chunk == 2:
        die_once(folder)
    return 2 * chunk


def always_die(_shared: None, _chunk: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def scan_once_dead(shared: Recipe, chunk: SourceChunk) -> Sequence[tuple[str, ScanSummary, str]]:
    """Scan a chunk; kill the worker at the fourth source, the first time."""
    for source in chunk.sources:
        if source.row == 3 and source.spectrum is not None:
            die_once(source.spectrum.path.parent)
    return scan_chunk(shared, chunk)


def die_once(folder: Path) -> None:
    try:
        (folder / MARK).touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def wait_for(_shared: None, path: Path) -> None:
    """Do nothing until a file is there."""
    while not path.exists():
        pass


def pretend(version: str) -> None:
    """Let this process be one of another version."""
    pool.__version__ = version  # type: ignore[attr-defined]


def forget_engines() -> None:
    recipe._MADE.clear()


def group_once_dead(shared: Iteration, task: GroupTask) -> GroupDone:
    """Do a group of a training; kill the worker at the third one, the first time."""
    if task.number == 2:
        die_once(shared.path.parent)
    return group_on_worker(shared, task)


def mapped_files(ending: str, _chunk: int) -> int:
    """Return how many files with such a name this process has mapped, deleted ones too."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return len({line.split(maxsplit=5)[-1] for line in lines if ending in line})
