"""Judge the scores of blends and of false sources by what is known of a survey."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.fit.evaluation.metrics import GoodFraction, good_fraction
from moosegui.fit.evaluation.vetting_metrics import (
    Roc,
    completeness_and_purity,
    detected_by,
    measure_roc,
    right_seconds,
)

PUBLISHED_FALSE_RATE = 0.18
SNR_EDGES = (8.0, 10.0, 20.0, 40.0)
FRACTION_EDGES = (0.03, 0.1, 0.3, 1.0, 3.0)
SEPARATION_EDGES = (0.2, 0.5, 1.0, 2.0)  # |z2 - z1| / (1 + z1)


@dataclass(frozen=True, slots=True, eq=False)
class VettingPredictions:
    """What a scan with `--blends` says of labelled sources, one entry a source.

    Parameters
    ----------
    first, second : ndarray of shape (n,)
        Predicted z1 and z2.
    blend_score, false_score : ndarray of shape (n,)
    is_blend : ndarray of bool, shape (n,)
    false_threshold : float
        On `false_score`, as calibrated; nan when the table does not say.
    true_first, true_second : ndarray of shape (n,)
        nan where there is no such galaxy.
    fraction, snr : ndarray of shape (n,)
        Of the second galaxy: flux relative to the first, S/N of its features.
    zconf : ndarray of int, shape (n,)
        0 for false sources, -1 without a label.
    kind : tuple of str
    """

    first: FloatArray
    second: FloatArray
    blend_score: FloatArray
    false_score: FloatArray
    is_blend: BoolArray
    false_threshold: float
    true_first: FloatArray
    true_second: FloatArray
    fraction: FloatArray
    snr: FloatArray
    zconf: IntArray
    kind: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class BlendEvaluation:
    """How well blends are found.

    Parameters
    ----------
    roc : Roc
    flagged, false_flagged : GoodFraction
        At the calibrated threshold, of the blends and of the others.
    published : float
        True rate at the false rate at which the published method is quoted, 0.18.
    second_right : GoodFraction
        Of the flagged blends, those whose z2 is right.
    groups : tuple of GoodFraction
        Blends flagged by S/N and flux of the second galaxy, separation in z, and class.
    second_groups : tuple of GoodFraction
        Of the flagged ones in the same groups, those whose z2 is right.
    """

    roc: Roc
    flagged: GoodFraction
    false_flagged: GoodFraction
    published: float
    second_right: GoodFraction
    groups: tuple[GoodFraction, ...]
    second_groups: tuple[GoodFraction, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FalseEvaluation:
    """How well false sources are told.

    Parameters
    ----------
    roc : Roc
    completeness, purity : ndarray of shape (n_thresholds,)
        Against `roc.thresholds`: of the true sources kept below each, and of what is kept.
    chosen : (float, float)
        Completeness and purity at the calibrated threshold; nan when it is not known.
    groups : tuple of GoodFraction
        True sources kept by ZCONF and class.
    """

    roc: Roc
    completeness: FloatArray
    purity: FloatArray
    chosen: tuple[float, float]
    groups: tuple[GoodFraction, ...]


@dataclass(frozen=True, slots=True, eq=False)
class VettingEvaluation:
    """Both; None where the truth has only one kind of source."""

    blends: BlendEvaluation | None
    false: FalseEvaluation | None


def evaluate_vetting(predictions: VettingPredictions) -> VettingEvaluation:
    """Judge both scores."""
    return VettingEvaluation(_blends(predictions), _false(predictions))


def _blends(predictions: VettingPredictions) -> BlendEvaluation | None:
    scored = np.isfinite(predictions.true_first) & (predictions.zconf != 0)
    has_second = np.isfinite(predictions.true_second) & scored
    if not has_second.any() or has_second.sum() == scored.sum():
        return None
    roc = measure_roc(predictions.blend_score[scored], has_second[scored])
    flagged = predictions.is_blend
    right = right_seconds(
        (predictions.first, predictions.second), (predictions.true_first, predictions.true_second)
    )
    found = flagged[has_second]
    return BlendEvaluation(
        roc=roc,
        flagged=good_fraction(found, "blends flagged"),
        false_flagged=good_fraction(flagged[scored & ~has_second], "single galaxies flagged"),
        published=roc.true_rate_at(PUBLISHED_FALSE_RATE)[0],
        second_right=good_fraction(right[has_second & flagged], "z2 right of the flagged"),
        groups=_by_group(predictions, flagged, has_second),
        second_groups=_by_group(predictions, right, has_second & flagged),
    )


def _by_group(
    predictions: VettingPredictions, outcome: BoolArray, chosen: BoolArray
) -> tuple[GoodFraction, ...]:
    """Return how often an outcome holds by what the chosen blends are."""
    held = outcome[chosen]
    kinds = np.array(predictions.kind, dtype=object)[chosen]
    separation = np.abs(predictions.true_second - predictions.true_first)
    separation = (separation / (1.0 + predictions.true_first))[chosen]
    return (
        *detected_by(held, predictions.snr[chosen], SNR_EDGES, "S/N"),
        *detected_by(held, predictions.fraction[chosen], FRACTION_EDGES, "flux ratio"),
        *detected_by(held, separation, SEPARATION_EDGES, "separation"),
        *(good_fraction(held[kinds == kind], str(kind)) for kind in sorted(set(kinds) - {""})),
    )


def _false(predictions: VettingPredictions) -> FalseEvaluation | None:
    labelled = predictions.zconf >= 0
    is_false = predictions.zconf[labelled] == 0
    if is_false.all() or not is_false.any():
        return None
    scores = predictions.false_score[labelled]
    roc = measure_roc(scores, is_false)
    kept_true, kept_false = (1.0 - roc.true_rate) * roc.n_true, (1.0 - roc.false_rate) * roc.n_false
    kept = kept_true + kept_false
    threshold = predictions.false_threshold
    chosen = (float("nan"), float("nan"))
    groups: list[GoodFraction] = []
    if np.isfinite(threshold):
        chosen = completeness_and_purity(scores, is_false, threshold)
        is_kept, zconf = ~(scores > threshold), predictions.zconf[labelled]
        kinds = np.array(predictions.kind, dtype=object)[labelled]
        groups += [good_fraction(is_kept[zconf == i], f"ZCONF {i} kept") for i in (1, 2, 3)]
        names = sorted(set(kinds[~is_false]) - {""})
        groups += [good_fraction(is_kept[~is_false & (kinds == i)], f"{i} kept") for i in names]
    return FalseEvaluation(
        roc=roc,
        completeness=kept_false / roc.n_false,
        purity=np.divide(kept_false, kept, out=np.full(kept.size, np.nan), where=kept > 0),
        chosen=chosen,
        groups=tuple(group for group in groups if group.n),
    )
