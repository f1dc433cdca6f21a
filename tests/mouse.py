"""A mouse on the plots of the window: presses, moves and lets go at values of the axis."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Mouse:
    """Moves over one plot of a widget; x is in units of its axis, y the middle of the plot."""

    def __init__(self, widget: QWidget, plot: pg.PlotItem) -> None:
        self._view_box = plot.getViewBox()
        self._canvas = widget.findChild(pg.GraphicsLayoutWidget)

    def press(self, x: float, modifier: Qt.KeyboardModifier = NONE, button=LEFT) -> None:
        self._send(QEvent.Type.MouseButtonPress, x, (button, button), modifier)

    def move(self, x: float, modifier: Qt.KeyboardModifier = NONE) -> None:
        self._send(QEvent.Type.MouseMove, x, (Qt.MouseButton.NoButton, LEFT), modifier)

    def release(self, x: float, modifier: Qt.KeyboardModifier = NONE, button=LEFT) -> None:
        buttons = (button, Qt.MouseButton.NoButton)
        self._send(QEvent.Type.MouseButtonRelease, x, buttons, modifier)

    def click(self, x: float, modifier: Qt.KeyboardModifier = NONE, button=LEFT) -> None:
        self.press(x, modifier, button)
        self.release(x, modifier, button)

    def drag(self, start: float, stop: float, modifier: Qt.KeyboardModifier = NONE) -> None:
        self.press(start, modifier)
        for part in (0.25, 0.5, 0.75, 1.0):
            self.move(start + part * (stop - start), modifier)
        self.release(stop, modifier)

    def _send(
        self,
        kind: QEvent.Type,
        x: float,
        buttons: tuple[Qt.MouseButton, Qt.MouseButton],
        modifier: Qt.KeyboardModifier,
    ) -> None:
        low, high = self._view_box.viewRange()[1]
        scene = self._view_box.mapViewToScene(QPointF(x, (low + high) / 2))
        position = QPointF(self._canvas.mapFromScene(scene))
        viewport = self._canvas.viewport()
        everywhere = QPointF(viewport.mapToGlobal(position.toPoint()))
        event = QMouseEvent(kind, position, everywhere, *buttons, modifier)
        QApplication.sendEvent(viewport, event)
        QApplication.processEvents()
