"""Air and vacuum wavelengths: one formula and its iterated inverse.

The refractive index is that of Morton (1991, ApJS 77, 119, eq. 3; adopted by the IAU), a function
of the vacuum wavenumber. Below 2000 Angstrom wavelengths are vacuum by convention.
"""

from __future__ import annotations

from typing import Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from moosegui.data.arrays import FloatArray

Medium = Literal["air", "vacuum"]

Redshift = TypeVar("Redshift", float, FloatArray)

AIR_PIVOT = 7000.0  # Angstrom; the ratio of air to vacuum varies by 1 km/s over the MUSE range
AIR_LIMIT = 2000.0  # Angstrom; shorter wavelengths are quoted in vacuum (IAU convention)


def _refractive_index(wave_vacuum: FloatArray) -> FloatArray:
    sigma2 = (1e4 / wave_vacuum) ** 2
    index = 1.0 + 6.4328e-5 + 2.94981e-2 / (146.0 - sigma2) + 2.5540e-4 / (41.0 - sigma2)
    return np.where(wave_vacuum < AIR_LIMIT, 1.0, index)


def vacuum_to_air(wave: ArrayLike) -> FloatArray:
    """Convert vacuum wavelengths to air (Morton 1991, eq. 3).

    Parameters
    ----------
    wave : array_like of any shape
        Vacuum wavelengths in Angstrom.

    Returns
    -------
    ndarray of the same shape
        Air wavelengths in Angstrom; unchanged below 2000 Angstrom.
    """
    wave = np.asarray(wave, dtype=np.float64)
    return wave / _refractive_index(wave)


def air_to_vacuum(wave: ArrayLike) -> FloatArray:
    """Convert air wavelengths to vacuum by iterating the inverse of `vacuum_to_air`.

    Parameters
    ----------
    wave : array_like of any shape
        Air wavelengths in Angstrom.

    Returns
    -------
    ndarray of the same shape
        Vacuum wavelengths in Angstrom; three iterations are exact to 1e-9 Angstrom.
    """
    wave = np.asarray(wave, dtype=np.float64)
    vacuum = wave.copy()
    for _ in range(3):
        vacuum = np.where(wave < AIR_LIMIT, wave, wave * _refractive_index(vacuum))
    return vacuum


def convert(wave: ArrayLike, source: Medium, target: Medium) -> FloatArray:
    """Convert wavelengths (Angstrom, any shape) from the medium `source` to `target`."""
    if source == target:
        return np.asarray(wave, dtype=np.float64)
    return air_to_vacuum(wave) if target == "vacuum" else vacuum_to_air(wave)


def to_vacuum_redshift(redshift: Redshift, medium: Medium) -> Redshift:
    """Convert redshifts fitted to wavelengths in `medium` to the vacuum convention.

    Where the data stay in air, 1 + z comes out low by the refractive index of air, 82 km/s
    (docs/formats.md, decisions); in vacuum nothing changes.
    """
    return redshift if medium == "vacuum" else (1.0 + redshift) * _air_index() - 1.0


def from_vacuum_redshift(redshift: Redshift, medium: Medium) -> Redshift:
    """Convert vacuum redshifts to the convention of `medium`, the inverse of the above."""
    return redshift if medium == "vacuum" else (1.0 + redshift) / _air_index() - 1.0


def _air_index() -> float:
    return float(air_to_vacuum(AIR_PIVOT)) / AIR_PIVOT
