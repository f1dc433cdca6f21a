"""The continuum under the lines: a basis freed of the gas' lines, and a smooth correction.

A component is bridged by a straight line across each emission line, and keeps what lies below the
bridge: stellar absorption under a Balmer line stays. Where interstellar absorption is fitted, that
is bridged too, so that the table holds the whole line.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.interpolate import BSpline

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.lines import Line
from moosegui.data.medium import vacuum_to_air
from moosegui.data.spectrum import Spectrum
from moosegui.fit.line_families import LYA_WAVE, absorbed_lines, stripped_lines
from moosegui.fit.reconstruct import components_on_pixels

HALF_BRIDGE = 700.0  # km/s to each side of a line
LYA_BRIDGE = (-1200.0, 1800.0)  # km/s; Lyman alpha is broad and lies to the red
EDGE = 150.0  # km/s over which the ends of a bridge are averaged
AIR_PIVOT = 7000.0  # Angstrom; as for the redshifts of an air basis everywhere
SPLINE_DEGREE = 3


@lru_cache(maxsize=8)
def without_lines(basis: Basis, *, has_absorption: bool) -> Basis:
    """Return a basis whose components hold no gas lines; made once for each basis.

    Parameters
    ----------
    basis : Basis
    has_absorption : bool
        Whether interstellar absorption is taken out as well.

    Returns
    -------
    Basis
        On the same grid; not of unit norm any more.
    """
    components = basis.components.copy()
    emission = _windows(basis, stripped_lines())
    for start, stop in emission:
        window = components[:, start:stop]
        components[:, start:stop] = np.minimum(window, _bridge(components, start, stop))
    if has_absorption:
        for start, stop in _windows(basis, absorbed_lines()):
            window = components[:, start:stop]
            components[:, start:stop] = np.maximum(window, _bridge(components, start, stop))
    return Basis(
        components,
        basis.grid,
        basis.medium,
        basis.observed_range,
        f"{basis.name} without lines",
        basis.provenance,
    )


def _windows(basis: Basis, lines: tuple[Line, ...]) -> list[tuple[int, int]]:
    """Return the samples of the lines, windows that touch merged; off the grid left out."""
    spans = []
    for line in lines:
        limits = LYA_BRIDGE if line.wave == LYA_WAVE else (-HALF_BRIDGE, HALF_BRIDGE)
        wave = line.wave if basis.medium == "vacuum" else float(vacuum_to_air(line.wave))
        edges = np.log10(wave * (1.0 + np.array(limits) / SPEED_OF_LIGHT))
        start, stop = np.rint((edges - basis.grid.log10_start) / basis.grid.log10_step)
        if start > 0 and stop < basis.grid.n_wave:
            spans.append((int(start), int(stop)))
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def _bridge(components: FloatArray, start: int, stop: int) -> FloatArray:
    """Return straight lines between the ends of a window, shape (n_components, n_samples)."""
    half = max(1, round(EDGE / SPEED_OF_LIGHT / np.log(10.0) / 2.215525e-5))
    left = components[:, max(0, start - half) : start + 1].mean(axis=1)
    right = components[:, stop - 1 : stop + half].mean(axis=1)
    fraction = np.linspace(0.0, 1.0, stop - start)
    return np.asarray(left[:, None] * (1 - fraction) + right[:, None] * fraction)


def continuum_on_pixels(
    spectrum: Spectrum, basis: Basis, redshift: float
) -> tuple[FloatArray, np.ndarray]:
    """Return the line-free components on the pixels of a spectrum.

    Parameters
    ----------
    spectrum : Spectrum
        In vacuum.
    basis : Basis
        Of either medium.
    redshift : float
        Vacuum convention.

    Returns
    -------
    components : ndarray of shape (n_components, n_wave)
    is_covered : ndarray of bool, shape (n_wave,)
    """
    if basis.medium == "air":
        redshift = (1.0 + redshift) * float(vacuum_to_air(AIR_PIVOT)) / AIR_PIVOT - 1.0
    return components_on_pixels(spectrum.in_medium(basis.medium), basis, redshift)


def smooth_columns(wave: FloatArray, n_smooth: int) -> FloatArray:
    """Return cubic B-splines over a range of wavelengths, fewer where there are few asked for.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Increasing, Angstrom.
    n_smooth : int
        Number of splines; below four they are polynomials of that many coefficients.

    Returns
    -------
    ndarray of shape (n_smooth, n_wave)
    """
    if n_smooth == 0:
        return np.zeros((0, wave.size))
    degree = min(SPLINE_DEGREE, n_smooth - 1)
    x = (wave - wave[0]) / (wave[-1] - wave[0])
    inner = np.linspace(0.0, 1.0, n_smooth - degree + 1)
    knots = np.concatenate((np.zeros(degree), inner, np.ones(degree)))
    return np.ascontiguousarray(BSpline.design_matrix(x, knots, degree).toarray().T)
