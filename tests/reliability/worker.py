"""A process that decides, looks into the folder and exports until it is killed.

`worker.py SESSION CATALOGUE SEED`: each line that it prints is a decision that is on disk.
"""

from __future__ import annotations

import contextlib
import random
import sys
from pathlib import Path

from moosegui.data.catalogue import Verdict
from moosegui.errors import MooseError
from moosegui.files.content import open_content
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.update.own_update import (
    Target,
    own_updates,
    remember_update,
    write_own_update,
)


def look_around(folder: Path) -> None:
    """Open the bytes of every file, as a list of a folder or a dialog does."""
    for entry in folder.iterdir():
        with contextlib.suppress(MooseError, OSError):
            if entry.is_file():
                open_content(entry)
                entry.read_bytes()


def export(store: SessionStore, catalogue: Path) -> None:
    """Write the update of the session."""
    target = Target(store.inspector, own_updates(store))
    remember_update(store, write_own_update(open_source_list(catalogue), store.verdicts(), target))


def main(session: Path, catalogue: Path, seed: int) -> None:
    """Work until the end."""
    rng = random.Random(seed)
    try:
        store = SessionStore.open(session, inspector="ZB", source_path=catalogue)
    except MooseError as error:
        print(f"refused {error}", flush=True)
        return
    print("open", flush=True)
    while True:
        act = rng.random()
        if act < 0.80:
            key, zconf = str(rng.randrange(50)), rng.randrange(4)
            event = store.record(key, Verdict(zconf=zconf, comment=f"{key} {zconf}"))
            print(f"decide {event.event_id} {key} {zconf}", flush=True)
        elif act < 0.90 and (undone := store.undo()) is not None:
            print(f"undo {undone.event_id} {undone.source_key} -", flush=True)
        elif act < 0.98:
            look_around(session.parent)
        else:
            export(store, catalogue)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
