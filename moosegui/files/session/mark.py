"""Whether an open session is still the file that lies at its path, and nobody else wrote into it.

SQLite keeps in the head of a database a counter that every writer raises; the rest of the head
names the program, the version and the size. What stands there after our last write must stand
there before the next one, in the same inode.
"""

from __future__ import annotations

import os
import shutil
from enum import StrEnum
from pathlib import Path

from moosegui.files.held import hold, identity, let_go

HEAD = 100  # bytes, the database header (sqlite.org/fileformat2.html, 1.3)


class Trouble(StrEnum):
    """What has happened to a session behind the back of who has it open."""

    DELETED = "was deleted"
    REPLACED = "was replaced by another file"
    CHANGED = "was changed by another program"
    TAKEN = "was taken over by another process"


class FileMark:
    """Remembers which file is open, and how its head was left.

    Parameters
    ----------
    path : Path
        A file that exists. It is kept open for reading until `close`, which comes after that of
        every other handle: closing one drops the POSIX locks of the process.

    Raises
    ------
    OSError
        If it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        self._identity = identity(os.fstat(self._descriptor))
        hold(self._identity)
        self._head = self._read()

    def renew(self) -> None:
        """Remember the head as it is now: we have written."""
        self._head = self._read()

    def trouble(self) -> Trouble | None:
        """What has happened to the file since `renew`, if anything."""
        try:
            status = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            return Trouble.DELETED
        if identity(status) != self._identity:
            return Trouble.REPLACED
        return None if self.is_unchanged else Trouble.CHANGED

    @property
    def is_unchanged(self) -> bool:
        """Whether the file that is open was written by nobody else, wherever it lies now."""
        return self._read() == self._head

    def copy(self, path: Path) -> None:
        """Write what the open file holds elsewhere, wherever it lies now; not in a transaction."""
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        with os.fdopen(os.dup(self._descriptor), "rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)

    def close(self) -> None:
        """Let the file go."""
        let_go(self._identity)
        os.close(self._descriptor)

    def _read(self) -> bytes:
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        return os.read(self._descriptor, HEAD)
