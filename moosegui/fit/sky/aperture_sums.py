"""The spectra of apertures in one box, as fast as a mouse moves.

What `extract` does for an aperture with sky: sums over the circle and over the ring around it are
products of a matrix, the box, with the spaxels that take part, and the box is prepared once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.sky.cube import CubeBox, Float32Array
from moosegui.data.spectrum import Spectrum
from moosegui.fit.sky.extraction import (
    MIN_PROFILE,
    MIN_SKY,
    SKY_CLIP,
    SKY_INNER,
    SKY_OUTER,
)
from moosegui.fit.sky.line_image import white_light

NORMAL_MAD = 1.4826


@dataclass(frozen=True, slots=True, eq=False)
class ApertureSums:
    """A box, prepared for the sums over its spaxels; make it with `prepare`.

    Parameters
    ----------
    box : CubeBox
    flux, variance, good : ndarray of float32, shape (n_wave, n_spaxels)
        Zero where there are no data; `good` is 1 where there are.
    white : ndarray of shape (n_y, n_x)
        The white light.
    """

    box: CubeBox
    flux: Float32Array = field(repr=False)
    variance: Float32Array = field(repr=False)
    good: Float32Array = field(repr=False)
    white: FloatArray = field(repr=False)

    @classmethod
    def prepare(cls, box: CubeBox) -> ApertureSums:
        """Prepare a box."""
        known = (box.ivar > 0).reshape(box.wave.size, -1)
        ivar = box.ivar.reshape(known.shape)
        variance = np.where(known, 1.0 / np.where(known, ivar, 1.0), 0.0)
        flux = np.where(known, box.flux.reshape(known.shape), 0.0)
        return cls(
            box,
            flux.astype(np.float32),
            variance.astype(np.float32),
            known.astype(np.float32),
            white_light(box),
        )

    def spectrum(self, centre: tuple[float, float], radius: float) -> Spectrum:
        """Return the spectrum of a circle less the sky around it, as `extract` with "aperture".

        Parameters
        ----------
        centre : (float, float)
            x and y in pixels of the box.
        radius : float
            Arcseconds.

        Returns
        -------
        Spectrum
        """
        here = replace(self.box, centre=centre)
        inside = here.within(radius)
        if not inside.any():
            distance = np.hypot(*here.offsets_of_pixels())
            inside = np.asarray(distance == distance.min())
        sky, of_sky = self._sky(here, inside)
        total, variance, n_good = self._summed(inside)
        n_inside = int(inside.sum())
        known = n_good > 0
        share = np.where(known, n_inside / np.where(known, n_good, 1.0), 0.0)  # of what is missing
        flux = share * total - n_inside * sky
        variance = share**2 * variance + n_inside**2 * of_sky
        usable = (n_good >= MIN_PROFILE * n_inside) & known & (variance > 0)
        return Spectrum(
            self.box.wave,
            np.where(usable, flux, 0.0),
            np.where(usable, 1.0 / np.where(usable, variance, 1.0), 0.0),
        )

    def _sky(self, here: CubeBox, inside: BoolArray) -> tuple[FloatArray, FloatArray]:
        ring = here.within(SKY_OUTER, inner=SKY_INNER) & ~inside & np.isfinite(self.white)
        if int(ring.sum()) >= MIN_SKY:
            middle = float(np.median(self.white[ring]))
            scatter = NORMAL_MAD * float(np.median(np.abs(self.white[ring] - middle)))
            ring &= self.white <= middle + SKY_CLIP * max(scatter, 1e-30)
        if int(ring.sum()) < MIN_SKY:
            return np.zeros(self.box.wave.size), np.zeros(self.box.wave.size)
        total, variance, n_good = self._summed(ring)
        n_good = np.maximum(n_good, 1.0)
        return total / n_good, variance / n_good**2

    def _summed(self, spaxels: BoolArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the sum of flux and variance over some spaxels, and how many have data."""
        chosen = spaxels.ravel().astype(np.float32)
        sums = (values @ chosen for values in (self.flux, self.variance, self.good))
        flux, variance, n_good = (np.asarray(one, dtype=np.float64) for one in sums)
        return flux, variance, n_good
