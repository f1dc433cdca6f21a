"""Emission that one galaxy may have at a redshift, as columns of a linear fit.

Line ratios are held inside what physics allows by the columns themselves: a doublet or a series
whose ratio lies between two limits is a non-negative mixture of one column at each limit. What a
galaxy cannot emit is left over, for another galaxy to explain.

The ratios are those of `moosegui.data.line_relations`, where their sources stand too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.line_relations import BALMER, DUST_SLOPE, DUSTY, LINE_RATIOS, LineRatio
from moosegui.data.lines import LINES_BY_NAME
from moosegui.fit.lines.matched_filter import FWHM_PER_SIGMA, LSF_COEFFICIENTS

Group = tuple[
    tuple[float, float], ...
]  # (rest wavelength in Angstrom, flux) of lines that go together

PAIRED = (  # first lines of the pairs
    *("OIII5007", "NII6584", "NEIII3870", "OII3726", "SII6731", "CIII1909", "CIV1548", "MGII2796"),
)
SINGLE = (
    "NV1239", "NV1243", "SIIV1394", "SIIV1403", "NIV1486", "HEII1640", "OIII1661", "OIII1666",
    "SIIII1883", "SIIII1892", "CII2326", "FEII2365", "FEII2396", "NEIV2424", "OII2471", "FEII2612",
    "FEII2626", "HEI3188", "NEV3427", "OIII4363", "HEI4472", "NI5200", "HEI5876", "OI6300",
    "ARIII7136",
)  # fmt: skip
BROAD = ("LYA", "CIV1548", "CIII1909", "MGII2796", "HGAMMA", "HBETA", "HALPHA")  # of active nuclei
BROAD_WIDTHS = (600.0, 1500.0)  # km/s, sigma
WIDTHS = (40.0, 130.0)  # km/s, sigma without the instrument
VELOCITIES = (-50.0, 50.0)  # km/s; a mixture of both lies between
# Where the redshift rests on Lyman alpha the other lines are blueshifted against it
LYA_VELOCITIES = (-420.0, -300.0, -180.0, -60.0, 60.0)
LYA_PROFILE = tuple(range(-1200, 2001, 120))  # km/s: any non-negative profile, two peaks included
REACH = 6.0  # standard deviations after which a Gaussian is cut


@cache
def line_groups() -> tuple[Group, ...]:
    """Return the lines that go together, one group for each limit of a ratio."""
    groups: list[Group] = []
    for extinction in (0.0, DUSTY):
        waves = np.array([LINES_BY_NAME[name].wave for name, _ in BALMER])
        fluxes = np.array([flux for _, flux in BALMER])
        fluxes *= 10.0 ** (-0.4 * extinction * (waves / 5500.0) ** DUST_SLOPE)
        groups.append(tuple(zip(waves.tolist(), (fluxes / fluxes[0]).tolist(), strict=True)))
    for pair in LINE_RATIOS:
        if pair.first in PAIRED:
            groups += [_pair_of(pair, ratio) for ratio in pair.limits]
    groups.extend(((LINES_BY_NAME[name].wave, 1.0),) for name in SINGLE)
    return tuple(groups)


def _pair_of(pair: LineRatio, ratio: float) -> Group:
    """Return two lines of a total flux of one; only the first where the ratio is zero."""
    first, second = LINES_BY_NAME[pair.first].wave, LINES_BY_NAME[pair.second].wave
    lines = (first, 1.0 / (1.0 + ratio)), (second, ratio / (1.0 + ratio))
    return tuple(line for line in lines if line[1] > 0)


def line_columns(wave: FloatArray, redshift: float) -> FloatArray:
    """Return what a galaxy's gas may emit, on pixels.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Observed wavelengths in Angstrom, increasing; in air for an air basis.
    redshift : float

    Returns
    -------
    ndarray of shape (n_columns, n_wave)
        Flux densities of non-negative profiles; no column is empty.
    """
    stretch = 1.0 + redshift
    lya = LINES_BY_NAME["LYA"].wave * stretch
    velocities = LYA_VELOCITIES if lya > wave[0] else VELOCITIES
    inside = [
        lines
        for lines in line_groups()
        if any(wave[0] < rest * stretch < wave[-1] for rest, _ in lines)
    ]
    columns = [
        _column(wave, [(rest * _doppler(velocity, stretch), flux, width) for rest, flux in lines])
        for lines in inside
        for velocity in velocities
        for width in WIDTHS
    ]
    for name in BROAD:
        centre = LINES_BY_NAME[name].wave * stretch
        if wave[0] < centre < wave[-1]:
            columns += [_column(wave, [(centre, 1.0, width)]) for width in BROAD_WIDTHS]
    if wave[0] < lya < wave[-1]:
        columns += [_column(wave, [(lya * _doppler(v, 1.0), 1.0, 60.0)]) for v in LYA_PROFILE]
    filled = [column for column in columns if column.any()]
    return np.array(filled).reshape(len(filled), wave.size)


def _doppler(velocity: float, stretch: float) -> float:
    return stretch * (1.0 + velocity / SPEED_OF_LIGHT)


def _column(wave: FloatArray, lines: Sequence[tuple[float, float, float]]) -> FloatArray:
    """Sum Gaussians given as (centre in Angstrom, flux, width in km/s)."""
    column = np.zeros(wave.size)
    for centre, flux, width in lines:
        if not wave[0] < centre < wave[-1]:
            continue
        instrument = np.polyval(LSF_COEFFICIENTS, centre) / FWHM_PER_SIGMA
        sigma = float(np.hypot(instrument, centre * width / SPEED_OF_LIGHT))
        start, stop = np.searchsorted(wave, (centre - REACH * sigma, centre + REACH * sigma))
        offset = (wave[start:stop] - centre) / sigma
        column[start:stop] += flux / sigma * np.exp(-0.5 * offset**2)
    return column
