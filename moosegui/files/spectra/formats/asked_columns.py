"""Tables of one spectrum whose columns nobody knows by name: what they are is asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from moosegui.data.catalogue import ReadingChoice, SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.files.content import Content, Hdu, Unreadable, card_value
from moosegui.files.fits_columns import open_table
from moosegui.files.packed import read_unpacked
from moosegui.files.spectra.elements.asked import MIN_PIXELS, may_be_pixels, rising
from moosegui.files.spectra.elements.assemble import assemble
from moosegui.files.spectra.elements.column_data import ColumnSpectrum, raw_from_columns
from moosegui.files.spectra.elements.fits_table import column_spectrum, empty_columns, is_array
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of, stem_of
from moosegui.files.spectra.elements.names import is_wave
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.elements.text_columns import own_columns
from moosegui.files.spectra.formats.text_cards import cards_of_text
from moosegui.files.spectra.formats.text_table import (
    columns_of_table,
    declared_names,
    is_table_format,
)
from moosegui.files.tables.dialects import dialect_of
from moosegui.files.texts import decoded

MAX_BYTES = 1 << 25  # of a table that declares its columns, as a spectrum
KIND = "table whose columns were named by you"


def sniff(content: Content) -> Score:
    """Whether a table without names of catalogues has numbers that rise as wavelengths do."""
    if content.kind == "text":
        found = _declared(content) or _own(content.text, is_whole=False)
        return Score.NO if found is None else Score.NUMBERS
    return Score.NUMBERS if _hdu(content) is not None else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum."""
    if content.kind == "text":
        header = header_of(content.path, cards_of_text(content.text, stem_of(content.path)))
    else:
        hdu = _hdu(content)
        told = () if hdu is None else (hdu.header,)
        header = header_of(content.path, content.hdus[0].header, *told)
    return (replace(header, is_asked=True),)


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum as the user says which columns it is made of.

    Raises
    ------
    Undecided
        If that was not said.
    Unreadable
        If the data are damaged.
    """
    if content.kind == "text":
        given = _declared(content) or _own(_whole(content), is_whole=True)
        given = None if given is None else replace(given, choice=ref.choice)
    else:
        given = _from_fits(content, ref.choice)
    if given is None:
        raise Unreadable("has no columns of numbers that could be a spectrum")
    return assemble(raw_from_columns(given))


def _whole(content: Content) -> str:
    return decoded(read_unpacked(content.path))


def _declared(content: Content) -> ColumnSpectrum | None:
    """Return the columns of an ECSV, VOTable, IPAC or machine-readable file that is no catalogue.

    The names are looked at first: a catalogue of a million rows is not read to find out.
    """
    if not is_table_format(content) or not may_be_pixels(declared_names(content)):
        return None
    if content.path.stat().st_size > MAX_BYTES:
        return None
    try:
        found = columns_of_table(content)
    except Unreadable:
        return None
    numbers = {name: v for name, v in found.columns.items() if np.isfinite(v).any()}
    if len(numbers) < 2 or not (any(map(is_wave, numbers)) or rising(numbers)):
        return None
    return replace(found, columns=numbers, kind=KIND)


def _own(text: str, *, is_whole: bool) -> ColumnSpectrum | None:
    """Return the columns of a text by their own names, None where they are no spectrum."""
    if text.lstrip().startswith(("# %ECSV", "<")) or dialect_of(text) is not None:
        return None
    found = own_columns(text, is_whole=is_whole)
    if found is None or not may_be_pixels(found.columns):
        return None
    if not any(map(is_wave, found.columns)) and not rising(found.columns):
        return None
    return ColumnSpectrum(found.columns, found.units, kind=KIND)


def _hdu(content: Content) -> Hdu | None:
    """Return the first table that may be one spectrum, a pixel a row or in the cells of one row."""
    if "ZFIT_STACK" in content.names:  # grizli's fit: templates, and no spectrum
        return None
    for hdu in content.tables:
        if not hdu.shape or not may_be_pixels(hdu.columns):
            continue
        in_cells = hdu.shape[0] == 1
        numbers = [
            i
            for i in range(len(hdu.columns))
            if is_array(hdu, i) == in_cells and _is_number(hdu, i)
        ]
        if len(numbers) < 2 or (not in_cells and hdu.shape[0] < MIN_PIXELS):
            continue
        columns = _columns(content, hdu, ReadingChoice()).columns
        if any(map(is_wave, columns)) or rising(columns):
            return hdu
    return None


def _is_number(hdu: Hdu, index: int) -> bool:
    form = str(card_value(hdu.header, f"TFORM{index + 1}") or "").upper()
    return any(letter in form for letter in "BIJKEDF")


def _from_fits(content: Content, choice: ReadingChoice) -> ColumnSpectrum | None:
    hdu = _hdu(content)
    return None if hdu is None else _columns(content, hdu, choice)


def _columns(content: Content, hdu: Hdu, choice: ReadingChoice) -> ColumnSpectrum:
    row = 0 if hdu.shape[0] == 1 else None
    with open_table(content, hdu) as table:
        found = column_spectrum(content, hdu, table, empty_columns(KIND, choice), row=row)
    n_wave = max((len(values) for values in found.columns.values()), default=0)
    same = {name: np.asarray(v) for name, v in found.columns.items() if len(v) == n_wave}
    return ColumnSpectrum(
        same,
        found.units,
        found.medium,
        found.name,
        found.header,
        ucds=found.ucds,
        kind=KIND,
        choice=choice,
    )
