"""The error of a redshift from what its model really leaves over, wherever it rests.

The curvature of chi2(z) trusts the variances, or scales them all by one misfit. What matters are
the residuals at the lines that carry the redshift: a line of another shape than that of the basis
leaves more there, and noise whose neighbouring pixels go together moves a line further than its
variances say. With s = d w r, the derivative of the model by velocity without what the components
could make up for, times weight times residual, the redshift moves by sum(s) / sum(d w d), and

    variance = sum over lags of (1 - lag / n) s_i s_(i + lag) / (sum(d w d))^2

is what that scatters by, whatever the noise is (Huber 1967; White 1980; lags as in Newey & West
1987). Where the model is right and the variances are, it is the error of the curvature.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.grids import shifted_redshift
from moosegui.data.results import Weighting
from moosegui.data.spectrum import Spectrum
from moosegui.fit.scan.reconstruct import components_on_pixels, model_on_pixels, reconstruct

STEP = 15.0  # km/s to each side, over which the derivative is taken
REACH = 3.75  # Angstrom over which noise may go together: 1.5 widths of MUSE's line spread function
MAX_LAGS = 30  # pixels, of a spectrum with tiny ones


def residual_error(
    spectrum: Spectrum, basis: Basis, redshift: float, weighting: Weighting = "ivar"
) -> float:
    """Return the 1 sigma error of a redshift from the residuals of its model.

    Parameters
    ----------
    spectrum : Spectrum
        As the scan fits it, in the medium of the basis.
    basis : Basis
    redshift : float
        As-is convention of the basis' medium.
    weighting : "ivar" or "unweighted"

    Returns
    -------
    float
        In km/s; nan where nothing of the model tells the velocity.
    """
    fitted = reconstruct(spectrum, basis, redshift, weighting)
    coefficients, is_covered = fitted.coefficients, np.isfinite(fitted.flux)
    components = components_on_pixels(spectrum, basis, redshift, coefficients > 0)[0]
    weight = np.where(is_covered, spectrum.ivar, 0.0)
    if weighting != "ivar":
        weight = (weight > 0).astype(np.float64)
    ahead, behind = (
        model_on_pixels(spectrum, basis, shifted_redshift(redshift, step), coefficients)
        for step in (STEP, -STEP)
    )
    slope = _without((ahead - behind) / (2.0 * STEP), components, weight)
    information = float(slope @ (weight * slope))
    if not information > 0:
        return float("nan")
    residual = np.where(weight > 0, spectrum.flux - fitted.flux, 0.0)
    scatter = _scatter(slope * weight * residual, _lags(spectrum.wave))
    return float(np.sqrt(max(scatter, 0.0)) / information)


def _without(slope: FloatArray, components: FloatArray, weight: FloatArray) -> FloatArray:
    """Return a derivative without what other amounts of the components could make up for."""
    weighted = components * weight
    amounts = np.linalg.lstsq(weighted @ components.T, weighted @ slope, rcond=None)[0]
    return np.asarray(slope - amounts @ components)


def _scatter(scores: FloatArray, n_lags: int) -> float:
    """Return the variance of a sum whose terms may go together with their neighbours."""
    total = float(scores @ scores)
    for lag in range(1, min(n_lags, scores.size - 1) + 1):
        share = 1.0 - lag / (n_lags + 1.0)
        total += 2.0 * share * float(scores[lag:] @ scores[:-lag])
    return total


def _lags(wave: FloatArray) -> int:
    if wave.size < 2:
        return 0
    return int(np.clip(round(REACH / float(np.median(np.diff(wave)))), 1, MAX_LAGS))
