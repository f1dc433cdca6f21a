"""Distances on the sky: one formula, right at small ones, at the poles and across 0 degrees."""

from __future__ import annotations

import astropy.units as u
import numpy as np
import pytest
from astropy.coordinates import SkyCoord

from moosegui.data.sky.neighbours import angular_distance


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ((53.1, -27.8), (53.1001, -27.8001)),
        ((359.9999, 10.0), (0.0001, 10.0)),
        ((12.0, 89.9999), (192.0, 89.9999)),
        ((10.0, -5.0), (190.0, 5.0)),
    ],
)
def test_that_distances_are_those_of_astropy(
    here: tuple[float, float], there: tuple[float, float]
) -> None:
    expected = SkyCoord(*here, unit="deg").separation(SkyCoord(*there, unit="deg"))

    found = angular_distance(*here, *there)

    assert found == pytest.approx(expected.to_value(u.arcsec), rel=1e-7)


def test_that_an_unknown_position_is_nowhere() -> None:
    found = angular_distance(np.array([53.1, np.nan]), np.array([-27.8, -27.8]), 53.1, -27.8)

    assert found[0] == 0.0
    assert np.isnan(found[1])
