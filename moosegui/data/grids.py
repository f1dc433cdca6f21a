"""The two grids of the method, rest wavelengths (logarithmic) and trial redshifts (linear).

And what is said of redshifts: velocities between them, and when two are the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from moosegui.data.arrays import BoolArray, FloatArray, IntArray

SPEED_OF_LIGHT = 299792.458  # km/s, exact (SI)

SHIPPED_LOG10_STEP = 2.215525e-5  # dex, 15.3 km/s

# When two redshifts are the same, each tolerance by the name of what it decides
# In (1 + z). One solution of a scan, and a good prediction (docs/method.md, section 3)
SAME_SOLUTION = 0.005
SAME_GALAXY = 0.01  # in (1 + z): nothing else is found so near to a galaxy that is known

# In km/s
SAME_ON_SCREEN = 300.0  # a z stands for a solution, a vote for another; a catalogue agrees
SAME_NEIGHBOUR = 500.0  # light of a neighbour: two measurements of one galaxy
SAME_FEATURE = 1000.0  # a clicked feature supports a solution


@dataclass(frozen=True, slots=True)
class LogGrid:
    """Rest-frame wavelengths ``u_j = log10_start + j log10_step`` (docs/method.md, section 1).

    Parameters
    ----------
    log10_start : float
        log10 of the first wavelength in Angstrom.
    log10_step : float
        Step in dex, > 0.
    n_wave : int
        Number of samples, > 1.

    Raises
    ------
    ValueError
        If the step is not positive or there are fewer than two samples.
    """

    log10_start: float
    log10_step: float
    n_wave: int

    def __post_init__(self) -> None:
        if not self.log10_step > 0 or self.n_wave < 2:
            raise ValueError(f"no grid with step {self.log10_step} dex and {self.n_wave} samples")

    @property
    def log10_wave(self) -> FloatArray:
        """log10 of the wavelengths in Angstrom, shape (n_wave,)."""
        return self.log10_start + self.log10_step * np.arange(self.n_wave, dtype=np.float64)

    @property
    def wave(self) -> FloatArray:
        """Wavelengths in Angstrom, shape (n_wave,)."""
        return np.asarray(np.power(10.0, self.log10_wave), dtype=np.float64)

    @property
    def wave_range(self) -> tuple[float, float]:
        """First and last wavelength in Angstrom."""
        last = self.log10_start + self.log10_step * (self.n_wave - 1)
        return 10.0**self.log10_start, 10.0**last

    @property
    def velocity_step(self) -> float:
        """Velocity of one sample in km/s."""
        return float(SPEED_OF_LIGHT * np.log(10.0) * self.log10_step)

    def shift_of(self, redshift: FloatArray | float) -> IntArray:
        """Number of samples by which `redshift` moves a spectrum: round(log10(1+z)/step)."""
        return np.rint(np.log10(1.0 + np.asarray(redshift)) / self.log10_step).astype(np.int64)

    def redshift_of(self, shift: FloatArray | IntArray | float) -> FloatArray:
        """Redshift of a (fractional) number of samples, the inverse of `shift_of`."""
        shift = np.asarray(shift, dtype=np.float64)
        return np.asarray(np.power(10.0, shift * self.log10_step) - 1.0, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class RedshiftGrid:
    """Trial redshifts from `zmin` to `zmax` in steps of `dz` (docs/method.md, section 2).

    Raises
    ------
    ValueError
        If the limits are not ordered, the step is not positive, or zmin <= -1.
    """

    zmin: float = 0.0
    zmax: float = 6.7
    dz: float = 0.0005

    def __post_init__(self) -> None:
        finite = np.all(np.isfinite([self.zmin, self.zmax, self.dz]))
        if not finite or not -1 < self.zmin < self.zmax or not self.dz > 0:
            raise ValueError(f"no trial redshifts from {self.zmin} to {self.zmax} by {self.dz}")

    @property
    def n_z(self) -> int:
        """Number of trials."""
        return int(np.floor((self.zmax - self.zmin) / self.dz + 1e-6)) + 1

    @property
    def redshifts(self) -> FloatArray:
        """Trial redshifts, shape (n_z,)."""
        return self.zmin + self.dz * np.arange(self.n_z, dtype=np.float64)


def velocity_difference(redshift: FloatArray | float, reference: FloatArray | float) -> FloatArray:
    """Velocity in km/s of `redshift` relative to `reference`: c (z - z_ref) / (1 + z_ref)."""
    reference = np.asarray(reference, dtype=np.float64)
    redshift = np.asarray(redshift, dtype=np.float64)
    return np.asarray(SPEED_OF_LIGHT * (redshift - reference) / (1.0 + reference), dtype=np.float64)


def shifted_redshift(reference: float, velocity: float) -> float:
    """Redshift that lies `velocity` km/s from `reference`, the inverse of `velocity_difference`."""
    return reference + (1.0 + reference) * velocity / SPEED_OF_LIGHT


def is_same_redshift(
    redshift: ArrayLike, other: ArrayLike, tolerance: float = SAME_SOLUTION
) -> BoolArray:
    """Whether |z - z_other| < tolerance (1 + z_other); nan is the same as nothing.

    Parameters
    ----------
    redshift, other : array_like that broadcast together
    tolerance : float
        In (1 + z).
    """
    redshift, other = np.asarray(redshift, np.float64), np.asarray(other, np.float64)
    return np.asarray(np.abs(redshift - other) < tolerance * (1.0 + other))


def is_within_velocity(redshift: float, other: float, velocity: float) -> bool:
    """Whether a redshift lies within a velocity (km/s) of another; nan lies near nothing."""
    return abs(float(velocity_difference(redshift, other))) < velocity
