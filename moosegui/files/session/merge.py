"""Sessions of one inspector that went apart, joined: all decisions, the latest in force.

What they share at the beginning stays as it is. Of what followed, each session gives its last
decision on every source that it touched; where several touched one, all stand in the history in
the order of their times, and the latest is in force.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from moosegui.data.catalogue import Verdict, VerdictEvent
from moosegui.errors import InputError, SessionError
from moosegui.files.safe_write import replacing
from moosegui.files.session.beside import joined_beside
from moosegui.files.session.calibration import keep_calibration, own_calibration
from moosegui.files.session.checks import Row, sealed
from moosegui.files.session.copy import opened_copy
from moosegui.files.session.known_sources import kept_identities
from moosegui.files.session.recovery import Remains, remains_in_copy, write_session
from moosegui.files.session.store import SOURCES
from moosegui.files.session.verdict_fields import verdict_to_json
from moosegui.files.sources.identity import Identity

MOVED = ".moved"  # ends the name of a session that was moved elsewhere


@dataclass(frozen=True, slots=True)
class Branch:
    """One of the sessions: its rows, and what it holds of the sources that it touched.

    Parameters
    ----------
    inspector : str
    rows : tuple of rows
        All events.
    remains : Remains
    in_force : mapping of str to VerdictEvent
    sources : mapping of str to Identity
        By what each is recognised.
    touched : mapping of str to (str, str)
        Source key to time and inspector of the last event after what is shared.
    """

    inspector: str
    rows: tuple[Row, ...]
    remains: Remains
    in_force: dict[str, VerdictEvent]
    sources: dict[str, Identity]
    touched: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge found.

    Parameters
    ----------
    n_shared : int
        Events that all sessions share.
    n_sources : tuple of int
        Sources that each session touched after that.
    both : tuple of str
        Sources that several of them touched; the latest decision is in force.
    """

    n_shared: int
    n_sources: tuple[int, ...]
    both: tuple[str, ...]


def merge_sessions(paths: Sequence[Path], output: Path) -> Merged:
    """Join sessions of one inspector in a new one.

    Parameters
    ----------
    paths : sequence of Path
        They are only read, also while one is open. A single one is copied.
    output : Path
        Must not exist.

    Returns
    -------
    Merged

    Raises
    ------
    InputError
        If they are not of one inspector, or one key is another source in each.
    SessionError
        If one cannot be read, or `output` exists.
    ExportError
        If the new session cannot be written.
    """
    if output.exists():
        raise SessionError(f"{output} exists; give the merged session another name.")
    branches = [_branch(path) for path in paths]
    names = sorted({branch.inspector for branch in branches})
    if len(names) > 1:
        raise InputError(
            f"The sessions are of {' and '.join(names)}; moosegui reconcile compares inspectors."
        )
    _check_sources(paths, branches)
    n_shared = _n_shared([branch.rows for branch in branches])
    for branch in branches:
        for row in branch.rows[n_shared:]:
            branch.touched[str(row[4])] = (str(row[1]), str(row[2]))
    rows = branches[0].rows[:n_shared]
    events = {int(str(row[0])): row for row in (*rows, *_following(branches, n_shared))}
    beside = joined_beside([branch.remains.beside for branch in branches])
    with replacing(output) as temporary:
        write_session(temporary, Remains(events, beside))
    touched = [key for branch in branches for key in branch.touched]
    both = tuple(key for key in dict.fromkeys(touched) if touched.count(key) > 1)
    return Merged(n_shared, tuple(len(branch.touched) for branch in branches), both)


def move_session(kept: Path, place: Path) -> None:
    """Move a session that nobody has open; what it was stays where it was under another name.

    Parameters
    ----------
    kept : Path
        With its calibration, if it has one. It ends in `.moved` then.
    place : Path
        Nothing lies there.

    Raises
    ------
    SessionError
        If `kept` cannot be read or renamed, or something lies at `place`.
    ExportError
        If `place` cannot be written.
    """
    merge_sessions((kept,), place)
    learned = own_calibration(kept)
    if learned is not None:
        keep_calibration(place, learned)
    try:
        kept.rename(kept.with_name(f"{kept.name}{MOVED}"))
    except OSError as error:
        raise SessionError(
            f"{place} is written, but {kept} cannot be renamed ({error.strerror or error}); move "
            "it away, so that it is not taken for another session."
        ) from error


def _branch(path: Path) -> Branch:
    with opened_copy(path) as store:
        remains = remains_in_copy(store.path)
        rows = tuple(remains.events[number] for number in sorted(remains.events))
        sources = kept_identities(store.get(SOURCES))
        return Branch(store.inspector, rows, remains, store.verdicts(), sources)


def _check_sources(paths: Sequence[Path], branches: Sequence[Branch]) -> None:
    """Refuse sessions of different catalogues, in which one key names different sources."""
    seen: dict[str, tuple[Path, Identity]] = {}
    for path, branch in zip(paths, branches, strict=True):
        for key, identity in branch.sources.items():
            if key not in branch.in_force:
                continue
            earlier, known = seen.setdefault(key, (path, identity))
            if known.agreement(identity) is None:
                raise InputError(
                    f"{key} is another source in {earlier} than in {path}: the sessions judge "
                    "different catalogues, and are not joined; keep them apart."
                )


def _n_shared(branches: Sequence[tuple[Row, ...]]) -> int:
    """How many events all begin with."""
    n_shared = 0
    for same in zip(*branches, strict=False):
        if any(row != same[0] for row in same):
            break
        n_shared += 1
    return n_shared


def _following(branches: Sequence[Branch], n_shared: int) -> list[Row]:
    """Return what each session holds of the sources that it touched, in the order of time."""
    found = [
        (time, inspector, key, branch.in_force.get(key))
        for branch in branches
        for key, (time, inspector) in branch.touched.items()
    ]
    found.sort(key=lambda item: item[0])
    rows: list[Row] = []
    for number, (time, inspector, key, event) in enumerate(found, start=n_shared + 1):
        verdict = Verdict() if event is None else event.verdict
        values = (number, time, inspector, "decide", key, None, verdict_to_json(verdict))
        rows.append(sealed(values))
    return rows
