"""What is drawn of the sky and how: pictures of images, contours, and where a place is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyqtgraph as pg
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QImage, QPainterPath, QTransform

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.sky_image import SkyImage
from moosegui.data.sky.sky_outline import SkyOutline
from moosegui.fit.sky.stretch import Limits, Stretch, levels_of
from moosegui.gui.surroundings.panel import NeighbourRow

GREY = "grey"
COLOUR_MAPS = (GREY, "viridis", "magma", "inferno", "cividis")
_INDEXED = QImage.Format.Format_Indexed8
KEPT = 64  # pictures and outlines: every move of the mouse paints them again
DIVERGING = "CET-D1"  # from blue over white to red (Kovesi 2015, arXiv:1509.03700)
CONTOURS = (3.0, 6.0, 12.0, 24.0)  # sigma of the noise of the image that they are drawn of


@dataclass(frozen=True, slots=True)
class SkyLook:
    """How images are drawn."""

    stretch: Stretch = "asinh"
    limits: Limits = "noise"
    colour_map: str = GREY
    has_contours: bool = True
    has_labels: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class SkyScene:
    """What is drawn: images, what lies on them, and the image whose contours lie on the others."""

    images: tuple[SkyImage, ...] = ()
    rows: tuple[NeighbourRow, ...] = ()
    outlines: tuple[SkyOutline, ...] = ()
    contoured: SkyImage | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One image's square of the canvas, and what it shows of the sky."""

    area: QRectF
    east: float
    north: float
    per_arcsecond: float

    def at(self, east: float, north: float) -> QPointF:
        """Where a place of the sky is drawn: east to the left, north up."""
        middle = self.area.center()
        return QPointF(
            middle.x() - (east - self.east) * self.per_arcsecond,
            middle.y() - (north - self.north) * self.per_arcsecond,
        )

    def sky(self, point: QPointF) -> tuple[float, float]:
        """Return arcseconds east and north of the source of a place on the canvas."""
        middle = self.area.center()
        return (
            self.east - (point.x() - middle.x()) / self.per_arcsecond,
            self.north - (point.y() - middle.y()) / self.per_arcsecond,
        )

    def of_pixels(self, centre: tuple[float, float], offsets: FloatArray) -> QTransform:
        """From pixels, counted from the corner of the first, to the canvas."""
        scale = self.per_arcsecond
        a, b, c, d = (-scale * float(value) for value in offsets.ravel())  # x of x, y; y of x, y
        origin = self.at(*(-offsets @ (np.array(centre) + 0.5)).tolist())
        return QTransform(a, c, b, d, origin.x(), origin.y())

    def of_sky(self) -> QTransform:
        """From arcseconds east and north of the source to the canvas."""
        origin, scale = self.at(0.0, 0.0), self.per_arcsecond
        return QTransform(-scale, 0.0, 0.0, -scale, origin.x(), origin.y())


def picture_of(image: SkyImage, look: SkyLook, *, is_dark: bool) -> QImage:
    """Return an image in the chosen colours, its first row first; grey is ink on light paper."""
    is_ink = look.colour_map == GREY and not is_dark
    return _coloured(image, (look.stretch, look.limits), look.colour_map, is_ink=is_ink)


@lru_cache(maxsize=KEPT)
def _coloured(
    image: SkyImage, how: tuple[Stretch, Limits], colour_map: str, *, is_ink: bool
) -> QImage:
    if image.reach > 0.0:
        return _diverging(image)
    levels = levels_of(image, *how)
    values = np.ascontiguousarray(np.rint(255.0 * (1.0 - levels if is_ink else levels)))
    n_y, n_x = values.shape
    picture = QImage(values.astype(np.uint8).tobytes(), n_x, n_y, n_x, _INDEXED)
    picture.setColorTable(_table(colour_map))
    return picture.copy()


def _diverging(image: SkyImage) -> QImage:
    """Return differences: white is none, and nothing is drawn where there are no data."""
    part = np.clip(np.nan_to_num(image.pixels / image.reach, nan=0.0), -1.0, 1.0)
    values = np.clip(np.rint(127.5 + 127.5 * part), 1.0, 255.0)
    values = np.ascontiguousarray(np.where(np.isnan(image.pixels), 0.0, values)).astype(np.uint8)
    n_y, n_x = values.shape
    picture = QImage(values.tobytes(), n_x, n_y, n_x, _INDEXED)
    picture.setColorTable([QColor(0, 0, 0, 0).rgba(), *_table(DIVERGING)[1:]])
    return picture.copy()


@lru_cache(maxsize=KEPT)
def edges_of(outline: SkyOutline) -> QPainterPath:
    """Return the sides of an object's pixels, in arcseconds east and north of the source."""
    path = QPainterPath()
    for first, second in outline.edges().tolist():
        path.moveTo(QPointF(*first))
        path.lineTo(QPointF(*second))
    return path


def reach_of(image: SkyImage) -> float:
    """Return how far an image reaches from the source, in arcseconds along an axis of the sky."""
    n_y, n_x = image.pixels.shape
    corners = np.array([(x, y) for x in (-0.5, n_x - 0.5) for y in (-0.5, n_y - 0.5)])
    places = (corners - np.array(image.centre)) @ image.offsets.T
    return float(np.abs(places).max())


@lru_cache(maxsize=len(COLOUR_MAPS) + 1)
def _table(name: str) -> list[int]:
    """Return the colours of 256 levels."""
    if name == GREY:
        return [QColor(level, level, level).rgb() for level in range(256)]
    colours: Sequence[Sequence[int]] = pg.colormap.get(name).getLookupTable(nPts=256)
    return [QColor(int(r), int(g), int(b)).rgb() for r, g, b in colours]


@lru_cache(maxsize=KEPT)
def contours_of(image: SkyImage) -> tuple[QPainterPath, ...]:
    """Return lines of equal brightness, in pixels from the corner of the first."""
    pixels = np.nan_to_num(image.pixels, nan=0.0)
    middle = float(np.median(pixels))
    noise = 1.4826 * float(np.median(np.abs(pixels - middle)))
    paths = []
    for level in CONTOURS:
        height = middle + level * noise
        if not noise > 0 or height >= pixels.max():
            break
        path = QPainterPath()
        for line in pg.functions.isocurve(pixels.T, height, connected=True, extendToEdge=True):
            path.moveTo(QPointF(*line[0]))
            for point in line[1:]:
                path.lineTo(QPointF(*point))
        paths.append(path)
    return tuple(paths)
