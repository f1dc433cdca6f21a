"""The tables of a session, and how those of earlier versions become those of this one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from moosegui.errors import SessionError
from moosegui.files.scan.summary import json_of_former_row
from moosegui.files.session.backups import keep_backup

APPLICATION_ID = 0x4D4F5345  # "MOSE", at byte 68 of the file

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
    (),  # verdicts have priors of the redshift: an older program would drop them
)
VERSION = len(MIGRATIONS)
CACHE = 256  # KiB of pages in memory; a journal that is appended to reads none again


class ForeignError(SessionError):
    """A database whose head names another program."""


def migrate(connection: sqlite3.Connection, path: Path, *, is_copied: bool = True) -> None:
    """Check that this is a session, sound for SQLite, and bring it to the present version.

    Parameters
    ----------
    connection : Connection
        In autocommit mode.
    path : Path
        Of the session, for sentences and for the copy of an earlier version that is kept.
    is_copied : bool
        Whether that copy is kept.

    Raises
    ------
    SessionError
        If it is of another program or a newer version.
    ExportError
        If the copy cannot be kept.
    sqlite3.DatabaseError
        If it is damaged or cannot be written.
    """
    version = _checked_version(connection, path)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{CACHE}")
    problem = connection.execute("PRAGMA quick_check").fetchone()[0]
    if problem != "ok":
        raise sqlite3.DatabaseError(problem)
    if version == VERSION:
        return
    if version and is_copied:
        keep_backup(connection, path, label=f"version{version}")
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
        raise ForeignError(
            f"{path} is a database of another program, not a session of moosegui; choose another "
            "file with --session."
        )
    if version > VERSION:
        raise SessionError(
            f"The session {path} has version {version}, newer than {VERSION}; update moosegui to "
            "open it."
        )
    return version
