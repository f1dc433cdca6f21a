"""What is seen through an aperture near a source."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cube import SOURCES, write_cube

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.data.sky.aperture import Aperture
from moosegui.data.sky.cube import CubeBox
from moosegui.errors import InputError
from moosegui.files.cubes.cube import open_cube
from moosegui.files.models.basis import read_ensemble
from moosegui.fit.sky.aperture_sums import ApertureSums
from moosegui.fit.sky.extraction import ExtractionOptions, extract
from moosegui.pipeline.cubes.aperture import look_through
from moosegui.pipeline.engine import Engine, make_engine

MIDDLE, _, ASIDE = SOURCES


@pytest.fixture(scope="module")
def engine() -> Engine:
    first, *_ = read_ensemble(resource("basis", DEFAULT_BASIS), None)
    return make_engine(first, ScanSettings(RedshiftGrid(0.0, 1.5, 0.0005)))


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> CubeBox:
    return open_cube(write_cube(tmp_path_factory.mktemp("cube") / "cube.fits")).box(
        *MIDDLE.position
    )


def test_that_an_aperture_on_another_source_has_its_redshift(box: CubeBox, engine: Engine) -> None:
    seen = look_through(ApertureSums.prepare(box), engine, Aperture(ASIDE.east, ASIDE.north, 0.6))

    assert seen.redshift == pytest.approx(ASIDE.redshift, abs=1e-3)
    assert seen.probability > 0.9
    assert np.isfinite(seen.model).any()


def test_that_an_aperture_beside_the_box_is_refused(box: CubeBox, engine: Engine) -> None:
    with pytest.raises(InputError, match="no data in the aperture"):
        look_through(ApertureSums.prepare(box), engine, Aperture(30.0, 0.0, 0.6))


def test_that_the_curve_has_its_minimum_at_the_redshift(box: CubeBox, engine: Engine) -> None:
    seen = look_through(ApertureSums.prepare(box), engine, Aperture(ASIDE.east, ASIDE.north, 0.6))

    lowest = seen.redshifts[np.nanargmin(seen.chi2)]
    assert lowest == pytest.approx(seen.redshift, abs=1e-3)


def test_that_prepared_sums_are_what_extraction_gives(box: CubeBox) -> None:
    options = ExtractionOptions("aperture", 0.6)
    place = (box.centre[0] + 2.3, box.centre[1] - 1.7)

    quick = ApertureSums.prepare(box).spectrum(place, 0.6)
    slow = extract(replace(box, centre=place), options)

    np.testing.assert_allclose(quick.flux, slow.flux, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(quick.ivar, slow.ivar, rtol=1e-4)
