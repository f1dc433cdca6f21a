"""Whether stated probabilities come true: the reliability curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.fit.evaluation.metrics import GoodFraction, good_fraction

EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.97, 0.99, 0.999, 1.0)
TENTHS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """What was stated on average, and what came true, with its 68 % interval."""

    stated: float
    found: GoodFraction


def measure_reliability(
    probabilities: FloatArray, happened: BoolArray, edges: tuple[float, ...] = EDGES
) -> tuple[ReliabilityBin, ...]:
    """Compare stated probabilities with what happened.

    Parameters
    ----------
    probabilities : ndarray of shape (n,)
        nan where none was stated.
    happened : ndarray of bool, shape (n,)
    edges : tuple of float
        Of the bins, increasing from 0 to 1.

    Returns
    -------
    tuple of ReliabilityBin
        Of the bins that hold something, in order.
    """
    which = np.clip(np.searchsorted(edges, probabilities, side="right") - 1, 0, len(edges) - 2)
    which = np.where(np.isfinite(probabilities), which, -1)
    return tuple(
        ReliabilityBin(
            float(probabilities[which == i].mean()),
            good_fraction(happened[which == i], f"{edges[i]:g} to {edges[i + 1]:g}"),
        )
        for i in range(len(edges) - 1)
        if np.any(which == i)
    )
