from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.fit.evaluation.evaluate_vetting import VettingPredictions, evaluate_vetting
from moosegui.fit.evaluation.logistic import fit_logistic
from moosegui.fit.evaluation.vetting_metrics import (
    best_threshold,
    completeness_and_purity,
    detected_by,
    measure_roc,
    right_seconds,
)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40).filter(
        lambda rows: len({label for _, label in rows}) == 2
    )
)
def test_that_the_area_is_the_chance_that_a_true_one_scores_higher(
    rows: list[tuple[int, bool]],
) -> None:
    scores, labels = np.array([r[0] for r in rows], float), np.array([r[1] for r in rows])

    roc = measure_roc(scores, labels)

    pairs = scores[labels][:, None] - scores[~labels][None, :]
    assert roc.area == pytest.approx(np.mean((pairs > 0) + 0.5 * (pairs == 0)))


def test_that_the_true_rate_is_read_at_a_false_rate() -> None:
    roc = measure_roc(np.array([5.0, 4.0, 3.0, 2.0]), np.array([True, False, True, False]))

    assert roc.true_rate_at(0.0) == (0.5, 5.0)
    assert roc.true_rate_at(0.5) == (1.0, 3.0)


def test_that_a_roc_needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        measure_roc(np.ones(3), np.ones(3, dtype=bool))


def test_that_the_best_threshold_separates_what_can_be_separated() -> None:
    scores, is_false = np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])

    threshold = best_threshold(scores, is_false)

    assert completeness_and_purity(scores, is_false, threshold) == (1.0, 1.0)


def test_that_a_source_without_a_score_is_kept() -> None:
    scores = np.array([np.nan, 0.9])

    assert completeness_and_purity(scores, np.array([False, True]), 0.5) == (1.0, 1.0)


def test_that_a_blend_may_be_found_the_other_way_round() -> None:
    pairs = (np.array([0.5, 1.0, 0.5]), np.array([1.0, 0.5, 2.0]))
    truth = (np.array([0.5, 0.5, 0.5]), np.array([1.0, 1.0, 1.0]))

    assert right_seconds(pairs, truth).tolist() == [True, True, False]


def test_that_bins_without_sources_are_left_out() -> None:
    bins = detected_by(np.array([True, False]), np.array([1.0, 30.0]), (10.0, 20.0), "S/N")

    assert [(one.label, one.fraction) for one in bins] == [
        ("S/N below 10", 1.0),
        ("S/N from 20", 0.0),
    ]


def test_that_a_logistic_model_learns_which_feature_matters() -> None:
    rng = np.random.default_rng(1)
    labels = rng.random(400) < 0.5
    features = [
        {"tells": float(label + rng.normal(0, 0.5)), "noise": float(rng.normal())}
        for label in labels
    ]

    model = fit_logistic(features, labels, {"tells": 1.0, "noise": 1.0})

    right = [
        (model.probability(row) > 0.5) == label for row, label in zip(features, labels, strict=True)
    ]
    assert np.mean(right) > 0.8
    assert model.coefficients[0] > 5 * model.coefficients[1]


def test_that_signs_are_held() -> None:
    labels = np.array([True, True, False, False])
    features = [{"x": value} for value in (1.0, 2.0, 3.0, 4.0)]

    model = fit_logistic(features, labels, {"x": 1.0})

    assert model.coefficients == (0.0,)


def predictions() -> VettingPredictions:
    nan = np.nan
    return VettingPredictions(
        first=np.array([0.5, 0.5, 0.5, 0.5, 0.5]),
        second=np.array([1.0, 2.0, 1.0, 1.0, 1.0]),
        blend_score=np.array([0.9, 0.8, 0.2, 0.1, 0.0]),
        false_score=np.array([0.1, 0.1, 0.1, 0.2, 0.9]),
        is_blend=np.array([True, True, False, False, False]),
        false_threshold=0.5,
        true_first=np.array([0.5, 0.5, 0.5, 0.5, nan]),
        true_second=np.array([1.0, 1.0, 1.0, nan, nan]),
        fraction=np.full(5, 0.5),
        snr=np.array([30.0, 30.0, 6.0, nan, nan]),
        zconf=np.array([3, 3, 2, 3, 0]),
        kind=("sf", "sf", "lae", "sf", "false"),
    )


def test_that_blends_are_judged_among_galaxies() -> None:
    blends = evaluate_vetting(predictions()).blends

    assert blends is not None
    assert (blends.roc.n_true, blends.roc.n_false, blends.roc.area) == (3, 1, 1.0)
    assert (blends.flagged.n_good, blends.flagged.n) == (2, 3)
    assert (blends.second_right.n_good, blends.second_right.n) == (1, 2)
    assert {"S/N below 8", "separation 0.2 to 0.5", "lae"} <= {one.label for one in blends.groups}


def test_that_false_sources_are_judged_among_all() -> None:
    false = evaluate_vetting(predictions()).false

    assert false is not None
    assert false.chosen == (1.0, 1.0)
    assert false.roc.area == 1.0
    assert np.nanmax(false.purity) == 1.0
