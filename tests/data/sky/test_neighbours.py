"""Which sources lie close on the sky."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.catalogue import Source
from moosegui.data.sky.neighbours import SkyPositions

ANGLES = st.tuples(st.floats(0.0, 360.0), st.floats(-90.0, 90.0))


def at(key: str, ra: float, dec: float) -> Source:
    return Source(key, key, 0, ra=ra, dec=dec)


@given(ANGLES, st.tuples(st.floats(-3e-3, 3e-3), st.floats(-3e-3, 3e-3)))
def test_that_distances_are_those_on_the_sphere(
    here: tuple[float, float], offset: tuple[float, float]
) -> None:
    dec = float(np.clip(here[1] + offset[1], -90.0, 90.0))
    first, second = at("1", *here), at("2", here[0] + offset[0], dec)
    expected = SkyCoord(first.ra, first.dec, unit="deg").separation(
        SkyCoord(second.ra, second.dec, unit="deg")
    )

    (found,) = SkyPositions([first, second]).around(first, 60.0)

    assert found.distance == pytest.approx(expected.arcsec, abs=1e-5)


def test_that_the_nearest_comes_first_and_the_far_ones_not_at_all() -> None:
    sources = [at("a", 10.0, 0.0), at("b", 10.001, 0.0), at("c", 10.0005, 0.0), at("d", 11.0, 0.0)]

    found = SkyPositions(sources).around(sources[0], 5.0)

    assert [neighbour.source.key for neighbour in found] == ["c", "b"]


def test_that_a_source_without_position_has_no_neighbours_and_is_none() -> None:
    lost, other = at("a", np.nan, np.nan), at("b", 10.0, 0.0)
    positions = SkyPositions([lost, other])

    assert positions.around(lost, 1e9) == positions.around(other, 1e9) == ()


def test_that_a_source_that_is_asked_for_again_is_no_neighbour() -> None:
    first, near = Source("1", "1", 0, ra=10.0, dec=0.0), Source("2", "2", 1, ra=10.0002, dec=0.0)
    again = Source("7", "7", 0, ra=10.0, dec=0.0, is_repeat=True)

    sky = SkyPositions((first, near, again))

    assert [one.source.key for one in sky.around(first, 5.0)] == ["2"]
    assert [one.source.key for one in sky.around(again, 5.0)] == ["2"]
    assert [one.source.key for one in sky.around(near, 5.0)] == ["1"]
