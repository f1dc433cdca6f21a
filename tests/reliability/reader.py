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
from moosegui.files.session.verdict_fields import verdict_to_json


def decided(store: SessionStore) -> dict[str, str]:
    """The verdicts in words that are the same in every process, as sets of flags are not."""
    return {
        key: f"{event.event_id} {event.time} {event.inspector} {verdict_to_json(event.verdict)}"
        for key, event in store.verdicts().items()
    }


def digest(verdicts: dict[str, str]) -> str:
    return hashlib.sha256(repr(sorted(verdicts.items())).encode()).hexdigest()


if __name__ == "__main__":
    for line in sys.stdin:
        with opened_copy(Path(line.rstrip("\n"))) as opened:
            print(digest(decided(opened)), flush=True)
