"""Images of a source: which are taken, and where things lie on them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.sky.sky_image import SkyImage
from moosegui.files.sources.images import read_images, read_outlines

HERE = (53.1, -27.8)
NOWHERE = (float("nan"), float("nan"))


def sky_header(*, angle: float = 0.0, pixel: float = 0.2) -> fits.Header:
    """North up turned by an angle in degrees, the source at (10, 20) counted from 1."""
    c, s = np.cos(np.radians(angle)) * pixel / 3600, np.sin(np.radians(angle)) * pixel / 3600
    header = fits.Header({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CUNIT1": "deg"})
    header.update({"CUNIT2": "deg", "CRVAL1": HERE[0], "CRVAL2": HERE[1], "CRPIX1": 10.0})
    header.update({"CRPIX2": 20.0, "CD1_1": -c, "CD1_2": s, "CD2_1": s, "CD2_2": c})
    return header


def write(
    path: Path, *names: str, header: fits.Header | None = None, shape=(30, 25)
) -> SpectrumRef:
    header = sky_header() if header is None else header
    primary = fits.PrimaryHDU(header=fits.Header({"RA": HERE[0], "DEC": HERE[1]}))
    images = [
        fits.ImageHDU(np.full(shape, i + 1.0), header, f"IMA_{name}_DATA")
        for i, name in enumerate(names)
    ]
    fits.HDUList([primary, *images]).writeto(path)
    return SpectrumRef(path)


def test_that_one_image_of_each_kind_comes_first(tmp_path: Path) -> None:
    ref = write(
        tmp_path / "s.fits", "HST_F606W", "MASK_OBJ", "NB_LYALPHA", "MUSE_WHITE", "HST_F814W"
    )

    names = [image.name for image in read_images(ref, HERE)]

    assert names == ["white", "NB LYALPHA", "HST F606W", "HST F814W"]


def test_that_masks_and_segmentations_are_no_images(tmp_path: Path) -> None:
    ref = write(tmp_path / "s.fits", "MASK_OBJ", "ORI_SEGMAP_LABEL", "EXPMAP")

    assert read_images(ref, HERE) == ()


@pytest.mark.parametrize("angle", [0.0, 42.0, 180.0])
def test_that_the_source_and_north_are_found_whatever_the_rotation(
    tmp_path: Path, angle: float
) -> None:
    ref = write(tmp_path / "s.fits", "MUSE_WHITE", header=sky_header(angle=angle))

    (image,) = read_images(ref, HERE)
    x, y = image.place(0.0, 1.0)

    assert image.centre == pytest.approx((9.0, 19.0), abs=1e-4)
    assert image.pixel_size == pytest.approx(0.2)
    expected = 5.0 * np.array([np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    assert (x - 9.0, y - 19.0) == pytest.approx(tuple(expected), abs=1e-3)


def test_that_the_file_says_where_the_source_is_when_the_catalogue_does_not(
    tmp_path: Path,
) -> None:
    (image,) = read_images(write(tmp_path / "s.fits", "MUSE_WHITE"), NOWHERE)

    assert image.centre == pytest.approx((9.0, 19.0), abs=1e-4)


def test_that_an_image_without_directions_is_left_out(tmp_path: Path) -> None:
    ref = write(tmp_path / "s.fits", "MUSE_WHITE", header=fits.Header())

    assert read_images(ref, HERE) == ()


def test_that_a_whole_field_is_no_cut_out(tmp_path: Path) -> None:
    ref = write(tmp_path / "s.fits", "MUSE_WHITE", shape=(3, 1200))

    assert read_images(ref, HERE) == ()


@pytest.mark.parametrize("content", [b"", b"no FITS file", b"SIMPLE  =" + b" " * 3000])
def test_that_what_cannot_be_read_has_no_images(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.fits"
    path.write_bytes(content)

    assert read_images(SpectrumRef(path), HERE) == ()
    assert read_images(SpectrumRef(tmp_path / "none.fits"), HERE) == ()


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(0, 360), st.floats(0.02, 1.0))
def test_that_places_and_offsets_are_inverse(
    east: float, north: float, angle: float, pixel: float
) -> None:
    c, s = pixel * np.cos(np.radians(angle)), pixel * np.sin(np.radians(angle))
    image = SkyImage("white", np.zeros((9, 9)), (4.0, 5.0), np.array([[-c, s], [s, c]]))

    x, y = image.place(east, north)

    back = image.offsets @ np.array([x - 4.0, y - 5.0])
    assert back == pytest.approx((east, north), abs=1e-9)


def test_that_grey_levels_keep_the_order_and_show_faint_things() -> None:
    pixels = np.random.default_rng(4).normal(0.0, 1.0, (40, 40))
    pixels[20, 20], pixels[5, 5], pixels[0, 0] = 1000.0, 8.0, np.nan

    levels = SkyImage("white", pixels, (20.0, 20.0), np.eye(2)).grey_levels()

    assert levels[20, 20] == 1.0
    assert levels[5, 5] > 3 * np.median(levels)
    assert levels[0, 0] == 0.0


def test_that_pixels_without_an_area_are_refused() -> None:
    with pytest.raises(ValueError, match="without an area"):
        SkyImage("white", np.zeros((3, 3)), (1.0, 1.0), np.zeros((2, 2)))


def test_that_the_second_of_each_kind_follows_the_first_of_all(tmp_path: Path) -> None:
    ref = write(tmp_path / "s.fits", "HST_F606W", "HST_F814W", "MUSE_WHITE", "NB_A", "NB_B")

    names = [image.name for image in read_images(ref, HERE)]

    assert names == ["white", "NB A", "HST F606W", "NB B", "HST F814W"]


def with_pixels(path: Path, name: str, pixels: np.ndarray) -> SpectrumRef:
    header = fits.Header({"RA": HERE[0], "DEC": HERE[1]})
    image = fits.ImageHDU(pixels, sky_header(), f"IMA_{name}_DATA")
    fits.HDUList([fits.PrimaryHDU(header=header), image]).writeto(path)
    return SpectrumRef(path)


def test_that_a_segmentation_outlines_the_label_of_the_source(tmp_path: Path) -> None:
    labels = np.zeros((30, 25))
    labels[17:22, 7:12], labels[2:4, 2:4] = 7, 3  # the source is at row 19, column 9

    (found,) = read_outlines(with_pixels(tmp_path / "s.fits", "SEG_MUSE_WHITE", labels), HERE)

    assert (found.name, int(found.inside.sum())) == ("segment", 25)


def test_that_a_mask_outlines_all_that_it_holds(tmp_path: Path) -> None:
    mask = np.zeros((30, 25))
    mask[10:12, 3:5] = 1

    (found,) = read_outlines(with_pixels(tmp_path / "s.fits", "ORI_MASK_OBJ", mask), HERE)

    assert (found.name, int(found.inside.sum())) == ("object", 4)


@pytest.mark.parametrize("name", ["SEG_MUSE_WHITE", "MASK_OBJ", "MASK_SKY"])
def test_that_nothing_is_outlined_where_nothing_is_said(tmp_path: Path, name: str) -> None:
    ref = with_pixels(tmp_path / "s.fits", name, np.zeros((30, 25)))

    assert read_outlines(ref, HERE) == ()
