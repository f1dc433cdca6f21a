"""Stars and quasars as MUSE sees them, made from the bases that come with the application."""

from __future__ import annotations

import numpy as np

from moosegui.config import DEFAULT_BASIS, resource
from moosegui.data.basis import Basis
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.spectrum import Spectrum
from moosegui.files.models.basis import read_basis, read_ensemble
from moosegui.fit.scan.embed import LN10
from moosegui.pipeline.engine import Engine, make_engine
from moosegui.pipeline.models import QUASAR_BASIS, STAR_BASES, default_classes

WAVE = np.arange(4750.0, 9350.0, 1.25)


def shipped_engine() -> Engine:
    """The engine of the application, with its stars and quasars."""
    first, *others = read_ensemble(resource("basis", DEFAULT_BASIS))
    return make_engine(first, companions=others).with_classes(default_classes())


def star(label: str, velocity: float, *, snr: float = 15.0, seed: int = 3) -> Spectrum:
    """A star of a type at a radial velocity in km/s."""
    basis = read_basis(resource("basis", STAR_BASES[label]))
    return drawn(basis, velocity / SPEED_OF_LIGHT, snr=snr, seed=seed)


def quasar(redshift: float, *, snr: float = 8.0, seed: int = 4) -> Spectrum:
    return drawn(read_basis(resource("basis", QUASAR_BASIS)), redshift, snr=snr, seed=seed)


def galaxy(redshift: float, *, snr: float = 6.0, seed: int = 5) -> Spectrum:
    return drawn(read_basis(resource("basis", DEFAULT_BASIS)), redshift, snr=snr, seed=seed)


def drawn(basis: Basis, redshift: float, *, snr: float, seed: int) -> Spectrum:
    """A mixture of the components at a redshift, with noise of known variance."""
    rng = np.random.default_rng(seed)
    rest = np.log10(WAVE / (1.0 + redshift))
    sampled = np.array(
        [np.interp(rest, basis.grid.log10_wave, one) for one in basis.components]
    ) / (LN10 * WAVE)
    scaled = sampled / np.median(sampled, axis=1, keepdims=True).clip(1e-12)
    flux = rng.uniform(0.5, 1.0, basis.n_components) @ scaled
    flux *= 100.0 / np.median(flux)
    sigma = np.full(WAVE.size, 100.0 / snr)
    return Spectrum(WAVE, flux + sigma * rng.normal(size=WAVE.size), 1.0 / sigma**2)
