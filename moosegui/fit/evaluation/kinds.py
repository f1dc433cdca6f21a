"""Reliability of P(z) by survey and class, and of a calibration learned on the other surveys.

A survey is a kind of data. What holds for one kind is learned on the others and judged on it: the
shift and the slope of the log-odds (`moosegui.fit.evaluation.recalibrate`) that the other surveys
ask for tell how far a calibration travels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.logistic import UNCHANGED, Recalibration
from moosegui.fit.evaluation.evaluate import Predictions
from moosegui.fit.evaluation.metrics import is_good
from moosegui.fit.evaluation.recalibrate import changed, fit_change
from moosegui.fit.evaluation.reliability import TENTHS, ReliabilityBin, measure_reliability

SURE = 0.99
ALL = "all"


@dataclass(frozen=True, slots=True)
class Reliability:
    """How true the probabilities of one survey and class are.

    Parameters
    ----------
    survey, kind : str
        The kind is `all` for the whole survey.
    bins : tuple of ReliabilityBin
        Ten of equal width, those that hold something.
    n : int
        Sources with a stated probability, false ones too.
    calibration_error : float
        Mean of |stated - right| over the bins, each with the weight of its sources.
    n_sure, n_sure_wrong : int
        Stated above 0.99, and wrong among them.
    """

    survey: str
    kind: str
    bins: tuple[ReliabilityBin, ...]
    n: int
    calibration_error: float
    n_sure: int
    n_sure_wrong: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A survey with the calibration that the other surveys ask for.

    Parameters
    ----------
    change : Recalibration
        Learned on the others, each survey with the same weight.
    reliability : Reliability
        Of this survey, with it.
    """

    change: Recalibration
    reliability: Reliability


def measure_surveys(surveys: Sequence[tuple[str, Predictions]]) -> tuple[Reliability, ...]:
    """Measure how true P(z) is, of each survey and of each of its classes.

    The first solution of a false source is never right.

    Parameters
    ----------
    surveys : sequence of (str, Predictions)
        By name.
    """
    found = []
    for name, predictions in surveys:
        stated, right = _stated(predictions)
        kinds = np.array(predictions.kind, dtype=object)[_is_stated(predictions)]
        found.append(reliability_of(name, ALL, stated, right))
        classes = sorted(set(kinds.tolist()) - {""})
        found += [
            reliability_of(name, kind, stated[kinds == kind], right[kinds == kind])
            for kind in classes
            if len(classes) > 1
        ]
    return tuple(found)


def leave_one_out(surveys: Sequence[tuple[str, Predictions]]) -> tuple[LeftOut, ...]:
    """Learn a calibration on all surveys but one and judge it on that; empty for one survey."""
    if len(surveys) < 2:
        return ()
    pairs = [_stated(predictions) for _, predictions in surveys]
    found = []
    for i, (name, _) in enumerate(surveys):
        others = [pair for j, pair in enumerate(pairs) if j != i and pair[0].size]
        if not others:
            change = UNCHANGED
        else:
            weights = [np.full(one.size, 1.0 / one.size) for one, _ in others]
            total = sum(one.size for one, _ in others) / len(others)
            change = fit_change(
                np.concatenate([one for one, _ in others]),
                np.concatenate([right for _, right in others]),
                total * np.concatenate(weights),
            )
        stated, right = pairs[i]
        found.append(LeftOut(change, reliability_of(name, ALL, changed(stated, change), right)))
    return tuple(found)


def reliability_of(survey: str, kind: str, stated: FloatArray, right: BoolArray) -> Reliability:
    """Return the reliability of stated probabilities, shape (n,)."""
    bins = measure_reliability(stated, right, TENTHS)
    total = sum(one.found.n for one in bins)
    error = sum(one.found.n * abs(one.stated - one.found.fraction) for one in bins)
    sure = stated > SURE
    return Reliability(
        survey,
        kind,
        bins,
        stated.size,
        error / total if total else float("nan"),
        int(np.count_nonzero(sure)),
        int(np.count_nonzero(sure & ~right)),
    )


def _is_stated(predictions: Predictions) -> BoolArray:
    return np.isfinite(_probability(predictions)) & (predictions.zconf >= 0)


def _probability(predictions: Predictions) -> FloatArray:
    """Return what was stated; nan where nothing was."""
    if predictions.probability is None:
        return np.full(predictions.redshift.size, np.nan)
    return predictions.probability


def _stated(predictions: Predictions) -> tuple[FloatArray, BoolArray]:
    """Return what was stated, and whether it was right, of the sources of which both are known."""
    known = _is_stated(predictions)
    right = (predictions.zconf > 0) & is_good(predictions.redshift, predictions.truth)
    return _probability(predictions)[known], right[known]
