"""Columns called z that are no redshifts: magnitudes, velocities, coordinates."""

from __future__ import annotations

import numpy as np
from astropy import units as u
from astropy.table import Table

from moosegui.files.tables.cells import numbers_in
from moosegui.files.tables.column_names import bracketed

BANDS = frozenset(("u", "g", "r", "i", "y", "j", "h", "k", "ks"))  # of photometry beside z
AXES = frozenset(("x", "y"))
SPEEDS = frozenset(("vx", "vy", "vz"))
POSITIONS = (
    "ra",
    "dec",
    "raj2000",
    "dej2000",
    "decj2000",
    "alphaj2000",
    "deltaj2000",
    "radeg",
    "dedeg",
)
FAINT = 8.0  # the median of magnitudes, and of no redshifts
FAINTEST = 12.0  # the same where nothing else tells


def is_other_z(table: Table, name: str) -> bool:
    """Whether a column with a name of redshifts is something else.

    By its unit (magnitudes, velocities, lengths), or, of one that is just called z, by what stands
    beside it: other bands and values as of magnitudes, or x and y without a position on the sky.
    """
    unit = getattr(table[name], "unit", None)
    said = [str(unit)] if unit is not None else bracketed(name)
    if any(map(_is_of_something, said)):
        return True
    if name.strip().lower() != "z":
        return False
    names = {other.strip().lower() for other in table.colnames}
    plain = {other.replace("_", "") for other in names}
    if names >= SPEEDS or (names >= AXES and not plain.intersection(POSITIONS)):
        return True
    values = numbers_in(table[name])
    values = values[np.isfinite(values) & (values > -1) & (values < 90)]
    if not values.size:
        return False
    return bool(np.median(values) > (FAINT if names & BANDS else FAINTEST))


def _is_of_something(unit: str) -> bool:
    if "mag" in unit.lower() or unit.lower().startswith("pix"):
        return True
    try:
        kinds = u.Unit(unit).physical_type
    except (ValueError, TypeError):
        return False
    return any(kind in kinds for kind in ("speed", "length", "angle"))
