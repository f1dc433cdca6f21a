"""IRAF images with several spectra: multispec (WAT2 specN) and equispec with apertures.

The dispersion is that of IRAF's `specwcs` help page: linear, log10, or a sum of Chebyshev and
Legendre polynomials, divided by 1 + the Doppler factor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from astropy.io import fits

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Provenance, Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.spectra.elements.assemble import (
    RawSpectrum,
    assemble,
    is_muse_like,
    shown_cards,
)
from moosegui.files.spectra.elements.axis import stored_medium, wave_from_header
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of
from moosegui.files.spectra.elements.joined import continues, join
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.elements.uncertainty import as_variance
from moosegui.files.spectra.elements.wave_units import AxisHints, settle_axis

LINEAR, LOG10, NON_LINEAR = 0, 1, 2
CHEBYSHEV, LEGENDRE = 1, 2
MAX_CARDS = 1000  # WAT2_nnn of one header

_SPEC = re.compile(r'spec(\d+)\s*=\s*"([^"]*)"')
_UNITS = re.compile(r"units\s*=\s*\"?([A-Za-z0-9_./^*()-]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Image:
    """The image whose rows are spectra, and the wavelengths of each, shape (n_rows, n_wave)."""

    hdu: Hdu
    waves: FloatArray
    unit: str
    medium: str
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bands:
    """The flux of one aperture and its errors, among the bands that apall writes."""

    flux: FloatArray
    variance: FloatArray | None = None
    error: str = ""
    left_out: tuple[str, ...] = ()


def sniff(content: Content) -> Score:
    """Whether the first image is one of IRAF's with several spectra."""
    return Score.SIGNATURE if _hdu(content) is not None else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe every aperture as a source; orders of one source are one spectrum.

    Raises
    ------
    Unreadable
        If the dispersion is of a kind that is not read.
    """
    hdu = _hdu(content)
    if hdu is None:
        raise Unreadable("holds no spectra of IRAF")
    whole = header_of(content.path, hdu.header)
    # in whatever unit: only whether the rows cover other wavelengths is asked
    n_rows = hdu.shape[-2]
    if n_rows == 1 or _are_orders(_image(content, hdu, "Angstrom")):
        return (whole,)
    titles = [str(card_value(hdu.header, f"APID{i + 1}") or "") for i in range(n_rows)]
    unique = len(set(titles)) == len(titles) and all(titles)
    ids = titles if unique else [f"{whole.source_id}_{i + 1}" for i in range(n_rows)]
    return tuple(SpectrumHeader(SpectrumRef(content.path, row=i), ids[i]) for i in range(n_rows))


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read one aperture, or all orders joined.

    Raises
    ------
    Unreadable
        If no aperture was named where there are several sources, or the dispersion is not read.
    """
    hdu = _hdu(content)
    if hdu is None:
        raise Unreadable("holds no spectra of IRAF")
    image = _image(content, hdu, ref.choice.wave_unit)
    n_rows = hdu.shape[-2]
    if ref.row is None and n_rows > 1:
        if not _are_orders(image):
            raise Unreadable(f"holds {n_rows} spectra; say which row")
        parts = [_raw(content, image, i, ref) for i in range(n_rows)]
        return assemble(join(parts, [f"order {i + 1}" for i in range(n_rows)]))
    return assemble(_raw(content, image, ref.row or 0, ref))


def _raw(content: Content, image: _Image, row: int, ref: SpectrumRef) -> RawSpectrum:
    header = image.hdu.header
    if not 0 <= row < image.hdu.shape[-2]:
        raise Unreadable(f"has {image.hdu.shape[-2]} rows and no row {row} (counted from 0)")
    bands = _bands(content, image.hdu, row)
    return RawSpectrum(
        wave=image.waves[row],
        flux=bands.flux,
        variance=bands.variance,
        stored_medium=image.medium,
        unit=str(card_value(header, "BUNIT") or "").strip(),
        name=f"aperture {row + 1}",
        is_muse=is_muse_like(image.waves[row], header),
        header=shown_cards(header),
        provenance=Provenance(
            kind="IRAF spectra",
            wave=f"header, dispersion of aperture {row + 1} ({image.unit})",
            flux=f"row {row}",
            error=bands.error,
            assumed=image.assumed,
            left_out=bands.left_out,
        ),
        choice=ref.choice,
    )


def _bands(content: Content, hdu: Hdu, row: int) -> _Bands:
    """Return the first band of an aperture as its flux, and the one that is called sigma."""
    if len(hdu.shape) == 2:
        return _Bands(content.image_row(hdu, row))
    pixels = content.image(hdu)[:, row]
    labels = [str(card_value(hdu.header, f"BANDID{i + 1}") or "") for i in range(len(pixels))]
    sigma = next((i for i, text in enumerate(labels) if i and text.startswith("sigma")), None)
    others = [
        f"band {i + 1}: {text or 'without a name'}"
        for i, text in enumerate(labels)
        if i and i != sigma
    ]
    left_out = (f"Bands not used: {', '.join(others)}.",) if others else ()
    if sigma is None:
        return _Bands(pixels[0], left_out=left_out)
    variance = as_variance(pixels[sigma], "sigma")
    return _Bands(pixels[0], variance, f"band {sigma + 1} (sigma)", left_out)


def _hdu(content: Content) -> Hdu | None:
    for hdu in content.hdus[:1]:
        if hdu.is_table or len(hdu.shape) not in (2, 3):
            continue
        kind = str(card_value(hdu.header, "CTYPE1") or "").upper()
        system = str(card_value(hdu.header, "WAT0_001") or "").lower()
        if kind.startswith("MULTISPE") or "multispec" in system:
            return hdu
        n_rows = hdu.shape[-2]
        n_named = sum(f"APNUM{i + 1}" in hdu.header for i in range(n_rows))
        if "equispec" in system and n_named == n_rows > 1:
            return hdu
    return None


def _image(content: Content, hdu: Hdu, chosen: str) -> _Image:
    header, (n_rows, n_wave) = hdu.header, hdu.shape[-2:]
    medium = stored_medium(header) or stored_medium(content.hdus[0].header)
    if "equispec" in str(card_value(header, "WAT0_001") or "").lower():
        axis = wave_from_header(header, n_wave, chosen=chosen)
        waves = np.tile(axis.wave, (n_rows, 1))
        return _Image(hdu, waves, axis.unit, axis.medium or medium, axis.assumed)
    found = _UNITS.search(str(card_value(header, "WAT1_001") or ""))
    hints = AxisHints("WAT2", unit=found[1] if found else "", chosen=chosen)
    specs = dict(_SPEC.findall(_wat2(header)))
    missing = [i + 1 for i in range(n_rows) if str(i + 1) not in specs]
    if missing:
        raise Unreadable(
            f"is an IRAF multispec image without the dispersion of row {missing[0]}; its header "
            "needs WAT2 cards, or run scopy or wspectext on it"
        )
    stored = np.array([_dispersion(specs[str(i + 1)], n_wave) for i in range(n_rows)])
    axis = settle_axis(stored.reshape(-1), hints)
    waves = axis.wave.reshape(n_rows, n_wave)
    return _Image(hdu, waves, axis.unit, axis.medium or medium, axis.assumed)


def _are_orders(image: _Image) -> bool:
    """Whether the rows cover different wavelengths, as the orders of one source do."""
    if len(image.waves) < 2:
        return False
    raws = [RawSpectrum(wave, wave) for wave in image.waves]
    return all(continues(raw, raws[:i]) for i, raw in enumerate(raws))


def _wat2(header: fits.Header) -> str:
    """Return the text that IRAF spreads over WAT2_nnn, each card filled to 68 characters."""
    pieces = []
    for i in range(1, MAX_CARDS):
        value = card_value(header, f"WAT2_{i:03d}")
        if value is None:
            break
        pieces.append(str(value).ljust(68))
    return "".join(pieces)


def _dispersion(text: str, n_wave: int) -> FloatArray:
    """Return the stored wavelengths of one aperture from its `specN` attribute."""
    try:
        numbers = [float(word) for word in text.split()]
        kind, start, step, n_valid, doppler = (numbers[i] for i in (2, 3, 4, 5, 6))
    except (ValueError, IndexError) as error:
        raise Unreadable(f"has a dispersion that is not understood: spec = {text!r}") from error
    pixels = np.arange(1.0, n_wave + 1.0)
    if kind == NON_LINEAR:
        wave = _functions(numbers[9:], pixels)
    else:
        wave = start + step * (pixels - 1.0)
        wave = np.power(10.0, wave) if kind == LOG10 else wave
    wave = np.where(pixels <= n_valid, wave, np.nan) if n_valid > 0 else wave
    return np.asarray(wave / (1.0 + doppler), dtype=np.float64)


def _functions(numbers: list[float], pixels: FloatArray) -> FloatArray:
    """Return the weighted sum of dispersion functions."""
    total = np.zeros_like(pixels)
    while numbers:
        if len(numbers) < 6:
            raise Unreadable("has a dispersion function that ends too early")
        weight, shift, kind, order, low, high = numbers[:6]
        if int(kind) not in (CHEBYSHEV, LEGENDRE):
            raise Unreadable(
                f"has dispersion functions of type {int(kind)}; only Chebyshev and Legendre "
                "polynomials are read: run IRAF's dispcor on it"
            )
        coefficients = numbers[6 : 6 + int(order)]
        x = (pixels - 0.5 * (high + low)) / (0.5 * (high - low))
        value = (
            np.polynomial.chebyshev.chebval(x, coefficients)
            if int(kind) == CHEBYSHEV
            else np.polynomial.legendre.legval(x, coefficients)
        )
        total += weight * (shift + value)
        numbers = numbers[6 + int(order) :]
    return total
