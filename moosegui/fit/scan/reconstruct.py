"""The model of a spectrum at one redshift, on its own pixels, and the redshift refined there."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.basis import Basis
from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift
from moosegui.data.results import Reconstruction, Weighting
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.embed import LN10
from moosegui.fit.scan.nnls import solve

REFINE_WITHIN = 400.0  # km/s to each side
KEPT = 16  # models: evidence and classes ask for those of the same solutions


def components_on_pixels(
    spectrum: Spectrum, basis: Basis, redshift: float
) -> tuple[FloatArray, BoolArray]:
    """Return the components as flux density on the spectrum's pixels at `redshift`.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis
    redshift : float

    Returns
    -------
    components : ndarray of shape (n_components, n_wave)
        Flux per Angstrom, zero where the basis does not reach.
    is_covered : ndarray of bool, shape (n_wave,)
        Inside the basis and inside the observed range for which it was made.

    Raises
    ------
    ValueError
        If the media differ.
    """
    from moosegui.fit.scan import _pixel_kernels  # with numba, after the window has appeared

    grid = basis.grid
    at_rest, density = _pixels(spectrum, basis)
    position = at_rest - np.log10(1.0 + redshift) / grid.log10_step
    is_covered = (position >= 0) & (position <= grid.n_wave - 1) & (density > 0)
    sampled = np.empty((basis.n_components, position.size))
    _pixel_kernels.sample_components(
        basis.components, position, np.where(is_covered, density, 0.0), sampled
    )
    return sampled, is_covered


@lru_cache(maxsize=KEPT)
def _pixels(spectrum: Spectrum, basis: Basis) -> tuple[FloatArray, FloatArray]:
    """Return where the pixels are on the grid at z = 0, and flux density over flux per dex.

    The latter is zero outside the observed range for which the basis was made.
    """
    grid = basis.grid
    position = (np.log10(spectrum.wave) - grid.log10_start) / grid.log10_step
    return position, np.where(basis.is_made_for(spectrum), 1.0 / (LN10 * spectrum.wave), 0.0)


@lru_cache(maxsize=KEPT)
def reconstruct(
    spectrum: Spectrum, basis: Basis, redshift: float, weighting: Weighting = "ivar"
) -> Reconstruction:
    """Fit the basis to a spectrum at one redshift, on the spectrum's own pixels; the last are kept.

    Unlike the scan this needs no rounding to a shift, so it follows the smallest nudge of z.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis
    redshift : float
        As-is convention of the basis' medium.
    weighting : "ivar" or "unweighted"

    Returns
    -------
    Reconstruction
        chi2 is the sum of ivar (flux - model)^2 over the fitted pixels, divided by their number.

    Raises
    ------
    ValueError
        If the media differ, or the redshift is not above -1.
    """
    if not redshift > -1:
        raise ValueError(f"a redshift of {redshift}")
    components, is_covered = components_on_pixels(spectrum, basis, redshift)
    ivar = np.where(is_covered, spectrum.ivar, 0.0)
    n_fitted = int(np.count_nonzero(ivar))
    weight = ivar if weighting == "ivar" else (ivar > 0).astype(np.float64)
    weighted = components * weight
    fit = solve(weighted @ components.T, weighted @ spectrum.flux)
    model = fit.coefficients @ components
    chi2 = float(ivar @ (spectrum.flux - model) ** 2) / n_fitted if n_fitted else float("nan")
    shown = np.where(is_covered, model, np.nan)
    return Reconstruction(redshift, spectrum.wave, shown, chi2, fit.coefficients)


def refine_redshift(
    spectrum: Spectrum, basis: Basis, redshift: float, weighting: Weighting = "ivar"
) -> tuple[float, float]:
    """Find the nearest sub-pixel minimum of chi2 around a redshift, with its error.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis
    redshift : float
    weighting : "ivar" or "unweighted"

    Returns
    -------
    redshift : float
    redshift_error : float
        Where chi2 has risen by 1 (parabola); nan where it does not rise to both sides.

    Raises
    ------
    ValueError
        As in `reconstruct`.
    """
    n_good = max(spectrum.n_good, 1)

    def chi2_at(velocity: float) -> float:
        z = shifted_redshift(redshift, velocity)
        return reconstruct(spectrum, basis, z, weighting).chi2 * n_good

    coarse = np.arange(-REFINE_WITHIN, REFINE_WITHIN + 1, 25.0)
    values = np.array([chi2_at(v) for v in coarse])
    if not np.isfinite(values).any():
        return redshift, float("nan")
    start = coarse[_descend(values, values.size // 2)]
    found = scipy.optimize.minimize_scalar(
        chi2_at, bounds=(start - 25.0, start + 25.0), method="bounded"
    )
    velocity, lowest = float(found.x), float(found.fun)
    step = 15.0  # km/s, about a fifth of a pixel: wide enough to average over the pixel phase
    rise = chi2_at(velocity - step) + chi2_at(velocity + step) - 2.0 * lowest
    refined = shifted_redshift(redshift, velocity)
    if not rise > 0:
        return refined, float("nan")
    return refined, (1.0 + redshift) * step / SPEED_OF_LIGHT / float(np.sqrt(rise / 2.0))


def _descend(values: FloatArray, start: int) -> int:
    """Walk downhill from `start` to the nearest local minimum."""
    here = start
    while True:
        neighbours = [i for i in (here - 1, here, here + 1) if 0 <= i < values.size]
        best = min(neighbours, key=lambda i: values[i])
        if best == here:
            return here
        here = best
