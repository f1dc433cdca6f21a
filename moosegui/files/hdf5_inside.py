"""Whether all that an HDF5 file holds lies inside it, and is no larger than it can be."""

from __future__ import annotations

import math
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import h5py

from moosegui.config import resource_root
from moosegui.files.limits import excess, packing_excess

MAX_OBJECTS = 500_000
SECONDS = 20.0  # that a file may take to be walked through
WALK = """
import sys, h5py
def look(name, item):
    list(item.attrs.items())
    if isinstance(item, h5py.Dataset) and item.size and item.size < 1e8:
        item[(slice(0, 1000),) * bool(item.ndim)]
with h5py.File(sys.argv[1], "r") as file:
    look("", file)
    file.visititems(look)
"""


def why_it_crashes(path: Path) -> str:
    """Say that the library does not survive a file, as a predicate; empty if it does.

    The C library of HDF5 ends the process on some damaged files, so another process goes first.
    The files of this program are not asked, others once a version.
    """
    status = path.stat()
    if path.resolve().is_relative_to(resource_root().resolve()):
        return ""
    return _crash_of(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _crash_of(path: Path, modified: int, size: int) -> str:
    del modified, size
    command = [sys.executable, "-c", WALK, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return f"took longer than {SECONDS:g} s to be looked through; copy it to a local disk"
    if done.returncode not in (0, 1):  # ended by the system; what Python raises, the reader tells
        return "is damaged so that the HDF5 library does not survive it; fetch it again"
    return ""


def why_not_inside(file: h5py.File, n_bytes: int) -> str:
    """Say why a file is not read, as a predicate; empty if nothing of it leads elsewhere.

    Parameters
    ----------
    file : h5py.File
        Open for reading. No data are read and no external link is followed.
    n_bytes : int
        Its size.
    """
    groups, seen = [file], set[int]()
    while groups:
        group = groups.pop()
        for name in group:
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                return f"has {name} as a link to another file, which is not followed; copy it here"
            if not isinstance(link, h5py.HardLink):
                continue  # stays in the file, where what it leads to is met
            item = group[name]
            address = h5py.h5o.get_info(item.id).addr
            if address in seen:
                continue
            seen.add(address)
            if len(seen) > MAX_OBJECTS:
                return f"holds more than {MAX_OBJECTS:,} objects; split it"
            if isinstance(item, h5py.Group):
                groups.append(item)
            elif isinstance(item, h5py.Dataset) and (problem := _problem(name, item, n_bytes)):
                return problem
    return ""


def _problem(name: str, dataset: h5py.Dataset, n_bytes: int) -> str:
    if dataset.external or dataset.is_virtual:
        return f"keeps {name} in other files, which are not read; copy the data into this one"
    size = math.prod(dataset.shape or ()) * dataset.dtype.itemsize
    problem = excess("max_bytes", size) or packing_excess(size, n_bytes)
    return f"{problem} ({name})" if problem else ""
