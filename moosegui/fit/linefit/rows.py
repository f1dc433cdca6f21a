"""From a solved fit to the rows of its line table, with errors."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.line_table import NO_LINE_FLAGS, LineFitOptions, LineFlag, LineMeasurement
from moosegui.fit.linefit.families import FAMILIES, LineLayout
from moosegui.fit.linefit.profiles import SKEW, VARIANCE, VELOCITY, Profiles, make_profiles
from moosegui.fit.linefit.shapes import SCALES, FamilyShapes, limits_of, shape_slopes
from moosegui.fit.linefit.solve import ContinuumData, Covariance, JointFit, covariance_of

CONTINUUM_SNR = 2.0  # an equivalent width needs that much continuum
AT_LIMIT = 1e-2  # in units of the scales of the parameters
MODE_STEPS = 3  # to better than 1e-6 widths
MIN_WEIGHT = 0.9  # fraction of a profile on unmasked pixels


def measure_lines(
    data: ContinuumData,
    joint: JointFit,
    layout: LineLayout,
    shapes: FamilyShapes,
    *,
    redshift: float,
    options: LineFitOptions,
) -> tuple[LineMeasurement, ...]:
    """Return the table of a fit, by wavelength.

    Parameters
    ----------
    data, joint, layout, shapes
        The solved fit.
    redshift : float
        Of the fit.
    options : LineFitOptions
        The limits of the parameters.

    Returns
    -------
    tuple of LineMeasurement
        Errors include the covariance with continuum, other lines and shapes.
    """
    profiles = make_profiles(data.wave, layout.centres, layout.spreads, shapes.of_lines(layout))
    fluxes = joint.amplitudes @ layout.shares
    slopes = shape_slopes(data.wave, layout, shapes, fluxes)
    covariance = covariance_of(data, joint, layout, profiles.values, slopes)
    flux_errors = _flux_errors(layout, covariance)
    levels, level_errors = _continuum_levels(data, joint, profiles, covariance)
    speeds = layout.spreads / layout.centres * SPEED_OF_LIGHT
    family_rows = {
        f: _FamilyRow.of(
            f, shapes, covariance.shapes, float(speeds[layout.families == f].mean()), options
        )
        for f in map(int, np.unique(layout.families))
    }
    flags = _line_flags(data, joint, layout, profiles)
    order = np.argsort([line.wave for line in layout.lines], kind="stable")
    rows = []
    for i in order:
        line, family = layout.lines[i], family_rows[int(layout.families[i])]
        width, width_error = _equivalent_width(
            (fluxes[i], flux_errors[i]), (levels[i], level_errors[i]), redshift
        )
        missing = LineFlag.NO_CONTINUUM if np.isnan(width) else NO_LINE_FLAGS
        rows.append(
            LineMeasurement(
                line.name,
                line.label,
                line.wave,
                FAMILIES[layout.families[i]],
                float(fluxes[i]),
                float(flux_errors[i]),
                family.velocity,
                family.velocity_error,
                family.width,
                family.width_error,
                width,
                width_error,
                family.flags | flags[i] | missing,
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _FamilyRow:
    velocity: float
    velocity_error: float
    width: float
    width_error: float
    flags: LineFlag

    @classmethod
    def of(
        cls,
        family: int,
        shapes: FamilyShapes,
        covariance: FloatArray,
        spread: float,
        options: LineFitOptions,
    ) -> _FamilyRow:
        """Describe a family; `spread` is the instrument's standard deviation in km/s."""
        values, owner = shapes.values[family], int(shapes.owners[family])
        nan = float("nan")
        if owner < 0:
            width = _moments(values, spread)[1]
            return cls(_moments(values, spread)[0], nan, width, nan, LineFlag.UNCONSTRAINED)
        rows = [i for i, (f, _) in enumerate(shapes.parameters) if f == owner]
        kinds = [shapes.parameters[i][1] for i in rows]
        part = covariance[np.ix_(rows, rows)]
        velocity, width = _moments(values, spread)
        gradients = _moment_slopes(values, kinds, spread)
        errors = np.sqrt(np.einsum("ik,kl,il->i", gradients, part, gradients))
        variance_error = np.sqrt(part[kinds.index(VARIANCE), kinds.index(VARIANCE)])
        # The variance is what is measured: at its limit zero the width has no slope
        unresolved = np.sqrt(variance_error * SCALES[VARIANCE])
        flags = NO_LINE_FLAGS if owner == family else LineFlag.TIED
        for kind in kinds:
            low, high = limits_of(owner, kind, options)
            value, near = values[kind], AT_LIMIT * SCALES[kind]
            if kind != SKEW and (value > high - near or (kind == VELOCITY and value < low + near)):
                flags |= LineFlag.BOUND
        return cls(
            velocity,
            float(errors[0]) or nan,
            width,
            float(min(errors[1], unresolved)) or nan,
            flags,
        )


def _moments(shape: FloatArray, spread: float) -> tuple[float, float]:
    """Return the velocity of the observed peak and the intrinsic standard deviation in km/s."""
    velocity, variance, delta = (float(value) for value in shape)
    scale = float(np.hypot(np.sqrt(max(variance, 0.0)), spread))
    width = float(np.sqrt(max(variance, 0.0) * (1.0 - 2.0 * delta**2 / np.pi)))
    observed = delta * np.sqrt(max(variance, 0.0)) / scale
    if observed == 0.0:
        return velocity, width
    alpha = observed / np.sqrt(1.0 - observed**2)
    return velocity + scale * mode_of(float(alpha)), width


def mode_of(alpha: float) -> float:
    """Return the mode of a skewed Gaussian of unit scale.

    As Azzalini & Capitanio (2014, section 2.1.2) approximate it, and from there by Newton's method
    on the slope of log[phi(t) Phi(alpha t)].

    Parameters
    ----------
    alpha : float
        Skewness parameter, not zero.
    """
    mean = math.sqrt(2.0 / math.pi) * alpha / math.hypot(1.0, alpha)
    deviation = math.sqrt(1.0 - mean**2)
    skewness = (4.0 - math.pi) / 2.0 * (mean / deviation) ** 3
    tail = math.copysign(math.exp(-2.0 * math.pi / abs(alpha)) / 2.0, alpha)
    t = mean - skewness * deviation / 2.0 - tail
    for _ in range(MODE_STEPS):
        x = alpha * t
        below = 0.5 * math.erfc(-x / math.sqrt(2.0))
        ratio = math.exp(-0.5 * x * x) / (math.sqrt(2.0 * math.pi) * below)
        t -= (alpha * ratio - t) / (-1.0 - alpha**2 * ratio * (x + ratio))
    return t


def _moment_slopes(shape: FloatArray, kinds: list[int], spread: float) -> FloatArray:
    """Return the slopes of `_moments` in the scaled parameters, shape (2, n_kinds)."""
    slopes = np.zeros((2, len(kinds)))
    for column, kind in enumerate(kinds):
        step = 1e-3 * SCALES[kind]
        lower, upper = shape.copy(), shape.copy()
        lower[kind], upper[kind] = lower[kind] - step, upper[kind] + step
        if kind == VARIANCE:
            lower[kind] = max(lower[kind], 0.0)
        change = np.subtract(_moments(upper, spread), _moments(lower, spread))
        slopes[:, column] = change / (upper[kind] - lower[kind]) * SCALES[kind]
    return slopes


def _flux_errors(layout: LineLayout, covariance: Covariance) -> FloatArray:
    """Return the errors of the lines' fluxes from those of their columns."""
    finite = np.where(np.isfinite(covariance.columns), covariance.columns, 0.0)
    variances = np.einsum("cl,cd,dl->l", layout.shares, finite, layout.shares)
    unknown = np.isinf(np.diag(covariance.columns)) @ np.abs(layout.shares) > 0
    return np.asarray(np.where(unknown | (variances <= 0), np.nan, np.sqrt(np.abs(variances))))


def _continuum_levels(
    data: ContinuumData, joint: JointFit, profiles: Profiles, covariance: Covariance
) -> tuple[FloatArray, FloatArray]:
    """Return the continuum under each line, and its error; nan where a line has no pixels."""
    norms = profiles.values.sum(axis=1)
    means = profiles.values / np.where(norms > 0, norms, np.nan)[:, None]
    rows = np.concatenate((data.components, data.smooth)) @ means.T
    variances = np.einsum("cl,cd,dl->l", rows, covariance.continuum, rows)
    return means @ joint.continuum, np.sqrt(np.maximum(variances, 0.0))


def _equivalent_width(
    flux: tuple[float, float], level: tuple[float, float], redshift: float
) -> tuple[float, float]:
    """Return a rest equivalent width and its error; nan without a continuum."""
    if not level[0] > CONTINUUM_SNR * level[1]:
        return float("nan"), float("nan")
    width = flux[0] / level[0] / (1.0 + redshift)
    error = np.hypot(flux[1], flux[0] * level[1] / level[0]) / level[0] / (1.0 + redshift)
    return float(width), float(error)


def _line_flags(
    data: ContinuumData, joint: JointFit, layout: LineLayout, profiles: Profiles
) -> list[LineFlag]:
    """Flag the lines with masked pixels, and doublets at the limit of their ratio."""
    flags = []
    widths = np.gradient(data.wave)
    inside = profiles.values @ (widths * (data.weight > 0))
    for i in range(len(layout.lines)):
        flag = NO_LINE_FLAGS if inside[i] >= MIN_WEIGHT else LineFlag.PARTIAL
        columns = np.flatnonzero(layout.shares[:, i])
        if columns.size == 2 and np.count_nonzero(joint.amplitudes[columns]) == 1:
            flag |= LineFlag.RATIO_LIMIT
        flags.append(flag)
    return flags
