"""The columns that an update adds to a catalogue: what was decided and what was proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moosegui.data.blend import BlendKind
from moosegui.data.catalogue import Source, SourceFlag, Verdict, VerdictEvent
from moosegui.data.conditions import ScanConditions
from moosegui.data.results import ScanSummary
from moosegui.files.scan.summary import scan_numbers
from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn, plain_text

# name, kind, UCD, description
_LAYOUT = (
    ("Z_VI", "f8", "src.redshift", "redshift assigned by the inspector, vacuum convention"),
    ("ZERR_VI", "f8", "stat.error;src.redshift", "1 sigma error of Z_VI"),
    ("ZCONF_VI", "i2", "meta.code.qual;src.redshift", "0 no z, 1 possible, 2 probable, 3 secure"),
    ("REFZ_VI", "O", "meta.note;src.redshift", "how Z_VI came to be: auto, solution, line, ..."),
    ("Z2_VI", "f8", "src.redshift", "redshift of a second galaxy in the spectrum"),
    ("ZCONF2_VI", "i2", "meta.code.qual;src.redshift", "confidence of Z2_VI, as ZCONF_VI"),
    ("BLEND_VI", "i2", "meta.code", "0 one galaxy, 1 blend, 2 light of a neighbour"),
    ("NEIGHBOUR_VI", "O", "meta.id", "whose light it is, where BLEND_VI is 2"),
    ("FALSE_VI", "O", "meta.code.class", "why the detection is not a source"),
    ("FLAGS_VI", "O", "meta.code", "marks of the inspector, separated by commas"),
    ("MASKS_VI", "O", "em.wl", "masked by the inspector, vacuum Angstrom: a-b;c-d"),
    ("ZMIN_VI", "f8", "src.redshift;stat.min", "lower limit of z, if the inspector set one"),
    ("ZMAX_VI", "f8", "src.redshift;stat.max", "upper limit of z, if the inspector set one"),
    ("WEIGHT_VI", "O", "meta.code", "weighting of the fit, if the inspector chose one"),
    ("COMMENT_VI", "O", "meta.note", "remark of the inspector, UTF-8"),
    ("INSPECTOR_VI", "O", "meta.id", "who decided"),
    ("DATE_VI", "O", "time.processing", "when it was decided, ISO 8601 UTC"),
)
_AFTER_SCAN = (("CAND_VI", "i2", "meta.number", "rank of the solution that Z_VI was taken from"),)
# only where several inspectors were reconciled
_RECONCILED_LAYOUT = (
    ("VOTES_VI", "O", "meta.note", "what each inspector had voted, before it was reconciled"),
    ("VOTE_VI", "O", "meta.id", "whose vote was taken; empty for a new verdict"),
)
BLEND_CODES = {BlendKind.SINGLE: 0, BlendKind.BLEND: 1, BlendKind.CONTAMINATION: 2}

_Row = tuple[str, str, str, str]
_Cells = dict[str, float | int | str]


def column_names() -> tuple[str, ...]:
    """Return the names of the columns of an update without votes, in their order."""
    return tuple(name for name, *_ in _layout())


def _layout() -> tuple[_Row, ...]:
    scanned = (
        (number.in_update, "f8", number.ucd, number.update_description or number.description)
        for number in scan_numbers()
        if number.in_update
    )
    return (*_LAYOUT, *scanned, *_AFTER_SCAN)


def update_columns(
    sources: Iterable[Source],
    decisions: Mapping[str, VerdictEvent],
    summaries: Mapping[str, ScanSummary],
    n_rows: int,
) -> tuple[AddedColumn, ...]:
    """Lay out decisions and proposals as columns aligned to the rows of a catalogue.

    Rows that nobody inspected are null; inspected ones without a redshift, false sources
    included, have ZCONF_VI 0 and no Z_VI. Where votes were reconciled, two columns more name them.

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
    is_reconciled = any(event.verdict.votes for event in decisions.values())
    layout = _layout() + (_RECONCILED_LAYOUT if is_reconciled else ())
    arrays = {name: _nulls(kind, n_rows) for name, kind, *_ in layout}
    for source in sources:
        if not 0 <= source.row < n_rows:
            raise IndexError(f"source {source.key} lies in row {source.row} of {n_rows}")
        cells = _scan_cells(summaries.get(source.key)) | _decision_cells(decisions.get(source.key))
        for name, value in cells.items():
            arrays[name][source.row] = value
    return tuple(
        AddedColumn(name, arrays[name], description, ucd) for name, _, ucd, description in layout
    )


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


def _scan_cells(summary: ScanSummary | None) -> _Cells:
    if summary is None:
        return {}
    return {
        number.in_update: getattr(summary, number.field)
        for number in scan_numbers()
        if number.in_update
    }


def _decision_cells(decision: VerdictEvent | None) -> _Cells:
    if decision is None:
        return {}
    verdict = decision.verdict
    cells: _Cells = {
        "FALSE_VI": verdict.false_reason or "",
        "FLAGS_VI": ",".join(sorted(verdict.flags)),
        "COMMENT_VI": plain_text(verdict.comment),
        "INSPECTOR_VI": decision.inspector,
        "DATE_VI": decision.time,
        **_condition_cells(verdict.conditions),
    }
    if verdict.is_inspected:
        cells |= _redshift_cells(verdict)
    if verdict.is_inspected or verdict.blend is not None:
        cells |= _blend_cells(verdict)
    if verdict.votes:
        votes = "; ".join(vote.text for vote in verdict.votes)
        cells |= {"VOTES_VI": plain_text(votes), "VOTE_VI": verdict.taken_from}
    return cells


def _blend_cells(verdict: Verdict) -> _Cells:
    blend = verdict.blend
    if blend is None:
        return {"BLEND_VI": int(SourceFlag.BLEND in verdict.flags)}
    cells: _Cells = {"BLEND_VI": BLEND_CODES[blend.kind], "NEIGHBOUR_VI": blend.neighbour}
    if blend.zconf is not None:
        cells |= {"Z2_VI": blend.redshift, "ZCONF2_VI": blend.zconf}
    return cells


def _condition_cells(conditions: ScanConditions) -> _Cells:
    cells: _Cells = {
        "MASKS_VI": ";".join(f"{start:.8g}-{stop:.8g}" for start, stop in conditions.masks),
        "WEIGHT_VI": conditions.weighting or "",
    }
    if conditions.redshift_limits is not None:
        cells["ZMIN_VI"], cells["ZMAX_VI"] = conditions.redshift_limits
    return cells


def _redshift_cells(verdict: Verdict) -> _Cells:
    if verdict.false_reason is not None or not verdict.zconf:
        return {"ZCONF_VI": 0}
    cells: _Cells = {
        "Z_VI": verdict.redshift,
        "ZERR_VI": verdict.redshift_error,
        "ZCONF_VI": verdict.zconf,
        "REFZ_VI": verdict.origin,
    }
    if verdict.solution_rank is not None:
        cells["CAND_VI"] = verdict.solution_rank
    return cells
