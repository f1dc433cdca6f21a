"""The windows of a training set in a file: for sets beyond memory, and for many machines.

HDF5, a group for each block with the datasets `rows`, `scaled` and `roots`, contiguous, so that the
arrays are mapped and not read: the system keeps of them what memory has room for. Every process
that sees the file has the training set. It lies beside the basis while that is learned.
"""

from __future__ import annotations

import mmap
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import IntArray
from moosegui.data.grids import LogGrid
from moosegui.errors import ExportError, InputError
from moosegui.files.safe_write import temporary_beside
from moosegui.memory import describe_memory

FORMAT, VERSION = "moosegui windows", 1
ALIGNMENT = 64  # bytes; kernels want their arrays at multiples of their items' size
BLOCK, SUFFIX = "block_{:07d}", ".windows"


@dataclass(frozen=True, slots=True, eq=False)
class StoredBlock:
    """A block of windows, as `moosegui.fit.basis.windows.WindowBlock`.

    Parameters
    ----------
    rows : ndarray of int, shape (n_rows,)
    first_tile : int
    scaled, roots : ndarray of shape (n_tiles, n_rows, n_columns)
    """

    rows: IntArray = field(repr=False)
    first_tile: int
    scaled: NDArray[np.floating] = field(repr=False)
    roots: NDArray[np.floating] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class StoredWindows:
    """A training set, as `moosegui.fit.basis.windows.Windows`.

    Parameters
    ----------
    grid : LogGrid
    n_spectra : int
    unit : float
    blocks : iterable of StoredBlock
        By increasing first tile; a tuple in one that was read.
    n_bytes : int
        Of the blocks, at most.
    """

    grid: LogGrid
    n_spectra: int
    unit: float
    blocks: Iterable[StoredBlock] = field(repr=False)
    n_bytes: int = 0


def write_windows(basis_path: Path, windows: StoredWindows) -> Path:
    """Write a training set block by block, beside the basis that is learned from it.

    Parameters
    ----------
    basis_path : Path
    windows : StoredWindows
        Never more than one of its blocks is held.

    Returns
    -------
    Path
        A new file, which the caller deletes. Its name is its own: a run that was killed may have
        left another, which workers still read.

    Raises
    ------
    ExportError
        If there is too little room, or the file cannot be written; nothing is left of it.
    """
    _require_room(basis_path.absolute().parent, windows.n_bytes)
    path: Path | None = None
    try:
        path = temporary_beside(basis_path.with_suffix(SUFFIX))
        _write(path, windows)
    except BaseException as error:
        if path is not None:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise ExportError(
                f"The training set cannot be kept beside {basis_path} ({_why(error)}); make room "
                "there, or let the basis be written to another disk."
            ) from error
        raise
    return path


def _require_room(folder: Path, n_bytes: int) -> None:
    """Refuse before HDF5 meets a full disk, which may end the process."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:  # who writes says what is wrong
        return
    if n_bytes > free:
        raise ExportError(
            f"The training set needs about {describe_memory(n_bytes)} of the disk of {folder} and "
            f"{describe_memory(free)} are free; make room there, or let the basis be written to "
            "another disk."
        )


def _why(error: OSError) -> str:
    """Return what went wrong, which HDF5 hides in a long text."""
    found = re.search(r"errno = (\d+)", str(error))
    if error.strerror or found is None:
        return str(error.strerror or error)
    return os.strerror(int(found[1]))


def _write(path: Path, windows: StoredWindows) -> None:
    grid = windows.grid
    aligned = {"alignment_threshold": 1, "alignment_interval": ALIGNMENT}
    with h5py.File(path, "w", libver="latest", **aligned) as file:
        file.attrs.update(format=FORMAT, format_version=VERSION)
        file.attrs.update(n_spectra=windows.n_spectra, unit=windows.unit)
        file.attrs.update(
            log10_start=grid.log10_start, log10_step=grid.log10_step, n_wave=grid.n_wave
        )
        for number, block in enumerate(windows.blocks):
            group = file.create_group(BLOCK.format(number))
            group.attrs["first_tile"] = block.first_tile
            group["rows"] = block.rows
            group["scaled"], group["roots"] = block.scaled, block.roots


def open_windows(path: Path) -> StoredWindows:
    """Map a training set.

    Parameters
    ----------
    path : Path
        As `write_windows` left it.

    Returns
    -------
    StoredWindows
        Whose arrays are pages of the file, and read-only: the system may drop them at any time, so
        that a set larger than memory is no promise of memory either.

    Raises
    ------
    InputError
        If the file is not there, is another one, or is damaged.
    """
    try:
        with h5py.File(path, "r") as file, path.open("rb") as stream:
            if file.attrs.get("format") != FORMAT or file.attrs["format_version"] != VERSION:
                raise InputError(f"{path} holds no training set of this version of moosegui.")
            pages = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
            blocks = tuple(_block(file[name], pages) for name in sorted(file))
            grid = LogGrid(
                float(file.attrs["log10_start"]),
                float(file.attrs["log10_step"]),
                int(file.attrs["n_wave"]),
            )
            n_spectra, unit = int(file.attrs["n_spectra"]), float(file.attrs["unit"])
            return StoredWindows(grid, n_spectra, unit, blocks)
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"The training set {path} cannot be read ({error}); every machine must see it under "
            "this path."
        ) from error


def _block(group: h5py.Group, pages: mmap.mmap) -> StoredBlock:
    return StoredBlock(
        np.asarray(group["rows"][:]),
        int(group.attrs["first_tile"]),
        _mapped(group["scaled"], pages),
        _mapped(group["roots"], pages),
    )


def _mapped(dataset: h5py.Dataset, pages: mmap.mmap) -> NDArray[np.floating]:
    """Return the pages of a contiguous dataset as an array."""
    return np.ndarray(dataset.shape, dataset.dtype, buffer=pages, offset=dataset.id.get_offset())
