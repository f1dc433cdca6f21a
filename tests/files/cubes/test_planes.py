"""Boxes out of planes: the same pixels as astropy's, whatever their type and place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from moosegui.files.content import Unreadable
from moosegui.files.cubes.planes import TYPES, read_planes

SHAPE = (301, 7, 11)


def write(path: Path, bitpix: int) -> tuple[int, np.ndarray]:
    """Write a cube behind another image; return where its pixels begin, and the pixels."""
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 200, SHAPE).astype(np.dtype(TYPES[bitpix]).newbyteorder("="))
    hdus = [fits.PrimaryHDU(), fits.ImageHDU(np.ones((5, 5)), name="A"), fits.ImageHDU(pixels)]
    fits.HDUList(hdus).writeto(path)
    with fits.open(path) as written:
        return int(written[2].fileinfo()["datLoc"]), pixels


@pytest.mark.parametrize("bitpix", sorted(TYPES))
@pytest.mark.parametrize(
    "box",
    [
        (slice(2, 5), slice(3, 9)),
        (slice(0, 7), slice(0, 11)),
        (slice(6, 7), slice(10, 11)),
        (slice(0, 1), slice(0, 1)),
    ],
)
def test_that_a_box_has_the_pixels_of_the_file(
    tmp_path: Path, bitpix: int, box: tuple[slice, slice]
) -> None:
    start, pixels = write(tmp_path / "cube.fits", bitpix)

    found = read_planes(tmp_path / "cube.fits", start, bitpix, SHAPE, box)

    np.testing.assert_array_equal(found, pixels[:, box[0], box[1]])
    assert found.dtype == (np.float32 if bitpix == -32 else np.float64)


def test_that_a_cube_that_was_cut_off_is_refused(tmp_path: Path) -> None:
    start, pixels = write(tmp_path / "cube.fits", -32)
    with (tmp_path / "cube.fits").open("r+b") as stream:
        stream.truncate(start + pixels.nbytes - 4)

    with pytest.raises(Unreadable, match="ends before"):
        read_planes(tmp_path / "cube.fits", start, -32, SHAPE, (slice(5, 7), slice(9, 11)))
    whole = read_planes(tmp_path / "cube.fits", start, -32, SHAPE, (slice(0, 2), slice(0, 2)))
    np.testing.assert_array_equal(whole, pixels[:, :2, :2])
