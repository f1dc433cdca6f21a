"""Fixtures of the tests of the session and its window."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from desk import Desk
from expert import PATIENCE, Expert
from PyQt6.QtCore import QCoreApplication, QEvent, QSettings
from pyqtgraph.util.garbage_collector import GarbageCollector
from pytestqt.qtbot import QtBot
from small_survey import write_catalogue
from windows import left_windows

from moosegui.config import user_folder
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.window.layout import APPLICATION, ORGANISATION
from moosegui.preferences import FILE_NAME


@pytest.fixture(scope="session", autouse=True)
def frozen_before_windows() -> None:
    """Search no garbage among what was imported before the first window: it takes 0.3 s a test."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def collected_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let widgets die in Qt's order, in this thread, before the collector meets their wrappers.

    The collector clears the Python side of a cycle first, in any order; the destructors of Qt then
    call methods of half-cleared objects. A process has one window, which lives as long; here many
    follow each other, and that of the application, which looks every second, would meet what
    another test has left.
    """
    monkeypatch.setattr(GarbageCollector, "check", lambda _collector: None)
    gc.disable()
    gc.collect()  # what the last test held until now
    yield
    for window in left_windows():
        window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(autouse=True)
def first_layout() -> None:
    """Let no test find the window as another left it, with its panels hidden perhaps.

    Nor what it had preferred, as a smoothing that was pressed.
    """
    QSettings(ORGANISATION, APPLICATION).clear()
    (user_folder() / FILE_NAME).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def hurried_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no job nap while the window answers a key: a test that waits for all waits for naps."""
    monkeypatch.setattr(JobRunner, "give_way", lambda _runner, _seconds=0.0: None)


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Wait as long as the compiler and a loaded machine may take."""
    for name in ("waitUntil", "waitSignal", "waitExposed"):
        setattr(qtbot, name, partial(getattr(qtbot, name), timeout=PATIENCE))
    return qtbot


@pytest.fixture
def unscanned(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    """Open, and nothing computed yet."""
    desk = Desk(write_catalogue(tmp_path / "catalogue.csv"))
    desk.now += 1.0
    yield desk
    desk.session.close()


@pytest.fixture
def desk(unscanned: Desk) -> Desk:
    unscanned.wait()
    return unscanned


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path) -> Iterator[Expert]:
    """Somebody at the real window, before the first source."""
    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    someone.now += 1.0
    yield someone
    if not someone.has_quit:
        someone.quit()
