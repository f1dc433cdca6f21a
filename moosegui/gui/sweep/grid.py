"""The grid of a sweep: twenty sources, each kept or accepted as proposed with a key or a click."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PyQt6.QtWidgets import QWidget

from moosegui.data.arrays import FloatArray
from moosegui.gui.plots.line_window_painter import LineWindowPainter
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font, heavy_font
from moosegui.gui.sweep.kinds import FALSE, SweepKind
from moosegui.gui.sweep.thumbnail import Thumbnail

N_ACROSS, N_DOWN = 5, 4
N_CELLS = N_ACROSS * N_DOWN
CURVE = "χ²(z)"  # over the curve, so that nobody takes it for a spectrum
WAITING = "is being scanned …"
HIGHEST = 97.0  # percentile of a curve up to which it is drawn
LINE_PART = 0.60  # of the width of a cell that a line has beside an image
MOVES = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -N_ACROSS,
    Qt.Key.Key_Down: N_ACROSS,
}


class SweepGrid(QWidget):
    """Thumbnails with what was said of each.

    Signals: `choice_changed` when one was kept or accepted.
    """

    choice_changed = pyqtSignal()

    def __init__(
        self,
        parent: QWidget | None = None,
        colours: Colours = LIGHT,
        *,
        kind: SweepKind = FALSE,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._colours = colours
        self._cells: list[Thumbnail] = []
        self._accepted: set[str] = set()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(640, 400))
        self.setAccessibleName(kind.title)

    @property
    def accepted_keys(self) -> tuple[str, ...]:
        """The sources that are accepted as proposed, in the order of the page."""
        return tuple(cell.key for cell in self._cells if cell.key in self._accepted)

    @property
    def accepted(self) -> tuple[Thumbnail, ...]:
        """What is shown of them."""
        return tuple(cell for cell in self._cells if cell.key in self._accepted)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.update()

    def display(self, cells: Sequence[Thumbnail]) -> None:
        """Show other sources, all of them kept as yet."""
        self._cells, self._at = list(cells[:N_CELLS]), 0
        self._accepted.clear()
        self.choice_changed.emit()
        self.update()

    def fill(self, cell: Thumbnail) -> None:
        """Show what was computed of one of the sources."""
        self._cells = [cell if old.key == cell.key else old for old in self._cells]
        self.update()

    def call(self, *, is_accepted: bool, is_all: bool = False) -> None:
        """Accept or keep the source that is marked, or all of them; the next is marked."""
        if not self._cells:
            return
        keys = {cell.key for cell in self._cells} if is_all else {self._cells[self._at].key}
        self._accepted = self._accepted | keys if is_accepted else self._accepted - keys
        if not is_all:
            self._move(1)
        self.choice_changed.emit()
        self.update()

    def _move(self, step: int) -> None:
        self._at = min(max(self._at + step, 0), max(len(self._cells) - 1, 0))
        self.update()

    def cell_box(self, i_cell: int) -> QRectF:
        """Return where a source is shown."""
        width, height = self.width() / N_ACROSS, self.height() / N_DOWN
        row, column = divmod(i_cell, N_ACROSS)
        gap = RHYTHM / 2
        box = QRectF(column * width, row * height, width, height)
        return box.adjusted(gap, gap, -gap, -gap)

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is None:
            return
        is_all = bool(a0.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if a0.key() in MOVES:
            self._move(MOVES[Qt.Key(a0.key())])
        elif a0.key() == self._kind.accepts:
            self.call(is_accepted=True, is_all=is_all)
        elif a0.key() in (Qt.Key.Key_K, Qt.Key.Key_Space):
            self.call(is_accepted=False, is_all=is_all)
        else:
            super().keyPressEvent(a0)

    @override
    def mousePressEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is None:
            return
        for i_cell, cell in enumerate(self._cells):
            if self.cell_box(i_cell).contains(a0.position()):
                self._at = i_cell
                self._accepted ^= {cell.key}
                self.choice_changed.emit()
                self.update()

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._colours.window))
        for i_cell, cell in enumerate(self._cells):
            self._paint_cell(painter, self.cell_box(i_cell), cell, is_at=i_cell == self._at)

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: Thumbnail, *, is_at: bool) -> None:
        colours, is_accepted = self._colours, cell.key in self._accepted
        painter.fillRect(box, QColor(colours.canvas))
        line = painter.fontMetrics().height() + 2
        self._paint_words(painter, box.adjusted(4, 1, -4, -1), cell, is_accepted=is_accepted)
        inside = box.adjusted(2, line + 2, -2, -line - 2)
        image_width = inside.height() if cell.image.size else 0.0
        share = inside.width() - image_width
        left = inside.adjusted(0, 0, LINE_PART * share - inside.width(), 0)
        if cell.window is not None:
            LineWindowPainter(painter, left, cell.window, colours).paint()
        elif cell.flux.size:
            limits = _limits(cell.flux)
            self._paint_curve(painter, left, cell.flux, limits, colours.data)
            self._paint_curve(painter, left, cell.model, limits, colours.model)
        elif not cell.problem:
            painter.setPen(QColor(colours.muted))
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, WAITING)
        curve = QRectF(left.right() + 2, inside.top(), share - left.width() - 4, inside.height())
        self._paint_curve(painter, curve, cell.curve, _limits(cell.curve), colours.data)
        if cell.image.size:
            right = QRectF(curve.right() + 2, inside.top(), image_width, inside.height())
            painter.drawImage(right, _grey(cell.image))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if is_accepted or is_at:
            painter.setPen(QPen(QColor(colours.absorption if is_accepted else colours.model), 2))
            painter.drawRect(box)
        if is_at:
            painter.setPen(QPen(QColor(colours.model), 2, Qt.PenStyle.DashLine))
            painter.drawRect(box.adjusted(-2, -2, 2, 2))

    def _paint_words(
        self, painter: QPainter, box: QRectF, cell: Thumbnail, *, is_accepted: bool
    ) -> None:
        colours, flag = self._colours, Qt.AlignmentFlag
        painter.setFont(heavy_font())
        painter.setPen(QColor(colours.absorption if is_accepted else colours.text))
        painter.drawText(box, flag.AlignLeft | flag.AlignTop, cell.source_id)
        if is_accepted:
            painter.drawText(box, flag.AlignRight | flag.AlignTop, self._kind.sign)
        painter.setFont(base_font())
        painter.setPen(QColor(colours.muted))
        if not is_accepted and cell.curve.size:
            painter.drawText(box, flag.AlignRight | flag.AlignTop, CURVE)
        words = cell.problem or cell.words or "…"
        elide = Qt.TextElideMode.ElideRight
        text = painter.fontMetrics().elidedText(words, elide, round(box.width()))
        painter.drawText(box, flag.AlignLeft | flag.AlignBottom, text)

    def _paint_curve(
        self,
        painter: QPainter,
        box: QRectF,
        curve: FloatArray,
        limits: tuple[float, float],
        colour: str,
    ) -> None:
        good = np.flatnonzero(np.isfinite(curve))
        if good.size < 2:
            return
        low, high = limits
        y = np.clip((curve[good] - low) / max(high - low, 1e-30), 0.0, 1.0)
        points = [
            QPointF(box.left() + i / curve.size * box.width(), box.bottom() - v * box.height())
            for i, v in zip(good.tolist(), y.tolist(), strict=True)
        ]
        painter.setPen(QPen(QColor(colour), 0))
        painter.drawPolyline(QPolygonF(points))


def _limits(curve: FloatArray) -> tuple[float, float]:
    """Return the least value and nearly the greatest, between which a curve is drawn."""
    values = curve[np.isfinite(curve)]
    if values.size == 0:
        return 0.0, 1.0
    return float(values.min()), float(np.percentile(values, HIGHEST))


def _grey(image: FloatArray) -> QImage:
    """Return an image with its first row at the bottom, bright things dark."""
    rows = np.ascontiguousarray(255 - np.round(255 * image[::-1]).astype(np.uint8))
    height, width = rows.shape
    return QImage(rows.tobytes(), width, height, width, QImage.Format.Format_Grayscale8).copy()
