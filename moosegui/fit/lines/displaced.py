"""Where a line really lies, when the redshift puts it beside itself.

A basis imitates the shape of Lyman alpha only roughly, and its galaxies have lines at rest against
their stars: the best redshift of the curve may miss a clear line by some hundred km/s. The line is
looked for within 800 km/s, where nothing else is expected (docs/method.md, section 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT, shifted_redshift
from moosegui.data.lines import LINES, Line, close_partner
from moosegui.data.spectrum import Spectrum
from moosegui.fit.lines.feature import Feature, centroid_feature, identify
from moosegui.fit.lines.match import filter_spectrum
from moosegui.fit.lines.sky import is_on_sky_line

REACH = 800.0  # km/s to each side
DISPLACED = 130.0  # km/s from which a line is beside where the redshift puts it
CLEAR = 5.0  # sigma of a line that is believed to lie elsewhere
AHEAD = 2.0  # sigma by which it is clearer there
LYA, LYA_OFFSET = "LYA", 25.0  # km/s by which the peak of an asymmetric line lies to the red


@dataclass(frozen=True, slots=True)
class Carried:
    """A redshift that one line carries.

    Parameters
    ----------
    line : Line
    redshift, redshift_error : float
        With the line where it is seen.
    velocity : float
        km/s from the redshift that was asked about.
    """

    line: Line
    redshift: float
    redshift_error: float
    velocity: float


def offset_of(spectrum: Spectrum, line: Line, redshift: float) -> float:
    """Return how far beside its place a line is seen clearly, in km/s; 0 where it is not.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    line : Line
    redshift : float
        Vacuum convention.

    Returns
    -------
    float
        Positive to the red; at most 800.
    """
    centre = line.observed(redshift)
    velocities = SPEED_OF_LIGHT * (spectrum.wave / centre - 1.0)
    near = np.flatnonzero(np.abs(velocities) <= REACH)
    if near.size < 3:
        return 0.0
    snrs = _filtered(spectrum)[near] * _sign(line)
    best = int(np.argmax(snrs))
    here = float(np.interp(0.0, velocities[near], snrs))
    velocity = float(velocities[near][best])
    is_inside = 0 < best < near.size - 1
    is_clear = snrs[best] >= max(CLEAR, here + AHEAD) and abs(velocity) >= DISPLACED
    if not (is_inside and is_clear) or _sky(spectrum)[near][best]:
        return 0.0
    return 0.0 if _is_of_another(line, velocity) else velocity


def carried_redshift(
    spectrum: Spectrum, lines: tuple[Line, ...], redshift: float
) -> Carried | None:
    """Return the redshift of the line that alone carries one, where it lies beside its place.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    lines : tuple of Line
        That are expected.
    redshift : float
        Vacuum convention.

    Returns
    -------
    Carried or None
        None where the strongest line is in its place, or others together are stronger.
    """
    offsets = [offset_of(spectrum, line, redshift) for line in lines]
    snrs = [_seen(spectrum, line, redshift, v) for line, v in zip(lines, offsets, strict=True)]
    if not snrs:
        return None
    i_best = int(np.argmax(snrs))
    others = sum(snr**2 for i, snr in enumerate(snrs) if i != i_best and snr > 3.0)
    line, velocity = lines[i_best], offsets[i_best]
    if velocity == 0.0 or snrs[i_best] ** 2 < others:
        return None
    feature = centroid_feature(spectrum, line.observed(redshift) * (1 + velocity / SPEED_OF_LIGHT))
    return None if feature is None else _carried(line, feature, redshift)


def _carried(line: Line, feature: Feature, redshift: float) -> Carried | None:
    found = identify(feature.wave, line, wave_error=feature.wave_error)
    z = found.redshift
    if line.name == LYA:
        z = shifted_redshift(z, -LYA_OFFSET)
    velocity = SPEED_OF_LIGHT * (z - redshift) / (1.0 + redshift)
    if abs(velocity) > REACH + DISPLACED:
        return None
    return Carried(line, z, found.redshift_error, velocity)


def _seen(spectrum: Spectrum, line: Line, redshift: float, velocity: float) -> float:
    wave = line.observed(redshift) * (1.0 + velocity / SPEED_OF_LIGHT)
    if not spectrum.wave[0] < wave < spectrum.wave[-1]:
        return 0.0
    return float(np.interp(wave, spectrum.wave, _filtered(spectrum))) * _sign(line)


def _sign(line: Line) -> float:
    return -1.0 if line.kind == "absorption" else 1.0


def _is_of_another(line: Line, velocity: float) -> bool:
    """Whether another known line of the same galaxy would lie nearer to what is seen there."""
    seen = line.wave * (1.0 + velocity / SPEED_OF_LIGHT)
    members = {line.name, *(() if (pair := close_partner(line)) is None else (pair.name,))}
    nearest = min(abs(other.wave - seen) for other in LINES if other.name not in members)
    return nearest < abs(line.wave - seen)


@lru_cache(maxsize=4)
def _filtered(spectrum: Spectrum) -> FloatArray:
    """The S/N of a line at each pixel: the same for every redshift that is tried."""
    return filter_spectrum(spectrum, spectrum.flux)


@lru_cache(maxsize=4)
def _sky(spectrum: Spectrum) -> BoolArray:
    return is_on_sky_line(spectrum)
