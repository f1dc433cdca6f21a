"""Models that are a continuum with chosen lines, and spectra drawn from them with unit noise."""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.matched_filter import line_width

WAVE = np.arange(4750.0, 9350.0, 1.25)


def model_with(redshift: float, **peaks: float) -> Reconstruction:
    """A flat continuum with lines of these names and peaks."""
    flux = np.full(WAVE.size, 5.0)
    for name, peak in peaks.items():
        flux += line_flux(name, redshift, peak)
    return Reconstruction(redshift, WAVE, flux, 1.0, np.ones(1))


def line_flux(name: str, redshift: float, peak: float) -> FloatArray:
    """One line of the width of the matched filter."""
    centre = LINES_BY_NAME[name].observed(redshift)
    return np.asarray(peak * np.exp(-0.5 * ((WAVE - centre) / line_width(centre)) ** 2))


def observed(model: Reconstruction, seed: int = 2) -> Spectrum:
    """A model with noise of unit variance."""
    noise = np.random.default_rng(seed).normal(size=WAVE.size)
    return Spectrum(WAVE, model.flux + noise, np.ones(WAVE.size))
