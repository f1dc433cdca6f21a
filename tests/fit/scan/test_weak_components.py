"""Rows of the normal equations that are summed directly: over all samples, or over the few."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.fit.scan._trial_kernels import SPARSE, _recompute

K, N, LENGTH, START = 4, 3000, 1000, 700


@pytest.mark.parametrize("n_positive", [0, 1, 7, LENGTH // SPARSE - 1, LENGTH // SPARSE + 1, 900])
@pytest.mark.parametrize("is_at_the_ends", [False, True])
def test_that_a_row_is_the_sum_over_the_window(n_positive: int, is_at_the_ends: bool) -> None:
    rng = np.random.default_rng(n_positive)
    components = rng.uniform(0.0, 1.0, (K, N))
    inside = rng.choice(LENGTH, n_positive, replace=False)
    if is_at_the_ends and n_positive > 1:
        inside[:2] = 0, LENGTH - 1
    components[2, START : START + LENGTH] = 0.0
    components[2, START + inside] = rng.uniform(1e-9, 1e-7, n_positive)
    support = np.zeros((K, N + 1), dtype=np.int64)
    np.cumsum(components > 0, axis=1, out=support[:, 1:])
    flux, weight = rng.normal(size=LENGTH), rng.uniform(0.0, 2.0, LENGTH)
    gram, projection = np.full((K, K), 7.0), np.full(K, 7.0)

    _recompute(components, support, flux, weight, START, 2, gram, projection)

    window = components[:, START : START + LENGTH]
    expected = (window * weight) @ window[2]
    np.testing.assert_allclose(gram[2], expected, rtol=1e-12, atol=0.0)
    np.testing.assert_array_equal(gram[:, 2], gram[2])
    assert projection[2] == pytest.approx((weight * flux) @ window[2], rel=1e-9, abs=1e-20)
    others = np.delete(np.arange(K), 2)
    assert (gram[np.ix_(others, others)] == 7.0).all()
    assert (projection[others] == 7.0).all()
