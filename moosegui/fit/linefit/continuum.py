"""The continuum under the lines: a basis freed of the gas' lines, and a smooth correction.

Components of a factorisation dip where a strong line always is, for another component holds the
line. So strong lines are bridged in both directions, by a straight line; Balmer lines by a curve
that goes on with the slopes of the stellar trough on either side; of weak lines only what stands
above the bridge is taken off, and beyond the ultraviolet only from components that hold strong
lines: what stands out in the others is a star's continuum between two troughs. Where interstellar
absorption is fitted, all ultraviolet lines are bridged in both directions, neighbours together, so
that the table holds the whole line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.grids import SPEED_OF_LIGHT, LogGrid
from moosegui.data.line_relations import BRIDGED, TROUGHS
from moosegui.data.lines import Line
from moosegui.data.medium import from_vacuum_redshift, vacuum_to_air
from moosegui.data.spectrum import Spectrum
from moosegui.fit.linefit.families import ABSORPTION_LIMIT, LYA_WAVE, absorbed_lines, stripped_lines
from moosegui.fit.scan.reconstruct import components_on_pixels

HALF_BRIDGE = 700.0  # km/s to each side of a line
HALF_TROUGH = 400.0  # km/s; the core that emission may have spoilt
LYA_BRIDGE = (-1500.0, 3000.0)  # km/s; Lyman alpha is broad and lies to the red
LYA_CORE = (-400.0, 600.0)  # km/s; where components dip that leave the line to another
EDGE = 150.0  # km/s over which the ends of a bridge are averaged
SPLINE_DEGREE = 3
MIN_KNOT_STEP = 400.0  # Angstrom; a correction that is free on less follows broad lines
STELLAR_LIMIT = 4000.0  # Angstrom, rest; beyond it stars have troughs next to weak lines
MAX_WEAK = 0.1  # of all strong lines: flux of a weak one, no gas shows more of it


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
    grid = basis.grid
    bridged = _bridged_lines(has_absorption=has_absorption)
    gas = _flux_above(components, basis)
    for start, stop, is_single in _windows(basis, bridged):
        edges = _ends(components, grid, start, stop)
        components[:, start:stop] = _trough(edges) if is_single else _chord(edges)
    for line in stripped_lines():
        if line.wave == LYA_WAVE:
            _strip_lya(components, basis, line)
        elif line not in bridged:
            _take_off(components, basis, line, gas)
    return Basis(
        components,
        basis.grid,
        basis.medium,
        basis.observed_range,
        f"{basis.name} without lines",
        basis.provenance,
    )


def _window(
    basis: Basis, line: Line, limits: tuple[float, float] | None = None
) -> tuple[int, int] | None:
    """Return the samples of a line, within limits in km/s; None where it is not on the grid."""
    half = HALF_TROUGH if line.name in TROUGHS else HALF_BRIDGE
    limits = limits or (-half, half)
    wave = line.wave if basis.medium == "vacuum" else float(vacuum_to_air(line.wave))
    edges = np.log10(wave * (1.0 + np.array(limits) / SPEED_OF_LIGHT))
    start, stop = np.rint((edges - basis.grid.log10_start) / basis.grid.log10_step)
    if start <= 0 or stop >= basis.grid.n_wave:
        return None
    return int(start), int(stop)


def _bridged_lines(*, has_absorption: bool) -> tuple[Line, ...]:
    """Strong lines, and in the ultraviolet every line where absorption is fitted as well."""
    strong = [line for line in stripped_lines() if line.name in (*BRIDGED, *TROUGHS)]
    if not has_absorption:
        return tuple(strong)
    seen = [line for line in stripped_lines() if LYA_WAVE < line.wave < ABSORPTION_LIMIT] + list(
        absorbed_lines()
    )
    return tuple(dict.fromkeys((*strong, *seen)))


def _windows(basis: Basis, lines: tuple[Line, ...]) -> list[tuple[int, int, bool]]:
    """Return windows of lines, and whether each is one Balmer line alone."""
    spans = [(_window(basis, line), line.name in TROUGHS) for line in lines]
    merged: list[tuple[int, int, bool]] = []
    for (start, stop), is_trough in sorted((span, t) for span, t in spans if span is not None):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]), False)
        else:
            merged.append((start, stop, is_trough))
    return merged


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """Levels at the two ends of a window and slopes into it, per unit of its length."""

    n_samples: int
    left: FloatArray
    right: FloatArray
    left_slope: FloatArray
    right_slope: FloatArray


def _ends(components: FloatArray, grid: LogGrid, start: int, stop: int) -> _Ends:
    half = max(1, round(EDGE / grid.velocity_step))

    def mean(first: int, last: int) -> FloatArray:
        part = components[:, max(first, 0) : min(last, components.shape[1])]
        return np.asarray(part.mean(axis=1))

    left, right = mean(start - half, start), mean(stop, stop + half)
    length = (stop - start + half) / half
    return _Ends(
        stop - start,
        left,
        right,
        (left - mean(start - 2 * half, start - half)) * length,
        (mean(stop + half, stop + 2 * half) - right) * length,
    )


def _chord(ends: _Ends) -> FloatArray:
    """Return straight lines across a window, shape (n_components, n_samples)."""
    fraction = np.linspace(0.0, 1.0, ends.n_samples)
    return np.asarray(ends.left[:, None] * (1 - fraction) + ends.right[:, None] * fraction)


def _trough(ends: _Ends) -> FloatArray:
    """Return cubics that go on with the slopes of a trough, nowhere above the chord."""
    x = np.linspace(0.0, 1.0, ends.n_samples)
    into = np.minimum(ends.left_slope, 0.0), np.maximum(ends.right_slope, 0.0)
    curve = ends.left[:, None] * (2 * x**3 - 3 * x**2 + 1) + ends.right[:, None] * (
        3 * x**2 - 2 * x**3
    )
    curve += into[0][:, None] * (x**3 - 2 * x**2 + x) + into[1][:, None] * (x**3 - x**2)
    return np.asarray(np.clip(curve, 0.0, np.maximum(_chord(ends), 0.0)))


def _flux_above(components: FloatArray, basis: Basis) -> FloatArray:
    """Return the flux of strong lines above their chords, shape (n_components,)."""
    total = np.zeros(components.shape[0])
    for start, stop, _ in _windows(basis, _bridged_lines(has_absorption=False)):
        chord = _chord(_ends(components, basis.grid, start, stop))
        total += np.maximum(components[:, start:stop] - chord, 0.0).sum(axis=1)
    return total


def _take_off(components: FloatArray, basis: Basis, line: Line, gas: FloatArray) -> None:
    """Cut what stands above the chord of a line, where it can be gas."""
    window = _window(basis, line)
    if window is None:
        return
    part = components[:, slice(*window)]
    excess = np.maximum(part - _chord(_ends(components, basis.grid, *window)), 0.0)
    if line.wave > STELLAR_LIMIT:
        excess[excess.sum(axis=1) > MAX_WEAK * gas] = 0.0
    part -= excess


def _strip_lya(components: FloatArray, basis: Basis, line: Line) -> None:
    """Fill the core of Lyman alpha, and cut what stands above the step of its forest.

    Broad absorption stays: it is the galaxy's.
    """
    core, window = _window(basis, line, LYA_CORE), _window(basis, line, LYA_BRIDGE)
    if core is None or window is None:
        return
    part = components[:, slice(*core)]
    np.maximum(part, _trough(_ends(components, basis.grid, *core)), out=part)
    ends = _ends(components, basis.grid, *window)
    is_red = np.linspace(*LYA_BRIDGE, ends.n_samples) > 0.0
    step = np.where(is_red, ends.right[:, None], ends.left[:, None])
    part = components[:, slice(*window)]
    np.minimum(part, step, out=part)


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
    observed = spectrum.in_medium(basis.medium)
    return components_on_pixels(observed, basis, from_vacuum_redshift(redshift, basis.medium))


def smooth_columns(wave: FloatArray, n_smooth: int) -> FloatArray:
    """Return cubic B-splines over a range of wavelengths, fewer where there are few asked for.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Increasing, Angstrom.
    n_smooth : int
        Number of splines at most, fewer in a short range; below four they are polynomials of
        that many coefficients.

    Returns
    -------
    ndarray of shape (n_used, n_wave)
    """
    if n_smooth == 0:
        return np.zeros((0, wave.size))
    n_smooth = min(n_smooth, 1 + int((wave[-1] - wave[0]) / MIN_KNOT_STEP))
    degree = min(SPLINE_DEGREE, n_smooth - 1)
    x = (wave - wave[0]) / (wave[-1] - wave[0])
    inner = np.linspace(0.0, 1.0, n_smooth - degree + 1)
    knots = np.concatenate((np.zeros(degree), inner, np.ones(degree)))
    return np.ascontiguousarray(
        scipy.interpolate.BSpline.design_matrix(x, knots, degree).toarray().T
    )
