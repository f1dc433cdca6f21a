"""A session whose disk does not answer: a sentence, and nothing is lost when it comes back."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from moosegui.data.catalogue import Verdict
from moosegui.errors import SessionError
from moosegui.files import stalls
from moosegui.files.session import handle
from moosegui.files.session.store import SessionStore


class Disk:
    """A disk that answers until it is taken away."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._is_back, self.n_waiting = threading.Event(), threading.Semaphore(0)
        self._is_back.set()
        self._real = os.statvfs
        monkeypatch.setattr(handle.os, "statvfs", self._asked)
        monkeypatch.setattr(handle, "PATIENCE", 0.2)

    def _asked(self, path: Path) -> os.statvfs_result:
        self._is_back.wait()
        return self._real(path)

    def goes(self) -> None:
        """Answer nothing more."""
        self._is_back.clear()

    def comes_back(self) -> None:
        """Answer again, also those who wait."""
        self._is_back.set()
        with stalls._condition:
            stalls._condition.wait_for(lambda: not any(stalls._stalled.values()), 10.0)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    there = Disk(monkeypatch)
    yield there
    there.comes_back()


def test_that_nothing_is_lost_when_a_disk_comes_back(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "cat.csv.ZB.moose"
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(0.1, zconf=1))
        disk.goes()
        for key in ("2", "3"):  # the second is refused at once
            with pytest.raises(SessionError, match="does not answer, so that nothing can be"):
                store.record(key, Verdict(0.2, zconf=2))
        assert set(store.verdicts()) == {"1"}

        disk.comes_back()
        store.record("2", Verdict(0.2, zconf=2))

    with SessionStore.open(path) as store:
        assert {key: event.verdict.zconf for key, event in store.verdicts().items()} == {
            "1": 1,
            "2": 2,
        }


def test_that_a_session_on_a_dead_disk_can_be_left(tmp_path: Path, disk: Disk) -> None:
    path = tmp_path / "cat.csv.ZB.moose"
    store = SessionStore.open(path, inspector="ZB")
    store.record("1", Verdict(0.1, zconf=1))
    disk.goes()

    store.close()

    disk.comes_back()
    store.close()
    with SessionStore.open(path) as again:
        assert set(again.verdicts()) == {"1"}
