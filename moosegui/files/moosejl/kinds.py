"""What an HDF5 file of Moose.jl is, from its keys (docs/formats.md, Moose.jl)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import h5py

from moosegui.files.content import READ_ERRORS, Unreadable
from moosegui.files.hdf5_inside import why_it_crashes, why_not_inside

MooseKind = Literal["basis", "cube", "training set", "curves", "curves of a cube", ""]

SENTENCES: dict[str, str] = {
    "basis": "is a basis of Moose.jl and holds no spectrum; give it with --basis",
    "training set": (
        "is a training set of Moose.jl, a matrix of spectra in the rest frame with their "
        "redshifts, and no list to inspect; open the spectra that it was made of"
    ),
    "curves": (
        "holds chi2 curves that Moose.jl wrote and no spectrum; open the spectra that they are of"
    ),
    "curves of a cube": (
        "holds chi2 curves that Moose.jl wrote for a cube and no spectrum; open the cube's spectra"
    ),
}
CUBE_GROUPS = ("CHI2_SPAXELS", "CHI2_3X3", "CHI2_KERNEL", "CHI2_3X3GK")

_RANK = re.compile(r"^rank_\d+$")


@contextmanager
def open_hdf5(path: Path) -> Iterator[h5py.File]:
    """Open an HDF5 file for reading, its damages reported as `Unreadable`."""
    try:
        if problem := why_it_crashes(path):
            raise Unreadable(problem)
        with h5py.File(path, "r") as file:
            if problem := why_not_inside(file, path.stat().st_size):
                raise Unreadable(problem)
            yield file
    except (*READ_ERRORS, RuntimeError) as error:
        raise Unreadable(f"is damaged and cannot be read ({error}); fetch it again") from error


def moose_kind(path: Path) -> MooseKind:
    """Return what an HDF5 file is among those of Moose.jl; empty for any other.

    Raises
    ------
    Unreadable
        If the file is damaged.
    """
    with open_hdf5(path) as file:
        keys = set(file)
        if {"data", "stat"} <= keys and getattr(file["data"], "ndim", 0) == 3:
            return "cube"
        if "spectra_matrix" in keys and "redshifts" in keys:
            return "training set"
        if any(_RANK.match(key) for key in keys):
            return "basis"
        if keys & set(CUBE_GROUPS):
            return "curves of a cube"
        return "curves" if keys and all(_is_curve(file, key) for key in sorted(keys)[:5]) else ""


def _is_curve(file: h5py.File, key: str) -> bool:
    item = file[key]
    if isinstance(item, h5py.Group):
        return bool({"chi2", "curve", "chi2_1"} & set(item))
    return isinstance(item, h5py.Dataset) and item.ndim == 1 and key.strip().isdigit()
