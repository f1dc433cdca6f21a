"""The normal equations of a spectrum at every shift of the grid, by correlation.

On the logarithmic grid a redshift is a shift s. With the window's flux g, weight w and start a,

    b_i(s)  = sum_x w(x) g(x) H_i(a + x - s)               a correlation of w g with H_i
    G_ij(s) = sum_x w(x) H_i(a + x - s) H_j(a + x - s)     a correlation of w with H_i H_j
    c       = sum_x w(x) g(x)^2
    L chi2(s) = c - b(s)^T omega                           at the optimum omega >= 0

so all normal equations cost k + k(k+1)/2 inverse real FFTs of the grid's length. The sums wrap
around outside 0 <= a - s <= N - L; such trials are not tried.

An FFT rounds relative to the largest values of H anywhere on the grid, and c - b^T omega cancels
at high S/N. So the few samples that tower above everything else (a learned basis has them where few
spectra reach) are left out of the correlations and added one by one, components that are weak in
a window get their row of the normal equations by direct summation, and where the bound on chi2
still exceeds 8e-7 the residual is summed directly. So chi2 is that of `scan_reference` to 1e-6.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.results import Weighting
from moosegui.fit.scan.embed import EmbeddedSpectrum
from moosegui.fit.scan.prepared import PreparedBasis
from moosegui.fit.transforms.rows import (
    CorrelatedRows,
    Factors,
    correlate_data_again,
)
from moosegui.fit.transforms.rows import correlate_together as correlate_rows_together
from moosegui.fit.workers import Report, run_chunks, split

TRIALS_PER_CHUNK = 1700
FFT_ROUNDING = 1e-16  # of an output, relative to the norms of both factors; for choosing weak rows
CHI2_ROUNDING = 3.0e-17  # the same, as it arrives in chi2 (measured on 20 spectra, 18 of them real)
RoundingLimits = tuple[float, float, FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True, slots=True, eq=False)
class NormalEquations:
    """The normal equations of one spectrum at every shift of the grid.

    Parameters
    ----------
    prepared : PreparedBasis
    embedded : EmbeddedSpectrum
    weighting : "ivar" or "unweighted"
    fit : CorrelatedRows
        b_i then G_ij (i >= j) under the weights of the fit, by window start.
    measure : CorrelatedRows or None
        The same under the variances, None when that is `fit`.
    limits : tuple
        Where rounding would be felt, see `_limits`.
    """

    prepared: PreparedBasis
    embedded: EmbeddedSpectrum
    weighting: Weighting
    fit: CorrelatedRows
    measure: CorrelatedRows | None
    limits: RoundingLimits

    @property
    def shift_limits(self) -> tuple[int, int]:
        """Smallest and largest shift whose window lies on the grid (empty if max < min)."""
        start, n_samples = self.embedded.start, self.embedded.n_samples
        return start + n_samples - self.prepared.basis.grid.n_wave, start

    def shares_weights_of(self, embedded: EmbeddedSpectrum) -> bool:
        """Whether another spectrum has the same window and weights."""
        own = self.embedded
        return own.start == embedded.start and np.array_equal(own.weight, embedded.weight)

    def starts_of(self, shifts: IntArray) -> IntArray:
        """Return where the window starts on the grid at some shifts, of their shape.

        Raises
        ------
        ValueError
            If a shift lies outside the limits.
        """
        lowest, highest = self.shift_limits
        if shifts.size and not lowest <= shifts.min() <= shifts.max() <= highest:
            raise ValueError(f"shifts {shifts.min()}..{shifts.max()} beyond {lowest}..{highest}")
        return self.embedded.start - shifts

    def solve(
        self,
        shifts: IntArray,
        *,
        executor: Executor | None = None,
        report: Report | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Fit the basis at some shifts.

        Parameters
        ----------
        shifts : ndarray of int, shape (n,)
            Within `shift_limits`.
        executor, report
            As in `moosegui.fit.workers.run_chunks`.

        Returns
        -------
        chi2 : ndarray of shape (n,)
            Sum of w (g - model)^2 / n_samples.
        coefficients : ndarray of shape (n, n_components)

        Raises
        ------
        ValueError
            If a shift lies outside the limits.
        """
        from moosegui.fit.scan import _trial_kernels  # with numba, after the window has appeared

        starts = self.starts_of(shifts)
        chi2 = np.empty(shifts.size)
        coefficients = np.empty((shifts.size, self.prepared.n_components))
        flux, weight = self.embedded.flux, self.embedded.weight
        fit_weight = fit_weight_of(self.embedded, self.weighting)
        prepared = self.prepared
        basis = (prepared.basis.components, prepared.support, prepared.spikes)
        nothing = np.empty((0, 0))

        def solve_chunk(part: slice) -> None:
            fit = self.fit.at(starts[part])
            measure = nothing if self.measure is None else self.measure.at(starts[part])
            window = (starts[part], flux, fit_weight, weight)
            _trial_kernels.solve_trials(
                fit, measure, window, basis, self.limits, coefficients[part], chi2[part]
            )

        n_chunks = max(1, round(shifts.size / TRIALS_PER_CHUNK))
        run_chunks(solve_chunk, split(shifts.size, n_chunks), executor=executor, report=report)
        return chi2 / max(self.embedded.n_samples, 1), coefficients


def fit_weight_of(embedded: EmbeddedSpectrum, weighting: Weighting) -> FloatArray:
    """Return the weights of the fit, which chi2 is not measured with where it is unweighted."""
    return embedded.weight if weighting == "ivar" else (embedded.weight > 0).astype(np.float64)


class _DataNorms(NamedTuple):
    """What the limits of rounding take from a spectrum, of whatever basis."""

    under_fit: float  # of sqrt(v) g, with v the weights of the fit
    total: float  # c
    floor: float  # of the tolerance, times what chi2 of the fit is at least
    fit_data: float  # of v g
    fit_weight: float  # of v
    data: float  # of w g
    weight: float  # of w


def _data_norms(embedded: EmbeddedSpectrum, fit_weight: FloatArray) -> _DataNorms:
    from moosegui.fit.scan import _trial_kernels

    flux, weight = embedded.flux, embedded.weight
    good = weight > 0  # what chi2 of the fit is at least, were the model perfect
    least = np.count_nonzero(good) if fit_weight is weight else fit_weight[good] / weight[good]
    return _DataNorms(
        _norm(np.sqrt(fit_weight) * flux),
        float(np.sum(weight * flux**2)),
        _trial_kernels.ROUNDING_TOLERANCE * float(np.sum(least)),
        _norm(fit_weight * flux),
        _norm(fit_weight),
        _norm(weight * flux),
        _norm(weight),
    )


def _limits(data: _DataNorms, prepared: PreparedBasis) -> RoundingLimits:
    """Norm of the data under the fit, c, and where rounding would be felt.

    weak_below: squared norms below which the row of a component is summed directly: its
    projection could be noise that changes chi2, or the squared norm itself is not known to
    1e-3. error_b, error_g: rounding of chi2 is at most
    sum_i omega_i error_b_i + (sum_i omega_i error_g_i)^2.
    """
    norms, square_norms = prepared.norms, prepared.square_norms
    noise = FFT_ROUNDING * data.fit_data * norms
    unsure = 1e3 * FFT_ROUNDING * data.fit_weight * square_norms
    weak_below = np.maximum(noise**2 / data.floor, unsure)
    error_b = 2.0 * CHI2_ROUNDING * data.data * norms
    error_g = np.sqrt(CHI2_ROUNDING * data.weight * square_norms)
    return data.under_fit, data.total, weak_below, error_b, error_g


def _norm(values: FloatArray) -> float:
    """Return the Euclidean norm without BLAS, whose threads would spin against the scans'."""
    return float(np.sqrt(np.sum(values * values)))


def correlate(
    embedded: EmbeddedSpectrum,
    prepared: PreparedBasis,
    weighting: Weighting = "ivar",
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> NormalEquations:
    """Compute the normal equations at every shift by correlation.

    Parameters
    ----------
    embedded : EmbeddedSpectrum
        Not empty.
    prepared : PreparedBasis
        Of the same basis.
    weighting : "ivar" or "unweighted"
    executor, report
        As in `moosegui.fit.workers.run_chunks`.

    Returns
    -------
    NormalEquations

    Raises
    ------
    ValueError
        If the spectrum has no sample, or more than the grid.
    Cancelled
        When `report` raised it.
    """
    return correlate_together(embedded, [prepared], weighting, executor=executor, report=report)[0]


def correlate_together(
    embedded: EmbeddedSpectrum,
    several: Sequence[PreparedBasis],
    weighting: Weighting = "ivar",
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> list[NormalEquations]:
    """Compute the normal equations of several bases, with one transform of the spectrum.

    Parameters
    ----------
    embedded : EmbeddedSpectrum
        Not empty.
    several : sequence of PreparedBasis
        On one grid.
    weighting : "ivar" or "unweighted"
    executor, report
        As in `moosegui.fit.workers.run_chunks`.

    Returns
    -------
    list of NormalEquations

    Raises
    ------
    ValueError
        If the spectrum has no sample, or more than the grid.
    Cancelled
        When `report` raised it.
    """
    n_wave = several[0].basis.grid.n_wave
    if not 0 < embedded.n_samples <= n_wave:
        raise ValueError(f"{embedded.n_samples} samples on a grid of {n_wave}")
    flux, weight = embedded.flux, embedded.weight
    fit_weight = fit_weight_of(embedded, weighting)
    norms, n_places = _data_norms(embedded, fit_weight), n_wave - embedded.n_samples + 1

    def correlated(used: FloatArray) -> list[CorrelatedRows]:
        rows, factors = [prepared.rows for prepared in several], Factors(flux * used, used)
        return correlate_rows_together(rows, factors, n_places, executor=executor, report=report)

    fits = correlated(fit_weight)
    measures = [None] * len(fits) if weighting == "ivar" else correlated(weight)
    return [
        NormalEquations(prepared, embedded, weighting, fit, measure, _limits(norms, prepared))
        for prepared, fit, measure in zip(several, fits, measures, strict=True)
    ]


def correlate_again(equations: NormalEquations, embedded: EmbeddedSpectrum) -> NormalEquations:
    """Return the normal equations of another spectrum with the same window and weights.

    The products of the basis with itself are those of the weights alone, so only k of the
    k + k(k+1)/2 rows are transformed. They are written over the first ones.

    Parameters
    ----------
    equations : NormalEquations
        Weighted by the variances; not to be used afterwards.
    embedded : EmbeddedSpectrum
        The other spectrum.

    Returns
    -------
    NormalEquations
    """
    prepared, weight = equations.prepared, embedded.weight
    correlate_data_again(equations.fit, Factors(embedded.flux * weight, weight))
    limits = _limits(_data_norms(embedded, weight), prepared)
    return replace(equations, embedded=embedded, limits=limits)
