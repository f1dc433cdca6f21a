"""Columns called z that are no redshifts: magnitudes, velocities, coordinates.

Velocities `cz` are redshifts in other words, and are taken where there is no column of redshifts.
"""

from __future__ import annotations

import numpy as np
from astropy import units as u
from astropy.table import Table

from moosegui.data.arrays import FloatArray
from moosegui.files.tables.cells import is_masked, numbers_in
from moosegui.files.tables.column_names import bracketed, plain_name

VI_REDSHIFT, REDROCK_REDSHIFT = "VI_z", "Redrock_z"  # of prospect
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
# Of galaxies, in the optical convention v = cz
VELOCITIES = ("cz", "czhelio", "heliocz", "czhel", "czopt", "vhelio", "vhel", "heliovel", "vopt")
NULL_VELOCITIES = (-99.0, -999.0, -9999.0, -99999.0, 9999.0, 99999.0, 999999.0)
SLOWEST_MEDIAN = 50.0  # km/s; numbers below are redshifts, or of another unit
LIGHT = 299_792.458  # km/s
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


def velocity_column(table: Table) -> str:
    """Return the column of velocities cz that can stand for redshifts; empty without one."""
    by_name = {plain_name(bracketless(name)): name for name in reversed(table.colnames)}
    for plain in VELOCITIES:
        name = str(by_name.get(plain, ""))
        if name and np.ndim(table[name]) == 1 and _are_velocities(table, name):
            return name
    return ""


def is_velocity(name: str) -> bool:
    """Whether a column that was taken for redshifts has velocities."""
    return plain_name(bracketless(name)) in VELOCITIES


def redshifts_of_velocities(table: Table, name: str) -> FloatArray:
    """Return z = cz / c of a column of velocities, nan where it is null."""
    values = numbers_in(table[name])
    is_null = is_masked(table[name]) | np.isin(values, NULL_VELOCITIES)
    return np.where(is_null, np.nan, values * _km_per_second(table, name) / LIGHT)


def redshift_notes(table: Table, name: str) -> list[str]:
    """Tell where redshifts come from that are not just the numbers of their column."""
    if is_velocity(name):
        return [f"Column {name} has velocities; z = cz / c was taken."]
    if name != VI_REDSHIFT or REDROCK_REDSHIFT not in table.colnames:
        return []
    n_empty = int(np.count_nonzero(is_masked(table[name]) | ~np.isfinite(numbers_in(table[name]))))
    return [f"In {n_empty} rows {VI_REDSHIFT} is empty; {REDROCK_REDSHIFT} was taken there."]


def _are_velocities(table: Table, name: str) -> bool:
    speeds = LIGHT * redshifts_of_velocities(table, name)
    finite = speeds[np.isfinite(speeds)]
    return finite.size > 0 and bool(np.median(np.abs(finite)) > SLOWEST_MEDIAN)


def _km_per_second(table: Table, name: str) -> float:
    unit = getattr(table[name], "unit", None)
    said = [str(unit)] if unit is not None else bracketed(name)
    try:
        return float(u.Unit(said[0]).to(u.km / u.s)) if said else 1.0
    except (ValueError, TypeError):
        return 1.0


def bracketless(name: str) -> str:
    """Return a name without what its brackets hold: `cz (km/s)` is `cz`."""
    return name.partition("(")[0].partition("[")[0].strip() or name


def _is_of_something(unit: str) -> bool:
    if "mag" in unit.lower() or unit.lower().startswith("pix"):
        return True
    try:
        kinds = u.Unit(unit).physical_type
    except (ValueError, TypeError):
        return False
    return any(kind in kinds for kind in ("speed", "length", "angle"))
