"""What labels make of probabilities that were stated already, cross-validated.

A few hundred verdicts are too few to learn a model of many features. They are enough for the two
numbers of a line in log-odds (Platt 1999), and for the thresholds of the suggested ZCONF along the
score that is there. What does not predict left-out labels better than before is not adopted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.confidence import N_THRESHOLDS
from moosegui.data.logistic import UNCHANGED, Recalibration
from moosegui.fit.evaluation.calibrate import log_loss
from moosegui.fit.evaluation.reliability import ReliabilityBin, measure_reliability

N_FOLDS = 5
PRIOR = 4.0  # labels that the numbers of before are worth
MIN_OF_A_KIND = 8  # labels of each kind, below which nothing is learned
MIN_CHANCE = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What was learned of one probability, and how reliable it was before and is now.

    Parameters
    ----------
    change : Recalibration
        Unchanged where it would not predict better.
    is_adopted : bool
    before, after : tuple of ReliabilityBin
        The second from labels that were left out of learning.
    loss_before, loss_after : float
        Mean -ln of the probability given to what happened, of the same.
    n : int
        Labels.
    """

    change: Recalibration
    is_adopted: bool
    before: tuple[ReliabilityBin, ...]
    after: tuple[ReliabilityBin, ...]
    loss_before: float
    loss_after: float
    n: int


def recalibrate(stated: FloatArray, happened: BoolArray, edges: tuple[float, ...]) -> Learned:
    """Learn a change of stated probabilities, and judge it on what it was not learned from.

    Parameters
    ----------
    stated : ndarray of shape (n,)
    happened : ndarray of bool, shape (n,)
    edges : tuple of float
        Of the bins in which it is judged.
    """
    left_out = stated.copy()
    for fold in _folds(stated.size):
        change = fit_change(stated[~fold], happened[~fold])
        left_out[fold] = changed(stated[fold], change)
    before, after = log_loss(stated, happened), log_loss(left_out, happened)
    is_adopted = after < before
    return Learned(
        change=fit_change(stated, happened) if is_adopted else UNCHANGED,
        is_adopted=is_adopted,
        before=measure_reliability(stated, happened, edges),
        after=measure_reliability(left_out if is_adopted else stated, happened, edges),
        loss_before=before,
        loss_after=after if is_adopted else before,
        n=stated.size,
    )


def _folds(n: int) -> list[BoolArray]:
    which = np.random.default_rng(1).permutation(n) % N_FOLDS
    return [which == fold for fold in range(N_FOLDS)]


def _log_odds(stated: FloatArray) -> FloatArray:
    clipped = np.clip(stated, MIN_CHANCE, 1.0 - MIN_CHANCE)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def changed(stated: FloatArray, change: Recalibration) -> FloatArray:
    """Return stated probabilities as a change makes them, shape (n,)."""
    return np.asarray(scipy.special.expit(change.shift + change.slope * _log_odds(stated)))


def fit_change(
    stated: FloatArray, happened: BoolArray, weights: FloatArray | None = None
) -> Recalibration:
    """Return the most probable line in log-odds, near that of before where little speaks.

    Parameters
    ----------
    stated : ndarray of shape (n,)
    happened : ndarray of bool, shape (n,)
    weights : ndarray of shape (n,), optional
        Of each label; 1 by default.
    """
    weights = np.ones(stated.size) if weights is None else weights
    if min(np.count_nonzero(happened), np.count_nonzero(~happened)) < MIN_OF_A_KIND:
        return UNCHANGED
    odds = _log_odds(stated)

    def loss(parameters: FloatArray) -> float:
        exponents = parameters[0] + np.exp(parameters[1]) * odds
        fit = weights @ (np.logaddexp(0.0, exponents) - happened * exponents)
        return float(fit + PRIOR * np.sum(parameters**2))

    shift, log_slope = scipy.optimize.minimize(loss, np.zeros(2), method="L-BFGS-B").x
    return Recalibration(round(float(shift), 4), round(float(np.exp(log_slope)), 4))


def shifted_thresholds(
    scores: FloatArray, classes: IntArray, thresholds: tuple[float, ...]
) -> tuple[tuple[float, ...], float, float]:
    """Learn new thresholds of the suggested ZCONF along a score, those of before as a prior.

    Parameters
    ----------
    scores : ndarray of shape (n,)
    classes : ndarray of int, shape (n,)
        ZCONF, 0 to 3, that each deserved.
    thresholds : tuple of float
        Of before.

    Returns
    -------
    thresholds : tuple of float
        Those of before where new ones would not predict left-out labels better.
    loss_before, loss_after : float
        Mean -ln of the probability of what was deserved, the second from left-out labels.
    """
    before = np.array(thresholds)
    left_out = np.empty(scores.size)
    for fold in _folds(scores.size):
        found = _fitted_thresholds(scores[~fold], classes[~fold], before)
        left_out[fold] = _surprises(scores[fold], classes[fold], found)
    old, new = float(np.mean(_surprises(scores, classes, before))), float(np.mean(left_out))
    if not new < old:
        return thresholds, old, old
    found = _fitted_thresholds(scores, classes, before)
    return tuple(np.round(found, 4).tolist()), old, new


def _fitted_thresholds(scores: FloatArray, classes: IntArray, before: FloatArray) -> FloatArray:
    def loss(shifts: FloatArray) -> float:
        return float(
            np.sum(_surprises(scores, classes, np.sort(before + shifts)))
            + PRIOR * np.sum(shifts**2)
        )

    found = scipy.optimize.minimize(loss, np.zeros(N_THRESHOLDS), method="Nelder-Mead").x
    return np.asarray(np.sort(before + found))


def _surprises(scores: FloatArray, classes: IntArray, thresholds: FloatArray) -> FloatArray:
    """Return -ln of the probability of each class, shape (n,)."""
    edges = np.concatenate(([-np.inf], thresholds, [np.inf]))
    reached = 0.5 * (1.0 + np.tanh(0.5 * (scores[:, None] - edges)))
    rows = np.arange(scores.size)
    likelihood = reached[rows, classes] - reached[rows, classes + 1]
    return np.asarray(-np.log(np.maximum(likelihood, 1e-12)))
