"""Arrays that take longer to make than to read, kept between runs among the user's cached files.

A set of arrays is a folder: each array a file of numpy, and their checksums. Where the disk belongs
to this machine the arrays are mapped: the system reads what is used, lends it to all processes that
use it, and takes it back when memory is short. On other disks, which may vanish under a mapping,
they are read.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from moosegui.config import cache_folder

MAX_SETS = 16  # some 30 MB each
DAY = 86400.0  # s, after which what is half written was left
CHECKS = "checks.json"
LOCAL = frozenset(
    [
        "bcachefs",
        "btrfs",
        "ext2",
        "ext3",
        "ext4",
        "f2fs",
        "jfs",
        "overlay",
        "reiserfs",
        "xfs",
        "zfs",
    ]
)
_PARTIAL, _NAME = "partial-", re.compile(r"[0-9a-f]{32}")

log = logging.getLogger(__name__)
Arrays = dict[str, NDArray[Any]]


def read_arrays(name: str) -> Arrays | None:
    """Return a set of arrays that was kept, not to be changed.

    Parameters
    ----------
    name : str
        32 hexadecimal digits.

    Returns
    -------
    dict of str to ndarray, or None
        None if they were not kept, or are no longer what was kept; these are removed.
    """
    folder = _folder_of(name)
    if folder is None or not folder.is_dir():
        return None
    try:
        found = _read(folder)
        with contextlib.suppress(OSError):
            os.utime(folder)  # used last now
    except Exception as error:  # noqa: BLE001  (whatever damaged bytes make numpy raise)
        log.warning("%s is damaged and made again: %s", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
        return None
    return found


def keep_arrays(name: str, arrays: Mapping[str, NDArray[Any]]) -> bool:
    """Keep a set of arrays, whole or not at all; the sets that were not used longest make room.

    Parameters
    ----------
    name : str
        32 hexadecimal digits.
    arrays : mapping of str to ndarray
        By names that files can have.

    Returns
    -------
    bool
        Whether it was kept: a full or read-only disk is no failure.
    """
    folder = _folder_of(name)
    if folder is None:
        return False
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _drop_oldest(folder.parent)
        partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=folder.parent))
    except OSError as error:
        log.info("nothing is kept in %s: %s", folder.parent, error)
        return False
    try:
        for key, array in arrays.items():
            np.save(partial / f"{key}.npy", array, allow_pickle=False)
        checks = {key: _check(array) for key, array in arrays.items()}
        (partial / CHECKS).write_text(json.dumps(checks), encoding="utf-8")
        partial.rename(folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        if not folder.is_dir():  # else another process was sooner
            log.info("nothing is kept in %s: %s", folder.parent, error)
    return folder.is_dir()


def is_on_own_disk(path: Path) -> bool:
    """Whether a file lies on a disk of this machine, as far as the system tells (Linux alone)."""
    if sys.platform != "linux":
        return False
    try:
        lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
        path = path.resolve()
    except OSError:
        return False
    longest, kind = -1, ""
    for line in lines:
        fields, _, rest = line.partition(" - ")
        place = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields.split()[4])
        if path.is_relative_to(place) and len(place) >= longest:  # of equals the last is on top
            longest, kind = len(place), rest.split()[0]
    return kind in LOCAL


def _folder_of(name: str) -> Path | None:
    kept = cache_folder()
    return None if kept is None else kept.absolute() / "arrays" / name


def _read(folder: Path) -> Arrays:
    checks = json.loads((folder / CHECKS).read_text(encoding="utf-8"))
    # what is written by mistake stays in memory
    mode: Literal["c"] | None = "c" if is_on_own_disk(folder) else None
    found = {}
    for key, check in checks.items():
        array = np.load(folder / f"{key}.npy", mmap_mode=mode, allow_pickle=False).view(np.ndarray)
        if _check(array) != check:
            raise ValueError(f"{key} has another checksum")
        found[key] = array
    return found


def _check(array: NDArray[Any]) -> int:
    return zlib.crc32(np.ascontiguousarray(array).data)


def _drop_oldest(kept: Path) -> None:
    """Make room for one more set, and remove what was left half written."""
    used = {}
    for entry in os.scandir(kept):
        with contextlib.suppress(OSError):
            used[entry.path] = entry.stat().st_mtime
    sets = [path for path in used if _NAME.fullmatch(Path(path).name)]
    sets.sort(key=lambda path: used[path])
    left = [
        path
        for path, changed in used.items()
        if Path(path).name.startswith(_PARTIAL) and changed < time.time() - DAY
    ]
    for path in (*sets[: max(0, len(sets) + 1 - MAX_SETS)], *left):
        shutil.rmtree(path, ignore_errors=True)
