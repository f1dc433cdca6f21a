"""The redshift of a close doublet: both members with free strengths, one velocity.

The centroid of a doublet such as [O II] moves by up to 110 km/s with the ratio of its members. At
each velocity the least-squares strengths of two Gaussians are found, none of the wrong sign; the
velocity that lowers chi2 most is refined by a parabola.
"""

from __future__ import annotations

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift
from moosegui.data.lines import Line, close_partner
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.matched_filter import line_width

WITHIN = 200.0  # km/s to each side of the first guess
STEP = 10.0  # km/s
LINE_REACH, CONTINUUM_REACH = 700.0, 2000.0  # km/s
MIN_PIXELS = 6


def refine_doublet(
    spectrum: Spectrum, line: Line, redshift: float, *, is_emission: bool = True
) -> tuple[float, float]:
    """Refine the redshift of a close doublet around a first guess.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    line : Line
        Either member.
    redshift : float
        Within 200 km/s.
    is_emission : bool
        Whether both members rise above the continuum.

    Returns
    -------
    redshift, redshift_error : float
        The error is where chi2 has risen by 1; the guess with nan where there is no partner, too
        few pixels, or no maximum within reach.
    """
    partner = close_partner(line)
    if partner is None:
        return redshift, float("nan")
    middle = 0.5 * (line.wave + partner.wave) * (1.0 + redshift)
    velocity = SPEED_OF_LIGHT * (spectrum.wave / middle - 1.0)
    is_near = (np.abs(velocity) < LINE_REACH) & (spectrum.ivar > 0)
    is_around = (np.abs(velocity) < CONTINUUM_REACH) & ~is_near & (spectrum.ivar > 0)
    if min(np.count_nonzero(is_near), np.count_nonzero(is_around)) < MIN_PIXELS:
        return redshift, float("nan")
    continuum = np.polyval(
        np.polyfit(velocity[is_around], spectrum.flux[is_around], 1), velocity[is_near]
    )
    excess = (spectrum.flux[is_near] - continuum) * (1.0 if is_emission else -1.0)
    offsets = np.arange(-WITHIN, WITHIN + STEP / 2, STEP)
    gains = np.array(
        [
            _gain(
                spectrum.wave[is_near],
                excess,
                spectrum.ivar[is_near],
                [m.observed(shifted_redshift(redshift, offset)) for m in (line, partner)],
            )
            for offset in offsets
        ]
    )
    best = int(np.argmax(gains))
    if best in (0, offsets.size - 1):
        return redshift, float("nan")
    fall = 2.0 * gains[best] - gains[best - 1] - gains[best + 1]
    if not fall > 0:
        return redshift, float("nan")
    vertex = offsets[best] + 0.5 * STEP * (gains[best + 1] - gains[best - 1]) / fall
    error = STEP / float(np.sqrt(fall / 2.0))
    return shifted_redshift(redshift, float(vertex)), (1.0 + redshift) * error / SPEED_OF_LIGHT


def _gain(wave: FloatArray, excess: FloatArray, ivar: FloatArray, centres: list[float]) -> float:
    """By how much two Gaussians of positive strength lower chi2."""
    sigma = line_width(centres[0])
    profiles = np.exp(-0.5 * ((wave - np.array(centres)[:, None]) / sigma) ** 2)
    norms = (profiles * ivar) @ profiles.T
    projected = (profiles * ivar) @ excess
    both = np.linalg.lstsq(norms, projected, rcond=None)[0]
    if (both > 0).all():
        return float(projected @ both)
    single = np.maximum(projected, 0.0) ** 2 / np.maximum(np.diag(norms), 1e-300)
    return float(single.max())
