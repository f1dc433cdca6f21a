"""By how much a redshift may be off because its minimum has others beside it.

The curvature of chi2(z) tells how sharp a minimum is, and nothing of its neighbours a few hundred
km/s away, between which a faint continuum or a line of noise may not tell. The second moment of
P(z) around the redshift does. Its odds are softer than those between redshifts far apart: what is
wrong with the model is wrong with the neighbours too, so that chance decides between them
(resources/confidence/README.md).
"""

from __future__ import annotations

import numpy as np

from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import ScanResult

REACH = 1200.0  # km/s to each side
TEMPERATURE = 4.0  # divides the fall of chi2
BESIDE = 1.5  # trials from the redshift within which the curve is that of its own minimum


def spread_of(scan: ScanResult, redshift: float, error: float, noise: float) -> float:
    """Return the standard deviation of P(z) around a redshift.

    Parameters
    ----------
    scan : ScanResult
    redshift : float
        Of a minimum of its curve.
    error : float
        1 sigma error in km/s of that minimum by itself.
    noise : float
        chi2 a pixel of what is noise, at least 1.

    Returns
    -------
    float
        In km/s, at least `error`; nan where that is not known.
    """
    if not error > 0:
        return float("nan")
    velocities = SPEED_OF_LIGHT * (scan.redshifts - redshift) / (1.0 + redshift)
    near = (np.abs(velocities) < REACH) & np.isfinite(scan.chi2)
    if np.count_nonzero(near) < 3:
        return error
    velocities = velocities[near]
    step = float(np.median(np.diff(velocities)))
    chi2 = scan.chi2[near] * (scan.n_samples / scan.oversampling)
    mass = step * np.exp(-0.5 * (chi2 - chi2.min()) / (noise * TEMPERATURE))
    mass[np.abs(velocities) <= BESIDE * step] = 0.0
    own = error * float(np.sqrt(2.0 * np.pi))
    variance = (own * error**2 + float(mass @ velocities**2)) / (own + float(mass.sum()))
    return max(error, float(np.sqrt(variance)))
