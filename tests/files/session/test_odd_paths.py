"""Sessions at places that are no files, and of catalogues whose names are no texts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from moosegui.errors import SessionError
from moosegui.files.session.copy import opened_copy
from moosegui.files.session.store import SessionStore


def test_that_a_path_that_is_no_text_is_remembered(tmp_path: Path) -> None:
    catalogue = Path(os.fsdecode(os.fsencode(tmp_path / "c") + b"\xfe.csv"))
    session = tmp_path / "s.moose"
    SessionStore.open(session, inspector="ZB", source_path=catalogue).close()

    with SessionStore.open(session) as store:
        session.unlink()
        store.set("more", "x")  # it is written again, with all that is known

        assert store.get("catalogue") == str(catalogue)
    with SessionStore.open(session) as again:
        assert again.get("catalogue") == str(catalogue)


def test_that_a_pipe_is_no_session(tmp_path: Path) -> None:
    pipe = tmp_path / "p.moose"
    os.mkfifo(pipe)

    for opened in (lambda: SessionStore.open(pipe), lambda: opened_copy(pipe).__enter__()):
        with pytest.raises(SessionError, match="a device, a pipe or a socket"):
            opened()


def test_that_an_empty_file_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "e.moose"
    path.touch()

    with pytest.raises(SessionError, match="is empty and no session"):
        SessionStore.open(path)

    assert path.stat().st_size == 0
