"""Scan a labelled survey and calibrate P(z) and the suggested ZCONF on it.

A survey with secure sources only, as those for learning a basis are, lacks ZCONF 0 and 1. They are
made of its ZCONF 2 sources: the model at the true redshift is dimmed, noise and sky residuals stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.confidence import ConfidenceModel, TrustModel
from moosegui.data.posterior import Evidence
from moosegui.data.results import Solution
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.sources.survey_data import SurveyArrays
from moosegui.fit.evaluation.calibrate import fit_ordered, fit_temperature
from moosegui.fit.evaluation.metrics import is_good
from moosegui.fit.evaluation.suggest import features_of
from moosegui.fit.scan.posterior import divide_into_cells, modes_of
from moosegui.fit.workers import cpu_count
from moosegui.pipeline.analyse import analyse, model_at, with_line_detections
from moosegui.pipeline.engine import Engine

# By how much ZCONF 2 sources are dimmed, and what they are then: half of 10 to 20 sigma is a
# possible redshift, a sixth is none
DIMMED = ((2.0, 1), (6.0, 0), (float("inf"), 0))
DIMMED_WEIGHT = 0.5  # of each copy: as many false sources as of ZCONF 2, half as many possible ones
MIN_EXAMPLES = 20  # of each ZCONF


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One scan whose truth is known.

    Parameters
    ----------
    solutions : tuple of Solution
        With line detections.
    depths : ndarray of shape (n_cells,)
        As in `moosegui.fit.scan.posterior.Cells`.
    zconf : int
        What the labels say of the source; 0 for a false one.
    is_right : bool
        Whether the first solution has the true redshift.
    evidence : Evidence or None
        Of the first solution.
    weight : float
        Of the example in the calibration.
    """

    solutions: tuple[Solution, ...]
    depths: FloatArray
    zconf: int
    is_right: bool
    evidence: Evidence | None = None
    weight: float = 1.0


def make_examples(
    survey: SurveyArrays, rows: IntArray, engine: Engine, *, n_workers: int | None = None
) -> Iterator[tuple[Example, ...]]:
    """Scan the labelled spectra of a survey, and the dimmed ones where it has no faint sources.

    Parameters
    ----------
    survey : SurveyArrays
    rows : ndarray of int, shape (n,)
        Of spectra with a ZCONF.
    engine : Engine
    n_workers : int, optional
        Threads; all processors by default.

    Yields
    ------
    tuple of Example
        Of one row: its own, and those of its dimmed copies.
    """
    dims = lacks_faint_sources(survey)

    def examples_of(row: int) -> tuple[Example, ...]:
        flux, ivar = survey.flux[row].astype(np.float64), survey.ivar[row].astype(np.float64)
        spectrum = Spectrum(survey.wave, flux, ivar)
        truth, zconf = float(survey.redshift[row]), int(survey.zconf[row])
        cases = [(spectrum, zconf)]
        if dims and zconf == 2:
            model = np.nan_to_num(model_at(spectrum, engine, truth).flux)
            for factor, faint in DIMMED:
                dimmed = replace(spectrum, flux=flux - (1.0 - 1.0 / factor) * model)
                cases.append((dimmed, faint))
        made = [_example(*case, truth, engine) for case in cases]
        own, copies = made[:1], made[1:]
        weighted = [replace(e, weight=DIMMED_WEIGHT) for e in copies if e is not None]
        return (*(e for e in own if e is not None), *weighted)

    n_workers = n_workers or cpu_count()
    with ThreadPoolExecutor(n_workers) as executor:
        yield from executor.map(examples_of, rows.tolist())


def lacks_faint_sources(survey: SurveyArrays) -> bool:
    """Whether a survey has too few sources of ZCONF 0 or 1 to learn from."""
    return any(int(np.count_nonzero(survey.zconf == zconf)) < MIN_EXAMPLES for zconf in (0, 1))


def _example(spectrum: Spectrum, zconf: int, truth: float, engine: Engine) -> Example | None:
    analysis = with_line_detections(analyse("", spectrum, engine), 1)
    if not analysis.solutions:
        return None
    cells = divide_into_cells(analysis.scan, analysis.solutions, spectrum.n_good)
    right = zconf > 0 and bool(is_good(analysis.solutions[0].redshift, truth))
    return Example(analysis.solutions, cells.depths, zconf, right, analysis.evidence)


def calibrate(
    examples: Sequence[Example], provenance: tuple[tuple[str, str], ...] = ()
) -> ConfidenceModel:
    """Calibrate the temperature of P(z), then the model of ZCONF that builds on it.

    A first solution that is wrong deserves no confidence, whatever the source's label: it counts
    as ZCONF 0. The probabilities of ZCONF hold for surveys with the mixture of the examples.

    Parameters
    ----------
    examples : sequence of Example
    provenance : tuple of (key, value)

    Returns
    -------
    ConfidenceModel

    Raises
    ------
    InputError
        If there are fewer than 20 examples of a ZCONF.
    """
    zconf = np.array([example.zconf for example in examples], dtype=np.int64)
    is_right = np.array([example.is_right for example in examples], dtype=bool)
    classes = np.where(is_right, zconf, 0)
    counts = np.bincount(classes, minlength=4)
    if counts.min() < MIN_EXAMPLES:
        few = int(np.argmin(counts))
        raise InputError(
            f"There are {counts[few]} spectra to learn ZCONF {few} from, but {MIN_EXAMPLES} are "
            "needed; give a survey with more labelled spectra."
        )
    depths = [e.depths for e in examples if e.zconf > 0]
    temperature = fit_temperature(depths, is_right[zconf > 0])
    features = features_at(examples, temperature)
    weights = np.array([example.weight for example in examples])
    coefficients, thresholds = fit_ordered(features, classes, weights)
    return ConfidenceModel(temperature, coefficients, thresholds, provenance)


def features_at(
    examples: Sequence[Example], temperature: float, trust: TrustModel | None = None
) -> FloatArray:
    """Return the features of the first solutions, shape (n, n_features).

    Where there is a model of trust, the probability among them is the one that it states.
    """
    rows = []
    for example in examples:
        solutions = example.solutions
        modes = modes_of(solutions, example.depths, temperature)
        if trust is not None and example.evidence is not None:
            stated = trust.first.probability(example.evidence.features)
            modes = (replace(modes[0], probability=stated), *modes[1:])
        rows.append(features_of(solutions[0], solutions, modes))
    return np.array(rows)
