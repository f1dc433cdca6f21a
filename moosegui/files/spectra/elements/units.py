"""Units of flux densities, as real files spell them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import numpy as np
from astropy import units as u

from moosegui.data.arrays import FloatArray

FLUX_DENSITY = u.Unit("erg s-1 cm-2 Angstrom-1")
MUSE_SCALE = 1e-20  # erg/s/cm2/Angstrom, the unit in which every flux is delivered

_SCALE = re.compile(
    r"^\s*(?:10\s*(?:\*\*|\^)\s*\(?\s*([+-]?\d+)\s*\)?|(\d+(?:\.\d*)?[eE][+-]?\d+))\s*\*?\s*"
)
_SPELLINGS = (
    (
        re.compile(r"\s*/\s*(?:fib(?:er|re)|spaxel|pix(?:el)?)s?$", re.IGNORECASE),
        "",
    ),  # of one spectrum
    (re.compile(r"\bergs\b"), "erg"),
    (re.compile(r"^(?:cgs|flam)$", re.IGNORECASE), "erg/s/cm2/Angstrom"),
    (re.compile(r"^FLAM(\d{2})$"), r"1e-\1 erg/s/cm2/Angstrom"),  # of the pipelines of Keck
    (re.compile(r"^fnu$", re.IGNORECASE), "erg/s/cm2/Hz"),  # as STScI calls them
    (re.compile(r"\b(?:sec|seconds?)\b"), "s"),
    (re.compile(r"(?<![A-Za-z])(micro|milli|nano)-?[Jj]ans?ky?s?\b"), r"\1Jy"),
    (re.compile(r"\b[Jj]anskys?\b"), "Jy"),
    (re.compile(r"(?<![A-Za-z])microJy\b"), "uJy"),
    (re.compile(r"(?<![A-Za-z])milliJy\b"), "mJy"),
    (re.compile(r"(?<![A-Za-z])nanoJy\b"), "nJy"),
    (re.compile(r"(?<![A-Za-z])[µμ](?=Jy\b)"), "u"),
    # "A" alone is the ampere for astropy; in a flux unit it never is.
    (re.compile(r"(?<![A-Za-z])(?:angstroms?|ang|aa?|å|Å)(?![A-Za-z])", re.IGNORECASE), "Angstrom"),
    # SDSS-I writes cm for cm2; there is no flux per centimetre
    (re.compile(r"(?<=erg/)cm(?=/s\b)"), "cm2"),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"\*"), " "),
    (re.compile(r"\^\s*\(\s*([+-]?\d+)\s*\)"), r"\1"),
    (re.compile(r"\^"), ""),
)
_LABELLED = re.compile(r"^\s*[A-Za-z][A-Za-z ]{2,}\((.*erg.*|.*[Jj]y.*)\)\s*$")
_COUNTS = re.compile(
    r"(?<![a-z])(counts?|cts?|adus?|dn|electrons?|(?<![\d.])e-)(?![a-z\d])", re.IGNORECASE
)
_PER_FREQUENCY, _PHOTONS = u.Jy, u.Unit("ph s-1 cm-2 Angstrom-1")


def without_label(text: str) -> str:
    """Return the unit behind the words of a label: `Flux Error (10^-17 erg/s/cm^2/Ang)`."""
    found = _LABELLED.match(text)
    return found[1] if found else text


@lru_cache(maxsize=256)
def flux_unit(text: str) -> u.UnitBase | None:
    """Return the unit that a text spells, with its scale, or None when it spells none.

    Parameters
    ----------
    text : str
        As `10**(-20)*erg/s/cm**2/Angstrom`, `1E-17 erg/cm^2/s/Ang` or `uJy`.
    """
    scale, rest = 1.0, without_label(text).strip()
    if rest.startswith("(") and rest.endswith(")") and rest.count("(") - rest.count("(-") == 1:
        rest = rest[1:-1]
    found = _SCALE.match(rest)
    if found:
        scale = 10.0 ** int(found[1]) if found[1] else float(found[2])
        rest = rest[found.end() :]
    if rest.isupper():
        rest = _CAPITALS.sub(lambda word: _IN_CAPITALS.get(word[0], word[0]), rest)
    for pattern, replacement in _SPELLINGS:
        rest = pattern.sub(replacement, rest)
    if rest.count("/") > 1 and "(" not in rest:  # a/b/c means a/(b c), and is frowned upon
        first, *others = rest.split("/")
        rest = f"{first.strip() or 1} / ({' '.join(others)})"
    try:
        unit = u.Unit(rest) if rest.strip() else None
    except (ValueError, TypeError, u.UnitsError):
        return None
    return unit if unit is None or scale == 1.0 else u.Unit(scale * unit)


# Old files write all in capitals; MJY is left out, which may be one of two units
_CAPITALS = re.compile(r"[A-Z]+")
_IN_CAPITALS = {"ERG": "erg", "ERGS": "erg", "CM": "cm", "S": "s", "SEC": "s", "HZ": "Hz",
                "ANG": "Angstrom", "ANGSTROM": "Angstrom", "ANGSTROMS": "Angstrom",
                "JY": "Jy"}  # fmt: skip


@lru_cache(maxsize=256)
def flux_factor(text: str) -> float | None:
    """Return what turns fluxes in the unit `text` into 1e-20 erg/s/cm2/Angstrom.

    Returns
    -------
    float or None
        None when the unit is unknown or is not a flux per wavelength.
    """
    unit = flux_unit(text)
    if unit is None:
        return None
    try:
        return float(f"{unit.to(FLUX_DENSITY) / MUSE_SCALE:.12g}")
    except (ValueError, TypeError, u.UnitsError):
        return None


def flux_factors(text: str, wave: FloatArray) -> FloatArray | float | None:
    """Return what turns fluxes in the unit `text` into 1e-20 erg/s/cm2/Angstrom.

    Parameters
    ----------
    text : str
        A flux per wavelength, per frequency (Jy and its family) or of photons, also per solid
        angle, which is left out.
    wave : ndarray of shape (n_wave,)
        Angstrom.

    Returns
    -------
    float, ndarray of shape (n_wave,) or None
        None when the unit is unknown or none of these.
    """
    unit = flux_unit(text)
    if unit is None:
        return None
    for solid_angle in (u.dimensionless_unscaled, u.arcsec**2, u.sr):
        found = _factors(u.Unit(unit * solid_angle), wave)
        if found is not None:
            return found
    return None


def is_per_solid_angle(text: str) -> bool:
    """Whether a unit is that of a surface brightness."""
    unit = flux_unit(text)
    bases = [] if unit is None else unit.bases
    return any(base.is_equivalent(u.rad) or base.is_equivalent(u.sr) for base in bases)


def scale_of(text: str) -> float | None:
    """Return the scale that stands alone where a unit should: `1e-20`, `10**(-17)`."""
    found = _SCALE.match(text)
    if found is None or text[found.end() :].strip():
        return None
    return 10.0 ** int(found[1]) if found[1] else float(found[2])


def kind_of_flux(text: str) -> Literal["counts", "magnitudes", "per frequency", ""]:
    """Say what a unit measures where it is no flux per wavelength; empty where it may be one."""
    if re.search(r"(?<![a-z])mag", text, re.IGNORECASE):
        return "magnitudes"
    unit = flux_unit(text)
    if unit is not None and unit.is_equivalent(_PER_FREQUENCY):
        return "per frequency"
    return "counts" if _COUNTS.search(text) else ""


def power_of_flux(text: str, flux: str) -> int:
    """Return 1, 2 or -2 if the unit `text` is that of the flux, its square or its inverse; or 0."""
    if text.strip() and text.strip() == flux.strip():
        return 1
    unit, of_flux = flux_unit(text), flux_unit(flux)
    if unit is None or of_flux is None:
        return 0
    for power in (1, 2, -2):
        if unit.is_equivalent(of_flux**power) and not unit.is_equivalent(u.dimensionless_unscaled):
            return power
    return 0


def relative_scale(text: str, flux: str, power: int) -> float:
    """Return what turns errors in the unit `text` into those of fluxes in the unit `flux`."""
    unit, of_flux = flux_unit(text), flux_unit(flux)
    if unit is None or of_flux is None or power_of_flux(text, flux) != power:
        return 1.0
    return float(f"{unit.to(of_flux**power):.12g}")


def _factors(unit: u.UnitBase, wave: FloatArray) -> FloatArray | float | None:
    try:
        if unit.is_equivalent(FLUX_DENSITY):
            return float(f"{unit.to(FLUX_DENSITY) / MUSE_SCALE:.12g}")
        if not (unit.is_equivalent(_PER_FREQUENCY) or unit.is_equivalent(_PHOTONS)):
            return None
        per_wave = unit.to(FLUX_DENSITY, 1.0, equivalencies=u.spectral_density(wave * u.AA))
    except (ValueError, TypeError, u.UnitsError):
        return None
    return np.asarray(per_wave, dtype=np.float64) / MUSE_SCALE
