"""Where the light of each galaxy of a model lies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_cube import SOURCES, Planted, spectrum_of, write_cube

from moosegui.data.sky.cube import CubeBox
from moosegui.files.cubes.cube import open_cube
from moosegui.fit.sky.components import component_maps, gain_apart, weigh_place

FIRST, BESIDE, _ = SOURCES
PAIR = (FIRST, replace(BESIDE, east=0.4, north=0.2))


def box_of(folder: Path, *sources: Planted) -> CubeBox:
    cube = open_cube(write_cube(folder / "cube.fits", sources=sources))
    return cube.box(*FIRST.position)


def test_that_each_galaxy_of_a_blend_is_found_at_its_own_place(tmp_path: Path) -> None:
    box = box_of(tmp_path, *PAIR)

    maps = component_maps(box, [spectrum_of(one, box.wave) for one in PAIR])

    for found, planted in zip(maps, PAIR, strict=True):
        assert found is not None
        assert np.hypot(found.east - planted.east, found.north - planted.north) < 0.1
    assert gain_apart(box, *maps) > 100


def test_that_what_a_model_lacks_lies_on_its_galaxy(tmp_path: Path) -> None:
    box = box_of(tmp_path, FIRST)
    whole = spectrum_of(FIRST, box.wave)
    lacking = np.where(box.wave < 5294.0, whole, FIRST.continuum)  # half of the doublet

    maps = component_maps(box, [lacking, whole - lacking])

    best = weigh_place(box, maps[1]).best
    assert best > 20
    assert gain_apart(box, *maps) < 0.03 * best**2


def test_that_the_map_has_the_amplitude_of_the_model(tmp_path: Path) -> None:
    box = box_of(tmp_path, FIRST)

    (found,) = component_maps(box, [spectrum_of(FIRST, box.wave)])

    assert found is not None
    assert float(found.pixels[box.within(1.2)].sum()) == pytest.approx(1.0, abs=0.05)


def test_that_a_model_without_features_has_no_map(tmp_path: Path) -> None:
    box = box_of(tmp_path, FIRST)

    (found,) = component_maps(box, [np.full(box.wave.size, 7.0)])

    assert found is None
    assert weigh_place(box, found).best == 0.0


def test_that_one_spaxel_is_not_compact(tmp_path: Path) -> None:
    box = box_of(tmp_path, FIRST)
    line = np.exp(-0.5 * ((box.wave - 5800.0) / 2.0) ** 2)
    row, column = np.unravel_index(int(np.argmin(np.hypot(*box.offsets_of_pixels()))), box.shape)
    struck = box.flux.copy()
    struck[:, row, column] += 60.0 * line.astype(np.float32)

    (source,) = component_maps(box, [spectrum_of(FIRST, box.wave)])
    (cosmic,) = component_maps(replace(box, flux=struck), [line])

    assert weigh_place(box, source).compactness > 0.5
    assert weigh_place(box, cosmic).compactness < 0.0
