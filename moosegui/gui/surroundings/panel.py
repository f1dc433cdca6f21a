"""What lies around a source: its images, and the neighbours that the list has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPaintEvent, QPen, QPolygonF
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from moosegui.data.sky.sky_image import SkyImage
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font

HEADINGS = ("ID", "dist", "z", "mag")
KEY_ROLE = int(Qt.ItemDataRole.UserRole)
CIRCLE = 0.5  # arcseconds, the radius around a neighbour
BARS = (30.0, 10.0, 5.0, 2.0, 1.0)  # arcseconds, the longest that is short enough is drawn
MIN_SIDE, MAX_SIDE = 64, 132  # px of an image
N_ROWS = 4
MAX_IN_ROW = 3  # images; more stand in two rows


@dataclass(frozen=True, slots=True)
class NeighbourRow:
    """A neighbour as the list shows it; `east` and `north` are arcseconds from the source.

    `is_second` tells that it has the redshift of the second galaxy in the spectrum.
    """

    key: str
    source_id: str
    distance: float
    redshift: float
    magnitude: float
    east: float = float("nan")
    north: float = float("nan")
    is_second: bool = False

    @property
    def label(self) -> str:
        """ID and redshift, beside its circle."""
        redshift = f"  z {self.redshift:.4f}" if np.isfinite(self.redshift) else ""
        return f"{self.source_id}{redshift}{'  = z₂' if self.is_second else ''}"

    @property
    def columns(self) -> tuple[str, ...]:
        """ID, distance, redshift and magnitude as text."""
        redshift = f"{self.redshift:.5f}" if np.isfinite(self.redshift) else ""
        magnitude = f"{self.magnitude:.2f}" if np.isfinite(self.magnitude) else ""
        return self.source_id, f"{self.distance:.1f}″", redshift, magnitude


class SurroundingsPanel(QWidget):
    """Images above, neighbours below; either hides when there is nothing of it.

    Signals: `neighbour_chosen(str)` with the key.
    """

    neighbour_chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)
        self._connect()

    def _build(self, colours: Colours) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.images = ImageStrip(self, colours)
        self._place = QLabel(self)
        self._place.setWordWrap(True)
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._place.hide()
        self._list = QTreeWidget(self)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setRootIsDecorated(False)
        self._list.setUniformRowHeights(True)
        self._list.setFrameShape(QTreeWidget.Shape.NoFrame)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self._list.setHeaderLabels(list(HEADINGS))
        self._list.setAccessibleName("Neighbours")
        self._list.setToolTip("Sources of the list close to this one; click one to go there")
        header = self._list.header()
        if header is not None:
            header.setStretchLastSection(False)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        height = QFontMetrics(base_font()).height() + RHYTHM
        self._list.setMaximumHeight((N_ROWS + 1) * height)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(RHYTHM // 2)
        layout.addWidget(self.images)
        layout.addWidget(self._place)
        layout.addWidget(self._list)
        layout.addStretch(1)

    def _connect(self) -> None:
        self._list.itemClicked.connect(self._on_item_clicked)

    @property
    def has_something(self) -> bool:
        """Whether there is an image or a neighbour to show."""
        return bool(self.images.shown) or self._list.topLevelItemCount() > 0

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self.images.set_colours(colours)

    def display(
        self, rows: tuple[NeighbourRow, ...], images: tuple[SkyImage, ...], place: str = ""
    ) -> None:
        """Show neighbours, the nearest first, images, and in words where the lines lie."""
        self.images.display(images, rows)
        self._place.setText(place)
        self._place.setVisible(bool(place))
        self.images.setVisible(bool(images))
        self._list.clear()
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for row in rows:
            item = QTreeWidgetItem(list(row.columns))
            item.setData(0, KEY_ROLE, row.key)
            for column in range(1, len(HEADINGS)):
                item.setTextAlignment(column, right)
            self._list.addTopLevelItem(item)
        self._list.setVisible(bool(rows))

    def _on_item_clicked(self, item: QTreeWidgetItem, _column: int) -> None:
        self.neighbour_chosen.emit(str(item.data(0, KEY_ROLE)))


class ImageStrip(QWidget):
    """Images side by side, the source in the cross, neighbours in circles, a bar for the scale."""

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._colours = colours
        self._rows: tuple[NeighbourRow, ...] = ()
        self.shown: tuple[SkyImage, ...] = ()
        self._pictures: tuple[QImage, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Images")

    @override
    def sizeHint(self) -> QSize:
        return QSize(0, self._n_rows * self._row_height)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette; on paper the sky is light."""
        self._colours = colours
        self._pictures = tuple(_picture(image, colours) for image in self.shown)
        self.update()

    def display(self, images: tuple[SkyImage, ...], rows: tuple[NeighbourRow, ...]) -> None:
        """Show images, with the places of the neighbours on them."""
        if images is not self.shown:
            self.shown = images
            self._pictures = tuple(_picture(image, self._colours) for image in images)
        self._rows = rows
        self.updateGeometry()
        self.update()

    @property
    def _n_in_row(self) -> int:
        n_images = max(len(self.shown), 1)
        return n_images if n_images <= MAX_IN_ROW else -(-n_images // 2)

    @property
    def _n_rows(self) -> int:
        return -(-max(len(self.shown), 1) // self._n_in_row)

    @property
    def _row_height(self) -> int:
        return self._side + QFontMetrics(base_font()).height() + 2

    @property
    def _side(self) -> int:
        width = (self.width() - (self._n_in_row - 1) * RHYTHM) // self._n_in_row
        return min(max(width, MIN_SIDE), MAX_SIDE)

    @override
    def paintEvent(self, a0: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setFont(base_font())
        metrics = QFontMetrics(base_font())
        for i, (image, picture) in enumerate(zip(self.shown, self._pictures, strict=True)):
            row, column = divmod(i, self._n_in_row)
            left, top = column * (self._side + RHYTHM), row * self._row_height
            area = QRectF(left, top, self._side, self._side)
            self._paint_image(painter, area, image, picture)
            painter.setPen(QColor(self._colours.muted))
            below = QRectF(area.left(), area.bottom() + 1, area.width(), self._row_height)
            name = metrics.elidedText(image.name, Qt.TextElideMode.ElideRight, self._side)
            painter.drawText(below, Qt.AlignmentFlag.AlignLeft, name)

    def _paint_image(
        self, painter: QPainter, area: QRectF, image: SkyImage, picture: QImage
    ) -> None:
        """Fit the image into its square; the source is marked but not covered."""
        n_y, n_x = image.pixels.shape
        scale = area.width() / max(n_x, n_y)
        target = QRectF(0.0, 0.0, n_x * scale, n_y * scale)
        target.moveCenter(area.center())
        painter.fillRect(area, QColor(self._colours.canvas))
        painter.drawImage(target, picture)
        painter.save()
        painter.setClipRect(target)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

        def place(east: float, north: float) -> QPointF:
            x, y = image.place(east, north)
            return QPointF(target.left() + (x + 0.5) * scale, target.bottom() - (y + 0.5) * scale)

        here = place(0.0, 0.0)
        painter.setPen(QPen(QColor(self._colours.absorption), 1.0))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            inner, outer = QPointF(4.0 * dx, 4.0 * dy), QPointF(10.0 * dx, 10.0 * dy)
            painter.drawLine(QLineF(here + inner, here + outer))
        painter.setPen(QPen(QColor(self._colours.component_b), 1.0))
        radius = max(CIRCLE / image.pixel_size * scale, 3.0)
        for row in self._rows:
            if np.isfinite(row.east) and np.isfinite(row.north):
                painter.drawEllipse(place(row.east, row.north), radius, radius)
        if image.mark is not None:
            painter.setPen(QPen(QColor(self._colours.model), 1.5))
            mark = place(*image.mark)
            diamond = [QPointF(5.0, 0.0), QPointF(0.0, 5.0), QPointF(-5.0, 0.0), QPointF(0.0, -5.0)]
            painter.drawPolygon(QPolygonF([mark + corner for corner in diamond]))
        painter.restore()
        self._paint_bar(painter, target, scale / image.pixel_size)

    def _paint_bar(self, painter: QPainter, target: QRectF, per_arcsecond: float) -> None:
        length = next((bar for bar in BARS if bar * per_arcsecond < target.width() / 2.5), BARS[-1])
        left, bottom = target.left() + 5.0, target.bottom() - 5.0
        painter.setPen(QPen(QColor(self._colours.model), 2.0))
        painter.drawLine(QLineF(left, bottom, left + length * per_arcsecond, bottom))
        painter.setPen(QColor(self._colours.model))
        painter.drawText(QPointF(left, bottom - 4.0), f"{length:g}″")


def _picture(image: SkyImage, colours: Colours) -> QImage:
    """Return an image as grey levels, its first row at the bottom."""
    levels = image.grey_levels()[::-1]
    shades = 255.0 * (levels if colours.is_dark else 1.0 - levels)
    bright = np.ascontiguousarray(shades.astype(np.uint8))
    n_y, n_x = bright.shape
    return QImage(bright.tobytes(), n_x, n_y, n_x, QImage.Format.Format_Grayscale8).copy()
