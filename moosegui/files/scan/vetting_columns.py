"""The columns that a search for blends and false sources adds to the table of a scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from astropy.table import Column, Table

from moosegui.data.deblending import Vetting
from moosegui.files.tables.cells import numbers_of, texts_of

_EMPTY: dict[str, object] = {"number": np.nan, "text": "", "flag": False}


@dataclass(frozen=True, slots=True)
class VettingColumn:
    """A field of `Vetting` in the table; older tables may lack what is not required."""

    name: str
    field: str
    kind: Literal["number", "flag", "text"]
    ucd: str
    description: str
    is_required: bool = False


COLUMNS: tuple[VettingColumn, ...] = (  # in the order of the table
    VettingColumn(
        *("Z2", "redshift", "number", "src.redshift"),
        "redshift of the best second galaxy, vacuum convention",
        is_required=True,
    ),
    VettingColumn(
        *("DCHI2_2", "relative_depth", "number", "stat.fit.chi2"),
        "significance of Z2 in the augmented scan",
        is_required=True,
    ),
    VettingColumn(  # before its earlier name, which older tables have alone
        *("P_BLEND", "blend_score", "number", "stat.probability"),
        "calibrated probability of a second galaxy",
    ),
    VettingColumn(
        *("BLEND_SCORE", "blend_score", "number", "stat.probability"),
        "P_BLEND by its earlier name",
        is_required=True,
    ),
    VettingColumn("BLEND", "is_blend", "flag", "meta.code", "flagged as a blend", is_required=True),
    VettingColumn(
        *("Z1", "first", "number", "src.redshift"),
        "redshift of the first galaxy of a flagged blend, found together with Z2",
    ),
    VettingColumn(
        *("Z3", "third", "number", "src.redshift"),
        "redshift of a third galaxy, where one is flagged",
    ),
    VettingColumn(
        *("Z3_SCORE", "third_score", "number", "stat.probability"),
        "probability of that third galaxy",
    ),
    VettingColumn(
        *("NEIGHBOUR", "neighbour", "text", "meta.id.assoc"),
        "nearest source around that has the redshift Z2",
    ),
    VettingColumn(
        *("NEIGHBOUR_DIST", "neighbour_distance", "number", "pos.angDistance"),
        "distance of NEIGHBOUR in arcsec",
    ),
    VettingColumn(
        *("FALSE_SCORE", "false_score", "number", "stat.probability"),
        "probability of a false detection",
        is_required=True,
    ),
    VettingColumn(
        "FALSE", "is_false", "flag", "meta.code", "proposed as a false detection", is_required=True
    ),
    VettingColumn(
        *("FALSE_REASON", "false_reason", "text", "meta.note"),
        "what a false detection probably is",
    ),
    VettingColumn(
        *("P_FALSE", "false_alarm", "number", "stat.probability"),
        "probability that noise looks as good",
        is_required=True,
    ),
    VettingColumn(
        *("P_BLEND_SPEC", "spectrum_blend_score", "number", "stat.probability"),
        "P_BLEND by the spectrum alone, where a cube had its say",
    ),
    VettingColumn(
        *("FALSE_SPEC", "spectrum_false_score", "number", "stat.probability"),
        "FALSE_SCORE by the spectrum alone, where a cube had its say",
    ),
    VettingColumn(
        *("MAP_SNR", "map_snr", "number", "stat.snr"),
        "S/N of the lines, breaks and bands of Z_GALAXY on the sky at the source",
    ),
    VettingColumn(
        *("MAP_DIST", "map_distance", "number", "pos.angDistance"),
        "arcsec from the source to the best place of that",
    ),
    VettingColumn(
        *("MAP_COMPACT", "map_compactness", "number", "stat.likelihood"),
        "log10 of the gain by an unresolved source over that by one spaxel",
    ),
    VettingColumn(
        *("MAP_AGREE", "map_agreement", "number", "stat.value"),
        "share of the lines that should be seen, which are, at one place",
    ),
    VettingColumn(
        *("MAP_NOISE", "map_noise", "number", "stat.stdev"),
        "by which shared noise every S/N on the sky was divided",
    ),
    VettingColumn(
        *("MAP_OWN", "map_own", "number", "stat.probability"),
        "probability that the light of Z_GALAXY is the source's own, a factor of P_Z",
    ),
    VettingColumn(
        *("MAP_SNR_2", "second_snr", "number", "stat.snr"),
        "S/N of Z2 at its best place within 2 arcsec",
    ),
    VettingColumn(
        *("MAP_EAST_2", "second_east", "number", "pos.angDistance"),
        "arcsec to the east from the source to the light of another galaxy",
    ),
    VettingColumn(
        *("MAP_NORTH_2", "second_north", "number", "pos.angDistance"),
        "arcsec to the north from the source to the light of another galaxy",
    ),
)


def vetting_columns(vettings: Sequence[Vetting | None]) -> dict[str, Column]:
    """Return the columns in their order; none when no source was screened."""
    if all(vetting is None for vetting in vettings):
        return {}
    filled = [vetting or Vetting() for vetting in vettings]
    dtypes = {"number": np.float64, "flag": np.bool_, "text": np.str_}
    return {
        one.name: Column(
            np.array([getattr(vetting, one.field) for vetting in filled], dtype=dtypes[one.kind]),
            description=one.description,
            meta={"ucd": one.ucd},
        )
        for one in COLUMNS
    }


def read_vettings(table: Table) -> list[Vetting | None]:
    """Return what the columns hold, one entry a row; None where they are missing or empty.

    Raises
    ------
    ValueError
        If a cell is no number.
    """
    if any(one.is_required and one.name not in table.colnames for one in COLUMNS):
        return [None] * len(table)
    cells = {one.field: _cells(table, one) for one in COLUMNS}
    numbers = [one.field for one in COLUMNS if one.kind == "number"]
    rows: list[Vetting | None] = []
    for i in range(len(table)):
        values = {field: column[i] for field, column in cells.items()}
        is_empty = not any(np.isfinite(values[field]) for field in numbers)
        rows.append(None if is_empty else Vetting(**values))
    return rows


def _cells(table: Table, one: VettingColumn) -> list[Any]:
    """Return a column of a table, empty cells where an older one has none."""
    if one.name not in table.colnames:
        return [_EMPTY[one.kind]] * len(table)
    match one.kind:
        case "number":
            return [float(number) for number in numbers_of(table[one.name])]
        case "text":
            return list(texts_of(table[one.name]))
    return [str(cell).strip().upper() in ("TRUE", "T", "1") for cell in table[one.name]]
