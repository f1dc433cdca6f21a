"""FITS tables with one row a pixel: SDSS and BOSS, MUSE-Wide, PFS, and any wave/flux table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import FLUX_UNIT, Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.fits_columns import open_table
from moosegui.files.spectra.elements.column_data import ColumnSpectrum
from moosegui.files.spectra.elements.fits_table import (
    empty_columns,
    is_of_space,
    read_tables,
    tables_with_spectrum,
)
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of
from moosegui.files.spectra.elements.score import Score

KIND = "FITS table, one row a pixel"
FACT_TABLES = ("SPECOBJ", "SPALL")


def sniff(content: Content) -> Score:
    """Whether a table with many rows has columns of wavelengths and of fluxes."""
    return Score.NAMES if _hdus(content) else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum; SDSS files tell more in a table of one row."""
    header = header_of(content.path, content.hdus[0].header)
    for hdu in _hdus(content)[:1]:
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
    hdus = _hdus(content)
    if not hdus:
        raise Unreadable("has no table of wavelengths and fluxes")
    return read_tables(content, hdus, ref, _kind(content, hdus[0], ref))


def _hdus(content: Content) -> list[Hdu]:
    return tables_with_spectrum(content, min_rows=2, in_cells=False)


def _kind(content: Content, hdu: Hdu, ref: SpectrumRef) -> ColumnSpectrum:
    """Say what the file is and what files of its kind have where they write nothing."""
    names, primary = {name.lower() for name in hdu.columns}, content.hdus[0].header
    if "loglam" in names and ("ivar" in names or hdu.name == "COADD"):
        return empty_columns("SDSS or BOSS spectrum", ref.choice, medium="vacuum")
    if {"wave_air", "wave_vac"} <= names:
        given = empty_columns("MUSE-Wide spectrum", ref.choice)
        return replace(given, flux_unit_of_kind=FLUX_UNIT)  # Herenz et al. 2017
    if card_value(hdu.header, "TARGETID") is not None:  # DESI writes vacuum and no such card
        return empty_columns("DESI spectrum", ref.choice, medium="vacuum")
    if is_of_space(content):
        return empty_columns("spectrum of a space telescope", ref.choice, medium="vacuum")
    is_coadd = {"wave_grid_mid", "ivar"} <= names
    if is_coadd or hdu.name.startswith("SPAT") or card_value(primary, "PYP_SPEC"):
        return empty_columns("PypeIt spectrum", ref.choice, medium="vacuum")
    if hdu.name == "FLUXTBL":  # the PFS data model writes nanometres in vacuum
        return empty_columns("PFS spectrum", ref.choice, medium="vacuum", unit="nm")
    return empty_columns(KIND, ref.choice)


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
