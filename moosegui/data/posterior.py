"""The posterior P(z) of a scan and its main modes."""

from __future__ import annotations

from dataclasses import dataclass

from moosegui.data.arrays import FloatArray, frozen


@dataclass(frozen=True, slots=True)
class Mode:
    """The probability that the redshift is that of a solution, by its rank (1 is the best fit)."""

    rank: int
    redshift: float
    probability: float


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """P(z) for a galaxy inside the range of the scan.

    Parameters
    ----------
    redshifts : ndarray of shape (n_z,)
        Trial redshifts.
    density : ndarray of shape (n_z,)
        Probability per unit of z; its sum times the trials' step is 1.
    modes : tuple of Mode
        One for each solution, in their order.
    elsewhere : float
        Probability outside all solutions; with those of the modes it adds up to 1.
    noise_scale : float
        By how much the best fit's chi2 exceeds that of the given variances; at least 1.
    """

    redshifts: FloatArray
    density: FloatArray
    modes: tuple[Mode, ...]
    elsewhere: float
    noise_scale: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "redshifts", frozen(self.redshifts))
        object.__setattr__(self, "density", frozen(self.density))
