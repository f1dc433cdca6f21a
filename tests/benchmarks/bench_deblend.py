"""How long the search for a second galaxy takes against the plain scan, in the same run.

python tests/benchmarks/bench_deblend.py [blends_survey.fits] [--n 40]
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.deblending import METHODS
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.files.sources.survey_data import read_survey_arrays
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.ensemble import scan_ensemble
from moosegui.fit.scan.scan import scan
from moosegui.fit.vetting.known_sources import fit_known
from moosegui.fit.vetting.second_scan import scan_beside
from moosegui.pipeline.engine import make_engine
from moosegui.pipeline.vetting import search_blend

STEPS = (
    "plain scan, one basis",
    "plain scan, default ensemble",
    "fit of the first galaxy",
    "deblending scan",
    "deblending scan, two bases",
    "whole search",
    "whole search, two bases",
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
    embedded, trials = embed(spectrum, ENGINE.basis), ENGINE.settings.trials
    plain, scanned = timed(lambda: scan(embedded, ENGINE.prepared, ENGINE.settings))
    default, _ = timed(lambda: scan_ensemble(embedded, ENGINE.members, ENGINE.settings))
    result, _ = scanned
    z = float(result.redshifts[np.nanargmin(result.chi2)])
    others = [member.basis for member in ENGINE.members[1:]]
    first, fitted = timed(lambda: fit_known(spectrum, ENGINE.basis, (z,), companions=others))
    times = [plain, default, first]
    beside = partial(scan_beside, fitted, ENGINE.prepared, trials)
    times += [timed(partial(beside, method=method))[0] for method in METHODS]
    searches = [partial(search_blend, ENGINE, spectrum, z, method=method) for method in METHODS]
    return times + [timed(search)[0] for search in searches]


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
    print(f"{len(rows)} spectra, one thread, {ENGINE.name}; medians")
    for i_step, name in enumerate(STEPS):
        ratios = np.median(times[:, i_step, None] / times[:, :2], axis=0)
        print(
            f"{name:32} {np.median(times[:, i_step]):8.1f} ms {ratios[0]:6.2f} plain scans, "
            f"{ratios[1]:6.2f} default ones"
        )


FIRST, *OTHERS = read_ensemble(resource("basis", DEFAULT_BASIS))
ENGINE = make_engine(FIRST, companions=OTHERS)

if __name__ == "__main__":
    with threadpool_limits(1, "blas"):
        main()
