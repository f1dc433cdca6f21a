"""What the right mouse button offers, in the real window."""

from __future__ import annotations

import pytest
from expert import Expert
from mouse import RIGHT, Mouse
from PyQt6.QtCore import QPoint
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QApplication, QMenu
from seen import item_in, plot_in
from small_survey import TRUTHS

from moosegui.data.lines import LINES_BY_NAME, centroid_wave
from moosegui.gui.curve.markers import MinimaMarkers
from moosegui.gui.keys.context_menu import ContextMenu
from moosegui.gui.menus.control import MenusControl
from moosegui.gui.plots.line_labels import LineLabels
from moosegui.gui.queue.grid import QueueGrid

OII = centroid_wave(LINES_BY_NAME["OII3726"]) * (1.0 + TRUTHS[4])


@pytest.fixture
def spectrum_mouse(expert: Expert) -> Mouse:
    expert.go("0200")
    return Mouse(expert.spectrum, plot_in(expert.spectrum))


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def choose(menu: QMenu, words: str) -> None:
    """Choose the entry that begins with some words, also in a menu below."""
    below = (action.menu() for action in menu.actions())
    menus = [menu, *(one for one in below if one is not None)]
    entry = next(a for one in menus for a in one.actions() if a.text().startswith(words))
    entry.trigger()
    menu.close()
    QApplication.processEvents()


def test_that_a_right_click_masks_what_lies_there_and_unmasks_it(
    expert: Expert, spectrum_mouse: Mouse
) -> None:
    spectrum_mouse.click(7000.0, button=RIGHT)
    choose(open_menu(), "Mask ±12")
    expert.wait_for_jobs()
    masks = expert.session.live.conditions.masks
    spectrum_mouse.click(7000.0, button=RIGHT)
    choose(open_menu(), "Fit this mask again")

    ((start, stop),) = masks
    assert start == pytest.approx(6988.0, abs=3.0)
    assert stop - start == pytest.approx(24.0, abs=0.1)
    assert expert.session.live.conditions.masks == ()


def test_that_a_feature_is_named_from_the_menu(expert: Expert, spectrum_mouse: Mouse) -> None:
    expert.press("o")

    spectrum_mouse.click(OII + 2.0, button=RIGHT)
    choose(open_menu(), "[O II]")

    assert expert.session.shown.redshift == pytest.approx(TRUTHS[4], abs=1e-3)


def test_that_entries_show_the_keys_that_do_the_same(expert: Expert, spectrum_mouse: Mouse) -> None:
    spectrum_mouse.click(OII, button=RIGHT)
    menu = open_menu()
    names = next(a.menu() for a in menu.actions() if a.text() == "This feature is")

    assert names is not None
    assert any(text.endswith("\tShift+O") for text in texts(names))
    assert expert.action("mask") in menu.actions()
    menu.close()


def test_that_a_left_click_opens_no_menu(expert: Expert, spectrum_mouse: Mouse) -> None:
    spectrum_mouse.click(OII)

    assert QApplication.activePopupWidget() is None


def test_that_keys_act_again_after_a_menu(expert: Expert, spectrum_mouse: Mouse) -> None:
    spectrum_mouse.click(OII, button=RIGHT)
    open_menu().close()
    QApplication.processEvents()
    before = expert.current

    expert.press("n")

    assert expert.current != before


def test_that_a_name_in_the_plot_has_a_menu_of_its_own(expert: Expert) -> None:
    expert.go("0200")
    plot = plot_in(expert.spectrum)
    labels = item_in(plot, LineLabels)
    text, centre, lane = next(placed for placed in labels.placed if placed[2] is not None)
    box, top = plot.getViewBox(), (lane or 0) * labels.lane_height + 3.0
    if labels.line_at(QPoint(round(centre), round(top)).toPointF()) is None:
        top = box.height() - top  # absorption lies at the bottom

    scene = box.mapToScene(QPoint(round(centre), round(top)).toPointF())
    Mouse(expert.spectrum, plot).click_at(scene, RIGHT)
    title = texts(open_menu())[0]
    open_menu().close()

    assert title.split()[0].strip("[]") in text


def test_that_a_solution_is_chosen_from_its_badge(expert: Expert) -> None:
    expert.go("0200")
    plot = plot_in(expert.chi2)
    markers = item_in(plot, MinimaMarkers)
    marker = next(marker for marker in markers.markers if marker.rank == 2)

    scene = plot.getViewBox().mapToScene(marker.badge.center())
    Mouse(expert.chi2, plot).click_at(scene, RIGHT)
    menu = open_menu()
    title = texts(menu)[0]
    choose(menu, "Look at this solution")

    assert title.startswith("Solution 2: z ")
    assert expert.session.shown.solution_rank == 2


def test_that_the_scan_is_limited_to_a_place_of_the_curve(expert: Expert) -> None:
    expert.go("0200")

    Mouse(expert.chi2, plot_in(expert.chi2)).click(1.0, button=RIGHT)
    choose(open_menu(), "Scan only near this z")
    expert.wait_for_jobs()

    limits = expert.session.live.conditions.redshift_limits
    assert limits is not None
    assert limits == pytest.approx((0.8, 1.2), abs=0.02)


def test_that_a_row_of_the_solutions_copies_its_redshift(expert: Expert) -> None:
    expert.go("0200")
    analysis = expert.session.on_screen.analysis
    assert analysis is not None

    menu = expert.control(MenusControl).over_rank(2, QPoint(0, 0))
    assert isinstance(menu, ContextMenu)
    choose(menu, "Copy z")

    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text() == f"{analysis.solutions[1].redshift:.6f}"


def test_that_a_row_of_the_queue_copies_its_position(expert: Expert) -> None:
    menu = expert.view(QueueGrid).row_menu(2)
    source = expert.session.source(expert.rows[2].key)

    choose(menu, "Copy its position")

    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert source is not None
    assert clipboard.text().split()[0] == f"{source.ra:.6f}"
