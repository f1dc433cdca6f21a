"""How well blends and false sources are told: ROC, completeness and purity, by threshold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, frozen
from moosegui.fit.evaluation.metrics import GoodFraction, good_fraction, is_good


@dataclass(frozen=True, slots=True, eq=False)
class Roc:
    """Rates of a score against its threshold.

    Parameters
    ----------
    thresholds : ndarray of shape (n,)
        Falling; what is at or above one is flagged.
    false_rate, true_rate : ndarray of shape (n,)
        Fractions flagged of those that are not, and of those that are.
    area : float
        Under true_rate against false_rate; equal scores count half.
    n_true, n_false : int
    """

    thresholds: FloatArray
    false_rate: FloatArray
    true_rate: FloatArray
    area: float
    n_true: int
    n_false: int

    def true_rate_at(self, false_rate: float) -> tuple[float, float]:
        """Return the largest true rate at no more than a false rate, and its threshold."""
        i = max(0, int(np.searchsorted(self.false_rate, false_rate, side="right")) - 1)
        return float(self.true_rate[i]), float(self.thresholds[i])


def measure_roc(scores: FloatArray, is_true: BoolArray) -> Roc:
    """Return the receiver operating characteristic of a score.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        nan counts as below everything.
    is_true : ndarray of bool, shape (n,)

    Raises
    ------
    ValueError
        If only one kind is there.
    """
    n_true, n_false = int(np.count_nonzero(is_true)), int(np.count_nonzero(~is_true))
    if not n_true or not n_false:
        raise ValueError("a ROC needs both kinds")
    values = np.where(np.isfinite(scores), scores, -np.inf)
    thresholds = np.unique(values)[::-1]
    flagged = np.searchsorted(-thresholds, -values, side="left")
    true_rate = np.cumsum(np.bincount(flagged[is_true], minlength=thresholds.size)) / n_true
    false_rate = np.cumsum(np.bincount(flagged[~is_true], minlength=thresholds.size)) / n_false
    # one point before the first: nothing is flagged
    thresholds = np.concatenate(([np.inf], thresholds))
    true_rate = np.concatenate(([0.0], true_rate))
    false_rate = np.concatenate(([0.0], false_rate))
    area = float(np.trapezoid(true_rate, false_rate))
    return Roc(frozen(thresholds), frozen(false_rate), frozen(true_rate), area, n_true, n_false)


def best_threshold(scores: FloatArray, is_false: BoolArray) -> float:
    """Return the threshold on a false-source score with the best completeness and purity.

    The one with the largest smaller of both: completeness is the fraction of true sources whose
    score is not above it, purity the fraction of those kept that are true.
    """
    values = np.where(np.isfinite(scores), scores, 1.0)
    thresholds = np.unique(values)
    kept = values[None, :] <= thresholds[:, None]
    n_right = (kept & ~is_false).sum(axis=1)
    smaller = np.minimum(n_right / max(int(np.count_nonzero(~is_false)), 1), n_right / kept.sum(1))
    best = np.flatnonzero(smaller == smaller.max())
    i = int(best[best.size // 2])
    return float(0.5 * (thresholds[i] + thresholds[min(i + 1, thresholds.size - 1)]))


def completeness_and_purity(
    scores: FloatArray, is_false: BoolArray, threshold: float
) -> tuple[float, float]:
    """Return which fraction of the true sources is kept, and which of the kept are true."""
    kept = ~(scores > threshold)
    n_right = int(np.count_nonzero(kept & ~is_false))
    n_true, n_kept = int(np.count_nonzero(~is_false)), int(np.count_nonzero(kept))
    return n_right / n_true if n_true else float("nan"), n_right / n_kept if n_kept else float(
        "nan"
    )


def right_seconds(
    pairs: tuple[FloatArray, FloatArray], truth: tuple[FloatArray, FloatArray]
) -> BoolArray:
    """Tell for which blends the second redshift is right.

    Parameters
    ----------
    pairs, truth : (ndarray of shape (n,), ndarray of shape (n,))
        z1 and z2; the two galaxies of a blend may be found the other way round.
    """
    straight = is_good(pairs[1], truth[1])
    swapped = is_good(pairs[0], truth[1]) & is_good(pairs[1], truth[0])
    return np.asarray(straight | swapped)


def detected_by(
    flagged: BoolArray, values: FloatArray, edges: tuple[float, ...], what: str
) -> tuple[GoodFraction, ...]:
    """Return the fraction flagged in bins of a quantity; empty bins are left out."""
    fractions = []
    for low, high in zip((-np.inf, *edges), (*edges, np.inf), strict=True):
        inside = (values >= low) & (values < high)
        if inside.any():
            label = f"{what} below {high:g}" if low == -np.inf else f"{what} from {low:g}"
            if -np.inf < low and high < np.inf:
                label = f"{what} {low:g} to {high:g}"
            fractions.append(good_fraction(flagged[inside], label))
    return tuple(fractions)
