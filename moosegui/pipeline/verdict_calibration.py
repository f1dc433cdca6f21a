"""Learn from the verdicts of a session how far its scans can be trusted.

Every inspected source is scanned again with the engine in use. Its first solution was right where
the inspector gave the same redshift with a ZCONF of 1 or more; one of a source without a redshift,
or of a false one, was not. Blends and false sources are judged by the scores in the session.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.catalogue import Source, SourceFlag, Verdict
from moosegui.data.confidence import FEATURES, ConfidenceModel, TrustModel
from moosegui.data.deblending import Vetting
from moosegui.data.grids import is_same_redshift
from moosegui.data.logistic import UNCHANGED, LogisticModel, Recalibration
from moosegui.data.results import Analysis
from moosegui.errors import InputError, MooseError
from moosegui.fit.evaluation.recalibrate import Learned, recalibrate, shifted_thresholds
from moosegui.fit.evaluation.reliability import TENTHS
from moosegui.fit.evaluation.suggest import features_of
from moosegui.fit.workers import cpu_count
from moosegui.pipeline.analyse import analyse_source, with_line_detections
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.inspected import Inspected
from moosegui.pipeline.models import blend_model, false_model

MIN_VERDICTS = 200


@dataclass(frozen=True, slots=True, eq=False)
class JudgedSource:
    """A scan and what an inspector held of it.

    Parameters
    ----------
    features : ndarray of shape (n_features,)
        What the suggested ZCONF rests on, with the stated probability.
    probability : float
        Of the first solution, a galaxy given.
    verdict : Verdict
    is_right : bool
        Whether the first solution has the redshift that was assigned.
    vetting : Vetting
        What the session keeps of the search for blends and false sources.
    """

    features: FloatArray
    probability: float
    verdict: Verdict
    is_right: bool
    vetting: Vetting


@dataclass(frozen=True, slots=True, eq=False)
class VerdictCalibration:
    """What was learned from verdicts.

    Parameters
    ----------
    model : ConfidenceModel
        With what is better than before, and nothing else.
    learned : tuple of (str, Learned)
        Of P(z), and of blends and false sources where there are enough of both kinds.
    zconf_losses : (float, float)
        Mean -ln of the probability of the ZCONF that was deserved, before and after.
    """

    model: ConfidenceModel
    learned: tuple[tuple[str, Learned], ...]
    zconf_losses: tuple[float, float]


def require_verdicts(n_verdicts: int) -> None:
    """Refuse to learn from too few verdicts.

    Raises
    ------
    InputError
        If there are fewer than 200.
    """
    if n_verdicts < MIN_VERDICTS:
        raise InputError(
            f"There are {n_verdicts} verdicts, but {MIN_VERDICTS} are needed to learn from; "
            "inspect more sources first."
        )


def judge_sources(
    inspected: Inspected, engine: Engine, *, n_workers: int | None = None
) -> Iterator[JudgedSource | None]:
    """Scan inspected sources again; None where a spectrum cannot be read or is no galaxy's.

    Parameters
    ----------
    inspected : Inspected
    engine : Engine
        With the calibration that is to be changed.
    n_workers : int, optional
        Threads; all processors by default.
    """

    def judge(one: tuple[Source, Verdict]) -> JudgedSource | None:
        source, verdict = one
        try:
            analysis = with_line_detections(analyse_source(source, engine), 1)
        except MooseError:  # it cannot be read; the window says so
            return None
        summary = inspected.summaries.get(source.key)
        vetting = None if summary is None else summary.vetting
        return _judged(analysis, verdict, vetting or Vetting(), engine.confidence)

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(n_workers or cpu_count()) as executor:
        yield from executor.map(judge, inspected.sources)


def _judged(
    analysis: Analysis, verdict: Verdict, vetting: Vetting, model: ConfidenceModel
) -> JudgedSource | None:
    if not analysis.solutions or analysis.posterior is None or analysis.other_class is not None:
        return None
    first, modes = analysis.solutions[0], analysis.posterior.modes
    stated = modes[0].probability
    if model.trust is not None and analysis.evidence is not None:
        stated = model.trust.first.probability(analysis.evidence.features)
    is_galaxy = bool(verdict.zconf) and verdict.false_reason is None
    is_right = is_galaxy and bool(is_same_redshift(first.redshift, verdict.redshift))
    features = features_of(
        first, analysis.solutions, (replace(modes[0], probability=stated), *modes[1:])
    )
    return JudgedSource(features, stated, verdict, is_right, vetting)


def learn_from_verdicts(
    judged: Sequence[JudgedSource], model: ConfidenceModel, provenance: Mapping[str, str]
) -> VerdictCalibration:
    """Learn what verdicts make of the probabilities that a calibration states.

    Parameters
    ----------
    judged : sequence of JudgedSource
        As `judge_sources` gives with an engine of that calibration.
    model : ConfidenceModel
    provenance : mapping of str to str

    Raises
    ------
    InputError
        If fewer than 200 were scanned.
    """
    if len(judged) < MIN_VERDICTS:
        raise InputError(
            f"{len(judged)} of the inspected sources are galaxies that could be scanned, but "
            f"{MIN_VERDICTS} are needed to learn from; inspect more sources first."
        )
    stated = np.array([one.probability for one in judged])
    is_right = np.array([one.is_right for one in judged])
    redshift = recalibrate(stated, is_right, TENTHS)
    learned = {
        "P(z)": redshift,
        "blend": _of_scores([one.vetting.blend_score for one in judged], _blends(judged)),
        "false source": _of_scores([one.vetting.false_score for one in judged], _false(judged)),
    }
    thresholds, before, after = _learned_thresholds(judged, model, redshift.change)
    found = replace(
        _with_change(model, redshift.change),
        thresholds=thresholds,
        blends=_change(learned["blend"], blend_model()).after(model.blends),
        false_sources=_change(learned["false source"], false_model()).after(model.false_sources),
        provenance=tuple({**dict(model.provenance), **provenance}.items()),
    )
    told = tuple((name, one) for name, one in learned.items() if one is not None)
    return VerdictCalibration(found, told, (before, after))


def _learned_thresholds(
    judged: Sequence[JudgedSource], model: ConfidenceModel, change: Recalibration
) -> tuple[tuple[float, ...], float, float]:
    features = np.array([one.features for one in judged])
    i_odds = FEATURES.index("probability")
    features[:, i_odds] = change.shift + change.slope * features[:, i_odds]
    deserved = [one.verdict.zconf or 0 if one.is_right else 0 for one in judged]
    scores = features @ np.array(model.coefficients)
    return shifted_thresholds(scores, np.array(deserved, dtype=np.int64), model.thresholds)


def _with_change(model: ConfidenceModel, change: Recalibration) -> ConfidenceModel:
    """Return a calibration whose probability of the first solution is changed."""
    if change == UNCHANGED or model.trust is None:
        # without a model of trust the curve is divided by a temperature, and has no shift
        return replace(model, temperature=model.temperature / change.slope)
    first: LogisticModel = change.of(model.trust.first)
    return replace(model, trust=TrustModel(first, model.trust.other))


def _blends(judged: Sequence[JudgedSource]) -> BoolArray:
    return np.array([SourceFlag.BLEND in one.verdict.flags for one in judged])


def _false(judged: Sequence[JudgedSource]) -> BoolArray:
    return np.array([one.verdict.false_reason is not None for one in judged])


def _of_scores(scores: Sequence[float], happened: BoolArray) -> Learned | None:
    """Return what verdicts make of scores; None where they are not known of enough of them."""
    stated = np.array(scores)
    is_known = np.isfinite(stated)
    if np.count_nonzero(is_known) < MIN_VERDICTS:
        return None
    return recalibrate(stated[is_known], happened[is_known], TENTHS)


def _change(learned: Learned | None, model: LogisticModel) -> Recalibration:
    return UNCHANGED if learned is None else replace(learned.change, model=model.fingerprint)
