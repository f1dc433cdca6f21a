"""The solver is exact: its KKT conditions hold, and it agrees with scipy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.fit.scan.nnls import solve, solve_reference


def random_problem(seed: int, k: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    components = np.abs(rng.normal(size=(k, n))) * 10.0 ** rng.uniform(-3, 3, (k, 1))
    flux = rng.normal(size=n) + rng.uniform(-1, 1) * components[0] / np.abs(components[0]).max()
    return components, flux


def kkt_violation(components: np.ndarray, flux: np.ndarray, coefficients: np.ndarray) -> float:
    """Largest violation of w >= 0, gradient <= 0 and complementarity, in unit columns."""
    norms = np.linalg.norm(components, axis=1)
    unit = components / np.where(norms > 0, norms, 1.0)[:, None]
    gradient = unit @ (flux - coefficients @ components) / max(np.linalg.norm(flux), 1e-300)
    at_zero = coefficients == 0
    worst = np.where(at_zero, np.maximum(gradient, 0), np.abs(gradient)).max()
    return max(float(worst), float(-coefficients.min()))


@settings(max_examples=300)
@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 14), n=st.integers(1, 60))
def test_that_the_kkt_conditions_hold_on_random_problems(seed: int, k: int, n: int) -> None:
    components, flux = random_problem(seed, k, n)

    fit = solve(components @ components.T, components @ flux, data_norm=np.linalg.norm(flux))

    assert kkt_violation(components, flux, fit.coefficients) < 1e-7


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32 - 1), guess=st.lists(st.integers(0, 7), max_size=8))
def test_that_a_stale_guess_does_not_change_the_result(seed: int, guess: list[int]) -> None:
    components, flux = random_problem(seed, 8, 40)
    gram, projection = components @ components.T, components @ flux

    cold, warm = solve(gram, projection), solve(gram, projection, guess=tuple(guess))

    assert warm.explained == pytest.approx(cold.explained, rel=1e-10, abs=1e-12)


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32 - 1), k=st.integers(1, 12))
def test_that_the_sum_of_squares_is_that_of_scipy(seed: int, k: int) -> None:
    components, flux = random_problem(seed, k, 50)
    fit = solve(components @ components.T, components @ flux)

    reference = solve_reference(components, flux, np.ones(50))

    ours = np.sum((flux - fit.coefficients @ components) ** 2)
    theirs = np.sum((flux - reference @ components) ** 2)
    assert ours == pytest.approx(theirs, rel=1e-9)


def degenerate_problems() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(5)
    components = np.abs(rng.normal(size=(6, 30)))
    flux = rng.normal(size=30) + 1.0
    zero, equal, multiple = components.copy(), components.copy(), components.copy()
    zero[2] = 0.0
    equal[3] = equal[1]
    multiple[4] = 1e-6 * multiple[0] + 1e-6 * multiple[5]
    return {
        "a zero column": (zero, flux),
        "all columns zero": (np.zeros((4, 30)), flux),
        "two equal columns": (equal, flux),
        "a sum of two others": (multiple, flux),
        "every projection negative": (components, -np.abs(flux)),
        "one pixel of data": (components[:, :1], flux[:1]),
        "no data": (components, np.zeros(30)),
        "more columns than pixels": (components[:, :3], flux[:3]),
    }


@pytest.mark.parametrize("name", degenerate_problems())
def test_that_the_kkt_conditions_hold_on_degenerate_problems(name: str) -> None:
    components, flux = degenerate_problems()[name]

    fit = solve(components @ components.T, components @ flux, guess=(0, 1, 2, 3))

    assert kkt_violation(components, flux, fit.coefficients) < 1e-7


@pytest.mark.parametrize("name", degenerate_problems())
def test_that_degenerate_problems_reach_the_optimum_of_scipy(name: str) -> None:
    components, flux = degenerate_problems()[name]
    reference = solve_reference(components, flux, np.ones(flux.size))

    fit = solve(components @ components.T, components @ flux)

    ours = np.sum((flux - fit.coefficients @ components) ** 2)
    theirs = np.sum((flux - reference @ components) ** 2)
    assert ours == pytest.approx(theirs, rel=1e-8, abs=1e-10)


def test_that_every_projection_negative_gives_zero() -> None:
    components, flux = degenerate_problems()["every projection negative"]

    fit = solve(components @ components.T, components @ flux)

    assert not fit.coefficients.any()


def test_that_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        solve(np.array([[np.nan]]), np.array([1.0]))
