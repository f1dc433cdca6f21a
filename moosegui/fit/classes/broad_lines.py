"""Broad emission lines: what makes a quasar of a spectrum that no basis of quasars fits.

Where the flux is not calibrated, or a host shines through, the basis of quasars loses against
that of galaxies. Its lines do not: two of them at one redshift, thousands of km/s wide, that stay
after narrow lines and a straight continuum are fitted beside them, belong to no galaxy.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import LINES_BY_NAME
from moosegui.data.spectrum import Spectrum

REACH = 14000.0  # km/s to each side of a line
MIN_PIXELS, MIN_SIDE, SIDE = 60, 15, 2500.0  # in all; beyond so many km/s to each side
NARROW = (90.0, 250.0, 700.0)  # sigma of the narrow lines, km/s; those of type 2 AGN are the widest
WIDTHS = (3500.0, 6000.0, 9000.0)  # FWHM of the broad ones, km/s
OFFSETS = (-600.0, 0.0, 600.0)  # km/s
FLOOR = 0.02  # relative error of the flux
FWHM = 2.3548
# the broad line, in Angstrom, and the narrow ones beside it
LINES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (1549.06, ("CIV1548", "CIV1551")),
    (1908.73, ("CIII1907", "CIII1909")),
    (2798.75, ("MGII2796", "MGII2804")),
    (4862.68, ("HBETA", "OIII4959", "OIII5007")),
    (6564.61, ("HALPHA", "NII6548", "NII6584")),
)


def second_broad_line(spectrum: Spectrum, redshift: float) -> float:
    """Return the S/N of the second strongest broad emission line at a redshift.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    redshift : float
        Vacuum convention.

    Returns
    -------
    float
        In units of the noise that the fit leaves; 0 where fewer than two are seen.
    """
    seen = [
        (part, centre, narrow)
        for rest, narrow in LINES
        if (part := _window(spectrum, centre := rest * (1.0 + redshift))) is not None
    ]
    if len(seen) < 2:
        return 0.0
    return sorted(_significance(spectrum, redshift, *line) for line in seen)[-2]


def _window(spectrum: Spectrum, centre: float) -> slice | None:
    """Return the pixels around a line; None where too few are good on a side."""
    if not spectrum.wave[0] < centre < spectrum.wave[-1]:
        return None
    reach = centre * REACH / SPEED_OF_LIGHT
    first, stop = np.searchsorted(spectrum.wave, [centre - reach, centre + reach])
    part = slice(int(first), int(stop))
    velocity = _velocities(spectrum.wave[part][spectrum.ivar[part] > 0], centre)
    sides = np.count_nonzero(velocity < -SIDE), np.count_nonzero(velocity > SIDE)
    return None if velocity.size < MIN_PIXELS or min(sides) < MIN_SIDE else part


def _significance(
    spectrum: Spectrum, redshift: float, part: slice, centre: float, narrow: tuple[str, ...]
) -> float:
    good = spectrum.ivar[part] > 0
    wave, flux = spectrum.wave[part][good], spectrum.flux[part][good]
    velocity = _velocities(wave, centre)
    level = FLOOR * float(np.median(np.abs(flux)))
    root = 1.0 / np.sqrt(1.0 / spectrum.ivar[part][good] + level**2)
    lines = [LINES_BY_NAME[name].wave * (1.0 + redshift) for name in narrow]
    beside = [_gauss(_velocities(wave, line), sigma) for line in lines for sigma in NARROW]
    plain = np.array([np.ones_like(velocity), velocity / REACH, *beside]) * root
    broad = [_gauss(velocity - offset, fwhm / FWHM) for fwhm in WIDTHS for offset in OFFSETS]
    return _gain(flux * root, plain, np.array(broad) * root)


def _gain(data: FloatArray, plain: FloatArray, broad: FloatArray) -> float:
    """Return by how much the best of the broad lines improves the fit without any."""
    basis, _ = np.linalg.qr(plain.T)
    left = data - basis @ (basis.T @ data)
    free = broad - (broad @ basis) @ basis.T
    size = np.maximum(np.sum(free**2, axis=1), 1e-30)
    gain = float(np.max(np.maximum(free @ left, 0.0) ** 2 / size))
    n_free = max(data.size - plain.shape[0] - 2, 1)
    noise = max(1.0, (float(left @ left) - gain) / n_free)
    return float(np.sqrt(gain / noise))


def _velocities(wave: FloatArray, centre: float) -> FloatArray:
    return (wave / centre - 1.0) * SPEED_OF_LIGHT


def _gauss(velocity: FloatArray, sigma: float) -> FloatArray:
    return np.asarray(np.exp(-0.5 * (velocity / sigma) ** 2))
