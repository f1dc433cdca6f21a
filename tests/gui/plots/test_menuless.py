"""A plot without the menu of pyqtgraph."""

from __future__ import annotations

from collections.abc import Iterator

import pyqtgraph as pg
import pytest
from pytestqt.qtbot import QtBot

from moosegui.gui.plots.menuless import bare_plot

AXES = ("left", "bottom")


@pytest.fixture
def plot(qtbot: QtBot) -> Iterator[pg.PlotItem]:
    canvas = pg.GraphicsLayoutWidget()
    qtbot.addWidget(canvas)
    made = bare_plot(pg.ViewBox(enableMenu=False), {name: pg.AxisItem(name) for name in AXES})
    canvas.addItem(made)
    yield made


def test_that_it_keeps_its_range(plot: pg.PlotItem) -> None:
    plot.setXRange(1.0, 2.0, padding=0)

    plot.plot([0.0, 10.0], [0.0, 1.0])

    assert plot.getViewBox().viewRange()[0] == [1.0, 2.0]


def test_that_it_has_no_menu_and_collects_no_controls(plot: pg.PlotItem) -> None:
    assert not plot.menuEnabled()
    assert not isinstance(plot.stateGroup, pg.WidgetGroup)
