"""A circle on the sky, and what its spectrum says."""

from __future__ import annotations

from dataclasses import dataclass, field

from moosegui.data.arrays import FloatArray, frozen
from moosegui.data.spectrum import Spectrum

DEFAULT_RADIUS = 0.6  # arcsec, of a click
RADII = (0.2, 3.0)  # arcsec


@dataclass(frozen=True, slots=True)
class Aperture:
    """A circle around a place, arcseconds east and north of the source."""

    east: float
    north: float
    radius: float = DEFAULT_RADIUS


@dataclass(frozen=True, slots=True, eq=False)
class ApertureView:
    """The spectrum of an aperture, and its best redshift.

    Parameters
    ----------
    aperture : Aperture
    spectrum : Spectrum
        Less the sky of the ring around it.
    redshift, redshift_error : float
        Vacuum convention; nan where nothing can be fitted.
    relative_depth, robustness, probability : float
        Delta chi2, R and P of that by the curve alone, without what lines say.
    model : ndarray of shape (n_wave,)
        At that redshift; nan where there is none.
    redshifts, chi2 : ndarray of shape (n_z,)
        The curve of the first basis, vacuum convention; nan at trials that were not tried.
    """

    aperture: Aperture
    spectrum: Spectrum = field(repr=False)
    redshift: float
    redshift_error: float
    relative_depth: float
    robustness: float
    probability: float
    model: FloatArray = field(repr=False)
    redshifts: FloatArray = field(repr=False)
    chi2: FloatArray = field(repr=False)

    def __post_init__(self) -> None:
        for name in ("model", "redshifts", "chi2"):
            object.__setattr__(self, name, frozen(getattr(self, name)))
