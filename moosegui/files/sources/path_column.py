"""Spectra by a column of paths: only regular files under the folder of the catalogue.

A catalogue comes from anywhere. What its paths lead to elsewhere, also through a link, is not
opened unless the user names that folder with `--spectra`; devices and pipes never are.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from moosegui.errors import InputError
from moosegui.files.links import is_inside, outermost
from moosegui.files.stalls import answered


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """What a column of paths leads to.

    Parameters
    ----------
    paths : tuple of Path or None
        None where there is no file that may be read.
    problems : tuple of str
        Why not, in sentences; empty where there is one.
    n_outside : int
        Files that lie elsewhere.
    outside : tuple of Path
        Folders in which those lie, links resolved; none lies in another one.
    """

    paths: tuple[Path | None, ...]
    problems: tuple[str, ...]
    n_outside: int
    outside: tuple[Path, ...] = ()


def named_files(
    folder: Path, names: Sequence[str], column: str, roots: Sequence[Path] = ()
) -> NamedFiles:
    """Find the files that a catalogue names.

    With one look into each folder instead of one at every file; paths are texts here: a hundred
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
    paths = [os.path.join(folder, name) if name else "" for name in names]  # noqa: PTH118
    parts = [os.path.split(path) for path in paths]
    entries = {
        place: _looked_into(place, inside) for place in {place for place, name in parts if name}
    }
    unnamed = f"Column {column} names no file here."
    problems = [
        _problem(path, name, entries.get(place), inside) if path else unnamed
        for path, (place, name) in zip(paths, parts, strict=True)
    ]
    return NamedFiles(
        tuple(
            None if problem else Path(path) for path, problem in zip(paths, problems, strict=True)
        ),
        tuple(problems),
        sum(problem.endswith(ELSEWHERE) for problem in problems),
        _folders_of(
            [
                path
                for path, problem in zip(paths, problems, strict=True)
                if problem.endswith(ELSEWHERE)
            ]
        ),
    )


ELSEWHERE = (
    "lies outside the folder of the catalogue and is not read; open the catalogue with --spectra "
    "and the folder of the spectra."
)
Entries = Mapping[str, os.DirEntry[str]]


def _looked_into(place: str, inside: Sequence[str]) -> Entries | None:
    """Look into a folder, as long as its disk answers: an empty one else."""
    try:
        return answered(Path(place) / "*", partial(_entries, place, inside))
    except InputError:
        return {}


def _entries(place: str, inside: Sequence[str]) -> Entries | None:
    """Look into a folder; None if it lies elsewhere, where nothing is looked at."""
    if not is_inside(os.path.realpath(place), inside):
        return None
    try:
        with os.scandir(place) as found:
            return {entry.name: entry for entry in found}
    except (OSError, ValueError):
        return {}


def _problem(path: str, name: str, entries: Entries | None, inside: Sequence[str]) -> str:
    """Say why a path is not read; empty if it is."""
    if entries is None:
        return f"The spectrum {path} {ELSEWHERE}"
    entry = entries.get(name)
    if entry is None:
        return f"The spectrum {path} does not exist."
    try:
        if entry.is_symlink() and not is_inside(os.path.realpath(path), inside):
            return f"The spectrum {path} {ELSEWHERE}"
        if not entry.is_file():
            return f"The spectrum {path} is no regular file."
    except OSError as error:
        return f"The spectrum {path} cannot be read ({error.strerror or error})."
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
