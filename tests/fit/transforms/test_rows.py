"""Correlations of rows, against direct sums."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from moosegui.data.arrays import FloatArray
from moosegui.errors import Cancelled
from moosegui.fit.transforms.rows import (
    Factors,
    correlate_data_again,
    correlate_data_rows,
    correlate_rows,
    correlate_together,
    transform_rows,
    transform_together,
)


def make(k: int, n_weights: int, n: int, width: int) -> tuple[FloatArray, FloatArray, Factors]:
    rng = np.random.default_rng(k + n)
    rows = (
        rng.exponential(size=(k + n_weights, n)) * np.geomspace(1e-6, 1e3, k + n_weights)[:, None]
    )
    return rows[:k], rows[k:], Factors(rng.normal(size=width), rng.exponential(size=width))


def directly(row: FloatArray, factor: FloatArray) -> FloatArray:
    return np.correlate(row, factor, mode="valid")


@pytest.mark.parametrize(
    ("k", "n_weights", "n"),
    [(1, 1, 60), (2, 3, 81), (3, 6, 500), (7, 28, 1_234), (12, 78, 2_000), (17, 5, 777)],
)
def test_that_correlations_are_those_of_direct_sums(k: int, n_weights: int, n: int) -> None:
    width = n // 4
    data_rows, weight_rows, factors = make(k, n_weights, n, width)
    rows = transform_rows(data_rows, [weight_rows[:1], weight_rows[1:]], width)
    places = np.arange(n - width + 1)

    found = correlate_rows(rows, factors, places.size).at(places)

    for i, row in enumerate((*data_rows, *weight_rows)):
        exact = directly(row, factors.data if i < k else factors.weight)
        np.testing.assert_allclose(found[i], exact, rtol=0, atol=1e-13 * np.abs(exact).max())


def test_that_places_come_in_any_order_and_rows_in_parts() -> None:
    data_rows, weight_rows, factors = make(4, 10, 900, 100)
    correlated = correlate_rows(transform_rows(data_rows, [weight_rows], 100), factors, 801)
    places = np.random.default_rng(1).permutation(801)[:300]

    found = correlated.at(places, slice(2, 6))

    np.testing.assert_array_equal(found, correlated.at(np.arange(801))[2:6, places])


def test_that_a_row_of_zeros_stays_exactly_zero_beside_another() -> None:
    data_rows, weight_rows, factors = make(2, 3, 400, 100)
    weight_rows[1] = 0.0
    rows = transform_rows(data_rows, [weight_rows], 100)

    found = correlate_rows(rows, factors, 301).at(np.arange(301))

    assert np.abs(found[3]).max() < 1e-14 * np.abs(found[2]).max()


def test_that_other_data_replace_the_first_and_weights_stay() -> None:
    data_rows, weight_rows, factors = make(5, 15, 700, 150)
    other = Factors(factors.data[::-1].copy(), factors.weight)
    rows, places = transform_rows(data_rows, [weight_rows], 150), np.arange(551)
    correlated = correlate_rows(rows, factors, 551)

    correlate_data_again(correlated, other)

    expected = correlate_rows(rows, other, 551).at(places)
    np.testing.assert_array_equal(correlated.at(places), expected)


def test_that_data_rows_alone_are_correlated_with_several_data() -> None:
    data_rows, weight_rows, factors = make(9, 45, 700, 150)
    rows, places = transform_rows(data_rows, [weight_rows], 150), np.arange(551)

    one, two = correlate_data_rows(rows, [factors.data, 2.0 * factors.data], 551)

    expected = correlate_rows(rows, factors, 551).at(places, slice(9))
    scale = np.abs(expected).max()
    np.testing.assert_allclose(one.at(places, slice(9)), expected, rtol=0, atol=1e-14 * scale)
    np.testing.assert_array_equal(two.at(places, slice(9)), 2.0 * one.at(places, slice(9)))


def test_that_threads_change_nothing() -> None:
    data_rows, weight_rows, factors = make(8, 36, 3_000, 800)
    rows, places = transform_rows(data_rows, [weight_rows], 800), np.arange(2_201)

    with ThreadPoolExecutor(3) as executor:
        together = correlate_rows(rows, factors, places.size, executor=executor).at(places)

    np.testing.assert_array_equal(together, correlate_rows(rows, factors, places.size).at(places))


def test_that_it_can_be_cancelled_between_blocks() -> None:
    data_rows, weight_rows, factors = make(8, 36, 500, 100)
    rows = transform_rows(data_rows, [weight_rows], 100)
    heard: list[float] = []

    def stop(fraction: float) -> None:
        heard.append(fraction)
        raise Cancelled

    with pytest.raises(Cancelled):
        correlate_rows(rows, factors, 401, report=stop)
    assert heard == [1 / len(rows.blocks)]


def test_that_sets_of_rows_in_shared_blocks_give_what_each_gives_alone() -> None:
    first, second = make(3, 6, 900, 100), make(2, 3, 900, 100)
    sets = [(data_rows, [weight_rows]) for data_rows, weight_rows, _ in (first, second)]
    places, factors = np.arange(801), first[2]

    together = correlate_together(transform_together(sets, 100), factors, 801)

    assert together[0].values is together[1].values
    for found, (data_rows, weight_rows) in zip(together, sets, strict=True):
        alone = correlate_rows(transform_rows(data_rows, weight_rows, 100), factors, 801)
        exact = alone.at(places)
        scale = np.abs(exact).max(axis=1, keepdims=True)
        np.testing.assert_allclose(found.at(places) / scale, exact / scale, rtol=0, atol=1e-13)


def test_that_what_rows_explain_is_the_sum_over_each_alone() -> None:
    data_rows, weight_rows, factors = make(5, 5, 900, 100)
    correlated = correlate_rows(transform_rows(data_rows, [weight_rows], 100), factors, 801)
    places = np.sort(np.random.default_rng(1).integers(0, 801, 1_000))
    projections, norms = np.split(correlated.at(places), 2)
    floors = np.median(norms, axis=1)

    found = correlated.explained_at(places, floors)

    each = np.maximum(projections, 0.0) ** 2 / np.maximum(norms, floors[:, None])
    np.testing.assert_allclose(found, each.sum(axis=0), rtol=1e-14)
