"""One spectrum in an image: MPDAF Spectrum files (DATA, STAT, DQ) and IRAF's 1-D spectra."""

from __future__ import annotations

import math

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.spectra.elements.assemble import (
    RawSpectrum,
    assemble,
    is_muse_like,
    shown_cards,
)
from moosegui.files.spectra.elements.axis import has_axis, stored_medium, wave_from_header
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of

FLUX_NAMES = ("DATA", "SCI", "FLUX", "SPECTRUM")
VARIANCE_NAMES = ("STAT", "VAR", "VARIANCE")
SIGMA_NAMES = ("ERR", "ERROR", "ERRS", "SIGMA", "STD", "UNCERT")
INVERSE_NAMES = ("IVAR",)
MAX_BANDS = 8  # IRAF writes the spectrum, its sky and its error as bands of one image


def sniff(content: Content) -> bool:
    """Whether the file holds a one-dimensional image."""
    return _flux_hdu(content) is not None


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum.

    Raises
    ------
    Unreadable
        If it has no wavelengths.
    """
    hdu = _flux_hdu(content)
    if hdu is not None and not has_axis(_axis_header(content, hdu)):
        raise Unreadable("has no wavelength axis; its header needs CRVAL1 and CDELT1")
    return (header_of(content.path, content.hdus[0].header),)


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum.

    Raises
    ------
    Unreadable
        If it has no wavelengths or damaged data.
    """
    del ref
    hdu = _flux_hdu(content)
    if hdu is None:
        raise Unreadable("holds no spectrum")
    return read_image_pair(content, hdu, _variance_hdu(content, hdu), name=hdu.name)


def read_image_pair(
    content: Content,
    flux_hdu: Hdu,
    variance_hdu: Hdu | None,
    *,
    name: str,
    facts: tuple[str, ...] = (),
) -> Spectrum:
    """Read a flux image and, where there is one, the image of its variance.

    Raises
    ------
    Unreadable
        If the flux has no wavelengths or damaged data.
    """
    header, primary = _axis_header(content, flux_hdu), content.hdus[0].header
    pixels = content.image(flux_hdu)
    n_wave = flux_hdu.shape[-1]
    bands = pixels.reshape(-1, n_wave)
    wave = wave_from_header(header, n_wave)
    if len(bands) > 1:
        facts = (*facts, f"The image has {len(bands)} bands; the first was taken as the flux.")
    quality = _quality(content, flux_hdu)
    return assemble(
        RawSpectrum(
            wave=wave,
            flux=bands[0],
            variance=_variance(content, variance_hdu)
            if variance_hdu
            else _band_error(bands, header),
            bad=None if quality is None else quality != 0,
            stored_medium=stored_medium(header) or stored_medium(primary),
            unit=str(card_value(header, "BUNIT") or card_value(primary, "BUNIT") or "").strip(),
            name=name,
            is_muse=is_muse_like(wave, primary, header),
            header=shown_cards(primary, header),
            facts=facts,
        )
    )


def is_spectral(hdu: Hdu) -> bool:
    """Whether an HDU is an image of one spectrum, or of few bands of one."""
    if hdu.is_table or not hdu.shape or hdu.shape[-1] < 2:
        return False
    n_bands = math.prod(hdu.shape[:-1])
    return n_bands == 1 or (n_bands <= MAX_BANDS < hdu.shape[-1] and has_axis(hdu.header))


def _flux_hdu(content: Content) -> Hdu | None:
    named = content.named(*FLUX_NAMES)
    if named is not None and is_spectral(named):
        return named
    return next((hdu for hdu in content.hdus if is_spectral(hdu)), None)


def _axis_header(content: Content, hdu: Hdu) -> fits.Header:
    """Return the header with the wavelength axis: that of the image, else the primary one."""
    primary = content.hdus[0].header
    return primary if not has_axis(hdu.header) and has_axis(primary) else hdu.header


def _variance_hdu(content: Content, flux_hdu: Hdu) -> Hdu | None:
    named = content.named(*VARIANCE_NAMES, *SIGMA_NAMES, *INVERSE_NAMES)
    if named is not None and named.length == flux_hdu.length:
        return named
    others = [hdu for hdu in content.hdus if hdu.index > flux_hdu.index and not hdu.name]
    return next((hdu for hdu in others if hdu.length and hdu.shape == flux_hdu.shape), None)


def _variance(content: Content, hdu: Hdu) -> FloatArray:
    values = content.image(hdu).reshape(-1)
    if hdu.name in SIGMA_NAMES:
        return np.square(values)
    if hdu.name in INVERSE_NAMES:
        return np.divide(1.0, values, out=np.full_like(values, np.inf), where=values > 0)
    return values


def _band_error(bands: FloatArray, header: fits.Header) -> FloatArray | None:
    """Return the variance among IRAF's bands, which `BANDIDn` names."""
    for i in range(1, len(bands)):
        if "sigma" in str(card_value(header, f"BANDID{i + 1}") or "").lower():
            return np.asarray(np.square(bands[i]), dtype=np.float64)
    return None


def _quality(content: Content, flux_hdu: Hdu) -> FloatArray | None:
    is_data = flux_hdu.name.endswith("DATA")
    name = flux_hdu.name.removesuffix("DATA") + "DQ" if is_data else "DQ"
    hdu = content.named(name)
    if hdu is None or hdu.length != flux_hdu.length:
        return None
    return content.image(hdu).reshape(-1)
