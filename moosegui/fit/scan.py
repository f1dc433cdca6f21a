"""Scan a spectrum over trial redshifts: chi2(z) of the non-negative fit at each.

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

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft as scipy_fft

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.basis import Basis
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanFlag, ScanResult, ScanSettings, Weighting
from moosegui.fit import _kernels
from moosegui.fit.embed import EmbeddedSpectrum
from moosegui.fit.nnls import solve_reference
from moosegui.fit.workers import Report, run_chunks, split

ROWS_PER_FFT = 4  # several rows share SIMD lanes in pocketfft; more no longer fit the cache
TRIALS_PER_CHUNK = 1700
FFT_ROUNDING = 1e-16  # of an output, relative to the norms of both factors; for choosing weak rows
CHI2_ROUNDING = 1.3e-17  # the same, as it arrives in chi2 at most (measured on 8 real spectra)
SPIKY = 1e-3  # norm in the typical quarter of the grid, below which samples are left out
MOST_SPIKES = 200
LOW_COVERAGE = 0.3  # of the observed range of the basis

ComplexArray = NDArray[np.complex128]


@dataclass(frozen=True, slots=True, eq=False)
class PreparedBasis:
    """A basis with the conjugate-free transforms that every scan reuses; made once.

    Parameters
    ----------
    basis : Basis
    transforms : ndarray of shape (n_rows, n_fft // 2 + 1)
        Real FFTs of the components, then of the products H_i H_j (i >= j).
    n_fft : int
        Length of the transforms, at least the grid's.
    support : ndarray of int, shape (n_components, n_wave + 1)
        Number of positive samples of each component before each sample.
    spikes : ndarray of int, shape (n_spikes,)
        Samples that the transforms leave out.
    norms, square_norms : ndarray of shape (n_components,)
        |H_i| and |H_i^2| without the spikes.
    """

    basis: Basis
    transforms: ComplexArray
    n_fft: int
    support: IntArray
    spikes: IntArray
    norms: FloatArray
    square_norms: FloatArray

    @property
    def n_components(self) -> int:
        """Rank k of the basis."""
        return self.basis.n_components


def prepare(basis: Basis) -> PreparedBasis:
    """Transform the components of a basis and their products.

    Parameters
    ----------
    basis : Basis

    Returns
    -------
    PreparedBasis
        Holds 8 (k + k(k+1)/2) N bytes, 28 MB for 10 components on the usual grid.
    """
    k, n_wave = basis.components.shape
    spikes = find_spikes(basis.components)
    components = basis.components.copy()
    components[:, spikes] = 0.0
    n_fft = int(scipy_fft.next_fast_len(n_wave, real=True))
    rows = np.empty((k + k * (k + 1) // 2, n_fft // 2 + 1), dtype=np.complex128)
    rows[:k] = scipy_fft.rfft(components, n=n_fft)
    row = k
    for i in range(k):
        products = components[i] * components[: i + 1]
        rows[row : row + i + 1] = scipy_fft.rfft(products, n=n_fft)
        row += i + 1
    support = np.zeros((k, n_wave + 1), dtype=np.int64)
    np.cumsum(basis.components > 0, axis=1, out=support[:, 1:])
    norms = np.linalg.norm(components, axis=1)
    square_norms = np.linalg.norm(components**2, axis=1)
    return PreparedBasis(basis, rows, n_fft, support, spikes, norms, square_norms)


def find_spikes(components: FloatArray) -> IntArray:
    """Find the few samples that would spoil the accuracy of the correlations everywhere else.

    Parameters
    ----------
    components : ndarray of shape (n_components, n_wave)

    Returns
    -------
    ndarray of int, shape (n_spikes,)
        Sorted; at most 200. Samples of components of which the typical quarter of the grid holds
        less than 1e-3 of the norm, taken from the highest down until it holds that much.
    """
    spikes: set[int] = set()
    quarter = max(1, components.shape[1] // 4)
    for component in components:
        power = component**2
        cumulated = np.concatenate(([0.0], np.cumsum(power)))
        typical = float(np.median(cumulated[quarter:] - cumulated[:-quarter]))
        highest_first = np.argsort(power)[::-1][:MOST_SPIKES]
        left = power.sum() - np.cumsum(power[highest_first])
        n_needed = (
            0 if power.sum() * SPIKY**2 < typical else 1 + int(np.argmax(left * SPIKY**2 < typical))
        )
        spikes.update(int(i) for i in highest_first[:n_needed])
    return np.array(sorted(spikes)[:MOST_SPIKES], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class NormalEquations:
    """The normal equations of one spectrum at every shift of the grid.

    Parameters
    ----------
    prepared : PreparedBasis
    embedded : EmbeddedSpectrum
    weighting : "ivar" or "unweighted"
    fit : ndarray of shape (n_rows, n_fft)
        b_i then G_ij (i >= j) under the weights of the fit, by window start.
    measure : ndarray of shape (n_rows, n_fft) or (0, 0)
        The same under the variances, empty when that is `fit`.
    """

    prepared: PreparedBasis
    embedded: EmbeddedSpectrum
    weighting: Weighting
    fit: FloatArray
    measure: FloatArray

    @property
    def shift_limits(self) -> tuple[int, int]:
        """Smallest and largest shift whose window lies on the grid (empty if max < min)."""
        start, n_samples = self.embedded.start, self.embedded.n_samples
        return start + n_samples - self.prepared.basis.grid.n_wave, start

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
        lowest, highest = self.shift_limits
        if shifts.size and not lowest <= shifts.min() <= shifts.max() <= highest:
            raise ValueError(f"shifts {shifts.min()}..{shifts.max()} beyond {lowest}..{highest}")
        starts = self.embedded.start - shifts
        chi2 = np.empty(shifts.size)
        coefficients = np.empty((shifts.size, self.prepared.n_components))
        flux, weight, fit_weight = self.embedded.flux, self.embedded.weight, self._fit_weight()
        prepared = self.prepared
        basis = (prepared.basis.components, prepared.support, prepared.spikes)
        limits = self._limits()

        def solve_chunk(part: slice) -> None:
            fit = self.fit[:, starts[part]]
            measure = self.measure[:, starts[part]] if self.measure.size else self.measure
            window = (starts[part], flux, fit_weight, weight)
            _kernels.solve_trials(
                fit, measure, window, basis, limits, coefficients[part], chi2[part]
            )

        n_chunks = max(1, round(shifts.size / TRIALS_PER_CHUNK))
        run_chunks(solve_chunk, split(shifts.size, n_chunks), executor=executor, report=report)
        return chi2 / max(self.embedded.n_samples, 1), coefficients

    def _fit_weight(self) -> FloatArray:
        weight = self.embedded.weight
        return weight if self.weighting == "ivar" else (weight > 0).astype(np.float64)

    def _limits(self) -> tuple[float, float, FloatArray, FloatArray, FloatArray]:
        """Norm of the data under the fit, c, and where rounding would be felt.

        weak_below: squared norms below which the row of a component is summed directly: its
        projection could be noise that changes chi2, or the squared norm itself is not known to
        1e-3. error_b, error_g: rounding of chi2 is at most
        sum_i omega_i error_b_i + (sum_i omega_i error_g_i)^2.
        """
        flux, weight, fit_weight = self.embedded.flux, self.embedded.weight, self._fit_weight()
        norms, square_norms = self.prepared.norms, self.prepared.square_norms
        good = weight > 0  # what chi2 of the fit is at least, were the model perfect
        floor = _kernels.ROUNDING_TOLERANCE * float(np.sum(fit_weight[good] / weight[good]))
        noise = FFT_ROUNDING * np.linalg.norm(fit_weight * flux) * norms
        unsure = 1e3 * FFT_ROUNDING * np.linalg.norm(fit_weight) * square_norms
        weak_below = np.maximum(noise**2 / floor, unsure)
        error_b = 2.0 * CHI2_ROUNDING * float(np.linalg.norm(weight * flux)) * norms
        error_g = np.sqrt(CHI2_ROUNDING * float(np.linalg.norm(weight)) * square_norms)
        data_norm = float(np.sqrt(fit_weight @ flux**2))
        return data_norm, float(weight @ flux**2), weak_below, error_b, error_g


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
    n_wave = prepared.basis.grid.n_wave
    if not 0 < embedded.n_samples <= n_wave:
        raise ValueError(f"{embedded.n_samples} samples on a grid of {n_wave}")
    flux, weight = embedded.flux, embedded.weight
    if weighting == "ivar":
        fit = _correlate_rows(flux * weight, weight, prepared, executor, report)
        return NormalEquations(prepared, embedded, weighting, fit, np.empty((0, 0)))
    mask = (weight > 0).astype(np.float64)
    fit = _correlate_rows(flux * mask, mask, prepared, executor, report)
    measure = _correlate_rows(flux * weight, weight, prepared, executor, report)
    return NormalEquations(prepared, embedded, weighting, fit, measure)


def _correlate_rows(
    data: FloatArray,
    weight: FloatArray,
    prepared: PreparedBasis,
    executor: Executor | None,
    report: Report | None,
) -> FloatArray:
    """Rows b_i and G_ij by window start; chunked so that a user who moves on is obeyed."""
    n_fft, k = prepared.n_fft, prepared.n_components
    data_row = np.conj(scipy_fft.rfft(data, n=n_fft))
    weight_row = np.conj(scipy_fft.rfft(weight, n=n_fft))
    n_rows = prepared.transforms.shape[0]
    rows = np.empty((n_rows, n_fft))

    def transform(part: slice) -> None:
        products = np.empty((part.stop - part.start, n_fft // 2 + 1), dtype=np.complex128)
        n_data = max(0, min(k, part.stop) - part.start)
        inside = prepared.transforms[part]
        np.multiply(inside[:n_data], data_row, out=products[:n_data])
        np.multiply(inside[n_data:], weight_row, out=products[n_data:])
        rows[part] = scipy_fft.irfft(products, n=n_fft, overwrite_x=True, workers=1)

    chunks = split(n_rows, max(2, round(n_rows / ROWS_PER_FFT)))
    run_chunks(transform, chunks, executor=executor, report=report)
    return rows


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
    shifts = grid.shift_of(trials.redshifts)
    starts = embedded.start - shifts
    return shifts, (starts >= 0) & (starts + embedded.n_samples <= grid.n_wave)


def scan(
    embedded: EmbeddedSpectrum,
    prepared: PreparedBasis,
    settings: ScanSettings | None = None,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
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
    shifts, usable = usable_trials(settings.trials, prepared, embedded)
    if not usable.any() or not np.any(embedded.weight > 0):
        return _empty_result(embedded, settings), None
    equations = correlate(
        embedded, prepared, settings.weighting, executor=executor, report=_part(report, 0.0, 0.6)
    )
    chi2 = np.full(shifts.size, np.nan)
    chi2[usable], _ = equations.solve(
        shifts[usable], executor=executor, report=_part(report, 0.6, 1.0)
    )
    return _result(embedded, prepared, settings, chi2), equations


def _part(report: Report | None, start: float, stop: float) -> Report | None:
    if report is None:
        return None
    return lambda fraction: report(start + (stop - start) * fraction)


def _empty_result(embedded: EmbeddedSpectrum, settings: ScanSettings) -> ScanResult:
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


def _result(
    embedded: EmbeddedSpectrum, prepared: PreparedBasis, settings: ScanSettings, chi2: FloatArray
) -> ScanResult:
    flags, facts = embedded.flags, list(embedded.facts)
    redshifts = settings.trials.redshifts
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


def warm_up(basis: Basis) -> None:
    """Compile the kernels on a trifle, off the thread that must stay responsive."""
    flux = np.ones(16)
    embedded = EmbeddedSpectrum(basis.grid.n_wave - 16, flux, flux, 16, ScanFlag(0))
    small = Basis(basis.components[:2], basis.grid, basis.medium, basis.observed_range)
    scan(embedded, prepare(small), ScanSettings(RedshiftGrid(0.0, 0.01, 0.005)))
