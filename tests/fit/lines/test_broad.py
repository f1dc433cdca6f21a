"""Broad lines are measured as broad, and the narrow ones beside them stay."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.broad import BROAD, rank_broad_lines

REDSHIFT, SIGMA = 1.68, 0.5
WAVE = np.arange(4750.0, 9350.0, 1.25)


def velocity(rest: float) -> np.ndarray:
    return SPEED_OF_LIGHT * (WAVE / (rest * (1.0 + REDSHIFT)) - 1.0)


def quasar(*, absorber: float = 0.0, height: float = 4.0) -> Spectrum:
    """Mg II and C III] with 5000 km/s, an absorber on Mg II, [Ne V]-like [O II] within."""
    flux = np.full(WAVE.size, 10.0) + np.random.default_rng(3).normal(0.0, SIGMA, WAVE.size)
    for rest in (2799.9, 1907.7):
        flux += height * np.exp(-0.5 * (velocity(rest) / 2123.0) ** 2)
    flux -= absorber * np.exp(-0.5 * ((velocity(2799.9) + 900.0) / 120.0) ** 2)
    flux += 5.0 * np.exp(-0.5 * (velocity(LINES_BY_NAME["NEV3427"].wave) / 150.0) ** 2)
    return Spectrum(WAVE, flux, np.full(WAVE.size, SIGMA**-2))


def test_that_the_flux_of_a_broad_line_is_that_of_its_gaussian() -> None:
    found = {one.line.name: one for one in rank_broad_lines(quasar(), REDSHIFT)}

    line = found["MGII2796"]
    expected = 4.0 * np.sqrt(2.0 * np.pi) * line.sigma
    assert line.flux == pytest.approx(expected, abs=3.0 * line.flux_error)
    assert line.snr > 40
    assert line.half_width == 9000.0
    assert {"CIII1907", "MGII2796"} <= found.keys()
    assert "HALPHA" not in found


def test_that_an_absorber_on_a_broad_line_leaves_it_in_emission() -> None:
    found = {one.line.name: one.snr for one in rank_broad_lines(quasar(absorber=8.0), REDSHIFT)}

    assert found["MGII2796"] > 30


def test_that_narrow_lines_that_are_seen_have_windows_too() -> None:
    names = [one.line.name for one in rank_broad_lines(quasar(), REDSHIFT)]

    assert "NEV3427" in names[2:]
    assert set(names[:2]) <= set(BROAD)


def test_that_nothing_broad_has_no_sigma() -> None:
    found = rank_broad_lines(quasar(height=0.0), REDSHIFT)

    assert all(abs(one.snr) < 4 for one in found if one.line.name in BROAD)


def test_that_a_masked_spectrum_has_no_lines() -> None:
    plain = quasar()

    assert rank_broad_lines(Spectrum(WAVE, plain.flux, np.zeros(WAVE.size)), REDSHIFT) == ()
