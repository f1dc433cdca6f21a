"""Regions of a cube: which spaxels are scanned together, and how they are painted."""

from __future__ import annotations

import numpy as np

from moosegui.data.sky.maps import boxes, segments


def test_that_every_spaxel_is_a_region_of_its_own() -> None:
    regions = boxes((3, 4))

    assert regions.n == 12
    assert np.unique(regions.labels).size == 12


def test_that_the_last_boxes_are_smaller() -> None:
    regions = boxes((7, 5), 3)

    assert regions.n == 6
    assert (regions.labels == 5).sum() == 2


def test_that_segments_are_numbered_without_gaps_and_without_the_background() -> None:
    numbers = np.array([[0, 7, 7], [0, 0, 31]])

    regions = segments(numbers)

    assert regions.n == 2
    np.testing.assert_array_equal(regions.labels, [[-1, 0, 0], [-1, -1, 1]])


def test_that_a_map_has_the_value_of_the_region_and_nan_in_none() -> None:
    regions = segments(np.array([[0, 7], [31, 7]]))

    painted = regions.paint(np.array([0.5, 0.25]))

    np.testing.assert_array_equal(painted, [[np.nan, 0.5], [0.25, 0.5]])
