"""The model of a galaxy at a redshift by a fit of continuum and lines (docs/method.md, section 8b).

Deblending has a fit of its own; these take its place where they are asked for: the line fit of the
window, and pyPlatefit where it is installed (it is not on the package index).
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.basis import Basis
from moosegui.data.medium import to_vacuum_redshift
from moosegui.data.spectrum import Spectrum
from moosegui.errors import MooseError
from moosegui.fit.vetting.deblend import LineFit

LINE_FITS = ("own", "lines", "platefit")
ABSORPTION_REDSHIFT = 0.64738  # above it the UV absorption lines are in the range, as published


def line_fit_named(name: str, basis: Basis) -> LineFit | None:
    """Return a fit by its name; None for deblending's own.

    Parameters
    ----------
    name : "own", "lines" or "platefit"
    basis : Basis

    Raises
    ------
    ValueError
        If there is no such fit.
    MooseError
        If pyPlatefit is asked for and not installed.
    """
    if name not in LINE_FITS:
        raise ValueError(f"no line fit {name!r}")
    if name == "own":
        return None
    if name == "platefit":
        require_platefit()
        return platefit_model
    return lambda spectrum, redshift: _window_model(spectrum, redshift, basis)


def _window_model(spectrum: Spectrum, redshift: float, basis: Basis) -> FloatArray:
    from moosegui.fit.linefit.fit import fit_lines  # with numba, which the window does not wait for

    fitted = fit_lines(spectrum, basis, to_vacuum_redshift(redshift, spectrum.medium))
    return np.nan_to_num(fitted.model)


def has_platefit() -> bool:
    """Tell whether pyPlatefit can be imported."""
    return importlib.util.find_spec("pyplatefit") is not None


def require_platefit() -> None:
    """Say before a long search that pyPlatefit is missing.

    Raises
    ------
    MooseError
        If it cannot be imported.
    """
    if not has_platefit():
        raise MooseError(
            "pyPlatefit is not installed; install it from its source with mpdaf, or leave out "
            "`--line-fit platefit`."
        )


def platefit_model(spectrum: Spectrum, redshift: float) -> FloatArray:
    """Fit a galaxy with pyPlatefit, with a double Lyman alpha and UV absorption.

    Parameters
    ----------
    spectrum : Spectrum
        In either medium; pyPlatefit gets it on a linear grid in air, as MUSE delivers it.
    redshift : float
        Convention of the spectrum's medium.

    Returns
    -------
    ndarray of shape (n_wave,)
        Flux density; zero beyond what was fitted.

    Raises
    ------
    MooseError
        If pyPlatefit cannot be imported.
    """
    require_platefit()
    air = spectrum.in_medium("air").wave
    step = float(np.median(np.diff(air)))
    grid = np.arange(air[0], air[-1] + 0.5 * step, step)
    good = spectrum.ivar > 0
    variance = np.where(good, 1.0 / np.where(good, spectrum.ivar, 1.0), np.inf)
    data, spread = np.interp(grid, air, spectrum.flux), np.interp(grid, air, variance)
    observed = _mpdaf_spectrum(grid, step, data, spread)
    z = to_vacuum_redshift(redshift, spectrum.medium)
    fitted = importlib.import_module("pyplatefit").fit_spec(
        observed, z, fitabs=z > ABSORPTION_REDSHIFT, dble_lyafit=True
    )
    model = _values(fitted["spec_fit"])
    if fitted.get("abs_fit") is not None:
        model = model + _values(fitted["abs_fit"]) - _values(fitted["abs_cont"])
    return np.interp(air, grid, model, left=0.0, right=0.0)


def _mpdaf_spectrum(grid: FloatArray, step: float, data: FloatArray, variance: FloatArray) -> Any:
    objects = importlib.import_module("mpdaf.obj")
    bad = ~np.isfinite(variance)
    axis = objects.WaveCoord(crpix=1.0, cdelt=step, crval=float(grid[0]), shape=grid.size)
    var = np.where(bad, 1.0, variance)
    return objects.Spectrum(wave=axis, data=data, var=var, mask=bad)


def _values(spectrum: Any) -> FloatArray:
    return np.nan_to_num(np.ma.filled(np.ma.asarray(spectrum.data, dtype=np.float64), 0.0))
