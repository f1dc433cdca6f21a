"""The SQLite file of a session: its lock, its version, and what it keeps beside the events.

Beside the verdict events lie drafts (redshifts tried, not decided), summaries of scans, and free
metadata. No write-ahead log: it breaks on network file systems. The exclusive lock belongs to the
operating system, which takes it back when the process ends, however it ends. The file is never
opened but by SQLite: closing any other handle would drop the lock of this process (POSIX).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from moosegui.data.results import ScanSummary
from moosegui.errors import SessionError
from moosegui.files.scan.summary import from_json, json_of_former_row, to_json

APPLICATION_ID = 0x4D4F5345  # "MOSE", at byte 68 of the file
SUFFIX = ".moose"

# MIGRATIONS[i] leads from version i to version i + 1; what is released is never changed.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE metadata (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
        """CREATE TABLE events (
            event_id INTEGER PRIMARY KEY,
            time TEXT NOT NULL,
            inspector TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('decide', 'undo', 'redo')),
            source_key TEXT NOT NULL,
            target INTEGER REFERENCES events (event_id),
            verdict TEXT NOT NULL CHECK (json_valid(verdict)))""",
        """CREATE TRIGGER events_stay_unchanged BEFORE UPDATE ON events
            BEGIN SELECT RAISE(ABORT, 'events are not changed'); END""",
        """CREATE TRIGGER events_stay BEFORE DELETE ON events
            BEGIN SELECT RAISE(ABORT, 'events are not deleted'); END""",
        """CREATE TABLE drafts (
            source_key TEXT PRIMARY KEY, redshift REAL NOT NULL, time TEXT NOT NULL)""",
        """CREATE TABLE summaries (
            source_key TEXT PRIMARY KEY,
            redshift REAL, redshift_error REAL, significance REAL, robustness REAL, chi2 REAL,
            alternatives TEXT NOT NULL,
            flags INTEGER NOT NULL,
            basis_fingerprint TEXT NOT NULL,
            weighting TEXT NOT NULL)""",
    ),
    (),  # verdicts have the conditions of the scan and blends: an older program would drop them
    (
        "ALTER TABLE summaries ADD COLUMN probability REAL",
        "ALTER TABLE summaries ADD COLUMN screening TEXT",
    ),
    (),  # verdicts have the votes that they reconcile: an older program would drop them
    (  # the fields of a summary by name, so that more can join without a column
        """CREATE TABLE scans (
            source_key TEXT PRIMARY KEY NOT NULL,
            summary TEXT NOT NULL CHECK (json_valid(summary)))""",
        """INSERT INTO scans SELECT source_key, json_of_former_row(
            redshift, redshift_error, significance, robustness, chi2, alternatives, flags,
            basis_fingerprint, weighting, probability, screening) FROM summaries""",
        "DROP TABLE summaries",
    ),
)
VERSION = len(MIGRATIONS)
ENGINE = "engine"  # the entry of the metadata with the fingerprint of the engine in use


def session_path(source_path: Path, inspector: str) -> Path:
    """Return where the session of a catalogue or folder lies: beside it, `cat.fits.ZB.moose`."""
    whole = source_path.absolute()
    return whole.with_name(f"{whole.name}.{inspector}{SUFFIX}")


def now() -> str:
    """Return the time, ISO 8601 UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class SessionFile:
    """An open, locked and migrated session file with its metadata, drafts and summaries.

    Parameters
    ----------
    path : Path
        Created if it does not exist.

    Raises
    ------
    SessionError
        If the file is held by another process, damaged, of a newer version, no session, or
        cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = _connected(path)
        try:
            with self._sentences():
                _migrate(self._connection, path)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Release the lock; closing twice does no harm."""
        self._connection.close()

    def get(self, key: str, default: str = "") -> str:
        """Return one entry of the metadata."""
        row = self._row("SELECT value FROM metadata WHERE key = ?", key)
        return default if row is None else str(row[0])

    def set(self, key: str, value: str) -> None:
        """Store one entry of the metadata."""
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO metadata VALUES (?, ?)", (key, value))

    def save_draft(self, source_key: str, redshift: float) -> None:
        """Keep a redshift that was tried and not decided, in place of an earlier one."""
        values = (source_key, float(redshift), now())
        with self._transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO drafts VALUES (?, ?, ?)", values)

    def clear_draft(self, source_key: str) -> None:
        """Forget the draft of a source, if it has one."""
        with self._transaction() as connection:
            connection.execute("DELETE FROM drafts WHERE source_key = ?", (source_key,))

    def draft(self, source_key: str) -> float | None:
        """Return the redshift that was tried on a source and not decided."""
        row = self._row("SELECT redshift FROM drafts WHERE source_key = ?", source_key)
        return None if row is None else float(cast(float, row[0]))

    def drafts(self) -> dict[str, float]:
        """Return all drafts, source key to redshift."""
        return {str(key): float(cast(float, z)) for key, z, _ in self._rows("SELECT * FROM drafts")}

    def save_summaries(self, summaries: Mapping[str, ScanSummary]) -> None:
        """Keep what persists of scans, source key to summary, in place of earlier ones."""
        rows = [(key, to_json(summary)) for key, summary in summaries.items()]
        with self._transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO scans VALUES (?, ?)", rows)

    def summaries(self) -> dict[str, ScanSummary]:
        """Return what persists of scans, source key to summary.

        Only what the engine found with which the session was last opened (`ENGINE`); all, where
        no engine is known yet.
        """
        engine = self.get(ENGINE)
        rows = self._rows("SELECT * FROM scans")
        with self._decoding():
            found = {str(key): from_json(str(text)) for key, text in rows}
        return {
            key: summary
            for key, summary in found.items()
            if not engine or summary.engine_fingerprint == engine
        }

    def _row(self, query: str, *values: object) -> tuple[object, ...] | None:
        return next(iter(self._rows(query, *values)), None)

    def _rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with self._sentences():
            return self._connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit and sync what happens inside, or nothing of it."""
        with self._sentences():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn what SQLite says of the file into a sentence; what it says of our calls is a bug."""
        try:
            yield
        except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
            raise
        except sqlite3.OperationalError as error:
            raise SessionError(_sentence(self.path, error)) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    @contextlib.contextmanager
    def _decoding(self) -> Iterator[None]:
        """Turn a stored value that cannot be understood into a sentence."""
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> SessionError:
        return SessionError(_diagnosis(self.path, error))


def _connected(path: Path) -> sqlite3.Connection:
    """Open a database and take its lock, which lasts until it is closed."""
    if not path.parent.is_dir():
        raise SessionError(f"There is no folder {path.parent} for the session; create it first.")
    if path.is_dir():
        raise SessionError(f"The session {path} is a folder; choose a file name.")
    connection = None
    try:
        connection = sqlite3.connect(path, timeout=0.0, isolation_level=None)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if connection is not None:
            connection.close()
        raise SessionError(_sentence(path, error)) from error
    except sqlite3.DatabaseError as error:
        if connection is not None:
            connection.close()
        raise SessionError(_diagnosis(path, error)) from error
    return connection


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Check that this is a session and bring it to the present version."""
    version = _checked_version(connection, path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = FULL")
    problem = connection.execute("PRAGMA quick_check").fetchone()[0]
    if problem != "ok":
        raise sqlite3.DatabaseError(problem)
    if version == VERSION:
        return
    connection.create_function("json_of_former_row", 11, json_of_former_row)
    connection.execute("BEGIN EXCLUSIVE")
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    n_tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    is_new = application_id == 0 and version == 0 and n_tables == 0
    if application_id != APPLICATION_ID and not is_new:
        raise SessionError(
            f"{path} is a database of another program, not a session of moosegui; choose another "
            "file with --session."
        )
    if version > VERSION:
        raise SessionError(
            f"The session {path} has version {version}, newer than {VERSION}; update moosegui to "
            "open it."
        )
    return version


def _diagnosis(path: Path, error: Exception) -> str:
    if "not a database" in str(error):
        return f"{path} is not a session of moosegui; choose another file with --session."
    return f"The session {path} is damaged ({error}); restore a copy, or move it away."


def _sentence(path: Path, error: sqlite3.OperationalError) -> str:
    reason = str(error)
    if "locked" in reason:
        return (
            f"The session {path} is in use by another process; close the other window, or choose "
            "another session with --session."
        )
    if "unable to open" in reason or "readonly" in reason or not os.access(path.parent, os.W_OK):
        return (
            f"The session {path} cannot be written ({reason}); make its folder writable, or "
            "choose another place with --session."
        )
    return f"The session {path} could not be saved ({reason}); check the disk and repeat."
