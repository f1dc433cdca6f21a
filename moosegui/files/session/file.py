"""The SQLite file of a session: its lock, its version, and what it keeps beside the events.

Beside the verdict events lie drafts (redshifts tried, comments typed, not decided), summaries of
scans, and free metadata. No write-ahead log: it breaks on network file systems. A lock file beside
it (`files.file_lock`) keeps others out; before each write it is checked that the file at the path
is still the one that is open and that nobody else wrote into it. If not, the work goes on in a
copy.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from moosegui.data.results import ScanSummary
from moosegui.errors import MooseError, SessionError
from moosegui.files.closing import Closing
from moosegui.files.scan.summary import from_json, to_json
from moosegui.files.session.backups import N_EVENTS, SUFFIX, good_backup, keep_backup
from moosegui.files.session.checks import (
    COUNTED,
    KeptRows,
    NumberedRows,
    Row,
    gaps,
    is_whole,
    n_missing,
    restored,
    sealed,
    storable,
)
from moosegui.files.session.handle import DamagedError, Handle, damaged, locked
from moosegui.files.session.recovery import Remains, recover
from moosegui.files.session.rescue import rescued, rescued_copies

EVENTS = "SELECT * FROM events ORDER BY event_id"
ENGINE = "engine"  # the entry of the metadata with the fingerprint of the engine in use
N_NAMED = 6  # events that are not there
TYPED = "comment_draft:"  # begins the metadata keys of comments that are being typed


def session_path(source_path: Path, inspector: str) -> Path:
    """Return where the session of a catalogue or folder lies: beside it, `cat.fits.ZB.moose`."""
    whole = source_path.absolute()
    return whole.with_name(f"{whole.name}.{inspector}{SUFFIX}")


def now() -> str:
    """Return the time, ISO 8601 UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class SessionFile(Closing):
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

    def __init__(self, path: Path, *, is_own: bool = True) -> None:
        self.notices: tuple[str, ...] = ()
        self._listener: Callable[[str], None] | None = None
        self._is_own = is_own
        self._handle = self._opened(path)
        try:
            self._event_rows = self._checked_rows()
            self._metadata = self._stored_metadata()
            self._begin()
        except BaseException:
            self._handle.close()
            raise

    @property
    def path(self) -> Path:
        """Where the session lies; it moves when the file is replaced while it is open."""
        return self._handle.path

    def listen(self, listener: Callable[[str], None]) -> None:
        """Tell somebody, in sentences, what happens to the file from now on."""
        self._listener = listener

    def close(self) -> None:
        """Release the lock; closing twice does no harm.

        On a disk that does not answer the file is left as it is: all that was said to be saved
        lies on it, and its lock falls with the process.

        Raises
        ------
        SessionError
            If the file was deleted or replaced and no copy could be written.
        """
        if self._handle.connection is not None:
            try:
                self._handle.ask_disk()
            except SessionError:
                return
            self._secure()
        self._handle.close()

    def get(self, key: str, default: str = "") -> str:
        """Return one entry of the metadata."""
        return self._metadata.get(key, default)

    def set(self, key: str, value: str) -> None:
        """Store one entry of the metadata."""
        with self._transaction() as connection:
            entry = (storable(key), storable(value))
            connection.execute("INSERT OR REPLACE INTO metadata VALUES (?, ?)", entry)
        self._metadata[key] = value

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
        rows = self._rows("SELECT redshift FROM drafts WHERE source_key = ?", source_key)
        return float(cast(float, rows[0][0])) if rows else None

    def drafts(self) -> dict[str, float]:
        """Return all drafts, source key to redshift."""
        return {str(key): float(cast(float, z)) for key, z, _ in self._rows("SELECT * FROM drafts")}

    def save_comment_draft(self, source_key: str, comment: str) -> None:
        """Keep a comment that is being typed, in place of an earlier one."""
        self.set(f"{TYPED}{source_key}", comment)

    def clear_comment_draft(self, source_key: str) -> None:
        """Forget what was typed on a source, if anything."""
        key = f"{TYPED}{source_key}"
        if key in self._metadata:
            with self._transaction() as connection:
                connection.execute("DELETE FROM metadata WHERE key = ?", (storable(key),))
            del self._metadata[key]

    def comment_drafts(self) -> dict[str, str]:
        """Return what was typed and not stored, source key to text."""
        found = self._metadata.items()
        return {key.removeprefix(TYPED): text for key, text in found if key.startswith(TYPED)}

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

    def forget_scans(self, source_key: str | None = None) -> None:
        """Forget the summary of a source, or all: spectra are read in another way from now on."""
        with self._transaction() as connection:
            if source_key is None:
                connection.execute("DELETE FROM scans")
            else:
                connection.execute("DELETE FROM scans WHERE source_key = ?", (source_key,))

    def _append_row(self, row: Row) -> None:
        """Append an event with its seal; on disk when this returns."""
        whole = sealed(row)
        count = f"{len(self._event_rows) + 1} {whole[0]}"
        with self._transaction() as connection:
            connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", whole)
            connection.execute("INSERT OR REPLACE INTO metadata VALUES (?, ?)", (COUNTED, count))
        self._metadata[COUNTED] = count
        self._event_rows.append(whole)
        if len(self._event_rows) % N_EVENTS == 0:
            self._keep_backup()

    def _opened(self, path: Path) -> Handle:
        """Open the file; a damaged one is made anew from what can be read."""
        try:
            return Handle(path, is_own=self._is_own)
        except DamagedError as error:
            if not self._is_own:
                raise
            return self._recovered(path, error)

    def _recovered(self, path: Path, error: DamagedError) -> Handle:
        lock = locked(path)
        try:
            self.notices += (recover(path, error.reason, self._can_read),)
            return Handle(path, lock=lock)
        except BaseException:
            lock.release()
            raise

    def _checked_rows(self) -> KeptRows:
        """Return the events, each compared with its seal and followed from those before."""
        rows = self._rows_of_events()
        fault = self._fault(rows)
        if not fault:
            return rows
        error = DamagedError(self.path, fault)
        if not self._is_own:
            raise error
        path = self.path
        self._handle.close()
        self._handle = self._recovered(path, error)
        rows = self._rows_of_events()
        if fault := self._fault(rows):
            raise DamagedError(path, fault)
        return rows

    def _fault(self, rows: KeptRows) -> str:
        """Say what is wrong with the events; empty if nothing is."""
        bad = next((row[0] for row in rows if not is_whole(row)), None)
        if bad is not None:
            return f"event {bad} is not as it was written"
        n_lost = n_missing(rows, self._stored_metadata().get(COUNTED, ""))
        return f"{n_lost} of its events were deleted" if n_lost else ""

    def _can_read(self, row: Row) -> bool:
        """Whether an event of a damaged session can be taken over."""
        return is_whole(row)

    def _begin(self) -> None:
        """Keep a copy of what is there, and say which other copies there are."""
        if not self._is_own:
            return
        self._count()
        if len(self._event_rows):
            self._keep_backup()
        elif copy := good_backup(self.path):
            self.notices += (
                f"{self.path.name} is new, and copies of an earlier session of that name lie in "
                f"{copy.parent.name}; if that was not deleted on purpose, moosegui merge {copy} "
                f"-o NEW{SUFFIX} brings it back.",
            )
        copies = rescued_copies(self.path)
        if copies:
            self.notices += (
                f"Work on {self.path.name} went on in {copies[-1].name} when it was replaced "
                f"while open; moosegui merge {self.path.name} {copies[-1].name} -o NEW{SUFFIX} "
                "joins them.",
            )

    def _count(self) -> None:
        """Count the events of an earlier version, and say where its numbers have gaps."""
        count = self._event_rows.count
        if len(self._event_rows) and self.get(COUNTED) != count:
            if missing := gaps(self._event_rows):
                names = ", ".join(map(str, missing[:N_NAMED])) + " ..." * (len(missing) > N_NAMED)
                self.notices += (
                    f"{len(missing)} of the events of {self.path.name} are not there, number "
                    f"{names}: lost with an earlier damage, or deleted before events were counted.",
                )
            self.set(COUNTED, count)

    def _keep_backup(self) -> None:
        try:
            with self._handle.sentences() as connection:
                keep_backup(connection, self.path)
        except (MooseError, OSError) as error:
            self._tell(f"No copy of the session was kept: {error}")

    def _tell(self, text: str) -> None:
        if self._listener is None:
            self.notices += (text,)
        else:
            self._listener(text)

    def _stored_metadata(self) -> dict[str, str]:
        stored = self._rows("SELECT key, value FROM metadata")
        return {restored(str(key)): restored(str(value)) for key, value in stored}

    def _rows(self, query: str, *values: object) -> list[Row]:
        self._handle.ask_disk()
        with self._handle.sentences() as connection:
            return connection.execute(query, values).fetchall()

    def _rows_of_events(self) -> KeptRows:
        self._handle.ask_disk()
        with self._handle.sentences() as connection:
            return KeptRows(connection.execute(EVENTS))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit and sync what happens inside, or nothing of it, in a file that is ours."""
        self._handle.ask_disk()
        self._secure()
        with self._handle.transaction() as connection:
            yield connection

    def _secure(self) -> None:
        """Go on in a copy if the file is not ours any more."""
        if (trouble := self._handle.trouble()) is None:
            return
        entries = self._metadata.items()
        metadata = [(storable(key), storable(value)) for key, value in entries]
        known = Remains(NumberedRows(self._event_rows), {"metadata": metadata})
        self._handle, notice = rescued(self._handle, trouble, known)
        self._tell(notice)

    @contextlib.contextmanager
    def _decoding(self) -> Iterator[None]:
        """Turn a stored value that cannot be understood into a sentence."""
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            raise damaged(self.path, error) from error
