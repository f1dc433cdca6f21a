"""What is told about a list of sources: rows that repeat, that lack spectra, spectra left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from moosegui.data.catalogue import Source
from moosegui.files.spectra import SpectrumHeader

MAX_NAMED = 5  # how many names a notice spells out


def duplicate_notices(ids: Sequence[str]) -> tuple[str, ...]:
    """Tell which IDs stand for several rows, and how many rows have none."""
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
