"""Angles written as `03:32:38.1`, and positions of which both angles stand in one cell."""

from __future__ import annotations

import re

import numpy as np
from astropy.table import Table

_PLACES = re.compile(r"coord|position|radec|ra[ _,/]+dec|icrs|j2000|skypos", re.IGNORECASE)
_REST = r"\d{1,2}(?:\s*[:m'\s]\s*\d{1,2}(?:\.\d*)?\s*[s\"]?|\.\d*\s*m?)"
_SEXAGESIMAL = re.compile(
    rf"(\d{{1,2}}\s*[:h\s]\s*{_REST})[\s,;]+([+-]\d{{1,2}}\s*[:d°\s]\s*{_REST})"
)
_DECIMAL = re.compile(r"(\d{1,3}\.\d+)[\s,;]+([+-]?\d{1,2}\.\d+)")
RA, DEC = "RA", "DEC"


def degrees_of(text: str, *, hours: bool) -> float:
    """Return a sexagesimal angle in degrees.

    Parameters
    ----------
    text : str
    hours : bool
        Whether it counts hours (right ascension) and not degrees.

    Raises
    ------
    ValueError
        If it is no angle.
    """
    from astropy.coordinates import Angle  # slow to import, and hardly ever needed

    return float(Angle(text, unit="hourangle" if hours else "deg").deg)


def with_positions_of_one_column(table: Table) -> Table:
    """Add RA and DEC where one column of text has both, as that of SIMBAD.

    Nothing is added where the table has a column of that name, or a cell is another thing.
    """
    taken = {name.upper() for name in table.colnames}
    if not len(table) or taken & {RA, DEC}:
        return table
    for name in table.colnames:
        column = table[name]
        if column.dtype.kind != "U" or np.ndim(column) != 1 or not _PLACES.search(name):
            continue
        cells = [str(cell).strip() for cell in np.ma.filled(column, "")]
        found = [_parted(cell) if cell not in ("", "~", "-", "--") else ("", "") for cell in cells]
        if all(one is not None for one in found) and any(one != ("", "") for one in found):
            parts = [one for one in found if one is not None]
            table[RA], table[DEC] = ([part[i] for part in parts] for i in range(2))
            break
    return table


def _parted(cell: str) -> tuple[str, str] | None:
    match = _SEXAGESIMAL.fullmatch(cell) or _DECIMAL.fullmatch(cell)
    return None if match is None else (match[1], match[2])
