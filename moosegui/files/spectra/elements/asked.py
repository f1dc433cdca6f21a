"""Columns whose names do not tell what they are: which can be wavelengths or fluxes is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.spectrum import Guess
from moosegui.files.content import Undecided, Unreadable
from moosegui.files.spectra.elements.names import CATALOGUE_NAMES, QUALITY_NAMES, error_kind_of
from moosegui.files.tables.meanings import ALIASES

MIN_PIXELS = 20  # of what may be a spectrum; a shorter table is something else
SHORTEST_WHOLE = 90.0  # whole numbers below count rows, and are no wavelengths
MAX_NAMED = 12

_OF_SOURCES = frozenset(
    name.lower()
    for meaning in ("source_id", "ra", "dec", "redshift", "zconf", "file")
    for name in ALIASES[meaning]
) | CATALOGUE_NAMES  # fmt: skip


def may_be_pixels(names: Iterable[str]) -> bool:
    """Whether no name of a column is one of catalogues, so that rows may be pixels."""
    lower = {name.strip().lower() for name in names}
    return len(lower) > 1 and not lower & _OF_SOURCES


def rising(columns: Mapping[str, FloatArray]) -> tuple[str, ...]:
    """Return the columns that can be wavelengths: positive, rising or falling, no row numbers."""
    return tuple(name for name, values in columns.items() if _may_be_wave(values))


def no_wave(columns: Mapping[str, FloatArray]) -> Unreadable:
    """Return why there are no wavelengths among columns: a question where some can be."""
    options = rising(columns)
    if not options:
        return Unreadable(f"has columns {_shown(columns)}; a spectrum needs one called wave")
    return Undecided(
        f"has columns {_shown(columns)}, of which none is named as wavelengths",
        Guess("wave", options),
        f"say which it is with --wave {options[0]}",
    )


def no_flux(columns: Mapping[str, FloatArray], wave: str) -> Unreadable:
    """Return why there are no fluxes among columns: a question where some can be."""
    options = tuple(
        name
        for name in columns
        if name != wave and error_kind_of(name) is None and name.lower() not in QUALITY_NAMES
    )
    if not options:
        return Unreadable(f"has columns {_shown(columns)}; a spectrum needs one called flux")
    return Undecided(
        f"has columns {_shown(columns)}, of which none is named as fluxes",
        Guess("flux", options),
        f"say which it is with --flux {options[0]}",
    )


def _may_be_wave(values: FloatArray) -> bool:
    finite = values[np.isfinite(values)]
    if finite.size < MIN_PIXELS or finite.size < values.size or finite.min() <= 0:
        return False
    steps = np.diff(finite)
    is_count = bool(np.all(finite == np.rint(finite))) and finite.min() < SHORTEST_WHOLE
    return not is_count and bool(np.all(steps > 0) or np.all(steps < 0))


def _shown(columns: Iterable[str]) -> str:
    names = list(columns)
    return ", ".join(names[:MAX_NAMED]) + (" ..." if len(names) > MAX_NAMED else "")
