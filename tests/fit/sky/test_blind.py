"""Lines anywhere around a source: whose are they?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_cube import SOURCES, Planted, spectrum_of, write_cube

from moosegui.data.sky.cube import CubeBox
from moosegui.files.cubes.cube import open_cube
from moosegui.fit.sky.blind import BlindLines, find_lines

FIRST, OTHER, _ = SOURCES
LYA = 1215.67


def box_of(folder: Path, *sources: Planted) -> CubeBox:
    return open_cube(write_cube(folder / "cube.fits", sources=sources)).box(*FIRST.position)


def lines_beside_first(box: CubeBox) -> BlindLines:
    return find_lines(box, spectrum_of(FIRST, box.wave), (0.0, 0.0))


@pytest.mark.parametrize(("east", "north"), [(0.5, 0.3), (1.6, 0.8), (-0.4, -1.9)])
def test_that_the_place_of_a_line_is_that_of_its_galaxy_also_further_away(
    tmp_path: Path, east: float, north: float
) -> None:
    bright = replace(OTHER, east=east, north=north, lines={"LYA": 6000.0})

    found = lines_beside_first(box_of(tmp_path, FIRST, bright))

    assert found.apart > 30.0
    assert found.apart_wave == pytest.approx(LYA * (1.0 + OTHER.redshift), abs=4.0)
    assert np.hypot(found.apart_place[0] - east, found.apart_place[1] - north) < 0.25


def test_that_lines_of_the_first_galaxy_are_none(tmp_path: Path) -> None:
    found = lines_beside_first(box_of(tmp_path, FIRST))

    assert found.here > 20.0
    assert found.apart < 30.0
    assert np.hypot(*found.apart_place) < 3.0 + 0.1


def test_that_a_box_that_is_too_small_says_nothing(tmp_path: Path) -> None:
    box = open_cube(write_cube(tmp_path / "cube.fits")).box(*FIRST.position, side=2.0)

    found = lines_beside_first(box)

    assert (found.here, found.apart) == (0.0, 0.0)
    assert np.isnan([found.here_wave, found.apart_wave, *found.apart_place]).all()
