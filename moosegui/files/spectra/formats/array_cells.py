"""ESO science data products: a table of one row whose cells are arrays (SDP standard 5)."""

from __future__ import annotations

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

# Endings of TUTYPn; the last one is misspelt in many files of the archive.
UTYPES = (
    ("data.spectralaxis.value", "wave"),
    ("data.fluxaxis.value", "flux"),
    ("data.fluxaxis.accuracy.staterror", "err"),
    ("data.fluxaxis.accurancy.staterror", "err"),
)


def sniff(content: Content) -> bool:
    """Whether a table of one row has arrays of wavelengths and of fluxes."""
    return _hdu(content) is not None


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum."""
    return (header_of(content.path, content.hdus[0].header),)


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
        raise Unreadable("has no table of one row with wavelengths and fluxes")
    columns: dict[str, FloatArray] = {}
    units: dict[str, str] = {}
    medium = stored_medium(content.hdus[0].header)
    with open_table(content, hdu) as table:
        for i, name in enumerate(_meanings(hdu)):
            values = table.values(i, 0)
            if name in columns or values.ndim != 1 or values.dtype.kind not in "iufb":
                continue
            columns[name] = numbers_of(values)
            units[name] = str(card_value(hdu.header, f"TUNIT{i + 1}") or "")
            if name == "wave":
                medium = medium or _medium(str(card_value(hdu.header, f"TUCD{i + 1}") or ""))
    cards = shown_cards(content.hdus[0].header)
    return assemble(raw_from_columns(ColumnSpectrum(columns, units, medium, hdu.name, cards)))


def _hdu(content: Content) -> Hdu | None:
    for hdu in content.tables:
        if hdu.shape == (1,) and has_spectrum(_meanings(hdu)):
            return hdu
    return None


def _meanings(hdu: Hdu) -> list[str]:
    """Name the columns by their utypes, else by their own names."""
    names = []
    for i, name in enumerate(hdu.columns):
        utype = str(card_value(hdu.header, f"TUTYP{i + 1}") or "").lower()
        names.append(next((m for ending, m in UTYPES if utype.endswith(ending)), name.lower()))
    return names


def _medium(ucd: str) -> str:
    """Air or vacuum from the UCD of the wavelengths (SDP standard, section 5.2)."""
    if "obs.atmos" in ucd:
        return "air"
    return "vacuum" if ucd.startswith("em.wl") else ""
