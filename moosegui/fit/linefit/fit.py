"""The fit of a spectrum at one redshift: continuum, and lines that the basis does not hold alone.

The continuum is that of the basis without its lines, plus a smooth correction; the lines come in
families that share velocity and width (docs/method.md, section 8b). Continuum and lines are solved
for together; between two such solutions the shapes of the families are refined on the residual.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.line_table import FamilyModel, LineFit, LineFitOptions
from moosegui.data.spectrum import Spectrum
from moosegui.fit.linefit.choice import without_conflicts, without_overlaps
from moosegui.fit.linefit.continuum import continuum_on_pixels, smooth_columns, without_lines
from moosegui.fit.linefit.families import FAMILIES, LineLayout, lay_out, with_blue_peak
from moosegui.fit.linefit.peaks import find_peaks, refine_peaks
from moosegui.fit.linefit.profiles import Profiles, make_profiles
from moosegui.fit.linefit.rows import measure_lines
from moosegui.fit.linefit.shapes import (
    LYA,
    FamilyShapes,
    LineData,
    find_shapes,
    refine_shapes,
    usual_shapes,
    without_runaways,
)
from moosegui.fit.linefit.solve import ContinuumData, JointFit, solve_jointly

N_ROUNDS = 2  # refinements of the shapes, each on a better continuum
DOUBLE_GAIN = 20.0  # by which a second peak of Lyman alpha must lower chi2, for four parameters


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    layout: LineLayout
    shapes: FamilyShapes
    profiles: Profiles
    joint: JointFit
    chi2: float

    @classmethod
    def of(
        cls,
        data: ContinuumData,
        layout: LineLayout,
        shapes: FamilyShapes,
        profiles: Profiles,
        joint: JointFit,
    ) -> _Solved:
        model = joint.continuum + joint.amplitudes @ layout.shares @ profiles.values
        chi2 = float(data.weight @ (data.flux - model) ** 2)
        return cls(layout, shapes, profiles, joint, chi2)


def fit_lines(
    spectrum: Spectrum, basis: Basis, redshift: float, *, options: LineFitOptions | None = None
) -> LineFit:
    """Fit continuum and lines to a spectrum at a redshift.

    Parameters
    ----------
    spectrum : Spectrum
        In either medium; the fit is made in vacuum.
    basis : Basis
        As it is scanned with; its gas lines are taken out here, once for each basis.
    redshift : float
        Vacuum convention, right to `options.velocity_range`.
    options : LineFitOptions, optional

    Returns
    -------
    LineFit
        Without pixels inside the basis there are no lines, and chi2 is nan.

    Raises
    ------
    ValueError
        If the redshift is not above -1.
    """
    if not redshift > -1:
        raise ValueError(f"a redshift of {redshift}")
    options = options or LineFitOptions()
    spectrum = spectrum.in_medium("vacuum")
    stripped = without_lines(basis, has_absorption=options.has_absorption)
    components, is_covered = continuum_on_pixels(spectrum, stripped, redshift)
    weight = np.where(is_covered, spectrum.ivar, 0.0)
    smooth = smooth_columns(spectrum.wave, options.n_smooth)
    data = ContinuumData(spectrum.wave, spectrum.flux, weight, components, smooth)
    solved = _best_of_lya(spectrum, data, redshift, options)
    n_fitted = int(np.count_nonzero(weight))
    return LineFit(
        redshift=redshift,
        wave=spectrum.wave,
        continuum=np.where(is_covered, solved.joint.continuum, np.nan),
        families=_family_models(solved),
        lines=measure_lines(
            data, solved.joint, solved.layout, solved.shapes, redshift=redshift, options=options
        ),
        chi2=solved.chi2 / n_fitted if n_fitted else float("nan"),
        n_fitted=n_fitted,
        coefficients=solved.joint.components,
    )


def _best_of_lya(
    spectrum: Spectrum, data: ContinuumData, redshift: float, options: LineFitOptions
) -> _Solved:
    """Fit with one peak of Lyman alpha or two, as the options or the data ask for."""
    masked = Spectrum(data.wave, data.flux, data.weight)
    single = _solve(data, lay_out(masked, redshift, options), options)
    if options.double_lya == "never" or LYA not in single.layout.families:
        return single
    if options.double_lya == "auto" and single.shapes.owners[LYA] != LYA:
        return single
    double = _with_second_peak(single, data, options)
    if options.double_lya == "always":
        return double
    return double if double.chi2 < single.chi2 - DOUBLE_GAIN else single


def _solve(data: ContinuumData, layout: LineLayout, options: LineFitOptions) -> _Solved:
    shapes = usual_shapes()
    profiles, joint = _solve_at(data, layout, shapes)
    for i_round in range(N_ROUNDS if layout.lines else 0):
        lines = LineData(data.wave, data.flux - joint.continuum, data.weight)
        if i_round == 0:
            layout, shapes = _choose(lines, layout, options, shapes)
        else:
            shapes = _refine(lines, layout, options, shapes)
        profiles, joint = _solve_at(data, layout, shapes)
    return _Solved.of(data, layout, shapes, profiles, joint)


def _choose(
    lines: LineData, layout: LineLayout, options: LineFitOptions, usual: FamilyShapes
) -> tuple[LineLayout, FamilyShapes]:
    """Find which lines are to be fitted, and shapes for them."""
    layout = without_conflicts(lines, layout, options, usual)
    shapes = _refine(lines, layout, options, find_shapes(lines, layout, options, usual))
    apart = without_overlaps(lines, layout, shapes)
    if apart is not layout:
        shapes = _refine(lines, apart, options, find_shapes(lines, apart, options, usual))
    return apart, shapes


def _refine(
    lines: LineData, layout: LineLayout, options: LineFitOptions, shapes: FamilyShapes
) -> FamilyShapes:
    return without_runaways(refine_shapes(lines, layout, options, shapes), options)


def _with_second_peak(single: _Solved, data: ContinuumData, options: LineFitOptions) -> _Solved:
    """Give Lyman alpha a second peak, everything else as it was found without."""
    layout, shapes = with_blue_peak(single.layout), single.shapes
    fluxes = single.joint.amplitudes @ single.layout.shares
    others = _part(single.profiles.values, fluxes, single.layout.families != LYA)
    profiles, joint = single.profiles, single.joint
    for i_round in range(N_ROUNDS):
        lines = LineData(data.wave, data.flux - joint.continuum - others, data.weight)
        if i_round == 0:
            shapes = find_peaks(lines, layout, options, shapes)
        shapes = refine_peaks(lines, layout, options, shapes)
        profiles, joint = _solve_at(data, layout, shapes)
    return _Solved.of(data, layout, shapes, profiles, joint)


def _solve_at(
    data: ContinuumData, layout: LineLayout, shapes: FamilyShapes
) -> tuple[Profiles, JointFit]:
    profiles = make_profiles(data.wave, layout.centres, layout.spreads, shapes.of_lines(layout))
    return profiles, solve_jointly(data, profiles, layout)


def _family_models(solved: _Solved) -> tuple[FamilyModel, ...]:
    fluxes = solved.joint.amplitudes @ solved.layout.shares
    values = solved.profiles.values
    return tuple(
        FamilyModel(FAMILIES[family], _part(values, fluxes, solved.layout.families == family))
        for family in np.unique(solved.layout.families)
    )


def _part(values: FloatArray, fluxes: FloatArray, is_member: np.ndarray) -> FloatArray:
    return np.asarray(np.where(is_member, fluxes, 0.0) @ values)
