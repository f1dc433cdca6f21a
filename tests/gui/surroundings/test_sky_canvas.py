"""Images of the sky: where things are drawn, and what the mouse does."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtGui import QWheelEvent
from PyQt6.QtTest import QTest

from moosegui.data.sky.sky_image import SkyImage
from moosegui.data.sky.sky_outline import SkyOutline
from moosegui.gui.surroundings.panel import NeighbourRow
from moosegui.gui.surroundings.sky_canvas import SkyCanvas
from moosegui.gui.surroundings.sky_scene import COLOUR_MAPS, SkyLook, SkyScene

NORTH_UP = np.diag([-0.2, 0.2])
QUARTER = np.array([[0.0, -0.2], [-0.2, 0.0]])  # north to the left of its pixels
NEIGHBOUR = NeighbourRow("b", "b", 1.0, 0.5, 25.0, east=1.0, north=0.0)


def an_image(name: str = "white", offsets: np.ndarray = NORTH_UP, pixel=(10, 10)) -> SkyImage:
    """One bright pixel in an image of 21 by 21, the source in the middle."""
    pixels = np.zeros((21, 21))
    pixels[pixel] = 100.0
    return SkyImage(name, pixels, (10.0, 10.0), offsets)


@pytest.fixture
def canvas(qtbot):
    widget = SkyCanvas()
    qtbot.addWidget(widget)
    widget.resize(640, 320)
    widget.show()
    return widget


def colour_at(canvas: SkyCanvas, i_cell: int, east: float, north: float) -> int:
    point = canvas.cells()[i_cell].at(east, north).toPoint()
    return canvas.grab().toImage().pixelColor(point).lightness()


@pytest.mark.parametrize("offsets", [NORTH_UP, QUARTER])
def test_that_a_pixel_is_drawn_where_it_lies_on_the_sky(canvas, offsets) -> None:
    image = an_image(offsets=offsets, pixel=(13, 6))
    east, north = offsets @ np.array([6 - 10.0, 13 - 10.0])

    canvas.display(SkyScene((image,)))

    assert colour_at(canvas, 0, east, north) < 10  # black on paper
    assert colour_at(canvas, 0, -east, north) > 100
    assert colour_at(canvas, 0, east, -north) > 100


def test_that_all_images_show_the_same_sky_at_one_scale(canvas) -> None:
    small = SkyImage("HST", np.zeros((100, 100)), (50.0, 50.0), NORTH_UP / 6)

    canvas.display(SkyScene((an_image(), small)))

    first, second = canvas.cells()
    assert first.per_arcsecond == second.per_arcsecond
    assert first.sky(first.area.center()) == second.sky(second.area.center()) == (0.0, 0.0)


def test_that_a_click_on_a_neighbour_chooses_it(canvas, qtbot) -> None:
    canvas.display(SkyScene((an_image(),), (NEIGHBOUR,)))
    place = canvas.cells()[0].at(1.0, 0.0).toPoint()

    with qtbot.wait_signal(canvas.neighbour_chosen) as chosen:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place)

    assert chosen.args == ["b"]


def test_that_a_drag_moves_the_sky_and_a_double_click_brings_it_back(canvas) -> None:
    canvas.display(SkyScene((an_image(),)))
    start = canvas.cells()[0].at(0.0, 0.0).toPoint()

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(canvas, start + QPoint(40, 30))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(40, 30))

    assert canvas.cells()[0].at(0.0, 0.0).toPoint() == start + QPoint(40, 30)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=start)
    assert canvas.cells()[0].at(0.0, 0.0).toPoint() == start


def test_that_the_wheel_zooms_on_what_is_below_it(canvas) -> None:
    canvas.display(SkyScene((an_image(),)))
    before = canvas.cells()[0]
    point = before.at(0.7, -0.3)
    away, no = QPoint(0, 120), QPoint()
    buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier

    canvas.wheelEvent(
        QWheelEvent(point, point, no, away, buttons, keys, Qt.ScrollPhase.NoScrollPhase, False)
    )

    after = canvas.cells()[0]
    assert after.per_arcsecond > before.per_arcsecond
    assert after.sky(point) == pytest.approx((0.7, -0.3))


def test_that_the_cursor_tells_place_and_value(canvas, qtbot) -> None:
    canvas.display(SkyScene((an_image(pixel=(12, 10)),)))
    cell = canvas.cells()[0]
    found: list[tuple[float, float, float]] = []
    canvas.pointed.connect(lambda pointed: pointed and found.append(pointed))

    QTest.mouseMove(canvas, cell.at(0.0, 0.4).toPoint())

    qtbot.wait_until(lambda: bool(found))
    assert found[-1] == pytest.approx((0.0, 0.4, 100.0), abs=0.02)


def test_that_blinking_shows_one_image_after_the_other_then_all(canvas) -> None:
    images = (an_image("a"), an_image("b"))
    canvas.display(SkyScene(images))

    shown = []
    for _ in range(3):
        canvas.blink()
        shown.append([image.name for image in canvas.shown])

    assert shown == [["a"], ["b"], ["a", "b"]]


@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_that_every_colour_map_draws(canvas, colour_map: str) -> None:
    canvas.display(SkyScene((an_image(),)))
    canvas.set_look(SkyLook(colour_map=colour_map))

    assert colour_at(canvas, 0, 0.0, 0.05) != colour_at(canvas, 0, 1.5, 1.5)


def test_that_contours_can_be_left_out(canvas) -> None:
    inside = np.zeros((21, 21), dtype=bool)
    inside[5:16, 5:16] = True
    light = np.random.default_rng(3).normal(0.0, 1.0, (21, 21))
    light[8:13, 8:13] += 50.0
    lines = SkyImage("all lines", light, (10.0, 10.0), NORTH_UP)
    outline = SkyOutline("object", inside, (10.0, 10.0), NORTH_UP)
    canvas.display(SkyScene((an_image(), lines), (), (outline,), lines))
    drawn = canvas.grab().toImage()

    canvas.set_look(SkyLook(has_contours=False))

    plain = canvas.grab().toImage()
    cell = canvas.cells()[0]
    edge = cell.at(1.1, 0.0).toPoint()
    assert drawn.pixelColor(edge) != plain.pixelColor(edge)
    assert drawn != plain


def test_that_nothing_to_show_is_said(canvas) -> None:
    canvas.display(SkyScene())

    assert canvas.shown == ()
    assert canvas.grab().toImage().colorCount() == 0  # painted without complaint


def test_that_a_point_beside_all_images_is_no_place(canvas, qtbot) -> None:
    canvas.display(SkyScene((an_image(),)))

    with qtbot.wait_signal(canvas.pointed) as pointed:
        QTest.mouseMove(canvas, QPointF(1.0, 1.0).toPoint())

    assert pointed.args == [None]


def test_that_shift_and_a_drag_draw_an_aperture(canvas, qtbot) -> None:
    canvas.display(SkyScene((an_image(),)))
    cell, drawn = canvas.cells()[0], []
    canvas.aperture_drawn.connect(drawn.append)
    start, edge = cell.at(0.5, -0.3), cell.at(0.5, 0.7)
    shift = Qt.KeyboardModifier.ShiftModifier

    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, shift, start.toPoint())
    QTest.mouseMove(canvas, edge.toPoint())
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, shift, edge.toPoint())
    QTest.mouseMove(canvas, start.toPoint())

    assert drawn[0].east == pytest.approx(0.5, abs=0.05)
    assert drawn[0].north == pytest.approx(-0.3, abs=0.05)
    assert canvas.aperture == drawn[-1]
    assert drawn[-1].radius == pytest.approx(1.0, abs=0.1)


def test_that_another_source_has_no_aperture(canvas) -> None:
    canvas.display(SkyScene((an_image(),)))
    QTest.mouseClick(
        canvas,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
        canvas.cells()[0].area.center().toPoint(),
    )
    assert canvas.aperture is not None

    canvas.display(SkyScene((an_image(),)), is_new_source=True)

    assert canvas.aperture is None


def test_that_a_second_paint_computes_nothing(canvas, monkeypatch) -> None:
    inside = np.zeros((21, 21), dtype=bool)
    inside[8:12, 8:12] = True
    outline = SkyOutline("object", inside, (10.0, 10.0), NORTH_UP)
    noisy = np.random.default_rng(3).normal(size=(21, 21))
    light = SkyImage("lines", noisy + 50.0 * inside, (10.0, 10.0), NORTH_UP)
    canvas.display(SkyScene((an_image(),), outlines=(outline,), contoured=light))
    first = canvas.grab().toImage()

    def refuse(*_arguments: object, **_options: object) -> None:
        raise AssertionError("computed again")

    monkeypatch.setattr(SkyOutline, "edges", refuse)
    monkeypatch.setattr("moosegui.gui.surroundings.sky_scene.levels_of", refuse)
    monkeypatch.setattr("pyqtgraph.functions.isocurve", refuse)
    second = canvas.grab().toImage()

    assert second == first


def test_that_labels_of_close_neighbours_do_not_cover_each_other(canvas, monkeypatch) -> None:
    written = []
    monkeypatch.setattr(canvas, "_paint_label", lambda _p, at, text, _c: written.append((at, text)))
    other = NeighbourRow("c", "c", 1.1, 0.7, 25.0, east=1.0, north=0.1)
    canvas.display(SkyScene((an_image(),), (NEIGHBOUR, other)))

    canvas.grab()

    first, second = [at for at, text in written if text in (NEIGHBOUR.label, other.label)][:2]
    assert abs(first.y() - second.y()) > 8.0
