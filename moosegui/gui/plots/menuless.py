"""A plot of pyqtgraph without the menu that it makes for itself."""

from __future__ import annotations

import importlib

import pyqtgraph as pg
from PyQt6.QtWidgets import QWidget

# the class has the name of its module, and hides it
_MODULE = importlib.import_module("pyqtgraph.graphicsItems.PlotItem.PlotItem")


class _NoGroup:
    """Stands in for the group in which a plot collects the controls of its menu.

    To find them it walks through Qt's children of widgets that are half given away to the menu,
    which crashed once in some thousand plots; no plot here shows that menu or stores its state.
    """

    def autoAdd(self, widget: QWidget) -> None:
        """Collect nothing."""


_MODULE.WidgetGroup = _NoGroup  # type: ignore[attr-defined]


def bare_plot(view_box: pg.ViewBox, axes: dict[str, pg.AxisItem]) -> pg.PlotItem:
    """Return a plot that scales nothing by itself and has neither menu nor buttons."""
    plot = pg.PlotItem(viewBox=view_box, axisItems=axes, enableMenu=False)
    plot.hideButtons()
    plot.disableAutoRange()
    return plot
