"""Smoothing for the eye: weighted by inverse variance, with the error propagated.

With Gaussian weights ``K_ij`` and inverse variances ``w_j`` the smoothed flux is
``sum K w f / sum K w`` and its variance ``sum K^2 w / (sum K w)^2``, for independent pixels.
Masked pixels contribute nothing and stay masked.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.spectrum import Spectrum

FWHM_PER_SIGMA = float(2.0 * np.sqrt(2.0 * np.log(2.0)))
REACH = 3.5  # the Gaussian is cut at so many of its standard deviations


def smooth_values(
    wave: FloatArray, values: FloatArray, ivar: FloatArray, width: float
) -> tuple[FloatArray, FloatArray]:
    """Smooth `values` with a Gaussian of constant width in wavelength.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Increasing wavelengths in Angstrom, in any spacing.
    values, ivar : ndarray of shape (n_wave,)
        Values and their inverse variances; values that are not finite count as masked.
    width : float
        Full width at half maximum in Angstrom, > 0.

    Returns
    -------
    values, ivar : ndarray of shape (n_wave,)
        Zero where `ivar` was zero or the value not finite.

    Raises
    ------
    ValueError
        If the width is not a positive number.
    """
    if not (np.isfinite(width) and width > 0):
        raise ValueError(f"cannot smooth with a width of {width} Angstrom")
    usable = (ivar > 0) & np.isfinite(values)
    weights = np.where(usable, ivar, 0.0)
    weighted = np.where(usable, values, 0.0) * weights
    total, weight, square = _gaussian_sums(wave, weighted, weights, width / FWHM_PER_SIGMA)
    usable &= weight > 0
    safe = np.where(usable, weight, 1.0)
    smoothed = np.where(usable, total / safe, 0.0)
    smoothed_ivar = np.where(usable, weight * (weight / np.where(usable, square, 1.0)), 0.0)
    return smoothed, smoothed_ivar


def _gaussian_sums(
    wave: FloatArray, weighted: FloatArray, weights: FloatArray, sigma: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return sum K w f, sum K w and sum K^2 w at each pixel, one diagonal of K at a time."""
    total, weight, square = weighted.copy(), weights.copy(), weights.copy()
    for offset in range(1, wave.size):
        distance = (wave[offset:] - wave[:-offset]) / sigma
        if distance.min() > REACH:
            break
        kernel = np.where(distance <= REACH, np.exp(-0.5 * distance**2), 0.0)
        for target, source in (
            (np.s_[:-offset], np.s_[offset:]),
            (np.s_[offset:], np.s_[:-offset]),
        ):
            total[target] += kernel * weighted[source]
            weight[target] += kernel * weights[source]
            square[target] += kernel**2 * weights[source]
    return total, weight, square


def smooth_spectrum(spectrum: Spectrum, width: float) -> Spectrum:
    """Return `spectrum` smoothed for display; the errors shrink as independent pixels would.

    Parameters
    ----------
    spectrum : Spectrum
    width : float
        Full width at half maximum in Angstrom, > 0.

    Raises
    ------
    ValueError
        If the width is not a positive number.
    """
    flux, ivar = smooth_values(spectrum.wave, spectrum.flux, spectrum.ivar, width)
    return replace(spectrum, flux=flux, ivar=ivar)
