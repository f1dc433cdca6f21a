"""Wavelengths from FITS headers, by hand: `astropy.wcs` would turn Angstrom into metres."""

from __future__ import annotations

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.files.content import Unreadable, card_value
from moosegui.files.spectra.elements.units import wave_factor

WAVE_LIMITS = (100.0, 1e6)  # Angstrom; outside lies no spectrum that this program could use
MAX_LOG10 = 5.0  # a first value below is log10 of Angstrom


def wave_from_header(header: fits.Header, n_wave: int) -> FloatArray:
    """Return the wavelengths of axis 1 in Angstrom, in the medium of the file.

    Linear, `-LOG` (FITS paper III, eq. 5), and log10 axes (DC-FLAG, LOGSCALE, COEFF0) are known.

    Parameters
    ----------
    header : Header
        With CRVAL1, CRPIX1 and CDELT1 or CD1_1.
    n_wave : int
        Number of pixels.

    Returns
    -------
    ndarray of shape (n_wave,)

    Raises
    ------
    Unreadable
        If there is no axis, or it does not describe wavelengths.
    """
    pixels = np.arange(n_wave, dtype=np.float64) + 1.0 - _number(header, "CRPIX1", default=1.0)
    log_start, log_step = card_value(header, "COEFF0"), card_value(header, "COEFF1")
    if isinstance(log_start, float) and isinstance(log_step, float):
        return checked_wave(_from_log10(log_start + log_step * np.arange(n_wave, dtype=np.float64)))
    start, step = _number(header, "CRVAL1"), _step(header)
    factor = wave_factor(str(card_value(header, "CUNIT1") or ""))
    if str(card_value(header, "CTYPE1") or "").upper().endswith("-LOG") and start:
        return checked_wave(start * np.exp(pixels * step / start) * (factor or 1.0))
    is_log10 = start < MAX_LOG10 and factor in (None, 1.0)
    if card_value(header, "DC-FLAG") == 1 or card_value(header, "LOGSCALE") is True or is_log10:
        return checked_wave(_from_log10(start + pixels * step))
    return checked_wave((start + pixels * step) * (factor or 1.0))


def checked_wave(wave: FloatArray) -> FloatArray:
    """Return `wave` if its values can be wavelengths in Angstrom.

    Raises
    ------
    Unreadable
        If they lie outside 100 Angstrom to 100 micrometres, or do not change.
    """
    finite = wave[np.isfinite(wave)]
    if finite.size < 2 or finite.min() == finite.max():
        raise Unreadable("has fewer than two wavelengths; a spectrum needs an axis")
    if finite.min() < WAVE_LIMITS[0] or finite.max() > WAVE_LIMITS[1]:
        raise Unreadable(
            f"has an axis from {finite.min():g} to {finite.max():g}, which are not wavelengths in "
            "Angstrom; correct CRVAL1, CDELT1 and CUNIT1"
        )
    return wave


def stored_medium(header: fits.Header) -> str:
    """Return "air" or "vacuum" where a header says so, else an empty text."""
    kind = str(card_value(header, "CTYPE1") or "").upper()
    if kind.startswith("AWAV"):
        return "air"
    if kind == "WAVE" or kind.startswith("WAVE-"):
        return "vacuum"
    is_vacuum = card_value(header, "VACUUM")
    if isinstance(is_vacuum, bool | int):
        return "vacuum" if is_vacuum else "air"
    named = str(card_value(header, "AIRORVAC", "WAVEMED", "MEDIUM") or "").lower()
    return "vacuum" if named.startswith("vac") else "air" if named.startswith("air") else ""


def has_axis(header: fits.Header) -> bool:
    """Whether axis 1 is described and can be one of wavelengths."""
    kind = str(card_value(header, "CTYPE1") or "").upper()
    if kind.startswith(("RA--", "DEC-", "GLON", "GLAT")):
        return False
    has_step = card_value(header, "CDELT1", "CD1_1") is not None
    has_linear = card_value(header, "CRVAL1") is not None and has_step
    return has_linear or card_value(header, "COEFF0") is not None


def _from_log10(values: FloatArray) -> FloatArray:
    return np.asarray(np.power(10.0, np.clip(values, -300.0, 300.0)), dtype=np.float64)


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
