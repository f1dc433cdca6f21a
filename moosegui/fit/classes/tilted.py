"""The model of a star: its basis, tilted by a smooth curve.

The few components of a type know its spectra, and neither the dust before a star nor the faults of
a flux calibration. So each component is multiplied by Bernstein polynomials in the logarithm of the
wavelength, all of them non-negative: together they bend it by any smooth positive factor.
"""

from __future__ import annotations

from math import comb

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import OBSERVED_RANGE, Basis
from moosegui.data.results import Reconstruction
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.nnls import solve
from moosegui.fit.scan.reconstruct import components_on_pixels

DEGREE = 1


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
    components, is_covered = components_on_pixels(spectrum, basis, redshift)
    tilts = bernstein(spectrum.wave, degree)
    design = (components[:, None, :] * tilts).reshape(-1, spectrum.wave.size)
    ivar = np.where(is_covered, spectrum.ivar, 0.0)
    weighted = design * ivar
    fit = solve(weighted @ design.T, weighted @ spectrum.flux)
    model = fit.coefficients @ design
    n_fitted = int(np.count_nonzero(ivar))
    chi2 = float(np.sum(ivar * (spectrum.flux - model) ** 2)) / max(n_fitted, 1)
    shown = np.where(is_covered, model, np.nan)
    return Reconstruction(redshift, spectrum.wave, shown, chi2, fit.coefficients)
