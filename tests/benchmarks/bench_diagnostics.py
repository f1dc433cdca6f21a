"""How long do the diagnostics of a redshift take, each time that the redshift changes?

    python tests/benchmarks/bench_diagnostics.py [FOLDER_OF_SPECTRA]

Printed are median and 95th percentile over spectra and solutions, in milliseconds. Without a folder
the spectra are noise, which costs the same.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_basis
from moosegui.files.spectra import list_spectra, read_spectrum
from moosegui.fit.evaluation.suggest import suggest_zconf
from moosegui.fit.lines.diagnostic import rank_lines
from moosegui.fit.lines.feature import centroid_feature
from moosegui.fit.lines.matched_filter import measure_strong_lines
from moosegui.fit.lines.rivals import compare_solutions
from moosegui.fit.scan.posterior import posterior
from moosegui.pipeline.analyse import analyse, model_at, with_line_detections
from moosegui.pipeline.engine import Engine, make_engine

MAX_SPECTRA, N_NOISE, REPEATS = 30, 10, 3


def main(arguments: Sequence[str]) -> None:
    """Time every part on the same spectra."""
    engine = make_engine(read_basis(resource("basis", DEFAULT_BASIS)))
    times: dict[str, list[float]] = {}
    for spectrum in _from_folder(Path(arguments[0])) if arguments else _noise():
        for name, run in _runs(spectrum, engine).items():
            times.setdefault(name, []).extend(_milliseconds(run) for _ in range(REPEATS))
    for name, values in times.items():
        middle, high = np.percentile(values, (50, 95))
        print(f"{name:18} {middle:6.2f} ms, 95 %: {high:6.2f} ms")


def _runs(spectrum: Spectrum, engine: Engine) -> dict[str, Callable[[], object]]:
    analysis = with_line_detections(analyse("", spectrum, engine))
    scan, solutions = analysis.scan, analysis.solutions
    if len(solutions) < 2:
        return {}
    first, second = (model_at(spectrum, engine, s.redshift) for s in solutions[:2])
    middle = float(spectrum.wave[spectrum.wave.size // 2])
    return {
        "diagnostic lines": partial(rank_lines, spectrum, first.redshift, first, rival=second),
        "rivals": partial(compare_solutions, spectrum, first, second),
        "strong lines": partial(measure_strong_lines, spectrum, first.redshift),
        "centroid": partial(centroid_feature, spectrum, middle),
        "P(z)": partial(posterior, scan, solutions, spectrum.n_good, 3.0),
        "suggested ZCONF": partial(suggest_zconf, analysis, first.redshift, engine.confidence),
    }


def _milliseconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return 1e3 * (time.perf_counter() - started)


def _from_folder(folder: Path) -> list[Spectrum]:
    return [read_spectrum(list_spectra(path)[0]) for path in sorted(folder.glob("*.fits"))][
        :MAX_SPECTRA
    ]


def _noise() -> list[Spectrum]:
    rng = np.random.default_rng(1)
    wave = np.arange(4750.0, 9350.0, 1.25)
    return [Spectrum(wave, rng.normal(1.0, 1.0, wave.size), np.ones(wave.size))] * N_NOISE


if __name__ == "__main__":
    main(sys.argv[1:])
