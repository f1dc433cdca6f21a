"""Tables whose cells are arrays: ESO products, DEIMOS halves, segments and orders of one source."""

from __future__ import annotations

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.spectra.elements.column_data import ColumnSpectrum
from moosegui.files.spectra.elements.fits_table import (
    empty_columns,
    is_of_space,
    read_tables,
    tables_with_spectrum,
)
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of
from moosegui.files.spectra.elements.one_row import with_one_row
from moosegui.files.spectra.elements.score import Score

KIND = "FITS table with arrays in its cells"


def sniff(content: Content) -> Score:
    """Whether a table of one source has arrays of wavelengths and of fluxes."""
    return Score.NAMES if _hdus(content) else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum."""
    told = [hdu.header for hdu in _hdus(content)[:1]]  # DEIMOS tells the source there
    return (with_one_row(content, header_of(content.path, content.hdus[0].header, *told)),)


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum, its halves and segments joined.

    Raises
    ------
    Unreadable
        If it has no wavelengths or damaged data.
    """
    hdus = _hdus(content)
    if not hdus:
        raise Unreadable("has no table of one row with wavelengths and fluxes")
    return read_tables(content, hdus, ref, _kind(content, hdus[0], ref))


def _hdus(content: Content) -> list[Hdu]:
    return tables_with_spectrum(content, min_rows=1, in_cells=True)


def _kind(content: Content, hdu: Hdu, ref: SpectrumRef) -> ColumnSpectrum:
    primary = content.hdus[0].header
    product = str(card_value(primary, "PRODCATG") or card_value(hdu.header, "VOCLASS") or "")
    if product or card_value(hdu.header, "TUTYP1") is not None:
        return empty_columns("ESO science data product", ref.choice)
    names = {name.upper() for name in hdu.columns}
    if {"ANDMASK", "ORMASK"} <= names:  # LAMOST writes vacuum, and no card that says so
        return empty_columns("LAMOST spectrum", ref.choice, medium="vacuum")
    if is_of_space(content):
        return empty_columns("spectrum of a space telescope", ref.choice, medium="vacuum")
    if hdu.shape[0] > 1:
        return empty_columns(f"FITS table of {hdu.shape[0]} segments", ref.choice)
    return empty_columns(KIND, ref.choice)
