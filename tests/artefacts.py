"""Copies of labelled spectra with what real ones have and simulated ones lack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, median_filter

from moosegui.data.arrays import FloatArray
from moosegui.data.lines import LINES_BY_NAME

# Emission of nebulae relative to H beta: by name, and at rest wavelengths that the line list lacks
NEBULA = {
    "HALPHA": 2.9, "HBETA": 1.0, "HGAMMA": 0.47, "HDELTA": 0.26, "OIII5007": 5.5, "OIII4959": 1.85,
    "OII3726": 0.6, "OII3729": 0.8, "NEIII3870": 0.4, "NII6584": 0.1, "SII6717": 0.15,
    "SII6731": 0.11, "HEI5876": 0.12, "OIII4363": 0.08, "H8": 0.19, "H9": 0.07, "ARIII7136": 0.08,
    "OI6300": 0.03, "NEIII3969": 0.13, "HEPSILON": 0.16,
}  # fmt: skip
MORE = ((7067.1, 0.05), (6680.0, 0.035), (9071.1, 0.3), (9533.2, 0.75), (7322.0, 0.04))
AIRGLOW = (5578.9, 6302.0, 6365.5, 5891.6, 8346.7, 8829.4)  # vacuum


@dataclass(frozen=True, slots=True)
class Labelled:
    """Fluxes and errors on pixels (Angstrom in vacuum), a redshift (nan if false), a ZCONF."""

    wave: FloatArray
    flux: FloatArray
    sigma: FloatArray
    redshift: float
    zconf: int


Change = Callable[[Labelled, np.random.Generator], Labelled]


def _with(one: Labelled, flux: FloatArray, **labels: float) -> Labelled:
    zconf = int(labels.get("zconf", one.zconf))
    return Labelled(one.wave, flux, one.sigma, labels.get("redshift", one.redshift), zconf)


def _bump(one: Labelled, i_pixel: int, width: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * ((np.arange(one.flux.size) - i_pixel) / width) ** 2))


def ripple(one: Labelled, rng: np.random.Generator) -> Labelled:
    """Flat-fielding that is off by 2 to 16 per cent."""
    phase = 2 * np.pi * one.wave / rng.uniform(40, 500) + rng.uniform(0, 2 * np.pi)
    return _with(one, one.flux * (1 + 10 ** rng.uniform(-1.7, -0.8) * np.sin(phase)))


def blur(one: Labelled, rng: np.random.Generator) -> Labelled:
    """Lines broader than those of the basis."""
    noise = 0.8 * one.sigma * rng.standard_normal(one.flux.size)
    return _with(one, gaussian_filter1d(one.flux, rng.uniform(1, 4)) + noise)


def understate(one: Labelled, rng: np.random.Generator) -> Labelled:
    """Errors 1.3 to 3 times too small."""
    more = np.sqrt(rng.uniform(1.3, 3) ** 2 - 1)
    return _with(one, one.flux + more * one.sigma * rng.standard_normal(one.flux.size))


def correlate(one: Labelled, rng: np.random.Generator) -> Labelled:
    """Noise of neighbouring pixels that goes together."""
    noise = gaussian_filter1d(rng.standard_normal(one.flux.size), 1.5)
    return _with(one, one.flux + one.sigma * noise / noise.std() * rng.uniform(0.7, 2))


def leave_sky(one: Labelled, rng: np.random.Generator) -> Labelled:
    """Residuals of 2 to 11 lines of the sky."""
    noisy = np.flatnonzero(one.sigma > 1.5 * median_filter(one.sigma, 151))
    flux = one.flux.copy()
    for i in rng.choice(noisy if noisy.size else one.flux.size, rng.integers(2, 12)):
        height = one.sigma[i] * rng.choice([-1, 1]) * 10 ** rng.uniform(0.6, 1.5)
        flux += height * (_bump(one, i, 1.1) - (rng.random() < 0.5) * _bump(one, i + 2, 1.1))
    return _with(one, flux)


def leave_blobs(one: Labelled, rng: np.random.Generator) -> Labelled:
    """One to three defects as wide as lines or wider."""
    flux = one.flux.copy()
    for _ in range(rng.integers(1, 4)):
        height = rng.choice([-1, 1, 1]) * one.sigma.mean() * 10 ** rng.uniform(0.8, 1.8)
        flux += height * _bump(one, rng.integers(20, flux.size - 20), rng.uniform(1.5, 8))
    return _with(one, flux)


def tilt(one: Labelled, rng: np.random.Generator) -> Labelled:
    """A flux calibration that is off."""
    x = 2 * (one.wave - one.wave.mean()) / (one.wave[-1] - one.wave[0])
    return _with(one, one.flux * np.exp(rng.normal(0, 0.5) * x + rng.normal(0, 0.4) * x**2))


def boost(one: Labelled, rng: np.random.Generator) -> Labelled:
    """Lines 2 to 8 times as strong."""
    continuum = median_filter(one.flux, 101)
    return _with(one, continuum + (one.flux - continuum) * 10 ** rng.uniform(0.3, 0.9))


def dim(one: Labelled, rng: np.random.Generator) -> Labelled:
    """A tenth to two thirds of the light, the same noise."""
    share = rng.uniform(0.1, 0.7)
    noise = np.sqrt(1 - share**2) * one.sigma * rng.standard_normal(one.flux.size)
    return _with(
        one, share * one.flux + noise, zconf=min(one.zconf, 1) if share < 0.4 else one.zconf
    )


def nothing(one: Labelled, rng: np.random.Generator) -> Labelled:
    """Noise with residuals on one or two bright lines of the sky: no source."""
    flux = one.sigma * rng.standard_normal(one.flux.size) * rng.uniform(1, 1.3)
    flux += rng.choice([0, 1]) * one.sigma.mean() * rng.uniform(0, 2)
    for wave in rng.choice(AIRGLOW, rng.integers(1, 3), replace=False):
        i = int(np.argmin(np.abs(one.wave - wave - rng.uniform(-1, 1))))
        height = one.sigma[i] * 10 ** rng.uniform(0.6, 1.6) * rng.choice([1, 1, -1])
        flux += height * (_bump(one, i, 1.1) - (rng.random() < 0.4) * _bump(one, i + 2, 1.1))
    return _with(one, flux, redshift=float("nan"), zconf=0)


def nebula(one: Labelled, rng: np.random.Generator) -> Labelled:
    """A galaxy of extreme emission lines instead, nearby in three of four cases."""
    redshift = rng.uniform(0.004, 0.13) if rng.random() < 0.75 else rng.uniform(0.13, 0.8)
    level = np.median(one.sigma) * 10 ** rng.uniform(-0.5, 2.3)
    flux = level * (one.wave / 7000.0) ** rng.uniform(-3, -0.5)
    h_beta = flux.mean() * 10 ** rng.uniform(0.3, 1.8)
    width, dust = rng.uniform(2.4, 3.2) / 2.355, rng.uniform(0, 0.6)
    known = [(LINES_BY_NAME[name].wave, ratio) for name, ratio in NEBULA.items()]
    emitted = np.zeros(flux.size)
    for rest, ratio in (*known, *MORE):
        reddened = ratio * 10 ** rng.normal(0, 0.06) * np.exp(-dust * (5500 / rest - 1.131))
        emitted += (
            h_beta * reddened * np.exp(-0.5 * ((one.wave - rest * (1 + redshift)) / width) ** 2)
        )
    sigma = np.hypot(one.sigma, 0.01 * emitted)
    noisy = flux + emitted + sigma * rng.standard_normal(flux.size)
    return Labelled(one.wave, noisy, sigma, redshift, 3)


CHANGES: tuple[Change, ...] = (
    ripple, blur, understate, correlate, leave_sky, leave_blobs, tilt, boost, dim, nothing, nebula,
)  # fmt: skip


def other_physics(one: Labelled, rng: np.random.Generator) -> Labelled:
    """Another galaxy of that redshift: line ratios, widths, dust, slope and resolution differ."""
    if not np.isfinite(one.redshift):
        return one
    rest = one.wave / (1 + one.redshift)
    continuum = median_filter(one.flux, 101)
    lines = one.flux - continuum
    gain = np.ones(lines.size)
    for line in LINES_BY_NAME.values():
        near = np.abs(rest / line.wave - 1) < 800.0 / 299792.458
        gain[near] = 10 ** rng.normal(0, 0.25)
    dust = np.exp(-rng.uniform(-0.3, 0.8) * ((5500.0 / rest) ** 0.7 - 1))
    slope = (one.wave / 7000.0) ** rng.normal(0, 0.7)
    scale = dust * slope / np.median(dust * slope)
    width = rng.uniform(0.3, 2.2)  # pixels: gas that moves faster, or a coarser spectrograph
    changed = gaussian_filter1d(scale * (continuum + gain * lines), width)
    noise = 0.7 * scale * one.sigma * rng.standard_normal(one.flux.size)
    return Labelled(one.wave, changed + noise, scale * one.sigma, one.redshift, one.zconf)
