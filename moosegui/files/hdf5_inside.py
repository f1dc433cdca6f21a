"""Whether all that an HDF5 file holds lies inside it, and is no larger than it can be."""

from __future__ import annotations

import math

import h5py

from moosegui.files.limits import excess, packing_excess

MAX_OBJECTS = 500_000


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
