"""Non-negative least squares: the fast solver with its checks, and its slow twin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class NonNegativeFit:
    """Solution of min |y - H^T w|^2, w >= 0.

    Parameters
    ----------
    coefficients : ndarray of shape (n_components,)
        Not negative.
    explained : float
        b^T w: the sum of squares is |y|^2 - explained.
    """

    coefficients: FloatArray
    explained: float


def solve(
    gram: FloatArray,
    projection: FloatArray,
    *,
    data_norm: float | None = None,
    guess: tuple[int, ...] = (),
) -> NonNegativeFit:
    """Solve a non-negative least squares problem given by its normal equations.

    Active-set method of Lawson & Hanson (1974, ch. 23) on H H^T and H y.

    Parameters
    ----------
    gram : ndarray of shape (n_components, n_components)
        H H^T, positive semi-definite.
    projection : ndarray of shape (n_components,)
        b = H y.
    data_norm : float, optional
        |y|, which sets the scale of rounding; estimated from `projection` when missing.
    guess : tuple of int
        Components that are probably positive; changes the cost, not the result.

    Returns
    -------
    NonNegativeFit

    Raises
    ------
    ValueError
        If the shapes disagree or a value is not finite.
    """
    from moosegui.fit.scan import _kernels  # with numba, after the window has appeared

    gram = np.array(gram, dtype=np.float64)
    projection = np.array(projection, dtype=np.float64)
    k = projection.size
    if projection.ndim != 1 or gram.shape != (k, k):
        raise ValueError(f"normal equations of shapes {gram.shape} and {projection.shape}")
    if not (np.isfinite(gram).all() and np.isfinite(projection).all()):
        raise ValueError("normal equations must be finite")
    inverse_norms = np.empty(k)
    _kernels.scale_problem(gram, projection, inverse_norms)
    if data_norm is None:
        data_norm = float(np.max(np.abs(projection), initial=0.0))
    members = np.zeros(k + 1, dtype=np.int64)
    alive = [i for i in dict.fromkeys(guess) if inverse_norms[i] > 0]
    members[: len(alive)] = alive
    work = np.zeros((k + 4, k + 1))
    n_members = _kernels.solve_nnls(gram, projection, data_norm, members, len(alive), work)
    if n_members < 0:
        raise ArithmeticError("the active set did not settle; is the Gram matrix symmetric?")
    scaled = work[k + 1, :k]
    return NonNegativeFit(scaled * inverse_norms, float(scaled @ projection))


def solve_reference(components: FloatArray, flux: FloatArray, weight: FloatArray) -> FloatArray:
    """Solve min sum w (g - w^T H)^2 with scipy, the slow twin of `solve`.

    Parameters
    ----------
    components : ndarray of shape (n_components, n_samples)
    flux, weight : ndarray of shape (n_samples,)

    Returns
    -------
    ndarray of shape (n_components,)
        Not negative.
    """
    root = np.sqrt(weight)
    design = (components * root).T
    norms = np.linalg.norm(design, axis=0)
    norms[norms == 0] = 1.0
    scaled, _ = scipy.optimize.nnls(design / norms, flux * root, maxiter=50 * components.shape[0])
    return np.asarray(scaled / norms)
