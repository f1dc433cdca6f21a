"""What is on screen, found as somebody finds it: by its kind, by its name, by its words."""

from __future__ import annotations

from typing import TypeVar

import pyqtgraph as pg
from PyQt6.QtWidgets import QLabel, QWidget

AnyItem = TypeVar("AnyItem")
AnyWidget = TypeVar("AnyWidget", bound=QWidget)


def canvas_in(widget: QWidget) -> pg.GraphicsLayoutWidget:
    """The canvas of a view with plots."""
    found = widget.findChild(pg.GraphicsLayoutWidget)
    assert found is not None
    return found


def plot_in(widget: QWidget, row: int = 0, column: int = 0) -> pg.PlotItem:
    """One of the plots of a view: the residual lies in row 1, the zoom on z in column 1."""
    return canvas_in(widget).getItem(row, column)


def items_in(plot: pg.PlotItem, kind: type[AnyItem]) -> list[AnyItem]:
    """What is drawn in a plot of a kind, the lowest first."""
    drawn = [item for item in plot.scene().items() if isinstance(item, kind)]
    inside = [item for item in drawn if plot.isAncestorOf(item)]
    return sorted(inside, key=lambda item: item.zValue())


def item_in(plot: pg.PlotItem, kind: type[AnyItem]) -> AnyItem:
    """What is drawn in a plot, the only one of its kind."""
    (item,) = items_in(plot, kind)
    return item


def named(widget: QWidget, name: str) -> QWidget:
    """A part by the name under which a screen reader tells it."""
    return next(part for part in widget.findChildren(QWidget) if part.accessibleName() == name)


def labels_with(widget: QWidget, words: str) -> list[QLabel]:
    """The labels on screen that have these words."""
    labels = widget.findChildren(QLabel)
    return [label for label in labels if words in label.text() and label.isVisible()]


def words_in(widget: QWidget) -> str:
    """All that the labels on screen say."""
    return " ".join(label.text() for label in labels_with(widget, ""))
