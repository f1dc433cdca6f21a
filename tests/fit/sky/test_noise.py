"""The noise that spaxels share, from the box itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import convolve

from moosegui.data.sky.cube import CubeBox
from moosegui.fit.sky.noise import noise_factor

N_WAVE, SIDE = 1000, 30


def box_of(*, blur: float, level: float = 1.0) -> CubeBox:
    """Return noise of variance 1 that neighbours share, and inverse variances for `level`."""
    rng = np.random.default_rng(4)
    flux = rng.normal(size=(N_WAVE, SIDE, SIDE))
    kernel = np.array([[0, blur, 0], [blur, 1.0, blur], [0, blur, 0]])
    flux = np.array([convolve(plane, kernel) for plane in flux]) / np.sqrt((kernel**2).sum())
    ivar = np.full(flux.shape, level**-2, dtype=np.float32)
    offsets = np.array([[-0.2, 0.0], [0.0, 0.2]])
    wave = 5000.0 + 1.25 * np.arange(N_WAVE)
    return CubeBox(wave, flux.astype(np.float32), ivar, (14.5, 14.5), offsets)


def test_that_noise_of_its_own_in_every_spaxel_needs_no_factor() -> None:
    factor = noise_factor(box_of(blur=0.0))

    assert factor == pytest.approx(1.0, abs=0.08)


def test_that_shared_noise_is_found() -> None:
    # the sum of a kernel over its norm, for a source that is wider than it
    factor = noise_factor(box_of(blur=0.2))

    assert factor == pytest.approx(1.8 / np.sqrt(1.16), rel=0.15)


def test_that_variances_that_are_too_small_are_found_too() -> None:
    factor = noise_factor(box_of(blur=0.0, level=0.5))

    assert factor == pytest.approx(2.0, rel=0.1)


def test_that_too_few_spaxels_say_nothing() -> None:
    whole = box_of(blur=0.2)
    few = CubeBox(whole.wave, whole.flux[:, :5, :5], whole.ivar[:, :5, :5], (2, 2), whole.offsets)

    assert noise_factor(few) == 1.0
