"""Layers of a plot: what they cover, and that they follow the view."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt6.QtCore import QRectF

from moosegui.gui.style.overriding import override


class ViewLayer(pg.GraphicsObject):  # type: ignore[misc]
    """A layer in the units of the axes, over all that is visible."""

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect())

    @override
    def viewRangeChanged(self) -> None:
        self.prepareGeometryChange()
        self.update()


class PixelLayer(pg.GraphicsObject):  # type: ignore[misc]
    """A layer in pixels of the screen, over a view box."""

    def __init__(self, view_box: pg.ViewBox) -> None:
        super().__init__()
        self._view_box = view_box
        self.setParentItem(view_box)

    @override
    def boundingRect(self) -> QRectF:
        return QRectF(0.0, 0.0, self._view_box.width(), self._view_box.height())
