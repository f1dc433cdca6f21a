"""Reading the session of somebody else: from a copy, so that it is neither locked nor changed.

The copy is taken while the file rests: its bytes are the same before and after those of its
rollback journal are read, so that SQLite takes back in the copy what was not committed.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from moosegui.data.team.assignment import divided
from moosegui.data.team.reconciliation import Journal
from moosegui.errors import SessionError
from moosegui.files.session.backups import backup_folder, good_backup
from moosegui.files.session.beside import kept_as, kept_texts
from moosegui.files.session.handle import DamagedError, check_regular
from moosegui.files.session.store import REPEATS, SOURCES, WHOLE, SessionStore
from moosegui.files.temporary import temporary_folder

N_LOOKS = 20  # at a file that is being written


def read_journal(path: Path) -> Journal:
    """Read what an inspector decided, also while he has the session open.

    Parameters
    ----------
    path : Path
        A session file of this or an earlier version; it is not written.

    Returns
    -------
    Journal

    Raises
    ------
    SessionError
        If there is no such file, or it is no session, damaged or of a newer version.
    """
    with opened_copy(path) as store:
        return journal_of(store, path)


@contextlib.contextmanager
def opened_copy(path: Path) -> Iterator[SessionStore]:
    """Open a copy of a session, also while somebody has it open; the session is not written.

    Raises
    ------
    SessionError
        If there is no such file, or it is no session, damaged or of a newer version.
    """
    with temporary_folder() as folder:
        copy = folder / path.name
        try:
            check_regular(path)
            _copy_at_rest(path, copy)
            with SessionStore.open(copy, is_own=False) as store:
                yield store
        except OSError as error:
            raise SessionError(
                f"The session {path} cannot be read ({error.strerror or error}); check the path."
            ) from error
        except DamagedError as error:
            raise DamagedError(path, error.reason) from error
        except SessionError as error:
            raise SessionError(str(error).replace(str(copy), str(path))) from error


@contextlib.contextmanager
def opened_remains(path: Path) -> Iterator[tuple[SessionStore, str]]:
    """Open a copy of a session with what can be read of it; the session is not written.

    Yields
    ------
    store : SessionStore
    notice : str
        That it is damaged, and how much was read of it and of its backups; empty where it is whole.

    Raises
    ------
    SessionError
        If there is no such file, it is no session or of a newer version, or nothing can be read.
    """
    with contextlib.ExitStack() as stack:
        try:
            store = stack.enter_context(opened_copy(path))
        except DamagedError as error:
            folder = stack.enter_context(temporary_folder())
            store = _recovered_copy(path, folder / path.name)
            stack.callback(store.close)
            notice = (
                f"{path} is damaged ({error.reason}): {store.n_events} of its events can be "
                "read, with its copies; opening it in the window mends it."
            )
            yield store, notice
        else:
            yield store, ""


def _recovered_copy(path: Path, copy: Path) -> SessionStore:
    _copy_at_rest(path, copy)
    kept = good_backup(path)
    if kept is not None:
        place = backup_folder(copy)
        place.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept, place / kept.name)
    try:
        return SessionStore.open(copy)
    except SessionError as error:
        raise SessionError(str(error).replace(str(copy), str(path))) from error


def journal_of(store: SessionStore, path: Path | None = None) -> Journal:
    """Return what was decided in an open session; `path` is where it lies, if it is a copy."""
    decided = {source_key: store.decisions(source_key) for source_key in store.touched()}
    catalogue, spectra = store.get(WHOLE) or store.get("catalogue"), store.get("spectra")
    first, again = divided(decided, kept_texts(store.get(REPEATS)))
    return Journal(
        store.inspector,
        store.path if path is None else path,
        first,
        Path(catalogue) if catalogue else None,
        Path(spectra) if spectra else None,
        _without(store.get(SOURCES), kept_texts(store.get(REPEATS))),
        repeated=again,
    )


def _without(identities: str, repeats: Mapping[str, str]) -> str:
    """Return by what sources are recognised, without those that ask for another one again."""
    if not repeats:
        return identities
    kept = kept_as(dict, identities)
    return json.dumps({key: value for key, value in kept.items() if key not in repeats})


def _copy_at_rest(path: Path, copy: Path) -> None:
    rollback = path.with_name(f"{path.name}-journal")
    for _ in range(N_LOOKS):
        content = path.read_bytes()
        pending = rollback.read_bytes() if rollback.exists() else b""
        if path.read_bytes() == content:
            break
    else:
        raise SessionError(f"The session {path} is being written all the time; try it again.")
    copy.write_bytes(content)
    if pending:
        copy.with_name(f"{copy.name}-journal").write_bytes(pending)
