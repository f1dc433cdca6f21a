"""Where the work goes on when a session is deleted, replaced or taken while it is open.

A file that was deleted is still there for who has it open, whole: it is copied. One that another
program wrote into is not trusted: the events that this process holds go into a new file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from moosegui.config import user_folder
from moosegui.errors import MooseError, SessionError
from moosegui.files.session.backups import SUFFIX, good_backup
from moosegui.files.session.checks import Row
from moosegui.files.session.handle import Handle
from moosegui.files.session.mark import Trouble
from moosegui.files.session.recovery import Remains, beside_in_copy, write_session
from moosegui.files.temporary import temporary_folder

RESCUED = ".rescued-"


def rescued(handle: Handle, trouble: Trouble, known: Remains) -> tuple[Handle, str]:
    """Write a copy of an open session, and open that in its place.

    Parameters
    ----------
    handle : Handle
        The session that is in trouble; it is closed when the copy is open.
    trouble : Trouble
    known : Remains
        All events and metadata, as this process holds them.

    Returns
    -------
    handle : Handle
        The copy.
    notice : str
        What happened, where the work goes on, and what can be done.

    Raises
    ------
    SessionError
        If the copy cannot be written; what was to be saved is not saved then.
    """
    path = handle.path
    try:
        beside = {**_beside_events(handle, trouble), "metadata": known.beside["metadata"]}
        place = _place(path, trouble)
        write_session(place, Remains(known.events, beside))
        lock = handle.lock if place == path else None
        copy = Handle(place, lock=lock)
    except (MooseError, OSError, sqlite3.Error) as error:
        raise SessionError(
            f"The session {path} {trouble} while it was open, and a copy of it could not be "
            f"written ({str(error).rstrip('.')}): what you did last is not saved. Make room, or "
            "make the folder writable, and repeat."
        ) from error
    handle.close(keeps_lock=place == path)
    return copy, _notice(path, place, trouble)


def rescued_copies(path: Path) -> list[Path]:
    """Return the copies in which work went on, the oldest first."""
    return sorted(path.parent.glob(f"{_escaped(path.stem)}{RESCUED}*{SUFFIX}"))


def _beside_events(handle: Handle, trouble: Trouble) -> Mapping[str, Sequence[Row]]:
    """What lies beside the events: of the open file if it is still ours, else of a copy."""
    mark = handle.mark
    if mark is not None and mark.is_unchanged and trouble is not Trouble.TAKEN:
        with temporary_folder() as folder:
            mark.copy(folder / handle.path.name)  # SQLite reads no file without a name
            return beside_in_copy(folder / handle.path.name)
    copy = good_backup(handle.path)
    return {} if copy is None else beside_in_copy(copy)


def _place(path: Path, trouble: Trouble) -> Path:
    """Return a path at which nothing lies."""
    if trouble is Trouble.DELETED and path.parent.is_dir() and not path.exists():
        return path
    folder = path.parent
    if not folder.is_dir():
        folder = user_folder() / "sessions"
        folder.mkdir(exist_ok=True)
    name = f"{path.stem}{RESCUED}{datetime.now(UTC):%Y%m%dT%H%M%S%f}{SUFFIX}"
    return folder / name


def _notice(path: Path, place: Path, trouble: Trouble) -> str:
    if place == path:
        return (
            f"The session {path} {trouble} while it was open. It was written again with every "
            "decision in it; check what cleans or synchronises that folder."
        )
    return (
        f"The session {path} {trouble} while it was open. Nothing is lost: the work goes on in "
        f"{place}. If the other file is a session of yours, moosegui merge {path.name} "
        f"{place.name} -o NEW{SUFFIX} joins them."
    )


def _escaped(name: str) -> str:
    return "".join(f"[{c}]" if c in "*?[" else c for c in name)
