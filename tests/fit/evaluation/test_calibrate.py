"""The calibration finds the law behind simulated outcomes."""

from __future__ import annotations

import numpy as np
import pytest

from moosegui.data.confidence import FEATURES, ConfidenceModel
from moosegui.fit.evaluation.calibrate import (
    first_probabilities,
    fit_ordered,
    fit_temperature,
    log_loss,
)
from moosegui.fit.evaluation.reliability import measure_reliability
from moosegui.fit.evaluation.suggest import reach
from moosegui.fit.scan.posterior import cell_probabilities

N = 4000


def drawn_scans(temperature: float, seed: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Scans of a few cells whose truth is drawn with the probabilities at a temperature."""
    rng = np.random.default_rng(seed)
    depths = [np.concatenate(([0.0], rng.exponential(15.0, 8))) for _ in range(N)]
    truths = [rng.choice(9, p=cell_probabilities(one, temperature)) for one in depths]
    return depths, np.array(truths) == 0


@pytest.mark.parametrize("temperature", [1.0, 3.0, 8.0])
def test_that_the_temperature_is_found(temperature: float) -> None:
    depths, is_right = drawn_scans(temperature, 4)

    assert fit_temperature(depths, is_right) == pytest.approx(temperature, rel=0.1)


def test_that_probabilities_at_that_temperature_come_true() -> None:
    depths, is_right = drawn_scans(3.0, 5)

    curve = measure_reliability(first_probabilities(depths, 3.0), is_right)

    inside = [one.found.lower <= one.stated <= one.found.upper for one in curve]
    assert np.mean(inside) >= 0.5
    assert all(abs(o.stated - o.found.fraction) < 0.06 for o in curve if o.found.n > 200)


def test_that_the_log_loss_of_a_coin_is_ln_2() -> None:
    assert log_loss(np.full(10, 0.5), np.arange(10) < 5) == pytest.approx(np.log(2))


def ordered_sample() -> tuple[np.ndarray, np.ndarray, ConfidenceModel]:
    rng = np.random.default_rng(6)
    truth = ConfidenceModel(1.0, (2.0, 0.5, 0.3, 1.0, 0.2, -1.0), (-2.0, 0.5, 3.0))
    features = rng.normal(size=(N, len(FEATURES))) * np.array([1, 2, 2, 1, 3, 0.5]) + 0.3
    classes = np.count_nonzero(reach(features, truth) > rng.uniform(size=(N, 1)), axis=1)
    return features, classes, truth


def test_that_the_ordered_model_is_recovered() -> None:
    features, classes, truth = ordered_sample()

    coefficients, thresholds = fit_ordered(features, classes, np.ones(N))

    assert coefficients == pytest.approx(truth.coefficients, abs=0.25)
    assert thresholds == pytest.approx(truth.thresholds, abs=0.3)


def test_that_a_feature_never_counts_against_its_sign() -> None:
    features, classes, _ = ordered_sample()

    coefficients, _ = fit_ordered(-features, classes, np.ones(N))

    signs = [-1.0 if name == "confusion" else 1.0 for name in FEATURES]
    assert all(sign * value >= 0 for sign, value in zip(signs, coefficients, strict=True))


def test_that_a_probability_that_was_not_stated_is_not_judged() -> None:
    curve = measure_reliability(np.array([0.5, np.nan, 1.0]), np.array([True, False, True]))

    assert sum(one.found.n for one in curve) == 2
