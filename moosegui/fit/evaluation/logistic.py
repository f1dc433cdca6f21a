"""Fit a logistic model to labelled features, and choose its threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.logistic import LogisticModel

RIDGE = 1e-3  # of the squared coefficients of standardised features, per source


def fit_logistic(
    features: Sequence[Mapping[str, float]],
    labels: BoolArray,
    signs: Mapping[str, float],
    *,
    ridge: float = RIDGE,
) -> LogisticModel:
    """Fit by maximum likelihood with a small ridge, the signs of the coefficients held.

    Parameters
    ----------
    features : sequence of mapping, length n
    labels : ndarray of bool, shape (n,)
    signs : mapping of str to float
        The features to use, and whether more of each speaks for (+1) or against (-1).
    ridge : float
        Of the squared coefficients of standardised features, per source.

    Returns
    -------
    LogisticModel
        With a threshold of one half.

    Raises
    ------
    ValueError
        If only one kind of label is there.
    """
    if labels.all() or not labels.any():
        raise ValueError("both kinds of source are needed")
    names = tuple(signs)
    table = np.array([[row[name] for name in names] for row in features])
    means, scales = table.mean(axis=0), table.std(axis=0)
    scales[scales == 0] = 1.0
    standard = (table - means) / scales

    def loss(parameters: FloatArray) -> float:
        exponents = parameters[0] + standard @ parameters[1:]
        likelihood = np.mean(np.logaddexp(0.0, exponents) - labels * exponents)
        return float(likelihood + ridge * np.sum(parameters[1:] ** 2))

    bounds = [(None, None)] + [(0.0, None) if signs[n] > 0 else (None, 0.0) for n in names]
    found = scipy.optimize.minimize(
        loss, np.zeros(len(names) + 1), method="L-BFGS-B", bounds=bounds
    )
    coefficients = found.x[1:] / scales
    return LogisticModel(
        names=names,
        coefficients=tuple(round(float(value), 4) for value in coefficients),
        intercept=round(float(found.x[0] - coefficients @ means), 4),
        threshold=0.5,
    )
