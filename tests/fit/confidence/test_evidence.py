"""How much r(z) is heard, by the wavelengths that a spectrum covers."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.spectrum import Spectrum
from moosegui.fit.confidence.evidence import share_heard

MUSE = np.arange(4750.0, 9350.0, 1.25)


def good_between(start: float, stop: float) -> Spectrum:
    ivar = ((start <= MUSE) & (stop >= MUSE)).astype(np.float64)
    return Spectrum(MUSE, np.ones_like(MUSE), ivar)


@pytest.mark.parametrize(
    ("start", "stop", "share"),
    [(4750.0, 9350.0, 1.0), (5000.0, 9350.0, 1.0), (6000.0, 7000.0, 0.0), (5500.0, 7700.0, 0.51)],
)
def test_that_r_of_z_is_heard_less_where_little_is_covered(
    start: float, stop: float, share: float
) -> None:
    assert share_heard(good_between(start, stop)) == pytest.approx(share, abs=0.02)


def test_that_the_size_of_the_pixels_does_not_count() -> None:
    coarse = np.arange(4800.0, 10_000.0, 5.0)

    assert share_heard(Spectrum(coarse, np.ones_like(coarse), np.ones_like(coarse))) == 1.0
