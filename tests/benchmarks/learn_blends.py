"""Learn the probability of a blend, and write its model.

python tests/benchmarks/learn_blends.py ../shared/data -o resources/screening/blends.json

Learns on the odd rows (`tests/halves.py`) of the blends survey, on copies of its odd singles with
what real spectra have and simulated ones lack (`tests/artefacts.py`): flat-fielding, other
resolutions, understated and correlated noise, residuals of the sky, tilted continua; and on copies
of odd rows with other line ratios, widths, dust and slopes. The threshold is chosen there too.
Measured on the even rows and such copies of them; what a model that never saw other physics makes
of that is told beside it. Searches are kept in `--cache`.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1]))

from artefacts import (
    Change,
    Labelled,
    blur,
    correlate,
    leave_sky,
    other_physics,
    ripple,
    tilt,
    understate,
)
from halves import is_for_tuning

from moosegui import __version__
from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.logistic import LogisticModel
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.files.models.logistic import write_logistic
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.fit.evaluation.logistic import fit_logistic
from moosegui.fit.evaluation.vetting_metrics import measure_roc
from moosegui.fit.vetting.features import blend_features
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.tuning import SIGNS, labelled_rows
from moosegui.pipeline.vetting import search_blend

MISFITS: tuple[Change, ...] = (ripple, blur, understate, correlate, leave_sky, tilt)
OTHER = "other physics"
EVERY = 2  # of the singles: one has a copy with a misfit
MAX_FALSE = 0.08  # of what is learned on and is no blend: flagged at the threshold
EDGES = (0.0, 0.1, 0.3, 0.6, 0.9, 1.01)
NOTHING = dict.fromkeys(SIGNS["blends"], 0.0)


@dataclass(frozen=True)
class Case:
    """One search whose truth is known."""

    kind: str
    is_for_tuning: bool
    is_blend: bool
    features: dict[str, float]


def spectra(survey: SurveyArrays) -> Iterator[tuple[str, int, bool, Labelled]]:
    """Yield kind, row, whether it is a blend, and the spectrum."""
    rows, labels = labelled_rows(survey, "blends")
    n_singles = [0, 0]
    for row, is_blend in zip(rows.tolist(), labels.tolist(), strict=True):
        ivar = survey.ivar[row].astype(np.float64)
        sigma = np.where(ivar > 0, 1.0 / np.sqrt(np.maximum(ivar, 1e-30)), np.inf)
        flux = np.nan_to_num(survey.flux[row].astype(np.float64))
        known = np.where(np.isfinite(sigma), sigma, np.median(sigma[np.isfinite(sigma)]))
        one = Labelled(survey.wave, flux, known, float(survey.redshift[row]), 3)
        yield "survey", row, is_blend, one
        rng = np.random.default_rng(row)
        half = int(is_for_tuning(row))
        if not is_blend:
            n_singles[half] += 1
            if n_singles[half] % EVERY == 0:
                change = MISFITS[(n_singles[half] // EVERY) % len(MISFITS)]
                yield "misfits", row, is_blend, change(one, rng)
        if (row // 2) % EVERY == 0:
            yield OTHER, row, is_blend, other_physics(one, rng)


def search(one: Labelled, engine: Engine) -> dict[str, float]:
    """Return the features of a search beside the first solution."""
    spectrum = Spectrum(one.wave, one.flux, 1.0 / one.sigma**2)
    solutions = analyse("", spectrum, engine).solutions
    if not solutions:
        return NOTHING
    return blend_features(search_blend(engine, spectrum, solutions[0].redshift))


def measure(survey: SurveyArrays, engine: Engine, cache: Path, step: int) -> list[Case]:
    """Search every spectrum, or every so many rows of the survey, that is not in the cache."""
    known: dict[tuple[str, int], Case] = {}
    if cache.exists():
        known = pickle.loads(cache.read_bytes())
    cases = []
    for n_done, (kind, row, is_blend, one) in enumerate(spectra(survey)):
        if (row // 2) % step:
            continue
        if (kind, row) not in known:
            known[kind, row] = Case(kind, is_for_tuning(row), is_blend, search(one, engine))
            if n_done % 20 == 0:
                cache.write_bytes(pickle.dumps(known))
        cases.append(known[kind, row])
    cache.write_bytes(pickle.dumps(known))
    return cases


def learn(cases: list[Case]) -> LogisticModel:
    """Fit the model and choose the threshold."""
    labels = labels_of(cases)
    model = fit_logistic([case.features for case in cases], labels, SIGNS["blends"])
    threshold = measure_roc(scores_of(model, cases), labels).true_rate_at(MAX_FALSE)[1]
    return replace(model, threshold=round(min(threshold, 1.0), 4))


def labels_of(cases: list[Case]) -> BoolArray:
    return np.array([case.is_blend for case in cases])


def scores_of(model: LogisticModel, cases: list[Case]) -> FloatArray:
    return np.array([model.probability(case.features) for case in cases])


def describe(model: LogisticModel, cases: list[Case]) -> str:
    """Return what the model reaches, and how true its probabilities are."""
    labels, scores = labels_of(cases), scores_of(model, cases)
    flagged = scores > model.threshold
    singles = f"{np.count_nonzero(flagged & ~labels)} of {np.count_nonzero(~labels)} singles"
    if not labels.any():
        return f"{singles} flagged"
    bins = []
    for low, high in pairwise(EDGES):
        inside = (scores >= low) & (scores < high)
        if inside.any():
            bins.append(f"{scores[inside].mean():.2f}/{labels[inside].mean():.2f} ({inside.sum()})")
    return (
        f"AUC {measure_roc(scores, labels).area:.3f}; {flagged[labels].mean():.3f} of "
        f"{np.count_nonzero(labels)} blends and {singles} flagged; stated/true {', '.join(bins)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=Path("learn_blends.pickle"))
    parser.add_argument("--step", type=int, default=1, help="search every so many pairs of rows")
    options = parser.parse_args()
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    engine = make_engine(first, companions=others)
    survey = read_survey_arrays(options.data / "blends_survey.fits")
    with threadpool_limits(1, "blas"):
        cases = measure(survey, engine, options.cache, options.step)
    own = [case for case in cases if case.is_for_tuning]
    model = learn(own)
    provenance = {
        "made by": f"moosegui {__version__} tests/benchmarks/learn_blends.py --step {options.step}",
        "made on": datetime.now(UTC).date().isoformat(),
        "survey": f"blends_survey.fits: {len(own)} odd rows and copies of them with misfits",
        "basis": engine.name,
        "on the odd rows": describe(model, own),
    }
    for kind in ("survey", "misfits", OTHER):
        judged = [case for case in cases if case.kind == kind and not case.is_for_tuning]
        provenance[f"even rows: {kind}"] = describe(model, judged)
    unseen = [case for case in own if case.kind != OTHER]
    judged = [case for case in cases if case.kind == OTHER and not case.is_for_tuning]
    provenance[f"even rows: {OTHER}, not learned from"] = describe(learn(unseen), judged)
    write_logistic(options.output, replace(model, provenance=provenance))
    for name, value in provenance.items():
        print(f"{name:26} {value}")


if __name__ == "__main__":
    main()
