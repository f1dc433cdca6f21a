"""Images and neighbours: what is shown, what a click does, and that nothing is an empty box."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox, QDockWidget, QScrollArea, QTreeWidget
from small_survey import FIRST, SECOND, THIRD, write_catalogue

from moosegui.data.sky.sky_image import SkyImage
from moosegui.gui.surroundings.control import TITLE
from moosegui.gui.surroundings.panel import NeighbourRow, SurroundingsPanel
from moosegui.gui.surroundings.sky_view import SkyView

ROWS = (
    NeighbourRow("a", "0012", 1.24, 0.84, 25.1, 1.0, 0.7),
    NeighbourRow("b", "0100", 2.51, float("nan"), float("nan")),
)


@pytest.fixture
def panel(qtbot):
    widget = SurroundingsPanel()
    widget.resize(280, 240)
    qtbot.addWidget(widget)
    widget.show()
    return widget


def neighbours(widget) -> QTreeWidget:
    return widget.findChild(QTreeWidget)


def an_image() -> SkyImage:
    return SkyImage("white", np.eye(25), (12.0, 12.0), np.array([[-0.2, 0.0], [0.0, 0.2]]))


def test_that_neighbours_are_listed_with_distance_redshift_and_magnitude(panel):
    panel.display(ROWS, ())

    items = [neighbours(panel).topLevelItem(i) for i in range(2)]
    assert [items[0].text(column) for column in range(4)] == ["0012", "1.2″", "0.84000", "25.10"]
    assert [items[1].text(column) for column in range(4)] == ["0100", "2.5″", "", ""]


def test_that_a_click_chooses_a_neighbour(panel, qtbot):
    panel.display(ROWS, ())
    rows = neighbours(panel)
    place = rows.visualItemRect(rows.topLevelItem(1)).center()

    with qtbot.waitSignal(panel.neighbour_chosen) as chosen:
        QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert chosen.args == ["b"]


def test_that_only_what_there_is_takes_room(panel):
    panel.display((), (an_image(),))
    assert (panel.images.isVisible(), neighbours(panel).isVisible()) == (True, False)

    panel.display(ROWS, ())
    assert (panel.images.isVisible(), neighbours(panel).isVisible()) == (False, True)

    panel.display((), ())
    assert not panel.has_something


def test_that_a_neighbour_is_circled_on_the_image(panel):
    panel.display((), (an_image(),))
    plain = panel.grab().toImage()

    panel.images.display(panel.images.shown, ROWS)

    assert panel.grab().toImage() != plain


def test_that_nothing_takes_the_keyboard_focus(panel):
    policies = {child.focusPolicy() for child in (panel, panel.images, neighbours(panel))}

    assert policies == {Qt.FocusPolicy.NoFocus}


@pytest.fixture
def crowd(qtbot, tmp_path: Path):
    """The second source lies 1.5 arcseconds north of the first, which has an image."""
    path = write_catalogue(tmp_path / "catalogue.csv")
    table = Table.read(path, converters={"ID": str})
    table["DEC"] = -27.0 - 0.1 * np.arange(len(table))
    table["DEC"][1], table["RA"][1] = table["DEC"][0] + 1.5 / 3600, table["RA"][0]
    table.write(path, overwrite=True)
    header = fits.Header({"CTYPE1": "RA---TAN", "CTYPE2": "DEC--TAN", "CRPIX1": 10, "CRPIX2": 10})
    header.update({"CRVAL1": 53.0, "CRVAL2": -27.0, "CDELT1": -5e-5, "CDELT2": 5e-5})
    with fits.open(tmp_path / "spectra" / f"spectrum_{FIRST}.fits", mode="append") as hdus:
        hdus.append(fits.ImageHDU(np.eye(20), header, "IMA_MUSE_WHITE_DATA"))
    someone = Expert(qtbot, path)
    yield someone
    someone.quit()


def dock(expert: Expert) -> QDockWidget:
    return expert.window.findChild(QDockWidget, TITLE)


def shown_panel(expert: Expert) -> SurroundingsPanel:
    return dock(expert).findChild(SurroundingsPanel)


def test_that_the_panel_follows_the_source(crowd, qtbot):
    crowd.go(FIRST)
    rows = neighbours(dock(crowd))
    assert rows.topLevelItem(0).text(0).endswith(SECOND.lstrip("0"))

    crowd.go(THIRD)

    assert dock(crowd).isHidden()


def test_that_a_click_in_the_window_goes_to_the_neighbour(crowd):
    crowd.go(FIRST)

    shown_panel(crowd).neighbour_chosen.emit(crowd.session.on_screen.neighbours[0].source.key)

    assert crowd.current.endswith(SECOND.lstrip("0"))


def test_that_images_come_from_the_file_of_the_spectrum(crowd, qtbot):
    crowd.go(FIRST)

    qtbot.waitUntil(lambda: len(shown_panel(crowd).images.shown) == 1)

    assert shown_panel(crowd).images.shown[0].name == "white"


def test_that_an_empty_panel_stays_hidden_when_all_are_brought_back(crowd):
    crowd.go(THIRD)

    crowd.press("hh")

    assert dock(crowd).isHidden()


def test_that_folded_panels_stay_folded_at_the_next_source(crowd):
    crowd.go(THIRD)
    crowd.press("h")

    crowd.go(FIRST)

    assert dock(crowd).isHidden()


def test_that_the_images_leave_the_decision_whole_in_a_large_window(crowd, qtbot):
    crowd.window.resize(1920, 1080)
    crowd.go(FIRST)
    qtbot.wait_until(lambda: bool(shown_panel(crowd).images.shown))
    (area,) = (
        child for child in crowd.window.findChildren(QScrollArea) if child.widget() is crowd.verdict
    )

    qtbot.wait_until(lambda: not dock(crowd).visibleRegion().isEmpty())

    assert area.verticalScrollBar().maximum() == 0
    assert crowd.window.dockWidgetArea(dock(crowd)) == Qt.DockWidgetArea.LeftDockWidgetArea


def test_that_a_key_shows_the_images_in_full_size_and_gives_the_place_back(crowd, qtbot):
    crowd.go(FIRST)
    qtbot.wait_until(lambda: bool(shown_panel(crowd).images.shown))
    heights = (crowd.spectrum.height(), crowd.chi2.height())

    crowd.press_key(Qt.Key.Key_F2)

    view = crowd.window.findChild(SkyView)
    qtbot.wait_until(view.isVisible)
    assert [image.name for image in view.canvas.shown] == ["white"]
    assert not crowd.chi2.isVisible()
    crowd.press_key(Qt.Key.Key_F2)
    qtbot.wait_until(crowd.chi2.isVisible)
    assert not view.isVisible()
    qtbot.wait_until(lambda: (crowd.spectrum.height(), crowd.chi2.height()) == heights)


def test_that_the_images_stay_large_from_source_to_source(crowd, qtbot):
    crowd.go(FIRST)
    qtbot.wait_until(lambda: bool(shown_panel(crowd).images.shown))
    crowd.press_key(Qt.Key.Key_F2)
    view = crowd.window.findChild(SkyView)

    crowd.go(THIRD)

    assert view.isVisible()
    assert view.canvas.shown == ()
    crowd.go(FIRST)
    qtbot.wait_until(lambda: bool(view.canvas.shown))


def test_that_the_key_says_so_where_there_is_no_image(crowd):
    crowd.go(THIRD)

    crowd.press_key(Qt.Key.Key_F2)

    assert any("no images of this source" in text for text in crowd.notices)
    assert crowd.chi2.isVisible()


def test_that_the_choice_of_colours_is_kept(crowd, qtbot):
    crowd.go(FIRST)
    qtbot.wait_until(lambda: bool(shown_panel(crowd).images.shown))
    crowd.press_key(Qt.Key.Key_F2)
    view = crowd.window.findChild(SkyView)
    box = next(box for box in view.findChildren(QComboBox) if box.findText("magma") >= 0)

    box.setCurrentText("magma")
    box.activated.emit(box.currentIndex())

    assert view.canvas.look.colour_map == "magma"
    assert crowd.application.preferences.preferences.image_colours == "magma"


def test_that_large_images_are_not_the_layout_of_the_next_start(crowd, qtbot):
    crowd.go(FIRST)
    qtbot.wait_until(lambda: bool(shown_panel(crowd).images.shown))
    crowd.press_key(Qt.Key.Key_F2)
    qtbot.wait_until(lambda: not crowd.chi2.isVisible())

    crowd.quit()
    crowd.start()

    assert crowd.chi2.isVisible()
    assert crowd.chi2.height() > 100
