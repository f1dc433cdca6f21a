"""Spectra with lines of known flux, velocity and width, drawn without the code that fits them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import skewnorm

from moosegui.data.arrays import FloatArray
from moosegui.data.line_table import LineSpread
from moosegui.data.spectrum import Spectrum

WAVE = 4751.0 + 1.25 * np.arange(3680)
NOISE = 10.0
LIGHT = 299792.458  # km/s
FINE = 0.05  # Angstrom, of the convolution


@dataclass(frozen=True, slots=True)
class Injected:
    """A line: rest vacuum wavelength, flux, velocity, intrinsic width in km/s, skewness alpha."""

    wave: float
    flux: float
    velocity: float = 0.0
    width: float = 90.0
    skew: float = 0.0

    def draw(self, redshift: float) -> FloatArray:
        """The line on the pixels, the instrument's width convolved in numerically."""
        centre = self.wave * (1 + redshift) * (1 + self.velocity / LIGHT)
        scale = centre * self.width / LIGHT
        spread = float(LineSpread().sigma(np.array(centre)))
        offsets = np.arange(-60.0, 60.0 + FINE / 2, FINE)
        own = skewnorm.pdf(offsets, self.skew, 0.0, scale)
        blur = np.exp(-0.5 * (offsets / spread) ** 2)
        observed = np.convolve(own, blur / blur.sum(), mode="same")
        drawn = self.flux * np.interp(WAVE - centre, offsets, observed, left=0.0, right=0.0)
        return np.asarray(drawn)


def spectrum_of(
    lines: tuple[Injected, ...],
    redshift: float,
    seed: int,
    *,
    continuum: float = 60.0,
    noise: float = NOISE,
) -> Spectrum:
    """A flat continuum with lines and Gaussian noise, of the variance of `NOISE`."""
    clean = continuum + sum((line.draw(redshift) for line in lines), np.zeros(WAVE.size))
    noisy = clean + noise * np.random.default_rng(seed).standard_normal(WAVE.size)
    return Spectrum(WAVE, noisy, np.full(WAVE.size, NOISE**-2))
