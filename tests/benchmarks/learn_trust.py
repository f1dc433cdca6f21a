"""Learn how far the first solution of a scan can be trusted, and write the calibration.

python tests/benchmarks/learn_trust.py ../shared/data -o resources/confidence/moose_v2.json

Learns on the odd rows of the validation and blends surveys, on copies of the former with artefacts
(`tests/artefacts.py`) and on every second row of the points for training; measures on the even
rows, the points for validation and the real spectra, which it only scans. Some 6,000 scans.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy

sys.path.insert(0, str(Path(__file__).parents[1]))

from artefacts import CHANGES, Labelled

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.confidence import TrustModel
from moosegui.data.grids import is_same_redshift
from moosegui.data.logistic import LogisticModel
from moosegui.data.results import Analysis
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.files.models.confidence import write_confidence
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.fit.confidence.evidence import NAMES
from moosegui.fit.evaluation.calibrate import fit_ordered
from moosegui.fit.evaluation.reliability import measure_reliability
from moosegui.fit.evaluation.suggest import features_of
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import default_classes, default_confidence

RIDGE, OTHER_RIDGE = 2e-3, 2e-2  # of squared coefficients of standardised features, per example
LEARNED = ("validation", "artefacts", "blends", "points training")


@dataclass(frozen=True)
class Case:
    """One scan whose truth is known; `weight` is the probability that it is a galaxy."""

    kind: str
    is_odd: bool
    analysis: Analysis
    zconf: int
    is_right: bool
    is_among_others: bool
    weight: float


def case_of(kind: str, row: int, truth: Labelled, engine: Engine) -> Case | None:
    """Scan one spectrum; None where it has no solution."""
    good = truth.sigma > 0
    ivar = np.where(good, 1.0 / np.where(good, truth.sigma, 1.0) ** 2, 0.0)
    analysis = analyse("", Spectrum(truth.wave, truth.flux, ivar), engine)
    if analysis.evidence is None:
        return None
    is_real = truth.zconf > 0
    same = [
        is_real and bool(is_same_redshift(s.redshift, truth.redshift)) for s in analysis.solutions
    ]
    weight = 1.0 if analysis.classes is None else analysis.classes.p_galaxy
    return Case(kind, row % 2 == 1, analysis, truth.zconf, same[0], any(same[1:]), weight)


def labelled(survey: SurveyArrays, row: int) -> Labelled:
    """One spectrum of a survey; a star has no redshift of a galaxy."""
    ivar = survey.ivar[row].astype(float)
    sigma = np.where(ivar > 0, 1.0 / np.sqrt(np.where(ivar > 0, ivar, 1.0)), 0.0)
    is_star = str(survey.kind[row]).startswith("star")
    zconf = 0 if is_star else int(survey.zconf[row])
    flux = survey.flux[row].astype(float)
    return Labelled(survey.wave, flux, sigma, float(survey.redshift[row]), zconf)


def cases(folder: Path, engine: Engine) -> Iterator[Case | None]:
    """Scan everything, one survey after another."""
    for kind, name, step in (
        ("validation", "validation_survey", 1),
        ("artefacts", "validation_survey", 1),
        ("blends", "blends_survey", 1),
        ("points training", "points_training", 2),
        ("points validation", "points_validation", 1),
    ):
        survey = read_survey_arrays(folder / f"{name}.fits")
        for row in range(0, len(survey), step):
            truth = labelled(survey, row)
            if kind == "artefacts":
                change = CHANGES[(row // 2) % len(CHANGES)]
                truth = change(truth, np.random.default_rng((7, row)))
            yield case_of(kind, row, truth, engine)


def fit(x: FloatArray, y: BoolArray, weights: FloatArray, ridge: float) -> LogisticModel:
    """Fit a logistic model with a ridge by maximum likelihood."""
    centres, scales = x.mean(axis=0), x.std(axis=0)
    scales[scales == 0] = 1.0
    z, share = (x - centres) / scales, weights / weights.sum()

    def loss(parameters: FloatArray) -> tuple[float, FloatArray]:
        exponents = parameters[0] + z @ parameters[1:]
        value = share @ (np.logaddexp(0.0, exponents) - y * exponents)
        gradient = share * (scipy.special.expit(exponents) - y)
        slopes = z.T @ gradient + 2 * ridge * parameters[1:]
        value += ridge * np.sum(parameters[1:] ** 2)
        return float(value), np.concatenate(([gradient.sum()], slopes))

    start = np.zeros(x.shape[1] + 1)
    found = scipy.optimize.minimize(loss, start, jac=True, method="L-BFGS-B").x
    slopes = found[1:] / scales
    intercept = round(float(found[0] - slopes @ centres), 4)
    coefficients = tuple(round(float(value), 4) for value in slopes)
    return LogisticModel(NAMES, coefficients, intercept, 0.5)


def features(found: list[Case]) -> FloatArray:
    """Return the evidence of cases, shape (n, n_features)."""
    evidence = [case.analysis.evidence for case in found]
    return np.array([[one.features[name] for name in NAMES] for one in evidence if one is not None])


def chances(trust: TrustModel, found: list[Case]) -> FloatArray:
    """Return how probable the first solutions are right, given galaxies, shape (n,)."""
    evidence = [case.analysis.evidence for case in found]
    return np.array([trust.first.probability(one.features) for one in evidence if one is not None])


def learn(found: list[Case]) -> TrustModel:
    """Learn both models from the cases for learning."""
    x, weights = features(found), np.array([case.weight for case in found])
    is_right = np.array([case.is_right for case in found])
    other = np.array([case.is_among_others for case in found])
    wrong = ~is_right
    return TrustModel(
        fit(x, is_right, weights, RIDGE), fit(x[wrong], other[wrong], weights[wrong], OTHER_RIDGE)
    )


def ordered_features(found: list[Case], stated: FloatArray) -> FloatArray:
    """Return what the suggested ZCONF rests on, with the stated probabilities."""
    rows = []
    for case, chance in zip(found, stated, strict=True):
        assert case.analysis.posterior is not None
        first = replace(case.analysis.posterior.modes[0], probability=float(chance))
        rows.append(features_of(case.analysis.solutions[0], case.analysis.solutions, (first,)))
    return np.array(rows)


def main() -> None:
    """Scan, learn, write, and print the reliability on what was not learned from."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    engine = make_engine(first, companions=others).with_classes(default_classes())
    found = [case for case in cases(options.folder, engine) if case is not None]
    learning = [c for c in found if c.kind in LEARNED and (c.is_odd or c.kind == LEARNED[-1])]
    trust = learn(learning)
    stated = chances(trust, learning)
    deserved = np.array([case.zconf if case.is_right else 0 for case in learning])
    weights = np.array([case.weight for case in learning])
    slopes, thresholds = fit_ordered(ordered_features(learning, stated), deserved, weights)
    model = replace(default_confidence(), trust=trust, coefficients=slopes, thresholds=thresholds)
    write_confidence(options.output, model)
    for kind in dict.fromkeys(case.kind for case in found):
        judged = [c for c in found if c.kind == kind and (not c.is_odd or kind not in LEARNED)]
        told = chances(trust, judged) * np.array([case.weight for case in judged])
        print(f"\n{kind}: {len(judged)}")
        for one in measure_reliability(told, np.array([case.is_right for case in judged])):
            print(f"  stated {one.stated:.3f}  right {one.found.fraction:.3f}  of {one.found.n}")


if __name__ == "__main__":
    main()
