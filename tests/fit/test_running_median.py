"""Medians, against numpy's."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.fit.running_median import median_of, quantile_of, running_median


@pytest.mark.parametrize("n", [1, 2, 3, 10, 11, 3_680, 3_681])
@pytest.mark.parametrize("is_rounded", [True, False])
@pytest.mark.parametrize("has_nan", [True, False])
def test_that_medians_are_those_of_numpy(n: int, is_rounded: bool, has_nan: bool) -> None:
    rng = np.random.default_rng(n)
    values = rng.normal(size=n)
    values = np.round(values) if is_rounded else values
    if has_nan:
        values[rng.integers(n)] = np.nan

    found = [median_of(values), *(quantile_of(values, q) for q in (0.1, 0.25, 0.99))]

    exact = [np.median(values), *(np.quantile(values, q) for q in (0.1, 0.25, 0.99))]
    np.testing.assert_array_equal(found, exact)


def test_that_the_median_of_nothing_is_nan() -> None:
    assert np.isnan(median_of(np.empty(0)))


@pytest.mark.parametrize("width", [7, 48])
def test_that_a_running_median_is_that_of_blocks(width: int) -> None:
    values = np.random.default_rng(width).normal(size=10 * width)
    values[3 * width] = np.nan

    found = running_median(values, width)

    centres = width * np.arange(10) + 0.5 * (width - 1)
    exact = np.interp(np.arange(values.size), centres, np.median(values.reshape(10, -1), axis=1))
    np.testing.assert_array_equal(found, exact)
