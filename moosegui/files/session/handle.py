"""An open session file: its lock, its connection to SQLite, and the mark that it is still ours."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from moosegui.errors import InputError, SessionError
from moosegui.files.file_lock import FileLock, LockedError
from moosegui.files.limits import why_not_regular
from moosegui.files.session.backups import backups
from moosegui.files.session.mark import FileMark, Trouble
from moosegui.files.session.pages import events_in
from moosegui.files.session.schema import ForeignError, migrate
from moosegui.files.stalls import answered

PATIENCE = 2.0  # s in which a disk tells how full it is; the window waits once as long


class DamagedError(SessionError):
    """A session whose bytes contradict each other; what can be read of it can be recovered."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(
            f"The session {path} is damaged ({reason}); open it in the window, which takes over "
            "what can be read, or restore a copy of it."
        )
        self.reason = str(reason)


class Handle:
    """A session file that is open, locked and of the present version.

    Parameters
    ----------
    path : Path
        Created if it does not exist.
    is_own : bool
        False for a passing copy: it is neither locked nor watched, and no version of it is kept.

    Raises
    ------
    SessionError
        If it is held by another process, of a newer version, no session, or cannot be written.
    DamagedError
        If it is damaged.
    """

    def __init__(self, path: Path, *, is_own: bool = True, lock: FileLock | None = None) -> None:
        self.path = path
        self.lock = lock or (locked(path) if is_own else None)
        self.connection: sqlite3.Connection | None = None
        self.mark: FileMark | None = None
        try:
            if is_own and _is_emptied(path):
                raise DamagedError(path, "it is empty")
            self.connection = _connected(path)
            with self.sentences():
                _migrate(self.connection, path, is_own=is_own)
                # the end of a journal is synced; one that is deleted may come back with the power
                self.connection.execute("PRAGMA journal_mode = PERSIST")
            self.mark = _marked(path) if is_own else None
        except BaseException:
            self.close(keeps_lock=lock is not None)
            raise

    def ask_disk(self) -> None:
        """Make sure that the disk answers, before anything is asked that cannot be abandoned.

        Raises
        ------
        SessionError
            If it does not; what was saved before is on it.
        """
        if self.mark is None:
            return
        try:
            answered(self.path, partial(_asked, self.path.parent), patience=PATIENCE)
        except InputError as error:
            raise SessionError(
                f"The disk of the session {self.path} does not answer, so that nothing can be "
                "saved now; what was saved is on it. Check the network, and repeat when it is back."
            ) from error

    def trouble(self) -> Trouble | None:
        """What has happened to the file since we last wrote into it, if anything."""
        if self.lock is None or self.mark is None:
            return None
        found = self.mark.trouble()
        if found is None and not self.lock.is_held:
            return Trouble.TAKEN
        return found

    def renew(self) -> None:
        """Remember the file as it is now: we have written."""
        if self.mark is not None:
            self.mark.renew()

    def close(self, *, keeps_lock: bool = False) -> None:
        """Close the file, then give the lock back; closing twice does no harm."""
        if self.connection is not None:
            with contextlib.suppress(sqlite3.Error, UnicodeDecodeError):
                self.connection.execute("PRAGMA journal_mode = DELETE")
            self.connection.close()
            self.connection = None
        if self.mark is not None:
            self.mark.close()
            self.mark = None
        if self.lock is not None and not keeps_lock:
            self.lock.release()
            self.lock = None

    @contextlib.contextmanager
    def sentences(self) -> Iterator[sqlite3.Connection]:
        """Turn what SQLite says of the file into a sentence; what it says of our calls is a bug."""
        if self.connection is None:
            raise sqlite3.ProgrammingError(f"The session {self.path} is closed.")
        try:
            yield self.connection
        except (sqlite3.ProgrammingError, sqlite3.IntegrityError):
            raise
        except sqlite3.OperationalError as error:
            raise SessionError(_sentence(self.path, error)) from error
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # of names in its schema
            raise damaged(self.path, error) from error

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit and sync what happens inside, or nothing of it."""
        with self.sentences() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            self.renew()


def _asked(folder: Path) -> None:
    """Ask a disk for something that no system remembers; how much of it is free."""
    with contextlib.suppress(OSError):  # a folder that is gone is told elsewhere
        if hasattr(os, "statvfs"):
            os.statvfs(folder)
        else:
            folder.stat()


def _migrate(connection: sqlite3.Connection, path: Path, *, is_own: bool) -> None:
    """Bring a session to the present version; one whose head alone is foreign is damaged."""
    try:
        migrate(connection, path, is_copied=is_own)
    except ForeignError:
        if is_own and _looks_like_session(path):
            raise DamagedError(path, "its head is not that of a session") from None
        raise


def _is_emptied(path: Path) -> bool:
    """Whether nothing is left of a session of which there are copies."""
    return path.exists() and not path.stat().st_size and bool(backups(path))


def damaged(path: Path, error: object) -> SessionError:
    """Say that a session cannot be understood, or is none."""
    if "not a database" in str(error) and not _looks_like_session(path):
        return SessionError(f"{path} is not a session of moosegui; choose another with --session.")
    return DamagedError(path, error)


def lock_path(session: Path) -> Path:
    """Return the lock file of a session."""
    return session.with_name(f".{session.name}.lock")


def check_regular(path: Path) -> None:
    """Refuse devices and pipes, which would be waited for.

    Raises
    ------
    SessionError
        If it is one.
    """
    if path.exists() and (problem := why_not_regular(path.stat())):
        raise SessionError(f"The session {path} {problem}.")


def _looks_like_session(path: Path) -> bool:
    try:
        return bool(backups(path)) or bool(events_in(path.read_bytes()))
    except OSError:
        return False


def locked(path: Path) -> FileLock:
    """Take the lock of a session.

    Raises
    ------
    SessionError
        If somebody else holds it, or the folder cannot be written.
    """
    if not path.parent.is_dir():
        raise SessionError(f"There is no folder {path.parent} for the session; create it first.")
    if path.is_dir():
        raise SessionError(f"The session {path} is a folder; choose a file name.")
    check_regular(path)
    try:
        return FileLock(lock_path(path))
    except LockedError as error:
        raise SessionError(
            f"The session {path} is in use by {error}; close the other window, or choose "
            "another session with --session."
        ) from error
    except OSError as error:
        raise SessionError(_unwritable(path, error.strerror or str(error))) from error


def _marked(path: Path) -> FileMark:
    try:
        return FileMark(path)
    except OSError as error:
        raise SessionError(_unwritable(path, error.strerror or str(error))) from error


def _connected(path: Path) -> sqlite3.Connection:
    """Open a database; that nobody else writes into it is shown by taking its own lock once."""
    connection = None
    try:
        connection = sqlite3.connect(
            path, timeout=0.0, isolation_level=None, check_same_thread=False
        )
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("COMMIT")
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        if connection is not None:
            connection.close()
        if isinstance(error, sqlite3.OperationalError):
            raise SessionError(_sentence(path, error)) from error
        raise damaged(path, error) from error
    return connection


def _unwritable(path: Path, reason: str) -> str:
    return (
        f"The session {path} cannot be written ({reason}); make its folder writable, or "
        "choose another place with --session."
    )


def _sentence(path: Path, error: sqlite3.OperationalError) -> str:
    reason = str(error)
    if "locked" in reason:
        return (
            f"The session {path} is in use by another process; close the other window, or choose "
            "another session with --session."
        )
    if "unable to open" in reason or "readonly" in reason or not os.access(path.parent, os.W_OK):
        return _unwritable(path, reason)
    return f"The session {path} could not be saved ({reason}); check the disk and repeat."
