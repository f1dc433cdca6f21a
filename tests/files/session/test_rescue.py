"""A session whose file is deleted, replaced or written by somebody else while it is open."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from moosegui.data.catalogue import Verdict
from moosegui.files.session.store import SessionStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cat.fits.ZB.moose"


@pytest.fixture
def store(path: Path) -> SessionStore:
    opened = SessionStore.open(path, inspector="ZB", source_path=path.with_name("cat.fits"))
    opened.record("1", Verdict(0.5, zconf=3))
    opened.save_draft("9", 0.25)
    return opened


def other_session(path: Path) -> Path:
    other = path.with_name("other.moose")
    with SessionStore.open(other, inspector="ZB") as store:
        store.record("77", Verdict(zconf=1))
    return other


def replace_by_another(path: Path) -> None:
    other_session(path).replace(path)


def overwrite_in_place(path: Path) -> None:
    shutil.copyfile(other_session(path), path)


def truncate(path: Path) -> None:
    os.truncate(path, 0)


def write_by_sqlite(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO metadata VALUES ('who', 'somebody')")
    connection.commit()
    connection.close()


def delete(path: Path) -> None:
    path.unlink()


def delete_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


ACTS = [
    delete,
    replace_by_another,
    overwrite_in_place,
    truncate,
    write_by_sqlite,
    delete_folder,
]


@pytest.mark.parametrize("act", ACTS)
def test_that_nothing_acknowledged_is_lost(
    path: Path,
    store: SessionStore,
    act: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    act(path)

    store.record("2", Verdict(0.7, zconf=2, comment="after"))
    store.record("3", Verdict(0.9, zconf=1))
    store.close()

    with SessionStore.open(store.path) as again:
        assert list(again.verdicts()) == ["1", "2", "3"]
        assert again.get("catalogue") == str(path.with_name("cat.fits"))


@pytest.mark.parametrize("act", ACTS)
def test_that_it_is_said_where_the_work_goes_on(
    path: Path,
    store: SessionStore,
    act: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
    told: list[str] = []
    store.listen(told.append)
    act(path)

    store.record("2", Verdict(0.7, zconf=2))
    store.close()

    assert len(told) == 1
    assert "while it was open" in told[0]
    assert store.path == path or store.path.name in told[0]


def test_that_the_file_in_the_place_of_a_session_is_left_as_it_is(
    path: Path, store: SessionStore
) -> None:
    replace_by_another(path)
    before = path.read_bytes()

    store.record("2", Verdict(zconf=2))
    store.close()

    assert path.read_bytes() == before
    assert store.path != path


def test_that_a_deleted_session_is_back_in_its_place_with_its_drafts(
    path: Path, store: SessionStore
) -> None:
    path.unlink()

    store.set("current", "1")
    store.close()

    with SessionStore.open(path) as again:
        assert (list(again.verdicts()), again.drafts()) == (["1"], {"9": 0.25})


def test_that_the_rescued_copy_is_named_when_the_session_opens_again(
    path: Path, store: SessionStore
) -> None:
    replace_by_another(path)
    store.record("2", Verdict(zconf=2))
    store.close()

    with SessionStore.open(path) as other:
        notices = other.notices

    assert any(store.path.name in notice and "moosegui merge" in notice for notice in notices)


def test_that_a_session_deleted_at_the_end_is_written_again(
    path: Path, store: SessionStore
) -> None:
    path.unlink()

    store.close()

    with SessionStore.open(path) as again:
        assert list(again.verdicts()) == ["1"]
