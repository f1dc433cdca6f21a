"""Measures of predicted redshifts: fractions, accuracy, mistakes, pulls.

They are defined in docs/method.md, sections 5 and 7. A prediction is good when |z_p - z_t| <
0.005 (1 + z_t). Fractions come with 68 % Wilson intervals.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from moosegui.data.arrays import BoolArray, FloatArray, IntArray, frozen
from moosegui.data.grids import SAME_SOLUTION, is_same_redshift
from moosegui.data.line_relations import MISTAKEN, line_confusion

OUTLIER_MADS = 5.0
NORMAL_MAD = 1.482602  # standard deviations per median absolute deviation of a normal law
ONE_SIGMA = 0.682689  # probability within one standard deviation of a normal law
DEFAULT_THRESHOLD = 0.01  # of Delta chi2 (log10 = -2)


@dataclass(frozen=True, slots=True)
class GoodFraction:
    """n_good of n, with the ends of a 68 % Wilson interval; nan for n = 0."""

    label: str
    n_good: int
    n: int
    fraction: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How far predictions lie from the truth, in |z_p - z_t| / (1 + z_t).

    Parameters
    ----------
    mae : float
        Mean over predictions with offsets up to 5 MAD.
    mad : float
        Median of |offset - median offset| over all.
    bias : float
        Mean signed offset of those that count for `mae`.
    n_used, n : int
        How many those are, and of how many.
    """

    mae: float
    mad: float
    bias: float
    n_used: int
    n: int


@dataclass(frozen=True, slots=True)
class Binned:
    """The Good Fraction in bins of one quantity; `edges` has one entry more than `fractions`."""

    quantity: str
    edges: tuple[float, ...]
    fractions: tuple[GoodFraction, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """How often the line `true_line` was taken for `taken_for`; empty names: no known pair."""

    true_line: str
    taken_for: str
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Completeness and purity of keeping sources with Delta chi2 above a threshold.

    Parameters
    ----------
    thresholds, completeness, purity : ndarray of shape (n,)
        Fraction of the true sources kept, and of the kept that are true (nan: none kept).
    """

    thresholds: FloatArray
    completeness: FloatArray
    purity: FloatArray

    def at(self, threshold: float) -> tuple[float, float]:
        """Return completeness and purity at the nearest tabulated threshold."""
        i = int(np.argmin(np.abs(self.thresholds - threshold)))
        return float(self.completeness[i]), float(self.purity[i])


@dataclass(frozen=True, slots=True, eq=False)
class Pulls:
    """The law of (z_p - z_t) / error over good predictions; ideally mean 0, scatter 1.

    Parameters
    ----------
    values : ndarray of shape (n,)
    mean, scatter : float
        Median, and the standard deviation as 1.4826 MAD.
    within_one : float
        Fraction within one sigma, ideally 0.683.
    """

    values: FloatArray
    mean: float
    scatter: float
    within_one: float


def is_good(redshift: ArrayLike, truth: ArrayLike) -> BoolArray:
    """Whether |z_p - z_t| < 0.005 (1 + z_t); nan is not good."""
    return is_same_redshift(redshift, truth)


def wilson_interval(n_good: int, n: int, probability: float = ONE_SIGMA) -> tuple[float, float]:
    """Return the Wilson score interval of a fraction (Wilson 1927, JASA 22, 209).

    Parameters
    ----------
    n_good, n : int
    probability : float
        Of the interval.

    Returns
    -------
    lower, upper : float
        nan for n = 0.
    """
    if n == 0:
        return float("nan"), float("nan")
    z2 = NormalDist().inv_cdf(0.5 + 0.5 * probability) ** 2
    fraction = n_good / n
    centre = (fraction + 0.5 * z2 / n) / (1.0 + z2 / n)
    half = np.sqrt(z2 * (fraction * (1.0 - fraction) / n + 0.25 * z2 / n**2)) / (1.0 + z2 / n)
    return max(0.0, float(centre - half)), min(1.0, float(centre + half))


def good_fraction(good: BoolArray, label: str = "") -> GoodFraction:
    """Count the good among some predictions."""
    n_good, n = int(np.count_nonzero(good)), int(good.size)
    lower, upper = wilson_interval(n_good, n)
    return GoodFraction(label, n_good, n, n_good / n if n else float("nan"), lower, upper)


def bin_good_fraction(
    good: BoolArray, values: FloatArray, quantity: str, *, n_bins: int = 8
) -> Binned:
    """Return the Good Fraction in bins of equal number of a quantity.

    Parameters
    ----------
    good : ndarray of bool, shape (n,)
    values : ndarray of shape (n,)
        Entries that are not finite are left out.
    quantity : str
    n_bins : int
        Fewer where values repeat.
    """
    finite = np.isfinite(values)
    good, values = good[finite], values[finite]
    if values.size == 0:
        return Binned(quantity, (), ())
    edges = np.unique(np.quantile(values, np.linspace(0.0, 1.0, n_bins + 1)))
    if edges.size == 1:
        edges = np.array([edges[0], edges[0]])
    which = np.clip(np.searchsorted(edges, values, side="right") - 1, 0, edges.size - 2)
    fractions = tuple(
        good_fraction(good[which == i], f"{edges[i]:.3g} to {edges[i + 1]:.3g}")
        for i in range(edges.size - 1)
    )
    return Binned(quantity, tuple(edges.tolist()), fractions)


def measure_accuracy(redshift: FloatArray, truth: FloatArray) -> Accuracy:
    """Return MAE with outlier rejection, MAD and bias of predictions, both of shape (n,)."""
    signed = (redshift - truth) / (1.0 + truth)
    signed = signed[np.isfinite(signed)]
    if signed.size == 0:
        return Accuracy(float("nan"), float("nan"), float("nan"), 0, 0)
    offsets = np.abs(signed)
    mad = float(np.median(np.abs(offsets - np.median(offsets))))
    used = offsets <= max(OUTLIER_MADS * mad, float(offsets.min()))
    mae, bias = float(offsets[used].mean()), float(signed[used].mean())
    return Accuracy(mae, mad, bias, int(np.count_nonzero(used)), int(signed.size))


def name_mistake(redshift: float, truth: float) -> tuple[str, str]:
    """Return which strong line at the true redshift falls on which other at the predicted one.

    Returns
    -------
    true_line, taken_for : str
        Names; empty where the two redshifts are no confusion of lines within 0.005 (1 + z).
    """
    reach = SAME_SOLUTION * (1.0 + truth)
    found = line_confusion(truth, redshift, (0.0, np.inf), reach=reach, names=MISTAKEN)
    return ("", "") if found is None else (found.line, found.taken_for)


def count_mistakes(redshift: FloatArray, truth: FloatArray) -> tuple[Mistake, ...]:
    """Count the line pairs behind wrong predictions, both arrays of shape (n,)."""
    wrong = ~is_good(redshift, truth) & np.isfinite(redshift) & np.isfinite(truth)
    counts: dict[tuple[str, str], int] = {}
    for predicted, true in zip(redshift[wrong], truth[wrong], strict=True):
        pair = name_mistake(float(predicted), float(true))
        counts[pair] = counts.get(pair, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Mistake(*pair, n) for pair, n in ordered)


def select(relative_depth: FloatArray, zconf: IntArray) -> Selection:
    """Tabulate completeness and purity against the threshold on Delta chi2.

    Parameters
    ----------
    relative_depth : ndarray of shape (n,)
        nan counts as below every threshold.
    zconf : ndarray of int, shape (n,)
        True sources have 1 to 3, false ones 0; negative ones are left out.
    """
    labelled = zconf >= 0
    values = np.where(np.isfinite(relative_depth), relative_depth, -np.inf)[labelled]
    is_true = zconf[labelled] >= 1
    thresholds = np.sort(np.append(np.logspace(-4.0, 0.0, 201), DEFAULT_THRESHOLD))
    kept = values[None, :] > thresholds[:, None]
    n_kept, n_right = kept.sum(axis=1), (kept & is_true).sum(axis=1)
    completeness = n_right / max(int(is_true.sum()), 1)
    purity = np.where(n_kept > 0, n_right / np.maximum(n_kept, 1), np.nan)
    return Selection(frozen(thresholds), frozen(completeness), frozen(purity))


def measure_pulls(redshift: FloatArray, truth: FloatArray, error: FloatArray) -> Pulls:
    """Return the law of the redshift errors of good predictions, all arrays of shape (n,)."""
    used = is_good(redshift, truth) & (error > 0)
    values = ((redshift - truth) / np.where(used, error, 1.0))[used]
    if values.size == 0:
        return Pulls(frozen(values), float("nan"), float("nan"), float("nan"))
    middle = float(np.median(values))
    scatter = NORMAL_MAD * float(np.median(np.abs(values - middle)))
    return Pulls(frozen(values), middle, scatter, float(np.mean(np.abs(values) <= 1.0)))
