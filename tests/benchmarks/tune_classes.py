"""Fit the models of stars and of quasars to labelled surveys.

    python tests/benchmarks/tune_classes.py FOLDER SURVEY...

Learned from the odd rows and reported on the even ones (`tests/halves.py`): KIND says what each
source is (`star_M`, ..., `qso`, anything else a galaxy; false sources too, as no residual of the
sky is a quasar).
Stars and quasars are given the shares that a survey has, not those of the files.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1]))

from halves import is_for_tuning

from moosegui import __version__
from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import BoolArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.logistic import LogisticModel
from moosegui.data.posterior import Classification
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_basis, read_ensemble
from moosegui.files.models.logistic import write_logistic
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.fit.classes.decide import decide, features_of
from moosegui.fit.classes.templates import prepare_templates
from moosegui.fit.evaluation.logistic import fit_logistic
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import QUASAR_BASIS, QUASAR_MODEL, STAR_BASES, STAR_MODEL

PRIORS = {"star": 0.05, "quasar": 0.02}
SIGNS = {"lead": 1.0, "signal": 1.0}
RIDGE = 1e-4  # 1e-3 leaves a clear galaxy 5 % of doubt, 1e-5 calls faint ones stars
ANY = LogisticModel(("lead", "signal"), (1.0, 0.0), 0.0, 0.5)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One competition with its truth."""

    survey: str
    kind: str
    zconf: int
    truth: float
    is_learned: bool
    found: Classification

    @property
    def name(self) -> str:
        """`star`, `quasar` or `galaxy`."""
        return "star" if self.kind.startswith("star") else self.kind.replace("qso", "quasar")


def main(arguments: Sequence[str]) -> None:
    """Fit both models, write them and print what they reach."""
    folder, surveys = Path(arguments[0]), [Path(name) for name in arguments[1:]]
    engine = _engine()
    labelled = [one for path in surveys for one in _compete(path, engine)]
    learned = [one for one in labelled if one.is_learned]
    models = {name: _model(learned, name) for name in PRIORS}
    made = f"moosegui {__version__}, tests/benchmarks/tune_classes.py"
    learned_on = ", ".join(f"{path.name}, odd rows" for path in surveys)
    for name, file in (("star", STAR_MODEL), ("quasar", QUASAR_MODEL)):
        provenance = {"made by": made, "learned from": learned_on, "prior": f"{PRIORS[name]:g}"}
        write_logistic(folder / file, replace(models[name], provenance=provenance))
        print(name, models[name].coefficients, models[name].intercept)
    for is_learned in (True, False):
        _report([one for one in labelled if one.is_learned == is_learned], models, is_learned)


def _engine() -> Engine:
    leading, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    stars = {label: read_basis(resource("basis", name)) for label, name in STAR_BASES.items()}
    classes = prepare_templates(stars, read_basis(resource("basis", QUASAR_BASIS)), (ANY, ANY))
    return make_engine(leading, companions=others).with_classes(classes)


def _compete(path: Path, engine: Engine) -> Iterator[Labelled]:
    survey = read_survey_arrays(path)
    rows = np.flatnonzero(survey.zconf >= 0).tolist()

    def label(row: int) -> Labelled | None:
        found = analyse("", _spectrum(survey, row), engine).classes
        if found is None:
            return None
        zconf, truth = int(survey.zconf[row]), float(survey.redshift[row])
        return Labelled(path.stem, survey.kind[row], zconf, truth, is_for_tuning(row), found)

    with threadpool_limits(1, "blas"), ThreadPoolExecutor(2) as executor:
        yield from (one for one in executor.map(label, rows) if one is not None)


def _spectrum(survey: SurveyArrays, row: int) -> Spectrum:
    flux, ivar = survey.flux[row].astype(np.float64), survey.ivar[row].astype(np.float64)
    return Spectrum(survey.wave, flux, ivar)


def _model(learned: Sequence[Labelled], name: str) -> LogisticModel:
    """Fit a model, and move its intercept from the share of the class in the files to its own."""
    features = [features_of(one.found)[0 if name == "star" else 1] for one in learned]
    labels = np.array([one.name == name for one in learned])
    model = fit_logistic(features, labels, SIGNS, ridge=RIDGE)
    share = float(labels.mean())
    shift = _log_odds(PRIORS[name]) - _log_odds(share)
    return replace(model, intercept=round(model.intercept + shift, 4))


def _log_odds(share: float) -> float:
    return math.log(share / (1.0 - share))


def _report(
    labelled: Sequence[Labelled], models: dict[str, LogisticModel], is_learned: bool
) -> None:
    print("odd rows, learned from" if is_learned else "even rows")
    decided = [decide(one.found, models["star"], models["quasar"]) for one in labelled]
    called = np.array([found.source_class for found in decided])
    for survey in dict.fromkeys(one.survey for one in labelled):
        for zconf in (0, 1, 2, 3):
            for name in ("star", "quasar", "galaxy"):
                rows = [
                    i
                    for i, one in enumerate(labelled)
                    if (one.survey, one.zconf) == (survey, zconf) and _group(one) == name
                ]
                if rows:
                    right = np.array([_is_right(labelled[i], decided[i]) for i in rows])
                    print(f"{survey} ZCONF {zconf} {name}", _words(called[rows], right))


def _group(one: Labelled) -> str:
    return one.name if one.name in PRIORS else "galaxy"


def _is_right(one: Labelled, found: Classification) -> bool:
    if one.name == "star":
        return abs(found.star.redshift - one.truth) * SPEED_OF_LIGHT < 60.0
    return abs(found.quasar.redshift - one.truth) < 0.005 * (1.0 + one.truth)


def _words(called: np.ndarray, right: BoolArray) -> str:
    counts = {name: int(np.count_nonzero(called == name)) for name in ("GALAXY", "STAR", "QSO")}
    return f"{counts}; own redshift right {right.mean():.3f}"


if __name__ == "__main__":
    main(sys.argv[1:])
