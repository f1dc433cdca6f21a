"""Detections are told from noise, and noise from itself it is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from blended import FIRST, make_basis, single

from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.vetting.false_sources import (
    best_gain,
    false_alarm_probability,
    noise_copies,
    noise_gains,
)
from moosegui.fit.vetting.known_sources import fit_known, smooth_again

SETTINGS = ScanSettings(RedshiftGrid(0.0, 2.0, 0.002))


def noise_of(seed: int) -> Spectrum:
    spectrum = single()
    return replace(
        spectrum, flux=np.random.default_rng(seed).normal(size=spectrum.wave.size) * spectrum.sigma
    )


def test_that_a_galaxy_has_a_gain_far_above_its_noise() -> None:
    smooth = fit_known(single(), make_basis(), ())

    evidence = best_gain(smooth, (0.2, FIRST, 1.3))

    noise = noise_gains(smooth, prepare(make_basis()), SETTINGS)
    assert evidence is not None
    assert evidence.clean > 3 * noise.max()
    assert false_alarm_probability(evidence.clean, noise) < 1e-6


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_that_noise_is_no_surprise(seed: int) -> None:
    smooth = fit_known(noise_of(seed), make_basis(), ())

    evidence = best_gain(smooth, tuple(np.linspace(0.1, 1.9, 6)))

    noise = noise_gains(smooth, prepare(make_basis()), SETTINGS)
    assert evidence is not None
    assert false_alarm_probability(evidence.clean, noise) > 0.01


def test_that_copies_keep_continuum_and_noise() -> None:
    smooth = fit_known(noise_of(4), make_basis(), ())

    negative, *shuffled = noise_copies(smooth)

    original = smooth.spectrum
    np.testing.assert_allclose(0.5 * (negative.flux + original.flux), smooth.model)
    pulls = np.sort((shuffled[0].flux - smooth.model) * smooth.root)
    np.testing.assert_allclose(pulls, np.sort(smooth.residual), atol=1e-9)


def test_that_the_continuum_of_a_copy_is_that_of_a_fit_of_its_own() -> None:
    smooth = fit_known(single(), make_basis(), ())
    negative = noise_copies(smooth)[0]

    again = smooth_again(smooth, negative)

    alone = fit_known(negative, make_basis(), ())
    np.testing.assert_allclose(again.model, alone.model, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(again.residual, alone.residual, rtol=1e-9, atol=1e-9)


def test_that_shuffling_can_be_repeated() -> None:
    smooth = fit_known(noise_of(5), make_basis(), ())

    first, second = noise_copies(smooth), noise_copies(smooth)

    assert np.array_equal(first[1].flux, second[1].flux)


def test_that_more_gain_is_less_probable_in_noise() -> None:
    noise = np.array([10.0, 15.0, 20.0])

    values = [false_alarm_probability(evidence, noise) for evidence in (5.0, 15.0, 40.0, 100.0)]

    assert values == sorted(values, reverse=True)
    assert all(0 <= value <= 1 for value in values)


def test_that_without_copies_there_is_no_probability() -> None:
    assert np.isnan(false_alarm_probability(10.0, np.empty(0)))
