"""Learn how much the place of the light says of blends and false sources, on simulated cubes.

    python tests/benchmarks/learn_spatial.py CACHE [-o resources/screening]

Every cube has 30 sources (`moosegui.fit.simulation`); what was measured on one is kept in CACHE.
Coefficients are learned on the cubes of LEARN, thresholds chosen on those of CHOOSE, and reported
are REPORT, of the same kind, and OTHER, with other forms of the PSF and other noise.
A blend has SNR2 of 5 at least; what has between 1 and 5 is neither. False detections on which the
light of a galaxy falls (SNR2 above 1) are left out: they are wings.
"""

from __future__ import annotations

import argparse
import math
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.optimize import minimize

from moosegui import __version__
from moosegui.cli.cubes.simulate import CENTRE, truth_table
from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.grids import is_within_velocity
from moosegui.data.logistic import LogisticModel
from moosegui.data.results import Analysis, ScanSettings
from moosegui.data.sky.cube import CubeBox
from moosegui.data.sky.scene import Truth
from moosegui.data.sky.spatial import SpatialEvidence
from moosegui.files.cubes.cube import open_cube
from moosegui.files.cubes.write import write_cube
from moosegui.files.models.basis import read_ensemble
from moosegui.files.models.logistic import write_logistic
from moosegui.fit.evaluation.logistic import fit_logistic
from moosegui.fit.evaluation.vetting_metrics import (
    best_threshold,
    completeness_and_purity,
    measure_roc,
)
from moosegui.fit.simulation.field import FieldOptions
from moosegui.fit.simulation.scene import simulate
from moosegui.fit.sky.components import PlaceEvidence, component_maps, weigh_place
from moosegui.fit.sky.expected import agreement_of
from moosegui.fit.sky.extraction import extract
from moosegui.fit.sky.noise import noise_factor
from moosegui.pipeline.analyse import analyse, model_at
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import (
    SPATIAL_BLEND_MODEL,
    SPATIAL_FALSE_MODEL,
    SPATIAL_OWN_MODEL,
    default_classes,
)
from moosegui.pipeline.spatial import (
    blend_evidence,
    false_evidence,
    own_evidence,
    spatial_evidence,
)
from moosegui.pipeline.vetting import find_blend, judge_detection

# Seed: field. What is learned, chosen and reported has seen different nights, OTHER another camera:
# a PSF that is long and nearly Gaussian or has wide wings, noise that neighbours share more of, and
# variances that state too little
LEARN = {
    500 + i: (
        FieldOptions(),
        FieldOptions(fwhm=0.6, beta=2.8, noise=1.6, residual=0.3, shared=0.35),
        FieldOptions(fwhm=0.85, beta=2.4, noise=2.6, residual=0.7, shared=0.55),
        FieldOptions(fwhm=1.0, residual=0.9),
    )[i % 4]
    for i in range(12)
}
CHOOSE = {
    600: FieldOptions(fwhm=0.65, residual=0.6),
    601: FieldOptions(fwhm=0.95, beta=2.5, noise=2.4),
    602: FieldOptions(fwhm=0.75, residual=0.8, shared=0.5),
    603: FieldOptions(fwhm=0.8, beta=2.9, noise=1.8, residual=0.4),
}
REPORT = {
    700: FieldOptions(fwhm=0.7, beta=2.7, residual=0.6),
    701: FieldOptions(fwhm=0.9, noise=2.2, residual=0.8, shared=0.4),
    702: FieldOptions(fwhm=0.62, residual=0.4, shared=0.5),
    703: FieldOptions(fwhm=0.8, beta=2.4, noise=2.5),
}
OTHER = {
    800: FieldOptions(fwhm=0.8, beta=12.0, axis_ratio=0.75, shared=0.7, stated=0.8),
    801: FieldOptions(fwhm=1.1, beta=1.8, residual=0.8, stated=0.75),
    802: FieldOptions(fwhm=0.55, beta=1.9, axis_ratio=0.8, noise=2.8, shared=0.7),
    803: FieldOptions(fwhm=0.9, beta=12.0, noise=3.0, residual=1.0, stated=0.8),
}
RIGHT = 900.0  # km/s from the truth within which a redshift is right
CERTAIN, RIDGE = 1e-3, 1e-3
N_SOLUTIONS = 3  # whose places are measured
MIN_SECOND, MAX_NOT = 5.0, 1.0  # SNR2 of a blend, and of what is none
FALSE_RATE = 0.02  # of singles that may be flagged as blends
SIGNS = {
    "blends": {"spectrum": 1.0, "light": 1.0, "apart": 1.0, "away": 1.0, "line": 1.0},
    "false": {
        "spectrum": 1.0,
        "place": -1.0,
        "compactness": -1.0,
        "white": -1.0,
        "line": -1.0,
        "line_compactness": -1.0,
    },
}


@dataclass(frozen=True)
class Placed:
    """A solution and where its light lies."""

    redshift: float
    probability: float
    place: PlaceEvidence
    agreement: float


@dataclass(frozen=True)
class Row:
    """One source of a simulated cube and what was found."""

    seed: int
    truth: Truth
    blend: float
    false: float
    evidence: SpatialEvidence
    solutions: tuple[Placed, ...]
    redshift: float  # of the best second galaxy

    @property
    def is_blend(self) -> bool:
        return bool(self.truth.second_snr >= MIN_SECOND)

    @property
    def is_wing(self) -> bool:
        """Whether a detection that is none has the light of a galaxy."""
        return bool(self.truth.is_false and self.truth.second_snr > MAX_NOT)

    @property
    def is_told(self) -> bool:
        """Whether it is a blend or none."""
        has_some = MAX_NOT <= self.truth.second_snr < MIN_SECOND
        return not (self.truth.is_false or has_some)


def measure(seed: int, field: FieldOptions, engine: Engine) -> list[Row]:
    """Simulate a cube, and vet its sources with their places."""
    scene = simulate(seed, field)
    rows = []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cube.fits"
        cube = (scene.data, scene.variance)
        write_cube(path, cube, scene.wave_in_air, centre=CENTRE, pixel=field.pixel)
        places = truth_table(scene.truths)
        for truth, place in zip(scene.truths, places, strict=True):
            box = open_cube(path).box(place["RA"], place["DEC"])
            box = replace(box, noise=noise_factor(box))
            spectrum = extract(box)
            analysis = analyse(truth.source_id, spectrum, engine)
            blend = find_blend(engine, spectrum, analysis.solutions[0].redshift)
            false = judge_detection(engine, analysis).score
            found = spatial_evidence(engine, spectrum, blend, box)
            solutions = placed(engine, analysis, box)
            second = math.nan if blend.best is None else blend.best.redshift
            rows.append(Row(seed, truth, blend.score, false, found, solutions, second))
    return rows


def placed(engine: Engine, analysis: Analysis, box: CubeBox) -> tuple[Placed, ...]:
    """Return where the light of the best solutions lies."""
    found = []
    modes = () if analysis.posterior is None else analysis.posterior.modes
    chances = [mode.probability for mode in modes] or [0.0] * N_SOLUTIONS
    for solution, chance in zip(analysis.solutions[:N_SOLUTIONS], chances, strict=False):
        model = model_at(analysis.spectrum, engine, solution.redshift).flux
        (image,) = component_maps(box, [model])
        agreement = agreement_of(box, analysis.spectrum, model, solution.redshift)
        found.append(Placed(solution.redshift, chance, weigh_place(box, image), agreement))
    return tuple(found)


def rows_of(fields: Mapping[int, FieldOptions], cache: Path, engine: Engine) -> list[Row]:
    """Return what was measured, measuring what is not in the cache."""
    rows: list[Row] = []
    for seed, field in fields.items():
        path = cache / f"rows_{seed}.pickle"
        if not path.exists():
            path.write_bytes(pickle.dumps(measure(seed, field, engine)))
            print(f"measured cube {seed}", flush=True)
        rows += pickle.loads(path.read_bytes())
    return rows


def blends_of(rows: Sequence[Row], model: LogisticModel | None) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and labels of what is a blend or none."""
    told = [row for row in rows if row.is_told]
    scores = [
        row.blend if model is None else model.probability(blend_evidence(row.blend, row.evidence))
        for row in told
    ]
    return np.array(scores), np.array([row.is_blend for row in told])


def false_of(rows: Sequence[Row], model: LogisticModel | None) -> tuple[np.ndarray, np.ndarray]:
    """Return scores and labels of true and false sources."""
    rows = [row for row in rows if not row.is_wing]
    scores = [
        row.false if model is None else model.probability(false_evidence(row.false, row.evidence))
        for row in rows
    ]
    return np.array(scores), np.array([row.truth.is_false for row in rows])


def middle_threshold(scores: np.ndarray, is_false: np.ndarray) -> float:
    """Return the middle of the widest range with the best completeness and purity."""
    edges = np.concatenate(([0.0], np.unique(scores), [1.0]))
    middles = 0.5 * (edges[1:] + edges[:-1])
    reached = [completeness_and_purity(scores, is_false, middle) for middle in middles]
    worth = np.array([(min(pair), sum(pair)) for pair in reached])
    best = (worth == max(map(tuple, worth))).all(axis=1)
    widths = np.where(best, np.diff(edges), 0.0)
    return float(middles[int(np.argmax(widths))])


def learn(rows: Sequence[Row], chosen: Sequence[Row]) -> tuple[LogisticModel, LogisticModel]:
    """Return the models of blends and of false sources."""
    told = [row for row in rows if row.is_told]
    blends = fit_logistic(
        [blend_evidence(row.blend, row.evidence) for row in told],
        np.array([row.is_blend for row in told]),
        SIGNS["blends"],
    )
    _, threshold = measure_roc(*blends_of(chosen, blends)).true_rate_at(FALSE_RATE)
    told = [row for row in rows if not row.is_wing]
    false = fit_logistic(
        [false_evidence(row.false, row.evidence) for row in told],
        np.array([row.truth.is_false for row in told]),
        SIGNS["false"],
    )
    limit = middle_threshold(*false_of(chosen, false))
    return (
        replace(blends, threshold=round(threshold - 5e-4, 3)),
        replace(false, threshold=round(limit, 3)),
    )


def learn_own(rows: Sequence[Row]) -> LogisticModel:
    """Return the factor of P(z) that says whether the light of the first redshift is its own.

    Its two numbers make the log loss of the product least; a product only takes away.
    """
    chance, away, is_right = own_of(rows)

    def loss(numbers: np.ndarray) -> float:
        own = 1.0 / (1.0 + np.exp(-(numbers[0] + numbers[1] * away)))
        return log_loss(chance * own, is_right) + RIDGE * float(numbers @ numbers)

    found = minimize(loss, np.zeros(2), method="Nelder-Mead", options={"maxiter": 4000}).x
    return LogisticModel(("away",), np.round(found[1:], 3), round(float(found[0]), 3), 0.5)


def own_of(rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return P(z) of the spectrum alone, the feature of the place, and what is right."""
    rows = [row for row in rows if row.solutions]
    chance = np.array([row.solutions[0].probability for row in rows])
    away = np.array([own_evidence(row.evidence)["away"] for row in rows])
    is_right = [
        not row.truth.is_false
        and is_within_velocity(row.solutions[0].redshift, row.truth.redshift, RIGHT)
        for row in rows
    ]
    return chance, away, np.array(is_right)


def log_loss(chance: np.ndarray, is_right: np.ndarray) -> float:
    """Return the mean surprise; nothing is more certain than CERTAIN."""
    chance = np.clip(chance, CERTAIN, 1.0 - CERTAIN)
    return float(-np.log(np.where(is_right, chance, 1.0 - chance)).mean())


def report_own(name: str, rows: Sequence[Row], model: LogisticModel) -> str:
    """Print and return what the place makes of P(z)."""
    chance, away, is_right = own_of(rows)
    with_place = chance * np.array([model.probability({"away": one}) for one in away])
    wrong = [f"{(~is_right[p > 0.95]).sum()} of {(p > 0.95).sum()}" for p in (chance, with_place)]
    found = (
        f"log loss of P(z) {log_loss(chance, is_right):.3f}, with the place "
        f"{log_loss(with_place, is_right):.3f}; wrong above 0.95: {wrong[0]}, with it {wrong[1]}"
    )
    print(f"{name}: {found}")
    return found


def report(name: str, rows: Sequence[Row], models: tuple[LogisticModel, LogisticModel]) -> str:
    """Print and return what was reached on some cubes, the spectrum alone beside it."""
    blends, false = models
    scores, labels = blends_of(rows, blends)
    alone = measure_roc(*blends_of(rows, None)).area
    flagged = scores > blends.threshold
    complete, pure = completeness_and_purity(*false_of(rows, false), false.threshold)
    scores_alone, is_false = false_of(rows, None)
    before = completeness_and_purity(scores_alone, is_false, best_threshold(scores_alone, is_false))
    found = (
        f"AUC {measure_roc(scores, labels).area:.4f} (spectrum alone {alone:.4f}) of "
        f"{labels.sum()} blends and {(~labels).sum()} others, {flagged[labels].mean():.3f} and "
        f"{flagged[~labels].mean():.3f} flagged; false: completeness {complete:.4f}, purity "
        f"{pure:.4f} of {(~is_false).sum()} true and {is_false.sum()} false (spectrum alone, its "
        f"best threshold: {before[0]:.4f}, {before[1]:.4f})"
    )
    print(f"{name}: {found}")
    return found


def main() -> None:
    """Learn, choose, report and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cache", type=Path)
    parser.add_argument("-o", "--output", type=Path, help="folder of both models")
    options = parser.parse_args()
    options.cache.mkdir(exist_ok=True)
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS), None)
    engine = make_engine(first, ScanSettings(), companions=others).with_classes(default_classes())
    sets = [rows_of(fields, options.cache, engine) for fields in (LEARN, CHOOSE, REPORT, OTHER)]
    models = learn(sets[0], sets[1])
    for model in models:
        print(dict(zip(model.names, model.coefficients, strict=True)), model.intercept)
    own = learn_own(sets[0])
    print(dict(zip(own.names, own.coefficients, strict=True)), own.intercept)
    names = ("learned from", "thresholds chosen", "reported", "reported, another kind")
    reached = {name: report(name, rows, models) for name, rows in zip(names, sets, strict=True)}
    told = {name: report_own(name, rows, own) for name, rows in zip(names, sets, strict=True)}
    provenance = {
        "made by": f"moosegui {__version__} tests/benchmarks/learn_spatial.py",
        "made on": datetime.now(UTC).date().isoformat(),
    }
    if options.output is not None:
        for name, model in zip((SPATIAL_BLEND_MODEL, SPATIAL_FALSE_MODEL), models, strict=True):
            found = replace(model, provenance=provenance | reached)
            write_logistic(options.output / name, found)
        found = replace(own, provenance=provenance | told)
        write_logistic(options.output / SPATIAL_OWN_MODEL, found)


if __name__ == "__main__":
    main()
