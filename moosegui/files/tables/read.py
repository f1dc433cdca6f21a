"""Catalogues in: FITS, ECSV, CSV, VOTable and Marz tables, recognised by their content."""

from __future__ import annotations

from pathlib import Path

from astropy.table import Table

from moosegui.errors import InputError
from moosegui.files.content import READ_ERRORS, Content, Hdu, Unreadable, open_content
from moosegui.files.tables.columns import ColumnMap, map_columns
from moosegui.files.tables.formats import read_ecsv, read_fits_table, read_text_table, read_votable

__all__ = ["ColumnMap", "catalogue_hdu", "map_columns", "read_table"]

ID_COLUMNS = frozenset(("ID", "MUSE_ID", "UNIQUE_ID", "TARGETID", "NAME", "NUMBER", "RA"))


def read_table(path: Path) -> Table:
    """Read a catalogue, whatever its name says that it is.

    Texts stay as they are: nothing of CSV and other text files is converted, IDs keep their
    zeros, "NA" remains "NA", an empty column remains text.

    Parameters
    ----------
    path : Path
        FITS (the table with IDs, `CATALOGUE` first), ECSV, VOTable, CSV or another text table.

    Returns
    -------
    Table
        Of FITS, ECSV and VOTable with the types of the file; of text files all `str`.

    Raises
    ------
    InputError
        If the file does not exist, is damaged or holds no table.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a catalogue; name the file.")
    content = open_content(path)
    try:
        if content.kind == "fits":
            return read_fits_table(content, catalogue_hdu(content))
        if content.kind == "text":
            return _read_text(content)
    except Unreadable as reason:
        raise InputError(f"{path} {reason}.") from reason
    except READ_ERRORS as error:
        reason_text = str(error).strip().splitlines()[0] if str(error).strip() else "damaged"
        raise InputError(f"{path} cannot be read as a table ({reason_text}); check it.") from error
    raise InputError(f"{path} is no catalogue; give a FITS, ECSV, VOTable or CSV table.")


def catalogue_hdu(content: Content) -> Hdu:
    """Return the table of a FITS file that lists sources.

    Raises
    ------
    Unreadable
        If the file holds no table.
    """
    named = content.named("CATALOGUE", "CATALOG", "DETAILS", "FIBRES", "FIBERMAP")
    if named is not None and named.is_table:
        return named
    for hdu in content.tables:
        if ID_COLUMNS & {column.upper() for column in hdu.columns}:
            return hdu
    if not content.tables:
        raise Unreadable("holds no table; give a catalogue or a file of spectra")
    return content.tables[0]


def _read_text(content: Content) -> Table:
    start = content.text.lstrip()
    if start.startswith("# %ECSV"):
        return read_ecsv(content.path)
    if start.startswith("<") and "VOTABLE" in start[:4000]:
        return read_votable(content.path)
    return read_text_table(content.path)
