"""Emission that one galaxy may have at a redshift, as columns of a linear fit.

Line ratios are held inside what physics allows by the columns themselves: a doublet or a series
whose ratio lies between two limits is a non-negative mixture of one column at each limit. What a
galaxy cannot emit is left over, for another galaxy to explain.

The ratios are those of `moosegui.data.line_relations`, where their sources stand too.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.line_relations import BALMER, DUST_SLOPE, DUSTY, LINE_RATIOS, LineRatio
from moosegui.data.lines import LINES_BY_NAME
from moosegui.fit.lines.matched_filter import FWHM_PER_SIGMA, LSF_COEFFICIENTS
from moosegui.fit.vetting.sparse_rows import SparseRows

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


def sparse_line_columns(wave: FloatArray, redshift: float) -> SparseRows:
    """Return what a galaxy's gas may emit, on pixels.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Observed wavelengths in Angstrom, increasing; in air for an air basis.
    redshift : float

    Returns
    -------
    SparseRows
        (n_columns, n_wave) flux densities of non-negative profiles; no column is empty.
    """
    from moosegui.fit.vetting import _joint_kernels  # with numba, after the window has appeared

    profiles = _profiles(wave, redshift)
    centre, width = profiles.centres, profiles.widths
    instrument = np.polyval(LSF_COEFFICIENTS, centre) / FWHM_PER_SIGMA
    sigma = np.hypot(instrument, centre * width / SPEED_OF_LIGHT)
    first = np.searchsorted(wave, centre - REACH * sigma)
    last = np.searchsorted(wave, centre + REACH * sigma)
    room = int(np.sum(last - first))
    starts = np.empty(int(profiles.columns.max(initial=0)) + 2, dtype=np.int64)
    pixels, values = np.empty(room, dtype=np.int64), np.empty(room)
    n_columns, n_values = _joint_kernels.draw_lines(
        wave,
        profiles.columns,
        (centre, profiles.fluxes, sigma),
        (first, last),
        (starts, pixels, values),
    )
    return SparseRows(starts[: n_columns + 1], pixels[:n_values], values[:n_values], wave.size)


class _Profiles(NamedTuple):
    """Gaussians inside a spectrum, those of a column one after the other."""

    columns: IntArray
    centres: FloatArray  # Angstrom
    fluxes: FloatArray
    widths: FloatArray  # km/s


def _profiles(wave: FloatArray, redshift: float) -> _Profiles:
    """List the Gaussians of all columns, those whose centre is inside the spectrum."""
    stretch = 1.0 + redshift
    lya = LINES_BY_NAME["LYA"].wave * stretch
    velocities = LYA_VELOCITIES if lya > wave[0] else VELOCITIES
    group, rest, flux = _listed_lines()
    is_inside = np.zeros(len(line_groups()), dtype=bool)
    is_inside[group[(wave[0] < rest * stretch) & (rest * stretch < wave[-1])]] = True
    line, shift, width = (
        axis.ravel()
        for axis in np.meshgrid(
            np.flatnonzero(is_inside[group]),
            np.arange(len(velocities)),
            np.arange(len(WIDTHS)),
            indexing="ij",
        )
    )
    shifts = np.array([_doppler(velocity, stretch) for velocity in velocities])
    column = (group[line] * len(velocities) + shift) * len(WIDTHS) + width
    grouped = _Profiles(column, rest[line] * shifts[shift], flux[line], np.array(WIDTHS)[width])
    singles = [
        (LINES_BY_NAME[name].wave * stretch, width) for name in BROAD for width in BROAD_WIDTHS
    ]
    if wave[0] < lya < wave[-1]:
        singles += [(lya * _doppler(v, 1.0), 60.0) for v in LYA_PROFILE]
    centres, widths = np.array(singles).T
    column = len(line_groups()) * len(velocities) * len(WIDTHS) + np.arange(len(singles))
    listed = (grouped, _Profiles(column, centres, np.ones(len(singles)), widths))
    return _inside(wave, listed)


def _inside(wave: FloatArray, listed: tuple[_Profiles, ...]) -> _Profiles:
    """Leave out the Gaussians whose centre is outside, and sort the others by their columns."""
    columns = np.concatenate([part.columns for part in listed])
    centres, fluxes, widths = (
        np.concatenate([part[i] for part in listed]).astype(np.float64) for i in (1, 2, 3)
    )
    kept = np.flatnonzero((wave[0] < centres) & (centres < wave[-1]))
    kept = kept[np.argsort(columns[kept], kind="stable")]
    return _Profiles(columns[kept], centres[kept], fluxes[kept], widths[kept])


@cache
def _listed_lines() -> tuple[IntArray, FloatArray, FloatArray]:
    """Return group, rest wavelength in Angstrom and flux of all lines."""
    listed = [(i, *line) for i, lines in enumerate(line_groups()) for line in lines]
    return np.array([i for i, _, _ in listed]), *np.array([line[1:] for line in listed]).T.copy()


def _doppler(velocity: float, stretch: float) -> float:
    return stretch * (1.0 + velocity / SPEED_OF_LIGHT)
