"""χ² of a second galaxy, stretched under that of the first."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyqtgraph as pg
import pytest
from PyQt6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from moosegui.gui.curve.second_curve import SecondCurve
from moosegui.gui.plots.canvas import make_canvas
from moosegui.gui.plots.items import StepCurve, make_plot
from moosegui.gui.style.theme import LIGHT

REDSHIFTS = np.linspace(0.0, 6.0, 601)
CURVE = 0.71 + 0.002 * np.cos(REDSHIFTS)
LIMITS = (float(CURVE.min()), float(CURVE.max()))


@pytest.fixture
def plot(qtbot: QtBot) -> Iterator[pg.PlotItem]:
    canvas = make_canvas("one plot", LIGHT)
    qtbot.addWidget(canvas)
    canvas.addItem(make_plot())
    yield canvas.getItem(0, 0)


def drawn(plot: pg.PlotItem) -> tuple[float, float]:
    """Lowest and highest value of the second curve on the axis of the plot."""
    item = next(item for item in plot.items if isinstance(item, StepCurve))
    low, high = (item.mapToParent(QPointF(0.0, value)).y() for value in item.dataBounds(1))
    return low, high


def test_that_a_flat_curve_fills_the_lowest_part(plot: pg.PlotItem) -> None:
    second = SecondCurve(plot)
    second.place(10.0, 30.0)

    second.show(REDSHIFTS, CURVE, LIMITS)

    low, high = drawn(plot)
    assert low == pytest.approx(10.0, abs=1e-6)
    assert high == pytest.approx(17.0, abs=1e-6)


def test_that_it_follows_another_range(plot: pg.PlotItem) -> None:
    second = SecondCurve(plot)
    second.show(REDSHIFTS, CURVE, LIMITS)

    second.place(0.0, 2.0)

    low, high = drawn(plot)
    assert low == pytest.approx(0.0, abs=1e-6)
    assert high == pytest.approx(0.7, abs=1e-6)


def test_that_it_goes_away(plot: pg.PlotItem) -> None:
    second = SecondCurve(plot)
    second.show(REDSHIFTS, CURVE, LIMITS)
    assert second.is_shown

    second.clear()

    assert not second.is_shown


def test_that_it_can_say_something_else(plot: pg.PlotItem) -> None:
    second = SecondCurve(plot, "", is_left=True)

    second.say("r(z): z 2.0000")

    label = next(item for item in plot.vb.allChildren() if isinstance(item, pg.InfLineLabel))
    assert label.format == "r(z): z 2.0000"


@pytest.mark.parametrize("is_left", [True, False])
def test_that_the_words_stand_where_the_curve_above_is_not(
    plot: pg.PlotItem, is_left: bool
) -> None:
    second = SecondCurve(plot, "r(z): as proposed", is_left=is_left)
    label = next(item for item in plot.vb.allChildren() if isinstance(item, pg.InfLineLabel))
    places = np.linspace(0.0, 1.0, 601)
    second.show(REDSHIFTS, CURVE, LIMITS)

    second.keep_clear_of(places, np.full(601, 30.0))
    second.place(10.0, 30.0)
    usual = label.orthoPos
    # the curve is as high as the words at that end
    second.keep_clear_of(places, np.where((places < 0.5) == is_left, 17.0, 30.0))
    second.place(10.0, 30.0)

    assert (usual < 0.1) == is_left
    assert (label.orthoPos > 0.4) == is_left
