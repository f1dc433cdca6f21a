"""Spectra of galaxies from a few numbers: black bodies, breaks, bands, lines with free ratios.

They share nothing with the spectra that bases are learned from but the wavelengths of the lines.
"""

from __future__ import annotations

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES_BY_NAME

KINDS = ("sf", "passive", "lae")
REDSHIFTS = {"sf": (0.08, 1.4), "passive": (0.15, 0.9), "lae": (2.95, 6.3)}
LSF_FWHM = 2.6  # Angstrom, of MUSE in the middle of its range
CONTINUUM_WIDTH = 100.0  # Angstrom beyond which light is continuum
H_OVER_K = 1.4387769e8  # Angstrom K, second radiation constant
# Relative to H alpha, and the scatter of their logarithm; close to the means of the SDSS
_RATIOS = {
    "OII3726": (0.45, 0.2),
    "OII3729": (0.60, 0.2),
    "NEIII3870": (0.08, 0.3),
    "HDELTA": (0.08, 0.1),
    "HGAMMA": (0.15, 0.1),
    "HBETA": (0.32, 0.1),
    "OIII5007": (0.60, 0.4),
    "HALPHA": (1.0, 0.0),
    "NII6584": (0.25, 0.3),
    "SII6717": (0.18, 0.15),
    "SII6731": (0.13, 0.15),
}
_TIED = {"OIII4959": ("OIII5007", 0.335), "NII6548": ("NII6584", 0.33)}
# Rest Angstrom, width and depth of bands of old stars (Ca H+K, G band, Mg b, Na D)
_BANDS = (
    (3934.8, 9.0, 0.55),
    (3969.6, 9.0, 0.50),
    (4305.0, 14.0, 0.22),
    (5177.0, 18.0, 0.18),
    (5894.6, 7.0, 0.15),
)
_BALMER = ("HBETA", "HGAMMA", "HDELTA")


def galaxy(
    kind: str, redshift: float, wave: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return the spectrum of a galaxy of arbitrary brightness.

    Parameters
    ----------
    kind : "sf", "passive" or "lae"
    redshift : float
    wave : ndarray of shape (n_wave,)
        Angstrom in vacuum.
    rng : Generator
        Gives slopes, ratios and widths.

    Returns
    -------
    compact, extended : ndarray of shape (n_wave,)
        Light of the galaxy and of its halo, which only the Lyman alpha of `lae` has.
    """
    if kind == "lae":
        return _emitter(redshift, wave, rng)
    rest = wave / (1.0 + redshift)
    flux = _old(rest, rng) if kind == "passive" else _young(rest, redshift, wave, rng)
    return flux, np.zeros(wave.size)


def contrast(flux: FloatArray, wave: FloatArray) -> FloatArray:
    """Return what a spectrum has beyond its continuum, shape (n_wave,): lines, breaks, bands."""
    pixels = CONTINUUM_WIDTH / float(np.median(np.diff(wave)))
    return np.asarray(flux - scipy.ndimage.gaussian_filter1d(flux, pixels, mode="nearest"))


def _old(rest: FloatArray, rng: np.random.Generator) -> FloatArray:
    flux = _black_body(rest, rng.uniform(4200.0, 5200.0))
    flux = flux * np.where(rest < 4000.0, rng.uniform(0.45, 0.65), 1.0)
    for centre, width, depth in _BANDS:
        width, depth = width * rng.uniform(0.8, 1.3), depth * rng.uniform(0.7, 1.2)
        flux = flux * (1.0 - depth * np.exp(-0.5 * ((rest - centre) / width) ** 2))
    return np.asarray(flux)


def _young(
    rest: FloatArray, redshift: float, wave: FloatArray, rng: np.random.Generator
) -> FloatArray:
    continuum = _black_body(rest, rng.uniform(6500.0, 11000.0))
    continuum = continuum * np.where(rest < 3646.0, rng.uniform(0.6, 0.85), 1.0)
    for name in _BALMER:
        centre = LINES_BY_NAME[name].wave
        depth = rng.uniform(0.05, 0.2)
        continuum = continuum * (1.0 - depth * np.exp(-0.5 * ((rest - centre) / 6.0) ** 2))
    dust = rng.uniform(0.0, 1.2)  # magnitudes at H alpha
    ratios = {name: mean * np.exp(rng.normal(0.0, s)) for name, (mean, s) in _RATIOS.items()}
    ratios |= {name: ratio * ratios[of] for name, (of, ratio) in _TIED.items()}
    strength = 10 ** rng.uniform(1.2, 2.3) * float(np.interp(6563.0, rest, continuum))  # rest EW
    velocity = rng.uniform(40.0, 130.0)
    lines = np.zeros(wave.size)
    for name, ratio in ratios.items():
        centre = LINES_BY_NAME[name].wave
        reddened = ratio * 10 ** (-0.4 * dust * ((6563.0 / centre) ** 0.7 - 1.0))
        lines += strength * reddened * _line(wave, centre * (1.0 + redshift), velocity)
    # a line of so much equivalent width at rest is wider by 1 + z as observed
    return np.asarray(continuum + (1.0 + redshift) * lines)


def _emitter(
    redshift: float, wave: FloatArray, rng: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return a Lyman alpha emitter: skewed line, faint continuum, none of it below the line."""
    centre = LINES_BY_NAME["LYA"].observed(redshift)
    scale = centre * rng.uniform(120.0, 250.0) / SPEED_OF_LIGHT
    sigma = LSF_FWHM / 2.355
    line = scipy.stats.exponnorm.pdf(wave, max(scale / sigma, 0.3), loc=centre, scale=sigma)
    in_halo = rng.uniform(0.3, 0.75)
    width = rng.uniform(40.0, 150.0) * (1.0 + redshift)  # observed equivalent width
    continuum = (wave / centre) ** -2.0 / width
    transmitted = np.where(wave < centre, 0.6 * np.exp(-(((1.0 + redshift) / 5.5) ** 4)), 1.0)
    continuum = np.where(wave < centre * 912.0 / 1215.67, 0.0, continuum * transmitted)
    return np.asarray((1.0 - in_halo) * line + continuum), np.asarray(in_halo * line)


def _line(wave: FloatArray, centre: float, velocity: float) -> FloatArray:
    sigma = float(np.hypot(LSF_FWHM / 2.355, centre * velocity / SPEED_OF_LIGHT))
    profile = np.exp(-0.5 * ((wave - centre) / sigma) ** 2)
    return np.asarray(profile / (sigma * np.sqrt(2.0 * np.pi)))


def _black_body(rest: FloatArray, temperature: float) -> FloatArray:
    flux = rest**-5.0 / np.expm1(H_OVER_K / (rest * temperature))
    return np.asarray(flux / np.median(flux))
