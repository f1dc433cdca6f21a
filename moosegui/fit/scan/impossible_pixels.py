"""Find the pixels that no light through this instrument can have made.

Light that went through a spectrograph is a sum of line-spread profiles. For a Gaussian of standard
deviation s pixels, and so (Cauchy and Schwarz) for any non-negative sum of them, neighbours obey

    f(i-1) f(i+1) >= f(i)^2 exp(-1 / s^2),

above a level that the light reaches everywhere around; in absorption the same holds for what is
missing. A spike narrower than that is a defect, however bright; a line never is, however bright.
Numbers far outside the noise, variances of nothing and runs far below zero are defects too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.spectrum import Spectrum
from moosegui.fit.running_median import median_of, quantile_of, running_median

ABSURD = 1e4  # sigma of the smooth spectrum beyond which a number is no measurement
ABSURD_CONTRAST = 1e3  # over what all but a hundredth of the pixels reach: spares very bright lines
ABSURD_IVAR = 1e4  # of the running median: an error a hundredth of its neighbours'
SPIKE = 10.0  # sigma above which a narrow spike is worth a mask
NEGATIVE = 10.0  # sigma below zero and below the smooth spectrum
NEGATIVE_WING = 4.0  # sigma, of the pixels beside those
NOISE_MARGIN = 4.0  # sigma by which the neighbours may have been lowered by noise
FINE_PIXEL = 1.6  # Angstrom; wider pixels may undersample lines of one pixel
# Narrowest Gaussian in pixels: three quarters of MUSE's line spread; FWHM of 0.9 on wide pixels
FINE_SIGMA, COARSE_SIGMA = 0.62, 0.38
REACH = 3  # pixels to each side in which the level under a spike is taken
MIN_PIXELS = 50
BLOCK, LONG_BLOCK = 64, 512  # pixels of the running medians
NORMAL_MAD = 1.4826
KEPT = 64  # spectra, of 0.1 MB each: those around the one on screen, while others are scanned


@dataclass(frozen=True, slots=True, eq=False)
class ImpossiblePixels:
    """Pixels that are left out of a fit, by what is wrong with them; all of shape (n_wave,).

    Parameters
    ----------
    absurd : ndarray of bool
        Numbers or errors that are no measurement.
    narrow : ndarray of bool
        Spikes of either sign, narrower than the line spread.
    negative : ndarray of bool
        Far below zero.
    """

    absurd: BoolArray
    narrow: BoolArray
    negative: BoolArray

    def __post_init__(self) -> None:
        for name in ("absurd", "narrow", "negative"):
            array = np.array(getattr(self, name), dtype=bool)
            array.setflags(write=False)
            object.__setattr__(self, name, array)

    @property
    def mask(self) -> BoolArray:
        """All of them, shape (n_wave,)."""
        return np.asarray(self.absurd | self.narrow | self.negative)

    @property
    def n(self) -> int:
        """Their number."""
        return int(np.count_nonzero(self.mask))

    @property
    def fact(self) -> str:
        """What was left out, in a sentence; empty without any."""
        counts = (
            (np.count_nonzero(self.absurd), "with absurd numbers"),
            (np.count_nonzero(self.narrow & ~self.absurd), "narrower than a line can be"),
            (np.count_nonzero(self.negative & ~self.absurd & ~self.narrow), "far below zero"),
        )
        parts = ", ".join(f"{n} {what}" for n, what in counts if n)
        noun = "pixel" if self.n == 1 else "pixels"
        return f"{self.n} {noun} that cannot be real left out of the fit: {parts}" if parts else ""


@lru_cache(maxsize=KEPT)
def find_impossible(spectrum: Spectrum) -> ImpossiblePixels:
    """Find the pixels of a spectrum that cannot be real; kept for a few spectra.

    Parameters
    ----------
    spectrum : Spectrum
        In either medium.

    Returns
    -------
    ImpossiblePixels
        None where there are fewer than 50 unmasked pixels.
    """
    found = np.zeros((3, spectrum.wave.size), dtype=bool)
    good = np.flatnonzero(spectrum.ivar > 0)
    if good.size < MIN_PIXELS:
        return ImpossiblePixels(*found)
    flux, sigma = spectrum.flux[good], spectrum.ivar[good] ** -0.5
    absurd = _absurd(flux, sigma)
    found[0, good] = absurd
    kept = good[~absurd]
    if kept.size < MIN_PIXELS:
        return ImpossiblePixels(*found)
    flux, sigma = spectrum.flux[kept], spectrum.ivar[kept] ** -0.5
    sigma = sigma * max(1.0, _noise_scale(flux, sigma))
    negative = _negative(flux, sigma)
    found[2, kept] = negative
    usable = kept[~negative]
    if usable.size >= MIN_PIXELS:
        found[1, usable] = _narrow(spectrum.wave, usable, flux[~negative], sigma[~negative])
    return ImpossiblePixels(*found)


@lru_cache(maxsize=KEPT)
def without_impossible(spectrum: Spectrum) -> Spectrum:
    """Return a spectrum with its impossible pixels masked; kept for a few spectra."""
    mask = find_impossible(spectrum).mask
    return replace(spectrum, ivar=np.where(mask, 0.0, spectrum.ivar)) if mask.any() else spectrum


def _absurd(flux: FloatArray, sigma: FloatArray) -> BoolArray:
    level, error = running_median(flux, BLOCK), running_median(sigma, BLOCK)
    with np.errstate(over="ignore", invalid="ignore"):
        excess = np.abs(flux - level)
        usual = quantile_of(excess, 0.99)
        is_far = (excess > ABSURD * np.maximum(sigma, error)) & (excess > ABSURD_CONTRAST * usual)
    return np.asarray(is_far | (sigma < error / np.sqrt(ABSURD_IVAR)))


def _negative(flux: FloatArray, sigma: FloatArray) -> BoolArray:
    below = np.minimum(running_median(flux, LONG_BLOCK), 0.0)
    depth = (below - flux) / sigma
    seeds, wings = depth > NEGATIVE, depth > NEGATIVE_WING
    if not seeds.any():
        return np.asarray(seeds)
    return np.asarray(scipy.ndimage.binary_propagation(seeds, mask=wings))


def _narrow(wave: FloatArray, indices: IntArray, flux: FloatArray, sigma: FloatArray) -> BoolArray:
    """Tell unmasked pixels that stick out more than their neighbours allow."""
    step = median_of(np.diff(wave))
    ratio = np.exp(-0.5 / (FINE_SIGMA if step <= FINE_PIXEL else COARSE_SIGMA) ** 2)
    inner = np.zeros(flux.size, dtype=bool)
    inner[1:-1] = (indices[2:] - indices[:-2]) == 2  # both neighbours are unmasked pixels
    narrow = np.zeros(flux.size, dtype=bool)
    own_level = running_median(flux, BLOCK)
    for sign in (1.0, -1.0):
        values, level = sign * flux, sign * own_level
        base = np.minimum(level, scipy.ndimage.minimum_filter1d(values, 2 * REACH + 1))
        height = values - np.maximum(level, base)
        left, right = (
            np.maximum(np.roll(values - base, i) + NOISE_MARGIN * np.roll(sigma, i), 0.0)
            for i in (1, -1)
        )
        narrow |= inner & (height > SPIKE * sigma) & (np.sqrt(left * right) < ratio * height)
    return narrow


def _noise_scale(flux: FloatArray, sigma: FloatArray) -> float:
    """Return the scatter of pixels about the mean of their neighbours over the one expected."""
    offset = flux[1:-1] - 0.5 * (flux[:-2] + flux[2:])
    expected = np.sqrt(sigma[1:-1] ** 2 + 0.25 * (sigma[:-2] ** 2 + sigma[2:] ** 2))
    return NORMAL_MAD * median_of(np.abs(offset / expected))
