"""Cubes: which files hold one, and that a box holds the spaxels around a position."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS
from small_cube import N_WAVE, SIDE, SOURCES, write_cube

from moosegui.data.medium import air_to_vacuum
from moosegui.errors import InputError
from moosegui.files.cubes.cube import open_cube, read_segments

NOWHERE = (float("nan"), float("nan"))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cube(tmp_path_factory.mktemp("cube") / "cube.fits")


def test_that_a_box_has_the_pixels_of_the_file(path: Path) -> None:
    cube = open_cube(path)
    ra, dec = SOURCES[1].position

    box = cube.box(ra, dec, side=3.0)

    pixels, variance = fits.getdata(path, "DATA"), fits.getdata(path, "STAT")
    x, y = WCS(fits.getheader(path, "DATA")).celestial.all_world2pix(ra, dec, 0)
    column, row = round(x - box.centre[0]), round(y - box.centre[1])
    n_y, n_x = box.shape
    expected = pixels[:, row : row + n_y, column : column + n_x]
    assert np.array_equal(box.flux, expected)
    assert box.ivar == pytest.approx(
        1.0 / variance[:, row : row + n_y, column : column + n_x], rel=1e-6
    )
    assert box.wave == pytest.approx(air_to_vacuum(4750.0 + 1.25 * np.arange(N_WAVE)))


def test_that_directions_are_those_of_the_sky(path: Path) -> None:
    cube, source = open_cube(path), SOURCES[1]
    box = cube.box(*SOURCES[0].position)
    east, north = box.offsets_of_pixels()

    x, y = cube.place(*source.position)
    x0, y0 = cube.place(*SOURCES[0].position)
    row, column = round(box.centre[1] + y - y0), round(box.centre[0] + x - x0)

    assert (east[row, column], north[row, column]) == pytest.approx(
        (source.east, source.north), abs=0.6 * box.pixel_size
    )


def test_that_spaxels_without_data_have_no_weight(path: Path) -> None:
    box = open_cube(path).box(*NOWHERE, side=60.0)

    assert box.shape == (SIDE, SIDE)
    assert not box.ivar[:, 3, 5].any()
    assert not box.flux[:, 3, 5].any()
    assert np.count_nonzero(box.ivar == 0) == N_WAVE


def test_that_marked_pixels_have_no_weight(path: Path, tmp_path: Path) -> None:
    marked = tmp_path / "marked.fits"
    quality = np.zeros((N_WAVE, SIDE, SIDE), dtype=np.uint8)
    quality[7, 20, 21] = 4
    with fits.open(path) as hdus:
        fits.HDUList([*hdus, fits.ImageHDU(quality, name="DQ")]).writeto(marked)

    box = open_cube(marked).box(*NOWHERE, side=60.0)

    assert box.ivar[7, 20, 21] == 0 < box.ivar[7, 20, 20]


def test_that_integers_are_scaled_and_missing_variances_estimated(
    path: Path, tmp_path: Path
) -> None:
    scaled = tmp_path / "scaled.fits"
    pixels = np.nan_to_num(fits.getdata(path, "DATA"))
    hdu = fits.ImageHDU(pixels.astype(np.float32), fits.getheader(path, "DATA"), name="DATA")
    hdu.scale("int16", bscale=0.05, bzero=100.0)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(scaled)

    box = open_cube(scaled).box(*NOWHERE, side=60.0)

    assert box.flux == pytest.approx(pixels, abs=0.03)
    assert np.median(box.ivar) ** -0.5 == pytest.approx(2.0, rel=0.1)


def test_that_a_position_outside_is_refused_in_a_sentence(path: Path) -> None:
    with pytest.raises(InputError, match=r"does not reach RA 53\.30000, Dec -27\.78000"):
        open_cube(path).box(53.3, -27.78)


def test_that_a_spectrum_is_no_cube(tmp_path: Path) -> None:
    spectrum = tmp_path / "spectrum.fits"
    fits.PrimaryHDU(np.arange(10.0)).writeto(spectrum)

    with pytest.raises(InputError, match="holds no cube"):
        open_cube(spectrum)


def test_that_an_image_stack_without_directions_is_refused(tmp_path: Path) -> None:
    stack = tmp_path / "stack.fits"
    hdu = fits.ImageHDU(np.zeros((9, 8, 7), np.float32), name="DATA")
    hdu.header["CTYPE3"], hdu.header["CUNIT3"] = "AWAV", "Angstrom"
    hdu.header["CRVAL3"], hdu.header["CDELT3"] = 5000.0, 1.25
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(stack)

    with pytest.raises(InputError, match="without directions on the sky"):
        open_cube(stack)


def test_that_segments_lie_where_the_sky_says(path: Path, tmp_path: Path) -> None:
    cube = open_cube(path)
    header = WCS(fits.getheader(path, "DATA")).celestial.to_header()
    header["CRPIX1"] = header["CRPIX1"] + 10.0  # a map that begins ten columns earlier
    segments = np.zeros((SIDE, SIDE + 20), dtype=np.int32)
    segments[12, 25] = 7
    fits.PrimaryHDU(segments, header).writeto(tmp_path / "segmap.fits")

    found = read_segments(tmp_path / "segmap.fits", cube)

    assert found.shape == (SIDE, SIDE)
    assert np.argwhere(found == 7).tolist() == [[12, 15]]


def test_that_the_real_cubes_open(shared_data: Path) -> None:
    folder = shared_data / "real" / "original"

    mosaic = open_cube(folder / "cube_subcub_mosaic.fits")
    of_source = open_cube(folder / "muse_musex_00004.fits")

    assert mosaic.shape == (500, 30, 30)
    assert of_source.data.name == "CUB_MUSE_CUBE_DATA"
    assert of_source.box(*NOWHERE).pixel_size == pytest.approx(0.2, rel=0.01)
