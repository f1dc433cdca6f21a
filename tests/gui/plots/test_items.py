"""The parts of which every plot is made: its axes."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from moosegui.gui.plots.items import FlooredAxis, round_step
from moosegui.gui.style.theme import base_font


@pytest.fixture
def axis(qtbot: QtBot) -> FlooredAxis:
    return FlooredAxis("left")


@pytest.mark.parametrize("top", [0.37, 1.4, 3.1, 7.9, 12.0, 26.0, 480.0, 9100.0])
@pytest.mark.parametrize("n_lines", [6.0, 9.0, 20.0])
def test_that_an_axis_has_two_numbers_that_do_not_touch(
    axis: FlooredAxis, top: float, n_lines: float
) -> None:
    line = QFontMetricsF(base_font()).height()
    size = n_lines * line

    levels = axis.tickSpacing(0.0, top, size)

    steps = [step for step, _ in levels]
    assert min(steps) * size / top >= line
    assert top / min(steps) >= 2.0
    values = {value for _, found in axis.tickValues(0.0, top, size) for value in found}
    assert len(values) >= 2


def test_that_numbers_below_the_floor_do_not_count(axis: FlooredAxis) -> None:
    size = 9.0 * QFontMetricsF(base_font()).height()
    axis.floor = 3.0

    values = [v for step, found in axis.tickValues(-2.0, 8.0, size) for v in found]

    assert len([value for value in values if value >= 3.0]) >= 2


def test_that_numbers_of_one_axis_are_written_alike(axis: FlooredAxis) -> None:
    axis.setRange(0.0, 1.1e6)

    assert axis.tickStrings([900000.0, 1000000.0], 1.0, 100000.0) == ["900000", "1000000"]


def test_that_no_number_stands_at_the_foot_above_another_axis(axis: FlooredAxis) -> None:
    axis.resize(50.0, 10.0 * QFontMetricsF(base_font()).height())
    axis.setRange(-100.0, 100.0)
    values = [-100.0, -95.0, -50.0, 100.0]

    assert axis.tickStrings(values, 1.0, 50.0) == ["-100", "-95", "-50", "100"]
    axis.is_above_another = True
    assert axis.tickStrings(values, 1.0, 50.0) == ["", "", "-50", "100"]


def test_that_a_low_axis_has_one_number_and_an_empty_range_none(axis: FlooredAxis) -> None:
    line = QFontMetricsF(base_font()).height()

    assert len(axis.tickSpacing(0.0, 3.0, line)) == 1
    assert axis.tickSpacing(2.0, 2.0, 100.0) == []


@pytest.mark.parametrize(
    ("least", "step"), [(1.0, 1.0), (1.1, 2.0), (2.5, 5.0), (7.0, 10.0), (0.03, 0.05)]
)
def test_that_a_step_is_round(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)
