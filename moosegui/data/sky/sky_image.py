"""A small image of the sky around a source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray, frozen


@dataclass(frozen=True, slots=True, eq=False)
class SkyImage:
    """A cut-out around a source, with the directions on it.

    Parameters
    ----------
    name : str
        What it shows, as "white" or "HST F606W".
    pixels : ndarray of shape (n_y, n_x)
        The first row is the lowest; nan where there are no data.
    centre : (float, float)
        Where the source lies, x and y in pixels from 0 at the centre of the first.
    offsets : ndarray of shape (2, 2)
        Arcseconds to the east and to the north (rows) of a pixel in x and in y (columns).
    mark : (float, float) or None
        A place to be marked, arcseconds east and north of the source.
    reach : float
        Of pixels that are differences, as velocities: the largest that is drawn; 0 of brightness.

    Raises
    ------
    ValueError
        If this is no image, or its pixels span no area.
    """

    name: str
    pixels: FloatArray
    centre: tuple[float, float]
    offsets: FloatArray
    mark: tuple[float, float] | None = None
    reach: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", frozen(self.pixels))
        object.__setattr__(self, "offsets", frozen(self.offsets))
        if self.pixels.ndim != 2 or self.offsets.shape != (2, 2):
            raise ValueError(f"an image of shape {self.pixels.shape}, {self.offsets.shape}")
        if not abs(np.linalg.det(self.offsets)) > 0:
            raise ValueError(f"pixels without an area: {self.offsets.tolist()}")

    @property
    def pixel_size(self) -> float:
        """Arcseconds along the side of a pixel."""
        return float(np.sqrt(abs(np.linalg.det(self.offsets))))

    def place(self, east: float, north: float) -> tuple[float, float]:
        """Return x and y in pixels of a place so many arcseconds from the source."""
        x, y = np.linalg.solve(self.offsets, np.array([east, north]))
        return self.centre[0] + float(x), self.centre[1] + float(y)

    def grey_levels(self) -> FloatArray:
        """Return the pixels between 0 and 1, stretched so that faint and bright are both seen.

        An inverse hyperbolic sine in units of the noise (Lupton et al. 2004, PASP 116, 133).
        """
        finite = self.pixels[np.isfinite(self.pixels)]
        if finite.size == 0:
            return np.zeros_like(self.pixels)
        middle = float(np.median(finite))
        noise = 1.4826 * float(np.median(np.abs(finite - middle))) or 1.0
        top = max(float(np.percentile(finite, 99.7)), middle + 3.0 * noise)
        stretched = np.arcsinh((self.pixels - middle + noise) / (2.0 * noise))
        limit = np.arcsinh((top - middle + noise) / (2.0 * noise))
        levels = np.clip(np.nan_to_num(stretched / limit, nan=0.0), 0.0, 1.0)
        return np.asarray(levels, dtype=np.float64)
