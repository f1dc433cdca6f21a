"""A process that reads sessions, so that what reading takes is not the memory of the window.

`reader.py`: each line that it is given is the path of a session, each that it prints the digest
of the verdicts in force there.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from moosegui.files.session.copy import opened_copy
from moosegui.files.session.store import SessionStore


def decided(store: SessionStore) -> dict[str, str]:
    """The verdicts in words, since an undefined number does not equal itself."""
    return {key: repr(event) for key, event in store.verdicts().items()}


def digest(verdicts: dict[str, str]) -> str:
    return hashlib.sha256(repr(sorted(verdicts.items())).encode()).hexdigest()


if __name__ == "__main__":
    for line in sys.stdin:
        with opened_copy(Path(line.rstrip("\n"))) as opened:
            print(digest(decided(opened)), flush=True)
