"""Links that lead out of a folder: resolved before anything is opened, and not followed unasked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path


def is_inside(path: str, roots: Sequence[str]) -> bool:
    """Whether a resolved path is one of some resolved folders or lies in one."""
    return any(path == root or path.startswith(root.rstrip(os.sep) + os.sep) for root in roots)


def outermost(places: Sequence[str]) -> tuple[Path, ...]:
    """Return folders without those that lie in another one, in order."""
    found: list[str] = []
    for place in sorted(set(places)):
        if not is_inside(place, found):
            found.append(place)
    return tuple(Path(place) for place in found)


def folder_elsewhere(path: Path, roots: Sequence[Path] = ()) -> Path | None:
    """Return the folder to which a link leads if that is none of `roots` and not its own.

    Parameters
    ----------
    path : Path
        A file of a folder.
    roots : sequence of Path
        Folders of which the user said that they are to be read.

    Raises
    ------
    OSError
        If the link cannot be resolved.
    """
    if not path.is_symlink():
        return None
    real = os.path.realpath(path)
    inside = [os.path.realpath(place) for place in (path.parent, *roots)]
    return None if is_inside(real, inside) else Path(real).parent
