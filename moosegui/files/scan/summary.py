"""What persists of a scan, one record a number: its columns, and how a summary is written as JSON.

A number that joins `ScanSummary` is kept by sessions and by the journal of a scan without more:
they store fields by name. Its record in `COLUMNS` gives it a column in the table of a scan and, if
it says so, in the update of a catalogue. Files of before lack the number, which is undefined then.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from moosegui.data.deblending import Vetting
from moosegui.data.results import WEIGHTINGS, ScanFlag, ScanSummary, Weighting


@dataclass(frozen=True, slots=True)
class ScanNumber:
    """A number of `ScanSummary` in tables.

    Parameters
    ----------
    field : str
    name : str
        The column in the table of a scan.
    ucd, description : str
    in_update : str
        The column in the update of a catalogue; empty where it has none.
    update_description : str
        What is said of it there, where `Z_AUTO` is one column among those of a catalogue.
    is_required : bool
        Whether a table without it is no table of a scan; later numbers may be missing.
    """

    field: str
    name: str
    ucd: str
    description: str
    in_update: str = ""
    update_description: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class ScanText:
    """A text of `ScanSummary` in tables; one that follows from the numbers is not read back."""

    field: str
    name: str
    ucd: str
    description: str
    in_update: str = ""
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class ScanVector:
    """One value of each of the alternatives: a vector in the table of a scan."""

    i_value: int
    name: str
    ucd: str
    description: str


COLUMNS: tuple[ScanNumber | ScanText | ScanVector, ...] = (  # in the order of the table
    ScanNumber(
        *("redshift", "Z_AUTO", "src.redshift", "best redshift of CLASS, vacuum convention"),
        in_update="Z_AUTO",
        update_description="best redshift of the scan, vacuum convention",
        is_required=True,
    ),
    ScanNumber(
        *("redshift_error", "Z_ERR", "stat.error;src.redshift", "1 sigma error of Z_AUTO"),
        in_update="ZERR_AUTO",
        is_required=True,
    ),
    ScanNumber(
        *("redshift_error_below", "Z_ERR_LO", "stat.error;src.redshift"),
        "1 sigma error of Z_AUTO to smaller redshifts",
        in_update="ZERR_LO_AUTO",
    ),
    ScanNumber(
        *("redshift_error_above", "Z_ERR_HI", "stat.error;src.redshift"),
        "1 sigma error of Z_AUTO to larger redshifts",
        in_update="ZERR_HI_AUTO",
    ),
    ScanNumber(
        *("systemic_redshift", "Z_SYS", "src.redshift"),
        "systemic z by the width of Lya (Verhamme et al. 2018)",
        in_update="Z_SYS_AUTO",
    ),
    ScanNumber(
        *("systemic_redshift_error", "Z_SYS_ERR", "stat.error;src.redshift"),
        "1 sigma error of Z_SYS by the accuracy of the relation",
        in_update="ZERR_SYS_AUTO",
    ),
    ScanNumber(
        *("relative_depth", "DCHI2", "stat.fit.chi2", "significance: 1 - chi2 / first quartile"),
        in_update="DCHI2",
        update_description="significance of Z_AUTO: 1 - chi2 / first quartile",
        is_required=True,
    ),
    ScanNumber(
        *("robustness", "R", "stat.fit.goodness", "robustness against the second solution"),
        in_update="R",
        update_description="robustness of Z_AUTO against the second solution",
        is_required=True,
    ),
    ScanNumber(
        *("probability", "P_Z", "stat.probability"),
        "probability of Z_AUTO in this range",
    ),
    ScanVector(0, "Z_ALT", "src.redshift", "redshifts of the next solutions"),
    ScanVector(1, "DCHI2_ALT", "stat.fit.chi2", "significances of the next solutions"),
    ScanNumber("chi2", "CHI2", "stat.fit.chi2", "reduced chi2 at Z_AUTO", is_required=True),
    ScanNumber(
        *("lines_redshift", "Z_LINES", "src.redshift"),
        "redshift that explains the emission lines best, empty with fewer than two",
        in_update="Z_LINES",
        update_description="redshift that explains the emission lines alone best",
    ),
    ScanNumber(
        *("cross_redshift", "Z_XCOR", "src.redshift"),
        "redshift at which the cross-correlation r(z) is highest",
        in_update="Z_XCOR",
    ),
    ScanNumber(
        *("cross_lead", "R_XCOR", "stat.correlation"),
        "lead of r(z) at Z_XCOR over the next, in its scatter",
        in_update="R_XCOR",
    ),
    ScanText(
        *("class_name", "CLASS", "src.class", "most probable class: GALAXY, STAR or QSO"),
        in_update="CLASS_AUTO",
        is_derived=True,
    ),
    ScanNumber("p_galaxy", "P_GALAXY", "stat.probability", "probability of a galaxy"),
    ScanNumber(
        *("p_star", "P_STAR", "stat.probability", "probability of a star"), in_update="P_STAR"
    ),
    ScanNumber(
        *("p_quasar", "P_QSO", "stat.probability", "probability of a quasar"), in_update="P_QSO"
    ),
    ScanNumber(
        *("galaxy_redshift", "Z_GALAXY", "src.redshift", "best redshift of a galaxy"),
    ),
    ScanText(
        *("star_type", "STAR_TYPE", "src.spType", "type of the best fit of a star"),
        in_update="STAR_TYPE",
    ),
    ScanNumber(
        *("star_redshift", "Z_STAR", "src.redshift", "radial velocity over c of the best star"),
        in_update="Z_STAR",
    ),
    ScanNumber("star_redshift_error", "Z_STAR_ERR", "stat.error", "1 sigma error of Z_STAR"),
    ScanNumber(
        *("quasar_redshift", "Z_QSO", "src.redshift", "redshift of the best fit of a quasar"),
        in_update="Z_QSO",
    ),
    ScanNumber("quasar_redshift_error", "Z_QSO_ERR", "stat.error", "1 sigma error of Z_QSO"),
)


def scan_columns() -> tuple[ScanNumber | ScanText | ScanVector, ...]:
    """Return what the table of a scan holds of a summary, in its order."""
    return COLUMNS


def scan_numbers() -> tuple[ScanNumber, ...]:
    """Return the numbers among the columns."""
    return tuple(column for column in COLUMNS if isinstance(column, ScanNumber))


def scan_texts() -> tuple[ScanText, ...]:
    """Return the texts among the columns."""
    return tuple(column for column in COLUMNS if isinstance(column, ScanText))


def updated_columns() -> tuple[ScanNumber | ScanText, ...]:
    """Return what the update of a catalogue holds of a summary, in its order."""
    found = (column for column in COLUMNS if not isinstance(column, ScanVector))
    return tuple(column for column in found if column.in_update)


def summary_from(numbers: Mapping[str, float], **others: Any) -> ScanSummary:
    """Return a summary of numbers by field, and of what is no number."""
    values: dict[str, Any] = {name: float(value) for name, value in numbers.items()}
    return ScanSummary(**values, **others)


def to_payload(summary: ScanSummary) -> dict[str, Any]:
    """Return a summary as JSON holds it: fields by name, null for nan, text for infinite."""
    values = {field.name: getattr(summary, field.name) for field in fields(summary)}
    return {name: _WRITTEN.get(name, _plain)(value) for name, value in values.items()}


def from_payload(payload: Mapping[str, Any]) -> ScanSummary:
    """Rebuild a summary; fields that came later are undefined, unknown ones are left alone.

    Raises
    ------
    KeyError, TypeError, ValueError
        If a value cannot be understood, or one that was always there is missing.
    """
    for name in _ALWAYS:
        payload[name]
    return ScanSummary(
        **{
            field.name: _READ.get(field.name, type(field.default))(payload[field.name])
            for field in fields(ScanSummary)
            if payload.get(field.name) is not None
        }
    )


def to_json(summary: ScanSummary) -> str:
    """Return a summary as one text, for a session."""
    return json.dumps(to_payload(summary))


def from_json(text: str) -> ScanSummary:
    """Rebuild a summary; raises as `from_payload`."""
    return from_payload(json.loads(text))


_FORMER_COLUMNS = (
    *("redshift", "redshift_error", "relative_depth", "robustness", "chi2", "alternatives"),
    *("flags", "engine_fingerprint", "weighting", "probability", "vetting"),
)


def json_of_former_row(*row: object) -> str:
    """Return the JSON of a summary that a session of version 4 kept in columns of its own."""
    payload: dict[str, Any] = dict(zip(_FORMER_COLUMNS, row, strict=True))
    for name in ("alternatives", "vetting"):
        payload[name] = None if payload[name] is None else json.loads(payload[name])
    return to_json(from_payload(payload))


def _plain(value: object) -> object:
    """Return a number as JSON knows it: null for nan, text for infinite; a text as it is."""
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return None if math.isnan(value) else str(value)


def _written_alternatives(alternatives: Iterable[Iterable[float]]) -> list[list[object]]:
    return [[_plain(value) for value in alternative] for alternative in alternatives]


def _alternatives(entries: Iterable[Iterable[Any]]) -> tuple[tuple[float, float, float], ...]:
    rows = [[math.nan if value is None else float(value) for value in entry] for entry in entries]
    return tuple((z, depth, robustness) for z, depth, robustness in rows)


def _weighting(value: object) -> Weighting:
    weighting = next((known for known in WEIGHTINGS if known == value), None)
    if weighting is None:
        raise ValueError(f"unknown weighting {value}")
    return weighting


_EARLIER_NAMES = {"significance": "relative_depth"}  # of Vetting in sessions of version 0.1


def _written_vetting(vetting: Vetting | None) -> dict[str, object] | None:
    if vetting is None:
        return None
    return {name: _plain(value) for name, value in asdict(vetting).items()}


def _vetting(payload: Mapping[str, Any]) -> Vetting:
    known = {name: value for name, value in payload.items() if value is not None}
    named = {_EARLIER_NAMES.get(name, name): value for name, value in known.items()}
    infinite = {name: float(value) for name, value in named.items() if value in ("inf", "-inf")}
    return Vetting(**(named | infinite))


_ALWAYS = ("redshift", "alternatives", "flags", "engine_fingerprint", "weighting")
_WRITTEN: dict[str, Callable[[Any], Any]] = {
    "alternatives": _written_alternatives,
    "flags": int,
    "vetting": _written_vetting,
}
_READ: dict[str, Callable[[Any], Any]] = {
    "alternatives": _alternatives,
    "flags": ScanFlag,
    "weighting": _weighting,
    "vetting": _vetting,
}
