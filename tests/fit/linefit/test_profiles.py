"""Profiles of lines: the compiled kernels against plain numpy, and their integrals."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.arrays import FloatArray
from moosegui.fit.linefit.profiles import make_profiles, make_profiles_reference, project

WAVE = np.arange(4750.0, 9350.0, 1.25)
CENTRES = np.array([4749.0, 5000.3, 6562.8, 6585.0, 9349.0])
SPREADS = np.array([1.1, 1.1, 1.05, 1.05, 1.2])


def shapes(delta: float) -> FloatArray:
    velocities, widths = np.linspace(-300.0, 500.0, 5), np.linspace(0.0, 900.0, 5)
    return np.stack((velocities, widths**2, np.full(5, delta)), axis=1)


@pytest.mark.parametrize("delta", [0.0, 0.7, -0.95])
def test_that_the_kernel_agrees_with_its_slow_twin(delta: float) -> None:
    found = make_profiles(WAVE, CENTRES, SPREADS, shapes(delta))

    expected = make_profiles_reference(WAVE, CENTRES, SPREADS, shapes(delta))
    np.testing.assert_allclose(found.values, expected, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("delta", [0.0, 0.7])
def test_that_a_profile_inside_the_spectrum_has_unit_flux(delta: float) -> None:
    found = make_profiles(WAVE, CENTRES, SPREADS, shapes(delta))

    np.testing.assert_allclose(found.values[1:4].sum(axis=1) * 1.25, 1.0, rtol=1e-6)


def test_that_the_normal_equations_are_those_of_plain_numpy() -> None:
    rng = np.random.default_rng(8)
    target, weight = rng.normal(size=WAVE.size), rng.uniform(0.0, 2.0, WAVE.size)
    found = make_profiles(WAVE, CENTRES, SPREADS, shapes(0.4))

    gram, projection = project(found, target, weight)

    values = make_profiles_reference(WAVE, CENTRES, SPREADS, shapes(0.4))
    np.testing.assert_allclose(gram, (values * weight) @ values.T, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(projection, (values * weight) @ target, rtol=1e-9, atol=1e-12)
