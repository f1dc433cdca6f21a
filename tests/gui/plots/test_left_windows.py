"""What the tests take down after themselves: windows, and nothing that is Qt's own."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt6.QtWidgets import QApplication, QDialog
from windows import left_windows


def test_that_the_widgets_of_layouts_of_plots_are_left_to_qt(qtbot):
    before = set(left_windows())
    dialog, plots = QDialog(), pg.GraphicsLayoutWidget()
    qtbot.addWidget(dialog)
    qtbot.addWidget(plots)
    plots.addPlot(title="has a layout")
    plots.show()

    windows = QApplication.topLevelWidgets()

    assert {dialog, plots} <= set(left_windows()) - before
    own = [w for w in windows if w not in left_windows()]
    assert own, "Qt keeps no window of its own for a layout any more: left_windows can go"
