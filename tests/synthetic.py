"""Small bases and spectra with a known truth, for tests that need no real data."""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.grids import LogGrid
from moosegui.data.lines import LINES
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.embed import LN10

SMALL_RANGE = (5000.0, 7000.0)


def small_basis(n_components: int = 4, *, step: float = 1e-4, zmax: float = 2.0) -> Basis:
    """Continua and line groups on a coarse grid; non-negative, with dead stretches."""
    start = np.log10(SMALL_RANGE[0] / (1 + zmax))
    n_wave = int(np.ceil((np.log10(SMALL_RANGE[1]) - start) / step)) + 2
    grid = LogGrid(float(start), step, n_wave)
    wave = grid.wave
    components = np.empty((n_components, n_wave))
    for i in range(n_components):
        continuum = (wave / 4000.0) ** (i - 1.5) * (1.0 + (wave > 3646.0 + 300.0 * i))
        lines = sum(
            40.0 * np.exp(-0.5 * ((wave - line.wave) / (line.wave * 3e-4)) ** 2)
            for n, line in enumerate(LINES)
            if line.kind != "absorption" and n % n_components == i
        )
        components[i] = continuum + lines
    components[-1, wave < 2200.0] = 0.0
    return Basis(components, grid, observed_range=SMALL_RANGE, name="small")


def observed_wave(n_wave: int = 1201) -> FloatArray:
    return np.linspace(SMALL_RANGE[0] + 10, SMALL_RANGE[1] - 10, n_wave)


def spectrum_at(
    basis: Basis,
    redshift: float,
    rng: np.random.Generator,
    *,
    snr: float = 20.0,
    coefficients: FloatArray | None = None,
    masked: slice | None = None,
) -> Spectrum:
    """A spectrum drawn from the basis at a redshift, with noise of known variance."""
    wave = observed_wave()
    if coefficients is None:
        coefficients = rng.uniform(0.2, 1.0, basis.n_components)
    rest = np.log10(wave / (1 + redshift))
    sampled = np.array([np.interp(rest, basis.grid.log10_wave, c) for c in basis.components])
    flux = coefficients @ sampled / (LN10 * wave)
    sigma = np.median(flux) / snr * rng.uniform(0.7, 1.4, wave.size)
    ivar = 1.0 / sigma**2
    if masked is not None:
        ivar[masked] = 0.0
    return Spectrum(wave, flux + sigma * rng.normal(size=wave.size), ivar)
