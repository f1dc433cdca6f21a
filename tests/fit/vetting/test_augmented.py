"""The augmented scan is the direct fit of {fixed vectors, basis}, whatever the data."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import small_basis, spectrum_at

from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.normal_equations import NormalEquations, correlate
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.vetting.augmented import augment, solve_augmented_reference


def make_equations(seed: int, snr: float) -> NormalEquations:
    basis = small_basis()
    rng = np.random.default_rng(seed)
    spectrum = spectrum_at(basis, rng.uniform(0, 2), rng, snr=snr, masked=slice(200, 300))
    return correlate(embed(spectrum, basis), prepare(basis))


@settings(max_examples=20)
@given(
    seed=st.integers(0, 2**32 - 1),
    snr=st.sampled_from([0.1, 1.0, 10.0, 100.0]),
    n_fixed=st.integers(1, 3),
)
def test_that_the_augmented_scan_agrees_with_the_reference(
    seed: int, snr: float, n_fixed: int
) -> None:
    equations = make_equations(seed, snr)
    flux = equations.embedded.flux
    fixed = np.random.default_rng(seed + 1).normal(1.0, 1.0, (n_fixed, flux.size)) * flux.std()
    shifts = np.linspace(*equations.shift_limits, 9).astype(np.int64)

    chi2, _ = augment(equations, fixed).solve(shifts)

    reference = [solve_augmented_reference(equations, fixed, int(shift))[0] for shift in shifts]
    np.testing.assert_allclose(chi2, reference, rtol=1e-6)


def test_that_a_fixed_vector_of_nothing_leaves_the_plain_scan() -> None:
    equations = make_equations(3, 20.0)
    shifts = np.arange(*equations.shift_limits, 40)

    chi2, _ = augment(equations, np.zeros((1, equations.embedded.n_samples))).solve(shifts)

    plain, _ = equations.solve(shifts)
    np.testing.assert_allclose(chi2, plain, rtol=1e-6)


def test_that_a_fixed_vector_equal_to_the_data_leaves_nothing() -> None:
    equations = make_equations(4, 20.0)
    flux = equations.embedded.flux
    shifts = np.arange(*equations.shift_limits, 100)

    chi2, coefficients = augment(equations, flux[None]).solve(shifts)

    plain, _ = equations.solve(shifts)
    assert np.all(chi2 < 1e-8 * plain)
    np.testing.assert_allclose(coefficients[:, 0], 1.0, atol=1e-3)


def test_that_threads_change_nothing() -> None:
    equations = make_equations(5, 20.0)
    shifts = np.arange(*equations.shift_limits)
    fixed = equations.embedded.flux[::-1][None].copy()

    alone, _ = augment(equations, fixed).solve(shifts)

    with ThreadPoolExecutor(2) as executor:
        shared, _ = augment(equations, fixed, executor=executor).solve(shifts, executor=executor)
    np.testing.assert_allclose(shared, alone, rtol=1e-12)


def test_that_unweighted_equations_are_refused() -> None:
    basis = small_basis()
    embedded = embed(spectrum_at(basis, 0.5, np.random.default_rng(0)), basis)
    equations = correlate(embedded, prepare(basis), "unweighted")

    with pytest.raises(ValueError, match="weighted by the variances"):
        augment(equations, embedded.flux[None])


def test_that_vectors_of_another_length_are_refused() -> None:
    equations = make_equations(6, 20.0)

    with pytest.raises(ValueError, match="fixed vectors"):
        augment(equations, np.ones((1, 7)))
