"""The columns that a search for blends and false sources adds to the table of a scan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from astropy.table import Column, Table

from moosegui.data.deblending import Vetting
from moosegui.files.tables.columns import numbers_of, texts_of

_NUMBERS = (  # name, field of Vetting, UCD, description
    ("Z2", "redshift", "src.redshift", "redshift of the best second galaxy, vacuum convention"),
    ("DCHI2_2", "relative_depth", "stat.fit.chi2", "significance of Z2 in the augmented scan"),
    ("BLEND_SCORE", "blend_score", "stat.probability", "probability of a second galaxy"),
    ("FALSE_SCORE", "false_score", "stat.probability", "probability of a false detection"),
    ("P_FALSE", "false_alarm", "stat.probability", "probability that noise looks as good"),
    ("Z3", "third", "src.redshift", "redshift of a third galaxy, where one is flagged"),
    ("Z3_SCORE", "third_score", "stat.probability", "probability of that third galaxy"),
    ("NEIGHBOUR_DIST", "neighbour_distance", "pos.angDistance", "distance of NEIGHBOUR in arcsec"),
)
_FLAGS = (
    ("BLEND", "is_blend", "flagged as a blend"),
    ("FALSE", "is_false", "proposed as a false detection"),
)
_TEXTS = (
    ("NEIGHBOUR", "neighbour", "meta.id.assoc", "nearest source around that has the redshift Z2"),
    ("FALSE_REASON", "false_reason", "meta.note", "what a false detection probably is"),
)
_ORDER = (
    *("Z2", "DCHI2_2", "BLEND_SCORE", "BLEND", "Z3", "Z3_SCORE", "NEIGHBOUR", "NEIGHBOUR_DIST"),
    *("FALSE_SCORE", "FALSE", "FALSE_REASON", "P_FALSE"),
)
# columns that older tables lack
_LATER = ("Z3", "Z3_SCORE", "NEIGHBOUR", "NEIGHBOUR_DIST", "FALSE_REASON")


def vetting_columns(vettings: Sequence[Vetting | None]) -> dict[str, Column]:
    """Return the columns in their order; none when no source was vetted."""
    if all(vetting is None for vetting in vettings):
        return {}
    filled = [vetting or Vetting() for vetting in vettings]
    columns = {
        name: Column(
            np.array([getattr(one, field) for one in filled], dtype=np.float64),
            description=description,
            meta={"ucd": ucd},
        )
        for name, field, ucd, description in _NUMBERS
    }
    for name, field, description in _FLAGS:
        flags = np.array([getattr(one, field) for one in filled])
        columns[name] = Column(flags, description=description, meta={"ucd": "meta.code"})
    for name, field, ucd, description in _TEXTS:
        texts = np.array([getattr(one, field) for one in filled], dtype=str)
        columns[name] = Column(texts, description=description, meta={"ucd": ucd})
    return {name: columns[name] for name in _ORDER}


def read_vettings(table: Table) -> list[Vetting | None]:
    """Return what the columns hold, one entry a row; None where they are missing or empty.

    Raises
    ------
    ValueError
        If a cell is no number.
    """
    missing = [name for name in _ORDER if name not in table.colnames]
    if any(name not in _LATER for name in missing):
        return [None] * len(table)
    numbers = {
        field: numbers_of(table[name]) if name not in missing else np.full(len(table), np.nan)
        for name, field, *_ in _NUMBERS
    }
    texts = {
        field: texts_of(table[name]) if name not in missing else [""] * len(table)
        for name, field, *_ in _TEXTS
    }
    flags = {
        field: [str(cell).strip().upper() in ("TRUE", "T", "1") for cell in table[name]]
        for name, field, _ in _FLAGS
    }
    rows: list[Vetting | None] = []
    for i in range(len(table)):
        values: dict[str, Any] = {field: float(column[i]) for field, column in numbers.items()}
        is_empty = not any(map(np.isfinite, values.values()))
        values |= {field: cells[i] for field, cells in (flags | texts).items()}
        rows.append(None if is_empty else Vetting(**values))
    return rows
