"""Spectra that are columns: which holds wavelengths, fluxes and errors, and in what units.

The name of an error column decides what it is: sigma, variance or inverse variance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.files.content import Unreadable
from moosegui.files.spectra.elements.assemble import RawSpectrum, is_muse_like
from moosegui.files.spectra.elements.axis import MAX_LOG10
from moosegui.files.spectra.elements.units import wave_factor

VACUUM_NAMES = ("wave_vac", "lambda_vac", "wavelength_vac", "loglam")
AIR_NAMES = ("awav", "wave_air", "lambda_air", "wavelength_air")
WAVE_NAMES = (*VACUUM_NAMES, *AIR_NAMES, "wave", "wavelength", "lambda", "lam", "wl", "wav",
              "obs_wave", "lbda", "loglambda")  # fmt: skip
FLUX_NAMES = ("flux", "f_lambda", "flam", "flux_density", "data", "counts", "intensity", "spec")
SIGMA_NAMES = ("err", "error", "sigma", "std", "flux_err", "flux_error", "fluxerr", "e_flux",
               "flam_err", "err_flux", "noise", "uncertainty")  # fmt: skip
VARIANCE_NAMES = ("var", "variance", "stat")
INVERSE_NAMES = ("ivar", "weight")
QUALITY_NAMES = ("qual", "quality", "dq", "mask")
# Tables of emission lines have wavelengths and fluxes too, but of many sources.
CATALOGUE_NAMES = frozenset(("id", "ra", "dec", "name", "targetid", "raj2000", "line"))
# Below this median, fluxes without a unit can only be erg/s/cm2/Angstrom.
TINY_FLUX = 1e-10


@dataclass(frozen=True)
class ColumnSpectrum:
    """The columns of one spectrum, by lower-case name, with what else its file says.

    `units` may lack columns; `medium` is what a header says.
    """

    columns: Mapping[str, FloatArray]
    units: Mapping[str, str] = field(default_factory=dict)
    medium: str = ""
    name: str = ""
    header: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()


def has_spectrum(names: Iterable[str]) -> bool:
    """Whether column names are those of a spectrum: wavelengths and fluxes, and no sources."""
    lower = {name.lower() for name in names}
    if lower & CATALOGUE_NAMES:
        return False
    return bool(lower & set(WAVE_NAMES)) and bool(lower & set(FLUX_NAMES))


def raw_from_columns(given: ColumnSpectrum) -> RawSpectrum:
    """Return what the columns say, wavelengths in Angstrom and errors as variance.

    Raises
    ------
    Unreadable
        If there are no wavelengths or fluxes.
    """
    wave_name, flux_name = _first(given, WAVE_NAMES), _first(given, FLUX_NAMES)
    if not wave_name or not flux_name:
        found = ", ".join(given.columns)
        raise Unreadable(f"has columns {found}; a spectrum needs one called wave and one flux")
    wave, flux = _wave(given, wave_name), given.columns[flux_name]
    unit, facts = _flux_unit(given, flux_name)
    quality = _first(given, QUALITY_NAMES)
    finite = wave[np.isfinite(wave)]
    return RawSpectrum(
        wave=wave,
        flux=flux,
        variance=_variance(given.columns, given),
        bad=(given.columns[quality] != 0) if quality else None,
        stored_medium=_medium(given, wave_name),
        unit=unit,
        name=given.name,
        is_muse=finite.size > 1 and is_muse_like(finite),
        header=given.header,
        facts=(*given.facts, *facts),
    )


def _first(given: ColumnSpectrum, names: Iterable[str]) -> str:
    return next((name for name in names if name in given.columns), "")


def _wave(given: ColumnSpectrum, name: str) -> FloatArray:
    wave = given.columns[name]
    finite = wave[np.isfinite(wave)]
    if finite.size and np.abs(finite).max() < MAX_LOG10 and wave_factor(_unit(given, name)) is None:
        return np.asarray(np.power(10.0, wave), dtype=np.float64)
    return wave * (wave_factor(_unit(given, name)) or 1.0)


def _unit(given: ColumnSpectrum, name: str) -> str:
    return given.units.get(name, "").strip()


def _medium(given: ColumnSpectrum, wave_name: str) -> str:
    if wave_name in VACUUM_NAMES:
        return "vacuum"
    return "air" if wave_name in AIR_NAMES else given.medium


def _flux_unit(given: ColumnSpectrum, name: str) -> tuple[str, tuple[str, ...]]:
    unit, flux = _unit(given, name), given.columns[name]
    finite = np.abs(flux[np.isfinite(flux) & (flux != 0)])
    if unit or not finite.size or np.median(finite) > TINY_FLUX:
        return unit, ()
    return "erg/s/cm2/Angstrom", (
        "The file gives no flux unit; values so small were taken as erg/s/cm2/Angstrom.",
    )


def _variance(columns: Mapping[str, FloatArray], given: ColumnSpectrum) -> FloatArray | None:
    if name := _first(given, INVERSE_NAMES):
        ivar = columns[name]
        return np.divide(1.0, ivar, out=np.full_like(ivar, np.inf), where=ivar > 0)
    if name := _first(given, VARIANCE_NAMES):
        return columns[name]
    if name := _first(given, SIGMA_NAMES):
        # A sigma of zero or less stays unusable when squared.
        sigma = columns[name]
        return np.where(sigma > 0, np.square(np.maximum(sigma, 0.0)), np.nan)
    return None
