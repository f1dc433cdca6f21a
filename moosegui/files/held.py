"""Which files this process holds open for writing: nobody else in it opens their bytes.

Where locks are POSIX locks, closing any handle on a file drops every lock that the process has on
it. So who only wants to know what a file is asks here first.
"""

from __future__ import annotations

import os

Identity = tuple[int, int]  # device and inode

_held: set[Identity] = set()


def identity(status: os.stat_result) -> Identity:
    """Return what makes a file the same file, whatever it is called."""
    return status.st_dev, status.st_ino


def hold(held: Identity) -> None:
    """Say that a file is open in this process and is not to be opened again."""
    _held.add(held)


def let_go(held: Identity) -> None:
    """Say that a file is closed."""
    _held.discard(held)


def is_held(status: os.stat_result) -> bool:
    """Whether this process holds the file of which `os.stat` said this."""
    return identity(status) in _held
