"""Images of one place on the sky, all north up, at one scale, under one cursor."""

from __future__ import annotations

import math
from collections.abc import Iterator

from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QWidget

from moosegui.data.sky.aperture import RADII, Aperture
from moosegui.data.sky.sky_image import SkyImage
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font
from moosegui.gui.surroundings.panel import NeighbourRow
from moosegui.gui.surroundings.sky_scene import (
    Cell,
    SkyLook,
    SkyScene,
    contours_of,
    edges_of,
    picture_of,
    reach_of,
)

NOTHING = "no images of this source"
BARS = (30.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2)  # arcseconds, the longest short enough is drawn
CIRCLE = 0.5  # arcseconds, the radius around a neighbour
CLICK = 10.0  # px from a neighbour within which a click chooses it
ZOOM = 1.25  # a notch of the wheel
MARGIN = 0.04  # of the field, around it
HALO = 3.0  # px, of the dark or light below labels


class SkyCanvas(QWidget):
    """Images beside each other: the wheel zooms, a drag moves, a double click shows all again.

    With Shift a click or a drag draws an aperture, from its centre to its edge.

    Signals: `neighbour_chosen(str)` with the key; `aperture_drawn(object)` with an aperture;
    `pointed(object)` with arcseconds east and north of the source and the value below the cursor,
    or None.
    """

    neighbour_chosen = pyqtSignal(str)
    pointed = pyqtSignal(object)
    aperture_drawn = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._colours, self._scene, self.look = colours, SkyScene(), SkyLook()
        self._centre, self._zoom = (0.0, 0.0), 1.0
        self._alone: int | None = None
        self._cursor: tuple[float, float] | None = None
        self.aperture: Aperture | None = None
        self._is_drawing = False
        self._dragged: tuple[QPointF, tuple[float, float]] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Images of the sky around the source")

    @override
    def sizeHint(self) -> QSize:
        return QSize(600, 400)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self.update()

    def set_look(self, look: SkyLook) -> None:
        """Draw with another stretch, other colours, with or without contours."""
        self.look = look
        self.update()

    def display(self, scene: SkyScene, *, is_new_source: bool = False) -> None:
        """Draw a scene; another source is shown whole."""
        self._scene = scene
        if is_new_source:
            self._centre, self._zoom = (0.0, 0.0), 1.0
            self.aperture = None
        if self._alone is not None:
            self._alone = min(self._alone, max(len(scene.images) - 1, 0))
        self.update()

    def blink(self) -> None:
        """Show one image alone, then the next, and after the last all again."""
        after = 0 if self._alone is None else self._alone + 1
        self._alone = after if after < len(self._scene.images) else None
        self.update()

    @property
    def shown(self) -> tuple[SkyImage, ...]:
        """The images on the canvas: all, or the one that stands alone."""
        images = self._scene.images
        return images if self._alone is None else images[self._alone : self._alone + 1]

    def cells(self) -> list[Cell]:
        """Return the squares of the images on the canvas, as large as they can be."""
        n_images = max(len(self.shown), 1)
        title = QFontMetrics(base_font()).height() + 2
        sides = []
        for n_columns in range(1, n_images + 1):
            n_rows = -(-n_images // n_columns)
            width = (self.width() - (n_columns - 1) * RHYTHM) / n_columns
            height = (self.height() - (n_rows - 1) * RHYTHM) / n_rows - title
            sides.append((min(width, height), n_columns))
        side, n_columns = max(sides)
        side = max(side, 16.0)
        n_rows = -(-n_images // n_columns)
        left = (self.width() - n_columns * side - (n_columns - 1) * RHYTHM) / 2
        top = (self.height() - n_rows * (side + title) - (n_rows - 1) * RHYTHM) / 2
        scale = self._zoom * side / self._field()
        return [
            Cell(
                QRectF(
                    left + (i % n_columns) * (side + RHYTHM),
                    top + title + (i // n_columns) * (side + title + RHYTHM),
                    side,
                    side,
                ),
                *self._centre,
                scale,
            )
            for i in range(len(self.shown))
        ]

    def _field(self) -> float:
        """Return the side in arcseconds of the sky that all images show, at no zoom."""
        extents = [2.0 * reach_of(image) for image in self._scene.images]
        return (1.0 + MARGIN) * (min(extents) if extents else 10.0)

    # painting

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(base_font())
        metrics = QFontMetrics(base_font())
        if not self.shown:
            painter.setPen(QColor(self._colours.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, NOTHING)
            return
        for i, (cell, image) in enumerate(zip(self.cells(), self.shown, strict=True)):
            painter.fillRect(cell.area, QColor(self._colours.canvas))
            painter.save()
            painter.setClipRect(cell.area)
            self._paint_image(painter, cell, image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._paint_contours(painter, cell, image)
            self._paint_marks(painter, cell, image)
            if i == 0:
                self._paint_scale(painter, cell)
            painter.restore()
            painter.setPen(QColor(self._colours.text))
            name = metrics.elidedText(
                image.name, Qt.TextElideMode.ElideRight, round(cell.area.width())
            )
            painter.drawText(QPointF(cell.area.left(), cell.area.top() - metrics.descent()), name)

    def _paint_image(self, painter: QPainter, cell: Cell, image: SkyImage) -> None:
        painter.save()
        painter.setTransform(cell.of_pixels(image.centre, image.offsets), combine=True)
        painter.drawImage(
            QPointF(0.0, 0.0), picture_of(image, self.look, is_dark=self._colours.is_dark)
        )
        painter.restore()

    def _paint_contours(self, painter: QPainter, cell: Cell, image: SkyImage) -> None:
        if not self.look.has_contours:
            return
        painter.setPen(QPen(QColor(self._colours.absorption), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for outline in self._scene.outlines:
            painter.drawPath(cell.of_sky().map(edges_of(outline)))
        contoured = self._scene.contoured
        if contoured is None or contoured is image:
            return
        painter.setPen(QPen(QColor(self._colours.model), 1.2))
        for path in contours_of(contoured):
            painter.drawPath(cell.of_pixels(contoured.centre, contoured.offsets).map(path))

    def _paint_marks(self, painter: QPainter, cell: Cell, image: SkyImage) -> None:
        here = cell.at(0.0, 0.0)
        painter.setPen(QPen(QColor(self._colours.absorption), 1.5))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            inner, outer = QPointF(6.0 * dx, 6.0 * dy), QPointF(16.0 * dx, 16.0 * dy)
            painter.drawLine(QLineF(here + inner, here + outer))
        radius = max(CIRCLE * cell.per_arcsecond, 4.0)
        written: list[QRectF] = []
        for row, place in self._placed(cell):
            colour = self._colours.rival if row.is_second else self._colours.component_b
            painter.setPen(QPen(QColor(colour), 2.5 if row.is_second else 1.2))
            painter.drawEllipse(place, radius, radius)
            if self.look.has_labels:
                text, beside = _beside(painter, cell.area, (place, radius), row)
                at = self._free(painter, beside, text, written)
                self._paint_label(painter, at, text, colour)
        if image.mark is not None:
            painter.setPen(QPen(QColor(self._colours.model), 2.0))
            mark = cell.at(*image.mark)
            corners = [QPointF(7.0, 0.0), QPointF(0.0, 7.0), QPointF(-7.0, 0.0), QPointF(0.0, -7.0)]
            for corner, after in zip(corners, [*corners[1:], corners[0]], strict=True):
                painter.drawLine(QLineF(mark + corner, mark + after))
        if self.aperture is not None:
            painter.setPen(QPen(QColor(self._colours.model), 1.8))
            size = self.aperture.radius * cell.per_arcsecond
            painter.drawEllipse(cell.at(self.aperture.east, self.aperture.north), size, size)
        if self._cursor is not None:
            point = cell.at(*self._cursor)
            painter.setPen(QPen(QColor(self._colours.muted), 1.0, Qt.PenStyle.DashLine))
            area = cell.area
            painter.drawLine(QLineF(area.left(), point.y(), area.right(), point.y()))
            painter.drawLine(QLineF(point.x(), area.top(), point.x(), area.bottom()))

    def _placed(self, cell: Cell) -> Iterator[tuple[NeighbourRow, QPointF]]:
        for row in self._scene.rows:
            if math.isfinite(row.east) and math.isfinite(row.north):
                yield row, cell.at(row.east, row.north)

    def _free(self, painter: QPainter, place: QPointF, text: str, written: list[QRectF]) -> QPointF:
        """Return where a label covers none that is written: there, or some lines further down."""
        metrics = painter.fontMetrics()
        size = QRectF(metrics.boundingRect(text)).size()
        for n_lines in range(2 * len(written) + 1):  # each covers two at most
            here = place + QPointF(0.0, n_lines * size.height())
            area = QRectF(here - QPointF(0.0, size.height()), size)
            if not any(area.intersects(other) for other in written):
                break
        written.append(area)
        return here

    def _paint_label(self, painter: QPainter, place: QPointF, text: str, colour: str) -> None:
        """Write over an image, readable on bright and dark."""
        path = QPainterPath()
        path.addText(place, painter.font(), text)
        painter.strokePath(path, QPen(QColor(self._colours.canvas), HALO))
        painter.fillPath(path, QColor(colour))

    def _paint_scale(self, painter: QPainter, cell: Cell) -> None:
        """Draw the bar of the scale, and where north and east are."""
        area, scale = cell.area, cell.per_arcsecond
        length = next((bar for bar in BARS if bar * scale < area.width() / 3), BARS[-1])
        left, bottom = area.left() + 8.0, area.bottom() - 8.0
        colour = self._colours.model
        painter.setPen(QPen(QColor(colour), 2.0))
        painter.drawLine(QLineF(left, bottom, left + length * scale, bottom))
        self._paint_label(painter, QPointF(left, bottom - 5.0), f"{length:g}″", colour)
        corner, arm = QPointF(area.right() - 10.0, area.bottom() - 10.0), 22.0
        painter.setPen(QPen(QColor(colour), 1.5))
        painter.drawLine(QLineF(corner, corner - QPointF(arm, 0.0)))
        painter.drawLine(QLineF(corner, corner - QPointF(0.0, arm)))
        self._paint_label(painter, corner - QPointF(arm + 10.0, -4.0), "E", colour)
        self._paint_label(painter, corner - QPointF(4.0, arm + 3.0), "N", colour)

    # the mouse

    def _cell_at(self, point: QPointF) -> tuple[Cell, SkyImage] | None:
        pairs = zip(self.cells(), self.shown, strict=True)
        return next((pair for pair in pairs if pair[0].area.contains(point)), None)

    @override
    def mouseMoveEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is None:
            return
        found = self._cell_at(a0.position())
        if self._is_drawing and self.aperture is not None and found is not None:
            self._draw_to(found[0].sky(a0.position()))
        elif self._dragged is not None and found is not None:
            start, (east, north) = self._dragged
            moved = (a0.position() - start) / found[0].per_arcsecond
            self._centre = (east + moved.x(), north + moved.y())
        self._cursor = None if found is None else found[0].sky(a0.position())
        self.pointed.emit(
            None if found is None else (*self._cursor_or_origin(), self._value(found))
        )
        self.update()

    def _cursor_or_origin(self) -> tuple[float, float]:
        return self._cursor or (0.0, 0.0)

    def _value(self, found: tuple[Cell, SkyImage]) -> float:
        """Return the pixel below the cursor, nan beside the image."""
        _, image = found
        x, y = (round(place) for place in image.place(*self._cursor_or_origin()))
        n_y, n_x = image.pixels.shape
        return float(image.pixels[y, x]) if 0 <= y < n_y and 0 <= x < n_x else math.nan

    @override
    def mousePressEvent(self, a0: QMouseEvent | None) -> None:
        if a0 is None or (found := self._cell_at(a0.position())) is None:
            return
        if a0.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._is_drawing = True
            self.aperture = Aperture(*found[0].sky(a0.position()))
            self.aperture_drawn.emit(self.aperture)
            self.update()
            return
        near = [
            (QLineF(place, a0.position()).length(), row.key)
            for row, place in self._placed(found[0])
        ]
        if a0.button() == Qt.MouseButton.LeftButton and near and min(near)[0] < CLICK:
            self.neighbour_chosen.emit(min(near)[1])
            return
        self._dragged = (a0.position(), self._centre)

    @override
    def mouseReleaseEvent(self, a0: QMouseEvent | None) -> None:
        self._dragged, self._is_drawing = None, False

    def _draw_to(self, edge: tuple[float, float]) -> None:
        """Let the aperture reach to a place, if that is further than a click moves."""
        assert self.aperture is not None
        east, north = self.aperture.east, self.aperture.north
        radius = math.hypot(edge[0] - east, edge[1] - north)
        if radius >= RADII[0]:
            self.aperture = Aperture(east, north, min(radius, RADII[1]))
            self.aperture_drawn.emit(self.aperture)

    @override
    def mouseDoubleClickEvent(self, a0: QMouseEvent | None) -> None:
        self._centre, self._zoom = (0.0, 0.0), 1.0
        self.update()

    @override
    def leaveEvent(self, a0: object) -> None:
        self._cursor = None
        self.pointed.emit(None)
        self.update()

    @override
    def wheelEvent(self, a0: QWheelEvent | None) -> None:
        """Zoom on what is below the cursor."""
        if a0 is None or (found := self._cell_at(a0.position())) is None:
            return
        factor = ZOOM ** (a0.angleDelta().y() / 120.0)
        after = min(max(self._zoom * factor, 0.25), 40.0)
        east, north = found[0].sky(a0.position())
        kept = self._zoom / after
        self._centre = (
            east + (self._centre[0] - east) * kept,
            north + (self._centre[1] - north) * kept,
        )
        self._zoom = after
        self.update()
        a0.accept()


def _beside(
    painter: QPainter, area: QRectF, circle: tuple[QPointF, float], row: NeighbourRow
) -> tuple[str, QPointF]:
    """Return what is written at a neighbour and where: to its right, or left, or its ID alone."""
    place, radius = circle
    for text in (row.label, row.source_id):
        width = QRectF(painter.fontMetrics().boundingRect(text)).width() + 4.0
        if place.x() + radius + 2.0 + width <= area.right():
            break
        if place.x() - radius - 2.0 - width >= area.left():
            return text, place + QPointF(-radius - width, 4.0)
    return text, place + QPointF(radius + 2.0, 4.0)
