"""Spectra that are columns: which holds wavelengths, fluxes and errors, and in what units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice
from moosegui.data.spectrum import Guess, Provenance
from moosegui.files.spectra.elements.asked import no_flux, no_wave
from moosegui.files.spectra.elements.assemble import NO_UNIT, OF_REST, RawSpectrum, is_muse_like
from moosegui.files.spectra.elements.axis import medium_of
from moosegui.files.spectra.elements.names import (
    FLUX_NAMES,
    GOOD_NAMES,
    QUALITY_NAMES,
    error_kind_of,
    is_flux,
    is_log,
    is_rest,
    is_wave,
    split_unit,
    without_prefix,
)
from moosegui.files.spectra.elements.quality import all_bad, bad_pixels
from moosegui.files.spectra.elements.uncertainty import find_error, guess_of_nameless
from moosegui.files.spectra.elements.units import flux_factor, kind_of_flux
from moosegui.files.spectra.elements.wave_units import Axis, AxisHints, axis_unit, settle_axis

_OF_REST = re.compile(r"\brest[- ]?(?:frame|wave|system)", re.IGNORECASE)
LARGEST_LOG10 = 5.0


@dataclass(frozen=True)
class ColumnSpectrum:
    """The columns of one spectrum, by the names of the file, with what else it says.

    Parameters
    ----------
    columns : mapping of str to ndarray of shape (n_wave,)
    units : mapping of str to str
        May lack columns.
    medium : str
        What a header says; empty when it is silent.
    ucds : mapping of str to str
        UCDs of the columns; may lack columns.
    notes : mapping of str to str
        What the file says of the columns in words; may lack columns.
    kind : str
        What the file is, for people.
    unit_of_kind, medium_of_kind, flux_unit_of_kind : str
        What files of this kind have where they write nothing.
    assumed : tuple of str
        Sentences on what was assumed of the columns before.
    """

    columns: Mapping[str, FloatArray]
    units: Mapping[str, str] = field(default_factory=dict)
    medium: str = ""
    name: str = ""
    header: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()
    ucds: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    kind: str = "table"
    unit_of_kind: str = ""
    medium_of_kind: str = ""
    flux_unit_of_kind: str = ""
    choice: ReadingChoice = AS_WRITTEN
    assumed: tuple[str, ...] = ()

    def unit(self, name: str) -> str:
        """The unit of a column, of its own or in its name."""
        return self.units.get(name, "").strip() or split_unit(name)[1]


def raw_from_columns(given: ColumnSpectrum) -> RawSpectrum:
    """Return what the columns say, wavelengths in Angstrom and errors as variance.

    Raises
    ------
    Unreadable
        If there are no wavelengths or fluxes, or the unit of wavelengths is open.
    """
    wave_name, flux_name = wave_column(given), flux_column(given)
    if not wave_name:
        raise no_wave(given.columns)
    if not flux_name:
        raise no_flux(given.columns, wave_name)
    axis, flux = _axis(given, wave_name), given.columns[flux_name]
    unit, assumed = _flux_unit(given, flux_name)
    units = {name: given.unit(name) for name in given.columns}
    error = find_error(given.columns, units, flux_name, chosen=given.choice.error)
    unused = _unused(given, (wave_name, flux_name), error.source)
    nameless: tuple[Guess, ...] = ()
    if error.variance is None and not given.choice.error:
        nameless = guess_of_nameless({name: given.columns[name] for name in unused}, flux)
    bad, quality_facts = _quality(given)
    finite = axis.wave[np.isfinite(axis.wave)]
    return RawSpectrum(
        wave=axis.wave,
        flux=flux,
        variance=error.variance,
        bad=bad,
        stored_medium=_medium(given, wave_name, axis),
        unit=unit,
        name=given.name,
        is_muse=finite.size > 1 and is_muse_like(finite),
        header=given.header,
        facts=(*given.facts, *quality_facts),
        provenance=Provenance(
            kind=given.kind,
            wave=f"column {wave_name} ({axis.unit})",
            flux=f"column {flux_name}",
            error=error.source,
            assumed=(*given.assumed, *axis.assumed, *assumed, *error.assumed),
            left_out=(*_other_columns(given, wave_name, flux_name), *error.left_out),
            guesses=(*_equal_fluxes(given, flux_name), *error.guesses, *nameless),
            unused=unused,
        ),
        choice=given.choice,
    )


def _unused(given: ColumnSpectrum, taken: tuple[str, str], error: str) -> tuple[str, ...]:
    """Name the columns that are nothing that is known, and that nobody said to take."""
    return tuple(
        name
        for name in given.columns
        if name not in taken
        and not (is_wave(name) or is_flux(name) or error_kind_of(name))
        and not error.startswith(f"column {name} ")
        and name.lower() not in (*QUALITY_NAMES, *GOOD_NAMES)
    )


def wave_column(given: ColumnSpectrum) -> str:
    """Return the column of wavelengths: the one asked for, one in vacuum, by name; or empty."""
    chosen = given.choice.wave.lower()
    asked = [name for name in given.columns if chosen and name.lower() == chosen]
    if asked:
        return asked[0]
    names = [name for name in given.columns if is_wave(split_unit(name)[0])]
    names = [name for name in names if not is_rest(name)] or names
    in_vacuum = [name for name in names if medium_of(name) == "vacuum"]
    linear = [name for name in names if not is_log(name)]
    return (in_vacuum or linear or names or [""])[0]


def flux_column(given: ColumnSpectrum) -> str:
    """Return the column of fluxes: the one asked for, a calibrated one, then by name; or empty."""
    taken = given.choice.wave.lower()
    names = [name for name in given.columns if is_flux(split_unit(name)[0])]
    names = [name for name in names if name.lower() != taken]
    chosen = given.choice.flux.lower()
    asked = [name for name in given.columns if chosen and name.lower() == chosen]

    def rank(name: str) -> tuple[bool, int, int]:
        stem = without_prefix(split_unit(name)[0])
        place = FLUX_NAMES.index(stem) if stem in FLUX_NAMES else len(FLUX_NAMES)
        return not _is_calibrated(given, name), place, names.index(name)

    return asked[0] if asked else min(names, key=rank, default="")


def _other_columns(given: ColumnSpectrum, wave_name: str, flux_name: str) -> tuple[str, ...]:
    """Name the other fluxes, which can be asked for, and the other wavelengths."""
    names = [name for name in given.columns if is_flux(split_unit(name)[0]) and name != flux_name]
    told = []
    if is_rest(wave_name):
        told.append(f"Column {wave_name} was taken as it is, though its name says rest frame.")
    elif _OF_REST.search(given.notes.get(wave_name, "")):
        told.append(f"The words on column {wave_name} say {OF_REST}")
    if names:
        named = ", ".join(
            f"{name} ({given.unit(name)})" if given.unit(name) else name for name in names
        )
        told.append(f"Other fluxes in the file: {named}; --flux takes one of them.")
    return tuple(told)


def _equal_fluxes(given: ColumnSpectrum, taken: str) -> tuple[Guess, ...]:
    """Name the fluxes that are as good as the one that was taken: calibrated both, or neither."""
    if given.choice.flux or not taken:
        return ()
    names = [name for name in given.columns if is_flux(split_unit(name)[0])]
    equal = [
        n for n in names if n != taken and _is_calibrated(given, n) == _is_calibrated(given, taken)
    ]
    return (Guess("flux", (taken, *equal)),) if equal else ()


def _is_calibrated(given: ColumnSpectrum, name: str) -> bool:
    unit = given.unit(name)
    return flux_factor(unit) is not None or kind_of_flux(unit) == "per frequency"


def _axis(given: ColumnSpectrum, name: str) -> Axis:
    values, log, unit = given.columns[name], is_log(name), given.unit(name)
    finite = values[np.isfinite(values)]
    is_small = finite.size > 0 and float(np.abs(finite).max()) < LARGEST_LOG10
    # Beyond 5 a "loglam" can only be a natural logarithm, as pPXF writes it, or no logarithm
    is_ln = log == "ln" or (log == "log10" and not is_small and bool((finite < 12.0).all()))
    known = axis_unit(unit)
    unit_is_log = known is not None and known.base > 0
    hints = AxisHints(
        f"column {name}",
        unit=unit,
        of_kind=given.unit_of_kind,
        chosen=given.choice.wave_unit,
        is_log10=log == "log10" and is_small and not unit_is_log,
        is_ln=is_ln and not unit_is_log,
    )
    return settle_axis(values, hints)


def _medium(given: ColumnSpectrum, wave_name: str, axis: Axis) -> str:
    """Return the medium: of frequencies, the name, UCD, words, the header, the kind; or empty."""
    by_name = "vacuum" if wave_name.lower() == "loglam" else medium_of(wave_name)
    ucd = medium_of(given.ucds.get(wave_name, "")) if given.ucds.get(wave_name) else ""
    words = medium_of(given.notes.get(wave_name, ""))
    said = axis.medium or by_name or ucd or words or given.medium or given.medium_of_kind
    return said or _other_medium(given, wave_name)


def _other_medium(given: ColumnSpectrum, wave_name: str) -> str:
    """Return the medium of `wavelength` where a `wavelength_air` or `_vac` stands beside it."""
    for name in given.columns:
        other = medium_of(name) if is_wave(name) and name != wave_name else ""
        if other:
            return "vacuum" if other == "air" else "air"
    return ""


def _flux_unit(given: ColumnSpectrum, name: str) -> tuple[str, tuple[str, ...]]:
    unit = given.unit(name)
    if not unit and name.lower().endswith("counts"):
        return "counts", ()
    if not unit and given.flux_unit_of_kind:
        said = f"{NO_UNIT}; {given.flux_unit_of_kind} was taken, as its kind is."
        return given.flux_unit_of_kind, (said,)
    return unit, ()


def _quality(given: ColumnSpectrum) -> tuple[BoolArray | None, tuple[str, ...]]:
    """Return what the columns of quality mark as bad; one that marks all marks nothing.

    A column of fractions is none of flags: Euclid's QUALITY says how good a pixel is.
    """
    lower = {name.lower(): name for name in given.columns}
    names = [lower[quality] for quality in QUALITY_NAMES if quality in lower]
    whole = [name for name in names if _are_whole(given.columns[name])]
    bad, said = all_bad(bad_pixels(given.columns[name], f"Column {name}") for name in whole)
    others = [name for name in names if name not in whole]
    if others:
        said = (*said, f"Not used as quality, of fractions: {', '.join(others)}.")
    for name in (lower[good] for good in GOOD_NAMES if good in lower):
        is_good = given.columns[name] > 0
        if is_good.any():
            bad = ~is_good if bad is None else bad | ~is_good
        else:
            said = (*said, f"Column {name} marks no pixel as good and was not used.")
    return bad, said


def _are_whole(values: FloatArray) -> bool:
    finite = values[np.isfinite(values)]
    return bool(np.all(finite == np.rint(finite)))
