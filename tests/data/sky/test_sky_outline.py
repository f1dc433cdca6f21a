"""The outline of an object on the sky."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.sky.sky_outline import SkyOutline

NORTH_UP = np.diag([-0.2, 0.2])  # arcseconds a pixel, east to the left


def outline(inside: np.ndarray, offsets: np.ndarray = NORTH_UP) -> SkyOutline:
    return SkyOutline("object", inside, (2.0, 2.0), offsets)


def test_that_one_pixel_has_four_sides_around_it() -> None:
    inside = np.zeros((5, 5), dtype=bool)
    inside[2, 2] = True

    edges = outline(inside).edges()

    assert edges.shape == (4, 2, 2)
    np.testing.assert_allclose(np.abs(edges), 0.1, atol=1e-12)


def test_that_sides_between_pixels_of_the_object_are_not_drawn() -> None:
    inside = np.zeros((5, 5), dtype=bool)
    inside[1:4, 1:3] = True

    edges = outline(inside).edges()

    lengths = np.linalg.norm(edges[:, 1] - edges[:, 0], axis=1)
    assert lengths.sum() == pytest.approx(0.2 * 10)  # around three by two pixels


def test_that_an_object_reaches_the_edge_of_its_image() -> None:
    edges = outline(np.ones((5, 5), dtype=bool)).edges()

    assert len(edges) == 20
    np.testing.assert_allclose(np.abs(edges).max(), 0.5)


def test_that_a_turned_image_has_a_turned_outline() -> None:
    inside = np.zeros((5, 5), dtype=bool)
    inside[2, 4] = True  # two pixels along x
    quarter = np.array([[0.0, -0.2], [-0.2, 0.0]])

    edges = outline(inside, quarter).edges()

    np.testing.assert_allclose(edges.mean(axis=(0, 1)), [0.0, -0.4], atol=1e-12)
