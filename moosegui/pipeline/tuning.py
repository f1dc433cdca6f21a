"""Tune the models of blends and of false sources on a labelled survey."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Literal

import numpy as np
from threadpoolctl import threadpool_limits

from moosegui.data.arrays import BoolArray, IntArray
from moosegui.data.logistic import LogisticModel
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.sources.survey_data import SurveyArrays
from moosegui.fit.evaluation.logistic import fit_logistic
from moosegui.fit.evaluation.vetting_metrics import (
    best_threshold,
    completeness_and_purity,
    measure_roc,
)
from moosegui.fit.vetting.features import blend_features, false_features
from moosegui.fit.workers import cpu_count
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.vetting import search_blend, weigh_detection

Kind = Literal["blends", "false"]
KINDS: tuple[Kind, ...] = ("blends", "false")
Features = dict[str, float]
SIGNS = {
    "blends": {"evidence": 1.0, "apart": 1.0, "known_share": -1.0, "runs": -1.0},
    "false": {"evidence": -1.0, "sky_share": 1.0},
}
FALSE_RATE = 0.08  # of single galaxies that may be flagged as blends


def labelled_rows(survey: SurveyArrays, kind: Kind) -> tuple[IntArray, BoolArray]:
    """Return the rows with a label, and which of them are blends or false sources.

    Raises
    ------
    InputError
        If the survey has no such labels, or only one kind of them.
    """
    if kind == "blends":
        rows = np.flatnonzero((survey.zconf != 0) & np.isfinite(survey.redshift))
        labels = np.isfinite(survey.column("Z2")[rows]) & (survey.column("Z2")[rows] >= 0)
    else:
        rows = np.flatnonzero(survey.zconf >= 0)
        labels = survey.zconf[rows] == 0
    if labels.all() or not labels.any():
        raise InputError(f"The survey has no labels of {kind}: both kinds of source are needed.")
    return rows, labels


def measure_features(
    survey: SurveyArrays,
    rows: IntArray,
    engine: Engine,
    kind: Kind,
    *,
    n_workers: int | None = None,
) -> Iterator[Features]:
    """Scan spectra and yield their features, in the order of `rows`."""
    measure = _blend_features if kind == "blends" else _false_features

    def features_of(row: int) -> Features:
        flux, ivar = survey.flux[row].astype(np.float64), survey.ivar[row].astype(np.float64)
        return measure(Spectrum(survey.wave, flux, ivar), engine)

    # threads of BLAS would spin against ours: ten times slower
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(n_workers or cpu_count()) as executor:
        yield from executor.map(features_of, rows.tolist())


def _blend_features(spectrum: Spectrum, engine: Engine) -> Features:
    solutions = analyse("", spectrum, engine).solutions
    if not solutions:
        return dict.fromkeys(SIGNS["blends"], 0.0)
    return blend_features(search_blend(engine, spectrum, solutions[0].redshift))


def _false_features(spectrum: Spectrum, engine: Engine) -> Features:
    return false_features(weigh_detection(engine, analyse("", spectrum, engine))[1])


def tune(features: list[Features], labels: BoolArray, kind: Kind) -> LogisticModel:
    """Fit the model and choose its threshold.

    Blends: the one at which 8 % of the single galaxies are flagged. False sources: the one with the
    largest smaller of completeness and purity.
    """
    model = fit_logistic(features, labels, SIGNS[kind])
    scores = np.array([model.probability(row) for row in features])
    if kind == "blends":
        threshold = measure_roc(scores, labels).true_rate_at(FALSE_RATE)[1]
    else:
        threshold = best_threshold(scores, labels)
    return replace(model, threshold=round(min(threshold, 1.0), 4))


def describe(model: LogisticModel, features: list[Features], labels: BoolArray, kind: Kind) -> str:
    """Return in a sentence what a model reaches on labelled features."""
    scores = np.array([model.probability(row) for row in features])
    area = measure_roc(scores, labels).area
    if kind == "blends":
        flagged = scores > model.threshold
        return (
            f"AUC {area:.3f}; {np.mean(flagged[labels]):.3f} of the blends and "
            f"{np.mean(flagged[~labels]):.3f} of the others flagged"
        )
    completeness, purity = completeness_and_purity(scores, labels, model.threshold)
    return f"AUC {area:.3f}; completeness {completeness:.3f}, purity {purity:.3f}"
