"""The curve chi2_2(z): where another galaxy may be (docs/method.md, section 8c).

The scan is weighted as the known galaxies were fitted: where their model cannot be trusted, pixels
count less. With the plain variances the minima of a bright spectrum would lie where the errors of
the model are imitated best, and not where the other galaxy is.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.deblending import Method
from moosegui.data.grids import LogGrid, RedshiftGrid, is_same_redshift
from moosegui.fit.scan.embed import EmbeddedSpectrum, embed, resample
from moosegui.fit.scan.normal_equations import correlate
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.scan.scan import usable_trials
from moosegui.fit.scan.solutions import all_minima
from moosegui.fit.vetting.augmented import AugmentedEquations, augment
from moosegui.fit.vetting.known_sources import KnownSources
from moosegui.fit.workers import Report

N_VALLEYS = 200  # minima of the trials that are followed between them
N_MINIMA = 60
N_FREE = 4  # components of the known galaxies that may change; the others stay in proportion


@dataclass(frozen=True, slots=True, eq=False)
class SecondScan:
    """The augmented scan and its minima.

    Parameters
    ----------
    chi2 : ndarray of shape (n_z,)
        By trial redshift; nan where a trial was not tried.
    minima, values : ndarray of shape (n_minima,)
        Redshifts (convention of the basis) of the deepest distinct minima, found on all shifts
        between the trials, and chi2 there; the deepest first.
    """

    chi2: FloatArray = field(repr=False)
    minima: FloatArray = field(repr=False)
    values: FloatArray = field(repr=False)


def scan_beside(
    known: KnownSources,
    prepared: PreparedBasis,
    trials: RedshiftGrid,
    *,
    method: Method = "fixed",
    given: FloatArray | None = None,
    executor: Executor | None = None,
    report: Report | None = None,
) -> SecondScan:
    """Scan with the basis below what the known galaxies give.

    Parameters
    ----------
    known : KnownSources
    prepared : PreparedBasis
    trials : RedshiftGrid
    method : "fixed" or "two-bases"
        What stays: the model of the known galaxies, or their four brightest components and the sum
        of the others, each with a factor of its own (Tsalmantza & Hogg 2012 keep all).
    given : ndarray of shape (n_wave,), optional
        Flux density that stays in place of the model.
    executor, report
        As in `moosegui.fit.scan.scan.scan`.

    Returns
    -------
    SecondScan

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    embedded = embed(known.trusted, prepared.basis)
    shifts, usable = usable_trials(trials, prepared, embedded)
    chi2 = np.full(shifts.size, np.nan)
    if not usable.any():
        return SecondScan(chi2, np.empty(0), np.empty(0))
    fixed = [
        on_window(known.spectrum.wave, flux, embedded, prepared.basis.grid)
        for flux in _staying(known, method, given)
    ]
    equations = correlate(embedded, prepared, "ivar", executor=executor, report=report)
    augmented = augment(equations, np.array(fixed), executor=executor, report=report)
    chi2[usable], _ = augmented.solve(shifts[usable], executor=executor, report=report)
    minima, values = _follow(augmented, trials, shifts, chi2)
    return SecondScan(chi2, minima, values)


def _staying(known: KnownSources, method: Method, given: FloatArray | None) -> Iterable[FloatArray]:
    """Return the flux densities that stay in the observed frame."""
    if method == "fixed":
        return (known.model if given is None else given,)
    columns = known.weights[: known.n_basis, None] * known.columns[: known.n_basis]
    light = np.sqrt(np.sum((columns * known.root) ** 2, axis=1))
    order = np.argsort(-light)
    # what the known galaxies do not use alone they hardly use beside another one
    free, rest = order[:N_FREE], order[N_FREE:]
    together = columns[rest].sum(axis=0)[None] if np.any(light[rest] > 0) else columns[:0]
    staying = np.vstack((columns[free[light[free] > 0]], together))
    return staying if len(staying) else (known.model,)


def _follow(
    augmented: AugmentedEquations, trials: RedshiftGrid, shifts: IntArray, chi2: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Follow the minima of the trials to the shifts between them, and keep the distinct ones.

    Trials may lie a line's width apart, so that a minimum beside a narrow one looks deeper.
    """
    grid = augmented.equations.prepared.basis.grid
    valleys = all_minima(chi2)[:N_VALLEYS]
    half = np.abs(np.diff(shifts, append=shifts[-1])) // 2 + 1
    lowest, highest = augmented.equations.shift_limits
    runs = [
        np.arange(max(lowest, shifts[i] - half[i]), min(highest, shifts[i] + half[i]) + 1)
        for i in valleys
    ]
    if not runs:
        return np.empty(0), np.empty(0)
    tried, where = np.unique(np.concatenate(runs), return_inverse=True)
    solved = augmented.solve(tried)[0]
    ends = np.cumsum([run.size for run in runs])
    deepest = [run[np.argmin(solved[run])] for run in np.split(where, ends[:-1])]
    values, redshifts = solved[deepest], grid.redshift_of(tried[deepest])
    order = np.lexsort((redshifts, values))
    values, redshifts = values[order], redshifts[order]
    is_same = is_same_redshift(redshifts[:, None], redshifts)
    distinct: list[int] = []
    is_taken = np.zeros(values.size, dtype=bool)
    for place in range(values.size):
        if not is_taken[place] and len(distinct) < N_MINIMA:
            distinct.append(place)
            is_taken |= is_same[:, place]
    return redshifts[distinct], values[distinct]


def on_window(
    wave: FloatArray, flux: FloatArray, embedded: EmbeddedSpectrum, grid: LogGrid
) -> FloatArray:
    """Put a model on the samples of a spectrum's window.

    Parameters
    ----------
    wave, flux : ndarray of shape (n_wave,)
        Flux density; what is not finite counts as zero.
    embedded : EmbeddedSpectrum
    grid : LogGrid

    Returns
    -------
    ndarray of shape (n_samples,)
        Flux per dex, zero outside.
    """
    start, per_dex, _ = resample(wave, np.nan_to_num(flux), np.ones(wave.size), grid)
    window = np.zeros(embedded.n_samples)
    offset = start - embedded.start
    first, last = max(offset, 0), min(offset + per_dex.size, window.size)
    window[first:last] = per_dex[first - offset : last - offset]
    return window
