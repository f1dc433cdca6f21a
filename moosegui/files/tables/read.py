"""Catalogues in: FITS, ECSV, CSV, VOTable and Marz tables, recognised by their content."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from astropy.table import Table
from astropy.table.meta import YamlParseError

from moosegui.errors import InputError
from moosegui.files.content import READ_ERRORS, Content, Hdu, Unreadable, open_content, scanned
from moosegui.files.packed import read_unpacked
from moosegui.files.stalls import answered
from moosegui.files.tables.columns import ColumnMap, as_ids, map_columns
from moosegui.files.tables.dialects import dialect_of
from moosegui.files.tables.formats import (
    check_text,
    read_ecsv,
    read_fits_table,
    read_text_table,
)
from moosegui.files.tables.other_kinds import is_parquet, kind_of, read_parquet
from moosegui.files.tables.sexagesimal import with_positions_of_one_column
from moosegui.files.tables.votables import read_votable
from moosegui.files.texts import decoded

__all__ = ["ColumnMap", "catalogue_hdu", "map_columns", "read_table"]

REDSHIFTS = ("REDSHIFTS", "ZBEST")  # the tables of redrock, one row a target
ID_COLUMNS = frozenset(("ID", "MUSE_ID", "UNIQUE_ID", "TARGETID", "NAME", "NUMBER", "RA"))


def read_table(path: Path) -> Table:
    """Read a catalogue, whatever its name says that it is.

    Texts stay as they are: nothing of CSV and other text files is converted, IDs keep their
    zeros, "NA" remains "NA", an empty column remains text.

    Parameters
    ----------
    path : Path
        FITS (the table with IDs, `CATALOGUE` first), ECSV, VOTable, IPAC, machine-readable tables
        of AAS and CDS, SExtractor, CSV or another text table; Parquet where pyarrow is installed.

    Returns
    -------
    Table
        Of FITS, ECSV and VOTable with the types of the file; of text files all `str`.

    Raises
    ------
    InputError
        If the file does not exist, is damaged or holds no table.
    """
    return answered(path, partial(_read, path))


def _read(path: Path) -> Table:
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a catalogue; name the file.")
    return _table_of(open_content(path))


def read_once(path: Path) -> Table:
    """Read a table as `read_table`, and do not remember what the file holds.

    Raises
    ------
    InputError
        As `read_table`.
    """
    return _table_of(scanned(path, path.stat().st_size))


def _table_of(content: Content) -> Table:
    path = content.path
    try:
        if content.kind == "fits":
            return _with_positions(content, read_fits_table(content, catalogue_hdu(content)))
        if content.kind == "text":
            return _read_text(content)
        if is_parquet(path):
            return read_parquet(path)
    except Unreadable as reason:
        raise InputError(f"{path} {reason}.") from reason
    except (*READ_ERRORS, YamlParseError) as error:
        reason_text = str(error).strip().splitlines()[0] if str(error).strip() else "damaged"
        raise InputError(f"{path} cannot be read as a table ({reason_text}); check it.") from error
    raise InputError(
        f"{path} is {kind_of(content)} and no catalogue; give a FITS, ECSV, VOTable, IPAC or CSV "
        "table."
    )


def catalogue_hdu(content: Content) -> Hdu:
    """Return the table of a FITS file that lists sources.

    Raises
    ------
    Unreadable
        If the file holds no table.
    """
    # the redshifts of redrock before the fibres that it copies beside them
    named = content.named("CATALOGUE", "CATALOG", "DETAILS", "FIBRES", *REDSHIFTS, "FIBERMAP")
    if named is not None and named.is_table:
        return named
    for hdu in content.tables:
        if ID_COLUMNS & {column.upper() for column in hdu.columns}:
            return hdu
    if not content.tables:
        raise Unreadable("holds no table; give a catalogue or a file of spectra")
    return content.tables[0]


def is_joined(content: Content) -> bool:
    """Whether the table of a FITS file gets columns of another one: the redshifts of redrock."""
    return content.named("FIBERMAP") is not None and catalogue_hdu(content).name in REDSHIFTS


def _with_positions(content: Content, table: Table) -> Table:
    """Add the columns of FIBERMAP to the redshifts of redrock, joined by TARGETID."""
    fibres = content.named("FIBERMAP")
    if fibres is None or not is_joined(content) or "TARGETID" not in table.colnames:
        return table
    others = read_fits_table(content, fibres)
    if "TARGETID" not in others.colnames:
        return table
    rows: dict[str, int] = {}
    for i, target in enumerate(as_ids(others, "TARGETID")):
        rows.setdefault(target, i)
    places = [rows.get(target) for target in as_ids(table, "TARGETID")]
    if not len(others) or any(place is None for place in places):
        return table
    for name in others.colnames:
        if name not in table.colnames:
            table[name] = others[name][[place for place in places if place is not None]]
    return table


def _read_text(content: Content) -> Table:
    start = content.text.lstrip()
    if start.startswith("# %ECSV"):
        return read_ecsv(content.path)
    if start.startswith("<") and "VOTABLE" in start[:4000]:
        return read_votable(content.path)
    if (dialect := dialect_of(content.text)) is not None:
        check_text(content.path)
        return dialect.read(decoded(read_unpacked(content.path)))
    return with_positions_of_one_column(read_text_table(content.path))
