"""Rows without their zeros give what full rows give."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.arrays import FloatArray
from moosegui.fit.vetting.sparse_rows import joined_rows, sparse_rows


@pytest.fixture
def rows() -> FloatArray:
    rng = np.random.default_rng(3)
    full = np.zeros((5, 40))
    full[0, 3:9], full[1, 5:20], full[3, 38:], full[4, 7] = 1.0, rng.normal(size=15), 2.0, 3.0
    return full  # the third one is empty


def test_that_nothing_is_lost(rows: FloatArray) -> None:
    assert np.array_equal(sparse_rows(rows).dense(), rows)


def test_that_products_are_those_of_full_rows(rows: FloatArray) -> None:
    vectors = np.random.default_rng(4).normal(size=(40, 3))

    sparse = sparse_rows(rows)

    np.testing.assert_allclose(sparse.products(vectors), rows @ vectors, atol=1e-13)
    np.testing.assert_allclose(sparse.gram(), rows @ rows.T, atol=1e-13)
    np.testing.assert_allclose(sparse.mixed(np.arange(5.0)), np.arange(5.0) @ rows, atol=1e-13)


def test_that_rows_are_chosen_weighted_and_put_together(rows: FloatArray) -> None:
    factor, kept = np.linspace(0.0, 2.0, 40), np.array([True, False, True, True, False])
    sparse = sparse_rows(rows)

    weighted = joined_rows([sparse.some(kept), sparse]).times(factor)

    expected = np.vstack([rows[kept], rows]) * factor
    np.testing.assert_array_equal(weighted.dense(), expected)
