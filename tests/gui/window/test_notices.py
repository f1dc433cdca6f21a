from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QToolButton, QWidget

from moosegui.gui.session.work.notice import BRIEF_SECONDS, Notice
from moosegui.gui.window import notices
from moosegui.gui.window.notices import MAX_NOTICES, SECONDS, NoticeBar


@pytest.fixture
def bar(qtbot):
    widget = NoticeBar()
    qtbot.addWidget(widget)
    return widget


def button(bar: NoticeBar, name: str) -> QToolButton:
    return next(b for b in bar.findChildren(QToolButton) if b.accessibleName() == name)


def test_that_an_empty_bar_takes_no_room(bar):
    assert bar.isHidden()


def test_that_notices_stack_in_order(bar):
    bar.post("First.", "warning")
    bar.post("Second.", "error")

    assert bar.texts() == ("First.", "Second.")
    assert not bar.isHidden()


def test_that_the_same_sentence_is_shown_once(bar):
    bar.post("First.", "warning")
    bar.post("First.", "warning")

    assert bar.texts() == ("First.",)


def test_that_the_oldest_makes_room(bar):
    for i_notice in range(MAX_NOTICES + 1):
        bar.post(f"Notice {i_notice}.", "warning")

    assert len(bar.texts()) == MAX_NOTICES
    assert "Notice 0." not in bar.texts()


def test_that_an_info_leaves_by_itself(bar, qtbot):
    bar.post("Saved.", seconds=0.01)

    qtbot.waitUntil(lambda: bar.texts() == ())

    assert bar.isHidden()


def test_that_every_notice_leaves_by_itself(bar, qtbot, monkeypatch):
    monkeypatch.setitem(SECONDS, "error", 0.01)
    bar.post("Broken.", "error")

    qtbot.waitUntil(lambda: bar.texts() == ())

    assert bar.isHidden()


def test_that_notices_lie_over_the_plots_without_moving_them(expert: Expert):
    before = expert.spectrum.geometry(), expert.chi2.geometry()

    expert.application.session.notice_posted.emit(Notice("A warning.", "warning"))
    QApplication.processEvents()
    bar = expert.view(NoticeBar)

    assert (expert.spectrum.geometry(), expert.chi2.geometry()) == before
    assert bar.isVisible()
    assert bar.height() < expert.spectrum.height()
    header = expert.spectrum.header
    edge = header.mapTo(expert.window, header.rect().bottomLeft()).y()
    assert bar.y() > edge  # whose spectrum it is stays to be read


def test_that_an_error_stays_until_it_is_closed(bar, qtbot):
    bar.post("Broken.", "error", seconds=0.01)
    bar.post("Saved.", seconds=0.01)
    qtbot.waitUntil(lambda: "Saved." not in bar.texts())
    assert bar.texts() == ("Broken.",)

    qtbot.mouseClick(button(bar, "Close"), Qt.MouseButton.LeftButton)

    assert bar.texts() == ()


def test_that_details_are_copied_with_the_sentence(bar, qtbot):
    bar.post("Broken.", "error", details="Traceback: here")

    qtbot.mouseClick(button(bar, "Copy details"), Qt.MouseButton.LeftButton)

    assert QGuiApplication.clipboard().text() == "Broken.\n\nTraceback: here"


def test_that_nothing_can_be_copied_without_details(bar):
    bar.post("Careful.", "warning")

    assert button(bar, "Copy details").isHidden()


def test_that_an_offer_is_taken_once(bar, qtbot):
    taken = []
    bar.post("In the way.", "error", offer=("Replace it", lambda: taken.append(1)))

    qtbot.mouseClick(button(bar, "Replace it"), Qt.MouseButton.LeftButton)

    assert taken == [1]
    assert bar.texts() == ()


def test_that_no_part_takes_the_keyboard(bar):
    bar.post("Broken.", "error", details="Traceback")

    children = [bar, *bar.findChildren(QWidget)]
    assert all(child.focusPolicy() == Qt.FocusPolicy.NoFocus for child in children)


def test_that_a_hint_stays_until_it_is_dropped(bar):
    bar.post("Keys decide.", seconds=float("inf"))
    bar.post("No disk.", "error")

    bar.drop_hints()

    assert bar.texts() == ("No disk.",)


def test_that_brief_words_go_with_the_source_that_they_are_about(bar, monkeypatch):
    bar.post("Nothing is assigned yet.", seconds=BRIEF_SECONDS)
    bar.post("A file could not be written.", "warning", seconds=BRIEF_SECONDS)
    monkeypatch.setattr(notices, "OF_THIS_MOMENT", 0.0)
    bar.drop_brief()

    assert bar.texts() == ("A file could not be written.",)


def test_that_what_the_key_says_that_leaves_a_source_stays(bar):
    bar.post("The draft of D003 is kept.", seconds=BRIEF_SECONDS)
    bar.drop_brief()

    assert bar.texts() == ("The draft of D003 is kept.",)


def test_that_of_one_subject_only_the_last_is_shown(bar):
    bar.display(Notice("Spectrum 1 of 3.", subject="extraction"))
    bar.display(Notice("Something else."))
    bar.display(Notice("Spectrum 2 of 3.", subject="extraction"))

    assert bar.texts() == ("Something else.", "Spectrum 2 of 3.")


def test_that_two_notices_have_room_for_both(bar, qtbot):
    window, below = QWidget(), QWidget()
    qtbot.addWidget(window)
    window.resize(900, 500)
    below.setParent(window)
    below.setGeometry(0, 0, 900, 400)
    window.show()
    bar.lie_over(below)

    bar.post("First.", "warning")
    alone = bar.height()
    bar.post("Second.", "warning")

    both = bar.height()
    bar.setParent(None)
    assert both >= 2 * alone
