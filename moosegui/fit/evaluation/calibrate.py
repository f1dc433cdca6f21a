"""Calibrate P(z) and the suggested ZCONF on scans whose truth is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.confidence import FEATURES, N_THRESHOLDS
from moosegui.fit.scan.posterior import cell_probabilities

TEMPERATURES = (0.5, 30.0)
RIDGE = 1e-3  # of the squared coefficients of standardised features, per spectrum
MIN_PROBABILITY = 1e-4  # so that one surprise does not decide the temperature
# A better score never suggests less, a confusion never more
SIGNS = tuple(-1.0 if name == "confusion" else 1.0 for name in FEATURES)


def first_probabilities(depths: Sequence[FloatArray], temperature: float) -> FloatArray:
    """Return the probability of the first solution of each scan, shape (n,)."""
    return np.array([cell_probabilities(one, temperature)[0] for one in depths])


def log_loss(probabilities: FloatArray, happened: BoolArray) -> float:
    """Mean of -ln of the probability given to what happened."""
    clipped = np.clip(probabilities, MIN_PROBABILITY, 1.0 - MIN_PROBABILITY)
    return float(-np.mean(np.where(happened, np.log(clipped), np.log1p(-clipped))))


def fit_temperature(depths: Sequence[FloatArray], is_right: BoolArray) -> float:
    """Find the temperature with the smallest log loss of the first solutions' probabilities.

    Parameters
    ----------
    depths : sequence of ndarray of shape (n_cells,)
        `Cells.depths` of each scan.
    is_right : ndarray of bool, shape (n,)
        Whether the first solution has the true redshift.
    """

    def loss(log_temperature: float) -> float:
        return log_loss(first_probabilities(depths, float(np.exp(log_temperature))), is_right)

    found = scipy.optimize.minimize_scalar(
        loss, bounds=tuple(np.log(TEMPERATURES)), method="bounded"
    )
    return float(np.exp(found.x))


def fit_ordered(
    features: FloatArray, classes: IntArray, weights: FloatArray
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Fit the ordered logistic model by maximum likelihood with a small ridge.

    McCullagh (1980, J. R. Stat. Soc. B 42, 109), with the signs of the coefficients held.

    Parameters
    ----------
    features : ndarray of shape (n, n_features)
    classes : ndarray of int, shape (n,)
        ZCONF, 0 to 3.
    weights : ndarray of shape (n,)

    Returns
    -------
    coefficients : tuple of float
        Of the features as given.
    thresholds : tuple of float
        For ZCONF 1, 2 and 3.
    """
    centres, scales = features.mean(axis=0), features.std(axis=0)
    scales = np.where(scales > 0, scales, 1.0)
    x = (features - centres) / scales
    n_features = x.shape[1]

    def loss(parameters: FloatArray) -> float:
        slopes, thresholds = _unpack(parameters, n_features)
        margins = x @ slopes - np.concatenate(([-np.inf], thresholds, [np.inf]))[:, None]
        reached = 0.5 * (1.0 + np.tanh(0.5 * margins))
        rows = np.arange(classes.size)
        likelihood = reached[classes, rows] - reached[classes + 1, rows]
        fit = -np.average(np.log(np.maximum(likelihood, 1e-12)), weights=weights)
        return float(fit + RIDGE * slopes @ slopes)

    start = np.concatenate((0.5 * np.array(SIGNS), [-1.0], np.zeros(N_THRESHOLDS - 1)))
    bounds = [(0.0, None) if sign > 0 else (None, 0.0) for sign in SIGNS]
    found = scipy.optimize.minimize(loss, start, bounds=[*bounds, *[(None, None)] * N_THRESHOLDS])
    slopes, thresholds = _unpack(found.x, n_features)
    coefficients = slopes / scales
    return tuple(coefficients.tolist()), tuple((thresholds + coefficients @ centres).tolist())


def _unpack(parameters: FloatArray, n_features: int) -> tuple[FloatArray, FloatArray]:
    """Return the slopes and the thresholds, whose gaps are fitted as logarithms."""
    slopes, first, gaps = np.split(parameters, [n_features, n_features + 1])
    return slopes, first + np.concatenate(([0.0], np.cumsum(np.exp(gaps))))
