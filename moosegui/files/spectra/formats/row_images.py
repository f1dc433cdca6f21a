"""Marz files: images with one spectrum a row, from AAOmega (FIBRES) and from MuseX (DETAILS)."""

from __future__ import annotations

import numpy as np

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
from moosegui.files.spectra.elements.axis import MAX_LOG10, wave_from_header
from moosegui.files.spectra.elements.headers import SpectrumHeader, stem_of
from moosegui.files.tables.columns import as_floats, as_ids, as_texts, map_columns
from moosegui.files.tables.formats import read_fits_table

PROGRAM = "P"  # TYPE of a fibre on a target; the others see the sky or guide stars


def sniff(content: Content) -> bool:
    """Whether the extensions are those of a Marz file."""
    is_musex = {"WAVE", "DATA", "STAT", "DETAILS"} <= content.names
    is_aaomega = bool({"INTENSITY", "FIBRES"} & content.names)
    flux = _flux(content)
    return (is_musex or is_aaomega) and flux is not None and 1 <= len(flux.shape) <= 2


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe every spectrum of a program fibre; positions of FIBRES are radians."""
    flux, details = _flux(content), content.named("DETAILS", "FIBRES")
    n_rows = flux.shape[0] if flux is not None and len(flux.shape) == 2 else 1
    if details is None or details.shape != (n_rows,):
        stem = stem_of(content.path)
        return tuple(
            SpectrumHeader(SpectrumRef(content.path, row=i), f"{stem}_{i}") for i in range(n_rows)
        )
    table = read_fits_table(content, details)
    columns = map_columns(table)
    names = as_ids(table, "NAME" if "NAME" in table.colnames else columns.source_id, n_rows)
    kinds = as_texts(table, columns.kind, n_rows)
    to_degrees = np.degrees if details.name == "FIBRES" else np.asarray
    ra = to_degrees(as_floats(table, columns.ra, n_rows)).tolist()
    dec = to_degrees(as_floats(table, columns.dec, n_rows)).tolist()
    redshift = as_floats(table, columns.redshift, n_rows).tolist()
    comment = as_texts(table, columns.comment, n_rows)
    return tuple(
        SpectrumHeader(
            SpectrumRef(content.path, row=i),
            names[i],
            ra[i],
            dec[i],
            redshift[i],
            "" if details.name == "FIBRES" else kinds[i],
            comment[i],
        )
        for i in range(n_rows)
        if details.name != "FIBRES" or kinds[i] in ("", PROGRAM)
    )


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read one row.

    Raises
    ------
    Unreadable
        If no row was named where there are several, or the data are damaged.
    """
    flux = _flux(content)
    if flux is None:
        raise Unreadable("has no spectra")
    n_rows = flux.shape[0] if len(flux.shape) == 2 else 1
    if ref.row is None and n_rows > 1:
        raise Unreadable(f"holds {n_rows} spectra; say which row")
    row = ref.row or 0
    wave = _wave(content, flux, row)
    is_muse = "DETAILS" in content.names or is_muse_like(wave[np.isfinite(wave)])
    primary = content.hdus[0].header
    return assemble(
        RawSpectrum(
            wave=wave,
            flux=content.image_row(flux, row),
            variance=_variance(content, row),
            stored_medium="vacuum" if card_value(primary, "VACUUM") is True else _air(content),
            unit=str(card_value(flux.header, "BUNIT") or "").strip(),
            name=f"row {row}",
            is_muse=is_muse,
            header=shown_cards(primary),
        )
    )


def _flux(content: Content) -> Hdu | None:
    if not content.hdus:
        return None
    hdu = content.named("INTENSITY", "DATA") or content.hdus[0]
    return hdu if hdu.shape and not hdu.is_table else None


def _air(content: Content) -> str:
    """Marz defines wavelengths as air unless VACUUM is set; MuseX files say nothing."""
    return "" if "DETAILS" in content.names else "air"


def _wave(content: Content, flux: Hdu, row: int) -> FloatArray:
    hdu = content.named("WAVELENGTH", "WAVE")
    if hdu is None:
        return wave_from_header(flux.header, flux.shape[-1])
    wave = content.image_row(hdu, row if len(hdu.shape) == 2 and hdu.shape[0] > 1 else 0)
    finite = wave[np.isfinite(wave)]
    is_log10 = finite.size and finite.max() < MAX_LOG10
    return np.asarray(np.power(10.0, wave), dtype=np.float64) if is_log10 else wave


def _variance(content: Content, row: int) -> FloatArray | None:
    hdu = content.named("VARIANCE", "STAT")
    if hdu is not None:
        return content.image_row(hdu, row)
    inverse = content.named("IVAR")
    if inverse is None:
        return None
    ivar = content.image_row(inverse, row)
    return np.divide(1.0, ivar, out=np.full_like(ivar, np.inf), where=ivar > 0)
