"""What is told about a list of sources: rows that repeat, that lack spectra, spectra left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import Source
from moosegui.files.sources.matching import MAX_SEPARATION, separations
from moosegui.files.spectra import SpectrumHeader

MAX_NAMED = 5  # how many names a notice spells out


def duplicate_notices(ids: Sequence[str]) -> tuple[str, ...]:
    """Tell which IDs stand for several rows, and how many rows have none."""
    if len(distinct := set(ids)) == len(ids) and "" not in distinct:
        return ()
    repeated = [text for text, count in Counter(ids).items() if count > 1 and text]
    n_empty = sum(not text for text in ids)
    notices = []
    if repeated:
        verb = "stands" if len(repeated) == 1 else "stand"
        notices.append(
            f"{some_names(repeated)} {verb} for several rows; all were kept, told apart by their "
            "rows."
        )
    if n_empty:
        notices.append(f"{n_empty} rows have no ID; they are named by their rows.")
    return tuple(notices)


def problem_notices(sources: Sequence[Source]) -> tuple[str, ...]:
    """Tell which sources cannot be shown."""
    marked = [source.key for source in sources if source.problem]
    if not marked:
        return ()
    if len(marked) == 1:
        return (f"Source {marked[0]} has no readable spectrum; it is marked in the list.",)
    return (
        f"{len(marked)} sources have no readable spectrum and are marked: {some_names(marked)}.",
    )


def skipped_notices(skipped: Sequence[Path]) -> tuple[str, ...]:
    """Name the tables of a folder that may be spectra, in columns that nobody knows."""
    if not skipped:
        return ()
    names = some_names([path.name for path in skipped])
    have, are, one = ("has", "is", "it") if len(skipped) == 1 else ("have", "are", "one of them")
    return (
        f"{names} {have} columns that nobody knows and {are} left out; open {one} alone to say "
        "what they are.",
    )


def unclaimed_notices(headers: Sequence[SpectrumHeader]) -> list[str]:
    """Tell which spectra belong to no row."""
    if not headers:
        return []
    names = [h.source_id if h.ref.row is not None else h.ref.path.name for h in headers]
    return [f"{len(headers)} spectra belong to no row of the catalogue: {some_names(names)}."]


def position_notices(
    ids: Sequence[str],
    positions: tuple[FloatArray, FloatArray],
    headers: Sequence[SpectrumHeader],
    found: Sequence[int | None],
) -> list[str]:
    """Tell when catalogue and spectra disagree on where the sources are.

    Parameters
    ----------
    ids : sequence of str, length n
    positions : (ra, dec), ndarray of shape (n,)
        Of the rows, in degrees.
    headers : sequence of SpectrumHeader
    found : sequence of int or None, length n
        The spectrum of each row.
    """
    rows = [i for i, index in enumerate(found) if index is not None]
    matched = [headers[index] for index in found if index is not None]
    places = {(header.ra, header.dec) for header in matched}
    if not rows or (len(places) == 1 and len({id(header) for header in matched}) > 1):
        return []  # one place for all of them is where the telescope pointed
    apart = separations(positions[0][rows], positions[1][rows], matched)
    far = np.flatnonzero(apart > MAX_SEPARATION)
    if not far.size:
        return []
    named = some_names([f"{ids[rows[i]]} ({_distance(apart[i])})" for i in far])
    return [
        f"{far.size} of {len(rows)} spectra lie more than {MAX_SEPARATION} arcsec from their row "
        f"of the catalogue: {named}; check that both are of the same field."
    ]


def _distance(arcsec: float) -> str:
    return f"{arcsec:.1f}″" if arcsec < 3600.0 else f"{arcsec / 3600.0:.1f}°"


def some_names(names: Sequence[str]) -> str:
    """Spell out the first few names and count the others."""
    shown = ", ".join(names[:MAX_NAMED])
    return shown if len(names) <= MAX_NAMED else f"{shown} and {len(names) - MAX_NAMED} more"


def recalled_notices(recalled: Mapping[str, str]) -> tuple[str, ...]:
    """Tell which columns were taken because somebody named them in such a catalogue."""
    if not recalled:
        return ()
    taken = ", ".join(f"{meaning} from {name}" for meaning, name in recalled.items())
    return (f"As you said of catalogues with the same columns: {taken}.",)


def commented_notices(lines: Sequence[int]) -> tuple[str, ...]:
    """Tell which lines of a text table are no rows because they begin as comments do."""
    if not lines:
        return ()
    begin = "Line {} begins" if len(lines) == 1 else "Lines {} begin"
    names = begin.format(some_names([str(line) for line in lines]))
    return (f"{names} with # as comments do and counts for no row; put quotes around IDs with #.",)
