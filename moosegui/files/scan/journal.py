"""The journal of a running scan: what is done is on disk, and a scan resumes where it stopped.

Beside the table lies `<table>.part`: a line of JSON that says with what it is made, then one line
a source. It goes when the table has been written. A line that was cut by a crash is scanned again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Self

from moosegui.data.results import ScanSummary
from moosegui.errors import ExportError
from moosegui.files.closing import Closing
from moosegui.files.scan.summary import from_payload, to_payload

FORMAT = "moosegui scan journal"
VERSION = 1
SYNC_EVERY = 64  # lines; a crash of the machine, not of the program, can cost so many scans


class ScanJournal(Closing):
    """Results on their way into a table; open it with `ScanJournal.open`, in a `with` statement.

    Attributes
    ----------
    path : Path
        The journal, `<table>.part`.
    done : mapping of source key to ScanSummary
        What an earlier run and this one have finished.
    """

    def __init__(self, path: Path, stream: IO[bytes], done: dict[str, ScanSummary]) -> None:
        self.path = path
        self.done: Mapping[str, ScanSummary] = done
        self._done = done
        self._stream = stream
        self._n_unsynced = 0

    @classmethod
    def open(cls, table_path: Path, settings: Mapping[str, str]) -> Self:
        """Begin a journal, or take up the one that an interrupted scan left.

        Parameters
        ----------
        table_path : Path
            The table that the scan will write.
        settings : mapping of str to str
            Whatever results depend on: input, basis, trial redshifts, weighting.

        Raises
        ------
        ExportError
            If the journal was made with other settings, or cannot be written.
        """
        path = _beside(table_path)
        try:
            content = path.read_bytes() if path.exists() else b""
            done, n_good = _replayed(content, settings, path)
            stream = path.open("r+b" if content else "w+b")
            stream.truncate(n_good)
            stream.seek(n_good)
            journal = cls(path, stream, done)
            if not n_good:
                journal._write(_head(settings))
        except OSError as error:
            raise ExportError(
                f"The journal {path} of the scan cannot be written ({error.strerror or error}); "
                "choose another place for the table."
            ) from error
        return journal

    @staticmethod
    def drop(table_path: Path) -> None:
        """Delete the journal that an interrupted scan left, if there is one."""
        _beside(table_path).unlink(missing_ok=True)

    def append(self, source_key: str, summary: ScanSummary) -> None:
        """Keep one result; it survives the program from now on.

        Raises
        ------
        ExportError
            If the disk is full.
        """
        self._write({"key": source_key, **to_payload(summary)})
        self._done[source_key] = summary

    def remove(self) -> None:
        """Close and delete the journal: its results are in the table now."""
        self.close()
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the journal and leave it for the next run."""
        if not self._stream.closed:
            self._sync()
            self._stream.close()

    def _write(self, line: Mapping[str, object]) -> None:
        try:
            self._stream.write(json.dumps(line).encode("ascii") + b"\n")
            self._stream.flush()
            self._n_unsynced += 1
            if self._n_unsynced >= SYNC_EVERY:
                self._sync()
        except OSError as error:
            raise ExportError(
                f"The journal {self.path} cannot be written ({error.strerror or error}); make "
                "room and start the scan again: it resumes where it stopped."
            ) from error

    def _sync(self) -> None:
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._n_unsynced = 0


def _beside(table_path: Path) -> Path:
    return table_path.with_name(f"{table_path.name}.part")


def _head(settings: Mapping[str, str]) -> dict[str, object]:
    return {"format": FORMAT, "version": VERSION, "settings": dict(settings)}


def _replayed(
    content: bytes, settings: Mapping[str, str], path: Path
) -> tuple[dict[str, ScanSummary], int]:
    """Return what a journal holds and how many of its bytes are good."""
    lines = content.splitlines(keepends=True)
    if not lines or not lines[0].endswith(b"\n"):
        return {}, 0
    _check_head(_parsed(lines[0]), settings, path)
    done: dict[str, ScanSummary] = {}
    n_good = len(lines[0])
    for line in lines[1:]:
        entry = _parsed(line) if line.endswith(b"\n") else {}
        summary = _summary(entry)
        if summary is None:
            break
        done[str(entry["key"])] = summary
        n_good += len(line)
    return done, n_good


def _check_head(head: Mapping[str, Any], settings: Mapping[str, str], path: Path) -> None:
    if head.get("format") != FORMAT:
        raise ExportError(
            f"{path} is not the journal of a scan; move it away, or name another table."
        )
    if head != _head(settings):
        earlier = head.get("settings", {})
        keys = sorted(key for key in {*earlier, *settings} if earlier.get(key) != settings.get(key))
        what = ", ".join(keys) or "version"
        raise ExportError(
            f"{path} is from an unfinished scan with another {what}; delete it, or name another "
            "table."
        )


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _summary(entry: Mapping[str, Any]) -> ScanSummary | None:
    """Rebuild a summary; None if the line is damaged."""
    try:
        return from_payload(entry) if "key" in entry else None
    except (KeyError, TypeError, ValueError):
        return None
