"""Folders outside that of the catalogue: which may be read is asked once, and remembered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from moosegui.errors import MooseError
from moosegui.files.session.beside import kept_as
from moosegui.files.session.copy import opened_copy
from moosegui.files.session.reading import Memory

ROOTS = "roots"  # in the metadata of a session: folder to whether it may be read


def allowed_roots(store: Memory) -> tuple[Path, ...]:
    """Return the folders of which the user said that they are to be read."""
    return tuple(Path(root) for root, is_allowed in _answers(store).items() if is_allowed)


def roots_said(session: Path) -> tuple[Path, ...]:
    """Return the allowed folders of a session that is only read; none where it is not there."""
    if not session.is_file():
        return ()
    try:
        with opened_copy(session) as store:
            return allowed_roots(store)
    except MooseError:
        return ()  # whoever opens the session is told what is wrong with it


def unasked_roots(store: Memory, roots: Sequence[Path]) -> tuple[Path, ...]:
    """Return the folders of which nothing was said yet."""
    known = _answers(store)
    return tuple(root for root in roots if str(root) not in known)


def remember_root(store: Memory, root: Path, *, is_allowed: bool) -> None:
    """Remember what the user said of a folder.

    Raises
    ------
    SessionError
        If it could not be saved.
    """
    store.set(ROOTS, json.dumps({**_answers(store), str(root): is_allowed}))


def _answers(store: Memory) -> dict[str, bool]:
    answers = kept_as(dict, store.get(ROOTS))
    return {str(root): said is True for root, said in answers.items()}
