"""The asymmetry of a line, on injected lines."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.asymmetry import line_asymmetry

WAVE = np.arange(4750.0, 9350.0, 1.25)
CENTRE, SIGMA, NOISE = 5230.3, 2.5, 1.0


def spectrum(
    seed: int | None, *, red_wing: float = 1.0, height: float = 20.0, centre: float = CENTRE
) -> Spectrum:
    """A Gaussian whose red side is wider, on a constant continuum."""
    sigma = np.where(centre < WAVE, SIGMA * red_wing, SIGMA)
    flux = height * np.exp(-0.5 * ((WAVE - centre) / sigma) ** 2) + 2.0
    if seed is not None:
        flux = flux + NOISE * np.random.default_rng(seed).standard_normal(WAVE.size)
    return Spectrum(WAVE, flux, np.full(WAVE.size, NOISE**-2))


@pytest.mark.parametrize("offset", [0.0, 0.3, 0.6, 0.9])
def test_that_a_symmetric_line_has_none_wherever_it_falls_on_the_pixels(offset: float) -> None:
    asymmetry, _ = line_asymmetry(spectrum(None, centre=CENTRE + offset), CENTRE)

    assert asymmetry == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("red_wing", [1.5, 2.0])
def test_that_a_red_wing_has_the_asymmetry_of_its_areas(red_wing: float) -> None:
    asymmetry, _ = line_asymmetry(spectrum(None, red_wing=red_wing, height=200.0), CENTRE)

    before_the_pixels = (red_wing - 1) / (red_wing + 1)
    assert 0.6 * before_the_pixels < asymmetry < before_the_pixels


def test_that_the_error_is_that_of_repeated_observations() -> None:
    measured = np.array([line_asymmetry(spectrum(seed), CENTRE) for seed in range(150)])

    scatter, claimed = np.std(measured[:, 0]), np.median(measured[:, 1])

    assert claimed == pytest.approx(scatter, rel=0.35)


def test_that_a_weak_line_has_no_asymmetry() -> None:
    assert np.isnan(line_asymmetry(spectrum(1, height=1.0), CENTRE)[0])


def test_that_a_masked_line_has_no_asymmetry() -> None:
    whole = spectrum(None)
    ivar = np.where(np.abs(WAVE - CENTRE) < 3.0, 0.0, whole.ivar)

    assert np.isnan(line_asymmetry(Spectrum(WAVE, whole.flux, ivar), CENTRE)[0])


@pytest.mark.parametrize("wave", [4700.0, 4751.0, 9349.0, 9500.0])
def test_that_a_line_at_the_edge_or_outside_has_no_asymmetry(wave: float) -> None:
    assert np.isnan(line_asymmetry(spectrum(None), wave)[0])
