"""Scans of spectra with the same window and weights: their normal equations differ in b alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.results import ScanSettings
from moosegui.fit.scan.embed import EmbeddedSpectrum
from moosegui.fit.scan.normal_equations import (
    TRIALS_PER_CHUNK,
    NormalEquations,
    correlate,
    correlate_again,
)
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.scan.scan import scan, usable_trials
from moosegui.fit.workers import Report, breathe, run_chunks, split


def scan_alike(
    spectra: Sequence[EmbeddedSpectrum],
    prepared: PreparedBasis,
    settings: ScanSettings,
    *,
    report: Report | None = None,
) -> list[FloatArray]:
    """Scan spectra that differ in their flux alone.

    Parameters
    ----------
    spectra : sequence of EmbeddedSpectrum
        With the same window and weights, else each is scanned for itself; at least one.
    prepared : PreparedBasis
    settings : ScanSettings
    report : callable, optional
        Called now and then.

    Returns
    -------
    list of ndarray of shape (n_z,)
        chi2 of each, as `moosegui.fit.scan.scan.scan` gives it.

    Raises
    ------
    Cancelled
        When `report` raised it.
    """
    if settings.weighting != "ivar":
        return [scan(one, prepared, settings, report=report)[0].chi2 for one in spectra]
    shifts, usable = usable_trials(settings.trials, prepared, spectra[0])
    curves = [np.full(shifts.size, np.nan) for _ in spectra]
    if not usable.any() or not np.any(spectra[0].weight > 0):
        return curves
    tried, sliding = shifts[usable], slice(prepared.n_components)
    equations = correlate(spectra[0], prepared, report=report)
    if not all(equations.shares_weights_of(one) for one in spectra[1:]):
        return [scan(one, prepared, settings, report=report)[0].chi2 for one in spectra]
    starts = equations.starts_of(tried)
    several, projections = [equations], [equations.fit.at(starts, sliding)]
    for one in spectra[1:]:  # written over the b of the one before
        equations = correlate_again(equations, one)
        several.append(equations)
        projections.append(equations.fit.at(starts, sliding))
        breathe(report)
    for curve, chi2 in zip(curves, _solve(several, projections, starts, report), strict=True):
        curve[usable] = chi2
    return curves


def _solve(
    several: Sequence[NormalEquations],
    projections: Sequence[FloatArray],
    starts: IntArray,
    report: Report | None,
) -> FloatArray:
    """Solve all with the products of the basis with itself taken once, shape (n_spectra, n)."""
    from moosegui.fit.scan import _trial_kernels  # with numba, after the window has appeared

    prepared = several[0].prepared
    basis = (prepared.basis.components, prepared.support, prepared.spikes)
    chi2, nothing = np.empty((len(several), starts.size)), np.empty((0, 0))

    def solve_chunk(part: slice) -> None:
        own = starts[part]
        rows = several[-1].fit.at(own)
        coefficients = np.empty((own.size, prepared.n_components))
        for i, equations in enumerate(several):
            rows[: prepared.n_components] = projections[i][:, part]
            embedded = equations.embedded
            window = (own, embedded.flux, embedded.weight, embedded.weight)
            given = rows, nothing, window, basis, equations.limits
            _trial_kernels.solve_trials(*given, coefficients, chi2[i, part])

    n_chunks = max(1, round(len(several) * starts.size / TRIALS_PER_CHUNK))
    run_chunks(solve_chunk, split(starts.size, n_chunks), report=report)
    return np.asarray(chi2 / max(several[0].embedded.n_samples, 1))
