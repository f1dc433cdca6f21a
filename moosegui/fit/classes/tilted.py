"""The model of a star: its basis, tilted by a smooth curve.

The few components of a type know its spectra, and neither the dust before a star nor the faults of
a flux calibration. So each component is multiplied by Bernstein polynomials in the logarithm of the
wavelength, all of them non-negative: together they bend it by any smooth positive factor.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from math import comb

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import OBSERVED_RANGE, Basis
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.reconstruct import fit_on_pixels

DEGREE = 1
KEPT = 4  # sets of polynomials
# Broad lines, a few of them, take a velocity from the slope of the continuum beside them, so theirs
# is fitted with more freedom of the continuum: of 30 white dwarfs with bent fluxes 30 are then
# within 60 km/s, 26 by the plain scan
BROAD_DEGREE = 4
BROAD_TYPES = ("WD",)
VELOCITIES = np.arange(-900.0, 901.0, 100.0)  # km/s
# km/s, the scatter of white dwarfs of which the basis has not seen the like (7 on odd rows)
BROAD_ERROR = 150.0


def bernstein(wave: FloatArray, degree: int) -> FloatArray:
    """Return the Bernstein polynomials over the observed range, shape (degree + 1, n_wave)."""
    first, last = np.log(OBSERVED_RANGE)
    x = np.clip((np.log(wave) - first) / (last - first), 0.0, 1.0)
    return np.array([comb(degree, i) * x**i * (1.0 - x) ** (degree - i) for i in range(degree + 1)])


def tilted_model(
    spectrum: Spectrum, basis: Basis, redshift: float, *, degree: int = DEGREE
) -> Reconstruction:
    """Fit a basis and its tilts to a spectrum at one redshift.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis
    redshift : float
    degree : int
        Of the polynomials.

    Returns
    -------
    Reconstruction
        nan where the basis does not reach; chi2 per fitted pixel. One coefficient for each
        component and polynomial.
    """
    found = fit_on_pixels(spectrum, basis, redshift, tilts=_bernstein_of(spectrum, degree))
    return found if np.isfinite(found.chi2) else replace(found, chi2=0.0)


@lru_cache(maxsize=KEPT)
def _bernstein_of(spectrum: Spectrum, degree: int) -> FloatArray:
    """Return the polynomials on the pixels of a spectrum, the same for every type and velocity."""
    return bernstein(spectrum.wave, degree)


def broad_velocity(spectrum: Spectrum, basis: Basis) -> tuple[float, float]:
    """Return the radial velocity over c of a star with broad lines, and its 1 sigma error.

    Parameters
    ----------
    spectrum : Spectrum
        In the medium of the basis.
    basis : Basis

    Returns
    -------
    redshift, error : float
        nan where the fit is best at an end of the velocities that are tried.
    """
    models = [
        tilted_model(spectrum, basis, velocity / SPEED_OF_LIGHT, degree=BROAD_DEGREE)
        for velocity in VELOCITIES
    ]
    chi2 = np.array([model.chi2 for model in models])
    i = int(np.argmin(chi2))
    if not 0 < i < chi2.size - 1:
        return float("nan"), float("nan")
    bend = chi2[i - 1] - 2.0 * chi2[i] + chi2[i + 1]
    step = VELOCITIES[1] - VELOCITIES[0]
    velocity = VELOCITIES[i] - 0.5 * step * (chi2[i + 1] - chi2[i - 1]) / bend
    n_fitted = int(np.count_nonzero(np.isfinite(models[i].flux) & (spectrum.ivar > 0)))
    noise = step * np.sqrt(2.0 * max(1.0, chi2[i]) / (bend * n_fitted))
    error = float(np.hypot(noise, BROAD_ERROR))
    return float(velocity) / SPEED_OF_LIGHT, error / SPEED_OF_LIGHT
