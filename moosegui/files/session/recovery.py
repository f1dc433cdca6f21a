"""A session from what can be read: events, and what lies beside them, in a new file.

A damaged session is put aside as it is. The new one has the events of the newest copy that is
whole, and every event that the damaged file still holds whole.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from moosegui.errors import ExportError, SessionError
from moosegui.files.safe_write import replacing
from moosegui.files.session.backups import backup_folder, good_backup
from moosegui.files.session.checks import (
    COUNTED,
    Row,
    counted,
    is_whole,
    last_counted,
    number_of_event,
)
from moosegui.files.session.pages import events_in
from moosegui.files.session.schema import migrate

BESIDE = ("metadata", "drafts", "scans")  # tables without events
SHOWN = 6  # lost events that are named


@dataclass(frozen=True, slots=True)
class Remains:
    """What was read of a session.

    Parameters
    ----------
    events : mapping of int to row
        Number to values.
    beside : mapping of str to rows
        Of the other tables.
    last : int
        The highest number of an event that was seen, whole or not.
    """

    events: Mapping[int, Row] = field(default_factory=dict)
    beside: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    last: int = 0

    def with_older(self, older: Remains) -> Remains:
        """Add what only an older copy has."""
        beside = {table: self.beside.get(table) or older.beside.get(table, ()) for table in BESIDE}
        last = max(self.last, older.last)
        return Remains({**older.events, **self.events}, beside, last)


def recover(path: Path, reason: str, can_read: Callable[[Row], bool] = is_whole) -> str:
    """Replace a damaged session by what can be read of it and of its copies.

    Parameters
    ----------
    path : Path
        The session, locked by the caller and not open in SQLite.
    reason : str
        What was found wrong with it.
    can_read : callable
        Whether an event is taken over.

    Returns
    -------
    str
        What happened and what was lost, in sentences.

    Raises
    ------
    SessionError
        If nothing can be read, or the new file cannot be written; the old one is as it was.
    """
    copy = good_backup(path)
    found = _remains_of(path)
    remains = found if copy is None else found.with_older(remains_in_copy(copy))
    readable = {number: row for number, row in remains.events.items() if can_read(row)}
    if not remains.events and not remains.beside.get("metadata"):
        raise SessionError(
            f"The session {path} is damaged ({reason}) and nothing of it can be read; restore a "
            f"copy, or move it away."
        )
    events, unfit = _following(readable)
    beside = dict(remains.beside)
    if not beside.get("metadata"):
        beside["metadata"] = [("inspector", row[2]) for row in list(events.values())[:1]]
    aside = path.with_name(f"{path.stem}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    try:
        with replacing(path) as temporary:
            write_session(temporary, Remains(events, beside))
            _put_aside(path, aside)
    except (ExportError, OSError, sqlite3.Error) as error:
        raise SessionError(
            f"The session {path} is damaged ({reason}) and what can be read could not be written "
            f"({error}); make room or make the folder writable."
        ) from error
    lost = [number for number in range(1, remains.last + 1) if number not in events]
    source = "" if copy is None else f", with {copy.name} in {backup_folder(path).name}"
    return (
        f"The session {path.name} was damaged ({reason}) and was made anew from what can be read"
        f"{source}: {len(events)} events. {_losses(lost, unfit)} The damaged file is kept as "
        f"{aside.name}."
    )


def write_session(path: Path, remains: Remains) -> None:
    """Write a session of given rows into an empty file.

    Raises
    ------
    sqlite3.Error
        If it cannot be written.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        migrate(connection, path, is_copied=False)
        connection.execute("BEGIN")
        _insert(connection, "events", (remains.events[key] for key in sorted(remains.events)))
        for table in BESIDE:
            _insert(connection, table, remains.beside.get(table, ()))
        written = connection.execute("SELECT event_id FROM events ORDER BY event_id").fetchall()
        _insert(connection, "metadata", [(COUNTED, counted(written))])
        connection.execute("COMMIT")
    finally:
        connection.close()


def remains_in_copy(path: Path) -> Remains:
    """Return what a copy of a session holds, of this or an earlier version."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return remains_in(connection)
    finally:
        connection.close()


def remains_in(connection: sqlite3.Connection) -> Remains:
    """Return what SQLite can read of a session."""
    rows = _readable(connection, "events")
    events = {n: row for row in rows if is_whole(row) and (n := number_of_event(row))}
    beside = _beside_in(connection)
    count = next((str(row[1]) for row in beside["metadata"] if row[0] == COUNTED), "")
    return Remains(events, beside, max(last_counted(count), *map(number_of_event, rows), 0))


def beside_in_copy(path: Path) -> dict[str, list[Row]]:
    """Return what lies beside the events of a session; these are not read."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return _beside_in(connection)
    finally:
        connection.close()


def _beside_in(connection: sqlite3.Connection) -> dict[str, list[Row]]:
    return {table: _readable(connection, table) for table in BESIDE}


def _remains_of(path: Path) -> Remains:
    """Return what a damaged file holds: by SQLite as far as it comes, and page by page."""
    by_page = events_in(path.read_bytes())
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error:
        return Remains(by_page, last=max(by_page, default=0))
    try:
        found = remains_in(connection)
    finally:
        connection.close()
    return Remains({**by_page, **found.events}, found.beside, max(found.last, *by_page, 0))


def _readable(connection: sqlite3.Connection, table: str) -> list[Row]:
    """Return the rows of a table up to where SQLite stops."""
    rows: list[Row] = []
    with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):
        rows.extend(connection.execute(f"SELECT * FROM {table}"))
    return rows


def _insert(connection: sqlite3.Connection, table: str, rows: Iterable[Row]) -> None:
    """Insert rows as they are; one that has become impossible is left out."""
    n_columns = len(connection.execute(f"SELECT * FROM {table}").description)
    places = ", ".join("?" * n_columns)
    for row in rows:
        filled = (*row, *[None] * n_columns)[:n_columns]
        with contextlib.suppress(sqlite3.IntegrityError):
            connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({places})", filled)


def _following(events: Mapping[int, Row]) -> tuple[dict[int, Row], int]:
    """Leave out each undo and redo that does not follow from the events that are left."""
    kept: dict[int, Row] = {}
    done: list[object] = []
    undone: list[object] = []
    for number in sorted(events):
        row = events[number]
        kind, target = row[3], row[5]
        if kind == "decide":
            done.append(number)
            undone.clear()
        else:
            there, here = (done, undone) if kind == "undo" else (undone, done)
            if not there or there[-1] != target:
                continue
            here.append(there.pop())
        kept[number] = row
    return kept, len(events) - len(kept)


def _losses(lost: Sequence[int], n_unfit: int) -> str:
    if not lost:
        return "Nothing up to the last of them was lost."
    names = ", ".join(map(str, lost[:SHOWN])) + (" ..." if len(lost) > SHOWN else "")
    which = "event" if len(lost) == 1 else "events"
    unfit = f" ({n_unfit} of them undo or redo what was lost)" if n_unfit else ""
    return f"Lost: {len(lost)} {which}, number {names}{unfit}."


def _put_aside(path: Path, aside: Path) -> None:
    """Keep the bytes of a file under another name too."""
    try:
        os.link(path, aside)
    except OSError:
        shutil.copy2(path, aside)
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists():
        journal.replace(aside.with_name(f"{aside.name}-journal"))
