"""A mouse on the plots of the window: presses, moves and lets go at values of the axis."""

from __future__ import annotations

import pyqtgraph as pg
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QWidget

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier


class Mouse:
    """Moves over one plot of a widget; x is in units of its axis, y a part of the plot's height."""

    def __init__(self, widget: QWidget, plot: pg.PlotItem, height: float = 0.5) -> None:
        self._view_box, self._height = plot.getViewBox(), height
        self._canvas = widget.findChild(pg.GraphicsLayoutWidget)

    def press(self, x: float, modifier: Qt.KeyboardModifier = NONE, button=LEFT) -> None:
        QApplication.processEvents()  # a layout that comes between would make it a drag
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

    def hover(self, x: float) -> None:
        """Move with no button down."""
        none = Qt.MouseButton.NoButton
        QApplication.processEvents()
        self._send(QEvent.Type.MouseMove, x, (none, none), NONE)

    def click_at(self, scene: QPointF, button=LEFT) -> None:
        """Click at a place of the scene, as on a badge."""
        self._send_to(QEvent.Type.MouseButtonPress, scene, (button, button), NONE)
        released = (button, Qt.MouseButton.NoButton)
        self._send_to(QEvent.Type.MouseButtonRelease, scene, released, NONE)

    def _send(
        self,
        kind: QEvent.Type,
        x: float,
        buttons: tuple[Qt.MouseButton, Qt.MouseButton],
        modifier: Qt.KeyboardModifier,
    ) -> None:
        low, high = self._view_box.viewRange()[1]
        scene = self._view_box.mapViewToScene(QPointF(x, low + self._height * (high - low)))
        self._send_to(kind, scene, buttons, modifier)

    def _send_to(
        self,
        kind: QEvent.Type,
        scene: QPointF,
        buttons: tuple[Qt.MouseButton, Qt.MouseButton],
        modifier: Qt.KeyboardModifier,
    ) -> None:
        position = QPointF(self._canvas.mapFromScene(scene))
        viewport = self._canvas.viewport()
        everywhere = QPointF(viewport.mapToGlobal(position.toPoint()))
        event = QMouseEvent(kind, position, everywhere, *buttons, modifier)
        QApplication.sendEvent(viewport, event)
        QApplication.processEvents()
