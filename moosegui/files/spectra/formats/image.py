"""One spectrum in an image: MPDAF Spectrum files (DATA, STAT, DQ) and IRAF's 1-D spectra."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import BoolArray
from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Provenance, Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.spectra.elements.assemble import (
    RawSpectrum,
    assemble,
    is_muse_like,
    shown_cards,
)
from moosegui.files.spectra.elements.axis import has_axis, stored_medium, wave_from_header
from moosegui.files.spectra.elements.companions import companion_error, flux_file_of
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of
from moosegui.files.spectra.elements.image_errors import (
    ImageError,
    image_error,
    label_of,
    same_version,
    scales_of_pair,
    shown_name,
    unnamed_sigma,
)
from moosegui.files.spectra.elements.names import is_flux, is_log, is_wave
from moosegui.files.spectra.elements.quality import QUALITY_IMAGES, bad_pixels
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.elements.unknown import is_cube
from moosegui.files.spectra.elements.wave_units import Axis, AxisHints, settle_axis

FLUX_NAMES = ("DATA", "SCI", "FLUX", "SPECTRUM")
APOGEE = "APOGEE spectrum"
MAX_BANDS = 8  # IRAF writes the spectrum, its sky and its error as bands of one image


@dataclass(frozen=True)
class _Images:
    """The images of one file that make a spectrum: fluxes, and wavelengths where no axis is."""

    flux: Hdu
    wave: Hdu | None = None


def sniff(content: Content) -> Score:
    """Whether the file holds a one-dimensional image that is not the appendix of a cube."""
    flux = _flux_hdu(content)
    is_appendix = flux is not None and flux.name not in FLUX_NAMES
    if flux is None or (is_appendix and any(map(is_cube, content.hdus))):
        return Score.NO
    return Score.SHAPE


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum.

    Raises
    ------
    Unreadable
        If it has no wavelengths, or holds the errors of another file.
    """
    flux = _flux_hdu(content)
    if flux is not None and not has_axis(_axis_header(content, flux)):
        _with_wave(content, flux)
    owner = flux_file_of(content.path)
    if owner is not None:
        raise Unreadable(f"holds the errors of {owner.name}; open that file")
    told = (flux.header,) if flux is not None and flux.index > 0 else ()
    return (header_of(content.path, content.hdus[0].header, *told),)


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum.

    Raises
    ------
    Unreadable
        If it has no wavelengths or damaged data.
    """
    hdu = _flux_hdu(content, ref.choice.flux)
    if hdu is None:
        raise Unreadable("holds no spectrum")
    kind = "MPDAF spectrum" if {"DATA", "STAT"} <= content.names else "one-dimensional image"
    kind = APOGEE if _is_of_apogee(content, hdu) else kind
    raw = _raw(content, hdu, choice=ref.choice, kind=kind, name=hdu.name)
    if kind == APOGEE:  # its wavelengths are in vacuum (SDSS data model of apStar)
        raw = replace(raw, stored_medium=raw.stored_medium or "vacuum")
    return assemble(raw)


def _is_of_apogee(content: Content, hdu: Hdu) -> bool:
    """Whether a file is an apStar or apVisit: its axis is called so, and it counts visits."""
    kind = str(card_value(hdu.header, "CTYPE1") or "").upper()
    return kind == "LOG-LINEAR" and card_value(content.hdus[0].header, "NVISITS") is not None


def read_image_pair(
    content: Content,
    flux_hdu: Hdu,
    variance_hdu: Hdu | None,
    *,
    name: str,
    facts: tuple[str, ...] = (),
    choice: ReadingChoice = AS_WRITTEN,
) -> Spectrum:
    """Read a flux image of an MPDAF Source and, where there is one, the image of its variance.

    Raises
    ------
    Unreadable
        If the flux has no wavelengths or damaged data.
    """
    variance = None
    if variance_hdu is not None:
        own, factor = scales_of_pair(flux_hdu, variance_hdu)
        variance = content.image(variance_hdu).reshape(-1) / own * factor**2
    source = f"extension {shown_name(variance_hdu)} (variance)" if variance_hdu else ""
    raw = _raw(
        content,
        flux_hdu,
        choice=choice,
        kind="MPDAF Source",
        name=name,
        error=ImageError(variance, source),
    )
    return assemble(replace(raw, facts=(*facts, *raw.facts)))


def is_spectral(hdu: Hdu) -> bool:
    """Whether an HDU is an image of one spectrum, or of few bands of one."""
    if hdu.is_table or not hdu.shape or hdu.shape[-1] < 2 or _is_text(hdu):
        return False
    n_bands = math.prod(hdu.shape[:-1])
    return n_bands == 1 or (n_bands <= MAX_BANDS < hdu.shape[-1] and has_axis(hdu.header))


def _is_text(hdu: Hdu) -> bool:
    """Whether an image holds bytes of text, as the primary one that TOPCAT writes before tables."""
    return hdu.index == 0 and card_value(hdu.header, "VOTMETA") is not None


def _raw(
    content: Content,
    flux_hdu: Hdu,
    *,
    choice: ReadingChoice,
    kind: str,
    name: str,
    error: ImageError | None = None,
) -> RawSpectrum:
    images = _with_wave(content, flux_hdu)
    header, primary = _axis_header(content, flux_hdu), content.hdus[0].header
    bands = content.image(flux_hdu).reshape(-1, flux_hdu.shape[-1])
    i_band = _chosen_band(choice.flux, len(bands))
    flux = bands[i_band]
    axis, medium, wave_from = _axis(content, images, choice)
    unit = str(card_value(header, "BUNIT") or card_value(flux_hdu.header, "BUNIT") or "").strip()
    unit = unit or str(card_value(primary, "BUNIT") or "").strip()
    if error is None:
        error = image_error(content, flux_hdu, bands, unit, chosen=choice.error, wave=images.wave)
    if images.wave is not None and not images.wave.name and error.assumed:
        # flux, error and wavelengths in this order and without names are those of mypython
        found = unnamed_sigma(content, images.flux, images.wave)
        if found is not None:
            error, medium, kind = found, medium or "vacuum", "mypython spectrum"
    if not error.is_settled:
        error = companion_error(content.path, flux) or error
    bad, told = _quality(content, flux_hdu)
    muse = is_muse_like(axis.wave[np.isfinite(axis.wave)], primary, header)
    return RawSpectrum(
        wave=axis.wave,
        flux=flux,
        variance=error.variance,
        bad=bad,
        stored_medium=axis.medium or medium,
        unit=unit,
        name=name,
        is_muse=muse,
        header=shown_cards(primary, header),
        facts=(*_told_of_bands(flux_hdu, len(bands), i_band), *told),
        provenance=Provenance(
            kind=kind,
            wave=f"{wave_from} ({axis.unit})",
            flux=f"extension {label_of(content, flux_hdu)}",
            error=error.source,
            assumed=(*axis.assumed, *error.assumed),
            left_out=(*error.left_out, *_other_fluxes(content, flux_hdu)),
            guesses=error.guesses,
        ),
        choice=choice,
    )


def _flux_hdu(content: Content, chosen: str = "") -> Hdu | None:
    asked = [hdu for hdu in content.hdus if chosen and label_of(content, hdu) == chosen.upper()]
    if asked and is_spectral(asked[0]):
        return asked[0]
    named = content.named(*((chosen.upper(),) if chosen else ()), *FLUX_NAMES)
    if named is not None and is_spectral(named):
        return named
    return next((hdu for hdu in content.hdus if is_spectral(hdu) and not is_wave(hdu.name)), None)


def _axis_header(content: Content, hdu: Hdu) -> fits.Header:
    """Return the header with the wavelength axis: that of the image, else the primary one."""
    primary = content.hdus[0].header
    return primary if not has_axis(hdu.header) and has_axis(primary) else hdu.header


def _with_wave(content: Content, flux: Hdu) -> _Images:
    """Find the image of the wavelengths where no header has an axis.

    Raises
    ------
    Unreadable
        If there is none either.
    """
    named = [h for h in content.hdus if h.length == flux.shape[-1] and is_wave(h.name)]
    if named:
        return _Images(flux, named[0])
    if has_axis(_axis_header(content, flux)):
        return _Images(flux)
    for hdu in content.hdus:
        if hdu.index > flux.index and not hdu.name and hdu.length == flux.shape[-1]:
            steps = np.diff(content.image(hdu).reshape(-1))
            if np.all(steps > 0) or np.all(steps < 0):
                return _Images(flux, hdu)
    raise Unreadable(
        "has no wavelength axis; its header needs CRVAL1 and CDELT1, or the file an image "
        "WAVELENGTH"
    )


def _axis(content: Content, images: _Images, choice: ReadingChoice) -> tuple[Axis, str, str]:
    """Return the wavelengths, the medium that is said of them, and where they were found."""
    primary = content.hdus[0].header
    if images.wave is None:
        header = _axis_header(content, images.flux)
        axis = wave_from_header(header, images.flux.shape[-1], chosen=choice.wave_unit)
        is_primary = header is primary
        where = "primary header" if is_primary else f"header of {shown_name(images.flux)}"
        return axis, stored_medium(header) or stored_medium(primary), where
    hdu = images.wave
    values = content.image(hdu).reshape(-1)
    log = is_log(hdu.name)
    hints = AxisHints(
        f"extension {shown_name(hdu)}",
        unit=str(card_value(hdu.header, "BUNIT", "CUNIT1", "TUNIT1") or ""),
        chosen=choice.wave_unit,
        is_log10=log == "log10",
        is_ln=log == "ln",
    )
    medium = stored_medium(hdu.header) or stored_medium(primary)
    return settle_axis(values, hints), medium, f"extension {shown_name(hdu)}"


def _chosen_band(chosen: str, n_bands: int) -> int:
    """Return the band that `--flux "band 2"` asks for, counted from 0; the first without."""
    found = re.fullmatch(r"band\s*(\d+)", chosen.strip(), re.IGNORECASE)
    return int(found[1]) - 1 if found and 1 <= int(found[1]) <= n_bands else 0


def _told_of_bands(hdu: Hdu, n_bands: int, i_band: int) -> tuple[str, ...]:
    """Name the bands of an image, which are extractions or apertures, and how to take another."""
    if n_bands < 2:
        return ()
    labels = [
        str(card_value(hdu.header, f"BANDID{i + 1}", f"APID{i + 1}") or "") for i in range(n_bands)
    ]
    named = ", ".join(f"band {i + 1}: {label}" for i, label in enumerate(labels) if label)
    which = "first" if i_band == 0 else f"{i_band + 1}."
    return (
        f"The image has {n_bands} bands{f' ({named})' if named else ''}; the {which} was taken as "
        "the flux; --flux 'band 2' takes another.",
    )


def _other_fluxes(content: Content, flux_hdu: Hdu) -> tuple[str, ...]:
    """Name the other images of the same length that are named as fluxes."""
    names = [
        label_of(content, hdu)
        for hdu in content.hdus
        if hdu is not flux_hdu
        and hdu.length == flux_hdu.shape[-1]
        and is_flux(hdu.name.rstrip("0123456789"))
    ]
    return (f"Other fluxes: {', '.join(names)}; --flux takes one of them.",) if names else ()


def _quality(content: Content, flux_hdu: Hdu) -> tuple[BoolArray | None, tuple[str, ...]]:
    is_data = flux_hdu.name.endswith("DATA") and flux_hdu.name != "DATA"
    names = (flux_hdu.name.removesuffix("DATA") + "DQ",) if is_data else QUALITY_IMAGES
    hdu = same_version(content, flux_hdu, content.named(*names))
    if hdu is None or hdu.is_table or hdu.length != flux_hdu.length or not hdu.length:
        return None, ()
    return bad_pixels(content.image(hdu).reshape(-1), f"Extension {hdu.name}")
