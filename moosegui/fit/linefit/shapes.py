"""The nonlinear part of a fit of lines: velocities, widths and skewness of the families.

Variable projection (Golub & Pereyra 1973) with the Jacobian of Kaufman (1975): at each trial of the
few shape parameters the amplitudes follow by non-negative least squares, and the derivatives of the
model are projected off the columns that are in use.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy

from moosegui.data.arrays import BoolArray, FloatArray, IntArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.line_table import LineFitOptions
from moosegui.fit.linefit.families import FAMILIES, LineLayout
from moosegui.fit.linefit.profiles import (
    SKEW,
    VARIANCE,
    VELOCITY,
    Profiles,
    differentiate,
    make_profiles,
    project,
)
from moosegui.fit.scan.nnls import solve

BALMER, FORBIDDEN, RESONANT, LYA, LYA_BLUE, ABSORPTION = range(len(FAMILIES))
TOGETHER = (BALMER, FORBIDDEN, RESONANT)  # may lend their shape to one another
FREE_SNR = 5.0  # a family below it has no shape of its own
APART_SNR = 12.0  # beside a stronger one of `TOGETHER`, below it it takes that one's shape
MIN_LINE_SNR = 3.0  # lines that count for it
USUAL_WIDTHS = (60.0, 60.0, 60.0, 180.0, 180.0, 130.0)  # km/s, one a family
USUAL_SKEW = 0.85  # delta of Lyman alpha, to the red
MAX_SKEW = 0.99
SCALES = np.array([100.0, 1e4, 1.0])  # km/s, km2/s2, delta: parameters of order one
WIDEST = 0.97  # of the largest width: beyond it the width of a family has run away
COARSE_STEP = 60.0  # km/s
LYA_PEAK_GAP = 40.0  # km/s, the blue peak stays to the blue of it
MARGIN = 2.0  # widths of a family that are fitted around a line, beyond its velocities
MAX_EVALUATIONS = 40
COST_TOLERANCE = 1e-5  # of chi2 between two steps: below 0.2 sigma, and steps shrink quadratically
STEP_TOLERANCE = 1e-4  # about 0.01 km/s
RIDGE = 1e-10  # of the diagonal


@dataclass(frozen=True, slots=True, eq=False)
class LineData:
    """What the lines are fitted to.

    Parameters
    ----------
    wave, flux, weight : ndarray of shape (n_wave,)
        Pixels, the flux without its continuum, its inverse variance.
    """

    wave: FloatArray
    flux: FloatArray
    weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class FamilyShapes:
    """The shapes of all families.

    Parameters
    ----------
    values : ndarray of shape (n_families, 3)
        Velocity, intrinsic variance, delta.
    owners : ndarray of int, shape (n_families,)
        The family whose shape each uses: itself when it is free, -1 when nothing constrains it.
    """

    values: FloatArray
    owners: IntArray

    def of_lines(self, layout: LineLayout) -> FloatArray:
        """Return the shape of each line, shape (n_lines, 3)."""
        return self.values[layout.families]

    @property
    def parameters(self) -> tuple[tuple[int, int], ...]:
        """Free parameters as (family, column of `values`)."""
        free = [f for f in range(len(FAMILIES)) if self.owners[f] == f]
        kinds = {LYA: (VELOCITY, VARIANCE, SKEW), LYA_BLUE: (VELOCITY, VARIANCE, SKEW)}
        return tuple((f, kind) for f in free for kind in kinds.get(f, (VELOCITY, VARIANCE)))

    def with_parameters(self, theta: FloatArray) -> FamilyShapes:
        """Return shapes with new free parameters, in units of `SCALES`."""
        values = self.values.copy()
        for (family, kind), value in zip(self.parameters, theta, strict=True):
            values[family, kind] = value * SCALES[kind]
        for family, owner in enumerate(self.owners):
            if owner >= 0:
                values[family] = values[owner]
        return replace(self, values=values)


def limits_of(family: int, kind: int, options: LineFitOptions) -> tuple[float, float]:
    """Return the limits of one parameter in its own unit."""
    reach = options.velocity_range
    if kind == SKEW:
        return (-MAX_SKEW, 0.0) if family == LYA_BLUE else (0.0, MAX_SKEW)
    if kind == VELOCITY:
        if family == LYA_BLUE:
            return -2.0 * reach, -LYA_PEAK_GAP
        return -reach, 2.0 * reach if family == LYA else reach
    is_wide = family in (RESONANT, LYA, LYA_BLUE)
    return 0.0, (2.0 * options.max_width if is_wide else options.max_width) ** 2


def usual_shapes() -> FamilyShapes:
    """Return the shapes with which a fit begins, nothing of them free."""
    values = np.zeros((len(FAMILIES), 3))
    values[:, VARIANCE] = np.square(USUAL_WIDTHS)
    values[LYA, SKEW], values[LYA_BLUE, SKEW] = USUAL_SKEW, -USUAL_SKEW
    values[LYA_BLUE, VELOCITY] = -300.0
    return FamilyShapes(values, np.full(len(FAMILIES), -1, dtype=np.int64))


@dataclass(frozen=True, slots=True, eq=False)
class LinearFit:
    """Amplitudes of the columns at fixed shapes.

    Parameters
    ----------
    profiles : Profiles
    gram : ndarray of shape (n_columns, n_columns)
    amplitudes : ndarray of shape (n_columns,)
    fluxes : ndarray of shape (n_lines,)
    explained : float
        By how much the lines lower chi2.
    """

    profiles: Profiles
    gram: FloatArray
    amplitudes: FloatArray
    fluxes: FloatArray
    explained: float


def fit_amplitudes(data: LineData, layout: LineLayout, shapes: FamilyShapes) -> LinearFit:
    """Fit the amplitudes at fixed shapes, not negative."""
    profiles = make_profiles(data.wave, layout.centres, layout.spreads, shapes.of_lines(layout))
    line_gram, line_projection = project(profiles, data.flux, data.weight)
    gram = layout.shares @ line_gram @ layout.shares.T
    fit = solve(gram, layout.shares @ line_projection)
    fluxes = fit.coefficients @ layout.shares
    return LinearFit(profiles, gram, fit.coefficients, fluxes, fit.explained)


def find_shapes(
    data: LineData, layout: LineLayout, options: LineFitOptions, start: FamilyShapes
) -> FamilyShapes:
    """Search velocities on a coarse grid, and decide which families have a shape of their own.

    Families that are too weak share the shape of the strongest of Balmer, forbidden and resonant
    lines, or keep the usual one.
    """
    values = start.values.copy()
    present = np.unique(layout.families)
    for group in (TOGETHER, (LYA,), (ABSORPTION,)):
        members = [f for f in group if f in present]
        if members:
            values[members, VELOCITY] = coarse_velocity(data, layout, start, members, options)
    found = FamilyShapes(values, start.owners)
    snrs = family_snrs(fit_amplitudes(data, layout, found), layout)
    owners = np.full(len(FAMILIES), -1, dtype=np.int64)
    owners[snrs >= FREE_SNR] = np.flatnonzero(snrs >= FREE_SNR)
    strongest = max(TOGETHER, key=lambda f: float(snrs[f]))
    if owners[strongest] >= 0:
        owners[[f for f in TOGETHER if snrs[f] < APART_SNR]] = strongest
    unconstrained = owners < 0
    values[unconstrained] = start.values[unconstrained]
    return FamilyShapes(values, owners).with_parameters(_theta(FamilyShapes(values, owners)))


def coarse_velocity(
    data: LineData,
    layout: LineLayout,
    shapes: FamilyShapes,
    members: list[int],
    options: LineFitOptions,
) -> float:
    """Return the velocity in km/s on a coarse grid at which some families explain most."""
    part = layout.only(np.isin(layout.families, members))
    low, high = limits_of(members[0], VELOCITY, options)
    n_steps = int(high / COARSE_STEP), int(-low / COARSE_STEP)
    velocities = COARSE_STEP * np.arange(-n_steps[1], n_steps[0] + 1)
    explained = []
    for velocity in velocities:
        values = shapes.values.copy()
        values[members, VELOCITY] = velocity
        explained.append(fit_amplitudes(data, part, replace(shapes, values=values)).explained)
    return float(velocities[int(np.argmax(explained))])


def without_runaways(shapes: FamilyShapes, options: LineFitOptions) -> FamilyShapes:
    """Tie families whose shape ran to a limit to one of `TOGETHER` whose shape did not.

    Such a shape is that of an error of the continuum; the narrowest family has what the data show.
    Without any, a width is left (lines of active galaxies are wide), a velocity is not believed.
    """
    free = [f for f in TOGETHER if shapes.owners[f] == f]
    limits = {f: WIDEST**2 * limits_of(f, VARIANCE, options)[1] for f in free}
    reach = WIDEST * options.velocity_range
    steady = [f for f in free if abs(shapes.values[f, VELOCITY]) < reach]
    tame = [f for f in steady if shapes.values[f, VARIANCE] < limits[f]]
    values, owners = shapes.values.copy(), shapes.owners.copy()
    if tame:
        narrowest = min(tame, key=lambda f: float(values[f, VARIANCE]))
        owners[[f for f in TOGETHER if owners[f] >= 0 and owners[f] not in tame]] = narrowest
    else:
        lost = [f for f in TOGETHER if owners[f] >= 0 and owners[f] not in steady]
        owners[lost], values[lost] = -1, usual_shapes().values[lost]
    tied = FamilyShapes(values, owners)
    return tied.with_parameters(_theta(tied))


def family_snrs(fit: LinearFit, layout: LineLayout) -> FloatArray:
    """Return the S/N of each family: the quadrature sum of its columns above 3 sigma."""
    snrs = fit.amplitudes * np.sqrt(np.diag(fit.gram))
    counted = np.where(snrs >= MIN_LINE_SNR, snrs, 0.0) ** 2
    total = np.bincount(layout.column_families, counted, minlength=len(FAMILIES))
    return np.sqrt(total)


def refine_shapes(
    data: LineData, layout: LineLayout, options: LineFitOptions, start: FamilyShapes
) -> FamilyShapes:
    """Fit the free shapes by least squares with bounds; without free ones return the start."""
    parameters = start.parameters
    if not parameters:
        return start
    near = _near_lines(data.wave, layout, options)
    weight = np.where(near, data.weight, 0.0)
    kept = weight > 0
    problem = _Problem(LineData(data.wave[kept], data.flux[kept], weight[kept]), layout, start)
    bounds = np.array([limits_of(f, kind, options) for f, kind in parameters])
    bounds /= SCALES[[kind for _, kind in parameters]][:, None]
    inside = np.clip(_theta(start), bounds[:, 0] + 1e-3, bounds[:, 1] - 1e-3)
    found = scipy.optimize.least_squares(
        problem.residuals,
        inside,
        problem.jacobian,
        bounds=(bounds[:, 0], bounds[:, 1]),
        ftol=COST_TOLERANCE,
        xtol=STEP_TOLERANCE,
        gtol=None,
        max_nfev=MAX_EVALUATIONS,
    )
    return start.with_parameters(found.x)


def _theta(shapes: FamilyShapes) -> FloatArray:
    return np.array([shapes.values[f, kind] / SCALES[kind] for f, kind in shapes.parameters])


def _near_lines(wave: FloatArray, layout: LineLayout, options: LineFitOptions) -> BoolArray:
    """Mark the pixels that a line may reach."""
    change = np.zeros(wave.size + 1, dtype=np.int64)
    for centre, spread, family in zip(layout.centres, layout.spreads, layout.families, strict=True):
        low, high = limits_of(int(family), VELOCITY, options)
        width = np.sqrt(limits_of(int(family), VARIANCE, options)[1])
        margin = 4.0 * spread + MARGIN * width * centre / SPEED_OF_LIGHT
        start = centre * (1.0 + low / SPEED_OF_LIGHT) - margin
        stop = centre * (1.0 + high / SPEED_OF_LIGHT) + margin
        change[np.searchsorted(wave, start)] += 1
        change[np.searchsorted(wave, stop)] -= 1
    return np.asarray(np.cumsum(change[:-1]) > 0)


class _Problem:
    """Residuals and Jacobian of the shapes; the last fit is kept, for both ask at one point."""

    def __init__(self, data: LineData, layout: LineLayout, shapes: FamilyShapes) -> None:
        self._data, self._layout, self._shapes = data, layout, shapes
        self._root = np.sqrt(data.weight)
        self._at = np.full(0, np.nan)
        self._fit: LinearFit | None = None

    def _fit_at(self, theta: FloatArray) -> LinearFit:
        if self._fit is None or not np.array_equal(theta, self._at):
            shapes = self._shapes.with_parameters(theta)
            self._fit = fit_amplitudes(self._data, self._layout, shapes)
            self._at = theta.copy()
        return self._fit

    def residuals(self, theta: FloatArray) -> FloatArray:
        """(model - flux) / sigma."""
        fit = self._fit_at(theta)
        return self._root * (fit.profiles.combined(fit.fluxes) - self._data.flux)

    def jacobian(self, theta: FloatArray) -> FloatArray:
        """Derivatives of the model off the columns in use, shape (n_wave, n_parameters)."""
        fit = self._fit_at(theta)
        shapes = self._shapes.with_parameters(theta)
        slopes = self._root * shape_slopes(self._data.wave, self._layout, shapes, fit.fluxes)
        used = fit.amplitudes > 0
        if used.any():
            columns = self._root * (self._layout.shares[used] @ fit.profiles.values)
            gram = fit.gram[np.ix_(used, used)].copy()
            gram[np.diag_indices_from(gram)] *= 1.0 + RIDGE
            slopes = slopes - np.linalg.solve(gram, columns @ slopes.T).T @ columns
        return np.ascontiguousarray(slopes.T)


def shape_slopes(
    wave: FloatArray, layout: LineLayout, shapes: FamilyShapes, fluxes: FloatArray
) -> FloatArray:
    """Return the derivatives of the model by the free parameters in units of `SCALES`.

    Returns
    -------
    ndarray of shape (n_parameters, n_wave)
    """
    of_lines = shapes.of_lines(layout)
    owners = shapes.owners[layout.families]
    kinds = sorted({kind for _, kind in shapes.parameters})
    slopes = {
        kind: differentiate(wave, layout.centres, layout.spreads, of_lines, kind) for kind in kinds
    }
    rows = [
        np.where(owners == family, fluxes, 0.0) @ slopes[kind] * SCALES[kind]
        for family, kind in shapes.parameters
    ]
    return np.array(rows).reshape(len(rows), wave.size)
