"""The start page at the real window: what was open, the demo, files that are dropped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import expert as expert_module
import pytest
from expert import Expert
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from small_survey import FIRST, IDS, write_catalogue

from moosegui.config import user_folder
from moosegui.files.surveys.recent import FILE_NAME, RecentSurvey, recent_surveys, remember_survey
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.start.page import StartPage
from moosegui.gui.window.app import Application
from moosegui.gui.window.options import WindowOptions


class Newcomer(Expert):
    """Somebody at a window that was opened without a survey."""

    def start(self, session: Path | None = None) -> None:
        self._hook, self.has_quit = sys.excepthook, False
        self.application = Application(
            expert_module.ENGINE,
            WindowOptions(inspector="ZB", session=session, is_vetting=False),
            clock=lambda: self.now,
        )
        self.session, self.window = self.application.session, self.application.window
        self.window.show()
        self.window.trigger("start")
        self._qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        self._qtbot.waitUntil(lambda: not self.window.jobs.n_pending)

    @property
    def page(self) -> StartPage:
        return self.view(StartPage)

    def drop(self, path: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        where, copy = QPointF(200.0, 200.0), Qt.DropAction.CopyAction
        button, held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enters = QDragEnterEvent(where.toPoint(), copy, data, button, held)
        QApplication.sendEvent(self.window, enters)
        assert enters.isAccepted()
        QApplication.sendEvent(self.window, QDropEvent(where, copy, data, button, held))


@pytest.fixture
def newcomer(qtbot: QtBot, tmp_path: Path) -> Iterator[Newcomer]:
    (user_folder() / FILE_NAME).unlink(missing_ok=True)
    someone = Newcomer(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    yield someone
    if not someone.has_quit:
        someone.quit()
    (user_folder() / FILE_NAME).unlink(missing_ok=True)


def test_that_the_page_covers_the_empty_panels(newcomer: Newcomer) -> None:
    page = newcomer.page

    assert page.isVisible()
    assert page.width() == newcomer.window.width()
    assert page.height() > 0.9 * newcomer.window.height() - 60


def test_that_keys_of_the_window_do_no_harm_without_a_survey(newcomer: Newcomer) -> None:
    newcomer.press("3nbo/sxkhe")
    newcomer.press_key(Qt.Key.Key_Return)
    newcomer.press_key(Qt.Key.Key_Escape)

    assert newcomer.session.source_list is None


def test_that_a_survey_that_was_open_is_gone_on_with(newcomer: Newcomer) -> None:
    newcomer.application.open_path(newcomer.catalogue)
    newcomer.wait_for_jobs()
    newcomer.now += 1.0
    newcomer.press("3")
    newcomer.quit()
    newcomer.start()

    assert newcomer.page.texts()[1] == f"catalogue.csv: {len(IDS) - 1} of {len(IDS)} to do"
    newcomer.press("1")
    newcomer.wait_for_jobs()

    assert not newcomer.page.isVisible()
    assert newcomer.session.verdict(FIRST).zconf == 3


def test_that_enter_opens_the_survey_that_is_marked(newcomer: Newcomer, tmp_path: Path) -> None:
    session = tmp_path / "catalogue.csv.ZB.moose"
    newcomer.application.open_path(newcomer.catalogue)
    newcomer.quit()
    remember_survey(RecentSurvey("/gone.fits", "/gone.moose", "", 5))
    newcomer.start()

    newcomer.press_key(Qt.Key.Key_Return)
    assert newcomer.session.source_list is None
    newcomer.press_key(Qt.Key.Key_Down)
    newcomer.press_key(Qt.Key.Key_Return)

    assert newcomer.session.source_list.path == newcomer.catalogue
    assert recent_surveys()[0].session == str(session)


def test_that_delete_takes_a_survey_off_the_list_and_leaves_its_files(newcomer: Newcomer) -> None:
    newcomer.application.open_path(newcomer.catalogue)
    newcomer.quit()
    remember_survey(RecentSurvey("/gone.fits", "/gone.moose", "", 5))
    newcomer.start()

    newcomer.press_key(Qt.Key.Key_Delete)

    assert [one.path for one in recent_surveys()] == [str(newcomer.catalogue)]
    assert newcomer.page.texts()[1].startswith("catalogue.csv")
    newcomer.press_key(Qt.Key.Key_Delete)
    assert not recent_surveys()
    assert newcomer.catalogue.exists()


def test_that_the_demo_is_one_key(newcomer: Newcomer) -> None:
    newcomer.press("d")

    assert len(newcomer.session.source_list) == 40
    assert not newcomer.page.isVisible()


def test_that_a_file_that_is_dropped_opens(newcomer: Newcomer) -> None:
    newcomer.drop(newcomer.catalogue)

    assert newcomer.session.source_list.path == newcomer.catalogue


def test_that_a_file_that_cannot_be_opened_says_why_on_the_page(
    newcomer: Newcomer, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.fits"
    bad.write_bytes(b"nothing that anybody knows")

    newcomer.drop(bad)

    assert newcomer.page.isVisible()
    assert "bad.fits" in newcomer.page.texts()[0]


def test_that_an_error_of_the_command_line_stands_on_the_page(newcomer: Newcomer) -> None:
    newcomer.session.notice_posted.emit(Notice("There is no file cat.fits.", "error"))

    assert newcomer.page.texts()[0] == "There is no file cat.fits."


def test_that_no_text_of_the_page_is_cut(newcomer: Newcomer) -> None:
    newcomer.window.resize(1024, 600)
    QTest.qWait(0)

    for button in newcomer.page.findChildren(QPushButton):
        assert button.width() >= button.sizeHint().width()
