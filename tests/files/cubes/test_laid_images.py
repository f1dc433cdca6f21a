"""Images of the sky that are laid below a list."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.wcs import WCS

from moosegui.data.sky.sky_image import SkyImage
from moosegui.errors import ExportError, InputError
from moosegui.files.cubes.laid_images import MAX_SIDE, read_laid_image, write_sky_image

HERE = (53.15, -27.78)
SCALE = 0.05  # arcsec


def write_image(
    path: Path, *, side: int = 600, angle: float = 0.0, scale: float = SCALE, **cards: object
) -> tuple[float, float]:
    """Write an image around HERE with one bright pixel; return where on the sky that is."""
    wcs = WCS(naxis=2)
    wcs.wcs.ctype = ["RA---TAN", "DEC--TAN"]
    wcs.wcs.crval, wcs.wcs.crpix = HERE, [side / 2, side / 2]
    turn = np.radians(angle)
    step = scale / 3600.0
    wcs.wcs.cd = step * np.array([[-np.cos(turn), np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    pixels = np.zeros((side, side), dtype=np.float32)
    pixels[side // 2 + 20, side // 2 + 30] = 7.0
    header = wcs.to_header()
    header.update(cards)
    fits.HDUList([fits.PrimaryHDU(), fits.ImageHDU(pixels, header)]).writeto(path)
    ra, dec = wcs.all_pix2world(side // 2 + 30, side // 2 + 20, 0)
    return float(ra), float(dec)


@pytest.mark.parametrize("angle", [0.0, 37.0, 180.0])
def test_that_a_place_is_where_its_coordinates_say(tmp_path: Path, angle: float) -> None:
    bright = write_image(tmp_path / "hst.fits", angle=angle, FILTER="F606W")

    image = read_laid_image(tmp_path / "hst.fits", HERE)

    assert image is not None
    assert image.name == "F606W (hst.fits)"
    east = (bright[0] - HERE[0]) * np.cos(np.radians(HERE[1])) * 3600.0
    x, y = image.place(float(east), (bright[1] - HERE[1]) * 3600.0)
    assert image.pixels[round(y), round(x)] == 7.0
    assert image.pixel_size == pytest.approx(SCALE, rel=1e-3)
    assert max(image.pixels.shape) < 200  # the cut-out, not the field


def test_that_an_image_elsewhere_shows_nothing(tmp_path: Path) -> None:
    write_image(tmp_path / "hst.fits")

    assert read_laid_image(tmp_path / "hst.fits", (54.0, -27.0)) is None
    assert read_laid_image(tmp_path / "hst.fits", (233.15, 27.78)) is None


def test_that_a_very_fine_image_is_thinned(tmp_path: Path) -> None:
    write_image(tmp_path / "fine.fits", side=2500, scale=0.004)

    image = read_laid_image(tmp_path / "fine.fits", HERE)

    assert image is not None
    assert max(image.pixels.shape) <= MAX_SIDE
    assert image.pixel_size * max(image.pixels.shape) == pytest.approx(8.0, abs=0.1)


def test_that_what_is_no_image_is_a_sentence(tmp_path: Path) -> None:
    fits.PrimaryHDU(np.zeros((9, 9))).writeto(tmp_path / "flat.fits")
    (tmp_path / "text.fits").write_text("no fits")

    with pytest.raises(InputError, match="no image with directions"):
        read_laid_image(tmp_path / "flat.fits", HERE)
    for name in ("text.fits", "missing.fits"):
        with pytest.raises(InputError, match="cannot be read"):
            read_laid_image(tmp_path / name, HERE)


def test_that_a_written_image_has_the_directions_of_the_one_on_screen(tmp_path: Path) -> None:
    bright = write_image(tmp_path / "hst.fits", angle=37.0)
    image = read_laid_image(tmp_path / "hst.fits", HERE)
    assert image is not None

    write_sky_image(tmp_path / "sent.fits", image, HERE)

    with fits.open(tmp_path / "sent.fits") as hdus:
        x, y = WCS(hdus[0].header).all_world2pix(*bright, 0)
        assert hdus[0].data[round(float(y)), round(float(x))] == 7.0


def test_that_an_image_without_a_place_is_not_written(tmp_path: Path) -> None:
    image = SkyImage("white", np.eye(3), (1.0, 1.0), np.eye(2))

    with pytest.raises(ExportError, match="position"):
        write_sky_image(tmp_path / "sent.fits", image, (float("nan"), 0.0))
