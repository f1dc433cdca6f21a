"""Which column of a catalogue means what, and its values in the units of this program.

Names and null conventions are those that are met in MUSE and neighbouring catalogues; the content
of a column can reject what its name suggests: ORIGIN's integer `z` is a plane of the cube.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from astropy import units as u
from astropy.table import Column, Table

from moosegui.data.arrays import FloatArray
from moosegui.errors import InputError
from moosegui.files.tables.cells import (
    NULL_TEXTS,
    are_sexagesimal,
    is_masked,
    numbers_in,
    uncertain_cells,
    unread_cells,
)
from moosegui.files.tables.column_names import angle_unit, bracketed, counts_hours, plain_name
from moosegui.files.tables.meanings import (
    ALIASES,
    DEGREES,
    HOURS,
    MEANINGS,
    META_NAMES,
    SIGN_OF_DEGREES,
    UCDS,
)
from moosegui.files.tables.other_z import (
    REDROCK_REDSHIFT,
    VI_REDSHIFT,
    is_other_z,
    is_velocity,
    redshift_notes,
    redshifts_of_velocities,
    velocity_column,
)

REDSHIFT_LIMITS = (-0.01, 20.0)
MAX_ZCONF_VALUES = 10
MAX_ZCONF = 3  # the best of the scale of this program
# Photometric redshifts and old catalogues write these for "none".
NULL_REDSHIFTS = (9.99, 9.999, 9.9999, 99.0, 99.9, 99.99, 999.0, 9999.0, 100.0, 1000.0)
NULL_MAGNITUDE = 90.0  # absolute value from which a magnitude means "none" (99, -99, -9999)
NULL_ZCONF = (-2, -1, 63, 16959, 999999)  # the last three: what astropy writes into masked cells


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """The name of the column for each meaning; empty where the catalogue has none."""

    source_id: str = ""
    ra: str = ""
    dec: str = ""
    redshift: str = ""
    redshift_error: str = ""
    zconf: str = ""
    magnitude: str = ""
    kind: str = ""
    comment: str = ""
    refspec: str = ""
    file: str = ""

    @property
    def used(self) -> frozenset[str]:
        """The columns that have a meaning."""
        return frozenset(getattr(self, item.name) for item in fields(self)) - {""}

    @property
    def said(self) -> dict[str, str]:
        """The column of each meaning that has one, by the words of `MEANINGS`."""
        named = {word: getattr(self, meaning) for word, meaning in MEANINGS.items()}
        return {word: name for word, name in named.items() if name}

    def unused_of(self, table: Table) -> list[str]:
        """List the columns of a table that have no meaning here."""
        used = self.used
        if self.redshift == VI_REDSHIFT:
            used |= {REDROCK_REDSHIFT}
        if self.ra == "RAdeg":
            used |= {*HOURS, *DEGREES, SIGN_OF_DEGREES}
        return [name for name in table.colnames if name not in used]


def map_columns(table: Table) -> ColumnMap:
    """Find what the columns mean: by the table's metadata, by UCD, then by name.

    Parameters
    ----------
    table : Table
        As `read_table` returns it.

    Returns
    -------
    ColumnMap
        Columns whose content contradicts their name are left out.
    """
    found = {meaning: _find(table, meaning) for meaning in ALIASES}
    if table.meta.get("marz") and "Name" in table.colnames:
        found["source_id"] = "Name"  # the ID of a Marz table is only a running number
    found["redshift"] = found["redshift"] or velocity_column(table)
    return ColumnMap(**found)


def with_names(columns: ColumnMap, table: Table, names: Mapping[str, str], path: Path) -> ColumnMap:
    """Let the user say which columns mean what (`MEANINGS`).

    Raises
    ------
    InputError
        If a meaning is not known, or the table has no such column of single values.
    """
    scalars = scalar_columns(table)
    found = {}
    for meaning, name in names.items():
        if meaning.upper() not in MEANINGS:
            raise InputError(f"--columns knows no {meaning}; give one of {', '.join(MEANINGS)}.")
        if name not in scalars:
            some = ", ".join(scalars[:20]) + (" ..." if len(scalars) > 20 else "")
            raise InputError(f"{path} has no column {name}; it has {some}.")
        found[MEANINGS[meaning.upper()]] = name
    return replace(columns, **found)


def contradictions(table: Table, columns: ColumnMap) -> tuple[str, ...]:
    """Tell which columns have the name of something that their content cannot be."""
    told = []
    for meaning, what in (("redshift", "redshift"), ("zconf", "confidence"), ("ra", "position")):
        candidates = [] if getattr(columns, meaning) else _candidates(table, meaning)
        if candidates:
            shown = next((text for text in as_texts(table, candidates[0]) if text), "")
            such = f", such as “{shown[:20]}”," if shown else ""
            none = "are no whole numbers from 0 to 10" if meaning == "zconf" else "are none"
            if meaning == "zconf" and table[candidates[0]].dtype.kind == "b":
                none = "are true or false, which is all that astropy writes of int8 numbers"
            told.append(f"Column {candidates[0]} was not taken as {what}: its values{such} {none}.")
    told += _without_position(table, columns)
    told += redshift_notes(table, columns.redshift)
    return (*told, *_unread(table, columns), *scale_notes(table, columns))


def _without_position(table: Table, columns: ColumnMap) -> list[str]:
    """Name the few rows that have no position, as the line of sums of a spreadsheet."""
    if not (columns.ra and columns.dec):
        return []
    lost = ~np.isfinite(as_floats(table, columns.ra) + as_floats(table, columns.dec))
    n_lost = int(np.count_nonzero(lost))
    if not 0 < n_lost <= len(table) / 2:
        return []
    ids = as_ids(table, columns.source_id)
    some = ", ".join(f"“{ids[i][:20]}”" for i in np.flatnonzero(lost)[:3])
    verb = "1 row has" if n_lost == 1 else f"{n_lost} rows have"
    return [f"{verb} no position: {some}."]


def scale_notes(table: Table, columns: ColumnMap) -> list[str]:
    """Tell what is lost of confidences of another scale: beyond 3, with decimals, below 0."""
    if not columns.zconf:
        return []
    known = [value for value in zconfs_of(table, columns) if value is not None]
    written = as_floats(table, columns.zconf)
    below = sorted({int(value) for value in written[written < 0].tolist()})
    none = f"Column {columns.zconf} has {', '.join(map(str, below))}, which count as none."
    told = [none] if below else []
    is_cut = bool(np.any(written[np.isfinite(written)] % 1.0))
    if max(known, default=0) <= MAX_ZCONF:
        cut = f"Column {columns.zconf} has decimals, which were dropped: 2.5 counts as 2."
        return [cut, *told] if is_cut else told
    how = "their decimals were dropped" if is_cut else "confidences were kept as they are"
    said = f"Column {columns.zconf} goes up to {max(known)}: {how}"
    of_marz = " (in Marz 4 is the best, 6 a star)" if columns.zconf == "QOP" else ""
    return [f"{said}, on the scale of that catalogue{of_marz}.", *told]


def _unread(table: Table, columns: ColumnMap) -> list[str]:
    """Tell which cells of positions and redshifts are no numbers, and count as none."""
    told = []
    for meaning in ("ra", "dec", "redshift"):
        if not (name := getattr(columns, meaning)):
            continue
        cells = unread_cells(table[name], is_right_ascension=counts_hours(name))
        if cells:
            count = "1 value" if len(cells) == 1 else f"{len(cells)} values"
            verb = "is no number and counts" if len(cells) == 1 else "are no numbers and count"
            some = ", ".join(f"“{cell[:20]}”" for cell in cells[:3])
            told.append(f"{count} of column {name} {verb} as none: {some}.")
        if marked := uncertain_cells(table[name]):
            some = ", ".join(f"“{cell[:20]}”" for cell in marked[:3])
            count = "1 value" if len(marked) == 1 else f"{len(marked)} values"
            told.append(f"{count} of column {name} marked as uncertain: {some}; taken as numbers.")
    return told


def as_floats(table: Table, name: str, n_rows: int | None = None) -> FloatArray:
    """Return a column as numbers, nan where it is null; angles in degrees.

    Parameters
    ----------
    table : Table
    name : str
        A column; empty gives nan everywhere.
    n_rows : int, optional
        Number of rows to return when there is no such column.

    Returns
    -------
    ndarray of shape (n_rows,)
    """
    if not name:
        return np.full(len(table) if n_rows is None else n_rows, np.nan)
    column = table[name]
    values = numbers_in(column, is_right_ascension=counts_hours(name))
    values[is_masked(column)] = np.nan
    unit = getattr(column, "unit", None)
    if unit is None and angle_unit(name):
        unit = u.Unit(angle_unit(name))
    if unit is not None and are_sexagesimal(column):
        unit = None
    if unit == u.h and counts_hours(name):
        unit = u.hourangle
    if unit is not None and getattr(unit, "physical_type", "") == "angle":
        values = values * float(unit.to(u.deg))
    return values


def redshifts_of(table: Table, columns: ColumnMap, n_rows: int | None = None) -> FloatArray:
    """Return the catalogue's redshifts, nan where a null convention says that there is none."""
    if is_velocity(columns.redshift):
        return redshifts_of_velocities(table, columns.redshift)
    values = as_floats(table, columns.redshift, n_rows)
    if columns.redshift == VI_REDSHIFT and REDROCK_REDSHIFT in table.colnames:
        # prospect writes a redshift only where the inspector changed that of Redrock
        values = np.where(np.isfinite(values), values, as_floats(table, REDROCK_REDSHIFT))
    is_null = (values <= -0.5) | np.isin(np.round(values, 4), NULL_REDSHIFTS)
    if columns.zconf:
        # Marz writes 0 where no redshift was assigned, with the quality of one that is unknown
        unknown = 1 if table.meta.get("marz") else 0
        is_null |= (values == 0) & (as_floats(table, columns.zconf) <= unknown)
    return np.where(is_null, np.nan, values)


def zconfs_of(table: Table, columns: ColumnMap) -> list[int | None]:
    """Return the catalogue's confidences; None where they are null, 0 stays 0."""
    values = as_floats(table, columns.zconf)
    is_null = ~np.isfinite(values) | np.isin(values, NULL_ZCONF)
    numbers = np.where(is_null, 0, values).astype(np.int64).tolist()
    return [None if none else n for n, none in zip(numbers, is_null.tolist(), strict=True)]


def magnitudes_of(table: Table, columns: ColumnMap) -> FloatArray:
    """Return the magnitudes, nan where they are null."""
    values = as_floats(table, columns.magnitude)
    return np.where(np.abs(values) >= NULL_MAGNITUDE, np.nan, values)


def as_texts(table: Table, name: str, n_rows: int | None = None) -> list[str]:
    """Return a column as texts, empty where masked; integers exact, floats in shortest form."""
    if not name:
        return [""] * (len(table) if n_rows is None else n_rows)
    data = np.ma.getdata(np.asanyarray(column := table[name]))
    if data.dtype.kind == "O":
        texts = ["" if value is None else _decoded(value).strip() for value in data.tolist()]
    elif data.dtype.kind == "U":
        texts = np.char.strip(data).tolist()
    elif data.dtype.kind == "f" and data.dtype.itemsize == 8 and data.ndim == 1:
        texts = list(map(repr, data.tolist()))  # as numpy writes them, in half the time
    else:
        texts = data.astype(str).tolist()
    if not (masked := is_masked(column)).any():
        return texts
    return ["" if is_null else text for text, is_null in zip(texts, masked.tolist(), strict=True)]


def _decoded(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def as_ids(table: Table, name: str, n_rows: int | None = None) -> list[str]:
    """Return IDs as texts: leading zeros kept, 64-bit integers exact, `12.0` as `12`."""
    texts = as_texts(table, name, n_rows)
    if name and np.asanyarray(table[name]).dtype.kind == "f":
        return [text.removesuffix(".0") for text in texts]
    return texts


def scalar_columns(table: Table) -> list[str]:
    """Return the names of the columns with one value a row."""
    return [name for name in table.colnames if np.ndim(table[name]) == 1]


def _find(table: Table, meaning: str) -> str:
    accepts = _CHECKS.get(meaning, lambda column: True)
    for name in _candidates(table, meaning):
        if np.ndim(table[name]) != 1 or not accepts(table[name]):
            continue
        if meaning != "redshift" or not is_other_z(table, name):
            return name
    return ""


def _candidates(table: Table, meaning: str) -> list[str]:
    """List columns that may have a meaning, the best first."""
    names: Sequence[str] = table.colnames
    candidates: list[str] = []
    meta = {str(key).lower(): value for key, value in table.meta.items()}
    said = meta.get(META_NAMES.get(meaning, ""), "")
    if said in names:
        candidates.append(said)
    ucds = _ucds(table) if meaning in UCDS else {}
    for ucd in UCDS.get(meaning, ()):
        candidates += [name for name in names if ucds[name] == ucd]
    aliases = ALIASES[meaning]
    candidates += [alias for alias in aliases if alias in names]
    plain: dict[str, str] = {}
    for name in sorted(names, key=lambda name: bool(bracketed(name))):  # the plain ones first
        plain.setdefault(plain_name(name), name)
    candidates += [plain[plain_name(alias)] for alias in aliases if plain_name(alias) in plain]
    return candidates


def _ucds(table: Table) -> dict[str, str]:
    names = dict(enumerate(table.colnames, start=1))
    found = {name: getattr(table[name], "meta", {}).get("ucd", "") for name in names.values()}
    said = {name: found[name] or table.meta.get(f"TUCD{i}", "") for i, name in names.items()}
    return {name: str(ucd).strip().lower() for name, ucd in said.items()}


def _is_redshift(column: Column) -> bool:
    data = np.asanyarray(column)
    if data.dtype.kind in "iub":
        return False
    if data.dtype.kind in "UO" and _holds_only_integers(column):
        return False
    values = numbers_in(column)
    values = values[np.isfinite(values) & (values > -0.5) & ~is_masked(column)]
    values = values[~np.isin(np.round(values, 4), NULL_REDSHIFTS)]
    low, high = REDSHIFT_LIMITS
    return bool(np.all((values >= low) & (values <= high)))


def _holds_only_integers(column: Column) -> bool:
    """Whether every number of a text column is written without a point, and one is above 20."""
    texts = [str(text).strip() for text in np.ma.getdata(np.asanyarray(column)).tolist()]
    numbers = [text for text in texts if text.lower() not in NULL_TEXTS]
    is_whole = all(text.lstrip("+-").isdigit() for text in numbers)
    return bool(numbers) and is_whole and any(abs(int(text)) > 1 for text in numbers)


def _is_all_numbers(column: Column) -> bool:
    """Whether every cell that is written is a number, as counts of notes are and no remarks."""
    is_there = ~is_masked(column)
    texts = np.char.strip(np.ma.getdata(np.asanyarray(column))[is_there].astype(str))
    is_empty = np.isin(np.char.lower(texts), list(NULL_TEXTS))
    values = numbers_in(column)[is_there][~is_empty]
    return bool(values.size) and bool(np.isfinite(values).all())


def _is_zconf(column: Column) -> bool:
    masked = is_masked(column)
    values = numbers_in(column)[~masked]
    data = np.asanyarray(column)
    if data.dtype.kind == "b":  # what astropy makes of int8: the numbers are lost
        return False
    if data.dtype.kind in "UO":
        texts = {str(text).strip().lower() for text in np.ma.getdata(data).tolist()} - NULL_TEXTS
        if texts and not np.isfinite(values).any():
            return False
    values = values[np.isfinite(values) & ~np.isin(values, NULL_ZCONF)]
    distinct = np.unique(values)
    is_small = np.all(
        (distinct >= min(NULL_ZCONF)) & (distinct <= 10) & (distinct == np.rint(distinct))
    )
    return bool(is_small and len(distinct) <= MAX_ZCONF_VALUES)


def _is_angle(limit: float) -> Callable[[Column], bool]:
    def accepts(column: Column) -> bool:
        values = numbers_in(column)
        values = values[np.isfinite(values) & (values > -900)]
        return bool(np.all(np.abs(values) <= limit)) and (len(values) > 0 or len(column) == 0)

    return accepts


_CHECKS: dict[str, Callable[[Column], bool]] = {
    "redshift": _is_redshift,
    "zconf": _is_zconf,
    "ra": _is_angle(360.0),
    "dec": _is_angle(360.0),
    "comment": lambda column: not _is_all_numbers(column),
    "magnitude": lambda column: bool(np.isfinite(numbers_in(column)).any()),
}
