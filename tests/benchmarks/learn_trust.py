"""Learn how far the first solution of a scan can be trusted, and write the calibration.

python tests/benchmarks/learn_trust.py ../shared/data -o resources/confidence/moose_v2.json

Learns on the odd rows (`tests/halves.py`) of the validation and blends surveys, on copies of the
former with artefacts (`tests/artefacts.py`) and on a third of the points for training; measures on
the even rows, and on two kinds of data from which it never learns: the points for validation, and
copies of galaxies with other physics. Before that it leaves out each kind in turn, learns on the
others, and tells how true the probabilities of the kind left out are. Some 5,300 scans, kept in a
folder with `--cache` so that a run that was stopped goes on; the package that is installed is
scanned with, unless PYTHONPATH names another.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1]))

from artefacts import CHANGES, Labelled, other_physics
from halves import is_for_tuning

from moosegui import __version__
from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.confidence import TrustModel
from moosegui.data.grids import is_same_redshift
from moosegui.data.logistic import LogisticModel
from moosegui.data.posterior import Classification, Evidence, Mode
from moosegui.data.results import Solution
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.files.models.confidence import write_confidence
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.fit.confidence.evidence import NAMES
from moosegui.fit.evaluation.calibrate import fit_ordered
from moosegui.fit.evaluation.kinds import reliability_of
from moosegui.fit.evaluation.suggest import features_of
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import default_classes, default_confidence

RIDGE, OTHER_RIDGE = 1e-3, 2e-2  # of squared coefficients of standardised features, per example
EVERY = 50  # scans after which those of a kind are kept
LEARNED = ("validation", "artefacts", "blends", "points training")


@dataclass(frozen=True)
class Case:
    """One scan whose truth is known; `weight` is the probability that it is a galaxy."""

    kind: str
    is_for_tuning: bool
    evidence: Evidence
    solutions: tuple[Solution, ...]
    first_mode: Mode
    redshift: float
    zconf: int
    is_right: bool
    is_among_others: bool
    weight: float
    classes: Classification | None


def case_of(kind: str, row: int, truth: Labelled, engine: Engine) -> Case | None:
    """Scan one spectrum; None where it has no solution."""
    good = truth.sigma > 0
    ivar = np.where(good, 1.0 / np.where(good, truth.sigma, 1.0) ** 2, 0.0)
    analysis = analyse("", Spectrum(truth.wave, truth.flux, ivar), engine)
    if analysis.evidence is None or analysis.posterior is None:
        return None
    is_real = truth.zconf > 0
    same = [
        is_real and bool(is_same_redshift(s.redshift, truth.redshift)) for s in analysis.solutions
    ]
    weight = 1.0 if analysis.classes is None else analysis.classes.p_galaxy
    return Case(
        kind,
        is_for_tuning(row),
        analysis.evidence,
        analysis.solutions,
        analysis.posterior.modes[0],
        truth.redshift,
        truth.zconf,
        same[0],
        any(same[1:]),
        weight,
        analysis.classes,
    )


def labelled(survey: SurveyArrays, row: int) -> Labelled:
    """One spectrum of a survey; a star has no redshift of a galaxy."""
    ivar = survey.ivar[row].astype(float)
    sigma = np.where(ivar > 0, 1.0 / np.sqrt(np.where(ivar > 0, ivar, 1.0)), 0.0)
    is_star = str(survey.kind[row]).startswith("star")
    zconf = 0 if is_star else int(survey.zconf[row])
    flux = survey.flux[row].astype(float)
    return Labelled(survey.wave, flux, sigma, float(survey.redshift[row]), zconf)


def surveys(folder: Path) -> Iterator[tuple[str, list[tuple[int, Labelled]]]]:
    """Return every kind of data with its rows.

    Every n-th pair of neighbours is taken, so that as many rows are for tuning as for reporting.
    """
    for kind, name, pairs in (
        ("points", "points_validation", (0, 1)),
        ("physics", "validation_survey", (1, 3)),
        ("artefacts", "validation_survey", (0, 1)),
        ("blends", "blends_survey", (0, 1)),
        ("validation", "validation_survey", (0, 1)),
        ("points training", "points_training", (0, 3)),
    ):
        survey, (first, step) = read_survey_arrays(folder / f"{name}.fits"), pairs
        rows = [row for row in range(len(survey)) if (row // 2) % step == first % step]
        yield kind, [(row, copied(kind, row, labelled(survey, row))) for row in rows]


def copied(kind: str, row: int, truth: Labelled) -> Labelled:
    """Return a spectrum as its kind has it."""
    if kind == "artefacts":
        return CHANGES[(row // 2) % len(CHANGES)](truth, np.random.default_rng((7, row)))
    return other_physics(truth, np.random.default_rng((11, row))) if kind == "physics" else truth


def scanned(
    kind: str, rows: list[tuple[int, Labelled]], engine: Engine, cache: Path | None
) -> list[Case]:
    """Return the cases of one kind of data, those of an earlier run if it used the same engine."""
    kept = None if cache is None else cache / f"{kind.replace(' ', '_')}_{engine.fingerprint}.pkl"
    known: dict[int, Case | None] = {}
    if kept is not None and kept.exists():
        known = pickle.loads(kept.read_bytes())
    left = [(row, truth) for row, truth in rows if row not in known]
    with threadpool_limits(1, "blas"):
        for n_done, (row, truth) in enumerate(left, start=1):
            known[row] = case_of(kind, row, truth, engine)
            if kept is not None and (n_done % EVERY == 0 or n_done == len(left)):
                kept.write_bytes(pickle.dumps(known))
    return [case for row, _ in rows if (case := known[row]) is not None]


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
    return np.array([[case.evidence.features[name] for name in NAMES] for case in found])


def chances(trust: TrustModel, found: list[Case]) -> FloatArray:
    """Return how probable the first solutions are right, given galaxies, shape (n,)."""
    return np.array([trust.first.probability(case.evidence.features) for case in found])


def learn(found: list[Case]) -> TrustModel:
    """Learn both models from the cases for learning."""
    x, weights = features(found), np.array([case.weight for case in found])
    is_right = np.array([case.is_right for case in found])
    other = np.array([case.is_among_others for case in found])
    wrong = ~is_right
    return TrustModel(
        fit(x, is_right, weights, RIDGE), fit(x[wrong], other[wrong], weights[wrong], OTHER_RIDGE)
    )


def tell(title: str, told: FloatArray, is_right: BoolArray) -> None:
    """Print stated against right in bins of ten, and what is wrong above 0.99."""
    whole = reliability_of(title, "all", told, is_right)
    print(
        f"\n{title}: {whole.n}, calibration error {whole.calibration_error:.3f}, wrong above 0.99 "
        f"{whole.n_sure_wrong} of {whole.n_sure}"
    )
    for one in whole.bins:
        print(f"  stated {one.stated:.3f}  right {one.found.fraction:.3f}  of {one.found.n}")


def judge(title: str, trust: TrustModel, found: list[Case]) -> None:
    """Print how true a model's probabilities of some cases are."""
    told = chances(trust, found) * np.array([case.weight for case in found])
    tell(title, told, np.array([case.is_right for case in found]))


def leave_out_kinds(found: list[Case]) -> None:
    """Learn on all kinds but one, for each, and print how true the others make that one."""
    for kind in dict.fromkeys(case.kind for case in found):
        others = [c for c in found if c.kind != kind and c.is_for_tuning]
        left_out = [c for c in found if c.kind == kind and not c.is_for_tuning]
        if others and left_out:
            judge(f"{kind}, left out of learning", learn(others), left_out)


def ordered_features(found: list[Case], stated: FloatArray) -> FloatArray:
    """Return what the suggested ZCONF rests on, with the stated probabilities."""
    rows = []
    for case, chance in zip(found, stated, strict=True):
        first = replace(case.first_mode, probability=float(chance))
        rows.append(features_of(case.solutions[0], case.solutions, (first,)))
    return np.array(rows)


def main() -> None:
    """Scan, learn, write, and print the reliability on what was not learned from."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="a folder for what was scanned")
    options = parser.parse_args()
    if options.cache is not None:
        options.cache.mkdir(parents=True, exist_ok=True)
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    engine = make_engine(first, companions=others).with_classes(default_classes())
    found = [
        case
        for kind, rows in surveys(options.folder)
        for case in scanned(kind, rows, engine, options.cache)
    ]
    leave_out_kinds(found)
    learning = [
        c for c in found if c.kind in LEARNED and (c.is_for_tuning or c.kind == LEARNED[-1])
    ]
    trust = learn(learning)
    stated = chances(trust, learning)
    deserved = np.array([case.zconf if case.is_right else 0 for case in learning])
    weights = np.array([case.weight for case in learning])
    slopes, thresholds = fit_ordered(ordered_features(learning, stated), deserved, weights)
    known = {"basis": engine.name, "weighting": "ivar", "scans": str(len(learning))}
    known |= {
        "made by": f"moosegui {__version__}, tests/benchmarks/learn_trust.py",
        "survey": "validation and blends surveys, copies of the former with artefacts: odd rows; "
        "a third of the points for training",
    }
    model = replace(
        default_confidence(),
        trust=trust,
        coefficients=slopes,
        thresholds=thresholds,
        provenance=tuple(known.items()),
    )
    write_confidence(options.output, model)
    for kind in dict.fromkeys(case.kind for case in found):
        is_learned = kind in LEARNED
        judged = [c for c in found if c.kind == kind and not (is_learned and c.is_for_tuning)]
        judge(kind, trust, judged)


if __name__ == "__main__":
    main()
