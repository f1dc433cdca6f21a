"""From what a file stores to a `Spectrum`: order, mask, variance, unit and medium, settled once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import BoolArray, FloatArray
from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice
from moosegui.data.medium import Medium, convert
from moosegui.data.spectrum import FLUX_UNIT, Guess, Provenance, Spectrum, zero_runs
from moosegui.files.content import Unreadable, card_value
from moosegui.files.spectra.elements.axis import checked_wave
from moosegui.files.spectra.elements.noise import estimate_variance
from moosegui.files.spectra.elements.units import (
    flux_factors,
    is_per_solid_angle,
    kind_of_flux,
    scale_of,
)

SHOWN_CARDS = (
    "ID", "OBJECT", "NAME", "RA", "DEC", "FROM", "FROM_V", "CUBE", "CUBE_V", "REFSPEC", "ZCONF",
    "CONFID", "TYPE", "DEFECT", "BLEND", "REVISIT", "REFZ", "REFCENTER", "DATASET", "DEPTH",
    "RAF_ID", "ORI_ID", "TELESCOP", "INSTRUME", "SPECSYS", "DATE-OBS", "EXPTIME",
)  # fmt: skip
OF_REST = (
    "that wavelengths are those of the rest frame; they were taken as observed, so that a redshift "
    "found here adds to what the file took away."
)
REACH_OF_SILICON = 10_500.0  # Angstrom, beyond which spectra are called near-infrared
REACH_OF_GROUND = (3000.0, 26_000.0)  # Angstrom, between which spectra from the ground end
# What programs write for none, of which no flux in any unit of astronomy comes near: IDL and
# ESO pipelines, netCDF, the largest float32
FILLS = (1e20, 1e30, 1e35, 1e36, 1e38, 9.96921e36, 3.4028235e38)
MUSE_RANGE = (4590.0, 9410.0)  # Angstrom
MUSE_STEP = 1.25  # Angstrom
NO_UNIT = "The file gives no flux unit"
TINY_FLUX = 1e-10  # below this median, fluxes without a unit can only be erg/s/cm2/Angstrom
SENTINELS = (-99.0, -999.0, -9999.0, -99.99, -999.9)  # what texts and old tables write for none


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
        What was repaired or joined, in sentences.
    provenance : Provenance
        What of the file the arrays are, with what was assumed and left out.
    choice : ReadingChoice
        What the user says where the file is silent.
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
    provenance: Provenance = field(default_factory=Provenance)
    choice: ReadingChoice = AS_WRITTEN


def assemble(raw: RawSpectrum) -> Spectrum:
    """Return the spectrum in vacuum, in 1e-20 erg/s/cm2/Angstrom where the unit is known.

    Raises
    ------
    Unreadable
        If the arrays do not belong together or there are no wavelengths.
    """
    facts, assumed = list(raw.facts), list(raw.provenance.assumed)
    wave, flux, variance, bad = _ordered(_without_padding(raw, facts), facts)
    bad = bad | ~np.isfinite(flux) | zero_runs(flux) | _sentinels(flux, facts)
    is_estimated = variance is None or not (np.isfinite(variance) & (variance > 0)).any()
    if variance is None or is_estimated:
        variance = _estimated(flux, bad, assumed, had_variance=raw.variance is not None)
    bad = bad | ~np.isfinite(variance) | ~(variance > 0)
    guesses = list(raw.provenance.guesses)
    if dict(raw.header).get("SPECSYS", "").upper() == "SOURCE":
        assumed.append(f"SPECSYS says {OF_REST}")
    medium = _settle_medium(raw, assumed, guesses)
    wave = convert(wave, medium, "vacuum")
    factor, unit = _settle_unit(raw, wave, facts, assumed)
    with np.errstate(all="ignore"):
        ivar = np.where(bad, 0.0, 1.0 / (np.where(bad, 1.0, variance) * factor**2))
        flux = np.where(bad, 0.0, flux) * factor
    if bad.all():
        facts.append("Every pixel is masked: the file holds no usable flux.")
    return Spectrum(
        wave=wave,
        flux=flux,
        ivar=ivar,
        stored_medium=raw.stored_medium,
        unit=unit,
        name=raw.name,
        facts=(*facts, *assumed, *raw.provenance.left_out),
        is_variance_estimated=is_estimated,
        header=raw.header,
        provenance=replace(
            raw.provenance, unit=raw.unit, assumed=tuple(assumed), guesses=tuple(guesses)
        ),
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


def _without_padding(raw: RawSpectrum, facts: list[str]) -> RawSpectrum:
    """Drop pixels without a wavelength, with which some programs fill their arrays."""
    is_pixel = np.isfinite(raw.wave) & (raw.wave > 0)
    n_padded = int(np.count_nonzero(~is_pixel))
    arrays = (raw.flux, raw.variance, raw.bad)
    if not n_padded or any(a is not None and a.shape != raw.wave.shape for a in arrays):
        return raw
    facts.append(f"{n_padded} pixels without a wavelength (padding) were left out.")
    return replace(
        raw,
        wave=raw.wave[is_pixel],
        flux=raw.flux[is_pixel],
        variance=None if raw.variance is None else raw.variance[is_pixel],
        bad=None if raw.bad is None else raw.bad[is_pixel],
    )


def _sentinels(flux: FloatArray, facts: list[str]) -> BoolArray:
    """Mark fluxes of exactly -99 and the like below all others, or 1e20, which stand for none."""
    none = _fills(flux, facts)
    finite = flux[np.isfinite(flux) & ~none]
    if not finite.size or finite.min() not in SENTINELS or np.all(finite == np.rint(finite)):
        return none
    lowest: BoolArray = np.asarray(flux == finite.min(), dtype=bool)
    others = finite[finite != finite.min()]
    is_apart = others.size > 0 and others.min() > finite.min() + np.ptp(others)
    if not is_apart and np.count_nonzero(lowest) < 2:
        return none
    facts.append(_told(lowest, float(finite.min())))
    return np.logical_or(none, lowest)


def _fills(flux: FloatArray, facts: list[str]) -> BoolArray:
    """Mark fluxes of exactly 1e20 and the like, far above all others."""
    none = np.zeros(flux.shape, dtype=bool)
    size = np.abs(flux)
    huge = size[np.isfinite(size) & (size >= 0.99 * min(FILLS))]
    others = size[np.isfinite(size) & (size < 0.99 * min(FILLS))]
    if not huge.size or not others.size or others.max() > 1e-6 * huge.min():
        return none
    for value in FILLS:
        is_fill = np.isclose(size, value, rtol=1e-5, atol=0.0)
        if is_fill.any():
            facts.append(_told(is_fill, float(flux[is_fill][0])))
            none |= is_fill
    return none


def _told(none: BoolArray, value: float) -> str:
    count = int(np.count_nonzero(none))
    fluxes, they = ("flux", "it was") if count == 1 else ("fluxes", "they were")
    verb = "stands" if count == 1 else "stand"
    return f"{count} {fluxes} of exactly {value:.7g} {verb} for none; {they} masked."


def _estimated(
    flux: FloatArray, bad: BoolArray, facts: list[str], *, had_variance: bool
) -> FloatArray:
    why = "has no usable variance" if had_variance else "has no variance"
    facts.append(f"The file {why}; it was estimated from the scatter between pixels.")
    return estimate_variance(flux, ~bad)


def _settle_unit(
    raw: RawSpectrum, wave: FloatArray, facts: list[str], assumed: list[str]
) -> tuple[FloatArray | float, str]:
    if not raw.unit and _is_tiny(raw.flux):
        assumed.append(f"{NO_UNIT}; values so small were taken as erg/s/cm2/Angstrom.")
        return 1.0 / 1e-20, FLUX_UNIT
    if not raw.unit:
        if raw.is_muse:
            assumed.append(f"{NO_UNIT}; {FLUX_UNIT} was assumed.")
            return 1.0, FLUX_UNIT
        assumed.append(f"{NO_UNIT}.")
        return 1.0, ""
    scale, kind = scale_of(raw.unit), kind_of_flux(raw.unit)
    if scale is not None:
        assumed.append(f"The flux unit is {raw.unit} alone; erg/s/cm2/Angstrom was assumed.")
        return scale / 1e-20, FLUX_UNIT
    if kind == "magnitudes":
        raise Unreadable(
            f"gives its fluxes in magnitudes ({raw.unit}); convert them to flux densities"
        )
    factor = flux_factors(raw.unit, wave)
    if factor is None and kind == "counts":
        facts.append(f"The flux is in counts ({raw.unit}), not calibrated; it was kept as it is.")
    elif factor is None:
        facts.append(f"The flux unit {raw.unit!r} is not known and was kept as it is.")
    if factor is None:
        return 1.0, raw.unit
    if is_per_solid_angle(raw.unit):
        assumed.append(
            f"A surface brightness ({raw.unit}) was taken as a flux, of one unit of area."
        )
    if kind == "per frequency":
        facts.append(f"Fluxes per frequency ({raw.unit}) were converted to {FLUX_UNIT}.")
    elif not isinstance(factor, float) or factor != 1.0:
        facts.append(f"Fluxes were converted from {raw.unit} to {FLUX_UNIT}.")
    return factor, FLUX_UNIT


def _is_tiny(flux: FloatArray) -> bool:
    finite = np.abs(flux[np.isfinite(flux) & (flux != 0)])
    return finite.size > 0 and bool(np.median(finite) < TINY_FLUX)


def _is_optical(wave: FloatArray) -> bool:
    finite = wave[np.isfinite(wave) & (wave > 0)]
    return finite.size > 0 and float(np.median(finite)) < REACH_OF_SILICON


def _is_from_space(wave: FloatArray) -> bool:
    """Whether a spectrum reaches beyond what the atmosphere lets through, or lies before it."""
    known = wave[np.isfinite(wave) & (wave > 0)]
    return bool(known.size) and not REACH_OF_GROUND[0] < float(known.max()) < REACH_OF_GROUND[1]


def _settle_medium(raw: RawSpectrum, assumed: list[str], guesses: list[Guess]) -> Medium:
    if raw.stored_medium in ("air", "vacuum"):
        return cast("Medium", raw.stored_medium)
    silent = "The file does not say whether wavelengths are in air"
    if raw.choice.medium in ("air", "vacuum"):
        assumed.append(f"{silent}; {raw.choice.medium} was taken, as you said.")
        return cast("Medium", raw.choice.medium)
    if _is_from_space(raw.wave):
        guesses.append(Guess("medium", ("vacuum", "air")))
        assumed.append(f"{silent}; vacuum was assumed, as no telescope on the ground sees these.")
        return "vacuum"
    if not raw.is_muse:
        guesses.append(Guess("medium", ("air", "vacuum")))
    of_ground = "optical spectra" if _is_optical(raw.wave) else "spectra from the ground"
    why = "as MUSE spectra usually are" if raw.is_muse else f"as is usual for {of_ground}"
    assumed.append(f"{silent}; air was assumed, {why}.")
    return "air"
