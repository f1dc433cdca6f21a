"""Ctrl+E in the real window: a picture in the clipboard and a file beside the session."""

from __future__ import annotations

from pathlib import Path

from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

CTRL = Qt.KeyboardModifier.ControlModifier


def sheet_file(expert: Expert) -> Path:
    return expert.catalogue.parent / "sheets" / f"{expert.session.current.key}.pdf"


def press_and_wait(expert: Expert, qtbot: QtBot) -> None:
    expert.press("e", CTRL)
    qtbot.waitUntil(lambda: any("summary sheet" in text.lower() for text in expert.notices))


def test_that_one_key_writes_a_sheet_and_says_where(expert, qtbot):
    press_and_wait(expert, qtbot)

    assert sheet_file(expert).read_bytes().startswith(b"%PDF")
    assert any(str(sheet_file(expert)) in text for text in expert.notices)


def test_that_the_picture_is_in_the_clipboard(expert, qtbot):
    QGuiApplication.clipboard().clear()

    press_and_wait(expert, qtbot)

    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (2246, 1588)


def test_that_a_folder_that_cannot_be_written_is_told_in_a_sentence(expert, qtbot):
    (expert.catalogue.parent / "sheets").write_text("in the way")

    expert.press("e", CTRL)
    qtbot.waitUntil(lambda: any("sheets" in text for text in expert.notices))

    assert not any("Traceback" in text for text in expert.notices)
