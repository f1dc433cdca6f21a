"""A lock that stays until it is given back: a file of its own beside what it locks.

The lock belongs to the open file (flock), not to the process: no other handle that is opened and
closed takes it away, and the system gives it back when the process ends, however it ends. The file
says who holds it. Its time is renewed, so that other computers see a sign of life where a network
file system keeps locks to itself; there, and where it knows no locks, that sign counts.
"""

from __future__ import annotations

import contextlib
import errno
import getpass
import json
import os
import socket
import sys
import tempfile
import threading
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

BEAT = 15.0  # s between two signs of life
SILENCE = 90.0  # s without one, after which the owner on another computer is taken for dead
N_TRIES = 20
NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL}


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a lock."""

    user: str = ""
    host: str = ""
    boot: str = ""
    pid: int = 0
    started: str = ""
    token: str = ""

    @classmethod
    def here(cls) -> Self:
        """This process."""
        pid = os.getpid()
        return cls(_user(), socket.gethostname(), _boot(), pid, _started(pid), uuid.uuid4().hex)

    @property
    def is_of_this_computer(self) -> bool:
        """Whether the owner runs, or ran, on this computer."""
        return self.host == socket.gethostname()

    @property
    def lives_here(self) -> bool:
        """Whether the owner is a process of this computer that still runs."""
        is_same_run = self.is_of_this_computer and self.boot == _boot()
        return is_same_run and bool(self.pid) and _started(self.pid) == self.started

    def __str__(self) -> str:
        place = "" if self.is_of_this_computer else f" on {self.host}"
        return f"another process ({self.user or 'unknown'}, process {self.pid}{place})"


class LockedError(Exception):
    """Somebody else holds the lock; `owner` is who, if that could be read."""

    def __init__(self, owner: Owner) -> None:
        super().__init__(str(owner))
        self.owner = owner


class FileLock:
    """The lock of one file, held from when this is made until `release`.

    Parameters
    ----------
    path : Path
        The lock file, made if it does not exist and removed by `release`.

    Raises
    ------
    LockedError
        If somebody else holds it.
    OSError
        If the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._owner = Owner.here()
        self._text = json.dumps(asdict(self._owner)).encode()
        self._stop = threading.Event()
        self._descriptor: int | None = self._taken()
        beat = threading.Thread(target=self._beat, name="moose-lock", daemon=True)
        beat.start()

    @property
    def is_held(self) -> bool:
        """Whether the lock is still ours; one that was only deleted is made again."""
        if self._descriptor is None:
            return False
        if _is_at(self._descriptor, self.path):
            return _text(self._descriptor) == self._text
        if self.path.exists():
            return False
        try:
            old, self._descriptor = self._descriptor, self._taken()
        except (LockedError, OSError):
            return False
        os.close(old)
        return True

    def release(self) -> None:
        """Give the lock back; twice does no harm."""
        if self._descriptor is None:
            return
        self._stop.set()
        if self.is_held:
            self.path.unlink(missing_ok=True)  # before the lock goes: nobody else has this file
        os.close(self._descriptor)
        self._descriptor = None

    def _taken(self) -> int:
        for _ in range(N_TRIES):
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | _CLOSED_BY_OTHERS, 0o666)
            try:
                self._claim(descriptor)
                if _is_at(descriptor, self.path):
                    return descriptor
            except BaseException:
                os.close(descriptor)
                raise
            os.close(descriptor)  # it was removed by who held it
        raise LockedError(Owner())

    def _claim(self, descriptor: int) -> None:
        """Lock the open file and write our name, unless its owner is alive elsewhere."""
        try:
            is_locked = _lock(descriptor)
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            is_locked = None
        owner = _read(descriptor)
        if is_locked is False:
            raise LockedError(owner)
        is_alive = is_locked is None and owner.lives_here
        if owner.token and not owner.is_of_this_computer:
            is_alive = self._silence(descriptor) < SILENCE
        if is_alive and owner.token != self._owner.token:
            raise LockedError(owner)
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, self._text)

    def _silence(self, descriptor: int) -> float:
        """Seconds since the last sign of life, by the clock of the file system."""
        with tempfile.TemporaryFile(dir=self.path.parent) as probe:
            probe.write(b"\0")
            probe.flush()
            present = os.fstat(probe.fileno()).st_mtime
        return present - os.fstat(descriptor).st_mtime

    def _beat(self) -> None:
        while not self._stop.wait(BEAT):
            with contextlib.suppress(OSError):
                os.utime(self.path)


_CLOSED_BY_OTHERS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        """Lock a byte far behind the text, which others may read."""
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        """Lock an open file; return whether nobody else had."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _is_at(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except OSError:
        return False


def _text(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, 4096)


def _read(descriptor: int) -> Owner:
    try:
        return Owner(**json.loads(_text(descriptor)))
    except (OSError, ValueError, TypeError):
        return Owner()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def runs_here(pid: int) -> bool:
    """Whether a process of this number runs on this computer; on Windows each is said to."""
    return bool(_started(pid))


def _started(pid: int) -> str:
    """When a process was started, in the units of the system; empty if there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        pass
    if sys.platform == "win32":
        return "runs"  # the lock of the system decides there
    try:
        os.kill(pid, 0)
    except OSError:
        return ""
    return "runs"
