"""The columns that an update adds to a catalogue: what was decided and what was proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moosegui.data.catalogue import Source, VerdictEvent
from moosegui.data.results import ScanSummary
from moosegui.files.scan.summary import ScanNumber, ScanText, updated_columns
from moosegui.files.session.verdict_fields import Place, verdict_columns
from moosegui.files.session.verdict_values import Cell
from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn

_Row = tuple[str, str, str, str]  # name, kind, UCD, description
_INSPECTOR: tuple[_Row, ...] = (
    ("INSPECTOR_VI", "O", "meta.id", "who decided"),
    ("DATE_VI", "O", "time.processing", "when it was decided, ISO 8601 UTC"),
)
# Only where an inspector said how files are read that do not say it themselves
_READ: _Row = ("READ_VI", "O", "meta.note", "how the spectrum was read, as the inspector said")


def column_names() -> tuple[str, ...]:
    """Return the names of the columns of an update without votes, in their order."""
    return tuple(name for name, *_ in _layout())


def _layout(*places: Place) -> tuple[_Row, ...]:
    """What was decided, by whom, what the scan found; then what only some updates have."""
    scanned = tuple(_scanned(column) for column in updated_columns())
    more = tuple(row for place in places for row in _decided(place))
    return (*_decided("decision"), *_INSPECTOR, *scanned, *_decided("after the scan"), *more)


def _scanned(column: ScanNumber | ScanText) -> _Row:
    if isinstance(column, ScanText):
        return column.in_update, "O", column.ucd, column.description
    description = column.update_description or column.description
    return column.in_update, "f8", column.ucd, description


def _decided(place: Place) -> tuple[_Row, ...]:
    columns = verdict_columns(place)
    return tuple((one.name, one.kind, one.ucd, one.description) for one in columns)


def update_columns(
    sources: Iterable[Source],
    decisions: Mapping[str, VerdictEvent],
    summaries: Mapping[str, ScanSummary],
    n_rows: int,
) -> tuple[AddedColumn, ...]:
    """Lay out decisions and proposals as columns aligned to the rows of a catalogue.

    Rows that nobody inspected are null; inspected ones without a redshift, false sources
    included, have ZCONF_VI 0 and no Z_VI. Where votes were reconciled, two columns more name them;
    where somebody said how silent files are read, one column tells it.

    Parameters
    ----------
    sources : iterable of Source
        Their `row` says where their values go.
    decisions : mapping of source key to VerdictEvent
        Those in force.
    summaries : mapping of source key to ScanSummary
    n_rows : int
        Rows of the catalogue.

    Returns
    -------
    tuple of AddedColumn

    Raises
    ------
    IndexError
        If a source lies outside the catalogue.
    """
    sources = tuple(sources)
    verdicts = [event.verdict for event in decisions.values()]
    places: list[Place] = ["chosen"] if any(verdict.extraction for verdict in verdicts) else []
    places += ["reconciled"] if any(verdict.votes for verdict in verdicts) else []
    layout = _layout(*places)
    if any(map(_read_as, sources)):
        layout = (*layout, _READ)
    arrays = {name: _nulls(kind, n_rows) for name, kind, *_ in layout}
    for source in sources:
        if not 0 <= source.row < n_rows:
            raise IndexError(f"source {source.key} lies in row {source.row} of {n_rows}")
        cells = _scan_cells(summaries.get(source.key)) | _decision_cells(
            decisions.get(source.key), places
        )
        if words := _read_as(source):
            cells["READ_VI"] = words
        for name, value in cells.items():
            arrays[name][source.row] = value
    return tuple(
        AddedColumn(name, arrays[name], description, ucd) for name, _, ucd, description in layout
    )


def _read_as(source: Source) -> str:
    return "" if source.spectrum is None else source.spectrum.choice.words


def renamed(columns: Iterable[AddedColumn], taken: Iterable[str]) -> tuple[AddedColumn, ...]:
    """Number the columns whose names a catalogue has already, as `Z_VI_2` in a second update.

    Names are compared without case, as FITS does.
    """
    used = {name.upper() for name in taken}
    return tuple(replace(column, name=_free(column.name, used)) for column in columns)


def _free(name: str, used: set[str]) -> str:
    number, free = 1, name
    while free.upper() in used:
        number += 1
        free = f"{name}_{number}"
    return free


def _nulls(kind: str, n_rows: int) -> NDArray[Any]:
    empty: dict[str, object] = {"f8": np.nan, "i2": NULL_INTEGER, "O": ""}
    return np.full(n_rows, empty[kind], dtype=kind)


def _scan_cells(summary: ScanSummary | None) -> dict[str, Cell]:
    if summary is None:
        return {}
    return {column.in_update: getattr(summary, column.field) for column in updated_columns()}


def _decision_cells(decision: VerdictEvent | None, more: Sequence[Place]) -> dict[str, Cell]:
    if decision is None:
        return {}
    cells: dict[str, Cell] = {"INSPECTOR_VI": decision.inspector, "DATE_VI": decision.time}
    always: tuple[Place, ...] = ("decision", "after the scan")
    for place in (*always, *more):
        for column in verdict_columns(place):
            value = column.cell(decision.verdict)
            if value is not None:
                cells[column.name] = value
    return cells
