"""Tables with one row a source whose cells are its wavelengths, fluxes and errors."""

from __future__ import annotations

from dataclasses import replace

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.fits_columns import open_table
from moosegui.files.spectra.elements.assemble import assemble
from moosegui.files.spectra.elements.column_data import ColumnSpectrum, raw_from_columns
from moosegui.files.spectra.elements.fits_table import (
    column_spectrum,
    empty_columns,
    is_array,
    is_of_space,
    meanings,
    read_tables,
)
from moosegui.files.spectra.elements.headers import SpectrumHeader, columns_not_used, stem_of
from moosegui.files.spectra.elements.names import CATALOGUE_NAMES, is_flux, is_wave
from moosegui.files.spectra.elements.score import Score
from moosegui.files.tables.columns import (
    as_floats,
    as_ids,
    as_texts,
    map_columns,
    redshifts_of,
    scalar_columns,
)
from moosegui.files.tables.formats import read_fits_table

SPARCL_UNIT = "1e-17 erg/s/cm2/Angstrom"
KIND = "table with one source a row, its spectrum in the cells"


def sniff(content: Content) -> Score:
    """Whether a table has sources in its rows and arrays of wavelengths and fluxes beside them."""
    return Score.SIGNATURE if table_hdu(content) is not None else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe every row.

    Raises
    ------
    Unreadable
        If the table is damaged.
    """
    hdu = table_hdu(content)
    if hdu is None:
        raise Unreadable("has no table of sources with their spectra")
    table = read_fits_table(content, hdu)
    columns, n_rows = map_columns(table), hdu.shape[0]
    ids = as_ids(table, columns.source_id, n_rows)
    ra, dec = (as_floats(table, name, n_rows).tolist() for name in (columns.ra, columns.dec))
    redshift = redshifts_of(table, columns, n_rows).tolist()
    kinds, comments = (as_texts(table, name, n_rows) for name in (columns.kind, columns.comment))
    stem = stem_of(content.path)
    return tuple(
        SpectrumHeader(
            SpectrumRef(content.path, row=i),
            ids[i] or f"{stem}_{i}",
            ra[i],
            dec[i],
            redshift[i],
            kinds[i],
            comments[i],
        )
        for i in range(n_rows)
    )


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read one row, and no other.

    Raises
    ------
    Unreadable
        If no row was named where there are several, or the data are damaged.
    """
    hdu = table_hdu(content)
    if hdu is None:
        raise Unreadable("has no table of sources with their spectra")
    if ref.row is None and hdu.shape[0] > 1:
        raise Unreadable(f"holds {hdu.shape[0]} spectra; say which row")
    row = SpectrumRef(ref.path, ref.row or 0, choice=ref.choice)
    wave = _shared_wave(content, hdu)
    given = _given(content, hdu, ref)
    return (
        read_tables(content, [hdu], row, given)
        if wave is None
        else _with_shared_wave(content, hdu, wave, row)
    )


def _given(content: Content, hdu: Hdu, ref: SpectrumRef) -> ColumnSpectrum:
    if any(name.lower() == "sparcl_id" for name in hdu.columns):  # of SDSS, BOSS and DESI
        given = empty_columns("spectra that SPARCL served", ref.choice, medium="vacuum")
        return replace(given, flux_unit_of_kind=SPARCL_UNIT)
    return empty_columns(KIND, ref.choice, medium="vacuum" if is_of_space(content) else "")


def _with_shared_wave(content: Content, hdu: Hdu, wave: Hdu, ref: SpectrumRef) -> Spectrum:
    """Read one row whose wavelengths are those of all rows, in an image beside the table."""
    given = _given(content, hdu, ref)
    with open_table(content, hdu) as table:
        row = column_spectrum(content, hdu, table, given, row=ref.row or 0)
    columns = {wave.name: content.image(wave).reshape(-1), **row.columns}
    units = {wave.name: str(card_value(wave.header, "BUNIT", "CUNIT1") or ""), **row.units}
    return assemble(raw_from_columns(replace(row, columns=columns, units=units)))


def list_notes(content: Content) -> tuple[str, ...]:
    """Name the columns of single values that say nothing to this program."""
    hdu = table_hdu(content)
    if hdu is None:
        return ()
    table = read_fits_table(content, hdu)
    unused, single = map_columns(table).unused_of(table), scalar_columns(table)
    return columns_not_used([name for name in unused if name in single])


def table_hdu(content: Content) -> Hdu | None:
    """Return the table of sources with their spectra."""
    for hdu in content.tables:
        names = meanings(hdu)
        scalars = {name.lower() for i, name in enumerate(names) if not is_array(hdu, i)}
        arrays = [name for i, name in enumerate(names) if is_array(hdu, i)]
        has_wave = any(map(is_wave, arrays)) or _shared_wave(content, hdu) is not None
        has_arrays = has_wave and any(map(is_flux, arrays))
        if hdu.shape and hdu.shape[0] and has_arrays and scalars & CATALOGUE_NAMES:
            return hdu
    return None


def _shared_wave(content: Content, hdu: Hdu) -> Hdu | None:
    """Return the image of wavelengths that all rows share, where no column has them."""
    arrays = [name for i, name in enumerate(meanings(hdu)) if is_array(hdu, i)]
    if any(map(is_wave, arrays)):
        return None
    return next((image for image in content.hdus if image.length and is_wave(image.name)), None)
