from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLabel, QLineEdit, QTableView, QWidget

from moosegui.gui.queue.row import Chip
from moosegui.gui.queue.specs import column_place
from moosegui.gui.queue.table import SourceTable
from moosegui.gui.session.states import QueueState
from tests.queue_rows import queue_row_of, stands

ROWS = tuple(queue_row_of(f"k{i}", f"{i:05d}", redshift=6.0 - i / 100) for i in range(300))


@pytest.fixture
def table(qtbot):
    widget = SourceTable()
    qtbot.addWidget(widget)
    widget.resize(260, 500)
    widget.show()
    qtbot.waitExposed(widget)
    widget.display(ROWS)
    return widget


def view_of(table: SourceTable) -> QTableView:
    view = table.findChild(QTableView)
    assert view is not None
    return view


def place_of(table: SourceTable) -> str:
    return next(label.text() for label in table.findChildren(QLabel) if "/" in label.text())


def test_that_selecting_emits_nothing_and_scrolls(table, qtbot):
    with qtbot.assertNotEmitted(table.source_chosen):
        table.select("k250")

    view = view_of(table)
    assert view.currentIndex().row() == 250
    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())


def test_that_pages_are_turned_instead_of_scrolling_at_every_step(table):
    view, first_rows = view_of(table), []

    for i_row in range(60):
        table.select(f"k{i_row}")
        first_rows.append(view.rowAt(0))
        assert view.viewport().rect().contains(view.visualRect(view.currentIndex()).center())

    assert 1 < len(set(first_rows)) <= 5


def test_that_the_turned_page_shows_what_was_before_and_what_comes(table):
    view = view_of(table)
    table.select("k0")

    table.select("k250")

    assert view.rowAt(0) == 247
    assert view.rowAt(view.viewport().height() - 1) > 260


def test_that_a_click_is_a_wish_and_does_not_move_the_mark(table, qtbot):
    table.select("k0")
    view = view_of(table)
    third = view.visualRect(view.model().index(2, 0)).center()

    with qtbot.waitSignal(table.source_chosen) as caught:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=third)

    assert caught.args == ["k2"]
    assert view.currentIndex().row() == 0


def test_that_the_place_in_the_queue_is_told(table):
    table.select("k232")

    assert place_of(table) == "233 / 300"


def test_that_the_place_tells_how_many_are_hidden(table):
    table.set_filter("0000")
    table.select("k3")

    assert place_of(table) == "4 / 10 of 300"


def test_that_the_order_follows_the_screen(table):
    view_of(table).sortByColumn(column_place("z"), Qt.SortOrder.AscendingOrder)

    assert table.order()[:2] == ("k299", "k298")


def test_that_the_selected_source_is_kept_through_a_sort(table):
    table.select("k0")

    view_of(table).sortByColumn(column_place("z"), Qt.SortOrder.AscendingOrder)

    assert view_of(table).currentIndex().row() == 299


def test_that_a_hidden_source_is_marked_nowhere(table):
    table.select("k0")

    table.set_filter("00299")

    assert not view_of(table).currentIndex().isValid()


def test_that_a_chip_filters(table):
    table.update_row("k7", stands(ROWS[7], state=QueueState.ASSIGNED, zconf=3))

    table.set_chip(Chip.ZCONF3)

    assert table.order() == ("k7",)


def test_that_a_change_of_order_is_told(table, qtbot):
    with qtbot.waitSignal(table.order_changed):
        table.set_filter("0001")


def test_that_the_filter_gives_the_keyboard_back(table, qtbot):
    field = table.filter_field
    field.enter()
    qtbot.waitUntil(field.hasFocus)

    qtbot.keyClick(field, Qt.Key.Key_Escape)

    assert not field.hasFocus()


def test_that_a_new_list_replaces_the_old_one(table):
    table.display(ROWS[:3])

    assert table.order() == ("k0", "k1", "k2")


def test_that_only_the_filter_takes_the_keyboard(table):
    takers = [
        child
        for child in (table, *table.findChildren(QWidget))
        if child.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]

    assert takers == [table.findChild(QLineEdit)]


def test_that_long_identifiers_do_not_push_the_redshift_out_of_sight(table):
    table.display([queue_row_of("a", "a_very_long_identifier_of_a_survey_00017", redshift=1.0)])

    view = view_of(table)
    redshift = view.visualRect(view.model().index(0, column_place("z")))
    assert view.viewport().rect().contains(redshift)


def test_that_another_list_tells_its_order(table, qtbot):
    with qtbot.waitSignal(table.order_changed):
        table.display(ROWS[:3])


def test_that_a_proposal_shows_what_it_is_judged_by(table):
    view = view_of(table)
    place = column_place("p_blend")
    before = view.isColumnHidden(place)

    table.set_chip(Chip.BLENDED)
    under_blends = view.isColumnHidden(place)
    table.set_chip(Chip.ALL)

    assert (before, under_blends, view.isColumnHidden(place)) == (True, False, True)


def test_that_the_first_columns_need_no_horizontal_scroll_bar(table):
    view = view_of(table)

    assert not view.horizontalScrollBar().isVisible()


def test_that_an_id_is_whole_where_the_other_columns_leave_room(table):
    long = "MUSE-HUDF-00012345"
    table.resize(420, 500)

    table.display([queue_row_of("k0", long, redshift=6.0)])

    needed = view_of(table).fontMetrics().horizontalAdvance(long)
    assert view_of(table).columnWidth(column_place("id")) > needed


def test_that_the_menu_of_a_row_brings_it_on_screen_and_marks_nothing_before(table, qtbot):
    view = view_of(table)
    table.select("k3")
    menu = view.row_menu(7)
    before = view.currentIndex().row()

    with qtbot.waitSignal(table.source_chosen) as caught:
        menu.actions()[0].trigger()

    assert (before, caught.args) == (3, ["k7"])


def test_that_the_id_of_a_row_is_copied_whole(table):
    view_of(table).row_menu(7).actions()[1].trigger()

    assert QApplication.clipboard().text() == "00007"
