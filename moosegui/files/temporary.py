"""Folders for copies that are thrown away, also those that a killed run could not throw away."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from moosegui.files.file_lock import runs_here

PREFIX = "moosegui-copy-"
_NAME = re.compile(re.escape(PREFIX) + r"(?P<pid>\d{1,9})-[a-z0-9_]{8}")


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that is removed at the end, or at the next call if this process is killed.

    Raises
    ------
    OSError
        If none can be made.
    """
    clean_temporary()
    with tempfile.TemporaryDirectory(prefix=f"{PREFIX}{os.getpid()}-") as folder:
        yield Path(folder)


def clean_temporary() -> None:
    """Remove the folders of this user whose process has ended; nothing happens if one cannot be."""
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            found = _NAME.fullmatch(entry.name)
            if found is None or runs_here(int(found["pid"])):
                continue
            status = entry.stat(follow_symlinks=False)
            is_ours = not hasattr(os, "getuid") or status.st_uid == os.getuid()
            if is_ours and stat.S_ISDIR(status.st_mode):
                shutil.rmtree(entry.path, ignore_errors=True)
