"""Line images: where the light of a line lies, and how sure that is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from small_cube import SOURCES, write_cube

from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.sky.cube import CubeBox
from moosegui.files.cubes.cube import open_cube
from moosegui.fit.sky.line_image import Band, band_of, line_image, stack

FIRST, BLEND, THIRD = SOURCES


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cube(tmp_path_factory.mktemp("cube") / "cube.fits")


def box_of(path: Path, source) -> CubeBox:
    return open_cube(path).box(*source.position)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: str(source.source_id))
def test_that_a_line_is_centred_on_its_source(path: Path, source) -> None:
    name = max(source.lines, key=source.lines.get)

    image = line_image(box_of(path, source), band_of(LINES_BY_NAME[name], source.redshift), name)

    assert image.snr > 10
    assert image.distance < 0.1
    assert image.size == pytest.approx(0.75, abs=0.3)


def test_that_the_flux_of_a_line_is_that_which_was_planted(path: Path) -> None:
    image = line_image(box_of(path, FIRST), band_of(LINES_BY_NAME["OII3726"], 0.42), "[O II]")

    box = box_of(path, FIRST)
    aperture = box.within(1.2)
    flux, sigma = image.pixels[aperture].sum(), np.sqrt(image.variance[aperture].sum())
    assert abs(flux - sum(FIRST.lines.values())) < 4.0 * sigma + 0.02 * flux


def test_that_a_neighbours_line_lies_on_the_neighbour(path: Path) -> None:
    image = line_image(box_of(path, FIRST), band_of(LINES_BY_NAME["LYA"], BLEND.redshift), "Lyα")

    assert (image.east, image.north) == pytest.approx((BLEND.east, BLEND.north), abs=0.12)
    assert image.peak_snr > 2.0 * abs(image.snr)
    assert image.title == f"Lyα {image.peak_snr:.1f}σ at 1.8″"


def test_that_continuum_is_no_line(path: Path) -> None:
    middle = 5600.0
    band = Band((middle - 4, middle + 4), (middle - 47, middle - 7), (middle + 7, middle + 47))

    image = line_image(box_of(path, FIRST), band, "nothing")

    assert abs(image.snr) < 4.0


def test_that_places_of_noise_are_not_said() -> None:
    rng = np.random.default_rng(5)
    wave = 5000.0 + 1.25 * np.arange(120)
    shape = (wave.size, 30, 30)
    offsets = np.array([[-0.2, 0.0], [0.0, 0.2]])
    band = Band((5070.0, 5078.0), (5027.0, 5067.0), (5081.0, 5121.0))
    ivar = np.ones(shape, dtype=np.float32)

    found = [
        line_image(
            CubeBox(wave, rng.normal(size=shape).astype(np.float32), ivar, (14.5, 14.5), offsets),
            band,
            "noise",
        )
        for _ in range(60)
    ]

    snr = np.array([image.snr for image in found])
    assert 0.75 < snr.std() < 1.25
    assert sum(np.isfinite(image.distance) for image in found) <= 3


def test_that_several_lines_say_more_than_one(path: Path) -> None:
    box = box_of(path, THIRD)
    images = [line_image(box, band_of(LINES_BY_NAME[n], 0.1), n) for n in THIRD.lines]

    together = stack(box, images, "all", expected=list(THIRD.lines.values()))

    best = max(image.snr for image in images)
    assert best < together.snr < np.sqrt(sum(image.snr**2 for image in images)) * 1.05


def test_that_a_line_without_data_has_no_place(path: Path) -> None:
    image = line_image(box_of(path, FIRST), band_of(LINES_BY_NAME["HALPHA"], 0.42), "Hα")

    assert np.isnan(image.snr)
    assert image.title == "Hα: no data"


@pytest.mark.parametrize("name", ["HALPHA", "OII3726"])
def test_that_a_widened_band_grows_around_its_line(name: str) -> None:
    line = LINES_BY_NAME[name]
    usual, wide = band_of(line, 0.4), band_of(line, 0.4, 2.0)

    assert wide.on[1] - wide.on[0] == pytest.approx(2.0 * (usual.on[1] - usual.on[0]))
    assert sum(wide.on) == pytest.approx(sum(usual.on))
    assert wide.blue[1] < wide.on[0] < wide.on[1] < wide.red[0]
