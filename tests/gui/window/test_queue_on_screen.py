"""The queue and the source on screen say the same; and what cannot be shown says why."""

from __future__ import annotations

import numpy as np
import pytest
from expert import Expert
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMenu
from seen import words_in
from small_survey import FIRST, SECOND

from moosegui.files.tables.columns import as_texts
from moosegui.gui.queue.grid import QueueGrid
from moosegui.gui.queue.row import Chip
from moosegui.gui.queue.specs import column_place
from moosegui.gui.window.status_line import _inspector_words


@pytest.fixture
def expert(expert: Expert) -> Expert:
    """Somebody at a window that is wide enough for the whole queue."""
    expert.window.resize(1366, 768)
    QApplication.processEvents()
    return expert


def press_row(expert: Expert, row: int, button: Qt.MouseButton) -> None:
    grid = expert.view(QueueGrid)
    place = grid.visualRect(grid.model().index(row, column_place("state"))).center()
    QTest.mouseClick(grid.viewport(), button, Qt.KeyboardModifier.NoModifier, place)
    QApplication.processEvents()


def marked(expert: Expert) -> list[int]:
    return [index.row() for index in expert.view(QueueGrid).selectionModel().selectedRows()]


def test_that_a_right_click_marks_no_other_source(expert: Expert) -> None:
    press_row(expert, 2, Qt.MouseButton.RightButton)

    assert (marked(expert), expert.current) == ([0], FIRST)


def test_that_a_click_marks_the_source_that_it_shows(expert: Expert) -> None:
    press_row(expert, 1, Qt.MouseButton.LeftButton)

    assert (marked(expert), expert.current) == ([1], SECOND)


def test_that_a_chip_that_hides_the_source_on_screen_says_so(expert: Expert) -> None:
    expert.queue.set_chip(Chip.ZCONF3)

    assert "hidden" in words_in(expert.queue)


def test_that_a_wrong_expression_leaves_the_list_as_it_was(expert: Expert) -> None:
    expert.queue.set_filter(FIRST)
    before = expert.queue.order()

    expert.queue.set_filter("z > (")

    assert expert.queue.order() == before


def test_that_escape_clears_the_filter(expert: Expert) -> None:
    expert.press("/")
    expert.write(FIRST)

    expert.press_key(Qt.Key.Key_Escape)

    assert expert.queue.filter_field.text() == ""
    assert not expert.queue.filter_field.hasFocus()


def test_that_escape_leaves_the_filter_after_half_a_chord(expert: Expert) -> None:
    expert.press("X")
    expert.queue.filter_field.enter()
    expert.write("LAE")

    expert.press_key(Qt.Key.Key_Escape)

    assert expert.queue.filter_field.text() == ""
    assert not expert.queue.filter_field.hasFocus()


def test_that_bytes_are_texts() -> None:
    column = np.array([b"GALAXY", None], dtype=object)

    assert as_texts({"KIND": column}, "KIND") == ["GALAXY", ""]


def test_that_an_inspector_is_named_once() -> None:
    assert (_inspector_words("ZB"), _inspector_words("inspector")) == ("inspector ZB", "inspector")


def test_that_menus_of_the_queue_go_when_they_close(expert: Expert) -> None:
    grid, table = expert.view(QueueGrid), expert.queue
    before = len(expert.window.findChildren(QMenu))

    for _ in range(3):
        for menu in (grid.row_menu(0), table.sorting.menu(table)):
            menu.popup(grid.mapToGlobal(grid.rect().center()))
            QApplication.processEvents()
            menu.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    assert len(expert.window.findChildren(QMenu)) == before
