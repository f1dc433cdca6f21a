"""The redshift of a doublet whose members are of unequal strength."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.grids import shifted_redshift, velocity_difference
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.doublet import refine_doublet
from moosegui.fit.lines.matched_filter import line_width

BLUE, RED = LINES_BY_NAME["OII3726"], LINES_BY_NAME["OII3729"]
TRUTH = 0.8441


def doublet(ratio: float, *, height: float = 40.0, seed: int = 3) -> Spectrum:
    """[O II] at `TRUTH` on a slope, the red member `ratio` times as strong, noise of 1."""
    wave = np.arange(6500.0, 7300.0, 1.25)
    flux = 5.0 + 0.002 * (wave - 6900.0) + np.random.default_rng(seed).normal(0.0, 1.0, wave.size)
    for line, strength in ((BLUE, 1.0), (RED, ratio)):
        centre = line.observed(TRUTH)
        flux += height * strength * np.exp(-0.5 * ((wave - centre) / line_width(centre)) ** 2)
    return Spectrum(wave, flux, np.ones_like(wave))


@pytest.mark.parametrize("ratio", [0.4, 1.0, 1.5])
@pytest.mark.parametrize("offset", [-100.0, 0.0, 120.0])
def test_that_the_ratio_of_the_members_does_not_move_the_redshift(
    ratio: float, offset: float
) -> None:
    redshift, error = refine_doublet(doublet(ratio), BLUE, shifted_redshift(TRUTH, offset))

    assert abs(velocity_difference(redshift, TRUTH)) < 8.0
    assert abs(redshift - TRUTH) < 5.0 * error


def test_that_absorption_is_refined_too() -> None:
    upright = doublet(1.2)
    upside_down = Spectrum(upright.wave, 100.0 - upright.flux, upright.ivar)

    redshift, _ = refine_doublet(upside_down, RED, TRUTH + 1e-4, is_emission=False)

    assert abs(velocity_difference(redshift, TRUTH)) < 8.0


def test_that_the_error_grows_with_the_noise() -> None:
    _, strong = refine_doublet(doublet(1.3, height=80.0), BLUE, TRUTH)
    _, weak = refine_doublet(doublet(1.3, height=20.0), BLUE, TRUTH)

    assert 2.5 < weak / strong < 6.5


@pytest.mark.parametrize("line", [LINES_BY_NAME["HALPHA"], BLUE])
def test_that_a_guess_stays_where_nothing_can_be_refined(line) -> None:
    redshift, error = refine_doublet(doublet(1.0), line, 0.3)

    assert redshift == 0.3
    assert np.isnan(error)
