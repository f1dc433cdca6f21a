"""A text field gives the keys back when it is finished, or left by a click."""

from __future__ import annotations

from expert import Expert
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QWidget
from small_survey import FIRST, SECOND


def click(expert: Expert, widget: QWidget) -> None:
    """Press and let go where the system would tell the window of it."""
    handle = expert.window.windowHandle()
    assert handle is not None
    place = widget.mapTo(expert.window, QPoint(widget.width() // 2, widget.height() // 2))
    button, held = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseClick(handle, button, held, place)
    QApplication.processEvents()


def test_that_a_click_elsewhere_ends_a_comment_and_gives_the_keys_back(expert: Expert) -> None:
    expert.press("c")
    expert.write("faint")

    click(expert, expert.chi2)
    expert.press("n")

    assert expert.session.verdict(FIRST).comment == "faint"
    assert expert.current == SECOND


def test_that_a_click_into_the_comment_goes_on_with_it(expert: Expert) -> None:
    expert.press("c")
    expert.write("faint")

    click(expert, expert.verdict.comment_editor)

    assert expert.verdict.comment_editor.hasFocus()


def test_that_enter_finishes_a_comment_and_shift_enter_begins_a_line(expert: Expert) -> None:
    expert.press("c")
    expert.write("faint")
    expert.press_key(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    expert.write("lines")

    expert.press_key(Qt.Key.Key_Return)

    assert not expert.verdict.comment_editor.hasFocus()
    assert expert.session.verdict(FIRST).comment.split() == ["faint", "lines"]


def test_that_a_restart_goes_on_with_the_next_pending_source(expert: Expert) -> None:
    expert.press("3")
    expert.go(FIRST)
    expert.quit()

    expert.start()

    assert expert.current == SECOND
