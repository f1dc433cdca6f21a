"""Where the light of each galaxy of a model lies: maps of their amplitudes.

Every spaxel's spectrum is taken for a sum of the models, each with its own amplitude, and of a
continuum of any shape that is smooth over `KNOTS` Angstrom: what has the colour of a model but not
its lines, breaks and bands is nobody's. The fit is linear, and with the same weights everywhere
it is one vector of weights a model, `a = sum_i c_i F_i` (variance `sum_i c_i^2 V_i`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.sky.cube import CubeBox, Float32Array
from moosegui.fit.sky.line_image import PSF_FWHM, LineImage, measure_image, snr_map, white_light

KNOTS = 150.0  # Angstrom between the knots of the continuum
MIN_GOOD = 0.8  # of the weights of a map that a spaxel must have data for
MIN_CONTRAST = 1e-6  # of a model's square that is left beside a smooth continuum
NEAR = 2.0  # arcsec around the source in which the second galaxy is looked for
NORMAL_MAD = 1.4826
AT_SOURCE = 0.5  # arcsec within which light is at the source
SPAXEL_REACH = 1.0  # arcsec


@dataclass(frozen=True, slots=True)
class PlaceEvidence:
    """What the map of one galaxy says of a source.

    Parameters
    ----------
    here : float
        S/N of its best place within half an arcsecond of the source.
    best : float
        S/N of the best place within 2 arcseconds.
    east, north : float
        Where that is, in arcseconds from the source.
    compactness : float
        log10 of the fall of chi2 by an unresolved source over that by one spaxel.
    """

    here: float
    best: float
    east: float
    north: float
    compactness: float


NOWHERE = PlaceEvidence(0.0, 0.0, float("nan"), float("nan"), 0.0)


def component_maps(box: CubeBox, models: Sequence[FloatArray]) -> tuple[LineImage | None, ...]:
    """Return where the light of each model lies.

    Parameters
    ----------
    box : CubeBox
    models : sequence of ndarray of shape (n_wave,)
        On the wavelengths of the box; nan where a model does not reach.

    Returns
    -------
    tuple of LineImage or None
        Amplitudes without what lies all over the box. Where they scatter by more than their noise
        says, as residuals of the sky do, the noise is that scatter. None for a model without
        lines, breaks and bands of its own.
    """
    n_wave = box.wave.size
    flux, variance = box.flux.reshape(n_wave, -1), box.ivar.reshape(n_wave, -1)
    known = variance > 0
    with np.errstate(divide="ignore"):
        variance = np.where(known, 1.0 / variance, 0.0).astype(np.float32)
    n_known = known.sum(axis=1)
    is_known = (n_known > 0.5 * known.shape[1]) & np.all([np.isfinite(m) for m in models], axis=0)
    mean = variance.sum(axis=1, dtype=np.float64) / np.maximum(n_known, 1)
    weight = np.where(is_known & (mean > 0), 1.0 / np.where(mean > 0, mean, 1.0), 0.0)
    combined = _combinations(box.wave, [np.nan_to_num(m) for m in models], weight)
    return tuple(
        None if one is None else _map(box, one, (flux, variance, known)) for one in combined
    )


def weigh_place(box: CubeBox, image: LineImage | None) -> PlaceEvidence:
    """Return what the map of one galaxy says of the source in the middle of a box."""
    if image is None:
        return NOWHERE
    found = _snr_of(box, image, PSF_FWHM)
    near = np.where(box.within(NEAR), found, -np.inf)
    if not np.isfinite(near).any():
        return NOWHERE
    here = float(np.where(box.within(AT_SOURCE), found, -np.inf).max())
    row, column = np.unravel_index(int(np.argmax(near)), near.shape)
    east, north = (float(offset[row, column]) for offset in box.offsets_of_pixels())
    with np.errstate(invalid="ignore"):
        single = np.nan_to_num(image.pixels / np.sqrt(image.variance)) / box.noise
    of_spaxel = float(np.where(box.within(SPAXEL_REACH), single, 0.0).max())
    compactness = np.log10(max(here, 0.1) ** 2 / max(of_spaxel, 0.1) ** 2)
    best = max(float(near[row, column]), 0.0)
    return PlaceEvidence(max(here, 0.0), best, east, north, float(np.clip(compactness, -2.0, 2.0)))


def gain_away(place: PlaceEvidence) -> float:
    """Return by how much a place beside the source explains a map better: fall of chi2."""
    return max(place.best**2 - place.here**2, 0.0)


def gain_apart(box: CubeBox, first: LineImage | None, second: LineImage | None) -> float:
    """Return by how much a place of its own explains the second galaxy better than the first's.

    Parameters
    ----------
    box : CubeBox
    first, second : LineImage or None

    Returns
    -------
    float
        Fall of chi2, at least 0. Light that lies where and as wide as the first galaxy's has none,
        as what the model of that one lacks.
    """
    if second is None:
        return 0.0
    size = PSF_FWHM if first is None or not np.isfinite(first.size) else first.size
    place = 0.0, 0.0
    if first is not None and first.distance < AT_SOURCE:
        place = first.east, first.north
    best, there = 0.0, 0.0
    for fwhm in {size, PSF_FWHM}:
        found = np.where(box.within(NEAR), _snr_of(box, second, fwhm), -np.inf)
        best = max(best, float(found.max()))
        there = max(there, _at(box, found, place))
    return max(best**2 - there**2, 0.0)


def _combinations(
    wave: FloatArray, models: Sequence[FloatArray], weight: FloatArray
) -> list[FloatArray | None]:
    """Return the weights of a spectrum's pixels whose sum is each model's amplitude."""
    knots = np.linspace(wave[0], wave[-1], max(3, round((wave[-1] - wave[0]) / KNOTS)))
    hats = np.clip(1.0 - np.abs(wave[None] - knots[:, None]) / (knots[1] - knots[0]), 0.0, 1.0)
    root = np.sqrt(weight)
    smooth, _ = np.linalg.qr((hats * root).T)
    left = [root * model for model in models]
    squares = [float(one @ one) for one in left]
    left = [one - smooth @ (smooth.T @ one) for one in left]
    is_seen = [
        float(one @ one) > MIN_CONTRAST * square > 0
        for one, square in zip(left, squares, strict=True)
    ]
    seen = np.array([one for one, is_one in zip(left, is_seen, strict=True) if is_one])
    if not len(seen):
        return [None] * len(models)
    found = iter(np.linalg.pinv(seen @ seen.T, rcond=1e-6) @ seen * root)
    return [next(found) if is_one else None for is_one in is_seen]


def _map(
    box: CubeBox, combined: FloatArray, spaxels: tuple[Float32Array, Float32Array, BoolArray]
) -> LineImage:
    flux, variance, known = spaxels
    single = combined.astype(np.float32)
    pixels = (single @ flux).reshape(box.shape).astype(np.float64)
    noise = (single**2 @ variance).reshape(box.shape).astype(np.float64)
    share = (np.abs(single) @ known).reshape(box.shape) / max(float(np.abs(single).sum()), 1e-30)
    good = (share > MIN_GOOD) & (noise > 0)
    if good.any():
        pixels -= float(np.median(pixels[good]))
    pixels, noise = np.where(good, pixels, np.nan), np.where(good, noise, np.nan)
    found = snr_map(box, (pixels, noise), PSF_FWHM)
    scatter = NORMAL_MAD * float(np.median(np.abs(found[good]))) if good.any() else 1.0
    return measure_image(box, "model", (pixels, max(scatter, 1.0) ** 2 * noise), PSF_FWHM)


def _snr_of(box: CubeBox, image: LineImage, fwhm: float) -> FloatArray:
    found = snr_map(box, (image.pixels, image.variance), fwhm)
    return np.where(np.isfinite(found), found, -np.inf)


def _at(box: CubeBox, values: FloatArray, place: tuple[float, float]) -> float:
    """Return the highest of the four spaxels around a place; a place is not known better."""
    east, north = box.offsets_of_pixels()
    near = np.hypot(east - place[0], north - place[1]) <= 0.75 * box.pixel_size
    return max(float(values[near].max()), 0.0) if near.any() else 0.0


def white_snr(box: CubeBox) -> float:
    """Return the S/N of white light of an unresolved source within half an arcsecond.

    In units of its scatter over the box, which neighbours raise; 0 without data.
    """
    white = white_light(box)
    known = np.isfinite(white)
    if not known.any():
        return 0.0
    level = float(np.median(white[known]))
    scatter = NORMAL_MAD * float(np.median(np.abs(white[known] - level)))
    image = white - level, np.full(box.shape, max(scatter, 1e-30) ** 2)
    found = snr_map(box, image, PSF_FWHM)
    usual = NORMAL_MAD * float(np.nanmedian(np.abs(found)))
    here = np.where(box.within(AT_SOURCE) & known, found, -np.inf)
    return max(float(here.max()), 0.0) / max(usual, 1e-30) if np.isfinite(here).any() else 0.0
