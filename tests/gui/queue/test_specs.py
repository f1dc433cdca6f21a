"""The fixed columns of the queue: one record makes a column, wherever columns are met."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest
from PyQt6.QtCore import Qt

from moosegui.data.catalogue import Source, Verdict
from moosegui.data.results import ScanSummary
from moosegui.gui.queue import specs as queue_specs
from moosegui.gui.queue.columns import QueueColumns
from moosegui.gui.queue.filter import parse_filter
from moosegui.gui.queue.grid import QueueGrid
from moosegui.gui.queue.projection import queue_row
from moosegui.gui.queue.row import QueueRow
from moosegui.gui.queue.specs import SPECS, ColumnSpec, column_place
from moosegui.gui.queue.table import SourceTable

PROBABILITIES = {"a": 0.25, "b": math.nan, "c": 0.75}
NEW = ColumnSpec(
    *("p", "P", "How probable the best solution is"),
    number=lambda row: math.nan if row.summary is None else row.summary.probability,
    decimals=2,
    sample="0.00",
    aliases=("prob",),
)


@dataclass
class Known:
    """What an open session says of its sources."""

    def verdict(self, key: str) -> Verdict | None:
        return None

    def draft(self, key: str) -> float | None:
        return None

    def summary(self, key: str) -> ScanSummary | None:
        return ScanSummary(redshift=0.5, probability=PROBABILITIES[key])

    def problem(self, key: str) -> str:
        return ""


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> list[QueueRow]:
    """Rows of a queue that has a column more."""
    monkeypatch.setattr(queue_specs, "SPECS", (*SPECS, NEW))
    return [queue_row(Known(), Source(key, key, i)) for i, key in enumerate("abc")]


@pytest.fixture
def table(qtbot, rows: list[QueueRow]) -> SourceTable:
    queue = SourceTable()
    qtbot.addWidget(queue)
    queue.display(rows)
    return queue


def grid_of(table: SourceTable) -> QueueGrid:
    grid = table.findChild(QueueGrid)
    assert grid is not None
    return grid


def test_that_every_column_has_either_a_number_or_a_text() -> None:
    assert [spec.name for spec in SPECS if (spec.number is None) == (spec.text is None)] == []


def test_that_no_name_of_a_column_is_used_twice() -> None:
    names = [name for spec in SPECS for name in (spec.name, *spec.aliases)]

    assert len(set(names)) == len(names)


def test_that_a_new_column_is_shown_with_its_heading(table: SourceTable) -> None:
    model, place = grid_of(table).model(), column_place("p")

    assert [model.index(i, place).data() for i in range(3)] == ["0.25", "", "0.75"]
    assert model.headerData(place, Qt.Orientation.Horizontal) == "P"
    tip = model.headerData(place, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert tip == "How probable the best solution is"
    assert not grid_of(table).isColumnHidden(place)


def test_that_a_new_column_sorts_the_queue_and_filters_it(table: SourceTable) -> None:
    grid_of(table).sortByColumn(column_place("p"), Qt.SortOrder.DescendingOrder)
    sorted_keys = table.order()
    table.set_filter("prob < 0.5")

    assert sorted_keys == ("c", "a", "b")
    assert table.order() == ("a",)


def test_that_a_new_column_can_be_left_out(table: SourceTable) -> None:
    offered = [action.text() for action in grid_of(table).column_menu().actions()]
    table.choose_columns(["z"])

    assert "P   How probable the best solution is" in offered
    assert grid_of(table).isColumnHidden(column_place("p"))


def test_that_sheets_are_chosen_by_a_new_column(rows: list[QueueRow]) -> None:
    mask = parse_filter("p > 0.5").mask(QueueColumns(rows))

    assert np.array_equal(mask, [False, False, True])
