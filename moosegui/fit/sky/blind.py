"""Lines anywhere in a box, at no redshift: which are at the source, and which have another place.

The cube less its continuum is smoothed by the PSF and by a narrow line (as LSDCat does, Herenz &
Wisotzki 2017, A&A 602, A111). The scatter of each plane over the box is its noise: a plane on a
line of the sky, whose residuals are everywhere, says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.sky.cube import CubeBox, Float32Array
from moosegui.fit.sky.line_image import PSF_FWHM

LINE_SIGMA = 1.4  # pixels along the wavelengths
CONTINUUM = 101  # pixels
HERE = 0.35  # arcsec within which a line is at the source
REACH = 1.0  # arcsec around the source whose lines are in its spectrum
FAR = 3.0  # arcsec within which the galaxy is to which such a line belongs
SAME_PLACE = 0.03  # of S/N^2, what a place that is wrong by a third of a spaxel loses
OWN_LINE = 2.0  # sigma of a line that the model expects
ROWS, PLANES = 8, 256  # that are worked on at once
NORMAL_MAD = 1.4826
MIN_SPAXELS = 60  # around the source, from which the scatter of a plane is known


@dataclass(frozen=True, slots=True)
class BlindLines:
    """The most significant lines near a source.

    Parameters
    ----------
    here : float
        S/N of the strongest line at the source.
    here_wave : float
        Its vacuum wavelength in Angstrom.
    compactness : float
        log10 of the fall of chi2 by an unresolved source there over that by one spaxel.
    apart : float
        Largest fall of chi2 by a line that lies beside the first galaxy, within 1 arcsec of the
        source and not on a line that the model expects.
    apart_wave : float
    apart_place : (float, float)
        Arcseconds east and north of the source where that line is, perhaps further away than it
        was looked for; nan without one.
    """

    here: float = 0.0
    here_wave: float = float("nan")
    compactness: float = 0.0
    apart: float = 0.0
    apart_wave: float = float("nan")
    apart_place: tuple[float, float] = (float("nan"), float("nan"))


def find_lines(box: CubeBox, model: FloatArray, place: tuple[float, float]) -> BlindLines:
    """Look for lines around a source.

    Parameters
    ----------
    box : CubeBox
    model : ndarray of shape (n_wave,)
        Of the first galaxy, on the wavelengths of the box; its lines are not looked for.
    place : (float, float)
        Of the first galaxy, arcseconds east and north of the source.

    Returns
    -------
    BlindLines
        Of zeros where the box is too small to know its noise.
    """
    distance = np.hypot(*box.offsets_of_pixels())
    near, around = distance <= REACH, distance > 2.0 * REACH
    if int(around.sum()) < MIN_SPAXELS or not near.any():
        return BlindLines()
    known = box.ivar > 0
    single = _lines_of_spaxels(box, known)
    width = PSF_FWHM / np.sqrt(8.0 * np.log(2.0)) / box.pixel_size
    smooth = scipy.ndimage.gaussian_filter(single, (0.0, width, width))
    snr = _normalised(smooth, near, around)
    good = np.isfinite(snr).all(axis=1) & (known[:, near].mean(axis=1) > 0.9)
    snr = np.where(good[:, None], snr, 0.0)
    at_source = distance[near] <= max(HERE, box.pixel_size)
    here = snr[:, at_source].max(axis=1)
    i_here = int(np.argmax(here))
    spaxel = _normalised(single, near, around)[i_here]
    of_spaxel = float(np.nan_to_num(spaxel).max())
    compactness = 2.0 * np.log10(max(float(here[i_here]), 0.1) / max(of_spaxel, 0.1))
    gain = _gain(box, snr, near, place)
    gain[_is_own(box, model)] = 0.0
    i_apart = int(np.argmax(gain))
    start = np.argwhere(near)[int(np.argmax(snr[i_apart]))]
    summit = _summit(np.where(known[i_apart], smooth[i_apart], -np.inf), start, distance)
    east, north = (float(offset[summit]) for offset in box.offsets_of_pixels())
    return BlindLines(
        float(here[i_here]),
        float(box.wave[i_here]),
        float(np.clip(compactness, -2.0, 2.0)),
        float(gain[i_apart]),
        float(box.wave[i_apart]),
        (east, north),
    )


def _summit(
    plane: FloatArray | Float32Array, start: IntArray, distance: FloatArray
) -> tuple[int, int]:
    """Return the spaxel that is reached from another by going up, as far as `FAR`.

    The light of a neighbour further away is brightest at the edge of what is searched.
    """
    plane = np.where(distance <= FAR, plane, -np.inf)
    row, column = (int(place) for place in start)
    while True:
        first_row, first_column = max(row - 1, 0), max(column - 1, 0)
        around = plane[first_row : row + 2, first_column : column + 2]
        y, x = np.unravel_index(int(np.argmax(around)), around.shape)
        if not around[y, x] > plane[row, column]:
            return row, column
        row, column = first_row + int(y), first_column + int(x)


def _lines_of_spaxels(box: CubeBox, known: BoolArray) -> Float32Array:
    """Return the cube less its running mean, smoothed as a line, in units of the usual noise."""
    mean = np.where(known, box.ivar, 0.0).sum(axis=(1, 2)) / np.maximum(known.sum(axis=(1, 2)), 1)
    root = np.sqrt(mean)[:, None, None]
    lines = np.empty(box.flux.shape, dtype=np.float32)
    for first in range(0, box.flux.shape[1], ROWS):  # a box of a large cube is 50 MB
        rows = slice(first, first + ROWS)
        inside = known[:, rows]
        total = scipy.ndimage.uniform_filter1d(
            np.where(inside, box.flux[:, rows], 0.0), CONTINUUM, axis=0
        )
        share = scipy.ndimage.uniform_filter1d(inside.astype(np.float32), CONTINUUM, axis=0)
        left = np.where(inside, box.flux[:, rows] - total / np.maximum(share, 1e-3), 0.0)
        whitened = np.asarray(left * root, dtype=np.float32)
        scipy.ndimage.gaussian_filter1d(whitened, LINE_SIGMA, axis=0, output=lines[:, rows])
    return lines


def _normalised(values: Float32Array, near: BoolArray, around: BoolArray) -> FloatArray:
    """Return the spaxels near the source in units of the scatter of those around it."""
    middle, scatter = np.empty(len(values)), np.empty(len(values))
    for first in range(0, len(values), PLANES):
        planes = slice(first, first + PLANES)
        outside = values[planes][:, around]
        middle[planes] = np.median(outside, axis=1)
        outside -= middle[planes, None]
        scatter[planes] = NORMAL_MAD * np.median(np.abs(outside, out=outside), axis=1)
    usual = float(np.median(scatter))
    # what is around says the noise of one plane to a tenth or two only
    noise = np.maximum(scatter, 0.8 * usual)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((values[:, near] - middle[:, None]) / noise[:, None], dtype=np.float64)


def _gain(box: CubeBox, snr: FloatArray, near: BoolArray, place: tuple[float, float]) -> FloatArray:
    east, north = (offset[near] for offset in box.offsets_of_pixels())
    first = np.hypot(east - place[0], north - place[1]) <= 0.75 * box.pixel_size
    best = np.maximum(snr.max(axis=1), 0.0) ** 2
    there = np.maximum(snr[:, first].max(axis=1), 0.0) ** 2 if first.any() else 0.0
    return np.asarray(np.maximum((1.0 - SAME_PLACE) * best - there, 0.0))


def _is_own(box: CubeBox, model: FloatArray) -> BoolArray:
    """Tell where the model of the first galaxy has a line of its own."""
    filled = np.nan_to_num(model)
    line = scipy.ndimage.gaussian_filter1d(
        filled - scipy.ndimage.uniform_filter1d(filled, CONTINUUM), LINE_SIGMA
    )
    noise = NORMAL_MAD * float(np.median(np.abs(line - np.median(line))))
    highest = float(np.abs(line).max())
    return np.asarray(np.abs(line) > max(0.03 * highest, OWN_LINE * noise))
