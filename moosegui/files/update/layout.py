"""The columns that an update adds to a catalogue: what was decided and what was proposed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from operator import attrgetter
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
# Only where an inspector said how files are read that do not say it themselves; the header of the
# export tells it too, in the description of the column
_READ: _Row = ("READ_VI", "O", "meta.note", "how the spectrum was read, as the inspector said")
MAX_SAID = 5  # different answers that the header of an export tells


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


class UpdateRows:
    """What an update adds to a catalogue, laid out for some rows at a time.

    The columns of a million rows would not be small: these are made where they are written.

    Parameters
    ----------
    sources : iterable of Source
        Their `row` says where their values go.
    decisions : mapping of source key to VerdictEvent
        Those in force.
    summaries : mapping of source key to ScanSummary
    """

    def __init__(
        self,
        sources: Iterable[Source],
        decisions: Mapping[str, VerdictEvent],
        summaries: Mapping[str, ScanSummary],
    ) -> None:
        self._sources = sorted(sources, key=attrgetter("row"))
        self._decisions, self._summaries = decisions, summaries
        verdicts = [event.verdict for event in decisions.values()]
        places: list[Place] = ["chosen"] if any(verdict.extraction for verdict in verdicts) else []
        places += ["reconciled"] if any(verdict.votes for verdict in verdicts) else []
        self._places = places
        layout = _layout(*self._places)
        said = list(dict.fromkeys(filter(None, map(_read_as, self._sources))))
        self._layout = (*layout, _read_row(said)) if said else layout
        self._taken: tuple[str, ...] = ()

    def beside(self, taken: Iterable[str]) -> UpdateRows:
        """Return the same with names that a catalogue with such columns has not."""
        other = copy(self)
        other._taken = tuple(taken)
        return other

    def check(self, n_rows: int) -> None:
        """Make sure that each source lies in a catalogue of so many rows.

        Raises
        ------
        IndexError
            If one does not.
        """
        for source in (*self._sources[:1], *self._sources[-1:]):
            if not 0 <= source.row < n_rows:
                raise IndexError(f"source {source.key} lies in row {source.row} of {n_rows}")

    def columns(self, start: int, stop: int) -> tuple[AddedColumn, ...]:
        """Return the columns of the rows from `start` up to `stop`.

        Rows that nobody inspected are null; inspected ones without a redshift, false sources
        included, have ZCONF_VI 0 and no Z_VI. Where an extraction was chosen or votes were
        reconciled, further columns tell it; where somebody said how silent files are read, one
        more does.
        """
        arrays = {name: _nulls(kind, stop - start) for name, kind, *_ in self._layout}
        first, last = (bisect_left(self._sources, i, key=attrgetter("row")) for i in (start, stop))
        for source in self._sources[first:last]:
            for name, value in self._cells(source).items():
                arrays[name][source.row - start] = value
        columns = (
            AddedColumn(name, arrays[name], description, ucd)
            for name, _, ucd, description in self._layout
        )
        return renamed(columns, self._taken)

    def are_ascii(self) -> bool:
        """Whether all texts are ASCII."""
        cells = (cell for source in self._sources for cell in self._cells(source).values())
        return all(cell.isascii() for cell in cells if isinstance(cell, str))

    def _cells(self, source: Source) -> dict[str, Cell]:
        cells = _scan_cells(self._summaries.get(source.key)) | _decision_cells(
            self._decisions.get(source.key), self._places
        )
        if words := _read_as(source):
            cells["READ_VI"] = words
        return cells


def update_columns(
    sources: Iterable[Source],
    decisions: Mapping[str, VerdictEvent],
    summaries: Mapping[str, ScanSummary],
    n_rows: int,
) -> tuple[AddedColumn, ...]:
    """Lay out decisions and proposals as columns aligned to all rows of a catalogue.

    See `UpdateRows`.

    Raises
    ------
    IndexError
        If a source lies outside the catalogue.
    """
    rows = UpdateRows(sources, decisions, summaries)
    rows.check(n_rows)
    return rows.columns(0, n_rows)


def _read_as(source: Source) -> str:
    return "" if source.spectrum is None else source.spectrum.choice.words


def _read_row(said: Sequence[str]) -> _Row:
    name, kind, ucd, description = _READ
    shown = "; ".join(said[:MAX_SAID]) + ("; ..." if len(said) > MAX_SAID else "")
    return name, kind, ucd, f"{description}: {shown}"


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
