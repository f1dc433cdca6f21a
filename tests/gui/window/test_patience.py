"""Opening what does not answer: the window stays alive, and the expert can give up."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PyQt6.QtCore import QTimer
from PyQt6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from moosegui.errors import InputError
from moosegui.gui.window import patience
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


def test_that_the_expert_can_give_up(window: QWidget) -> None:
    is_back = threading.Event()

    def leave() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        box.button(QMessageBox.StandardButton.Cancel).click()

    QTimer.singleShot(0, leave)

    with pytest.raises(InputError, match="its disk has not answered yet"):
        patiently(window, PATH, is_back.wait)
    is_back.set()
