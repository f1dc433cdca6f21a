"""Opening what does not answer: the window stays alive, and the expert can give up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtCore import QEvent, QSettings, QTimer
from PyQt6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot
from small_survey import write_catalogue

from moosegui.errors import InputError
from moosegui.files.session import handle
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.work.exporter import EXPORT
from moosegui.gui.window import patience
from moosegui.gui.window.layout import APPLICATION, ORGANISATION
from moosegui.gui.window.patience import patiently

PATH = Path("somewhere") / "cat.fits"


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QWidget:
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.0)
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_that_the_result_and_its_error_come_through(window: QWidget) -> None:
    def fails() -> int:
        raise InputError("no such list")

    assert patiently(window, PATH, lambda: 7) == 7
    with pytest.raises(InputError, match="no such list"):
        patiently(window, PATH, fails)


def test_that_the_window_answers_until_the_disk_does(window: QWidget) -> None:
    is_back, texts = threading.Event(), []

    def look() -> None:
        box = QApplication.activeModalWidget()
        texts.append(box.text() if isinstance(box, QMessageBox) else "")
        is_back.set()

    QTimer.singleShot(0, look)

    assert patiently(window, PATH, is_back.wait)
    assert texts == ["Opening cat.fits …"]
    assert QApplication.activeModalWidget() is None


def test_that_a_box_goes_with_its_answer(window: QWidget) -> None:
    for _ in range(3):
        is_back = threading.Event()
        QTimer.singleShot(0, is_back.set)
        patiently(window, PATH, is_back.wait)

    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not window.findChildren(QMessageBox)


def test_that_the_expert_can_give_up(window: QWidget) -> None:
    is_back = threading.Event()

    QTimer.singleShot(0, cancel)

    with pytest.raises(InputError, match="its disk has not answered yet"):
        patiently(window, PATH, is_back.wait)
    is_back.set()


def test_that_what_comes_too_late_is_handed_over(window: QWidget) -> None:
    is_back, late = threading.Event(), threading.Event()

    def come_late(_result: object) -> None:
        late.set()

    QTimer.singleShot(0, cancel)

    with pytest.raises(InputError, match="has not answered yet"):
        patiently(window, PATH, is_back.wait, discard=come_late)
    assert not late.is_set()
    is_back.set()
    assert late.wait(10.0)


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Expert]:
    QSettings(ORGANISATION, APPLICATION).clear()
    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    monkeypatch.setattr(patience, "FIRST_WAIT", 0.0)
    yield someone
    if not someone.has_quit:
        someone.quit()


def cancel() -> None:
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    box.button(QMessageBox.StandardButton.Cancel).click()


def test_that_a_session_on_a_dead_disk_can_be_given_up_and_is_closed_when_it_opens(
    expert: Expert, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_asked, is_back, is_closed = threading.Event(), threading.Event(), threading.Event()
    (tmp_path / "elsewhere").mkdir()
    other = write_catalogue(tmp_path / "elsewhere" / "other.csv")
    session = other.with_name("other.csv.ZB.moose")
    connected, close = handle._connected, SessionStore.close

    def wait(path: Path) -> object:
        if path == session:
            is_asked.set()
            is_back.wait()
        return connected(path)

    def closed(store: SessionStore) -> None:
        close(store)
        if store.path == session:
            is_closed.set()

    monkeypatch.setattr(handle, "_connected", wait)
    monkeypatch.setattr(SessionStore, "close", closed)
    looking = QTimer()
    looking.timeout.connect(lambda: cancel() if is_asked.is_set() else None)
    looking.start(10)

    with pytest.raises(InputError, match="has not answered yet"):
        expert.application.open_path(other)

    looking.stop()
    expert.press("1")
    assert len(expert.session.store.verdicts()) == 1
    is_back.set()
    assert is_closed.wait(10.0)
    SessionStore.open(session, inspector="ZB").close()


def test_that_an_update_to_a_dead_disk_does_not_keep_the_window_open(expert: Expert) -> None:
    is_back, texts = threading.Event(), []

    def leave() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        texts.append(box.button(QMessageBox.StandardButton.Cancel).text())
        cancel()

    expert.press("1")
    expert.application.runner.submit(EXPORT, lambda _report: is_back.wait(), priority=0)
    QTimer.singleShot(0, leave)

    expert.window.close()

    assert not expert.window.isVisible()
    assert texts == ["Leave without the update"]
    is_back.set()


def test_that_the_window_waits_for_an_update_that_takes_long(
    expert: Expert, tmp_path: Path
) -> None:
    goes_on = threading.Event()
    written: list[str] = []

    def write(_report: object) -> None:
        goes_on.wait()
        written.append("all")

    expert.application.runner.submit(EXPORT, write, lambda _: None, priority=0)
    QTimer.singleShot(0, goes_on.set)

    expert.window.close()

    assert not expert.window.isVisible()
    assert written == ["all"]


def test_that_an_update_that_fails_at_the_end_keeps_the_window_open_once(expert: Expert) -> None:
    goes_on = threading.Event()

    def fail(_report: object) -> None:
        goes_on.wait()
        raise InputError("the disk is full")

    expert.application.runner.submit(
        EXPORT, fail, failed=expert.session.exporter._on_failed, priority=0
    )
    QTimer.singleShot(0, goes_on.set)

    expert.window.close()

    assert expert.window.isVisible()
    assert any("the disk is full" in text for text in expert.notices)
