"""The minima of chi2(z): found, merged, refined between the trials, scored and compared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.grids import SAME_SOLUTION, LogGrid, is_same_redshift
from moosegui.data.line_relations import LineConfusion, line_confusion
from moosegui.data.results import ScanFlag, ScanResult, Solution
from moosegui.fit.scan.embed import EmbeddedSpectrum
from moosegui.fit.scan.normal_equations import NormalEquations
from moosegui.fit.scan.scores import curve_scale, relative_depth, robustness

NEARBY = 0.0015  # in (1 + z), of a redshift that lines gave
# Interpolating linearly between pixels of equal variance leaves (1-f)^2 + f^2 of it, 2/3 on average
INTERPOLATED_VARIANCE = 2.0 / 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """A minimum between the trials.

    Parameters
    ----------
    redshift : float
    chi2 : float
        At the parabola's vertex.
    coefficients : ndarray of shape (n_components,)
        At the nearest shift.
    redshift_error : float
        nan where the curve does not rise on both sides.
    error_sides : (float, float)
        The same to smaller and to larger redshifts: where chi2 has really risen by one unit.
    """

    redshift: float
    chi2: float
    coefficients: FloatArray
    redshift_error: float = float("nan")
    error_sides: tuple[float, float] = (float("nan"), float("nan"))


def all_minima(chi2: FloatArray) -> IntArray:
    """Return the trials that are lower than both neighbours, the deepest first.

    Parameters
    ----------
    chi2 : ndarray of shape (n_z,)
        nan where a trial was not tried.
    """
    walls = np.concatenate(([np.inf], np.where(np.isfinite(chi2), chi2, np.inf), [np.inf]))
    inner = walls[1:-1]
    # `<` to the left and `<=` to the right: a plateau counts once, at its first trial
    is_minimum = (inner < walls[:-2]) & (inner <= walls[2:]) & np.isfinite(inner)
    candidates = np.flatnonzero(is_minimum)
    return candidates[np.argsort(inner[candidates], kind="stable")]


def local_minima(redshifts: FloatArray, chi2: FloatArray, n_max: int) -> IntArray:
    """Return the trials of the deepest distinct minima, best first.

    Parameters
    ----------
    redshifts, chi2 : ndarray of shape (n_z,)
        The curve, nan where a trial was not tried.
    n_max : int
        Largest number of minima.

    Returns
    -------
    ndarray of int, shape (n,)
        n <= n_max; minima closer than 0.005 (1 + z) to a deeper one are the same solution.
    """
    chosen: list[int] = []
    kept: list[float] = []
    candidates = all_minima(chi2)
    for i_z, z in zip(candidates.tolist(), redshifts[candidates].tolist(), strict=True):
        if not any(abs(z - other) < SAME_SOLUTION * (1.0 + other) for other in kept):
            chosen.append(i_z)
            kept.append(z)
        if len(chosen) == n_max:
            break
    return np.array(chosen, dtype=np.int64)


def refine_all(
    equations: NormalEquations, places: Sequence[tuple[float, float, float]]
) -> list[Refined]:
    """Refine minima on the shifts between their neighbouring trials, then by a parabola.

    The 1 sigma error is where the statistical chi2, which counts each pixel once, has risen by 1;
    it grows with the misfit of the best model (variances too small, lines the basis lacks).

    Parameters
    ----------
    equations : NormalEquations
    places : sequence of (float, float, float)
        For each the trial before, its own and the one after.

    Returns
    -------
    list of Refined
        Errors are nan where the curve does not rise on both sides.
    """
    if not places:
        return []
    lowest, highest = equations.shift_limits
    runs = [
        np.arange(max(lowest, min(first, middle - 1)), min(highest, max(last, middle + 1)) + 1)
        for first, middle, last in equations.prepared.basis.grid.shift_of(np.array(places)).tolist()
    ]
    chi2, coefficients = equations.solve(np.concatenate(runs))
    unit, found, first = _unit_of(equations.embedded), [], 0
    for run in runs:
        part = slice(first, first := first + run.size)
        grid = equations.prepared.basis.grid
        found.append(_refined(grid, unit, run, chi2[part], coefficients[part]))
    return found


def _refined(
    grid: LogGrid,
    unit_of: Callable[[float], float],
    shifts: IntArray,
    chi2: FloatArray,
    coefficients: FloatArray,
) -> Refined:
    """Put a parabola through the smallest chi2 of neighbouring shifts."""
    best = int(np.argmin(chi2))
    value, weights = float(chi2[best]), coefficients[best]
    if best in (0, shifts.size - 1):
        return Refined(float(grid.redshift_of(int(shifts[best]))), value, weights)
    left, right = chi2[best - 1] - value, chi2[best + 1] - value
    curvature = left + right
    if not curvature > 0:
        return Refined(float(grid.redshift_of(int(shifts[best]))), value, weights)
    offset = 0.5 * (left - right) / curvature
    refined = float(grid.redshift_of(float(shifts[best] + offset)))
    unit, lowest_chi2 = unit_of(value), value - 0.25 * (left - right) * offset
    step = float((1.0 + refined) * np.log(10.0) * grid.log10_step)
    rises = (chi2 - lowest_chi2) / unit
    sides = (
        step * _crossing(rises[:best][::-1], 1.0 + offset),
        step * _crossing(rises[best + 1 :], 1.0 - offset),
    )
    error = float(step / np.sqrt(0.5 * float(curvature) / unit))
    return Refined(refined, lowest_chi2, weights, error, sides)


def _crossing(rises: FloatArray, first: float) -> float:
    """Return at which distance from the vertex, in shifts, chi2 has risen by one unit.

    Interpolated in the root of the rise, which is straight where the curve is a parabola.

    Parameters
    ----------
    rises : ndarray of shape (n,)
        Outwards, in units of the statistical chi2.
    first : float
        Distance of the first of them from the vertex.
    """
    roots = np.sqrt(np.maximum(rises, 0.0)).tolist()
    i = next((i for i, root in enumerate(roots) if root >= 1.0), None)
    if i is None:
        return (first + len(roots) - 1) / roots[-1] if roots[-1] > 0 else float("nan")
    below, at = (0.0, 0.0) if i == 0 else (roots[i - 1], first + i - 1)
    return float(at + (first + i - at) * (1.0 - below) / (roots[i] - below))


def _unit_of(embedded: EmbeddedSpectrum) -> Callable[[float], float]:
    """Return the rise of a chi2 that is one unit of the statistical chi2, scaled by the misfit."""
    n_weighted, oversampling = np.count_nonzero(embedded.weight), embedded.oversampling

    def unit(chi2: float) -> float:
        misfit: float = chi2 * embedded.n_samples / max(int(n_weighted), 1) / INTERPOLATED_VARIANCE
        return float(max(1.0, misfit)) * oversampling / embedded.n_samples

    return unit


def find_minima(
    redshifts: FloatArray, chi2: FloatArray, equations: NormalEquations, n_max: int
) -> list[Refined]:
    """Find and refine the deepest distinct minima of a curve, best first.

    Parameters
    ----------
    redshifts, chi2 : ndarray of shape (n_z,)
        The curve, nan where a trial was not tried.
    equations : NormalEquations
        Of the same spectrum.
    n_max : int
        Largest number of minima.

    Returns
    -------
    list of Refined
        Empty when no trial was tried.
    """
    minima = local_minima(redshifts, chi2, n_max)
    found = refine_all(equations, _neighbours(redshifts, chi2, minima))
    return sorted(found, key=lambda one: one.chi2)


def _neighbours(
    redshifts: FloatArray, chi2: FloatArray, minima: IntArray
) -> list[tuple[float, float, float]]:
    """Return the redshifts of the trials before, at and after each minimum."""
    tried = np.flatnonzero(np.isfinite(chi2))
    if not tried.size:
        return []
    before, after = np.maximum(minima - 1, tried[0]), np.minimum(minima + 1, tried[-1])
    places = np.stack([redshifts[before], redshifts[minima], redshifts[after]], axis=1)
    return [(first, middle, last) for first, middle, last in places.tolist()]


def find_solutions(
    result: ScanResult,
    equations: NormalEquations,
    wave_range: tuple[float, float],
    *,
    n_max: int = 10,
    also: float = float("nan"),
    is_beaten: Callable[[float], bool] = lambda _redshift: False,
) -> tuple[Solution, ...]:
    """Find, refine, score and compare the solutions of a scan.

    Parameters
    ----------
    result : ScanResult
    equations : NormalEquations
        Of the same spectrum.
    wave_range : (float, float)
        Observed vacuum wavelengths in Angstrom that the spectrum covers.
    n_max : int
        Largest number of solutions.
    also : float
        One more redshift to be a solution, which other evidence speaks for; nan for none.
    is_beaten : callable
        Whether that comes before the best minimum, given the redshift of the latter.

    Returns
    -------
    tuple of Solution
        Ranked by chi2 at the refined minimum, but for `also`; empty when no trial was tried.
    """
    redshifts, chi2 = result.redshifts, result.chi2
    tried = np.flatnonzero(np.isfinite(chi2))
    minima = _with_minimum_at(also, redshifts, chi2, local_minima(redshifts, chi2, n_max))
    scale = curve_scale(chi2)
    found = []
    all_refined = refine_all(equations, _neighbours(redshifts, chi2, minima))
    for i_z, refined in zip(minima.tolist(), all_refined, strict=True):
        flags = ScanFlag.EDGE if i_z in (tried[0], tried[-1]) else ScanFlag(0)
        robust = robustness(redshifts, chi2, redshifts[i_z], chi2[i_z], scale=scale)
        found.append((refined, flags, robust))
    # the trials rank: a narrow line may lie between two of them, and then the refined value decides
    found.sort(key=lambda entry: entry[0].chi2)
    if found and np.isfinite(also) and is_beaten(found[0][0].redshift):
        found.sort(key=lambda entry: not is_same_redshift(entry[0].redshift, also))  # stable
    solutions: list[Solution] = []
    for one, flags, robust in found:
        if not np.any(one.coefficients > 0):
            flags |= ScanFlag.ALL_NEGATIVE
        if not scale.scatter > 1e-12 * abs(scale.first_quartile):
            flags |= ScanFlag.FLAT
        solutions.append(
            Solution(
                rank=len(solutions) + 1,
                redshift=one.redshift,
                redshift_error=one.redshift_error,
                chi2=one.chi2,
                relative_depth=relative_depth(one.chi2, scale),
                robustness=robust,
                coefficients=one.coefficients,
                confusions=_confusions(one.redshift, solutions, wave_range),
                flags=flags,
                error_sides=one.error_sides,
            )
        )
    return tuple(solutions)


def _with_minimum_at(
    redshift: float, redshifts: FloatArray, chi2: FloatArray, minima: IntArray
) -> IntArray:
    """Return minima with the trial nearby that fits best, where none of them is the same."""
    near = np.flatnonzero((np.abs(redshifts - redshift) < NEARBY * (1.0 + redshift)) & (chi2 > 0))
    if not near.size or is_same_redshift(redshifts[minima], redshift).any():
        return minima
    return np.append(minima, near[np.argmin(chi2[near])])


def _confusions(
    redshift: float, better: list[Solution], wave_range: tuple[float, float]
) -> tuple[LineConfusion, ...]:
    """Name the confusion with the best solution that it shares a line with; one is enough."""
    for solution in better:
        found = line_confusion(
            redshift, solution.redshift, wave_range, reach=SAME_SOLUTION * (1.0 + redshift)
        )
        if found is not None:
            return (replace(found, rank=solution.rank),)
    return ()
