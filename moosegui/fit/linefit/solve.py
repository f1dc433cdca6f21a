"""The linear part of a fit of lines: continuum, smooth correction and lines at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.fit.linefit.families import LineLayout
from moosegui.fit.linefit.profiles import Profiles
from moosegui.fit.scan.nnls import solve

RIDGE = 1e-9  # of the diagonal; keeps the splines apart where pixels are masked


@dataclass(frozen=True, slots=True, eq=False)
class ContinuumData:
    """A spectrum with what its continuum is made of.

    Parameters
    ----------
    wave, flux, weight : ndarray of shape (n_wave,)
        Weight zero where masked or outside the basis.
    components : ndarray of shape (n_components, n_wave)
        Of the basis without lines; their sum is not negative.
    smooth : ndarray of shape (n_smooth, n_wave)
        Correction of either sign.
    """

    wave: FloatArray
    flux: FloatArray
    weight: FloatArray
    components: FloatArray
    smooth: FloatArray

    @property
    def n_continuum(self) -> int:
        """Rows that make the continuum."""
        return int(self.components.shape[0] + self.smooth.shape[0])


@dataclass(frozen=True, slots=True, eq=False)
class JointFit:
    """Continuum and lines at fixed shapes.

    Parameters
    ----------
    components : ndarray of shape (n_components,)
        Not negative.
    smooth : ndarray of shape (n_smooth,)
    amplitudes : ndarray of shape (n_columns,)
        Not negative.
    continuum : ndarray of shape (n_wave,)
    """

    components: FloatArray
    smooth: FloatArray
    amplitudes: FloatArray
    continuum: FloatArray


def solve_jointly(data: ContinuumData, profiles: Profiles, layout: LineLayout) -> JointFit:
    """Fit components, correction and columns of lines, the correction of either sign.

    The free columns are eliminated from the normal equations, the rest is non-negative.
    """
    columns = layout.shares @ profiles.values
    positive = np.concatenate((data.components, columns))
    weighted = positive * data.weight
    gram, projection = weighted @ positive.T, weighted @ data.flux
    across = weighted @ data.smooth.T
    free = (data.smooth * data.weight) @ data.smooth.T
    free[np.diag_indices_from(free)] *= 1.0 + RIDGE
    free_projection = (data.smooth * data.weight) @ data.flux
    inverse = np.linalg.pinv(free, hermitian=True) if free.size else free
    reduced = gram - across @ inverse @ across.T
    fit = solve(0.5 * (reduced + reduced.T), projection - across @ inverse @ free_projection)
    smooth = inverse @ (free_projection - across.T @ fit.coefficients)
    components, amplitudes = np.split(fit.coefficients, [data.components.shape[0]])
    continuum = components @ data.components + smooth @ data.smooth
    return JointFit(components, smooth, amplitudes, continuum)


@dataclass(frozen=True, slots=True, eq=False)
class Covariance:
    """Covariances of what was fitted; rows of the continuum that are not in use are zero.

    Parameters
    ----------
    continuum : ndarray of shape (n_continuum, n_continuum)
        Components, then the correction.
    columns : ndarray of shape (n_columns, n_columns)
        Amplitudes of the columns of lines.
    shapes : ndarray of shape (n_parameters, n_parameters)
        In the units of the slopes that were given.
    """

    continuum: FloatArray
    columns: FloatArray
    shapes: FloatArray


def covariance_of(
    data: ContinuumData, fit: JointFit, layout: LineLayout, lines: FloatArray, slopes: FloatArray
) -> Covariance:
    """Invert the normal equations of everything in use, linearised in the shapes.

    Parameters
    ----------
    data : ContinuumData
    fit : JointFit
    layout : LineLayout
    lines : ndarray of shape (n_lines, n_wave)
        Profiles of unit flux.
    slopes : ndarray of shape (n_parameters, n_wave)
        Derivatives of the model by the shape parameters.

    Returns
    -------
    Covariance
        A column of amplitude zero gets the error that it would have beside those in use.
    """
    columns = layout.shares @ lines
    rows = np.concatenate((data.components, data.smooth, columns, slopes))
    gram = (rows * data.weight) @ rows.T
    used = np.ones(rows.shape[0], dtype=bool)
    n_continuum, n_columns = data.n_continuum, columns.shape[0]
    used[: data.components.shape[0]] = fit.components > 0
    used[n_continuum : n_continuum + n_columns] = _in_use(fit.amplitudes, layout)
    used &= np.diag(gram) > 0
    full = np.zeros_like(gram)
    inverse = _scaled_inverse(gram[np.ix_(used, used)])
    full[np.ix_(used, used)] = inverse
    for i in n_continuum + np.flatnonzero(~used[n_continuum : n_continuum + n_columns]):
        across = gram[i, used]
        left = gram[i, i] - across @ inverse @ across
        full[i, i] = 1.0 / left if left > 1e-12 * gram[i, i] else np.inf
    parts = slice(0, n_continuum), slice(n_continuum, n_continuum + n_columns)
    after = slice(n_continuum + n_columns, None)
    return Covariance(full[parts[0], parts[0]], full[parts[1], parts[1]], full[after, after])


def _in_use(amplitudes: FloatArray, layout: LineLayout) -> BoolArray:
    """Mark columns with an amplitude, and both columns of a doublet if either has one."""
    used = amplitudes > 0
    together = (layout.shares != 0).astype(float)
    return np.asarray(((together @ together.T) @ used.astype(float)) > 0)


def _scaled_inverse(gram: FloatArray) -> FloatArray:
    scale = 1.0 / np.sqrt(np.diag(gram))
    scaled = np.linalg.pinv(gram * np.outer(scale, scale), rcond=1e-12, hermitian=True)
    return np.asarray(scaled * np.outer(scale, scale))
