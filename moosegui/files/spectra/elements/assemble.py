"""From what a file stores to a `Spectrum`: order, mask, variance, unit and medium, settled once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.medium import Medium, convert
from moosegui.data.spectrum import FLUX_UNIT, Spectrum, zero_runs
from moosegui.files.content import Unreadable, card_value
from moosegui.files.spectra.elements.axis import checked_wave
from moosegui.files.spectra.elements.noise import estimate_variance
from moosegui.files.spectra.elements.units import flux_factor

SHOWN_CARDS = (
    "ID", "OBJECT", "NAME", "RA", "DEC", "FROM", "FROM_V", "CUBE", "CUBE_V", "REFSPEC", "ZCONF",
    "CONFID", "TYPE", "DEFECT", "BLEND", "REVISIT", "REFZ", "REFCENTER", "DATASET", "DEPTH",
    "RAF_ID", "ORI_ID", "TELESCOP", "INSTRUME", "SPECSYS", "DATE-OBS", "EXPTIME",
)  # fmt: skip
MUSE_RANGE = (4590.0, 9410.0)  # Angstrom
MUSE_STEP = 1.25  # Angstrom


@dataclass(frozen=True)
class RawSpectrum:
    """What a format module found in its file.

    Parameters
    ----------
    wave : ndarray of shape (n_wave,)
        Angstrom, as stored, in any order.
    flux : ndarray of shape (n_wave,)
        In `unit`.
    variance : ndarray of shape (n_wave,) or None
        In `unit` squared; None when the file has none.
    bad : ndarray of bool, shape (n_wave,), or None
        What the file itself marks as bad.
    stored_medium : "air", "vacuum" or ""
        What the file says of `wave`; empty when it is silent.
    unit, name : str
    is_muse : bool
        Whether the file says or shows that it comes from MUSE.
    header : tuple of (keyword, text)
    facts : tuple of str
        Sentences.
    """

    wave: FloatArray
    flux: FloatArray
    variance: FloatArray | None = None
    bad: BoolArray | None = None
    stored_medium: str = ""
    unit: str = ""
    name: str = ""
    is_muse: bool = False
    header: tuple[tuple[str, str], ...] = ()
    facts: tuple[str, ...] = ()


def assemble(raw: RawSpectrum) -> Spectrum:
    """Return the spectrum in vacuum, in 1e-20 erg/s/cm2/Angstrom where the unit is known.

    Raises
    ------
    Unreadable
        If the arrays do not belong together or there are no wavelengths.
    """
    facts = list(raw.facts)
    wave, flux, variance, bad = _ordered(raw, facts)
    bad = bad | ~np.isfinite(flux) | zero_runs(flux)
    is_estimated = variance is None or not (np.isfinite(variance) & (variance > 0)).any()
    if variance is None or is_estimated:
        variance = _estimated(flux, bad, facts, had_variance=raw.variance is not None)
    bad = bad | ~np.isfinite(variance) | ~(variance > 0)
    factor, unit = _settle_unit(raw, facts)
    with np.errstate(all="ignore"):
        ivar = np.where(bad, 0.0, 1.0 / (np.where(bad, 1.0, variance) * factor**2))
        flux = np.where(bad, 0.0, flux) * factor
    if bad.all():
        facts.append("Every pixel is masked: the file holds no usable flux.")
    medium = _settle_medium(raw, facts)
    return Spectrum(
        wave=convert(wave, medium, "vacuum"),
        flux=flux,
        ivar=ivar,
        stored_medium=raw.stored_medium,
        unit=unit,
        name=raw.name,
        facts=tuple(facts),
        is_variance_estimated=is_estimated,
        header=raw.header,
    )


def shown_cards(*headers: fits.Header) -> tuple[tuple[str, str], ...]:
    """Return the cards worth showing, with the experts' comments and the history."""
    shown: dict[str, str] = {}
    notes: list[tuple[str, str]] = []
    for header in headers:
        for keyword in SHOWN_CARDS:
            value = card_value(header, keyword)
            if value is not None:
                shown.setdefault(keyword, str(value).strip())
        for keyword in ("COMMENT", "HISTORY"):
            if keyword in header:
                notes += [(keyword, line) for line in map(str, header[keyword]) if line.strip()]
    return (*shown.items(), *notes)


def is_muse_like(wave: FloatArray, *headers: fits.Header) -> bool:
    """Whether headers or sampling tell a MUSE spectrum: 1.25 Angstrom steps in its range."""
    if any("MUSE" in str(card_value(h, "INSTRUME") or "").upper() for h in headers):
        return True
    steps = np.abs(np.diff(wave))
    in_range = wave.min() >= MUSE_RANGE[0] and wave.max() <= MUSE_RANGE[1]
    return bool(in_range and np.allclose(steps, MUSE_STEP, atol=0.01))


def _ordered(
    raw: RawSpectrum, facts: list[str]
) -> tuple[FloatArray, FloatArray, FloatArray | None, BoolArray]:
    """Check the shapes and bring the pixels into increasing wavelength."""
    wave, flux, variance = raw.wave, raw.flux, raw.variance
    bad = np.zeros(len(wave), dtype=bool) if raw.bad is None else raw.bad
    for name, array in (("flux", flux), ("variance", variance), ("quality", bad)):
        if array is not None and array.shape != wave.shape:
            raise Unreadable(f"has {array.shape} values of {name} for {len(wave)} wavelengths")
    checked_wave(wave)
    if np.all(np.diff(wave) > 0):
        return wave, flux, variance, bad
    if np.all(np.diff(wave) < 0):
        order = np.arange(len(wave))[::-1]
        facts.append("The wavelengths decrease in the file; the spectrum was reversed.")
    else:
        _, order = np.unique(np.where(np.isfinite(wave), wave, np.inf), return_index=True)
        order = order[np.isfinite(wave[order])]
        facts.append(
            f"The wavelengths are not in order in the file; {len(order)} of {len(wave)} different "
            "ones were sorted."
        )
    return wave[order], flux[order], None if variance is None else variance[order], bad[order]


def _estimated(
    flux: FloatArray, bad: BoolArray, facts: list[str], *, had_variance: bool
) -> FloatArray:
    why = "has no usable variance" if had_variance else "has no variance"
    facts.append(f"The file {why}; it was estimated from the scatter between pixels.")
    return estimate_variance(flux, ~bad)


def _settle_unit(raw: RawSpectrum, facts: list[str]) -> tuple[float, str]:
    if not raw.unit:
        if raw.is_muse:
            facts.append(f"The file gives no flux unit; {FLUX_UNIT} was assumed.")
            return 1.0, FLUX_UNIT
        facts.append("The file gives no flux unit.")
        return 1.0, ""
    factor = flux_factor(raw.unit)
    if factor is None:
        facts.append(f"The flux unit {raw.unit!r} is not known and was kept as it is.")
        return 1.0, raw.unit
    if factor != 1.0:
        facts.append(f"Fluxes were converted from {raw.unit} to {FLUX_UNIT}.")
    return factor, FLUX_UNIT


def _settle_medium(raw: RawSpectrum, facts: list[str]) -> Medium:
    if raw.stored_medium in ("air", "vacuum"):
        return cast("Medium", raw.stored_medium)
    why = "as MUSE spectra usually are" if raw.is_muse else "as is usual for optical spectra"
    facts.append(f"The file does not say whether wavelengths are in air; air was assumed, {why}.")
    return "air"
