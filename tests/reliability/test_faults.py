"""Faults of disk, clock and folder: a sentence each, and nothing acknowledged lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from moosegui.data.catalogue import Verdict
from moosegui.errors import MooseError, SessionError
from moosegui.files.session import file as session_file
from moosegui.files.session import store as session_store
from moosegui.files.session.store import SessionStore

ROOT = Path(__file__).resolve().parents[2]
FILL = """
import resource, signal, sys
from pathlib import Path
from moosegui.data.catalogue import Verdict
from moosegui.errors import MooseError
from moosegui.files.session.store import SessionStore

store = SessionStore.open(Path(sys.argv[1]), inspector="ZB")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
n_done = 0
try:
    while True:
        store.record(str(n_done), Verdict(zconf=1, comment="x" * 500))
        n_done += 1
except MooseError as error:
    print(n_done, len(store.events()), error)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cat.fits.ZB.moose"


def test_that_a_full_disk_is_a_sentence_and_loses_nothing(path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILL, str(path)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )

    n_done, n_known, sentence = done.stdout.split(" ", 2)
    assert n_done == n_known
    assert "could not be saved" in sentence
    with SessionStore.open(path) as store:
        assert len(store.events()) == int(n_done) > 10


def test_that_a_clock_that_goes_back_changes_no_order(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(zconf=1))
        monkeypatch.setattr(session_store, "now", lambda: "1999-01-01T00:00:00.000Z")
        store.record("1", Verdict(zconf=3))

    with SessionStore.open(path) as store:
        assert store.verdict("1").zconf == 3


def test_that_a_lock_that_is_refused_is_a_sentence(path: Path) -> None:
    path.with_name(f".{path.name}.lock").mkdir()

    with pytest.raises(SessionError, match="cannot be written"):
        SessionStore.open(path, inspector="ZB")


def test_that_no_room_for_a_copy_does_not_stop_the_work(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise MooseError("The disk is full.")

    monkeypatch.setattr(session_file, "keep_backup", refuse)
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(zconf=1))

    with SessionStore.open(path) as store:
        assert store.verdict("1").zconf == 1
        assert "No copy of the session was kept" in store.notices[0]
