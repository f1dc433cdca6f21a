"""The spectrum of a source out of a cube: sums, weighted sums, and the sky around it.

As MPDAF's Source has them (docs/formats.md, section 1.10): the sum over an aperture or a segment,
and the one weighted by white light or by the profile of an unresolved source. The weighted sum is
`sum(P F) / sum(P^2)` with a profile P of sum one, the flux of the whole source where P is right
(Horne 1986, PASP 98, 609, with one variance for all spaxels). Variances are propagated spaxel by
spaxel; the covariance between neighbours, which a resampled cube has, is not in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.sky.cube import CubeBox
from moosegui.data.spectrum import Spectrum
from moosegui.fit.sky.line_image import PSF_FWHM, white_light

Weights = Literal["aperture", "white", "psf", "segment"]
WEIGHTS: tuple[Weights, ...] = ("aperture", "white", "psf", "segment")
SKY_INNER, SKY_OUTER = 2.0, 4.0  # arcsec, the ring in which the sky is taken
SKY_CLIP = 1.5  # robust sigma of white light above which a spaxel of the ring is a source
MIN_SKY = 8  # spaxels without which no sky is subtracted
MIN_WHITE = 3.0  # robust sigma of the ring from which white light is light
MIN_TOTAL = 10.0  # sigma of all white light, and
MIN_SPAXELS = 5  # of white light, without which the profile of an unresolved source is taken
MIN_PROFILE = 0.5  # part of the profile that must have data at a wavelength


@dataclass(frozen=True, slots=True)
class ExtractionOptions:
    """How a spectrum is taken out of a cube.

    Parameters
    ----------
    weights : "aperture", "white", "psf" or "segment"
        White light that is too faint to be weights is replaced by the unresolved profile.
    radius : float
        Arcseconds of the aperture, and beyond which no spaxel counts.
    fwhm : float
        Arcseconds, of an unresolved source.
    has_sky : bool
        Whether the mean spectrum of the ring from 2 to 4 arcseconds is subtracted.

    Raises
    ------
    ValueError
        If a length is not positive.
    """

    weights: Weights = "white"
    radius: float = 1.0
    fwhm: float = PSF_FWHM
    has_sky: bool = True

    def __post_init__(self) -> None:
        if not (self.radius > 0 and self.fwhm > 0):
            raise ValueError(f"no aperture of {self.radius} and {self.fwhm} arcsec")


DEFAULT_OPTIONS = ExtractionOptions()


def extract(
    box: CubeBox, options: ExtractionOptions = DEFAULT_OPTIONS, *, segment: BoolArray | None = None
) -> Spectrum:
    """Return the spectrum of the source in the middle of a box.

    Parameters
    ----------
    box : CubeBox
    options : ExtractionOptions
    segment : ndarray of bool, shape (n_y, n_x), optional
        The spaxels of the source; the aperture where there is none.

    Returns
    -------
    Spectrum
        Flux and inverse variance, zero at wavelengths at which less than half of the profile
        has data. What is missing of the profile is made up for by the rest.
    """
    inside = box.within(options.radius)
    if not inside.any():  # an aperture smaller than a spaxel is the nearest one
        distance = np.hypot(*box.offsets_of_pixels())
        inside = np.asarray(distance == distance.min())
    if segment is not None and segment.any():
        inside = segment
    sky, of_sky = _sky(box, inside) if options.has_sky else _no_sky(box)
    profile = _profile(box, options, inside)
    flux = box.flux[:, inside].astype(np.float64) - sky[:, None]
    ivar = box.ivar[:, inside].astype(np.float64)
    good = ivar > 0
    weight = np.where(good, profile, 0.0)
    if options.weights in ("white", "psf"):
        below = (weight * profile).sum(axis=1)
        is_enough = below >= MIN_PROFILE * float((profile**2).sum())
    else:
        below = weight.sum(axis=1) / profile.sum()
        is_enough = below >= MIN_PROFILE
    with np.errstate(divide="ignore", invalid="ignore"):
        each = weight / below[:, None]
        total = (each * np.where(good, flux, 0.0)).sum(axis=1)
        variance = (each**2 * np.where(good, 1.0 / ivar, 0.0)).sum(axis=1)
        variance = variance + each.sum(axis=1) ** 2 * of_sky
    usable = is_enough & np.isfinite(total) & (variance > 0)
    return Spectrum(
        box.wave,
        np.where(usable, total, 0.0),
        np.where(usable, 1.0 / np.where(usable, variance, 1.0), 0.0),
    )


def _profile(box: CubeBox, options: ExtractionOptions, inside: BoolArray) -> FloatArray:
    """Return the weights of the spaxels inside, shape (n_inside,)."""
    if options.weights in ("aperture", "segment"):
        return np.ones(int(inside.sum()))
    if options.weights == "white" and (profile := _white_profile(box, inside)) is not None:
        return profile
    sigma = options.fwhm / np.sqrt(8.0 * np.log(2.0))
    square = np.hypot(*box.offsets_of_pixels()) ** 2
    area = box.pixel_size**2 / (2.0 * np.pi * sigma**2)
    return np.asarray(area * np.exp(-0.5 * square / sigma**2))[inside]


def _white_profile(box: CubeBox, inside: BoolArray) -> FloatArray | None:
    """Return each spaxel's part of the white light; None where too little of it is significant.

    Noise that is taken for light would add up with the right sign: only spaxels above
    `MIN_WHITE` sigma have a weight, and there must be several.
    """
    white = white_light(box)
    ring = box.within(SKY_OUTER, inner=SKY_INNER) & ~inside & np.isfinite(white)
    if int(ring.sum()) < MIN_SKY:
        return None
    level = float(np.median(white[ring]))
    scatter = 1.4826 * float(np.median(np.abs(white[ring] - level)))
    light = np.nan_to_num(white - level)[inside]
    total = float(light.sum())  # of all, as what lies below the limit is light of the source too
    bright = np.where(light > MIN_WHITE * scatter, light, 0.0)
    is_faint = total < MIN_TOTAL * scatter * np.sqrt(light.size)
    if is_faint or int(np.count_nonzero(bright)) < MIN_SPAXELS:
        return None
    return np.asarray(bright / total)


def _sky(box: CubeBox, source: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean spectrum of the ring around a source and its variance, shape (n_wave,)."""
    white = white_light(box)
    ring = box.within(SKY_OUTER, inner=SKY_INNER) & ~source & np.isfinite(white)
    if int(ring.sum()) >= MIN_SKY:
        middle = float(np.median(white[ring]))
        scatter = 1.4826 * float(np.median(np.abs(white[ring] - middle)))
        ring &= white <= middle + SKY_CLIP * max(scatter, 1e-30)
    if int(ring.sum()) < MIN_SKY:
        return _no_sky(box)
    flux, ivar = box.flux[:, ring].astype(np.float64), box.ivar[:, ring].astype(np.float64)
    good = ivar > 0
    n_good = np.maximum(good.sum(axis=1), 1)
    with np.errstate(divide="ignore"):
        noise = np.where(good, 1.0 / ivar, 0.0).sum(axis=1) / n_good.astype(np.float64) ** 2
    return np.where(good, flux, 0.0).sum(axis=1) / n_good, noise


def _no_sky(box: CubeBox) -> tuple[FloatArray, FloatArray]:
    return np.zeros(box.wave.size), np.zeros(box.wave.size)
