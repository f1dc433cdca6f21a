"""What astropy writes into tables beside plain columns: coordinates, times, metadata."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from astropy.io import ascii as astropy_ascii
from astropy.io import fits
from astropy.table import Column, MaskedColumn, Table
from astropy.table.meta import YamlParseError, get_header_from_yaml

from moosegui.files.content import READ_ERRORS
from moosegui.files.limits import excess

MAX_ALIASES = 20  # which stand for 1,500 nodes at most; astropy writes a few for SkyCoord and Time
_BY_BLANKS = re.compile(r"\A(?:#(?! delimiter: ['\"]?,).*\n)*[^#\n]")  # none is declared, or this
ALIAS = re.compile(rb"[:\-\[,{]\s*\*[A-Za-z0-9_]+")


def ecsv_table(text: str, nulls: Sequence[tuple[str, ...]] | None = None) -> Table:
    """Read the text of an ECSV table, and keep nothing else of it.

    The reader of astropy is a ring of objects with every cell as a text in them (1.1 kB a row of
    seven columns), which lie about until the garbage is next collected; it is taken apart.

    Parameters
    ----------
    text : str
    nulls : sequence of tuple, optional
        Words that stand for nulls, as astropy's `fill_values`.

    Raises
    ------
    ValueError
        Whatever astropy finds wrong with it.
    """
    options = {} if nulls is None else {"fill_values": nulls}
    reader = astropy_ascii.get_reader(astropy_ascii.Ecsv, **options)
    if _BY_BLANKS.search(text):
        reader.data.splitter.process_val = str  # what stands in quotes begins as it stands there
    try:
        return reader.read(text if "\n" in text else f"{text}\n")  # a line alone names a file
    finally:
        for part in (reader.header, reader.data, reader.inputter, reader.outputter, reader):
            vars(part).clear()


def ecsv_text(table: Table) -> str:
    """Return a table as ECSV, the blanks around its texts with them, which astropy leaves out."""
    writer = astropy_ascii.get_writer(astropy_ascii.Ecsv)
    writer.data.splitter.process_val = str
    lines: list[str] = writer.write(table)
    return "\n".join(lines) + "\n"


def mask_logical_nulls(table: Table, path: Path, i_hdu: int) -> None:
    """Mask the nulls of logical columns of FITS (a byte of 0), which astropy reads as false."""
    names = [name for name in table.colnames if table[name].dtype.kind == "b"]
    if not names:
        return
    with fits.open(path, memmap=True) as hdus:
        raw = np.asarray(hdus[i_hdu].data.view(np.ndarray))
        for name in names:
            stored = raw[name] if raw.dtype[name].base.kind == "i" else None
            if stored is not None and (stored == 0).any():
                table[name] = MaskedColumn(table[name], mask=stored == 0)


def without_mixins(table: Table) -> Table:
    """Return a table in which coordinates and times of astropy are columns of plain values.

    A column `coord` of sky coordinates becomes `coord.ra` and `coord.dec` (ICRS, degrees), as
    astropy calls them in files; times become ISO 8601.
    """
    mixed = [name for name in table.colnames if not isinstance(table[name], Column)]
    for name in mixed:
        column = table[name]
        place = table.colnames.index(name)
        if hasattr(column, "icrs"):
            icrs = column.icrs
            table.add_column(Column(icrs.dec.deg, f"{name}.dec", unit="deg"), index=place)
            table.add_column(Column(icrs.ra.deg, f"{name}.ra", unit="deg"), index=place)
        elif hasattr(column, "isot"):
            table.add_column(Column(np.asarray(column.isot), f"{name}_"), index=place)
        else:
            table.add_column(Column([str(cell) for cell in column], f"{name}_"), index=place)
        table.remove_column(name)
        if f"{name}_" in table.colnames:
            table.rename_column(f"{name}_", name)
    return table


def metadata_of(text: str) -> object:
    """Return the metadata in the head of an ECSV file; None where there are none to be read.

    Parameters
    ----------
    text : str
        The beginning of the file, with the whole of its head.
    """
    lines = [line for line in text.splitlines() if line.startswith("#")]
    head = "\n".join(lines)
    if len(ALIAS.findall(head.encode())) > MAX_ALIASES or excess("max_document_bytes", len(head)):
        return None
    try:
        return get_header_from_yaml([line[2:] for line in lines[1:]]).get("meta")
    except (*READ_ERRORS, YamlParseError, AttributeError, RecursionError):
        return None
