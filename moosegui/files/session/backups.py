"""Copies of a session, taken at each start and every so many events, the newest five kept.

They lie in a hidden folder beside it, `.cat.fits.ZB.moose.backups`, each named by its time. A copy
is read back and checked before it takes its name.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from moosegui.errors import ExportError
from moosegui.files.safe_write import replacing
from moosegui.files.session.checks import is_whole

N_KEPT = 5
N_EVENTS = 500  # between two copies
SUFFIX = ".moose"


def backup_folder(session: Path) -> Path:
    """Return where the copies of a session lie."""
    return session.with_name(f".{session.name}.backups")


def backups(session: Path) -> list[Path]:
    """Return the copies of a session, the newest first."""
    folder = backup_folder(session)
    return sorted(folder.glob(f"*{SUFFIX}"), reverse=True) if folder.is_dir() else []


def keep_backup(connection: sqlite3.Connection, session: Path, *, label: str = "") -> Path | None:
    """Copy an open session as it is now, and drop the oldest copies.

    Parameters
    ----------
    connection : Connection
        To the session, outside a transaction.
    session : Path
    label : str
        Of a copy that is kept for a reason: why, in the name; it is not dropped.

    Returns
    -------
    Path or None
        The copy; None if nothing has changed since the last one.

    Raises
    ------
    ExportError
        If it cannot be written, or does not read back as it was.
    """
    folder, modified = backup_folder(session), session.stat().st_mtime_ns
    ordinary = [path for path in backups(session) if "-" not in path.stem]
    if not label and ordinary and ordinary[0].stat().st_mtime_ns == modified:
        return None
    time = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    target = folder / (f"{time}-{label}{SUFFIX}" if label else f"{time}{SUFFIX}")
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise ExportError(
            f"The folder {folder} for copies of the session cannot be made ({error.strerror})."
        ) from error
    with replacing(target) as temporary:
        _copy(connection, temporary)
        problem = _problem(temporary)
        if problem:
            raise ExportError(f"The copy {target} of the session is not as it should be: {problem}")
    os.utime(target, ns=(modified, modified))
    for old in ordinary[N_KEPT - 1 :] if not label else ():
        with contextlib.suppress(OSError):
            old.unlink()
    return target


def good_backup(session: Path) -> Path | None:
    """Return the newest copy of a session that is whole; None if there is none."""
    return next((path for path in backups(session) if not _problem(path)), None)


def _copy(connection: sqlite3.Connection, path: Path) -> None:
    copy = sqlite3.connect(path, isolation_level=None)
    try:
        connection.backup(copy)
    except sqlite3.Error as error:
        raise OSError(f"{error}") from error
    finally:
        copy.close()


def _problem(path: Path) -> str:
    """Say what is wrong with a copy; empty if SQLite and the checksums find nothing."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        return str(error)
    try:
        found = str(connection.execute("PRAGMA quick_check").fetchone()[0])
        rows = connection.execute("SELECT * FROM events")
        damaged = next((row[0] for row in rows if not is_whole(row)), None)
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        return str(error)
    finally:
        connection.close()
    if found != "ok":
        return found
    return "" if damaged is None else f"event {damaged} is damaged"
