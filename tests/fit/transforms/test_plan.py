"""How transforms are split."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.fit.transforms.plan import COSTS, plan_for


@pytest.mark.parametrize("n_least", [1, 81, 82, 1_000, 6_572, 25_593, 53_924, 200_000])
def test_that_a_plan_is_long_enough_and_not_much_longer(n_least: int) -> None:
    plan = plan_for(n_least)

    assert n_least <= plan.n <= max(108, 1.12 * n_least)
    n1, n2 = plan.sides
    assert n1 * n2 == plan.n
    for radices, order, _ in plan.steps:
        assert set(radices.tolist()) <= set(COSTS)
        assert sorted(order) == list(range(order.size))


def test_that_each_frequency_is_read_once() -> None:
    plan = plan_for(5_000)

    np.testing.assert_array_equal(np.sort(plan.frequencies), np.arange(plan.n))


def test_that_the_turns_are_right_to_the_last_digit() -> None:
    plan = plan_for(40_000)
    n1, n2 = plan.sides

    turns = plan.turns.view(np.complex128).reshape(n1, n2)

    products = np.multiply.outer(np.arange(n1), np.arange(n2)).astype(np.longdouble)
    angles = 2 * np.longdouble("3.14159265358979323846") * (products / np.longdouble(plan.n))
    exact = np.cos(angles) + 1j * np.sin(angles)
    assert float(np.abs(turns - exact).max()) < 2e-16


def test_that_a_length_beyond_the_longest_is_refused() -> None:
    with pytest.raises(ValueError, match="no transform of"):
        plan_for(2_000_000)
