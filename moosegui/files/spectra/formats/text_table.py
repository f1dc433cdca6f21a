"""Spectra in text: columns with or without names, ECSV, VOTable, and IRAF's wspectext."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
from astropy.table import Table

from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.content import Content, Unreadable
from moosegui.files.fits_columns import numbers_of
from moosegui.files.packed import read_unpacked
from moosegui.files.spectra.elements.assemble import assemble
from moosegui.files.spectra.elements.axis import medium_of
from moosegui.files.spectra.elements.column_data import ColumnSpectrum, raw_from_columns
from moosegui.files.spectra.elements.headers import SpectrumHeader, header_of, stem_of
from moosegui.files.spectra.elements.names import has_spectrum, meant_names
from moosegui.files.spectra.elements.score import Score
from moosegui.files.spectra.elements.text_columns import looks_like_spectrum, read_columns
from moosegui.files.spectra.elements.uncertainty import judge
from moosegui.files.spectra.formats.text_cards import cards_of_text, medium_of_text
from moosegui.files.tables.dialects import dialect_of
from moosegui.files.tables.read import read_table
from moosegui.files.texts import decoded

OF_SKYSERVER = {"wavelength", "flux", "bestfit", "skyflux"}
POSITIONAL = ("wave", "flux", "err")  # columns without names, in this order
_ON_WAVELENGTHS = re.compile(r"wave|lambda", re.IGNORECASE)
NAME_OF_KIND = {"sigma": "err", "variance": "variance", "inverse variance": "ivar"}


def sniff(content: Content) -> Score:
    """Whether a text names columns of wavelength and flux, or is a matrix that increases."""
    if content.kind != "text" or content.text.lstrip().startswith(("{", "[")):  # JSON
        return Score.NO
    if is_table_format(content):
        return Score.NAMES if has_spectrum(declared_names(content)) else Score.NO
    return Score.NUMBERS if looks_like_spectrum(content.text) else Score.NO


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum by what stands beside its columns; else its name is the file's."""
    cards = {} if is_table_format(content) else _cards(content)
    said = cards or cards_of_text(content.text, stem_of(content.path))
    return (header_of(content.path, said),)


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum.

    Raises
    ------
    Unreadable
        If the text is no table of numbers, or the unit of its wavelengths is open.
    """
    given = columns_of_table(content) if is_table_format(content) else _from_text(content)
    given = replace(given, name=content.path.name, choice=ref.choice)
    return assemble(raw_from_columns(given))


def _from_text(content: Content) -> ColumnSpectrum:
    found = read_columns(_whole(content), POSITIONAL)
    columns, facts, assumed = dict(found.columns), list[str](), list[str]()
    if not found.is_named:
        extra = [name for name in columns if name not in POSITIONAL]
        if extra:
            facts.append(f"The columns have no names; not used: {', '.join(extra)}.")
        if "err" in columns:
            kind, is_clear = judge(columns["err"], columns["flux"])
            kind = kind if kind is not None and is_clear else "sigma"
            columns[NAME_OF_KIND[kind]] = columns.pop("err")
            name, other = NAME_OF_KIND[kind], "variance" if kind == "sigma" else "sigma"
            assumed.append(
                f"The third column has no name; it was taken as {kind}, by the scatter between "
                f"pixels; --error '{name} as {other}' says otherwise."
            )
    said = " ".join((found.cards.get("CTYPE1", ""), found.cards.get("WAT1_001", "")))
    medium = medium_of(said) or ("vacuum" if said.startswith("WAVE") else "")
    medium = medium or medium_of_text(content.text)
    medium = medium or next(filter(None, map(_medium_in, found.comments)), "")
    kind_of_file = "text that IRAF's wspectext wrote" if found.cards else "text table"
    given = ColumnSpectrum(
        columns,
        found.units,
        medium,
        facts=tuple(facts),
        kind=kind_of_file,
        notes=found.notes,
        assumed=tuple(assumed),
    )
    if {name.lower() for name in columns} == OF_SKYSERVER:  # writes no units and no errors
        return replace(
            given,
            kind="SDSS spectrum of SkyServer",
            medium_of_kind="vacuum",
            unit_of_kind="Angstrom",
            flux_unit_of_kind="1e-17 erg/s/cm2/Angstrom",
        )
    return given


def _medium_in(comment: str) -> str:
    """Return the medium that a comment on wavelengths names: `# wavelengths in vacuum`."""
    return medium_of(comment) if _ON_WAVELENGTHS.search(comment) else ""


def columns_of_table(content: Content) -> ColumnSpectrum:
    """Return the columns of an ECSV, VOTable, IPAC or machine-readable file, with its units.

    Raises
    ------
    Unreadable
        If it cannot be read as a table.
    """
    try:
        table = read_table(content.path)
    except InputError as error:
        raise Unreadable(f"is no table of a spectrum ({error})") from error
    names = [name for name in table.colnames if np.ndim(table[name]) == 1]
    told = {name: table[name].meta for name in names}
    of_model = [(str(t.get("utype") or ""), str(t.get("ucd") or "")) for t in told.values()]
    labels = meant_names(names, of_model)
    columns = {
        label: numbers_of(_filled(table, name)) for name, label in zip(names, labels, strict=True)
    }
    units = {label: str(table[name].unit or "") for name, label in zip(names, labels, strict=True)}
    ucds = {label: ucd for label, (_, ucd) in zip(labels, of_model, strict=True)}
    dialect = dialect_of(content.text)
    kind = "VOTable" if content.text.lstrip().startswith("<") else "ECSV table"
    notes = {
        label: str(table[name].description or "") for name, label in zip(names, labels, strict=True)
    }
    return ColumnSpectrum(
        columns,
        units,
        medium_of_text(content.text),
        ucds=ucds,
        notes=notes,
        kind=dialect.name if dialect else kind,
    )


def _filled(table: Table, name: str) -> np.ndarray:
    column = table[name]
    data = np.asarray(np.ma.getdata(np.asanyarray(column)))  # no unit may stay with the numbers
    mask = np.ma.getmaskarray(column)
    if not mask.any():
        return data
    return np.where(mask, "nan" if data.dtype.kind in "USO" else np.nan, data)


def is_table_format(content: Content) -> bool:
    """Whether a text is of a format that declares its columns: ECSV, VOTable, IPAC, MRT."""
    start = content.text.lstrip()[:4000]
    is_vo = start.startswith("<") and "VOTABLE" in start.upper()
    return start.startswith("# %ECSV") or is_vo or dialect_of(content.text) is not None


def declared_names(content: Content) -> list[str]:
    """Return the names that a table declares, or what they mean; none if it is damaged."""
    if content.text.lstrip().startswith("<"):
        fields = re.findall(r"<FIELD\b[^>]*>", content.text)
        told = [dict(re.findall(r'\b(name|utype|ucd)="([^"]*)"', field)) for field in fields]
        of_model = [(one.get("utype", ""), one.get("ucd", "")) for one in told]
        names = meant_names([one.get("name", "") for one in told], of_model)
    elif (dialect := dialect_of(content.text)) is not None:
        whole_lines = content.text.rpartition("\n")[0] or content.text
        try:
            names = dialect.read(whole_lines).colnames
        except Unreadable:
            return []
    else:
        names = re.findall(r"^#.*?\bname:\s*['\"]?([^,}'\"\n]+)", content.text, re.MULTILINE)
    return list(names)


def _whole(content: Content) -> str:
    return decoded(read_unpacked(content.path))


def _cards(content: Content) -> dict[str, str]:
    start = content.text.lstrip()
    if not start.startswith(("BITPIX", "SIMPLE", "NAXIS")):
        return {}
    return dict(read_columns(_whole(content), POSITIONAL).cards)
