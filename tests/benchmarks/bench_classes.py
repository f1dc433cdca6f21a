"""What stars, quasars and the second opinion cost: a scan with them against one without.

    python tests/benchmarks/bench_classes.py ../shared/data/validation_survey.fits [ROUNDS]

Processor time, user and system, of faint sources of several kinds in one thread, each with and
without in turn; what counts is the ratio (at most 1.5), as the milliseconds are the machine's.
"""

from __future__ import annotations

import resource as system
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_ensemble
from moosegui.files.sources.survey_data import SurveyArrays, read_survey_arrays
from moosegui.fit.scan.cross_correlation import cross_correlate
from moosegui.fit.scan.embed import embed
from moosegui.pipeline.analyse import analyse
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import default_classes

KINDS = ("sf", "passive", "lae", "lbg", "desert", "false")
FAINT, N_EACH = 2.0, 3  # median S/N a pixel; sources of a kind


def main(arguments: Sequence[str]) -> None:
    """Print the milliseconds and their ratio for each kind."""
    survey = read_survey_arrays(Path(arguments[0]))
    n_rounds = int(arguments[1]) if len(arguments) > 1 else 5
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    full = make_engine(first, companions=others).with_classes(default_classes())
    plain = full.with_settings(replace(full.settings, classes=False))
    with threadpool_limits(1):
        for kind in KINDS:
            spectra = _faint(survey, kind)
            costs = np.array([_cost(s, full, plain) for _ in range(n_rounds + 1) for s in spectra])
            both, alone = 1e3 * np.median(costs[len(spectra) :], axis=0)  # the first round compiles
            print(f"{kind:8} {both:6.1f} ms  {alone:6.1f} ms  ratio {both / alone:.2f}")


def _faint(survey: SurveyArrays, kind: str) -> list[Spectrum]:
    rows = [
        row
        for row in range(len(survey))
        if survey.kind[row] == kind
        and np.median(survey.flux[row] * np.sqrt(survey.ivar[row])) < FAINT
    ]
    flux, ivar = survey.flux, survey.ivar
    return [
        Spectrum(survey.wave, flux[row].astype(np.float64), ivar[row].astype(np.float64))
        for row in rows[:N_EACH]
    ]


def _cost(spectrum: Spectrum, full: Engine, plain: Engine) -> tuple[float, float]:
    """Return the processor time with everything, and without classes and second opinion."""
    started = _spent()
    analyse("", spectrum, full)
    both = _spent() - started
    started = _spent()
    analyse("", spectrum, plain)
    alone = _spent() - started
    embedded = embed(spectrum, plain.basis)
    started = _spent()
    cross_correlate(embedded, plain.basis, plain.settings.trials)
    return both, alone - (_spent() - started)


def _spent() -> float:
    usage = system.getrusage(system.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
