"""How much faster is the scan by correlation than the published algorithm? Same run, same spectra.

    python tests/benchmarks/bench_scan.py [FOLDER_OF_SPECTRA] [--n 12]

Without a folder the spectra are simulated with the default basis. Both use all cores, float64 and
the full grid of 13,401 trials; the published algorithm is timed in float32 too. Printed are the
medians over the spectra and the median of the ratios, spectrum by spectrum, first with all cores
on one spectrum (what an expert waits for), then with one spectrum a core (what a survey takes).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from published_scan import PublishedScan
from told import tell

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis
from moosegui.data.results import ScanSettings
from moosegui.data.spectrum import Spectrum
from moosegui.errors import MooseError
from moosegui.files.models.basis import read_basis
from moosegui.files.spectra import list_spectra, read_spectrum
from moosegui.fit.scan.embed import EmbeddedSpectrum, embed
from moosegui.fit.scan.prepared import PreparedBasis, prepare
from moosegui.fit.scan.scan import scan, usable_trials
from moosegui.fit.workers import cpu_count

REPEATS = 3
OURS = "correlation, weighted"
Run = Callable[[Executor | None], object]
MAX_SPECTRA = 12
MUSE_SAMPLES = (13000, 14500)  # spectra that cover the MUSE range, where every trial is possible


def main() -> None:
    """Time both on the same spectra and print the ratio."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--n", type=int, default=MAX_SPECTRA, help="spectra, at most 12")
    options = parser.parse_args()
    basis = read_basis(resource("basis", DEFAULT_BASIS))
    spectra = _from_folder(options.folder, basis) if options.folder else _simulated(basis)
    prepared, settings = prepare(basis), ScanSettings()
    latency: dict[str, list[float]] = {}
    throughput: dict[str, float] = {}
    prepared_runs = [_runs(basis, prepared, settings, e) for e in spectra[: options.n]]
    with ThreadPoolExecutor(cpu_count()) as executor:
        for runs in prepared_runs:
            for name, run in runs.items():
                latency.setdefault(name, []).append(_median_time(partial(run, executor)))
        for name in prepared_runs[0]:
            alone = [partial(runs[name], None) for runs in prepared_runs]
            everything = partial(_in_parallel, alone, executor)
            throughput[name] = _median_time(everything) / len(alone)
    _report(latency, throughput, settings.trials.n_z)


def _runs(
    basis: Basis, prepared: PreparedBasis, settings: ScanSettings, embedded: EmbeddedSpectrum
) -> dict[str, Run]:
    shifts, usable = usable_trials(settings.trials, prepared, embedded)
    starts = embedded.start - shifts[usable]
    double = _published(basis, embedded, starts, np.float64)
    single = _published(basis, embedded, starts, np.float32)
    data = (embedded.flux, embedded.weight)

    def scan_with(executor: Executor | None) -> object:
        return scan(embedded, prepared, settings, executor=executor)

    return {
        "published, float64": partial(double.run, *data),
        "published, float32": partial(single.run, *data),
        OURS: scan_with,
    }


def _in_parallel(runs: Sequence[Callable[[], object]], executor: Executor) -> None:
    for future in [executor.submit(run) for run in runs]:
        future.result()


def _published(
    basis: Basis, embedded: EmbeddedSpectrum, starts: np.ndarray, dtype: type
) -> PublishedScan:
    return PublishedScan(basis.components.astype(dtype), starts, embedded.n_samples)


def _median_time(run: Callable[[], object]) -> float:
    run()
    seconds = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - started)
    return float(np.median(seconds))


def _report(latency: dict[str, list[float]], throughput: dict[str, float], n_z: int) -> None:
    ours = np.array(latency[OURS])
    print(f"{ours.size} spectra, {n_z} trials, {cpu_count()} cores")
    print("one spectrum at a time, all cores on it:")
    for name, seconds in latency.items():
        ratio = np.array(seconds) / ours
        print(
            f"  {name:24} median {1e3 * np.median(seconds):7.1f} ms   "
            f"ratio to ours: median {np.median(ratio):5.1f}, "
            f"from {ratio.min():.1f} to {ratio.max():.1f}"
        )
    published = np.array(latency["published, float64"])
    tell(scan_ratio=np.median(published / ours), scan_latency=1e3 * np.median(ours))
    print("all spectra, one a core:")
    for name, seconds in throughput.items():
        print(
            f"  {name:24} {1e3 * seconds:7.1f} ms a spectrum   "
            f"ratio to ours: {seconds / throughput[OURS]:5.1f}"
        )


def _from_folder(folder: Path, basis: Basis) -> list[EmbeddedSpectrum]:
    chosen = []
    for ref in list_spectra(folder):
        try:
            embedded = embed(read_spectrum(ref), basis)
        except MooseError as error:
            print(error, file=sys.stderr)
            continue
        if MUSE_SAMPLES[0] < embedded.n_samples < MUSE_SAMPLES[1] and "muse" in ref.path.name:
            chosen.append(embedded)
    return chosen


def _simulated(basis: Basis) -> list[EmbeddedSpectrum]:
    rng = np.random.default_rng(1)
    wave = np.arange(4750.0, 9350.0, 1.25)
    chosen = []
    for redshift in rng.uniform(0, 6, MAX_SPECTRA):
        rest = np.log10(wave / (1 + redshift))
        coefficients = rng.exponential(size=basis.n_components)
        model = coefficients @ basis.components
        flux = np.interp(rest, basis.grid.log10_wave, model) / wave
        sigma = np.median(np.abs(flux)) / 5 + np.zeros(wave.size)
        noisy = flux + sigma * rng.normal(size=wave.size)
        chosen.append(embed(Spectrum(wave, noisy, 1 / sigma**2), basis))
    return chosen


if __name__ == "__main__":
    main()
