"""Learn how far redshifts lie from the truth, by what carries them, and write the error terms.

python tests/benchmarks/learn_errors.py ../shared/data -o resources/confidence/moose_v2.json

Right redshifts of ZCONF 2 and 3: learned from the odd rows (`tests/halves.py`) of the validation
and blends surveys and of copies of the former with artefacts; measured on their even rows, and on
copies of galaxies with other physics, from which nothing is learned. Each kind of carrier
(`moosegui.fit.confidence.carrier`) has a scale and a floor: their ratio by maximum likelihood,
their size by the middle 68 % of the pulls, and by what is beyond three errors.
"""

from __future__ import annotations

import argparse
import pickle
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy
from threadpoolctl import threadpool_limits

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from halves import is_for_tuning
from learn_trust import Labelled, surveys

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT, is_same_redshift, velocity_difference
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.files.models.confidence import read_confidence, write_confidence
from moosegui.files.sources.survey_data import read_survey_arrays
from moosegui.fit.confidence.carrier import GROUPS, UNKNOWN
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import default_confidence

LEARNED = ("validation", "blends", "artefacts")
REPORTED = (*LEARNED, "physics")
FEWEST, MANY = 4, 60
FREEDOM = 5  # of Student's t, as deviations have heavier tails than a Gaussian
MIDDLE, TAIL = 0.683, 0.02
EVERY = 50


@dataclass(frozen=True)
class Deviation:
    """A right redshift: its statistical error and what it is off by, in km/s."""

    kind: str
    is_for_tuning: bool
    galaxy: str
    group: str
    error: float
    off: float


def deviation_of(kind: str, row: int, truth: Labelled, engine: Engine) -> Deviation | None:
    """Scan one spectrum with errors that are statistical only; None where it is wrong."""
    good = truth.sigma > 0
    ivar = np.where(good, 1.0 / np.where(good, truth.sigma, 1.0) ** 2, 0.0)
    analysis = analyse("", Spectrum(truth.wave, truth.flux, ivar), engine)
    solutions, evidence = analysis.solutions, analysis.evidence
    if evidence is None or not is_same_redshift(solutions[0].redshift, truth.redshift):
        return None
    first, group = solutions[0], evidence.error_group
    unit = SPEED_OF_LIGHT / (1.0 + first.redshift)
    off = float(velocity_difference(first.redshift, truth.redshift))
    return Deviation(kind, is_for_tuning(row), "", group, first.redshift_error * unit, off)


def measure(folder: Path, engine: Engine, cache: Path | None) -> list[Deviation]:
    """Scan all that is not in the cache, and name the kinds of galaxies."""
    known: dict[tuple[str, int], Deviation | None] = {}
    if cache is not None and cache.exists():
        known = pickle.loads(cache.read_bytes())
    names = {
        name: read_survey_arrays(folder / f"{name}_survey.fits").kind
        for name in ("validation", "blends")
    }
    found = []
    for kind, rows in surveys(folder):
        secure = [(row, truth) for row, truth in rows if truth.zconf >= 2]
        for n_done, (row, truth) in enumerate(secure if kind in REPORTED else ()):
            if (kind, row) not in known:
                known[kind, row] = deviation_of(kind, row, truth, engine)
                if cache is not None and n_done % EVERY == 0:
                    cache.write_bytes(pickle.dumps(known))
            one = known[kind, row]
            if one is not None:
                galaxy = str(names["blends" if kind == "blends" else "validation"][row]).strip()
                found.append(replace(one, galaxy=galaxy))
    if cache is not None:
        cache.write_bytes(pickle.dumps(known))
    return found


def fit_term(error: FloatArray, off: FloatArray) -> tuple[float, float]:
    """Return scale and floor (km/s) of greatest likelihood, with weak priors.

    Both are then multiplied so that the middle 68 % of the pulls are within one error; of many
    carriers, so that at most `TAIL` are beyond three if that asks for more.
    """

    def loss(logs: FloatArray) -> float:
        width = np.hypot(np.exp(logs[0]) * error, np.exp(logs[1]))
        terms = 0.5 * (FREEDOM + 1) * np.log1p((off / width) ** 2 / FREEDOM) + np.log(width)
        return float(terms.sum() + 0.3 * (logs[0] - 0.2) ** 2 + 0.1 * (logs[1] - 1.0) ** 2)

    starts = ((0.0, 1.0), (0.0, 3.0), (1.0, 1.0), (1.0, 4.0), (0.0, -1.0))
    found = (scipy.optimize.minimize(loss, start, method="Nelder-Mead") for start in starts)
    scale, floor = np.exp(min(found, key=lambda one: one.fun).x)
    pulls = np.abs(off) / np.hypot(scale * error, floor)
    more = float(np.quantile(pulls, MIDDLE))
    if error.size >= MANY:
        more = max(more, float(np.quantile(pulls, 1.0 - TAIL)) / 3.0)
    return round(float(scale) * more, 2), round(float(floor) * more, 1)


def learn(found: list[Deviation]) -> dict[str, tuple[float, float]]:
    """Return the terms of all carriers of which some were seen."""
    terms = {}
    for group in GROUPS:
        own = [one for one in found if one.group == group]
        if len(own) >= FEWEST:
            errors = np.array([one.error for one in own])
            off = np.array([one.off for one in own])
            terms[group] = fit_term(errors, off)
    return terms


def in_words(found: list[Deviation], terms: dict[str, tuple[float, float]]) -> str:
    """Return the width of the pulls, by the median and by the middle 68 %, and what is beyond."""
    if not found:
        return "-"
    pulls = np.abs(
        [
            one.off / np.hypot(scale * one.error, floor)
            for one in found
            for scale, floor in (terms.get(one.group, UNKNOWN),)
        ]
    )
    beyond = np.count_nonzero(pulls > 3)
    width, middle = 1.4826 * float(np.median(pulls)), float(np.quantile(pulls, 0.683))
    return f"{width:.2f}, {middle:.2f}, {beyond} of {pulls.size}"


def report(found: list[Deviation], terms: dict[str, tuple[float, float]]) -> None:
    """Print the pulls of each kind of galaxy on what was learned from and what was not."""
    own = ("validation", "blends")
    columns = {
        "odd": [d for d in found if d.kind in own and d.is_for_tuning],
        "even": [d for d in found if d.kind in own and not d.is_for_tuning],
        "even, artefacts": [d for d in found if d.kind == "artefacts" and not d.is_for_tuning],
        "other physics": [d for d in found if d.kind == "physics"],
    }
    for galaxy in (*sorted({one.galaxy for one in found}), "all"):
        told = (
            f"{name} {in_words([d for d in ones if galaxy in (d.galaxy, 'all')], terms)}"
            for name, ones in columns.items()
        )
        print(f"{galaxy:8}", " | ".join(told))


def main() -> None:
    """Scan, learn, write, and print the pulls."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True, help="its terms are replaced")
    parser.add_argument("--cache", type=Path, help="a file for what was scanned")
    options = parser.parse_args()
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    statistical = tuple((group, 1.0, 0.0) for group in GROUPS)
    model = replace(default_confidence(), error_terms=statistical)
    engine = make_engine(first, companions=others).with_confidence(model)
    with threadpool_limits(1, "blas"):
        found = measure(options.folder, engine, options.cache)
    terms = learn([d for d in found if d.kind in LEARNED and d.is_for_tuning])
    print(terms)
    report(found, terms)
    kept = read_confidence(options.output) if options.output.exists() else default_confidence()
    rows = tuple((group, *term) for group, term in terms.items())
    write_confidence(options.output, replace(kept, error_terms=rows))


if __name__ == "__main__":
    main()
