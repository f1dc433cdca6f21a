"""How long the search for a second galaxy takes against the plain scan, in the same run.

python tests/benchmarks/bench_deblend.py [blends_survey.fits] [--n 40]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.spectrum import Spectrum
from moosegui.files.basis_file import read_basis
from moosegui.files.survey_data import read_survey_arrays
from moosegui.fit.augmented import augment
from moosegui.fit.deblend import DeblendSettings, deblend, on_window
from moosegui.fit.embed import embed
from moosegui.fit.known_sources import fit_known
from moosegui.fit.normal_equations import correlate
from moosegui.fit.prepared import prepare
from moosegui.fit.scan import scan, usable_trials
from moosegui.pipeline import make_engine
from moosegui.screening import deblend_source

STEPS = (
    "plain scan",
    "fit of the first galaxy",
    "augmented scan",
    "augmented scan with its own correlations",
    "two bases",
    "whole search",
)


def timed(function: Callable[[], object]) -> tuple[float, object]:
    """Milliseconds of a call, the better of two."""
    best, result = float("inf"), None
    for _ in range(2):
        started = time.perf_counter()
        result = function()
        best = min(best, 1e3 * (time.perf_counter() - started))
    return best, result


def measure(spectrum: Spectrum) -> list[float]:
    """Milliseconds of every step, in one thread."""
    embedded = embed(spectrum, ENGINE.basis)
    plain, scanned = timed(lambda: scan(embedded, PREPARED, ENGINE.settings))
    result, equations = scanned
    redshift = float(result.redshifts[np.nanargmin(result.chi2)])
    first, fitted = timed(lambda: fit_known(spectrum, ENGINE.basis, (redshift,)))
    shifts, usable = usable_trials(ENGINE.settings.trials, PREPARED, embedded)
    fixed = on_window(spectrum.wave, fitted.model, embedded, ENGINE.basis.grid)[None]
    augmented, _ = timed(lambda: augment(equations, fixed).solve(shifts[usable]))
    afresh, _ = timed(lambda: augment(correlate(embedded, PREPARED), fixed).solve(shifts[usable]))
    settings = DeblendSettings("two-bases", 1)
    two, _ = timed(lambda: deblend(spectrum, equations, (redshift,), settings=settings))
    whole, _ = timed(lambda: deblend_source(ENGINE, spectrum, redshift))
    return [plain, first, augmented, afresh, two, whole]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).parents[3] / "shared" / "data" / "blends_survey.fits"
    parser.add_argument("survey", type=Path, nargs="?", default=default)
    parser.add_argument("--n", type=int, default=40, help="spectra")
    options = parser.parse_args()
    survey = read_survey_arrays(options.survey)
    rows = [
        Spectrum(survey.wave, survey.flux[i].astype(float), survey.ivar[i].astype(float))
        for i in range(options.n)
    ]
    measure(rows[0])  # compiles
    times = np.array([measure(spectrum) for spectrum in rows])
    medians = np.median(times, axis=0)
    print(f"{len(rows)} spectra, one thread, rank {ENGINE.basis.n_components}")
    for name, median, ratio in zip(
        STEPS, medians, np.median(times / times[:, :1], axis=0), strict=True
    ):
        print(f"{name:42} {median:8.1f} ms {ratio:6.2f} plain scans")


ENGINE = make_engine(read_basis(resource("basis", DEFAULT_BASIS)))
PREPARED = prepare(ENGINE.basis)

if __name__ == "__main__":
    main()
