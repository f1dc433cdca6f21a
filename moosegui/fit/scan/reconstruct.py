"""The model of a spectrum at one redshift, on its own pixels, and the redshift refined there."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.basis import Basis, pixels_within
from moosegui.data.grids import SPEED_OF_LIGHT, LogGrid, shifted_redshift
from moosegui.data.medium import Medium
from moosegui.data.results import Reconstruction, Weighting
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.embed import LN10

REFINE_WITHIN = 400.0  # km/s to each side
OVERFLOW = -2  # what the fit on pixels returns where sums are not finite
KEPT = 16  # models: evidence and classes ask for those of the same solutions


def components_on_pixels(
    spectrum: Spectrum, basis: Basis, redshift: float, among: BoolArray | None = None
) -> tuple[FloatArray, BoolArray]:
    """Return the components as flux density on the spectrum's pixels at `redshift`.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis
    redshift : float
    among : ndarray of bool, shape (n_components,), optional
        Which components; all by default.

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

    placed = _placed(spectrum, basis, redshift)
    which = range(basis.n_components) if among is None else np.flatnonzero(among).tolist()
    sampled = np.zeros((len(which), spectrum.wave.size))
    for i, out in zip(which, sampled, strict=True):
        _pixel_kernels.add_row(basis.components[i], 1.0, *placed, out)
    return sampled, placed.factor > 0


@lru_cache(maxsize=KEPT)
def _pixels(
    spectrum: Spectrum, grid: LogGrid, medium: Medium, observed_range: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Return where the pixels are on the grid at z = 0, and flux density over flux per dex.

    The latter is zero outside the observed range for which the bases on the grid were made.
    """
    position = (np.log10(spectrum.wave) - grid.log10_start) / grid.log10_step
    is_within = pixels_within(spectrum, medium, observed_range)
    return position, np.where(is_within, 1.0 / (LN10 * spectrum.wave), 0.0)


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
    return fit_on_pixels(spectrum, basis, redshift, weighting)


def fit_on_pixels(
    spectrum: Spectrum,
    basis: Basis,
    redshift: float,
    weighting: Weighting = "ivar",
    tilts: FloatArray | None = None,
) -> Reconstruction:
    """Do as `reconstruct`, with the components times some curves, and keep nothing.

    Parameters
    ----------
    spectrum, basis, redshift, weighting
        As for `reconstruct`.
    tilts : ndarray of shape (m, n_wave), optional
        Curves on the pixels, by each of which each component is multiplied.

    Returns
    -------
    Reconstruction
        One coefficient for each component and curve; chi2 is nan without a fitted pixel.

    Raises
    ------
    ValueError
        If the media differ, or the normal equations are not finite.
    """
    from moosegui.fit.scan import _pixel_kernels  # with numba, after the window has appeared

    n_wave = spectrum.wave.size
    curves = np.ones((1, n_wave)) if tilts is None else tilts
    coefficients, model = np.empty(basis.n_components * len(curves)), np.empty(n_wave)
    given = basis.components, _placed(spectrum, basis, redshift), (spectrum.flux, spectrum.ivar)
    n, chi2 = _pixel_kernels.fit_pixels(*given, weighting == "ivar", curves, coefficients, model)
    if n == OVERFLOW:
        raise ValueError("normal equations must be finite")
    if n < 0:
        raise ArithmeticError("the active set did not settle")
    return Reconstruction(redshift, spectrum.wave, model, chi2, coefficients)


class Placed(NamedTuple):
    """Where the pixels of a spectrum lie on the grid of a basis at a redshift, each (n_wave,)."""

    left: IntArray  # the sample before
    fraction: FloatArray  # of a step beyond it
    factor: FloatArray  # flux density over flux per dex, zero where the basis does not reach


def _placed(spectrum: Spectrum, basis: Basis, redshift: float) -> Placed:
    from moosegui.fit.scan import _pixel_kernels

    grid = basis.grid
    at_rest, density = _pixels(spectrum, grid, basis.medium, basis.observed_range)
    n = at_rest.size
    placed = Placed(np.empty(n, dtype=np.int64), np.empty(n), np.empty(n))
    shift = np.log10(1.0 + redshift) / grid.log10_step
    _pixel_kernels.place_pixels(at_rest, shift, density, grid.n_wave, *placed)
    return placed


def model_on_pixels(
    spectrum: Spectrum, basis: Basis, redshift: float, coefficients: FloatArray
) -> FloatArray:
    """Return a model with given coefficients at a redshift, zero where the basis does not reach.

    Parameters
    ----------
    spectrum, basis, redshift
        As for `components_on_pixels`.
    coefficients : ndarray of shape (n_components,)

    Returns
    -------
    ndarray of shape (n_wave,)
    """
    from moosegui.fit.scan import _pixel_kernels

    placed, model = _placed(spectrum, basis, redshift), np.zeros(spectrum.wave.size)
    for row, amount in zip(basis.components, coefficients.tolist(), strict=True):
        if amount != 0.0:
            _pixel_kernels.add_row(row, amount, *placed, model)
    return model


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
    place = _descend(lambda i: chi2_at(coarse[i]), coarse.size)
    if place is None:
        return redshift, float("nan")
    start = coarse[place]
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


def _descend(value_at: Callable[[int], float], n: int) -> int | None:
    """Walk downhill from the middle of n places to the nearest local minimum.

    Only places on the way are asked for. Where one is nan all are, and None is returned if all are.
    """
    known: dict[int, float] = {}
    here = n // 2
    while True:
        neighbours = [i for i in (here - 1, here, here + 1) if 0 <= i < n]
        known |= {i: value_at(i) for i in neighbours if i not in known}
        if not np.isfinite([known[i] for i in neighbours]).all():
            known |= {i: value_at(i) for i in range(n) if i not in known}
            if not np.isfinite(list(known.values())).any():
                return None
        best = min(neighbours, key=lambda i: known[i])
        if best == here:
            return here
        here = best
