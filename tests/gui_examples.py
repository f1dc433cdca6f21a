"""Invented nouns for the tests of views: a Lyman-alpha emitter with noise, mask and model."""

from __future__ import annotations

import numpy as np

from moosegui.data.results import Reconstruction, ScanResult, Solution
from moosegui.data.spectrum import Spectrum
from moosegui.gui.plots.spectrum_view import SpectrumView

REDSHIFT = 3.3
LYA = 1215.67
MASKED = (5800.0, 5966.0)
N_MUSE = 3681


def emitter(n_wave: int = N_MUSE, seed: int = 7) -> Spectrum:
    """A spectrum over the MUSE range with one line of 40 sigma and a masked stretch."""
    rng = np.random.default_rng(seed)
    wave = np.linspace(4750.0, 9350.0, n_wave)
    flux = 5.0 + line(wave) + rng.normal(0.0, 5.0, n_wave)
    ivar = np.full(n_wave, 1.0 / 25.0)
    ivar[(wave > MASKED[0]) & (wave < MASKED[1])] = 0.0
    return Spectrum(wave, flux, ivar)


def line(wave: np.ndarray, height: float = 200.0) -> np.ndarray:
    """Lyman alpha at `REDSHIFT`."""
    return height * np.exp(-0.5 * ((wave - LYA * (1 + REDSHIFT)) / 4.0) ** 2)


def model_of(spectrum: Spectrum) -> Reconstruction:
    """The truth behind `emitter`."""
    flux = 5.0 + line(spectrum.wave)
    return Reconstruction(REDSHIFT, spectrum.wave, flux, 1.0, np.ones(3))


def view_of(spectrum: Spectrum | None = None, **options: object) -> SpectrumView:
    """A view of `emitter` with its model."""
    spectrum = emitter() if spectrum is None else spectrum
    given = {"model": model_of(spectrum), "redshift": REDSHIFT, **options}
    return SpectrumView(spectrum, **given)  # type: ignore[arg-type]


def scan(n_z: int = 13401) -> ScanResult:
    """A plateau with three minima and one spike."""
    redshifts = np.linspace(0.0, 6.7, n_z)
    chi2 = np.full(n_z, 2.0)
    for solution in solutions():
        depth = 2.0 - solution.chi2
        chi2 -= depth * np.exp(-0.5 * ((redshifts - solution.redshift) / 0.005) ** 2)
    chi2[n_z // 2] = 1e6
    return ScanResult(redshifts, chi2, n_samples=15000, oversampling=4.0)


def solutions() -> tuple[Solution, ...]:
    """Three solutions, the second and third too close for badges side by side."""
    return tuple(
        Solution(rank, z, 1e-4, chi2, 1 - chi2 / 2, 3.0, np.ones(3))
        for rank, z, chi2 in ((1, REDSHIFT, 1.0), (2, 1.20, 1.5), (3, 1.22, 1.6))
    )
