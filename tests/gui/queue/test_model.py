from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt6.QtCore import QPersistentModelIndex, Qt
from PyQt6.QtTest import QAbstractItemModelTester

from moosegui.gui.queue.model import SourceModel
from moosegui.gui.queue.row import Chip
from moosegui.gui.queue.specs import column_place, specs
from moosegui.gui.session.states import QueueState
from tests.queue_rows import queue_row_of, stands

ASCENDING, DESCENDING = Qt.SortOrder.AscendingOrder, Qt.SortOrder.DescendingOrder
NAN = float("nan")

ROWS = (
    queue_row_of("a", "00017", QueueState.UNREVIEWED, 3.2, None, 0.4, 5.0),
    queue_row_of("b", "00005", QueueState.ASSIGNED, 0.7, 3, NAN, NAN, comment="NA"),
    queue_row_of("c", "00123", QueueState.FALSE, NAN, None, 0.1, 10.0, flags="blend"),
    queue_row_of("d", "00009", QueueState.DRAFT, 1.5, None, 0.2, -1.0),
    queue_row_of("e", "00010", QueueState.PROBLEM, problem="The file is truncated."),
)


@pytest.fixture
def model(qtbot, qtmodeltester):
    source_model = SourceModel()
    tester = QAbstractItemModelTester(
        source_model, QAbstractItemModelTester.FailureReportingMode.Fatal, source_model
    )
    source_model.set_rows(ROWS)
    yield source_model
    del tester


def test_that_rows_come_in_the_order_given(model):
    assert model.order() == ("a", "b", "c", "d", "e")


@pytest.mark.parametrize(
    ("column", "direction", "expected"),
    [
        (column_place("z"), ASCENDING, "bdace"),
        (column_place("z"), DESCENDING, "adbce"),
        (column_place("r"), ASCENDING, "dacbe"),
        (column_place("r"), DESCENDING, "cadbe"),
        (column_place("zconf"), ASCENDING, "bacde"),
        (column_place("id"), ASCENDING, "bdeac"),
        (column_place("flags"), DESCENDING, "cabde"),
    ],
)
def test_that_sorting_is_numeric_with_missing_values_last(model, column, direction, expected):
    model.sort(column, direction)

    assert "".join(model.order()) == expected


def test_that_sorting_can_be_undone(model):
    model.sort(column_place("id"), ASCENDING)

    model.sort(-1)

    assert model.order() == ("a", "b", "c", "d", "e")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0001", "ae"),
        ("na", "b"),
        ("blend", "c"),
        ("draft", "d"),
        ("false", "c"),
        ("problem", "e"),
        ("unreviewed", "a"),
        ("TRUNCATED", "e"),
        ("0001 truncated", "e"),
        ("nothing at all", ""),
    ],
)
def test_that_the_filter_finds_words(model, text, expected):
    model.set_filter(text, Chip.ALL)

    assert "".join(model.order()) == expected


@pytest.mark.parametrize(
    ("chip", "expected"),
    [
        (Chip.ALL, "abcde"),
        (Chip.UNREVIEWED, "ade"),
        (Chip.ZCONF3, "b"),
        (Chip.ZCONF0, ""),
        (Chip.FALSE, "c"),
        (Chip.FLAGGED, "c"),
    ],
)
def test_that_chips_filter_and_count_alike(model, chip, expected):
    model.set_filter("", chip)

    assert "".join(model.order()) == expected
    assert model.counts()[chip] == len(expected)


def test_that_an_update_repaints_one_row_and_moves_none(model, qtbot):
    model.sort(column_place("z"), ASCENDING)
    before = model.order()

    with qtbot.waitSignal(model.dataChanged) as caught:
        model.update_row("b", stands(ROWS[1], redshift=6.0))

    assert model.order() == before
    assert caught.args[0].row() == caught.args[1].row() == 0


def test_that_a_decided_row_stays_until_the_order_is_made_again(model):
    model.set_filter("", Chip.UNREVIEWED)
    model.update_row("a", stands(ROWS[0], state=QueueState.ASSIGNED, zconf=2))
    assert "a" in model.order()

    model.reorder()

    assert "a" not in model.order()


def test_that_an_update_of_a_hidden_row_says_nothing(model, qtbot):
    model.set_filter("", Chip.FALSE)

    with qtbot.assertNotEmitted(model.dataChanged):
        model.update_row("a", ROWS[0])


def test_that_persistent_indices_follow_their_row(model):
    index = QPersistentModelIndex(model.index(0, 0))

    model.sort(column_place("z"), ASCENDING)

    assert index.data() == "00017"


def test_that_the_reason_of_a_problem_is_its_tool_tip(model):
    tip = model.index(4, 0).data(Qt.ItemDataRole.ToolTipRole)

    assert tip == "The file is truncated."


def test_that_an_empty_zconf_differs_from_zero(model):
    model.update_row("d", stands(ROWS[3], state=QueueState.ASSIGNED, zconf=0))

    assert model.index(0, column_place("zconf")).data() == ""
    assert model.index(3, column_place("zconf")).data() == "0"


def test_that_columns_of_the_catalogue_are_shown_and_sorted_as_numbers(model):
    values = ("9.5", "10.25", "")
    rows = [queue_row_of(k, k, values=(("MAG", v),)) for k, v in zip("xyz", values, strict=True)]
    model.set_rows(rows, ["MAG"])

    model.sort(len(specs()), ASCENDING)

    assert model.headerData(len(specs()), Qt.Orientation.Horizontal) == "MAG"
    assert model.order() == ("x", "y", "z")


@given(
    numbers=st.lists(st.floats(-10, 10) | st.just(NAN), max_size=30),
    is_descending=st.booleans(),
)
def test_that_any_order_holds_every_row_once(qapp, numbers, is_descending):
    model = SourceModel()
    model.set_rows(queue_row_of(str(i), str(i), redshift=z) for i, z in enumerate(numbers))

    model.sort(column_place("z"), DESCENDING if is_descending else ASCENDING)

    shown = [numbers[int(key)] for key in model.order()]
    finite = [z for z in shown if np.isfinite(z)]
    assert sorted(model.order()) == sorted(str(i) for i in range(len(numbers)))
    assert finite == sorted(finite, reverse=is_descending)
    assert all(np.isnan(z) for z in shown[len(finite) :])


def test_that_a_column_of_the_catalogue_is_told_apart_from_ours(model):
    model.set_rows(ROWS, ("z", "SNR"))

    headings = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]

    assert headings[-2:] == ["z (catalogue)", "SNR"]
    assert headings.count("z") == 1
