"""Images of the sky in one line: narrow bands that follow the redshift, and what they say.

The continuum of each spaxel is that of two bands beside the line, interpolated to it. A place is
weighed by the profile of an unresolved source: `sum(P F / V) / sqrt(sum(P^2 / V))` is the
signal-to-noise ratio of a source of profile P (Horne 1986, PASP 98, 609).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.lines import Line, centroid_wave, close_partner
from moosegui.data.sky.cube import CubeBox

SPEED_OF_LIGHT = 299_792.458  # km/s
HALF_WIDTH = 250.0  # km/s to either side of a line
WIDE = {"LYA": 450.0}  # km/s, of lines that are broader than the galaxy
MIN_HALF_WIDTH = 2.5  # Angstrom, two pixels of MUSE
GAP = 3.0  # Angstrom between the line and the bands beside it
SIDE = 40.0  # Angstrom, the width of a band beside it
PSF_FWHM = 0.75  # arcsec, of a typical MUSE field; to find a place it need not be exact
SIZES = (0.5, 0.75, 1.0, 1.4, 2.0, 2.8)  # arcsec, FWHM that are tried
SEARCHED = 3.0  # arcsec around the source in which its line is looked for
SIGNIFICANT = 4.0  # sigma from which a place is said
MIN_GOOD = 0.5  # part of a band that must have data


@dataclass(frozen=True, slots=True)
class Band:
    """The wavelengths of a line and beside it, in Angstrom in vacuum."""

    on: tuple[float, float]
    blue: tuple[float, float]
    red: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class LineImage:
    """The sky in one line, or in several added up.

    Parameters
    ----------
    label : str
        Of the line, as `[O II]`.
    pixels, variance : ndarray of shape (n_y, n_x)
        Flux of the line in 1e-20 erg/s/cm2 a spaxel, without its continuum; nan without data.
    snr : float
        Of an unresolved source at the place of the source; nan without data.
    peak_snr : float
        Of the best place within 3 arcsec.
    east, north : float
        Where that is, in arcseconds from the source; nan below 4 sigma.
    size : float
        FWHM in arcseconds that fits best there, of a few; nan below 4 sigma.
    bands : tuple of Band
    """

    label: str
    pixels: FloatArray = field(repr=False)
    variance: FloatArray = field(repr=False)
    snr: float
    peak_snr: float
    east: float
    north: float
    size: float
    bands: tuple[Band, ...] = ()

    @property
    def distance(self) -> float:
        """Arcseconds between the source and the best place; nan below 4 sigma."""
        return float(np.hypot(self.east, self.north))

    @property
    def title(self) -> str:
        """What is said below the image: line, S/N of the best place, its distance."""
        if not np.isfinite(self.snr):
            return f"{self.label}: no data"
        if not np.isfinite(self.distance):
            return f"{self.label} {self.snr:.1f}σ"
        return f"{self.label} {self.peak_snr:.1f}σ at {self.distance:.1f}″"


def band_of(line: Line, redshift: float, widened: float = 1.0) -> Band:
    """Return where a line is looked for, and where the continuum beside it.

    A close doublet is one line.

    Parameters
    ----------
    line : Line
    redshift : float
    widened : float
        How many times as wide as lines of a galaxy mostly are.
    """
    partner = close_partner(line)
    waves = [line.observed(redshift)]
    if partner is not None:
        waves.append(partner.observed(redshift))
    centre = centroid_wave(line) * (1.0 + redshift)
    half = max(WIDE.get(line.name, HALF_WIDTH) / SPEED_OF_LIGHT * centre, MIN_HALF_WIDTH)
    low, high = min(waves) - half, max(waves) + half
    middle, reach = (low + high) / 2.0, (high - low) / 2.0 * widened
    on = (middle - reach, middle + reach)
    return Band(on, (on[0] - GAP - SIDE, on[0] - GAP), (on[1] + GAP, on[1] + GAP + SIDE))


def line_image(box: CubeBox, band: Band, label: str, *, fwhm: float = PSF_FWHM) -> LineImage:
    """Return the image of a line, and where its light comes from.

    Parameters
    ----------
    box : CubeBox
    band : Band
    label : str
    fwhm : float
        Of an unresolved source in arcseconds.

    Returns
    -------
    LineImage
        Of nan where less than half of a band has data.
    """
    return measure_image(box, label, band_image(box, band), fwhm, (band,))


def band_image(box: CubeBox, band: Band) -> tuple[FloatArray, FloatArray]:
    """Return the flux in a band without its continuum and its variance, shape (n_y, n_x)."""
    line, of_line = _mean(box, band.on)
    continuum, of_continuum = _beside(box, band)
    width = _width(box.wave, band.on)
    return width * (line - continuum), width**2 * (of_line + of_continuum)


def stack(
    box: CubeBox,
    images: Sequence[LineImage],
    label: str,
    *,
    expected: Sequence[float] = (),
    fwhm: float = PSF_FWHM,
) -> LineImage:
    """Add images of several lines as a source would have them.

    Parameters
    ----------
    box : CubeBox
        Of which the images are.
    images : sequence of LineImage
    label : str
    expected : sequence of float
        The flux of each line that a model expects, of any scale: a line that should be strong
        counts for more, one that should be in absorption is turned round. Equal ones by default.
    fwhm : float

    Returns
    -------
    LineImage
        `sum(e F / V) / sum(e^2 / V)` scaled to the sum of what is expected; without images one
        of nan.
    """
    weights = np.asarray(expected if len(expected) else np.ones(len(images)), dtype=np.float64)
    above, below = np.zeros(box.shape), np.zeros(box.shape)
    for image, weight in zip(images, weights, strict=True):
        good = np.isfinite(image.pixels)
        above[good] += weight * image.pixels[good] / image.variance[good]
        below[good] += weight**2 / image.variance[good]
    scale = float(np.abs(weights).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        pixels = np.where(below > 0, scale * above / below, np.nan)
        variance = np.where(below > 0, scale**2 / below, np.nan)
    bands = tuple(band for image in images for band in image.bands)
    return measure_image(box, label, (pixels, variance), fwhm, bands)


def white_light(box: CubeBox) -> FloatArray:
    """Return the mean flux of each spaxel over all wavelengths, shape (n_y, n_x)."""
    good = box.ivar > 0
    n_good = good.sum(axis=0)
    total = np.where(good, box.flux, 0.0).sum(axis=0, dtype=np.float64)
    return np.asarray(np.where(n_good > 0, total / np.maximum(n_good, 1), np.nan))


def measure_image(
    box: CubeBox,
    label: str,
    image: tuple[FloatArray, FloatArray],
    fwhm: float,
    bands: tuple[Band, ...] = (),
) -> LineImage:
    """Return what an image says of where its light is.

    Parameters
    ----------
    box : CubeBox
        Its `noise` divides every S/N.
    label : str
    image : (ndarray, ndarray) of shape (n_y, n_x)
        Pixels and their variances; nan without data.
    fwhm : float
        Of an unresolved source in arcseconds.
    bands : tuple of Band
    """
    pixels, variance = image
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(np.isfinite(pixels) & (variance > 0), 1.0 / variance, 0.0)
    weight = weight / box.noise**2
    filled = np.where(weight > 0, pixels, 0.0)
    profile = _profile_at(box, 0.0, 0.0, fwhm)
    snr = _snr(filled, weight, profile)
    row, column, peak = _best_place(box, filled, weight, fwhm)
    east, north = box.offsets_of_pixels()
    if not peak >= SIGNIFICANT:
        return LineImage(label, pixels, variance, snr, peak, np.nan, np.nan, np.nan, bands)
    place = float(east[row, column]), float(north[row, column])
    place = _refined(box, filled, weight, place, fwhm)
    sizes = [_snr(filled, weight, _profile_at(box, *place, size)) for size in SIZES]
    size = SIZES[int(np.nanargmax(sizes))]
    return LineImage(label, pixels, variance, snr, peak, *place, size, bands)


def _best_place(
    box: CubeBox, pixels: FloatArray, weight: FloatArray, fwhm: float
) -> tuple[int, int, float]:
    """Return row, column and S/N of the best spaxel within the searched circle."""
    kernel = _kernel(box, fwhm)
    above = scipy.ndimage.correlate(pixels * weight, kernel, mode="constant")
    below = scipy.ndimage.correlate(weight, kernel**2, mode="constant")
    near = box.within(SEARCHED) & (below > 0)
    if not near.any():
        return 0, 0, np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        snr = np.where(near, above / np.sqrt(below), -np.inf)
    row, column = np.unravel_index(int(np.argmax(snr)), snr.shape)
    return int(row), int(column), float(snr[row, column])


def _refined(
    box: CubeBox, pixels: FloatArray, weight: FloatArray, place: tuple[float, float], fwhm: float
) -> tuple[float, float]:
    """Return the place between the spaxels: the top of a parabola through S/N in each direction."""
    step = 0.5 * box.pixel_size

    def snr_at(east: float, north: float) -> float:
        return _snr(pixels, weight, _profile_at(box, place[0] + east, place[1] + north, fwhm))

    middle = snr_at(0.0, 0.0)
    shifts = []
    for low, high in (
        (snr_at(-step, 0.0), snr_at(step, 0.0)),
        (snr_at(0.0, -step), snr_at(0.0, step)),
    ):
        bend = low - 2.0 * middle + high
        shift = 0.5 * (low - high) / bend if bend < 0 else 0.0
        shifts.append(step * float(np.clip(shift, -1.0, 1.0)))
    return place[0] + shifts[0], place[1] + shifts[1]


def _snr(pixels: FloatArray, weight: FloatArray, profile: FloatArray) -> float:
    below = float((profile**2 * weight).sum())
    return float((profile * pixels * weight).sum()) / np.sqrt(below) if below > 0 else np.nan


def _profile_at(box: CubeBox, east: float, north: float, fwhm: float) -> FloatArray:
    to_east, to_north = box.offsets_of_pixels()
    sigma = fwhm / np.sqrt(8.0 * np.log(2.0))
    square = (to_east - east) ** 2 + (to_north - north) ** 2
    return np.asarray(np.exp(-0.5 * square / sigma**2))


def snr_map(box: CubeBox, image: tuple[FloatArray, FloatArray], fwhm: float) -> FloatArray:
    """Return the S/N of an unresolved source at every spaxel of an image, shape (n_y, n_x).

    Parameters are those of `measure_image`; nan where nothing near has data.
    """
    pixels, variance = image
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(np.isfinite(pixels) & (variance > 0), 1.0 / variance, 0.0)
        weight = weight / box.noise**2
        kernel = _kernel(box, fwhm)
        above = scipy.ndimage.correlate(
            np.where(weight > 0, pixels, 0.0) * weight, kernel, mode="constant"
        )
        below = scipy.ndimage.correlate(weight, kernel**2, mode="constant")
        return np.asarray(np.where(weight > 0, above / np.sqrt(below), np.nan))


def _kernel(box: CubeBox, fwhm: float) -> FloatArray:
    sigma = fwhm / np.sqrt(8.0 * np.log(2.0)) / box.pixel_size
    half = max(1, int(np.ceil(3.0 * sigma)))
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    return np.asarray(np.exp(-0.5 * (x**2 + y**2) / sigma**2))


def _inside(wave: FloatArray, limits: tuple[float, float]) -> BoolArray:
    return np.asarray((wave >= limits[0]) & (wave <= limits[1]))


def _width(wave: FloatArray, limits: tuple[float, float]) -> float:
    """Angstrom that the pixels inside the limits cover."""
    inside = _inside(wave, limits)
    return float(np.gradient(wave)[inside].sum()) if inside.any() else np.nan


def _mean(box: CubeBox, limits: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    """Return the mean flux density in a band and its variance; nan with too few data."""
    inside = _inside(box.wave, limits)
    if not inside.any():
        return np.full(box.shape, np.nan), np.full(box.shape, np.nan)
    flux, ivar = box.flux[inside].astype(np.float64), box.ivar[inside].astype(np.float64)
    good = ivar > 0
    n_good = good.sum(axis=0)
    is_enough = n_good >= max(1.0, MIN_GOOD * int(inside.sum()))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(is_enough, flux.sum(axis=0) / n_good, np.nan)
        noise = np.where(good, 1.0 / ivar, 0.0).sum(axis=0) / n_good.astype(np.float64) ** 2
    return mean, np.where(is_enough, noise, np.nan)


def _beside(box: CubeBox, band: Band) -> tuple[FloatArray, FloatArray]:
    """Return the continuum below a line and its variance, from both bands or the one there is."""
    (blue, of_blue), (red, of_red) = _mean(box, band.blue), _mean(box, band.red)
    both = np.isfinite(blue) & np.isfinite(red)
    level = np.where(both, 0.5 * (blue + red), np.where(np.isfinite(blue), blue, red))
    noise = np.where(both, 0.25 * (of_blue + of_red), np.where(np.isfinite(blue), of_blue, of_red))
    return np.asarray(level), np.asarray(noise)
