"""The list of one inspector: which sources of a catalogue are theirs, in which order.

A text beside the catalogue (JSON), which keeps its format and is not copied. Sources are named by
a digest of their keys, so that nobody sees by reading it which one is asked for twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.team.assignment import Assigned
from moosegui.errors import InputError
from moosegui.files.limits import read_document
from moosegui.files.safe_write import replacing
from moosegui.files.stalls import answered

ENDING = ".mooselist"
VERSION = 1
MARK = '{"moosegui list":'
DIGITS = 16  # of a digest


@dataclass(frozen=True, slots=True)
class AssignedList:
    """What a list of an inspector says.

    Parameters
    ----------
    catalogue : str
        The name of the catalogue, survey or folder, which lies beside the list.
    inspector : str
    entries : tuple of (str, str)
        ID and digest of the key of each source, in their order.
    salt : str
        Of the digests.
    spectra : str
        Where the spectra lie, below the folder of the list; empty if that was not named.
    columns : mapping of str to str
        Columns that were named, by meaning.
    """

    catalogue: str
    inspector: str
    entries: tuple[tuple[str, str], ...]
    salt: str
    spectra: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)


def assigned_list(
    source_list: SourceList, inspector: str, given: Sequence[Assigned], salt: str
) -> AssignedList:
    """Return the list of an inspector."""
    entries = tuple(
        (one.name, _digest(one.source_key, salt, is_repeat=one.part == "repeat")) for one in given
    )
    return AssignedList(source_list.path.absolute().name, inspector, entries, salt)


def write_assigned_list(path: Path, listed: AssignedList) -> None:
    """Write the list of an inspector.

    Raises
    ------
    ExportError
        If it cannot be written.
    """
    kept = {
        "catalogue": listed.catalogue,
        "inspector": listed.inspector,
        "spectra": listed.spectra,
        "columns": dict(listed.columns),
        "salt": listed.salt,
        "sources": listed.entries,
    }
    rest = json.dumps(kept, ensure_ascii=False).removeprefix("{").replace("], [", "],\n[")
    with replacing(path) as temporary:
        temporary.write_text(f"{MARK} {VERSION}, {rest}\n", encoding="utf-8")


def is_assigned_list(path: Path) -> bool:
    """Whether a file is the list of an inspector."""
    return path.is_file() and answered(path, lambda: _starts_as_list(path))


def _starts_as_list(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(MARK)) == MARK.encode()


def read_assigned_list(path: Path) -> AssignedList:
    """Read the list of an inspector.

    Raises
    ------
    InputError
        If it is damaged, of a newer version, or names something outside its folder.
    """
    try:
        kept = json.loads(read_document(path))
        version = int(kept["moosegui list"])
        listed = AssignedList(
            str(kept["catalogue"]),
            str(kept["inspector"]),
            tuple((str(name), str(digest)) for name, digest in kept["sources"]),
            str(kept["salt"]),
            str(kept["spectra"]),
            {str(key): str(name) for key, name in kept["columns"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is damaged ({error}); write it again with moosegui assign."
        ) from (error)
    if version > VERSION:
        raise InputError(f"{path} is of a newer version; update moosegui to open it.")
    for name in (listed.catalogue, listed.spectra):
        place = PurePosixPath(name.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in name:
            raise InputError(
                f"{path} names {name}, which does not lie in its folder; write it again with "
                "moosegui assign."
            )
    return listed


def with_assigned(path: Path, listed: AssignedList, whole: SourceList) -> SourceList:
    """Return the sources of a catalogue that a list has, in its order.

    Parameters
    ----------
    path : Path
        The list.
    listed : AssignedList
    whole : SourceList
        The catalogue.

    Raises
    ------
    InputError
        If the catalogue has none of them.
    """
    salt = listed.salt
    first = {_digest(source.key, salt, is_repeat=False): source for source in whole}
    again = {_digest(source.key, salt, is_repeat=True): source for source in whole}
    found = [
        (name, first.get(digest) or _repeat(again.get(digest), name))
        for name, digest in listed.entries
    ]
    sources = tuple(source for _, source in found if source is not None)
    if not sources:
        raise InputError(
            f"None of the sources of {path} is in {whole.path}; put the list beside the catalogue "
            "for which it was made."
        )
    missing = [name for name, source in found if source is None]
    notices = whole.notices
    if missing:
        notices += (
            f"{len(missing)} sources of {path.name} are not in {whole.path.name} any more: "
            f"{', '.join(missing[:5])}{' ...' if len(missing) > 5 else ''}.",
        )
    return replace(whole, sources=sources, path=path, whole=whole.path, notices=notices)


def _repeat(source: Source | None, name: str) -> Source | None:
    """Return a source that is asked for again, under the name that the list gives it."""
    return None if source is None else replace(source, key=name, source_id=name, is_repeat=True)


def _digest(key: str, salt: str, *, is_repeat: bool) -> str:
    """Return what stands for a source in a list; a repeat has another digest than its source."""
    text = f"{salt}\0{is_repeat:d}\0{key}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(text).hexdigest()[:DIGITS]
