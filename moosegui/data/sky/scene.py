"""What lies in a simulated cube: sources, where they are and what is true of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from moosegui.data.arrays import FloatArray, frozen

Shape = Literal["point", "halo", "spaxel"]


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """A spectrum that shines somewhere.

    Parameters
    ----------
    east, north : float
        Arcseconds from the middle of the field.
    flux : ndarray of shape (n_wave,)
        In 1e-20 erg/s/cm2/Angstrom, of the whole source.
    shape : "point", "halo" or "spaxel"
        As the PSF; an exponential disc seen through it; or in one spaxel, as a cosmic ray.
    """

    east: float
    north: float
    flux: FloatArray = field(repr=False)
    shape: Shape = "point"

    def __post_init__(self) -> None:
        object.__setattr__(self, "flux", frozen(self.flux))


@dataclass(frozen=True, slots=True)
class Truth:
    """A row of the catalogue of a simulated cube, with what is true of it.

    Parameters
    ----------
    source_id : str
    east, north : float
        Arcseconds from the middle of the field.
    kind : str
        `sf`, `passive`, `lae`; `sky`, `cosmic` or `noise` of a detection that is none.
    redshift : float
        Vacuum convention; nan of a false detection.
    snr : float
        Of its lines, breaks and bands, weighed by the PSF.
    second : float
        Redshift of another galaxy whose light is in its spectrum, also in that of a detection that
        is none; nan without one.
    second_snr : float
        As `snr`, of the part of the other's light that falls on this source.
    separation : float
        Arcseconds between the two.
    neighbour : str
        ID of the other galaxy where the catalogue has it; empty where it does not.
    """

    source_id: str
    east: float
    north: float
    kind: str
    redshift: float = float("nan")
    snr: float = float("nan")
    second: float = float("nan")
    second_snr: float = float("nan")
    separation: float = float("nan")
    neighbour: str = ""

    @property
    def is_false(self) -> bool:
        """Whether there is no galaxy."""
        return bool(np.isnan(self.redshift))
