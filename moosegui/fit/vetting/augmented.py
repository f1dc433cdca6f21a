"""The augmented scan: vectors that stay where they are, and the basis that slides.

See docs/method.md, section 8c. With vectors F_a on the samples of the window, the normal equations
of {F, H(z)} are those of H(z), the constants F_a.F_b and F_a.g, and the products

    C_ai(s) = sum_x w(x) F_a(x) H_i(a + x - s)        a correlation of w F_a with H_i

so one vector costs k more inverse FFTs. Everything is weighted by the variances.
"""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.fit.scan.embed import EmbeddedSpectrum
from moosegui.fit.scan.nnls import solve_reference
from moosegui.fit.scan.normal_equations import NormalEquations
from moosegui.fit.transforms.rows import CorrelatedRows, correlate_data_rows
from moosegui.fit.workers import Report, run_chunks, split

TRIALS_PER_CHUNK = 1700
FFT_ROUNDING = 1e-16  # of an output, relative to the norms of both factors
SAFETY = 1e3  # a squared norm below so many times its rounding is summed directly


@dataclass(frozen=True, slots=True, eq=False)
class AugmentedEquations:
    """Normal equations of a basis that slides below vectors that do not.

    Parameters
    ----------
    equations : NormalEquations
        Of the basis, weighted by the variances.
    fixed : ndarray of shape (n_fixed, n_samples)
        Flux per dex on the samples of the spectrum's window; finite.
    cross : list of CorrelatedRows
        C_ai by window start, for each fixed vector.
    """

    equations: NormalEquations
    fixed: FloatArray
    cross: list[CorrelatedRows]

    @property
    def n_fixed(self) -> int:
        """Number of vectors that stay."""
        return int(self.fixed.shape[0])

    @property
    def embedded(self) -> EmbeddedSpectrum:
        """The spectrum on the grid."""
        return self.equations.embedded

    def solve(
        self,
        shifts: IntArray,
        *,
        executor: Executor | None = None,
        report: Report | None = None,
    ) -> tuple[FloatArray, FloatArray]:
        """Fit {F, H} at some shifts.

        Parameters
        ----------
        shifts : ndarray of int, shape (n,)
            Within the limits of the equations.
        executor, report
            As in `moosegui.fit.workers.run_chunks`.

        Returns
        -------
        chi2 : ndarray of shape (n,)
            Sum of w (g - model)^2 / n_samples.
        coefficients : ndarray of shape (n, n_fixed + n_components)
            Of the fixed vectors first.

        Raises
        ------
        ValueError
            If a shift lies outside the limits.
        """
        from moosegui.fit.vetting import (
            _augmented_kernels,  # with numba, after the window has appeared
        )

        prepared, embedded = self.equations.prepared, self.embedded
        starts = self.equations.starts_of(shifts)
        chi2 = np.empty(shifts.size)
        coefficients = np.empty((shifts.size, self.n_fixed + prepared.n_components))
        weighted = self.fixed * embedded.weight
        fixed = (self.fixed, weighted @ self.fixed.T, weighted @ embedded.flux)
        basis = (prepared.basis.components, prepared.support, prepared.spikes)
        limits = self._limits()
        sliding = slice(prepared.n_components)

        def solve_chunk(part: slice) -> None:
            rows = self.equations.fit.at(starts[part])
            cross = np.concatenate([one.at(starts[part], sliding) for one in self.cross])
            window = (starts[part], embedded.flux, embedded.weight)
            _augmented_kernels.solve_augmented(
                rows, cross, fixed, window, basis, limits, coefficients[part], chi2[part]
            )

        n_chunks = max(1, round(shifts.size / TRIALS_PER_CHUNK))
        run_chunks(solve_chunk, split(shifts.size, n_chunks), executor=executor, report=report)
        return chi2 / max(embedded.n_samples, 1), coefficients

    def _limits(self) -> tuple[float, float, FloatArray, FloatArray]:
        """Norm of the data, c, and where rounding would be felt.

        weak_below: squared norms that the correlations know to 1e-3 at best, or whose projection
        could be noise. error: chi2 is known to sum_i omega_i error_i at worst.
        """
        from moosegui.fit.vetting import _augmented_kernels

        embedded, prepared = self.embedded, self.equations.prepared
        flux, weight = embedded.flux, embedded.weight
        floor = _augmented_kernels.ROUNDING_TOLERANCE * float(np.count_nonzero(weight))
        noise = FFT_ROUNDING * _norm(weight * flux) * prepared.norms
        unsure = SAFETY * FFT_ROUNDING * _norm(weight) * prepared.square_norms
        total = float(np.sum(weight * flux**2))
        return np.sqrt(total), total, np.maximum(noise**2 / floor, unsure), 2.0 * noise


def augment(
    equations: NormalEquations,
    fixed: FloatArray,
    *,
    executor: Executor | None = None,
    report: Report | None = None,
) -> AugmentedEquations:
    """Add vectors that stay in the observed frame to the normal equations of a basis.

    Parameters
    ----------
    equations : NormalEquations
        Weighted by the variances.
    fixed : ndarray of shape (n_fixed, n_samples)
        Flux per dex on the samples of the spectrum's window.
    executor, report
        As in `moosegui.fit.workers.run_chunks`.

    Returns
    -------
    AugmentedEquations

    Raises
    ------
    ValueError
        If the equations are unweighted, or the vectors have another length or are not finite.
    """
    embedded, prepared = equations.embedded, equations.prepared
    if equations.weighting != "ivar":
        raise ValueError("an augmented scan is weighted by the variances")
    if not fixed.size or fixed.shape[1:] != (embedded.n_samples,) or not np.isfinite(fixed).all():
        raise ValueError(f"fixed vectors of shape {fixed.shape} for {embedded.n_samples} samples")
    n_places = prepared.basis.grid.n_wave - embedded.n_samples + 1
    cross = correlate_data_rows(
        prepared.rows, list(fixed * embedded.weight), n_places, executor=executor, report=report
    )
    return AugmentedEquations(equations, np.ascontiguousarray(fixed), cross)


def solve_augmented_reference(
    equations: NormalEquations, fixed: FloatArray, shift: int
) -> tuple[float, FloatArray]:
    """Fit {F, H} at one shift with direct sums and scipy's NNLS, the slow twin of `solve`."""
    embedded, components = equations.embedded, equations.prepared.basis.components
    start = embedded.start - shift
    design = np.vstack((fixed, components[:, start : start + embedded.n_samples]))
    coefficients = solve_reference(design, embedded.flux, embedded.weight)
    residual = embedded.flux - coefficients @ design
    return float(embedded.weight @ residual**2) / embedded.n_samples, coefficients


def _norm(values: FloatArray) -> float:
    """Return the Euclidean norm without BLAS, whose threads would spin against the scans'."""
    return float(np.sqrt(np.sum(values * values)))
