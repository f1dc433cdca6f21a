"""What a scan costs against the rank, the trials, the grid and the number of spectra.

    python tests/benchmarks/bench_cost.py [--plot docs/cost.svg]

One of the four is varied, the others stay at rank 10, 13,401 trials, the whole grid and one
spectrum; processor time of one thread, the median of five, on simulated spectra of the MUSE range.
Higher ranks repeat components with a bend, other grids are the usual one with every n-th sample.
The exponents are those of straight lines through all points in log-log.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from bench_scan import _simulated
from told import tell

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid, RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.files.models.basis import read_basis
from moosegui.fit.scan.prepared import prepare
from moosegui.fit.scan.scan import scan

RANKS, STRIDES, STEPS, SPECTRA = (4, 6, 8, 10, 14, 20), (8, 4, 2, 1), (8, 4, 2, 1), (1, 4, 12)
DZ = 0.0005
REPEATS = 5


def cpu_time(run: Callable[[], object]) -> float:
    """Milliseconds of this thread, the median; what other programs do counts little."""
    run()
    seconds = []
    for _ in range(REPEATS):
        started = time.thread_time()
        run()
        seconds.append(time.thread_time() - started)
    return 1e3 * float(np.median(seconds))


def of_rank(basis: Basis, rank: int) -> Basis:
    """Return a basis of another rank on the same grid."""
    bend = np.linspace(0.5, 1.5, basis.grid.n_wave)
    components = [*basis.components, *(basis.components * bend), *(basis.components * bend[::-1])]
    return replace(basis, components=np.array(components[:rank]))


def coarser(basis: Basis, stride: int) -> Basis:
    """Return a basis with every n-th sample."""
    grid = basis.grid
    components = np.ascontiguousarray(basis.components[:, ::stride])
    less = LogGrid(grid.log10_start, grid.log10_step * stride, components.shape[1])
    return replace(basis, components=components, grid=less)


def scan_time(basis: Basis, *, dz: float = DZ, n_spectra: int = 1) -> float:
    """Milliseconds of scanning so many spectra one after the other."""
    spectra, prepared = _simulated(basis)[:n_spectra], prepare(basis)
    settings = ScanSettings(trials=RedshiftGrid(0.0, 6.7, dz))
    return cpu_time(lambda: [scan(one, prepared, settings) for one in spectra])


def measured() -> dict[str, tuple[list[float], list[float]]]:
    """Return what is varied, and the milliseconds at each."""
    basis = read_basis(resource("basis", DEFAULT_BASIS))
    ten = of_rank(basis, 10)
    n_wave = [coarser(ten, stride).grid.n_wave for stride in STRIDES]
    n_z = [RedshiftGrid(0.0, 6.7, DZ * step).n_z for step in STEPS]
    return {
        "rank k": (list(RANKS), [scan_time(of_rank(basis, rank)) for rank in RANKS]),
        "samples N": (n_wave, [scan_time(coarser(ten, stride)) for stride in STRIDES]),
        "trials n_z": (n_z, [scan_time(ten, dz=DZ * step) for step in STEPS]),
        "spectra": (list(SPECTRA), [scan_time(ten, n_spectra=n) for n in SPECTRA]),
    }


def draw(path: Path, found: dict[str, tuple[list[float], list[float]]]) -> None:
    """Draw four small plots side by side."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams |= {"svg.hashsalt": "moosegui", "svg.fonttype": "none"}
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 4, figsize=(11, 2.8), sharey=True, layout="constrained")
    for axis, (name, (values, times)) in zip(axes, found.items(), strict=True):
        axis.loglog(values, times, "o-", color="#3366aa", markersize=4)
        axis.set_xlabel(f"{name}  (exponent {slope(values, times):.2f})")
        axis.grid(visible=True, which="both", alpha=0.2)
    axes[0].set_ylabel("processor ms")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def slope(values: list[float], times: list[float]) -> float:
    """Return the exponent of the power law through all points."""
    return float(np.polyfit(np.log(values), np.log(times), 1)[0])


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--plot", type=Path)
    options = parser.parse_args()
    found = measured()
    for name, (values, times) in found.items():
        points = ", ".join(f"{v:g}: {t:.1f}" for v, t in zip(values, times, strict=True))
        print(f"{name:12} exponent {slope(values, times):5.2f}   ms at {points}")
        key = name.split()[0]
        tell(**{f"cost_{key}_{v:g}": t for v, t in zip(values, times, strict=True)})
    if options.plot is not None:
        draw(options.plot, found)


if __name__ == "__main__":
    main()
