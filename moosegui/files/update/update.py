"""The catalogue update: a copy of the input with what was decided and proposed, generated anew.

The input is only read. Formats of which every byte can be kept are extended in place of being
rewritten; the result is read back and compared before it takes its name.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from astropy.table import Column, Table

from moosegui.data.catalogue import Source, SourceList, VerdictEvent
from moosegui.data.results import ScanSummary
from moosegui.data.team.assignment import without_repeats
from moosegui.errors import ExportError, InputError
from moosegui.files.content import Content, open_content
from moosegui.files.packed import read_unpacked
from moosegui.files.safe_write import replacing
from moosegui.files.spectra.elements.headers import in_utf8
from moosegui.files.stalls import answered
from moosegui.files.tables.added_column import AddedColumn
from moosegui.files.tables.dialects import dialect_of
from moosegui.files.tables.formats import has_units_below
from moosegui.files.tables.other_kinds import is_parquet
from moosegui.files.tables.read import read_table
from moosegui.files.tables.votables import read_numbered_votable
from moosegui.files.tables.write import (
    FORMATS,
    as_column,
    table_format,
    typed,
    unwritable,
    write_table,
)
from moosegui.files.update.compared import difference
from moosegui.files.update.converted import write_converted
from moosegui.files.update.fits_append import append_to_fits, place_in_fits
from moosegui.files.update.layout import UpdateRows
from moosegui.files.update.parquet_append import append_to_parquet
from moosegui.files.update.pieces import is_packed, mapped, unpacked
from moosegui.files.update.streamed import extension, write_pieces
from moosegui.files.update.text_append import has_separator
from moosegui.files.update.votable_append import append_to_packed

# what XML has not, or a reader of lines takes for the end of one
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x85\u2028\u2029]")


def write_update(
    source_list: SourceList,
    decisions: Mapping[str, VerdictEvent],
    path: Path | None = None,
    *,
    summaries: Mapping[str, ScanSummary] | None = None,
    input_sha256: str = "",
) -> Path:
    """Write the catalogue with the columns of `update_columns` appended.

    FITS, ECSV, CSV, VOTable and Parquet keep their layout when the ending of `path` is that of
    the input: every header card, comment, unit, null and spelling, and the other extensions;
    Parquet its types and metadata. Another ending converts: the values are kept. Of a stacked
    survey, the primary header and the catalogue table are written, not its images. A folder, or a
    file without a table, gives a new table with ID, FILE (seen from the table), RA and DEC.
    Columns of an earlier update stay, the new ones are numbered (`Z_VI_2`).

    Parameters
    ----------
    source_list : SourceList
        Rows are matched by `Source.row`.
    decisions : mapping of source key to VerdictEvent
        The verdicts in force, as `SessionStore.verdicts` gives them.
    path : Path, optional
        Where to write, replaced if it exists; `default_update_path` if None.
    summaries : mapping of source key to ScanSummary, optional
        What the scans proposed.
    input_sha256 : str
        What `file_sha256` gave when the catalogue was opened; not compared if empty.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ExportError
        If the update would overwrite its input, the input has changed, the folder cannot be
        written, or the format cannot hold the columns.
    InputError
        If the input can no longer be read.
    """
    target = default_update_path(source_list) if path is None else path
    source_path = source_list.table_path
    source_list, decisions = without_repeats(source_list.of_table(), decisions)
    if target.exists() and source_path.exists() and target.samefile(source_path):
        raise ExportError(f"The update would overwrite the catalogue {target}; give another name.")
    if target.is_dir():
        raise ExportError(f"{target} is a folder; name the table inside it.")
    if not target.parent.is_dir():
        raise ExportError(f"There is no folder {target.parent}; create it first.")
    found = summaries or {}
    if not source_list.has_catalogue or source_path.is_dir():
        _write_new(source_list, decisions, found, target)
        return target
    _check_unchanged(source_path, input_sha256)
    rows = UpdateRows(source_list, decisions, found)
    with replacing(target) as temporary:
        _write_extended(source_path, rows, target, temporary)
    return target


def default_update_path(source_list: SourceList) -> Path:
    """Return `<catalogue>_updated.<ext>` beside the input.

    Without a catalogue it is `<folder or file>_updated.ecsv`, beside the folder and not inside,
    where it would be taken for one of the spectra; so it is with text separated by spaces, which
    cannot hold empty cells.

    Raises
    ------
    ExportError
        If the catalogue cannot be read any more.
    """
    path = source_list.table_path.absolute()
    if path.is_dir():
        return path.with_name(f"{path.name}_updated.ecsv")
    packed = ".gz" if path.suffix.lower() == ".gz" else ""
    inner = path.with_name(path.name[: len(path.name) - len(packed)])
    suffix = inner.suffix + packed
    try:
        is_kept = source_list.has_catalogue and _can_extend(path)
    except OSError as error:
        raise ExportError(
            f"{path} cannot be read ({error.strerror or error}); put the catalogue back, or say "
            "where it is."
        ) from error
    if not is_kept:
        suffix = ".ecsv"
    return path.with_name(f"{inner.stem}_updated{suffix}")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits; of a folder the empty text.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    return answered(path, partial(_sha256, path))


def _sha256(path: Path) -> str:
    if path.is_dir():
        return ""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _layout(content: Content) -> str:
    """Return how a catalogue is laid out, from its content.

    A value of `FORMATS`, `parquet`, `text`, or `other` of what cannot be extended.
    """
    if content.kind == "fits":
        return "fits"
    if content.kind == "other" and is_parquet(content.path):
        return "parquet"
    if content.kind != "text":
        return "other"
    start = content.text.lstrip()
    if start.startswith("# %ECSV"):
        return "ecsv"
    if start.startswith("<"):
        return "votable"
    return "other" if dialect_of(content.text) or has_units_below(content.text) else "text"


def _can_extend(path: Path) -> bool:
    layout = _layout(open_content(path)) if path.is_file() else "text"
    return layout != "other" and (layout != "text" or has_separator(path))


def _check_unchanged(path: Path, sha256: str) -> None:
    try:
        present = file_sha256(path)
    except OSError as error:
        raise ExportError(
            f"{path} cannot be read any more ({error.strerror or error}); bring it back."
        ) from error
    if sha256 and present != sha256:
        raise ExportError(
            f"{path} has changed since it was opened; open it again before the update is written."
        )


def _write_extended(source_path: Path, rows: UpdateRows, target: Path, temporary: Path) -> None:
    content = open_content(source_path)
    layout = _layout(content)
    endings = [Path(path.name.removesuffix(".gz")).suffix.lower() for path in (target, source_path)]
    is_kept = layout != "other" and endings[0] == endings[1]
    is_kept = is_kept or FORMATS.get(endings[0]) == layout
    if is_kept and layout != "parquet":
        with extension(source_path, layout, rows) as extended:
            if extended is not None:
                is_gzip = target.suffix.lower() == ".gz"
                _refuse(write_pieces(*extended, temporary, is_packed=is_gzip), target)
                return
    _write_whole(content, rows, target, temporary, layout=layout if is_kept else "")


def _write_whole(
    content: Content, rows: UpdateRows, target: Path, temporary: Path, *, layout: str
) -> None:
    """Write the update of a table that is held as a whole; without a layout it is converted."""
    before = read_table(content.path)
    try:
        rows.check(len(before))
    except IndexError as error:
        raise ExportError(
            f"{content.path} has fewer rows than when it was opened ({error}); open it again."
        ) from error
    is_gzip, table = target.suffix.lower() == ".gz", before
    if not layout:
        _check_convertible(before, target)
        table, new_layout = typed(before), table_format(target)
        if write_converted(before, table, rows, temporary, layout=new_layout, is_packed=is_gzip):
            return
    columns = rows.beside(before.colnames).columns(0, len(before))
    if layout:
        temporary.write_bytes(_extended(content, layout, columns, target))
    else:
        for column in columns:
            table.add_column(as_column(column))
        _write_table(temporary, table, new_layout)
    if is_gzip and not is_packed(temporary):
        temporary.write_bytes(gzip.compress(temporary.read_bytes(), mtime=0))
    _refuse(_unlike(before, temporary, columns, is_converted=not layout), target)


def _is_text(column: Column) -> bool:
    kind = getattr(column, "dtype", np.dtype(float)).kind
    return kind == "U" and np.ndim(column) == 1


def _write_table(path: Path, table: Table, layout: str) -> None:
    try:
        write_table(path, table, layout=layout)
    except ExportError as error:
        name = unwritable(table, layout)
        raise ExportError(f"The column {name}: {error}" if name else str(error)) from error


def _unlike(
    before: Table, path: Path, columns: Sequence[AddedColumn], *, is_converted: bool
) -> str:
    """Say what reads back differently; what is not read at all too, without our names for files."""
    try:
        after = read_table(path)
    except InputError as error:
        return f"it cannot be read back ({str(error).replace(str(path), 'it')})"
    return difference(before, after, columns, is_converted=is_converted)


def _check_convertible(table: Table, target: Path) -> None:
    """Refuse what a format cannot hold: controls in texts; times and positions, but for ECSV."""
    if table_format(target) in ("ecsv", "votable"):
        texts = [name for name in table.colnames if _is_text(table[name])]
        for name in texts:
            for i_row, cell in enumerate(table[name], start=1):
                if found := CONTROLS.search(str(cell)):
                    raise ExportError(
                        f"{target} cannot hold the character {found[0]!a} of the column "
                        f"{name} (row {i_row}); take it out, or export to a name in .csv or .fits."
                    )
    mixed = [name for name in table.colnames if not hasattr(table[name], "dtype")]
    if mixed:
        kinds = ", ".join(f"{name} ({type(table[name]).__name__})" for name in mixed)
        raise ExportError(
            f"{target} cannot hold {kinds}, which astropy keeps as one column; export to a name "
            "in .ecsv."
        )


def _extended(content: Content, layout: str, columns: Sequence[AddedColumn], target: Path) -> bytes:
    if layout == "fits":
        return _extended_fits(content, columns, to_gzip=target.suffix.lower() == ".gz")
    if layout == "parquet":
        return append_to_parquet(content.path, columns)
    i_table = read_numbered_votable(content.path)[0]
    return append_to_packed(read_unpacked(content.path), columns, i_table)


def _extended_fits(content: Content, columns: Sequence[AddedColumn], *, to_gzip: bool) -> bytes:
    """Extend the table of a FITS file; of a file that is not compressed no copy is made."""
    i_table, is_alone = place_in_fits(content)
    with unpacked(content.path) as path, mapped(path) as raw:
        extended = append_to_fits(raw, i_table, columns, is_table_alone=is_alone)
    return gzip.compress(extended, mtime=0) if to_gzip else extended


def _write_new(
    source_list: SourceList,
    decisions: Mapping[str, VerdictEvent],
    summaries: Mapping[str, ScanSummary],
    target: Path,
) -> None:
    sources = [replace(source, row=i_row) for i_row, source in enumerate(source_list)]
    rows = UpdateRows(sources, decisions, summaries)
    table = Table(
        {
            "ID": np.array([source.source_id for source in sources], dtype=str),
            "FILE": np.array([_file_of(source, target.parent) for source in sources], dtype=str),
            "RA": Column([source.ra for source in sources], unit="deg", dtype=np.float64),
            "DEC": Column([source.dec for source in sources], unit="deg", dtype=np.float64),
        }
    )
    layout = table_format(target)
    with replacing(target) as temporary:
        if write_converted(table, table, rows, temporary, layout=layout, is_packed=False):
            return
        columns = rows.columns(0, len(sources))
        for column in columns:
            table.add_column(as_column(column))
        write_table(temporary, table, layout=layout)
        _refuse(difference(None, read_table(temporary), columns, is_converted=False), target)


def _file_of(source: Source, folder: Path) -> str:
    """Return the spectrum's file as it is found from `folder`."""
    if source.spectrum is None:
        return ""
    path = source.spectrum.path.absolute()
    folder = folder.absolute()
    is_inside = path.is_relative_to(folder)
    return in_utf8(path.relative_to(folder).as_posix() if is_inside else str(path))


def _refuse(problem: str, target: Path) -> None:
    """Refuse an update that was read back and compared, if there is a problem."""
    if problem:
        raise ExportError(
            f"The update {target} was not written: {problem}; export to a name in .ecsv or .fits."
        )
