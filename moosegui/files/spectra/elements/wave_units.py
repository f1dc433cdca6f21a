"""Wavelengths from numbers and a unit: of length, frequency, energy or wavenumber, linear or log.

A number without a unit is taken as Angstrom only where no other unit fits as well. From 300 to
1100 it could be nanometres, below 5 micrometres or a logarithm: there the kind of the file or the
user decides, and nobody guesses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from astropy import units as u

from moosegui.data.arrays import FloatArray
from moosegui.data.spectrum import Guess
from moosegui.files.content import Undecided, Unreadable

OPTION = "--wave-unit"
LOG10_ANGSTROM, LN_ANGSTROM = "log10(Angstrom)", "ln(Angstrom)"
NOT_AN_AXIS = frozenset(("pixel", "pixels", "pix", "channel", "chan", "km/s", "m/s", "km s-1"))

_SPELLINGS = {
    "Angstrom": "a aa ang angs angstrom angstroms angstroem ångström å å 0.1nm 0.1 nm",
    "nm": "nm nanometer nanometers nanometre nanometres millimicron mmu",
    "um": "um mum micron microns mic micrometer micrometers micrometre micrometres µm μm mu_m",
    "mm": "millimeter millimeters millimetre millimetres",
    "cm": "centimeter centimeters centimetre centimetres",
    "m": "m meter meters metre metres",
    "Hz": "hz hertz", "kHz": "khz", "MHz": "mhz", "GHz": "ghz", "THz": "thz",
    "eV": "ev electronvolt electronvolts electron-volt", "keV": "kev",
    "cm-1": "cm-1 cm^-1 cm**-1 cm**(-1) 1/cm /cm kayser kaysers wavenumber",
    "m-1": "m-1 m^-1 m**-1 1/m",
    "um-1": "um-1 um^-1 1/um micron-1 1/micron",
}  # fmt: skip
_UNITS = {
    spelling: name
    for name, spellings in _SPELLINGS.items()
    for spelling in (*spellings.split(), "0.1 nm" if name == "Angstrom" else name.lower())
}
_LOGARITHM = re.compile(r"^(log10|log|dex|ln|lg)\s*[\s(\[_]\s*(.*?)\s*[)\]]?\s*$", re.IGNORECASE)
_SCALE = re.compile(
    r"^(?:10\s*(?:\*\*|\^)\s*\(?([+-]?\d+)\)?|(\d*\.?\d+(?:[eE][+-]?\d+)?))\s*\*?\s*"
)

# Between which numbers an axis in a unit can lie: from 300 Angstrom to 30 micrometres (m: 1000 nm)
_PLAUSIBLE = {
    "Angstrom": (300.0, 3e5),
    "nm": (90.0, 3000.0),
    "um": (0.09, 30.0),
    "m": (9e-8, 3e-5),
    LOG10_ANGSTROM: (2.9, 4.8),
    LN_ANGSTROM: (6.8, 11.0),
}
_CERTAIN_ANGSTROM = 3000.0  # an optical spectrum that reaches beyond is not one in nanometres
_SHORTEST_IN_LOG = 0.01  # dex; a spectrum covers more


@dataclass(frozen=True, slots=True)
class AxisUnit:
    """A unit of wavelengths or of what turns into them; `base` is that of a logarithm, or 0."""

    unit: u.UnitBase
    base: float = 0.0

    @property
    def is_length(self) -> bool:
        """Whether it is a wavelength; everything else belongs to the vacuum."""
        return bool(self.unit.is_equivalent(u.AA))

    def angstroms(self, values: FloatArray) -> FloatArray:
        """Return values in this unit as wavelengths in Angstrom, of the same shape."""
        with np.errstate(all="ignore"):
            linear = np.power(self.base, np.clip(values, -300, 300)) if self.base else values
            wave = (linear * self.unit).to_value(u.AA, u.spectral())
        return np.asarray(wave, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Axis:
    """Wavelengths in Angstrom as the file means them, and how they were found.

    `medium` is "vacuum" for frequencies and their like, else empty; `unit` is what was taken.
    """

    wave: FloatArray
    unit: str
    medium: str = ""
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AxisHints:
    """What is known of an axis beside its numbers.

    Parameters
    ----------
    what : str
        What holds the numbers, for sentences: "column lambda".
    unit : str
        As the file writes it; empty without one.
    of_kind : str
        The unit that the kind of the file implies where it writes none.
    chosen : str
        What the user says of axes without a unit.
    is_log10, is_ln : bool
        Whether the file says that the numbers are logarithms.
    """

    what: str
    unit: str = ""
    of_kind: str = ""
    chosen: str = ""
    is_log10: bool = False
    is_ln: bool = False


@lru_cache(maxsize=512)
def axis_unit(text: str) -> AxisUnit | None:
    """Return the unit that a text names, or None when it is none of an axis of wavelengths.

    Parameters
    ----------
    text : str
        As `Angstrom`, `microns`, `log10(Angstrom)`, `ln(nm)`, `10^-10 m`, `GHz`, `1/cm`.
    """
    plain = text.strip().strip("\"'").strip()
    found = _LOGARITHM.match(plain)
    if found and (inner := axis_unit(found[2])) is not None and not inner.base:
        return AxisUnit(inner.unit, np.e if found[1].lower() == "ln" else 10.0)
    known = _UNITS.get(plain.lower())
    if known is not None:
        return AxisUnit(u.Unit(known))
    scale = _SCALE.match(plain)
    if scale and scale.end() < len(plain) and (inner := axis_unit(plain[scale.end() :])):
        factor = 10.0 ** int(scale[1]) if scale[1] else float(scale[2])
        return AxisUnit(u.Unit(factor * inner.unit), inner.base) if factor > 0 else None
    if not plain or plain.lower() in NOT_AN_AXIS:
        return None
    try:
        unit = u.Unit(plain)
        is_axis = unit.is_equivalent(u.AA, u.spectral()) and unit.physical_type != "unknown"
    except (ValueError, TypeError, u.UnitsError):
        return None
    return AxisUnit(unit) if is_axis else None


def settle_axis(values: FloatArray, hints: AxisHints) -> Axis:
    """Return wavelengths in Angstrom from numbers and all that is known of their unit.

    Raises
    ------
    Unreadable
        If the unit is none of an axis, or several fit and nothing decides between them.
    """
    unit, name, assumed = _unit_of(values, hints)
    if not unit.base and (hints.is_log10 or hints.is_ln):
        unit = AxisUnit(unit.unit, np.e if hints.is_ln else 10.0)
        name = f"{'ln' if hints.is_ln else 'log10'}({name})"
    return Axis(unit.angstroms(values), name, "" if unit.is_length else "vacuum", assumed)


def _is_speed(unit: str) -> bool:
    try:
        return bool(u.Unit(unit).is_equivalent(u.km / u.s))
    except (ValueError, TypeError):
        return False


def _unit_of(values: FloatArray, hints: AxisHints) -> tuple[AxisUnit, str, tuple[str, ...]]:
    if hints.unit:
        unit = axis_unit(hints.unit)
        if unit is None and hints.chosen:
            return _chosen(hints)
        if unit is None and _is_speed(hints.unit):
            raise Unreadable(
                f"gives velocities ({hints.what}, in {hints.unit}) and no wavelengths; write the "
                "spectrum with those of the line that the velocities count from"
            )
        if unit is None:
            raise Undecided(
                f"gives its wavelengths ({hints.what}) in {hints.unit!r}, which is no unit of "
                "wavelength, frequency, energy or wavenumber",
                Guess("wave_unit", tuple(_fitting(values)) or tuple(_PLAUSIBLE)),
                f"say which it is with {OPTION}",
            )
        return _as_logarithm(values, unit, hints)
    if hints.chosen:
        return _chosen(hints)
    if hints.is_log10 or hints.is_ln:
        return _unit_of_logarithms(values, hints)
    if hints.of_kind:
        said = f"The file writes no unit of wavelength; {hints.of_kind} was taken, as its kind is."
        return _known(hints.of_kind), hints.of_kind, (said,)
    return _only_unit(values, hints)


def _unit_of_logarithms(
    values: FloatArray, hints: AxisHints
) -> tuple[AxisUnit, str, tuple[str, ...]]:
    """Return the unit under logarithms: Angstrom, unless these numbers may be of nanometres."""
    linear = np.exp(values) if hints.is_ln else 10.0**values
    if _range(linear)[1] > _CERTAIN_ANGSTROM:
        return AxisUnit(u.AA), "Angstrom", ()
    return _only_unit(linear, hints)


def _as_logarithm(
    values: FloatArray, unit: AxisUnit, hints: AxisHints
) -> tuple[AxisUnit, str, tuple[str, ...]]:
    """Take numbers from 2.9 to 4.8 "in Angstrom" for the logarithms that alone they can be."""
    low, high = _range(values)
    first, last = _PLAUSIBLE[LOG10_ANGSTROM]
    is_log = unit.is_length and not unit.base and not (hints.is_log10 or hints.is_ln)
    if is_log and unit.unit == u.AA and first <= low and high <= last:
        said = f"Numbers from {low:g} to {high:g} are log10 of Angstrom, whatever the unit says."
        return AxisUnit(unit.unit, 10.0), LOG10_ANGSTROM, (said,)
    return unit, hints.unit.strip(), ()


def _chosen(hints: AxisHints) -> tuple[AxisUnit, str, tuple[str, ...]]:
    said = f"The file writes no unit of wavelength; {hints.chosen} was taken, as you said."
    return _known(hints.chosen), hints.chosen, (said,)


def _known(name: str) -> AxisUnit:
    unit = axis_unit(name)
    if unit is None:
        raise Unreadable(
            f"cannot be read with {OPTION} {name}, which is no unit of wavelength; write nm, um, "
            "Angstrom, GHz, eV, cm-1 or log10(Angstrom)"
        )
    return unit


def _only_unit(values: FloatArray, hints: AxisHints) -> tuple[AxisUnit, str, tuple[str, ...]]:
    """Return the one unit in which the numbers can be wavelengths."""
    low, high = _range(values)
    fitting = _fitting(values)
    if high > _CERTAIN_ANGSTROM or not fitting:
        fitting = ["Angstrom"]
    if len(fitting) > 1:
        options = " or ".join(f"{OPTION} {_quoted(name)}" for name in fitting)
        raise Undecided(
            f"has wavelengths from {low:g} to {high:g} ({hints.what}) without a unit, which could "
            f"be {' or '.join(fitting)}",
            Guess("wave_unit", tuple(fitting)),
            f"say which with {options}",
        )
    (name,) = fitting
    said = f"The file writes no unit of wavelength; {name} was taken, which alone fits."
    return _known(name), name, (said,)


def _fitting(values: FloatArray) -> list[str]:
    """Return the units in which numbers lie where spectra do."""
    low, high = _range(values)
    fitting = [name for name, (first, last) in _PLAUSIBLE.items() if first <= low and high <= last]
    is_short = high - low < _SHORTEST_IN_LOG
    return [name for name in fitting if not (is_short and "(" in name)]


def _quoted(name: str) -> str:
    return f'"{name}"' if "(" in name else name


def _range(values: FloatArray) -> tuple[float, float]:
    """Return the least and the greatest number; padding of zeros is no wavelength."""
    finite = values[np.isfinite(values) & (values > 0)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
