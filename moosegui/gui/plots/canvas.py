"""The widget that plots are drawn on, which loses no move of the mouse.

pyqtgraph ignores moves that come within 10 ms of the last one (`mouseRateLimit`), and takes a
press and a release without a move between them for a click, however far apart. A quick hand does
both, and what it drew would be lost.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyqtgraph as pg
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours

# No limit: Qt already joins the moves that wait for the window
pg.setConfigOptions(antialias=False, useOpenGL=False, mouseRateLimit=0)


class Canvas(pg.GraphicsLayoutWidget):  # type: ignore[misc]
    """Plots without gaps between them, and without the keyboard."""

    @override
    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        """Move to where the button is let go first: a drag ends there, whatever was told of it."""
        held = ev.buttons() | ev.button()
        place = ev.position(), ev.globalPosition()
        none = Qt.MouseButton.NoButton
        self.mouseMoveEvent(QMouseEvent(QEvent.Type.MouseMove, *place, none, held, ev.modifiers()))
        super().mouseReleaseEvent(ev)


def make_canvas(name: str, colours: Colours) -> Canvas:
    """Return a widget for plots that never takes the keyboard, without gaps between plots."""
    canvas = Canvas()
    canvas.setBackground(colours.canvas)
    canvas.setAccessibleName(name)
    for widget in (canvas, canvas.viewport()):
        widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    canvas.ci.layout.setSpacing(0)
    return canvas


def place_side_by_side(canvas: Canvas, plots: Sequence[pg.PlotItem], widths: Sequence[int]) -> None:
    """Put plots in a row, as wide as `widths` says of one against the other."""
    grid = canvas.ci.layout
    for i_plot, (plot, width) in enumerate(zip(plots, widths, strict=True)):
        canvas.addItem(plot, row=0, col=i_plot)
        grid.setColumnStretchFactor(i_plot, width)
        grid.setColumnPreferredWidth(i_plot, 100 * width)


def stacked(owner: QWidget) -> QVBoxLayout:
    """Give a widget a layout without margins or gaps, one thing under the other."""
    layout = QVBoxLayout(owner)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout


def prepare_to_paint(canvas: Canvas) -> None:
    """Take new ranges in now; while painting, they would ask for a second painting."""
    canvas.scene().prepareForPaint()
