"""The lock of a session: nobody else writes into it while it is open, whatever is opened beside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from moosegui.data.catalogue import Verdict
from moosegui.errors import SessionError
from moosegui.files.content import open_content
from moosegui.files.file_lock import SILENCE, FileLock, LockedError
from moosegui.files.session.handle import lock_path
from moosegui.files.session.store import SessionStore

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import contextlib
import sys
from pathlib import Path
from moosegui.data.catalogue import Verdict
from moosegui.errors import MooseError
from moosegui.files.content import open_content
from moosegui.files.session.store import SessionStore

path = Path(sys.argv[1])
store = SessionStore.open(path, inspector="ZB")
for line in sys.stdin:
    word = line.strip()
    if word == "sniff":
        path.read_bytes()
        for entry in path.parent.iterdir():
            if entry.is_file():
                with contextlib.suppress(MooseError):
                    open_content(entry)
                entry.read_bytes()
    else:
        store.record(word, Verdict(zconf=1))
    print("done", flush=True)
"""


class Holder:
    """A process that has a session open and does what it is told."""

    def __init__(self, path: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def do(self, *words: str) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        for word in words:
            self.process.stdin.write(f"{word}\n")
            self.process.stdin.flush()
            assert self.process.stdout.readline() == "done\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cat.fits.ZB.moose"


@pytest.fixture
def holder(path: Path) -> Iterator[Holder]:
    started = Holder(path)
    yield started
    started.process.kill()
    started.process.communicate()


def test_that_looking_into_the_folder_does_not_drop_the_lock(path: Path, holder: Holder) -> None:
    holder.do("1", "sniff", "2", "sniff")

    with pytest.raises(SessionError, match="in use by another process"):
        SessionStore.open(path, inspector="ZB")


def test_that_a_refused_window_leaves_the_other_its_session(path: Path, holder: Holder) -> None:
    for i_source in range(20):
        holder.do(str(i_source), "sniff")
        with pytest.raises(SessionError, match="in use"):
            SessionStore.open(path, inspector="ZB")
    os.kill(holder.process.pid, signal.SIGKILL)
    holder.process.wait()

    with SessionStore.open(path) as store:
        assert list(store.verdicts()) == [str(i_source) for i_source in range(20)]
        assert store.notices == ()


def test_that_the_lock_of_a_dead_process_is_taken_over(path: Path, holder: Holder) -> None:
    holder.do("1")
    holder.process.kill()
    holder.process.wait()
    assert lock_path(path).exists()

    with SessionStore.open(path) as store:
        assert store.verdict("1") is not None


def test_that_an_open_session_is_recognised_without_opening_it(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB"):
        path.chmod(0)
        content = open_content(path)

    assert content.kind == "sqlite"


def test_that_a_lock_is_held_whatever_handle_is_closed(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "a.lock")
    (tmp_path / "a.lock").read_bytes()

    with pytest.raises(LockedError):
        FileLock(tmp_path / "a.lock")
    assert lock.is_held
    lock.release()


def test_that_a_lock_file_that_was_deleted_is_made_again(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "a.lock")
    (tmp_path / "a.lock").unlink()

    assert lock.is_held
    with pytest.raises(LockedError):
        FileLock(tmp_path / "a.lock")
    lock.release()
    assert not (tmp_path / "a.lock").exists()


def a_foreign_lock(folder: Path, *, silence: float) -> Path:
    """The lock file of a process on another computer, whose lock is not seen here."""
    path = folder / "a.lock"
    owner = {"user": "rb", "host": "elsewhere", "boot": "b", "pid": 7, "started": "1"}
    path.write_text(json.dumps({**owner, "token": "t"}))
    then = path.stat().st_mtime - silence
    os.utime(path, (then, then))
    return path


def test_that_a_sign_of_life_from_another_computer_counts(tmp_path: Path) -> None:
    path = a_foreign_lock(tmp_path, silence=SILENCE / 2)

    with pytest.raises(LockedError, match="rb, process 7 on elsewhere"):
        FileLock(path)


def test_that_a_long_silence_of_another_computer_ends_its_lock(tmp_path: Path) -> None:
    path = a_foreign_lock(tmp_path, silence=SILENCE * 2)

    lock = FileLock(path)

    assert lock.is_held
    lock.release()


def test_that_a_lock_that_somebody_took_over_is_not_held(tmp_path: Path) -> None:
    lock = FileLock(tmp_path / "a.lock")
    a_foreign_lock(tmp_path, silence=0)

    assert not lock.is_held
    lock.release()
    assert (tmp_path / "a.lock").exists()


def test_that_closing_leaves_no_lock_file(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(zconf=1))
        assert lock_path(path).exists()

    assert not lock_path(path).exists()
