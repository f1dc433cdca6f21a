"""The windows of a training set in a file: for sets beyond memory, and for many machines.

HDF5 with contiguous datasets, so that the blocks are mapped and not read: the system keeps of them
what memory has room for. `values` holds one block after the other, scaled and roots; `index` says
of each its first tile, its shape, the bytes of an item, and where both begin; `rows` which spectra.
Every process that sees the file has the training set. It lies beside the basis meanwhile.
"""

from __future__ import annotations

import mmap
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar

import h5py
import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import IntArray
from moosegui.data.grids import LogGrid
from moosegui.errors import ExportError, InputError
from moosegui.files.safe_write import clean_left, temporary_beside, usual_mode
from moosegui.memory import describe_memory

FORMAT, VERSION = "moosegui windows", 1
ALIGNMENT = 64  # bytes; kernels want their arrays at multiples of their items' size
SUFFIX = ".windows"
COUNT, INDEX, ROWS, VALUES = "n_blocks", "index", "rows", "values"


@dataclass(frozen=True, slots=True, eq=False)
class StoredBlock:
    """A block of windows, as `moosegui.fit.basis.windows.WindowBlock`.

    Parameters
    ----------
    rows : ndarray of int, shape (n_rows,)
    first_tile : int
    scaled, roots : ndarray of shape (n_tiles, n_rows, n_columns)
    """

    PLACE: ClassVar = ("first tile", "tiles", "rows", "columns", "item", "scaled", "roots")

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
        Of the blocks, at most, with `ALIGNMENT` for each of their arrays.
    """

    grid: LogGrid
    n_spectra: int
    unit: float
    blocks: Iterable[StoredBlock] = field(repr=False)
    n_bytes: int


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
    folder = basis_path.absolute().parent
    clean_left(folder)  # what a kill left may be what there is no room beside
    require_room(folder, windows.n_bytes)
    path: Path | None = None
    try:
        path = temporary_beside(basis_path.with_suffix(SUFFIX))
        path.chmod(usual_mode())  # workers may be another user's
        places = _lay_out(path, windows)
        with path.open("r+b") as stream:
            _fill(stream, places, windows)
    except BaseException as error:
        if path is not None:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError | RuntimeError):  # HDF5 has both
            raise ExportError(
                f"The training set cannot be kept beside {basis_path} ({_why(error)}); make room "
                "there, or let the basis be written to another disk."
            ) from error
        raise
    return path


def require_room(folder: Path, n_bytes: int) -> None:
    """Refuse what a disk has no room for.

    Raises
    ------
    ExportError
        With the estimate, and what is free.
    """
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


def _why(error: Exception) -> str:
    """Return what went wrong, which HDF5 hides in a long text."""
    found = re.search(r"errno = (\d+)", str(error))
    if found is not None:
        return os.strerror(int(found[1]))
    return str(getattr(error, "strerror", None) or error)


def _lay_out(path: Path, windows: StoredWindows) -> dict[str, int]:
    """Make an HDF5 file whose datasets have room and no content; return where each begins.

    They are filled by plain writes: where HDF5 meets a full disk itself, it may end the process.
    """
    grid, n = windows.grid, windows.n_spectra
    aligned = {"alignment_threshold": 1, "alignment_interval": ALIGNMENT}
    with h5py.File(path, "w", libver="latest", **aligned) as file:
        file.attrs.update(format=FORMAT, format_version=VERSION)
        file.attrs.update(n_spectra=n, unit=windows.unit)
        file.attrs.update(
            log10_start=grid.log10_start, log10_step=grid.log10_step, n_wave=grid.n_wave
        )
        sizes = {
            COUNT: (1, np.int64),
            INDEX: (len(StoredBlock.PLACE) * n, np.int64),
            ROWS: (n, np.int64),
            VALUES: (windows.n_bytes, np.uint8),
        }
        places = {}
        for name, (size, dtype) in sizes.items():
            properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            properties.set_layout(h5py.h5d.CONTIGUOUS)
            properties.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            properties.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
            space = h5py.h5s.create_simple((size,))
            made = h5py.h5d.create(
                file.id, name.encode(), h5py.h5t.py_create(np.dtype(dtype)), space, properties
            )
            places[name] = made.get_offset()
    return places


def _fill(stream: BinaryIO, places: dict[str, int], windows: StoredWindows) -> None:
    """Write the blocks, and where each of them lies."""
    index, rows, position = [], [], 0
    for block in windows.blocks:
        begins = []
        for values in (block.scaled, block.roots):
            position = -(-position // ALIGNMENT) * ALIGNMENT
            if position + values.nbytes > windows.n_bytes:
                raise ValueError(f"blocks of more than {windows.n_bytes} bytes")
            stream.seek(places[VALUES] + position)
            stream.write(np.ascontiguousarray(values).data)
            begins.append(position)
            position += values.nbytes
        index.append((block.first_tile, *block.scaled.shape, block.scaled.itemsize, *begins))
        rows.append(block.rows)
    for name, numbers in (
        (INDEX, np.array(index, dtype=np.int64)),
        (ROWS, np.concatenate([*rows, np.empty(0)]).astype(np.int64)),
        (COUNT, np.array([len(index)], dtype=np.int64)),
    ):
        stream.seek(places[name])
        stream.write(numbers.tobytes())


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
            grid = LogGrid(
                float(file.attrs["log10_start"]),
                float(file.attrs["log10_step"]),
                int(file.attrs["n_wave"]),
            )
            blocks = tuple(_blocks(file, pages))
            n_spectra, unit = int(file.attrs["n_spectra"]), float(file.attrs["unit"])
            return StoredWindows(grid, n_spectra, unit, blocks, file[VALUES].size)
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise InputError(
            f"The training set {path} cannot be read ({_why(error)}); every machine must see "
            "it under this path."
        ) from error


def _blocks(file: h5py.File, pages: mmap.mmap) -> Iterator[StoredBlock]:
    n_blocks = int(file[COUNT][0])
    index = file[INDEX][: len(StoredBlock.PLACE) * n_blocks].reshape(n_blocks, -1)
    rows, first, begin = file[ROWS][:], 0, file[VALUES].id.get_offset()
    for first_tile, n_tiles, n_rows, n_columns, item, *places in index.tolist():
        dtype = np.float32 if item == np.dtype(np.float32).itemsize else np.float64
        shape = n_tiles, n_rows, n_columns
        scaled, roots = (
            np.ndarray(shape, dtype, buffer=pages, offset=begin + place) for place in places
        )
        yield StoredBlock(rows[first : first + n_rows], first_tile, scaled, roots)
        first += n_rows
