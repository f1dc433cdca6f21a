"""A box out of the planes of a large cube: read, not mapped.

Mapped pixels count as memory of the program until it ends, a cube of 6 GB with them, and each page
waits for the disk alone. Here the rows of a box are one piece of each plane, and several planes
are asked for at once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from moosegui.files.content import Unreadable

N_READERS = 8  # pieces that are asked for at once: a disk answers several as fast as one
SINGLE = -32  # BITPIX of float32
PLANES = 120  # that one reader reads in a row
TYPES = {8: "u1", 16: ">i2", 32: ">i4", 64: ">i8", -32: ">f4", -64: ">f8"}  # by BITPIX


def read_planes(
    path: Path,
    start: int,
    bitpix: int,
    shape: tuple[int, int, int],
    box: tuple[slice, slice],
) -> NDArray[np.float32] | NDArray[np.float64]:
    """Read some rows and columns of all planes.

    Parameters
    ----------
    path : Path
        Not compressed.
    start : int
        Byte at which the pixels begin.
    bitpix : int
        Their type, as FITS names it.
    shape : (int, int, int)
        n_wave, n_y, n_x of the cube.
    box : (slice, slice)
        Rows and columns, not empty.

    Returns
    -------
    ndarray of shape (n_wave, n_rows, n_columns)
        Of float32 where the file has that, else of float64.

    Raises
    ------
    Unreadable
        If the file ends before its pixels do.
    OSError
        If it cannot be read.
    """
    rows, columns = box
    kind = np.dtype(TYPES[bitpix])
    n_wave, n_y, n_x = shape
    n_rows, n_columns = rows.stop - rows.start, columns.stop - columns.start
    n_pixels = (n_rows - 1) * n_x + n_columns  # from the first of the box to the last of a plane
    first = start + kind.itemsize * (rows.start * n_x + columns.start)
    pixels: np.ndarray = np.empty(
        (n_wave, n_rows, n_columns), np.float32 if bitpix == SINGLE else np.float64
    )
    strides = n_x * kind.itemsize, kind.itemsize

    def read(planes: range) -> None:
        with path.open("rb", buffering=0) as stream:
            for plane in planes:
                stream.seek(first + kind.itemsize * plane * n_y * n_x)
                piece = stream.read(n_pixels * kind.itemsize)
                if piece is None or len(piece) < n_pixels * kind.itemsize:
                    raise Unreadable("ends before its pixels do; fetch it again")
                pixels[plane] = np.ndarray((n_rows, n_columns), kind, piece, strides=strides)

    parts = [range(n_wave)[i : i + PLANES] for i in range(0, n_wave, PLANES)]
    with ThreadPoolExecutor(N_READERS) as readers:
        for done in [readers.submit(read, part) for part in parts]:
            done.result()
    return pixels
