"""A part of a data cube around a place on the sky."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from moosegui.data.arrays import BoolArray, FloatArray, frozen

Float32Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class CubeBox:
    """All wavelengths of some spaxels around a place on the sky.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Angstrom in vacuum, increasing.
    flux, ivar : ndarray of float32, shape (n_wave, n_y, n_x)
        In 1e-20 erg/s/cm2/Angstrom where the unit is known; both zero where there are no data.
        The inverse variance knows nothing of the covariance between neighbouring spaxels.
    centre : (float, float)
        The place, x and y in pixels from 0 at the centre of the first.
    offsets : ndarray of shape (2, 2)
        Arcseconds to the east and to the north (rows) of a pixel in x and in y (columns).
    noise : float
        How many times larger the scatter of an unresolved source's flux is than the inverse
        variances say, as neighbouring spaxels share noise; 1 where nobody has looked.

    Raises
    ------
    ValueError
        If the shapes contradict each other, or the pixels span no area.
    """

    wave: FloatArray
    flux: Float32Array = field(repr=False)
    ivar: Float32Array = field(repr=False)
    centre: tuple[float, float]
    offsets: FloatArray
    noise: float = 1.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "wave", frozen(self.wave))
        object.__setattr__(self, "offsets", frozen(self.offsets))
        if self.flux.ndim != 3 or self.flux.shape[0] != self.wave.size:
            raise ValueError(f"a cube of shape {self.flux.shape} with {self.wave.size} wavelengths")
        if self.ivar.shape != self.flux.shape or self.offsets.shape != (2, 2):
            raise ValueError(f"weights of shape {self.ivar.shape}, offsets {self.offsets.shape}")
        if not abs(np.linalg.det(self.offsets)) > 0:
            raise ValueError(f"spaxels without an area: {self.offsets.tolist()}")
        for array in (self.flux, self.ivar):
            array.flags.writeable = False

    @property
    def shape(self) -> tuple[int, int]:
        """(n_y, n_x) of a plane."""
        return self.flux.shape[1], self.flux.shape[2]

    @property
    def pixel_size(self) -> float:
        """Arcseconds along the side of a spaxel."""
        return float(np.sqrt(abs(np.linalg.det(self.offsets))))

    def offsets_of_pixels(self) -> tuple[FloatArray, FloatArray]:
        """Return how far each spaxel lies east and north of the place.

        Returns
        -------
        east, north : ndarray of shape (n_y, n_x)
            Arcseconds.
        """
        y, x = np.indices(self.shape, dtype=np.float64)
        dx, dy = x - self.centre[0], y - self.centre[1]
        return (
            self.offsets[0, 0] * dx + self.offsets[0, 1] * dy,
            self.offsets[1, 0] * dx + self.offsets[1, 1] * dy,
        )

    def within(self, radius: float, *, inner: float = 0.0) -> BoolArray:
        """Return which spaxels lie between two radii in arcseconds, shape (n_y, n_x)."""
        distance = np.hypot(*self.offsets_of_pixels())
        return np.asarray((distance <= radius) & (distance >= inner))
