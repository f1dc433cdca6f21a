"""Which redshift explains the lines that are seen, without any model of a galaxy."""

from __future__ import annotations

import numpy as np
import pytest
from injected import WAVE, Injected, spectrum_of

from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.match import best_match, find_features, match_at

LIMITS = (0.0, 6.7)
NEBULA = (
    Injected(3728.5, 900.0),
    Injected(3869.86, 300.0),
    Injected(4341.69, 400.0),
    Injected(4862.69, 900.0),
    Injected(4960.30, 1600.0),
    Injected(5008.24, 4800.0),
    Injected(6564.63, 2600.0),
    Injected(6725.5, 400.0),
)


def km_s(redshift: float, other: float) -> float:
    return 299792.458 * (redshift - other) / (1 + other)


@pytest.mark.parametrize("redshift", [0.02, 0.0475, 0.3, 0.7])
def test_that_the_redshift_of_a_nebula_explains_its_lines(redshift: float) -> None:
    features = find_features(spectrum_of(NEBULA, redshift, 3))

    found = best_match(features, LIMITS)

    assert abs(km_s(found.redshift, redshift)) < 60.0
    assert found.n_matched >= 4
    assert found.share > 0.9


def test_that_a_wrong_redshift_explains_few_of_the_lines() -> None:
    features = find_features(spectrum_of(NEBULA, 0.0475, 3))

    wrong = match_at(features, 2.39)

    assert wrong.share < 0.5


def test_that_noise_has_no_match() -> None:
    features = find_features(spectrum_of((), 0.0, 5))

    assert np.isnan(best_match(features, LIMITS).redshift)


def test_that_one_line_is_no_match() -> None:
    features = find_features(spectrum_of((Injected(1215.67, 900.0),), 4.0, 6))

    assert features.snr[0] > 10.0
    assert np.isnan(best_match(features, LIMITS).redshift)


def test_that_what_lies_on_airglow_is_told() -> None:
    residual = 300.0 * np.exp(-0.5 * ((WAVE - 5578.9) / 1.2) ** 2)
    noise = 10.0 * np.random.default_rng(2).standard_normal(WAVE.size)

    features = find_features(Spectrum(WAVE, residual + noise, np.full(WAVE.size, 0.01)))

    assert features.is_sky[0]
    assert abs(features.wave[0] - 5578.9) < 1.0
