"""The updates of one session: nothing that it did not write is replaced unasked.

The session keeps the checksum of each update that it wrote. A file that has another one is
somebody else's: a default name gives way to one with the initials, any other is refused. Who asks
to replace it all the same keeps a copy of it.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from moosegui.data.catalogue import SourceList, VerdictEvent
from moosegui.data.results import ScanSummary
from moosegui.errors import ExportError, NotOursError
from moosegui.files.content import Unreadable, open_content
from moosegui.files.file_lock import FileLock, LockedError
from moosegui.files.safe_write import replacing
from moosegui.files.session.beside import kept_texts
from moosegui.files.session.store import SessionStore
from moosegui.files.update.inspection_lists import LISTS, inspected
from moosegui.files.update.update import default_update_path, file_sha256, write_update

UPDATES = "updates"  # metadata of a session: path of each update to its checksum


@dataclass(frozen=True, slots=True)
class Written:
    """An update that was written, the checksum of the file, and what the user should know."""

    path: Path
    sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """Where an update goes.

    Parameters
    ----------
    inspector : str
        Whose update it is.
    own : mapping of str to str
        Updates that the session wrote, absolute path to checksum; see `own_updates`.
    path : Path, optional
        None is the default path.
    overwrite : bool
        Replace what lies there whoever wrote it; a copy stays beside it.
    """

    inspector: str
    own: Mapping[str, str]
    path: Path | None = None
    overwrite: bool = False

    def place(self, source_list: SourceList) -> Path:
        """Return the path that is written.

        Raises
        ------
        ExportError
            If what lies there is not ours.
        """
        if self.path is not None:
            return self._checked(self.path)
        path = default_update_path(source_list)
        if self.overwrite or self.may_replace(path):
            return path
        suffixes = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
        stem = path.name.removesuffix(suffixes)
        return self._checked(path.with_name(f"{stem}_{self.inspector}{suffixes}"))

    def _checked(self, path: Path) -> Path:
        if self.overwrite or path.is_dir() or self.may_replace(path):
            return path
        raise NotOursError(
            f"{path} was not written by this session, or was changed since, and is left as it is; "
            "give another name, or allow it to be replaced with --overwrite (in the window: "
            "choose it with Ctrl+Shift+S).",
            path,
        )

    def may_replace(self, path: Path) -> bool:
        """Whether nothing lies at a path, or what this session wrote."""
        if not os.path.lexists(path):
            return True
        known = self.own.get(str(path.absolute()))
        try:
            return known is not None and path.is_file() and file_sha256(path) == known
        except OSError:
            return False


def write_own_update(
    source_list: SourceList,
    decisions: Mapping[str, VerdictEvent],
    target: Target,
    *,
    summaries: Mapping[str, ScanSummary] | None = None,
    input_sha256: str = "",
) -> Written:
    """Write the update of a session, as `write_update`, where nobody else's work is lost.

    Raises
    ------
    ExportError
        As `write_update`; also if what lies there is not of this session, or another process is
        writing it.
    InputError
        If the input can no longer be read.
    """
    place = target.place(source_list)
    with _held(place, target):
        written = write_update(
            source_list, decisions, place, summaries=summaries, input_sha256=input_sha256
        )
        return _as_written(written, _note(source_list.table_path, written))


def write_picked_update(
    source_list: SourceList,
    decisions: Mapping[str, VerdictEvent],
    target: Target,
    *,
    summaries: Mapping[str, ScanSummary] | None = None,
) -> Written | None:
    """Write what was decided on the sources that were picked in images: an update of their survey.

    Rows of it that were taken back stay without a decision; None where none was picked.

    Raises
    ------
    ExportError, InputError
        As `write_own_update`.
    """
    picked = source_list.picked
    if not picked or picked[0].spectrum is None:
        return None
    path = picked[0].spectrum.path
    survey = SourceList(picked, path)
    return write_own_update(survey, decisions, replace(target, path=None), summaries=summaries)


def write_own_list(
    source_list: SourceList, decisions: Mapping[str, VerdictEvent], target: Target, kind: str
) -> Written:
    """Write what was inspected as another program reads it: a key of `inspection_lists.LISTS`.

    Without a path it goes beside the catalogue, `<catalogue>_<inspector>` and the kind's ending.

    Raises
    ------
    ExportError
        As `write_own_update`.
    """
    layout = LISTS[kind]
    path = source_list.table_path.absolute()
    stem = path.name if path.is_dir() else path.name.removesuffix(".gz").rsplit(".", 1)[0]
    named = target.path or path.with_name(f"{stem}_{target.inspector}{layout.ending}")
    if named.is_dir() or (named.exists() and named.samefile(path)):
        raise ExportError(f"{named} is no place for a list; give another name.")
    place = replace(target, path=named).place(source_list)
    with _held(place, target), replacing(place) as temporary:
        text = layout.text(inspected(source_list, decisions), target.inspector)
        temporary.write_text(text, encoding="utf-8", newline="")
    return _as_written(place, layout.note)


def _as_written(place: Path, note: str) -> Written:
    try:
        return Written(place, file_sha256(place), note)
    except OSError as error:
        raise ExportError(
            f"{place} was written and cannot be read ({error.strerror or error}); write it again."
        ) from error


@contextlib.contextmanager
def _held(place: Path, target: Target) -> Iterator[None]:
    """Keep others from writing a file, and a copy of it if it is not of this session."""
    if not place.parent.is_dir():
        raise ExportError(f"There is no folder {place.parent}; create it first.")
    try:
        lock = FileLock(place.with_name(f".{place.name}.lock"))
    except LockedError as error:
        raise ExportError(f"{place} is being written by {error}; try it again.") from error
    except OSError as error:
        raise ExportError(
            f"{place} cannot be written ({error.strerror or error}); choose another place."
        ) from error
    try:
        if target.overwrite and not target.may_replace(place):
            _keep(place)
        yield
    except (OSError, Unreadable) as error:
        reason = getattr(error, "strerror", "") or error
        raise ExportError(
            f"{place} could not be written, or was taken away meanwhile ({reason}); write it again."
        ) from error
    finally:
        lock.release()


def own_updates(store: SessionStore) -> dict[str, str]:
    """Return the updates that a session wrote, absolute path to checksum."""
    return kept_texts(store.get(UPDATES))


def remember_update(store: SessionStore, written: Written) -> None:
    """Keep that a session wrote an update.

    Raises
    ------
    SessionError
        If it could not be saved.
    """
    known = own_updates(store) | {str(written.path.absolute()): written.sha256}
    store.set(UPDATES, json.dumps(known))


def _note(catalogue: Path, written: Path) -> str:
    """Say that a catalogue of another encoding became UTF-8, which alone holds every comment."""
    if not catalogue.is_file() or open_content(catalogue).kind != "text":
        return ""
    if _is_utf8(catalogue) or open_content(written).kind != "text" or not _is_utf8(written):
        return ""
    return (
        f"{catalogue.name} is no UTF-8 and cannot hold every letter of the comments: "
        f"{written.name} was written as UTF-8."
    )


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _keep(path: Path) -> None:
    """Keep what lies at a path under another name."""
    if not path.is_file():
        return
    copy = path.with_name(f"{path.name}.bak-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    try:
        shutil.copy2(path, copy)
    except OSError as error:
        raise ExportError(
            f"{path} is not replaced: no copy of it could be kept ({error.strerror or error})."
        ) from error
