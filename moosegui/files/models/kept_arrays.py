"""Arrays that take longer to make than to read, kept between runs among the user's cached files.

A set of arrays is a folder: each array a file of numpy, and their checksums, which are compared at
each reading. On disks of this machine (Linux) the arrays are mapped: all processes share them, and
the system takes them back when memory is short. A file that is cut short under a mapping, or a disk
that fails, ends the process, as it does for the program itself. On disks elsewhere nothing is kept,
as these may vanish, and reading from them can take longer than making. Other systems do not tell
where a disk is: there arrays are read.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import secrets
import shutil
import sys
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
LOCAL = ("bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "xfs", "zfs")
TELLS_DISKS = sys.platform == "linux"
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
        None if they were not kept, cannot be read, or are no longer what was kept; these are
        removed.
    """
    folder = _folder_of(name)
    if folder is None or not os.path.isdir(folder):  # noqa: PTH112  (`is_dir` may raise)
        return None
    is_mapped = is_on_own_disk(folder)
    if TELLS_DISKS and not is_mapped:
        return None
    try:
        found = _read(folder, is_mapped=is_mapped)
        with contextlib.suppress(OSError):
            os.utime(folder)  # used last now
    except FileNotFoundError as error:
        log.info("%s was made room of: %s", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
    except (OSError, MemoryError) as error:  # what was kept may be sound
        log.info("%s cannot be read: %s", folder, error)
    except Exception as error:  # noqa: BLE001  (whatever damaged bytes make numpy raise)
        log.warning("%s is damaged and made again: %s", folder, error)
        shutil.rmtree(folder, ignore_errors=True)
    else:
        return found
    return None


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
        Whether there are files of it that can be mapped now. A full or read-only disk is no
        failure.
    """
    folder = _folder_of(name)
    if folder is None:
        return False
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        is_mapped = is_on_own_disk(folder.parent)
        if os.path.isdir(folder) or (TELLS_DISKS and not is_mapped):  # noqa: PTH112
            return is_mapped
        _clean(folder.parent)
        partial = folder.parent / f"{_PARTIAL}{secrets.token_hex(8)}"
        partial.mkdir()
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
        if not os.path.isdir(folder):  # noqa: PTH112  (else another process was sooner)
            log.info("nothing is kept in %s: %s", folder.parent, error)
            return False
    return is_mapped


def drop_arrays(name: str) -> None:
    """Remove a set of arrays, if it was kept."""
    folder = _folder_of(name)
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)


def clean_kept() -> None:
    """Remove what killed runs left half written, and more sets than are kept."""
    folder = _folder_of("")
    if folder is not None:
        with contextlib.suppress(OSError):
            _clean(folder, room=0)


def is_on_own_disk(path: Path) -> bool:
    """Whether a file lies on a disk of this machine, as far as the system tells (Linux alone)."""
    if not TELLS_DISKS:
        return False
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
        path = path.resolve()
    except (OSError, RuntimeError):
        return False
    longest, kind = -1, ""
    for line in mounts.split("\n"):
        fields, bar, rest = line.partition(" - ")
        if not bar:
            continue
        written = fields.split(" ")[4]
        place = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), written)
        if path.is_relative_to(place) and len(place) >= longest:  # of equals the last is on top
            longest, kind = len(place), rest.split(" ")[0]
    return kind in LOCAL


def _folder_of(name: str) -> Path | None:
    kept = cache_folder()
    try:
        return None if kept is None else kept.absolute() / "arrays" / name
    except OSError:  # a folder to which it is relative is gone
        return None


def _read(folder: Path, *, is_mapped: bool) -> Arrays:
    checks = json.loads((folder / CHECKS).read_text(encoding="utf-8"))
    if not checks:
        raise ValueError("no checksums")
    # what is written by mistake stays in memory
    mode: Literal["c"] | None = "c" if is_mapped else None
    found = {}
    for key, check in checks.items():
        array = np.load(folder / f"{key}.npy", mmap_mode=mode, allow_pickle=False).view(np.ndarray)
        if _check(array) != check:
            raise ValueError(f"{key} has another checksum")
        found[key] = array
    return found


def _check(array: NDArray[Any]) -> int:
    shape = repr((array.dtype.str, array.shape)).encode()
    return zlib.crc32(np.ascontiguousarray(array).data, zlib.crc32(shape))


def _clean(kept: Path, room: int = 1) -> None:
    """Make room for some more sets, and remove what was left half written."""
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
    for path in (*sets[: max(0, len(sets) + room - MAX_SETS)], *left):
        shutil.rmtree(path, ignore_errors=True)
