"""Spectra of two galaxies, of known redshifts and noise."""

from __future__ import annotations

import numpy as np
from synthetic import small_basis, spectrum_at

from moosegui.data.basis import Basis
from moosegui.data.spectrum import Spectrum

FIRST, SECOND, THIRD = 0.45, 1.1, 0.75
FIRST_COEFFICIENTS = np.array([1.0, 0.4, 0.6, 0.2])
SECOND_COEFFICIENTS = np.array([0.3, 0.8, 0.1, 0.5])


def make_basis() -> Basis:
    return small_basis(step=5e-5)


def single(seed: int = 1, *, snr: float = 20.0) -> Spectrum:
    """One galaxy at FIRST."""
    rng = np.random.default_rng(seed)
    return spectrum_at(make_basis(), FIRST, rng, snr=snr, coefficients=FIRST_COEFFICIENTS)


def blend(seed: int = 1, *, snr: float = 20.0, share: float = 0.6) -> Spectrum:
    """One galaxy at FIRST and another, `share` as bright, at SECOND."""
    one = single(seed, snr=snr)
    other = spectrum_at(
        make_basis(),
        SECOND,
        np.random.default_rng(0),
        snr=1e9,
        coefficients=share * SECOND_COEFFICIENTS,
    )
    return Spectrum(one.wave, one.flux + other.flux, one.ivar)


def triple(seed: int = 1, *, snr: float = 40.0) -> Spectrum:
    """A blend, and a third galaxy at THIRD."""
    two = blend(seed, snr=snr)
    other = spectrum_at(
        make_basis(),
        THIRD,
        np.random.default_rng(0),
        snr=1e9,
        coefficients=0.5 * SECOND_COEFFICIENTS[::-1],
    )
    return Spectrum(two.wave, two.flux + other.flux, two.ivar)
