"""Marz files: images with one spectrum a row, from AAOmega (FIBRES) and from MuseX (DETAILS)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Provenance, Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.spectra.elements.assemble import (
    RawSpectrum,
    assemble,
    is_muse_like,
    shown_cards,
)
from moosegui.files.spectra.elements.axis import wave_from_header
from moosegui.files.spectra.elements.headers import SpectrumHeader, stem_of
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.elements.wave_units import (
    LOG10_ANGSTROM,
    Axis,
    AxisHints,
    settle_axis,
)
from moosegui.files.tables.columns import (
    as_floats,
    as_ids,
    as_texts,
    map_columns,
    redshifts_of,
)
from moosegui.files.tables.formats import read_fits_table

LARGEST_LOG10 = 5.0
PROGRAM = "P"  # TYPE of a fibre on a target; the others see the sky or guide stars


def sniff(content: Content) -> Score:
    """Whether the extensions are those of a Marz file."""
    is_musex = {"WAVE", "DATA", "STAT", "DETAILS"} <= content.names
    is_aaomega = bool({"INTENSITY", "FIBRES"} & content.names)
    flux = _flux(content)
    is_marz = (is_musex or is_aaomega) and flux is not None and 1 <= len(flux.shape) <= 2
    return Score.SIGNATURE if is_marz else Score.NO


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
    redshift = redshifts_of(table, columns, n_rows).tolist()
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


def list_notes(content: Content) -> tuple[str, ...]:
    """Tell how many rows of a Marz file are fibres of no program, which are not listed."""
    details = content.named("DETAILS", "FIBRES")
    n_rows = details.shape[0] if details is not None and details.shape else 0
    n_listed = len(headers(content))
    if not 0 < n_listed < n_rows or details is None:
        return ()
    n_left = n_rows - n_listed
    verb = "is" if n_left == 1 else "are"
    return (f"{n_left} of {n_rows} rows {verb} not listed, as TYPE says: no fibres of a program.",)


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
    axis = _axis(content, flux, row, ref.choice)
    is_muse = "DETAILS" in content.names or is_muse_like(axis.wave[np.isfinite(axis.wave)])
    primary = content.hdus[0].header
    variance, error = _variance(content, row)
    return assemble(
        RawSpectrum(
            wave=axis.wave,
            flux=content.image_row(flux, row),
            variance=variance,
            stored_medium=axis.medium
            or ("vacuum" if card_value(primary, "VACUUM") is True else _air(content)),
            unit=str(card_value(flux.header, "BUNIT") or "").strip(),
            name=f"row {row}",
            is_muse=is_muse,
            header=shown_cards(primary),
            provenance=Provenance(
                kind="MuseX file for Marz" if "DETAILS" in content.names else "Marz file",
                wave=f"{_wave_source(content)} ({axis.unit})",
                flux=f"extension {flux.name or 'PRIMARY'}, row {row}",
                error=error,
                assumed=axis.assumed,
            ),
            choice=ref.choice,
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


def _axis(content: Content, flux: Hdu, row: int, choice: ReadingChoice) -> Axis:
    """Return the wavelengths: of their own image, which Marz writes in Angstrom or log10 of it."""
    hdu = content.named("WAVELENGTH", "WAVE")
    if hdu is None:
        return wave_from_header(flux.header, flux.shape[-1], chosen=choice.wave_unit)
    values = content.image_row(hdu, row if len(hdu.shape) == 2 and hdu.shape[0] > 1 else 0)
    finite = values[np.isfinite(values)]
    is_log10 = finite.size > 0 and float(finite.max()) < LARGEST_LOG10
    unit = str(card_value(hdu.header, "BUNIT", "CUNIT1") or "")
    hints = AxisHints(
        f"extension {hdu.name}",
        unit=unit,
        of_kind="" if unit else LOG10_ANGSTROM if is_log10 else "Angstrom",
        chosen=choice.wave_unit,
    )
    axis = settle_axis(values, hints)
    return replace(axis, assumed=()) if not unit and not choice.wave_unit else axis


def _wave_source(content: Content) -> str:
    hdu = content.named("WAVELENGTH", "WAVE")
    return "header" if hdu is None else f"extension {hdu.name}"


def _variance(content: Content, row: int) -> tuple[FloatArray | None, str]:
    hdu = content.named("VARIANCE", "STAT")
    if hdu is not None:
        return content.image_row(hdu, row), f"extension {hdu.name} (variance)"
    inverse = content.named("IVAR")
    if inverse is None:
        return None, ""
    ivar = content.image_row(inverse, row)
    variance = np.divide(1.0, ivar, out=np.full_like(ivar, np.inf), where=ivar > 0)
    return variance, "extension IVAR (inverse variance)"
