"""FITS tables with one row a pixel: SDSS and BOSS, MUSE-Wide, PFS, and any wave/flux table."""

from __future__ import annotations

from dataclasses import replace

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import FLUX_UNIT, Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.spectra.elements.column_data import ColumnSpectrum
from moosegui.files.spectra.elements.fits_table import (
    empty_columns,
    is_of_space,
    read_tables,
    tables_with_spectrum,
)
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of, id_text
from moosegui.files.spectra.elements.one_row import with_one_row
from moosegui.files.spectra.elements.score import Score

KIND = "FITS table, one row a pixel"
SOURCE_CARDS = ("SOURCEID", "OBJ_ID", "OBJID", "TARGETID", "SRCNAME")
PYPEIT_UNIT = "1e-17 erg/s/cm2/Angstrom"
PFS_TABLES = ("FLUXTBL", "FLUX_TABLE", "FLUXTABLE")


def sniff(content: Content) -> Score:
    """Whether a table with many rows has columns of wavelengths and of fluxes."""
    return Score.NAMES if _hdus(content) else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum, or each of several sources that have tables of their own.

    Many surveys tell more of the one source in a table of one row.
    """
    sources = _sources(content)
    if len(sources) > 1:
        return tuple(_of_source(content, hdus[0], row) for row, hdus in enumerate(sources))
    hdus = _hdus(content)[:1]
    told = [hdu.header for hdu in hdus]
    target = content.named("TARGET") if hdus and _is_of_pfs(hdus[0]) else None
    told += [target.header] if target is not None else []
    header = header_of(content.path, content.hdus[0].header, *told)
    return (with_one_row(content, header),)


def _of_source(content: Content, hdu: Hdu, row: int) -> SpectrumHeader:
    """Describe one of several sources by the header of its table alone."""
    header = header_of(content.path, hdu.header)
    return replace(header, ref=SpectrumRef(content.path, row=row), source_id=_source_of(hdu))


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum.

    Raises
    ------
    Unreadable
        If it has no wavelengths or damaged data.
    """
    hdus = _wanted(content, ref)
    if not hdus:
        raise Unreadable("has no table of wavelengths and fluxes")
    one = replace(ref, row=None)
    return read_tables(content, hdus, one, _kind(content, hdus[0], ref))


def _hdus(content: Content) -> list[Hdu]:
    return tables_with_spectrum(content, min_rows=2, in_cells=False)


def _sources(content: Content) -> list[list[Hdu]]:
    """Return the tables of each source, where every table says of which source it is."""
    hdus = _hdus(content)
    groups: dict[str, list[Hdu]] = {}
    for hdu in hdus if len(hdus) > 1 else []:
        groups.setdefault(_source_of(hdu), []).append(hdu)
    return [hdus] if "" in groups or len(groups) < 2 else list(groups.values())


def _source_of(hdu: Hdu) -> str:
    """Return of which source a table says it is: by a card, or as PypeIt names extractions."""
    if hdu.name.startswith("SPAT") and "ORDER" not in hdu.name:
        return hdu.name
    said = card_value(hdu.header, *SOURCE_CARDS)
    return "" if said is None else id_text(said)


def _wanted(content: Content, ref: SpectrumRef) -> list[Hdu]:
    sources = _sources(content)
    if len(sources) == 1:
        return sources[0]
    asked = {name.upper() for name in (ref.name, ref.choice.flux) if name}
    named = next((s for s in sources if any(hdu.name in asked for hdu in s)), None)
    if ref.row is None:
        if named is None:
            raise Unreadable(f"holds {len(sources)} spectra; say which row")
        return named
    if not 0 <= ref.row < len(sources):
        raise Unreadable(f"has {len(sources)} spectra and no row {ref.row} (counted from 0)")
    return sources[ref.row]


def _is_of_pfs(hdu: Hdu) -> bool:
    """Whether a table is that of a pfsObject, by its name, which had several forms."""
    is_named = {"wavelength", "flux"} <= {name.lower() for name in hdu.columns}
    return hdu.name == PFS_TABLES[0] or (hdu.name in PFS_TABLES and is_named)


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
        given = empty_columns("PypeIt spectrum", ref.choice, medium="vacuum")
        is_fluxed = card_value(hdu.header, "FLUXED") is True or "opt_flam" in names
        return replace(given, flux_unit_of_kind=PYPEIT_UNIT if is_fluxed else "")
    if _is_of_pfs(hdu):  # the PFS data model writes nanometres in vacuum, and nJy
        given = empty_columns("PFS spectrum", ref.choice, medium="vacuum", unit="nm")
        return replace(given, flux_unit_of_kind="nJy")
    return empty_columns(KIND, ref.choice)
