"""The field of a simulated cube: PSF, noise that neighbours share, what the sky leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.cube import Float32Array
from moosegui.data.sky.scene import Light

BETA = 2.6  # of the Moffat profile of MUSE (Bacon et al. 2017, A&A 608, A1)
SHARED = 0.45  # spaxels, the blur that resampling leaves in the noise
SKY_SEED = 5577  # the sky is the same in every cube
N_SKY_LINES = 220
SLICE = 3  # spaxels that a slicer shares
# Air glow of [O I] and Na D, and how many times the noise around they make it
_BRIGHT = ((5578.9, 6.0), (5891.6, 3.0), (6302.0, 4.5), (6365.5, 2.5))


@dataclass(frozen=True, slots=True)
class FieldOptions:
    """How a simulated cube looks.

    Parameters
    ----------
    side : float
        Arcseconds.
    pixel : float
        Arcseconds of a spaxel.
    fwhm : float
        Arcseconds of the PSF.
    noise : float
        Standard deviation of a spaxel off the sky lines, in 1e-20 erg/s/cm2/Angstrom.
    residual : float
        What is left of the sky's lines, in units of the noise on them.
    beta : float
        Of the Moffat profile, above 1; large ones are nearly Gaussian.
    axis_ratio : float
        Of the PSF, at most 1: it is longer from north-east to south-west.
    shared : float
        Spaxels, the blur that resampling leaves in the noise.
    stated : float
        The noise that the variance states, in parts of what there is.

    Raises
    ------
    ValueError
        If one of them is not positive.
    """

    side: float = 20.0
    pixel: float = 0.2
    fwhm: float = 0.7
    noise: float = 2.0
    residual: float = 0.5
    beta: float = BETA
    axis_ratio: float = 1.0
    shared: float = SHARED
    stated: float = 1.0

    def __post_init__(self) -> None:
        positive = (self.side, self.pixel, self.fwhm, self.noise, self.shared, self.stated)
        is_psf = self.beta > 1.0 and 0.0 < self.axis_ratio <= 1.0
        if not (min(positive) > 0 and self.residual >= 0 and is_psf):
            raise ValueError(f"no field of {self}")

    @property
    def n_spaxels(self) -> int:
        """Along a side."""
        return round(self.side / self.pixel)

    def profile(self, east: float, north: float) -> FloatArray:
        """Return the PSF at a place, in parts of its light, shape (n_y, n_x); east is left."""
        n = self.n_spaxels
        y, x = np.indices((n, n), dtype=np.float64) - (n - 1) / 2.0
        beta, stretch = self.beta, np.sqrt(self.axis_ratio)
        alpha = self.fwhm / (2.0 * np.sqrt(2.0 ** (1.0 / beta) - 1.0))
        to_east, to_north = -self.pixel * x - east, self.pixel * y - north
        along, across = (to_east + to_north) * stretch, (to_east - to_north) / stretch
        square = 0.5 * (along**2 + across**2)
        density = (beta - 1.0) / (np.pi * alpha**2) * (1.0 + square / alpha**2) ** -beta
        return np.asarray(self.pixel**2 * density)

    def overlap(self, separation: float) -> float:
        """Return which part of a source's light the PSF-weighted sum this far away takes."""
        here = self.profile(0.0, 0.0)
        return float((here * self.profile(separation, 0.0)).sum() / (here**2).sum())

    @property
    def n_effective(self) -> float:
        """Spaxels whose noise the PSF-weighted sum adds up, with what neighbours share."""
        here = self.profile(0.0, 0.0)
        kernel = _kernel(self.shared)
        covariance = scipy.signal.fftconvolve(kernel, kernel)
        covariance /= covariance.max()
        blurred = scipy.ndimage.convolve(here, covariance, mode="constant")
        return float((here * blurred).sum() / (here**2).sum() ** 2)


def sky_noise(wave: FloatArray, noise: float) -> FloatArray:
    """Return the standard deviation of a spaxel, larger on sky lines and at both ends."""
    rng = np.random.default_rng(SKY_SEED)
    height = np.ones(wave.size)
    centres = 7200.0 + 2200.0 * rng.random(N_SKY_LINES) ** 0.7
    bright = [*zip(centres, rng.exponential(1.0, N_SKY_LINES), strict=True), *_BRIGHT]
    for centre, strength in bright:
        height += strength * np.exp(-0.5 * ((wave - centre) / 1.4) ** 2)
    ends = 1.0 + 0.8 * np.clip((5000.0 - wave) / 300.0, 0, None) + 0.2 * (wave > 9000.0)
    return np.asarray(noise * height * ends)


def render(
    lights: Sequence[Light],
    wave: FloatArray,
    residuals: FloatArray,
    options: FieldOptions,
    rng: np.random.Generator,
) -> tuple[Float32Array, Float32Array]:
    """Return a cube and its variances.

    Parameters
    ----------
    lights : sequence of Light
    wave : ndarray of shape (n_wave,)
    residuals : ndarray of shape (n, n)
        Of the sky, as `residual_pattern` gives them.
    options : FieldOptions
    rng : Generator

    Returns
    -------
    data, variance : ndarray of float32, shape (n_wave, n, n)
        The variance is that of a spaxel: it knows nothing of what neighbours share.
    """
    n, sigma = options.n_spaxels, sky_noise(wave, options.noise)
    data = rng.standard_normal((wave.size, n, n), dtype=np.float32)
    kernel = _kernel(options.shared)
    for plane, level in zip(data, sigma, strict=True):
        blurred = scipy.ndimage.convolve(plane, kernel, mode="wrap")
        plane[:] = level / np.sqrt((kernel**2).sum()) * blurred
    excess = np.sqrt(np.clip(sigma**2 - scipy.ndimage.median_filter(sigma, 151) ** 2, 0, None))
    data += (residuals[None] * (options.residual * excess)[:, None, None]).astype(np.float32)
    for light in lights:
        _add(data, light, options)
    stated = (options.stated * sigma) ** 2
    variance = np.broadcast_to(stated[:, None, None], data.shape).astype(np.float32)
    return data, variance


def residual_peaks(pattern: FloatArray, n: int) -> list[tuple[int, int]]:
    """Return row and column of the highest places of a pattern, apart from each other."""
    smooth = scipy.ndimage.gaussian_filter(pattern, 2.0)
    margin = min(12, smooth.shape[0] // 4)
    found = []
    for _ in range(n):
        inner = smooth[margin:-margin, margin:-margin]
        row, column = np.unravel_index(int(np.argmax(inner)), inner.shape)
        row, column = int(row) + margin, int(column) + margin
        found.append((row, column))
        smooth[max(row - 12, 0) : row + 13, max(column - 12, 0) : column + 13] = -np.inf
    return found


def residual_pattern(options: FieldOptions, rng: np.random.Generator) -> FloatArray:
    """Return what the sky leaves, shape (n, n): smooth over arcseconds, and slices."""
    n = options.n_spaxels
    smooth = scipy.ndimage.gaussian_filter(rng.normal(size=(n, n)), 3.0 / options.pixel / 2.355)
    slices = np.repeat(rng.normal(size=-(-n // SLICE)), SLICE)[:n, None]
    return np.asarray(smooth / smooth.std() + 0.6 * slices)


def _add(data: Float32Array, light: Light, options: FieldOptions) -> None:
    n = options.n_spaxels
    shape = options.profile(light.east, light.north)
    if light.shape == "halo":
        reach = 0.9 / options.pixel  # arcsec, the scale of its exponential
        y, x = np.mgrid[-20:21, -20:21]
        disc = np.exp(-np.hypot(x, y) / reach)
        shape = scipy.signal.fftconvolve(shape, disc / disc.sum(), mode="same")
    elif light.shape == "spaxel":
        column = round((n - 1) / 2.0 - light.east / options.pixel)
        row = round((n - 1) / 2.0 + light.north / options.pixel)
        shape = np.zeros((n, n))
        shape[row, column] = 1.0
    lit = np.flatnonzero(light.flux)
    data[lit] += light.flux[lit, None, None].astype(np.float32) * shape.astype(np.float32)


def _kernel(blur: float) -> FloatArray:
    y, x = np.mgrid[-1:2, -1:2]
    return np.asarray(np.exp(-0.5 * (x**2 + y**2) / blur**2))
