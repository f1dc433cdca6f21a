"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from moosegui.errors import ExportError

_MARK = "moose-"  # in the name of every temporary file
_LEFT = re.compile(rf"\..*\.{_MARK}[a-z0-9_]{{8}}(\.[^.]*)?")
LEFT_AFTER = 3600.0  # s; a younger temporary file may be somebody's who writes just now


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary file beside `path`, synced and renamed to it when all went well.

    Raises
    ------
    ExportError
        If the folder or the file cannot be written; `path` is as it was then.
    """
    if path.exists() and not path.is_file():
        raise ExportError(f"{path} is no regular file and is not replaced; choose another name.")
    temporary: Path | None = None
    try:
        temporary = temporary_beside(path)
        yield temporary
        _sync(temporary)
        temporary.chmod(path.stat().st_mode if path.exists() else usual_mode())
        temporary.replace(path)
        with contextlib.suppress(OSError):  # not every system can sync a folder
            _sync(path.parent)
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written ({error.strerror or error}); choose another place."
        ) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def temporary_beside(path: Path) -> Path:
    """Return a new empty file beside another, which the next run removes if this one is killed.

    Only its owner may read it. One that is in use for longer than `LEFT_AFTER` must be touched
    (`os.utime`) in between.

    Raises
    ------
    OSError
        If the folder cannot be written.
    """
    clean_left(path.parent)
    descriptor, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.stem}.{_MARK}", suffix=path.suffix
    )
    os.close(descriptor)
    return Path(name)


def usual_mode() -> int:
    """Return the permissions that this process gives to new files."""
    return 0o666 & ~_umask()


def clean_left(folder: Path) -> None:
    """Remove what our runs that were killed have left in a folder, if it is old.

    Nothing else has such a name; a link, and what belongs to somebody else, stays.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _LEFT.fullmatch(entry.name) is None:
                continue
            status = entry.stat(follow_symlinks=False)
            is_ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
            is_old = time.time() - status.st_mtime > LEFT_AFTER
            if is_ours and is_old and stat.S_ISREG(status.st_mode):
                Path(entry.path).unlink()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
