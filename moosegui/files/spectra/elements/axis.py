"""Wavelengths from FITS headers, by hand: `astropy.wcs` would turn Angstrom into metres."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.files.content import READ_ERRORS, Unreadable, card_value
from moosegui.files.spectra.elements.wave_units import (
    LOG10_ANGSTROM,
    Axis,
    AxisHints,
    axis_unit,
    settle_axis,
)

WAVE_LIMITS = (100.0, 1e6)  # Angstrom; outside lies no spectrum that this program could use
LOG10_LIMITS = (2.9, 4.8)
PHYSICAL_UNITS = {"FREQ": "Hz", "ENER": "J", "WAVN": "m-1"}  # FITS paper III, table 1

_AIR_WORD = re.compile(r"(?<![a-z])air(?![a-z])")
_WAT_UNITS = re.compile(r"units\s*=\s*\"?([A-Za-z0-9_./^*()-]+)", re.IGNORECASE)
_NON_LINEAR = re.compile(r"-([A-Z]2[A-Z]|GRI|GRA)$")


def wave_from_header(header: fits.Header, n_wave: int, *, chosen: str = "") -> Axis:
    """Return the wavelengths of axis 1 in Angstrom, in the medium of the file.

    Linear, `-LOG` (FITS paper III, eq. 5) and log10 axes (DC-FLAG, LOGSCALE, COEFF0) are known,
    in wavelength, frequency, energy or wavenumber.

    Parameters
    ----------
    header : Header
        With CRVAL1, CRPIX1 and CDELT1 or CD1_1.
    n_wave : int
        Number of pixels.
    chosen : str
        The unit that the user says where the header says none.

    Raises
    ------
    Unreadable
        If there is no axis, or it does not describe wavelengths.
    """
    pixels = np.arange(n_wave, dtype=np.float64) + 1.0 - _number(header, "CRPIX1", default=1.0)
    log_start, log_step = card_value(header, "COEFF0"), card_value(header, "COEFF1")
    kind = str(card_value(header, "CTYPE1") or "").upper().strip()
    hints = AxisHints("axis 1", unit=_axis_unit_text(header, kind), chosen=chosen)
    if isinstance(log_start, float) and isinstance(log_step, float):
        values = log_start + log_step * np.arange(n_wave, dtype=np.float64)
        return _checked(settle_axis(values, AxisHints("COEFF0", is_log10=True)))
    if _NON_LINEAR.search(kind):
        return _checked(_non_linear(header, pixels))
    start, step = _number(header, "CRVAL1"), _step(header)
    if kind.endswith("-LOG") and start:
        return _checked(settle_axis(start * np.exp(pixels * step / start), hints))
    values = start + pixels * step
    if _says_log10(header, kind):
        return _checked(settle_axis(values, replace(hints, is_log10=True)))
    return _checked(settle_axis(values, _by_convention(values, hints)))


def checked_wave(wave: FloatArray) -> FloatArray:
    """Return `wave` if its values can be wavelengths in Angstrom; padding is none.

    Raises
    ------
    Unreadable
        If they lie outside 100 Angstrom to 100 micrometres, or do not change.
    """
    finite = wave[np.isfinite(wave) & (wave > 0)]
    if finite.size < 2 or finite.min() == finite.max():
        raise Unreadable("has fewer than two wavelengths; a spectrum needs an axis")
    if finite.min() < WAVE_LIMITS[0] or finite.max() > WAVE_LIMITS[1]:
        raise Unreadable(
            f"has an axis from {finite.min():g} to {finite.max():g}, which are not wavelengths in "
            "Angstrom; correct its unit (CUNIT1, TUNIT, --wave-unit) or its numbers"
        )
    return wave


def stored_medium(header: fits.Header | Mapping[str, str | float]) -> str:
    """Return "air" or "vacuum" where a header says so, else an empty text."""
    kind = str(card_value(header, "CTYPE1") or "").upper()
    if kind.startswith("AWAV"):
        return "air"
    if kind.strip() == "WAVE" or kind.startswith("WAVE-"):
        return "vacuum"
    is_vacuum = card_value(header, "VACUUM")
    if isinstance(is_vacuum, bool | int):
        return "vacuum" if is_vacuum else "air"
    named = card_value(header, "AIRORVAC", "WAVEMED", "MEDIUM")
    if isinstance(named, str):
        return medium_of(named)
    label = " ".join(str(card_value(header, key) or "") for key in ("CTYPE1", "WAT1_001"))
    return medium_of(label)


def medium_of(text: str) -> str:
    """Return "air" or "vacuum" if a name, a label or a UCD of wavelengths says so.

    A UCD of `em.wl` is a wavelength in vacuum, `em.wl;obs.atmos` one in air (SpectrumDM 1.1).
    """
    lower = text.strip().lower()
    if lower.startswith("em."):
        return "air" if "obs.atmos" in lower else "vacuum"
    if "vac" in lower:
        return "vacuum"
    return "air" if _AIR_WORD.search(lower) or lower.startswith("awav") else ""


def has_axis(header: fits.Header) -> bool:
    """Whether axis 1 is described and can be one of wavelengths."""
    kind = str(card_value(header, "CTYPE1") or "").upper()
    if kind.startswith(("RA--", "DEC-", "GLON", "GLAT", "MULTISPE")):
        return False
    has_step = card_value(header, "CDELT1", "CD1_1") is not None
    has_linear = card_value(header, "CRVAL1") is not None and has_step
    return has_linear or card_value(header, "COEFF0") is not None


def _axis_unit_text(header: fits.Header, kind: str) -> str:
    """Return the unit of axis 1: CUNIT1, else what IRAF's WAT1 says, else that of the CTYPE."""
    said = str(card_value(header, "CUNIT1") or "").strip()
    found = _WAT_UNITS.search(str(card_value(header, "WAT1_001") or ""))
    if found and axis_unit(said) is None and axis_unit(found[1]) is not None:
        return found[1]
    return said or PHYSICAL_UNITS.get(kind[:4], "")


def _says_log10(header: fits.Header, kind: str) -> bool:
    if card_value(header, "DC-FLAG") == 1 or card_value(header, "LOGSCALE") is True:
        return True
    fitted = str(card_value(header, "WFITTYPE") or "").upper()
    return fitted.startswith("LOG") or (kind.startswith("LOG") and not kind.endswith("-LOG"))


def _by_convention(values: FloatArray, hints: AxisHints) -> AxisHints:
    """Take a header that begins between 2.9 and 4.8 for a logarithm, as headers of images are."""
    low, high = float(values.min()), float(values.max())
    is_log10 = LOG10_LIMITS[0] <= low and high <= LOG10_LIMITS[1]
    if is_log10 and not hints.unit and not hints.chosen:
        return replace(hints, of_kind=LOG10_ANGSTROM)
    return hints


def _non_linear(header: fits.Header, pixels: FloatArray) -> Axis:
    """Return an axis that is linear in something else (FITS paper III, section 3), by astropy."""
    from astropy.wcs import WCS

    try:
        metres = WCS(header, naxis=1).all_pix2world(np.arange(len(pixels)), 0)[0]
    except READ_ERRORS as error:
        raise Unreadable(f"has a wavelength axis that cannot be computed ({error})") from error
    return settle_axis(np.asarray(metres, dtype=np.float64), AxisHints("axis 1", unit="m"))


def _checked(axis: Axis) -> Axis:
    checked_wave(axis.wave)
    return axis


def _number(header: fits.Header, keyword: str, *, default: float | None = None) -> float:
    value = card_value(header, keyword)
    if isinstance(value, int | float) and np.isfinite(value):
        return float(value)
    if default is None:
        raise Unreadable(f"has no wavelength axis; its header needs a number in {keyword}")
    return default


def _step(header: fits.Header) -> float:
    if card_value(header, "CDELT1") is None and card_value(header, "CD1_1") is not None:
        return _number(header, "CD1_1")
    delta, matrix = _number(header, "CDELT1"), card_value(header, "CD1_1")
    # A CDELT1 of exactly 1 beside a CD matrix is a place holder (old MPDAF images).
    if delta == 1.0 and isinstance(matrix, float) and matrix:
        return matrix
    return delta * _number(header, "PC1_1", default=1.0)
