"""Velocities of a line over a box."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cube import SOURCES, write_cube

from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.sky.cube import CubeBox
from moosegui.files.cubes.cube import open_cube
from moosegui.fit.sky.line_image import SPEED_OF_LIGHT, band_of, line_image
from moosegui.fit.sky.moments import velocity_map

GALAXY = SOURCES[0]
SLOPE = 40.0  # km/s an arcsecond to the east


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> CubeBox:
    """A box in which the light of a bright line turns about the north."""
    path = write_cube(tmp_path_factory.mktemp("cube") / "cube.fits", sources=(GALAXY,))
    still = open_cube(path).box(*GALAXY.position)
    east, _ = still.offsets_of_pixels()
    centre = LINES_BY_NAME["OII3729"].observed(GALAXY.redshift) - 2.0
    moved = centre * (1.0 + SLOPE * east / SPEED_OF_LIGHT)
    line = 400.0 * np.exp(-0.5 * ((still.wave[:, None, None] - moved) / 1.5) ** 2)
    light = np.exp(-0.5 * (np.hypot(*still.offsets_of_pixels()) / 0.8) ** 2)
    return replace(still, flux=(still.flux + line * light).astype(np.float32))


def test_that_a_turning_disc_has_its_slope(box: CubeBox) -> None:
    band = band_of(LINES_BY_NAME["OII3729"], GALAXY.redshift)
    east, _ = box.offsets_of_pixels()

    found = velocity_map(box, line_image(box, band, "[O II]"))

    near = np.isfinite(found) & box.within(1.0)
    slope = np.polyfit(east[near], found[near], 1)[0]
    assert near.sum() > 20
    assert slope == pytest.approx(SLOPE, rel=0.3)


def test_that_noise_has_no_velocity(box: CubeBox) -> None:
    band = band_of(LINES_BY_NAME["HBETA"], 0.2)

    found = velocity_map(box, line_image(box, band, "Hβ"))

    assert not np.isfinite(found).any()
