"""The list of sources that an expert goes through: from a catalogue, a survey or a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from pathlib import Path

import numpy as np
from astropy.table import Table

from moosegui.collection import without_collection
from moosegui.data.catalogue import Source, SourceList, SpectrumRef
from moosegui.errors import ColumnsError, InputError
from moosegui.files.content import open_content
from moosegui.files.links import outermost
from moosegui.files.sources.assigned_list import (
    is_assigned_list,
    read_assigned_list,
    with_assigned,
)
from moosegui.files.sources.identity import number_text
from moosegui.files.sources.matching import match_spectra, plates_of
from moosegui.files.sources.notices import (
    commented_notices,
    duplicate_notices,
    position_notices,
    problem_notices,
    recalled_notices,
    skipped_notices,
    some_names,
    unclaimed_notices,
)
from moosegui.files.sources.path_column import named_files
from moosegui.files.sources.repeated import fields_of, settle_repeated
from moosegui.files.spectra import SpectrumHeader, holds_spectra, list_headers
from moosegui.files.spectra.elements.headers import stem_of
from moosegui.files.spectra.formats import row_arrays
from moosegui.files.spectra.formats.source_file import shows_source
from moosegui.files.spectra.formats.stacked import sniff as is_stacked
from moosegui.files.tables.astropy_tables import without_mixins
from moosegui.files.tables.cells import kept_once
from moosegui.files.tables.columns import (
    ColumnMap,
    as_floats,
    as_ids,
    as_texts,
    contradictions,
    magnitudes_of,
    map_columns,
    redshifts_of,
    scalar_columns,
    with_names,
    zconfs_of,
)
from moosegui.files.tables.dialects import with_degrees
from moosegui.files.tables.known_columns import recall_columns
from moosegui.files.tables.meanings import no_ids
from moosegui.files.tables.quotes import COMMENTED
from moosegui.files.tables.read import read_table

MAX_CELLS = 1_000_000  # values kept for display; a wider catalogue shows its first columns
RADIAN_LIMITS = (6.3, 1.58)  # right ascension, declination


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A table with the meaning of its columns, and what was said earlier of such columns."""

    path: Path
    table: Table
    columns: ColumnMap
    recalled: Mapping[str, str]


@without_collection()
def open_source_list(
    path: Path,
    spectra: Path | None = None,
    columns: Mapping[str, str] | None = None,
    *,
    roots: Sequence[Path] = (),
) -> SourceList:
    """Open a catalogue, a stacked survey, a file or a folder of spectra as a list of sources.

    Parameters
    ----------
    path : Path
        A catalogue (FITS, ECSV, CSV, VOTable), a stacked survey with its CATALOGUE, one spectrum,
        a folder of spectra, or the list of an inspector (`files.sources.assigned_list`).
    spectra : Path, optional
        A folder or a stacked file, whose spectra are matched to the catalogue by file name and
        ID. Without it: a column of paths, relative to the catalogue, else the catalogue's folder.
    columns : mapping of str to str, optional
        Columns by meaning (`MEANINGS`), as {"Z": "z_best"}, before what their names suggest.
    roots : sequence of Path
        Folders elsewhere to which a column of paths may lead; the others are `outside`.

    Returns
    -------
    SourceList
        Every row of the catalogue in its order; rows without a usable spectrum have a `problem`.
        What was assumed or remained unmatched stands in `notices`.

    Raises
    ------
    InputError
        If the file is missing or damaged, or lacks a column of `columns`; a `ColumnsError` if
        it has neither IDs nor paths.
    """
    named = columns or {}
    if is_assigned_list(path):
        return _assigned(path, spectra, named, roots)
    if path.is_dir() or (spectra is None and not named and _has_no_catalogue(path)):
        skipped: list[Path] = []
        listed = _from_headers(path, list_headers(path, roots, skipped))
        return replace(listed, notices=(*listed.notices, *skipped_notices(skipped)))
    catalogue = _open_catalogue(path, named)
    if spectra is None and _carries_spectra(path):
        headers = list_headers(path)
        refs: list[SpectrumRef | None] = [header.ref for header in headers]
        return _finish(catalogue, refs, [""] * len(refs), notices=())
    if spectra is not None:
        return _joined(catalogue, spectra, roots)
    return _from_own_folder(catalogue, roots)


def _assigned(
    path: Path, spectra: Path | None, named: Mapping[str, str], roots: Sequence[Path]
) -> SourceList:
    """Open the catalogue beside the list of an inspector, with the sources of the list."""
    listed = read_assigned_list(path)
    folder = path.absolute().parent
    catalogue = folder / listed.catalogue
    if not catalogue.exists():
        raise InputError(
            f"{path} is a list of sources of {listed.catalogue}, which is not beside it; put both "
            "into one folder."
        )
    if is_assigned_list(catalogue):
        raise InputError(f"{path} names another list, {listed.catalogue}, in place of a catalogue.")
    below = folder / listed.spectra if listed.spectra else None
    whole = open_source_list(catalogue, spectra or below, named or listed.columns, roots=roots)
    return with_assigned(path, listed, whole)


def _has_no_catalogue(path: Path) -> bool:
    """Whether a file is to be read as spectra alone, or holds nothing that could be a list."""
    content = open_content(path)
    if content.kind == "fits" and not content.tables:
        return True
    return holds_spectra(path) and not (_carries_spectra(path) and content.tables)


def _carries_spectra(path: Path) -> bool:
    """Whether a catalogue has the spectrum of each row in the same file."""
    content = open_content(path)
    return bool(is_stacked(content)) or row_arrays.table_hdu(content) is not None


def _open_catalogue(path: Path, named: Mapping[str, str]) -> Catalogue:
    table = with_degrees(without_mixins(read_table(path)))
    recalled = {} if named else recall_columns(table.colnames)
    columns = with_names(map_columns(table), table, named or recalled, path)
    if not columns.source_id and not columns.file:
        kind = ColumnsError if len(table) else InputError  # of no rows nobody can be asked
        raise kind(f"{path} {no_ids(table.colnames)}.")
    if not len(table):
        raise InputError(f"{path} has no rows; give a catalogue with sources.")
    return Catalogue(path, table, columns, recalled)


def _from_headers(path: Path, headers: Sequence[SpectrumHeader]) -> SourceList:
    """Make the list of a folder or a file that has no catalogue."""
    ids = [header.source_id for header in headers]
    sources = tuple(
        Source(
            key=key,
            source_id=header.source_id,
            row=i_row,
            spectrum=header.ref,
            ra=float(header.ra),
            dec=float(header.dec),
            redshift=float(header.redshift),
            kind=header.kind,
            comment=header.comment,
            problem=header.problem,
        )
        for i_row, (key, header) in enumerate(zip(_unique_keys(ids), headers, strict=True))
    )
    notices = (*duplicate_notices(ids), *problem_notices(sources))
    outside = _linked(headers)
    return SourceList(sources, path, has_catalogue=False, notices=notices, outside=outside)


def _from_own_folder(catalogue: Catalogue, roots: Sequence[Path]) -> SourceList:
    """Find the spectra by a column of paths, else among the files beside the catalogue."""
    by_path = _from_paths(catalogue, roots) if catalogue.columns.file else None
    if by_path is not None and any(source.spectrum is not None for source in by_path):
        return by_path
    try:
        joined = _joined(catalogue, catalogue.path.parent, roots)
        outside = joined.outside if by_path is None else (*by_path.outside, *joined.outside)
        return replace(joined, outside=outside)
    except InputError as error:
        if by_path is not None:
            return by_path
        raise InputError(
            f"{catalogue.path} has no column of files (FILE, PATH ...) and its folder holds no "
            "spectra; name their folder or file with --spectra."
        ) from error


def _from_paths(catalogue: Catalogue, roots: Sequence[Path]) -> SourceList:
    """Take the spectra from the column of paths, relative to the catalogue."""
    column = catalogue.columns.file
    names = [name.replace("\\", "/") for name in as_texts(catalogue.table, column)]
    found = named_files(catalogue.path.parent, names, column, roots)
    refs = [None if path is None else SpectrumRef(path) for path in found.paths]
    notices: tuple[str, ...] = ()
    if found.n_outside:
        notices = (
            f"{found.n_outside} spectra lie outside {catalogue.path.parent} and are not read; "
            "open the catalogue with --spectra and their folder.",
        )
    listed = _finish(catalogue, refs, found.problems, notices=notices)
    return replace(listed, outside=found.outside)


def _joined(catalogue: Catalogue, spectra: Path, roots: Sequence[Path]) -> SourceList:
    """Match the rows with the spectra of a folder or a stacked file."""
    headers = list(list_headers(spectra, roots))
    if spectra.is_dir():
        own = str(catalogue.path)
        headers = [header for header in headers if header.ref.place != own]
    ids = as_ids(catalogue.table, catalogue.columns.source_id)
    files = as_texts(catalogue.table, catalogue.columns.file)
    ra, dec, _ = _positions(catalogue)
    places = np.array(ra), np.array(dec)
    settled = settle_repeated(ids, places, fields_of(catalogue.table), headers)
    matches = match_spectra(ids, files, headers, plates_of(catalogue.table), settled)
    refs: list[SpectrumRef | None] = []
    problems: list[str] = []
    for i_row, found in enumerate(matches.spectra):
        refs.append(None if found is None else headers[found].ref)
        missing = _why_none(spectra, ids[i_row], matches.ambiguous, is_elsewhere=i_row in settled)
        problems.append(missing if found is None else headers[found].problem)
    notices = [
        *unclaimed_notices([headers[i] for i in matches.unclaimed]),
        *position_notices(ids, places, headers, matches.spectra),
    ]
    if matches.ambiguous:
        notices.append(
            f"{some_names(matches.ambiguous)} fit several spectra each and were left unmatched; a "
            "column FILE with the names of the files tells which."
        )
    listed = _finish(catalogue, refs, problems, notices=tuple(notices))
    return replace(listed, outside=_linked(headers))


def _why_none(
    spectra: Path, source_id: str, ambiguous: Sequence[str], *, is_elsewhere: bool
) -> str:
    """Say why a row has no spectrum."""
    if is_elsewhere:
        return f"The spectra of ID {source_id} in {spectra} are of other places on the sky."
    if {source_id, number_text(source_id)} & set(ambiguous):
        return (
            f"Several spectra in {spectra} have the ID {source_id}; a column FILE with the names "
            "of the files tells which."
        )
    return f"No spectrum in {spectra} belongs to ID {source_id}."


def _linked(headers: Sequence[SpectrumHeader]) -> tuple[Path, ...]:
    """Return the folders to which links lead that are not followed."""
    return outermost([str(header.elsewhere) for header in headers if header.elsewhere is not None])


def _finish(
    catalogue: Catalogue,
    refs: Sequence[SpectrumRef | None],
    problems: Sequence[str],
    *,
    notices: tuple[str, ...],
) -> SourceList:
    """Build the sources of a catalogue from its columns."""
    table, columns = catalogue.table, catalogue.columns
    ids = as_ids(table, columns.source_id) if columns.source_id else _stems(catalogue)
    if columns.refspec:
        named = zip(refs, as_texts(table, columns.refspec), strict=True)
        refs = [_with_name(ref, name) for ref, name in named]
    values, value_notices = _values(table, columns)
    ra, dec, radian_notices = _positions(catalogue)
    cells = zip(
        _unique_keys(ids),
        ids,
        range(len(ids)),
        refs,
        ra,
        dec,
        redshifts_of(table, columns).tolist(),
        zconfs_of(table, columns),
        magnitudes_of(table, columns).tolist(),
        kept_once(as_texts(table, columns.kind)),
        kept_once(as_texts(table, columns.comment)),
        problems,
        values,
        strict=True,
    )
    sources = tuple(Source(*row) for row in cells)
    return SourceList(
        sources,
        catalogue.path,
        notices=(
            *recalled_notices(catalogue.recalled),
            *commented_notices(table.meta.get(COMMENTED, ())),
            *duplicate_notices(ids),
            *problem_notices(sources),
            *notices,
            *radian_notices,
            *contradictions(table, columns),
            *value_notices,
        ),
    )


def _stems(catalogue: Catalogue) -> list[str]:
    return [stem_of(Path(name)) for name in as_texts(catalogue.table, catalogue.columns.file)]


def _with_name(ref: SpectrumRef | None, refspec: str) -> SpectrumRef | None:
    """Let the catalogue's REFSPEC choose among the spectra of a Source file, but no correlation."""
    if ref is None or ref.row is not None or not refspec or not shows_source(refspec):
        return ref
    return replace(ref, name=refspec)


def _values(
    table: Table, columns: ColumnMap
) -> tuple[list[tuple[tuple[str, str], ...]], tuple[str, ...]]:
    """Return the other columns of every row as (column, text)."""
    names = [name for name in scalar_columns(table) if name not in columns.used]
    n_kept = min(len(names), max(1, MAX_CELLS // max(len(table), 1)))
    notices: tuple[str, ...] = ()
    if n_kept < len(names):
        notices = (
            f"The catalogue is large: only the first {n_kept} of its {len(names)} other columns "
            "are shown; an update keeps them all.",
        )
    cells = [zip(repeat(name), kept_once(as_texts(table, name))) for name in names[:n_kept]]
    return list(zip(*cells, strict=True)) if cells else [()] * len(table), notices


def _positions(catalogue: Catalogue) -> tuple[list[float], list[float], tuple[str, ...]]:
    """Return right ascension and declination in degrees; radians only of a Marz FIBRES table."""
    table, columns = catalogue.table, catalogue.columns
    ra, dec = as_floats(table, columns.ra), as_floats(table, columns.dec)
    has_unit = bool(columns.ra) and getattr(table[columns.ra], "unit", None) is not None
    finite = np.isfinite(ra) & np.isfinite(dec)
    notices: tuple[str, ...] = ()
    if not has_unit and finite.any():
        could_be = np.abs(ra[finite]).max() <= RADIAN_LIMITS[0] and bool(
            np.abs(dec[finite]).max() <= RADIAN_LIMITS[1]
        )
        if could_be and _is_marz(table):
            ra, dec = np.degrees(ra), np.degrees(dec)
            notices = ("The positions of this Marz file are radians; they were converted.",)
        elif could_be:
            notices = (
                f"All values of {columns.ra} and {columns.dec} could be radians and were taken as "
                "degrees; write the unit rad into the catalogue if they are radians.",
            )
    return ra.tolist(), dec.tolist(), notices


def _is_marz(table: Table) -> bool:
    return str(table.meta.get("EXTNAME", "")).strip().upper() == "FIBRES"


def _unique_keys(ids: Sequence[str]) -> list[str]:
    """Make IDs unique: those that repeat or are empty get their row, counted from 1."""
    distinct = set(ids)
    if len(distinct) == len(ids) and "" not in distinct:
        return list(ids)
    counts = Counter(ids)
    keys = [
        text if text and counts[text] == 1 else f"{text} (row {i + 1})".strip()
        for i, text in enumerate(ids)
    ]
    seen = Counter(keys)
    return [key if seen[key] == 1 else f"{key} #{i + 1}" for i, key in enumerate(keys)]
