"""Profiles of lines on pixels: unit flux, and how they change with their shape."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.fit.linefit._kernels import REACH, fill_profiles, project_profiles

VELOCITY, VARIANCE, SKEW = 0, 1, 2  # columns of an array of shapes
DIFFERENCES = (1.0, 25.0, 1e-3)  # km/s, km2/s2, delta; for derivatives


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Profiles of unit flux, each on its own window.

    Parameters
    ----------
    values : ndarray of shape (n_lines, n_wave)
        Per Angstrom; only the window of a row is to be read.
    first, last : ndarray of int, shape (n_lines,)
        Windows, `first <= pixel < last`.
    """

    values: FloatArray
    first: IntArray
    last: IntArray

    def combined(self, fluxes: FloatArray) -> FloatArray:
        """Return the sum of the lines with these fluxes, shape (n_wave,)."""
        return np.asarray(fluxes @ self.values)


def make_profiles(
    wave: FloatArray, centres: FloatArray, spreads: FloatArray, shapes: FloatArray
) -> Profiles:
    """Return the profiles of lines.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Observed wavelengths in Angstrom.
    centres, spreads : ndarray of shape (n_lines,)
        Wavelengths at velocity zero and the instrument's standard deviations, Angstrom.
    shapes : ndarray of shape (n_lines, 3)
        Velocity (km/s), intrinsic variance (km2/s2) and skewness parameter delta in (-1, 1) of
        each line; Gaussians where delta is zero.

    Returns
    -------
    Profiles
    """
    values = np.zeros((centres.size, wave.size))
    first = np.zeros(centres.size, dtype=np.int64)
    last = np.zeros(centres.size, dtype=np.int64)
    fill_profiles(wave, centres, spreads, np.ascontiguousarray(shapes), values, first, last)
    return Profiles(values, first, last)


def make_profiles_reference(
    wave: FloatArray, centres: FloatArray, spreads: FloatArray, shapes: FloatArray
) -> FloatArray:
    """Return the values of `make_profiles`, its slow twin in plain numpy."""
    centre = (centres * (1.0 + shapes[:, VELOCITY] / SPEED_OF_LIGHT))[:, None]
    own = np.sqrt(np.maximum(shapes[:, VARIANCE], 0.0))[:, None] * centre / SPEED_OF_LIGHT
    scale = np.hypot(own, spreads[:, None])
    delta = shapes[:, SKEW][:, None] * own / scale
    t = (wave - centre) / scale
    values = np.exp(-0.5 * t**2) / (np.sqrt(2.0 * np.pi) * scale)
    values = values * (1.0 + scipy.special.erf(delta / np.sqrt(1.0 - delta**2) * t / np.sqrt(2.0)))
    return np.where(np.abs(t) <= REACH, values, 0.0)


def differentiate(
    wave: FloatArray, centres: FloatArray, spreads: FloatArray, shapes: FloatArray, kind: int
) -> FloatArray:
    """Return the derivatives of the profiles by one column of `shapes`, central differences.

    Parameters
    ----------
    wave, centres, spreads, shapes
        As in `make_profiles`.
    kind : int
        VELOCITY, VARIANCE or SKEW.

    Returns
    -------
    ndarray of shape (n_lines, n_wave)
    """
    upper, lower = shapes.copy(), shapes.copy()
    upper[:, kind] += DIFFERENCES[kind]
    lower[:, kind] -= DIFFERENCES[kind]
    if kind == VARIANCE:
        lower[:, kind] = np.maximum(lower[:, kind], 0.0)
    step = (upper - lower)[:, kind][:, None]
    above = make_profiles(wave, centres, spreads, upper).values
    return np.asarray((above - make_profiles(wave, centres, spreads, lower).values) / step)


def project(
    profiles: Profiles, target: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the normal equations of the fluxes, without a sign.

    Parameters
    ----------
    profiles : Profiles
    target, weight : ndarray of shape (n_wave,)
        What is to be fitted and its inverse variance.

    Returns
    -------
    gram : ndarray of shape (n_lines, n_lines)
    projection : ndarray of shape (n_lines,)
    """
    n_lines = profiles.first.size
    gram, projection = np.zeros((n_lines, n_lines)), np.zeros(n_lines)
    project_profiles(
        profiles.values, profiles.first, profiles.last, target, weight, gram, projection
    )
    return gram, projection
