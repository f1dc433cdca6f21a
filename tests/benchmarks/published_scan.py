"""The published scan, written as fast as we can: Gram matrices made once, direct residuals.

At every trial the spectrum is fitted unweighted by NNLS on precomputed Gram matrices, and chi2 is
summed directly under the variances: two passes over a window of k rows for each trial. Serial
kernels without the GIL share the trials among all cores, as in the engine it is compared with.
"""

from __future__ import annotations

from concurrent.futures import Executor

import numpy as np
from numba import njit

from moosegui.data.arrays import FloatArray
from moosegui.fit.scan import _kernels
from moosegui.fit.workers import run_chunks, split

N_CHUNKS = 16


@njit(nogil=True, fastmath=True)
def _project(components, flux, start, projection):
    """b = H g over one window."""
    k = components.shape[0]
    n = flux.shape[0]
    for i in range(k):
        row = components[i, start : start + n]
        total = 0.0
        for x in range(n):
            total += row[x] * flux[x]
        projection[i] = total


@njit(nogil=True, fastmath=True)
def _residual(components, flux, weight, start, weights, model):
    """Sum of w (g - model)^2 over one window, skipping the components that are zero."""
    k = components.shape[0]
    n = flux.shape[0]
    for x in range(n):
        model[x] = -flux[x]
    for i in range(k):
        amplitude = weights[i]
        if amplitude > 0.0:
            row = components[i, start : start + n]
            for x in range(n):
                model[x] += amplitude * row[x]
    total = 0.0
    for x in range(n):
        total += weight[x] * model[x] * model[x]
    return total


@njit(nogil=True)
def _scan_chunk(components, flux, weight, starts, grams, inverse_norms, chi2):
    k = components.shape[0]
    projection = np.empty(k)
    weights = np.empty(k, components.dtype)
    model = np.empty(flux.shape[0], components.dtype)
    members = np.empty(k + 1, dtype=np.int64)
    work = np.empty((k + 4, k + 1))
    n_members = 0
    data_norm = np.sqrt(np.sum(flux * flux))
    for t in range(starts.shape[0]):
        _project(components, flux, starts[t], projection)
        for i in range(k):
            projection[i] *= inverse_norms[t, i]
        n_members = max(
            _kernels.solve_nnls(grams[t], projection, data_norm, members, n_members, work), 0
        )
        for i in range(k):
            weights[i] = work[k + 1, i] * inverse_norms[t, i]
        chi2[t] = _residual(components, flux, weight, starts[t], weights, model)


class PublishedScan:
    """The published algorithm for one window length: everything that can be precomputed, is."""

    def __init__(self, components: FloatArray, starts: np.ndarray, n_samples: int) -> None:
        self._components = components
        self._starts = starts
        k = components.shape[0]
        self._grams = np.zeros((starts.size, k, k))
        self._inverse_norms = np.zeros((starts.size, k))
        cumulated = np.zeros((components.shape[1] + 1,))
        for i in range(k):
            for j in range(i + 1):
                product = components[i].astype(np.float64) * components[j]
                cumulated[1:] = np.cumsum(product)
                values = cumulated[starts + n_samples] - cumulated[starts]
                self._grams[:, i, j] = self._grams[:, j, i] = values
        for t in range(starts.size):
            _kernels.scale_problem(self._grams[t], np.zeros(k), self._inverse_norms[t])

    def run(self, flux: FloatArray, weight: FloatArray, executor: Executor | None) -> FloatArray:
        """chi2 (n_z,) of one spectrum."""
        chi2 = np.empty(self._starts.size)
        dtype = self._components.dtype
        flux, weight = flux.astype(dtype), weight.astype(dtype)

        def scan(part: slice) -> None:
            _scan_chunk(
                self._components,
                flux,
                weight,
                self._starts[part],
                self._grams[part],
                self._inverse_norms[part],
                chi2[part],
            )

        run_chunks(scan, split(self._starts.size, N_CHUNKS), executor=executor)
        return chi2 / flux.size
