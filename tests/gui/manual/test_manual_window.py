"""The manual in the window: opened from Help, read by contents, links and search."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import Qt, QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QLineEdit, QTextBrowser, QTreeWidget
from pytestqt.qtbot import QtBot
from seen import labels_with

from moosegui.config import manual_folder
from moosegui.errors import MooseError
from moosegui.gui.manual.control import ManualControl
from moosegui.gui.manual.pages import read_pages
from moosegui.gui.manual.window import ManualWindow
from moosegui.gui.session.work.notice import Notice


@pytest.fixture
def manual(qtbot: QtBot) -> ManualWindow:
    window = ManualWindow(read_pages(), manual_folder())
    qtbot.addWidget(window)
    window.show()
    return window


def test_that_it_opens_with_the_first_survey(manual: ManualWindow) -> None:
    assert manual.page == "first-survey.md"
    assert "Moose scans every spectrum" in manual.text


def test_that_contents_and_links_turn_pages(manual: ManualWindow) -> None:
    contents = manual.findChild(QTreeWidget)
    contents.setCurrentItem(contents.findItems("Blends", Qt.MatchFlag.MatchExactly)[0])
    assert manual.page == "blends.md"

    manual.findChild(QTextBrowser).anchorClicked.emit(QUrl("columns.md"))

    assert manual.page == "columns.md"
    assert contents.currentItem().text(0) == "Columns of the tables"


def test_that_a_heading_is_scrolled_to(manual: ManualWindow, qtbot: QtBot) -> None:
    manual.show_page("columns.md", "The scan")

    bar = manual.findChild(QTextBrowser).verticalScrollBar()
    assert bar is not None and bar.value() > 0


def test_that_the_search_goes_through_all_pages(manual: ManualWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(manual.findChild(QLineEdit), "P_FALSE")
    qtbot.keyClick(manual.findChild(QLineEdit), Qt.Key.Key_Return)
    assert manual.page == "false-sources.md"

    qtbot.keyClick(manual.findChild(QLineEdit), Qt.Key.Key_Return)

    assert manual.page == "columns.md"
    assert manual.findChild(QTextBrowser).textCursor().selectedText() == "P_FALSE"
    assert manual.isVisible()


def test_that_what_is_nowhere_is_said(manual: ManualWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(manual.findChild(QLineEdit), "quasi-nowhere")
    qtbot.keyClick(manual.findChild(QLineEdit), Qt.Key.Key_Return)

    assert labels_with(manual, "nowhere")


def test_that_no_page_fetches_anything(
    manual: ManualWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))

    manual.findChild(QTextBrowser).anchorClicked.emit(QUrl("file:///etc/passwd"))

    assert (manual.page, opened) == ("first-survey.md", [])
    for page in read_pages():
        assert "http" not in page.text


def test_that_escape_closes_it(manual: ManualWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(manual, Qt.Key.Key_Escape)

    assert not manual.isVisible()


def test_that_a_lost_manual_is_a_notice(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[Notice] = []

    def lost() -> None:
        raise MooseError("The manual is lost.")

    monkeypatch.setattr("moosegui.gui.manual.control.read_pages", lost)
    control = ManualControl(None, posted.append)  # type: ignore[arg-type]

    control.handlers()["manual"]()

    assert [notice.text for notice in posted] == ["The manual is lost."]


def test_that_a_folder_without_pages_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MooseError, match="cannot be read"):
        read_pages(tmp_path)
