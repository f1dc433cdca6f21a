"""FITS tables with one row a pixel: SDSS and BOSS, MUSE-Wide, and any wave/flux table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.fits_columns import numbers_of, open_table
from moosegui.files.spectra.elements.assemble import assemble, shown_cards
from moosegui.files.spectra.elements.axis import stored_medium
from moosegui.files.spectra.elements.column_data import (
    ColumnSpectrum,
    has_spectrum,
    raw_from_columns,
)
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of

FACT_TABLES = ("SPECOBJ", "SPALL")


def sniff(content: Content) -> bool:
    """Whether a table with many rows has columns of wavelengths and of fluxes."""
    return _hdu(content) is not None


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum; SDSS files tell more in a table of one row."""
    hdu = _hdu(content)
    header = header_of(content.path, content.hdus[0].header)
    if hdu is not None:
        other = header_of(content.path, hdu.header)
        header = replace(
            header,
            ra=other.ra if np.isnan(header.ra) else header.ra,
            dec=other.dec if np.isnan(header.dec) else header.dec,
            redshift=other.redshift if np.isnan(header.redshift) else header.redshift,
            kind=header.kind or other.kind,
        )
    return (_with_sdss_facts(content, header),)


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum.

    Raises
    ------
    Unreadable
        If it has no wavelengths or damaged data.
    """
    del ref
    hdu = _hdu(content)
    if hdu is None:
        raise Unreadable("has no table of wavelengths and fluxes")
    primary = content.hdus[0].header
    columns: dict[str, FloatArray] = {}
    units: dict[str, str] = {}
    with open_table(content, hdu) as table:
        for i, name in enumerate(hdu.columns):
            values = table.values(i)
            if values.ndim == 1 and values.dtype.kind in "iufb":
                columns[name.lower()] = numbers_of(values)
                units[name.lower()] = str(card_value(hdu.header, f"TUNIT{i + 1}") or "")
    units["flux"] = units.get("flux") or str(card_value(primary, "BUNIT") or "")
    medium = stored_medium(hdu.header) or stored_medium(primary)
    if not medium and card_value(hdu.header, "TARGETID") is not None:
        medium = "vacuum"  # DESI writes vacuum wavelengths and no card that says so
    given = ColumnSpectrum(columns, units, medium, hdu.name, shown_cards(primary, hdu.header))
    return assemble(raw_from_columns(given))


def _hdu(content: Content) -> Hdu | None:
    for hdu in content.tables:
        if hdu.shape and hdu.shape[0] > 1 and has_spectrum(hdu.columns):
            return hdu
    return None


def _with_sdss_facts(content: Content, header: SpectrumHeader) -> SpectrumHeader:
    hdu = content.named(*FACT_TABLES)
    if hdu is None or hdu.shape != (1,):
        return header
    places = {name.upper(): i for i, name in enumerate(hdu.columns)}
    if not {"PLATE", "MJD", "FIBERID"} <= set(places):
        return header
    with open_table(content, hdu) as table:
        plate, mjd, fiber = (
            int(table.values(places[key], 0)) for key in ("PLATE", "MJD", "FIBERID")
        )
        numbers = {
            key: float(table.values(places[key], 0))
            for key in ("PLUG_RA", "PLUG_DEC", "Z")
            if key in places
        }
        kind = str(table.values(places["CLASS"], 0)).strip() if "CLASS" in places else ""
    return replace(
        header,
        source_id=f"{plate:04d}-{mjd}-{fiber:04d}",
        ra=numbers.get("PLUG_RA", header.ra),
        dec=numbers.get("PLUG_DEC", header.dec),
        redshift=numbers.get("Z", header.redshift),
        kind=kind or header.kind,
    )
