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
TEMPERATURE = 5.0  # divides the fall of chi2
# What is nearer belongs to the minimum itself: in its errors, and in trials
OWN_ERRORS, OWN_TRIALS = 8.0, 1.5


def spread_of(scan: ScanResult, minimum: tuple[float, float], error: float, noise: float) -> float:
    """Return the standard deviation of P(z) around a redshift.

    Parameters
    ----------
    scan : ScanResult
    minimum : (float, float)
        Redshift of a refined minimum of its curve, and chi2 there, in the units of the curve.
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
    redshift, lowest = minimum
    velocities = SPEED_OF_LIGHT * (scan.redshifts - redshift) / (1.0 + redshift)
    near = (np.abs(velocities) < REACH) & np.isfinite(scan.chi2)
    if np.count_nonzero(near) < 3:
        return error
    velocities, chi2 = velocities[near], scan.chi2[near]
    step = float(np.median(np.diff(velocities)))
    fall = (chi2 - min(float(chi2.min()), lowest)) * (scan.n_samples / scan.oversampling)
    mass = step * np.exp(-0.5 * fall / (noise * TEMPERATURE))
    mass[np.abs(velocities) <= max(OWN_TRIALS * step, OWN_ERRORS * error)] = 0.0
    own = error * float(np.sqrt(2.0 * np.pi))
    variance = (own * error**2 + float(mass @ velocities**2)) / (own + float(mass.sum()))
    return max(error, float(np.sqrt(variance)))
