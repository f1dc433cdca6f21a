"""Spectra by a column of paths: only regular files under the folder of the catalogue.

A catalogue comes from anywhere. What its paths lead to elsewhere, also through a link, is not
opened unless the user names that folder with `--spectra`; devices and pipes never are.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from moosegui.errors import InputError
from moosegui.files.links import is_inside, outermost
from moosegui.files.stalls import answered


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """What a column of paths leads to.

    Parameters
    ----------
    paths : tuple of str or None
        As `Path` writes them; None where there is no file that may be read.
    problems : tuple of str
        Why not, in sentences; empty where there is one.
    n_outside : int
        Files that lie elsewhere.
    outside : tuple of Path
        Folders in which those lie, links resolved; none lies in another one.
    """

    paths: tuple[str | None, ...]
    problems: tuple[str, ...]
    n_outside: int
    outside: tuple[Path, ...] = ()


def named_files(
    folder: Path, names: Sequence[str], column: str, roots: Sequence[Path] = ()
) -> NamedFiles:
    """Find the files that a catalogue names.

    With one look into each folder instead of one at every file; paths are texts: a hundred
    thousand `Path` objects take a second.

    Parameters
    ----------
    folder : Path
        Of the catalogue, to which the names are relative.
    names : sequence of str
        May be empty texts.
    column : str
        Where they stand, for the sentences.
    roots : sequence of Path
        Folders elsewhere of which the user said that they are to be read.
    """
    inside = tuple(os.path.realpath(place) for place in (folder, *roots))
    starts: dict[str, _Start] = {}
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    split = [written.rpartition("/") for written in names]
    for head, bar, name in split:
        if (start := starts.get(head + bar)) is None:
            start = starts[head + bar] = _start(folder, head + bar)
        if name:
            wanted[start.place].add(name)
    entries = {place: _looked_into(place, wanted.pop(place), inside) for place in tuple(wanted)}
    unnamed = f"Column {column} names no file here."
    paths: list[str | None] = []
    problems: list[str] = []
    outside: list[str] = []
    plain = {
        written: entries.get(start.place) or {} if start.is_normal else {}
        for written, start in starts.items()
    }
    for written, (head, bar, name) in zip(names, split, strict=True):
        start = starts[head + bar]
        path = start.text + name
        if plain[head + bar].get(name, UNKNOWN) is None:  # nearly always: a regular file
            paths.append(path)
            problems.append("")
            continue
        reason = _reason(path, name, entries.get(start.place), inside) if written else unnamed
        if not reason:
            paths.append(path if start.is_normal else str(Path(path)))
            problems.append("")
            continue
        paths.append(None)
        problems.append(f"The spectrum {path} {reason}" if written else unnamed)
        if reason is ELSEWHERE:
            outside.append(path)
    return NamedFiles(tuple(paths), tuple(problems), len(outside), _folders_of(outside))


ELSEWHERE = (
    "lies outside the folder of the catalogue and is not read; open the catalogue with --spectra "
    "and the folder of the spectra."
)
Entries = Mapping[str, os.DirEntry[str] | None]  # None of a regular file
UNKNOWN: Any = object()


@dataclass(frozen=True, slots=True)
class _Start:
    """What all paths of a folder begin with, the folder, and whether `Path` writes them so."""

    text: str
    place: str
    is_normal: bool


def _start(folder: Path, written: str) -> _Start:
    some = os.path.join(folder, f"{written}x")  # noqa: PTH118
    return _Start(some[:-1], os.path.split(some)[0], str(Path(some)) == some)


def _looked_into(place: str, names: Container[str], inside: Sequence[str]) -> Entries | None:
    """Look into a folder for some files, as long as its disk answers: an empty one else."""
    try:
        return answered(Path(place) / "*", partial(_entries, place, names, inside))
    except InputError:
        return {}


def _entries(place: str, names: Container[str], inside: Sequence[str]) -> Entries | None:
    """Look into a folder; None if it lies elsewhere, where nothing is looked at."""
    if not is_inside(os.path.realpath(place), inside):
        return None
    try:
        with os.scandir(place) as found:
            return {
                entry.name: None if _is_regular(entry) else entry
                for entry in found
                if entry.name in names
            }
    except (OSError, ValueError):
        return {}


def _is_regular(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a file and no link, where that can be told."""
    try:
        return entry.is_file(follow_symlinks=False)
    except OSError:
        return False


def _reason(path: str, name: str, entries: Entries | None, inside: Sequence[str]) -> str:
    """Say why a path is not read; empty if it is."""
    if entries is None:
        return ELSEWHERE
    if name not in entries:
        return "does not exist."
    entry = entries[name]
    if entry is None:
        return ""
    try:
        if entry.is_symlink() and not is_inside(os.path.realpath(path), inside):
            return ELSEWHERE
        if not entry.is_file():
            return "is no regular file."
    except OSError as error:
        return f"cannot be read ({error.strerror or error})."
    return ""


def _folders_of(paths: Sequence[str]) -> tuple[Path, ...]:
    """Return the folders in which files lie, links resolved, without those inside another one."""
    try:
        real = answered(
            Path(paths[0]) if paths else Path(),
            lambda: {os.path.dirname(os.path.realpath(path)) for path in paths},  # noqa: PTH120
        )
    except (InputError, OSError, ValueError):
        return ()
    return outermost(tuple(real))
