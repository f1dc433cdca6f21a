"""How bright the pixels of an image are drawn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from moosegui.data.sky.sky_image import SkyImage
from moosegui.fit.sky.stretch import LIMITS, STRETCHES, levels_of


def an_image(pixels: np.ndarray) -> SkyImage:
    return SkyImage("white", pixels, (5.0, 5.0), np.diag([-0.2, 0.2]))


def noisy() -> np.ndarray:
    pixels = np.random.default_rng(1).normal(0.0, 1.0, (40, 40))
    pixels[20, 20] = 500.0
    return pixels


@pytest.mark.parametrize(("stretch", "limits"), list(itertools.product(STRETCHES, LIMITS)))
def test_that_brighter_pixels_are_never_drawn_darker(stretch, limits) -> None:
    pixels = noisy()
    pixels[0, 0] = np.nan

    levels = levels_of(an_image(pixels), stretch, limits)

    known = np.isfinite(pixels)
    in_order = levels[known][np.argsort(pixels[known])]
    assert np.all(np.diff(in_order) >= 0)
    assert (levels.min(), levels[0, 0], levels.max()) == (0.0, 0.0, 1.0)


def test_that_limits_decide_what_is_saturated() -> None:
    pixels = noisy()
    pixels[:20, :20] += 20.0

    n_bright = {
        limits: np.count_nonzero(levels_of(an_image(pixels), "linear", limits) == 1)
        for limits in LIMITS
    }

    assert n_bright["min and max"] == 1
    assert 1 < n_bright["99.5 %"] < 0.01 * pixels.size
    assert n_bright["zscale"] < 0.25 * pixels.size


def test_that_a_logarithm_shows_the_faint_more_than_a_line_does() -> None:
    image = an_image(np.linspace(0.0, 1.0, 100).reshape(10, 10))

    middle = {name: levels_of(image, name, "min and max")[5, 0] for name in STRETCHES}

    assert middle["log"] > middle["sqrt"] > middle["linear"]
    assert middle["asinh"] > middle["linear"]


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_that_an_image_of_nothing_is_drawn(limits, value: float) -> None:
    levels = levels_of(an_image(np.full((4, 4), value)), "sqrt", limits)

    assert np.isfinite(levels).all()
