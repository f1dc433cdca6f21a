"""Scan every spaxel of a cube, or boxes or segments of it.

With the first basis of an engine at half of its sampling (`moosegui.fit.scan.halved`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from threading import local

import numpy as np
from threadpoolctl import threadpool_limits

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import LineDetection, ScanResult, Solution
from moosegui.data.sky.cube import Float32Array
from moosegui.data.sky.maps import FAMILIES, NAMES, Regions
from moosegui.data.spectrum import Spectrum
from moosegui.files.cubes.cube import Cube
from moosegui.fit.lines.matched_filter import measure_strong_lines
from moosegui.fit.scan.embed import embed
from moosegui.fit.scan.impossible_pixels import without_impossible
from moosegui.fit.scan.inflate_variances import inflate_variances
from moosegui.fit.scan.normal_equations import NormalEquations
from moosegui.fit.scan.posterior import divide_into_cells, modes_of
from moosegui.fit.scan.scan import scan
from moosegui.fit.scan.solutions import find_solutions
from moosegui.fit.workers import cpu_count
from moosegui.pipeline.analyse import classify
from moosegui.pipeline.engine import Engine

BLOCK = 24  # spaxels a side that are read at once: 20 MB of a MUSE cube
N_SOLUTIONS = 5
CLASSES = {"GALAXY": 1.0, "STAR": 2.0, "QSO": 3.0}
NOTHING = np.full(len(NAMES), np.nan)


class LastEquations(local):
    """The normal equations of the spectrum that each thread scanned last.

    Many cubes state one variance for all spaxels of a wavelength; then only what depends on the
    flux is computed again. The numbers are the same, bit for bit.
    """

    equations: NormalEquations | None = None


def scan_regions(
    cube: Cube,
    regions: Regions,
    engine: Engine,
    *,
    is_done: Callable[[int], bool] = lambda _region: False,
    n_workers: int | None = None,
) -> Iterator[tuple[int, FloatArray]]:
    """Scan the spectrum of every region that is not done.

    Parameters
    ----------
    cube : Cube
    regions : Regions
        Of its spaxels.
    engine : Engine
        Only its first basis is used, as the published method does, at half of its sampling;
        classes compete where its settings say so.
    is_done : callable
        Tells which regions an earlier run has finished.
    n_workers : int, optional
        Threads; all processors by default.

    Yields
    ------
    region : int
    numbers : ndarray of shape (n_maps,)
        As `moosegui.data.sky.maps.MAPS`; nan where nothing can be fitted.
    """
    engine.at_half()  # made once, before the threads ask for it
    work = partial(scan_one, engine, last=LastEquations())
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(n_workers or cpu_count()) as executor:
        for numbers, spectra in _blocks(cube, regions, is_done):
            yield from zip(numbers, executor.map(work, spectra), strict=True)


def scan_one(engine: Engine, spectrum: Spectrum, last: LastEquations | None = None) -> FloatArray:
    """Return the numbers of one spectrum, shape (n_maps,); `last` as for `quick_solutions`."""
    possible = without_impossible(spectrum)
    solutions, chance, _ = quick_solutions(engine, possible, last)
    if not solutions:
        found = NOTHING.copy()
        found[NAMES.index("CLASS")] = 0.0
        return found
    first, source_class = solutions[0], 1.0
    if engine.settings.classes and (other := classify(possible, engine, solutions)) is not None:
        source_class = CLASSES[other.source_class]
    snr = float(np.median((possible.flux * np.sqrt(possible.ivar))[possible.ivar > 0]))
    families = _by_family(measure_strong_lines(possible, first.redshift))
    scores = (first.redshift_error, first.relative_depth, first.robustness, chance)
    return np.array([first.redshift, *scores, source_class, snr, *families])


def quick_solutions(
    engine: Engine, possible: Spectrum, last: LastEquations | None = None
) -> tuple[tuple[Solution, ...], float, ScanResult]:
    """Scan a spectrum with the first basis alone, at half of its sampling.

    Parameters
    ----------
    engine : Engine
    possible : Spectrum
        In vacuum, without impossible pixels.
    last : LastEquations, optional
        Of spectra that were scanned with the same engine before; brought up to date.

    Returns
    -------
    solutions : tuple of Solution
        Vacuum convention; empty where nothing can be fitted.
    chance : float
        Of the first one, by the curve alone; nan without one.
    result : ScanResult
        The curve, in the convention of the basis.
    """
    is_inflated = engine.settings.inflates_variances
    fitted = engine.observed(inflate_variances(possible) if is_inflated else possible)
    prepared = engine.at_half().prepared
    before = None if last is None else last.equations
    embedded = embed(fitted, prepared.basis)
    result, equations = scan(embedded, prepared, engine.settings, before=before)
    if last is not None:
        last.equations = equations
    if equations is None:
        return (), float("nan"), result
    good = possible.wave[possible.ivar > 0]
    found = find_solutions(result, equations, (float(good[0]), float(good[-1])), n_max=N_SOLUTIONS)
    if not found:
        return (), float("nan"), result
    cells = divide_into_cells(result, found, possible.n_good)
    chance = modes_of(found, cells.depths, engine.confidence.temperature)[0].probability
    solutions = tuple(replace(one, redshift=engine.to_vacuum(one.redshift)) for one in found)
    return solutions, chance, result


def _by_family(lines: tuple[LineDetection, ...]) -> list[float]:
    """Return the S/N of each family: of emission, or of absorption where that is what it has."""
    squares = dict.fromkeys(FAMILIES, 0.0)
    for line in lines:
        family = LINES_BY_NAME[line.name].family
        is_absorption = family in ("interstellar", "stellar")
        snr = -line.snr if is_absorption else line.snr
        if family in squares and np.isfinite(snr) and snr > 0:
            squares[family] += snr**2
    return [float(np.sqrt(squares[family])) for family in FAMILIES]


def blocks_of(regions: Regions) -> list[IntArray]:
    """Return the regions, by number, that are read at once: those that begin in the same block."""
    _, places = np.unique(regions.labels.ravel(), return_index=True)
    first = np.stack(np.unravel_index(places, regions.labels.shape), axis=1)
    known = regions.labels[first[:, 0], first[:, 1]] >= 0
    _, block = np.unique(first[known] // BLOCK, axis=0, return_inverse=True)
    order = np.argsort(block.ravel(), kind="stable")
    return np.split(order, np.flatnonzero(np.diff(block.ravel()[order])) + 1) if order.size else []


def _blocks(
    cube: Cube, regions: Regions, is_done: Callable[[int], bool]
) -> Iterator[tuple[list[int], list[Spectrum]]]:
    """Yield regions and their spectra, block by block.

    A block is read whole, whatever of it is done: where a cube has no variances, they are estimated
    from what is read.
    """
    labels = regions.labels
    for block in blocks_of(regions):
        numbers = [int(number) for number in block if not is_done(int(number))]
        if not numbers:
            continue
        rows, columns = np.nonzero(np.isin(labels, block))
        window = (
            slice(int(rows.min()), int(rows.max()) + 1),
            slice(int(columns.min()), int(columns.max()) + 1),
        )
        flux, ivar = cube.region(*window)
        cut = labels[window]
        yield numbers, [_spectrum(cube.wave, flux, ivar, cut == n) for n in numbers]


def _spectrum(
    wave: FloatArray, flux: Float32Array, ivar: Float32Array, inside: BoolArray
) -> Spectrum:
    """Return the sum over the spaxels of a region, of pixels that have data in all of them."""
    of_region, weights = flux[:, inside].astype(np.float64), ivar[:, inside].astype(np.float64)
    good = (weights > 0).all(axis=1)
    with np.errstate(divide="ignore"):
        variance = np.where(weights > 0, 1.0 / weights, 0.0).sum(axis=1)
    total = np.where(good, of_region.sum(axis=1), 0.0)
    return Spectrum(wave, total, np.where(good, 1.0 / np.where(good, variance, 1.0), 0.0))
