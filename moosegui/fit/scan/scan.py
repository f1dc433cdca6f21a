"""Scan a spectrum over trial redshifts: chi2(z) of the non-negative fit at each."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid, RedshiftGrid
from moosegui.data.results import ScanFlag, ScanResult, ScanSettings
from moosegui.fit.scan.embed import EmbeddedSpectrum
from moosegui.fit.scan.nnls import solve_reference
from moosegui.fit.scan.normal_equations import NormalEquations, correlate_again, correlate_together
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.workers import Report

LOW_COVERAGE = 0.3  # of the observed range of the basis
KEPT = 16  # sets of trials on a grid: those of galaxies, stars and quasars, of some settings


def usable_trials(
    trials: RedshiftGrid, prepared: PreparedBasis, embedded: EmbeddedSpectrum
) -> tuple[IntArray, NDArray[np.bool_]]:
    """Return the shift of each trial, and whether its window lies on the grid.

    Parameters
    ----------
    trials : RedshiftGrid
    prepared : PreparedBasis
    embedded : EmbeddedSpectrum

    Returns
    -------
    shifts : ndarray of int, shape (n_z,)
    usable : ndarray of bool, shape (n_z,)
    """
    grid = prepared.basis.grid
    _, shifts = _places(trials, grid)
    starts = embedded.start - shifts
    return shifts, (starts >= 0) & (starts + embedded.n_samples <= grid.n_wave)


@lru_cache(maxsize=KEPT)
def _places(trials: RedshiftGrid, grid: LogGrid) -> tuple[FloatArray, IntArray]:
    """Return the trial redshifts and their shifts, read-only: the same for every spectrum."""
    redshifts = trials.redshifts
    shifts = grid.shift_of(redshifts)
    redshifts.setflags(write=False)
    shifts.setflags(write=False)
    return redshifts, shifts


def scan(
    embedded: EmbeddedSpectrum,
    prepared: PreparedBasis,
    settings: ScanSettings | None = None,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
    before: NormalEquations | None = None,
) -> tuple[ScanResult, NormalEquations | None]:
    """Scan the trial redshifts.

    Parameters
    ----------
    embedded : EmbeddedSpectrum
    prepared : PreparedBasis
    settings : ScanSettings, optional
    executor : Executor, optional
        Threads for the chunks of this one scan; None computes in the calling thread.
    report : callable, optional
        Receives the fraction done; may raise `Cancelled` between chunks.
    before : NormalEquations, optional
        Of a spectrum that may have the same pixels and variances, with the same basis; used up.

    Returns
    -------
    result : ScanResult
        chi2 is nan at trials that could not be tried.
    equations : NormalEquations or None
        For refining the solutions; None when nothing could be fitted.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    settings = settings or ScanSettings()
    curves = scan_together(
        embedded, [prepared], settings, executor=executor, report=report, before=before
    )
    if not curves:
        return empty_result(embedded, settings), None
    chi2, equations = curves[0]
    return result_of(embedded, prepared, settings, chi2), equations


def scan_together(
    embedded: EmbeddedSpectrum,
    several: Sequence[PreparedBasis],
    settings: ScanSettings,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
    before: NormalEquations | None = None,
) -> list[tuple[FloatArray, NormalEquations]]:
    """Scan the trial redshifts with several bases on one grid.

    Parameters
    ----------
    embedded : EmbeddedSpectrum
    several : sequence of PreparedBasis
    settings : ScanSettings
    executor, report
        As in `scan`.
    before : NormalEquations, optional
        As in `scan`, of the only basis.

    Returns
    -------
    list of (ndarray of shape (n_z,), NormalEquations)
        Of each basis chi2, nan at trials that could not be tried; empty where none could.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    shifts, usable = usable_trials(settings.trials, several[0], embedded)
    if not usable.any() or not np.any(embedded.weight > 0):
        return []
    if before is not None and _stands_for(before, embedded, several, settings):
        equations = [correlate_again(before, embedded)]
    else:
        part = _part(report, 0.0, 0.6)
        equations = correlate_together(
            embedded, several, settings.weighting, executor=executor, report=part
        )
    curves, tried = [], shifts[usable]
    for i, own in enumerate(equations):
        chi2 = np.full(shifts.size, np.nan)
        part = _part(report, *(0.6 + 0.4 * (i + end) / len(equations) for end in (0, 1)))
        chi2[usable], _ = own.solve(tried, executor=executor, report=part)
        curves.append((chi2, own))
    return curves


def _stands_for(
    before: NormalEquations,
    embedded: EmbeddedSpectrum,
    several: Sequence[PreparedBasis],
    settings: ScanSettings,
) -> bool:
    """Whether equations of another spectrum differ from those that are wanted in b alone."""
    is_same_fit = before.weighting == settings.weighting == "ivar"
    is_only_basis = len(several) == 1 and before.prepared is several[0]
    return is_same_fit and is_only_basis and before.shares_weights_of(embedded)


def _part(report: Report | None, start: float, stop: float) -> Report | None:
    if report is None:
        return None
    return lambda fraction: report(start + (stop - start) * fraction)


def empty_result(embedded: EmbeddedSpectrum, settings: ScanSettings) -> ScanResult:
    """Return the result of a scan in which nothing could be tried."""
    redshifts = settings.trials.redshifts
    flags = embedded.flags | (
        ScanFlag.TRIALS_SKIPPED if np.any(embedded.weight > 0) else ScanFlag.NO_DATA
    )
    return ScanResult(
        redshifts,
        np.full(redshifts.size, np.nan),
        embedded.n_samples,
        embedded.oversampling,
        settings.weighting,
        flags,
        embedded.facts,
    )


def result_of(
    embedded: EmbeddedSpectrum, prepared: PreparedBasis, settings: ScanSettings, chi2: FloatArray
) -> ScanResult:
    """Return the result of a scan with its flags and facts, given the curve."""
    flags, facts = embedded.flags, list(embedded.facts)
    redshifts, _ = _places(settings.trials, prepared.basis.grid)
    tried = redshifts[np.isfinite(chi2)]
    n_skipped = redshifts.size - tried.size
    if n_skipped:
        flags |= ScanFlag.TRIALS_SKIPPED
        facts.append(
            f"{n_skipped} of {redshifts.size} trial redshifts leave the grid of the basis; "
            f"tried were {tried.min():.4f} to {tried.max():.4f}"
        )
    lower, upper = prepared.basis.observed_range
    covered = np.count_nonzero(embedded.weight > 0) * prepared.basis.grid.log10_step
    if covered < LOW_COVERAGE * np.log10(upper / lower):
        flags |= ScanFlag.LOW_COVERAGE
    return ScanResult(
        redshifts,
        chi2,
        embedded.n_samples,
        embedded.oversampling,
        settings.weighting,
        flags,
        tuple(facts),
    )


def scan_reference(
    embedded: EmbeddedSpectrum, basis: Basis, settings: ScanSettings
) -> tuple[FloatArray, FloatArray]:
    """Scan with direct sums and scipy's NNLS, the slow twin of `scan`.

    Parameters
    ----------
    embedded : EmbeddedSpectrum
    basis : Basis
    settings : ScanSettings

    Returns
    -------
    chi2 : ndarray of shape (n_z,)
        nan at trials whose window leaves the grid.
    coefficients : ndarray of shape (n_z, n_components)
    """
    trials = settings.trials.redshifts
    chi2 = np.full(trials.size, np.nan)
    coefficients = np.full((trials.size, basis.n_components), np.nan)
    flux, weight = embedded.flux, embedded.weight
    fit_weight = weight if settings.weighting == "ivar" else (weight > 0).astype(np.float64)
    for i_z, shift in enumerate(basis.grid.shift_of(trials)):
        start = embedded.start - int(shift)
        if start < 0 or start + flux.size > basis.grid.n_wave:
            continue
        window = basis.components[:, start : start + flux.size]
        coefficients[i_z] = solve_reference(window, flux, fit_weight)
        residual = flux - coefficients[i_z] @ window
        chi2[i_z] = weight @ residual**2 / flux.size
    return chi2, coefficients
