"""How the parts of the window share its room: kept between runs, and reset in one click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QApplication, QDockWidget, QSplitter, QTabBar
from pytestqt.qtbot import QtBot
from small_survey import IDS, write_catalogue

from moosegui.gui.queue.grid import QueueGrid
from moosegui.gui.queue.specs import column_place
from moosegui.gui.spectrum.header import SpectrumHeader
from moosegui.gui.style.theme import base_font
from moosegui.gui.window.layout import WindowLayout
from moosegui.gui.window.status_line import StatusLine


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path):
    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    someone.action("reset_layout").trigger()
    yield someone
    someone.action("reset_layout").trigger()  # what is kept must not meet the next test
    someone.quit()


def centre(expert: Expert) -> QSplitter:
    """What the spectrum and χ² share."""
    found = expert.spectrum.parentWidget()
    assert isinstance(found, QSplitter)
    return found


def share(expert: Expert) -> float:
    """The part of the height that χ² has, beside the spectrum."""
    *_, spectrum, chi2 = centre(expert).sizes()
    return chi2 / (spectrum + chi2)


def dock(expert: Expert, name: str) -> QDockWidget:
    found = expert.window.findChild(QDockWidget, name)
    assert isinstance(found, QDockWidget)
    return found


def docks(expert: Expert) -> list[QDockWidget]:
    return expert.window.findChildren(QDockWidget)


def test_that_the_height_of_chi2_comes_back(expert: Expert) -> None:
    centre(expert).setSizes([0, 500, 500])
    before = share(expert)

    expert.quit()
    expert.start()

    assert before > 0.4
    assert share(expert) == pytest.approx(before, abs=0.02)


def test_that_reset_layout_restores_the_first_heights(expert: Expert) -> None:
    first = share(expert)
    centre(expert).setSizes([0, 500, 500])

    expert.action("reset_layout").trigger()

    assert share(expert) == pytest.approx(first, abs=0.02)


def test_that_a_floating_dock_comes_back_so_and_is_reset(expert: Expert) -> None:
    dock(expert, "Solutions").setFloating(True)

    expert.quit()
    expert.start()
    was_floating = dock(expert, "Solutions").isFloating()
    expert.action("reset_layout").trigger()

    assert was_floating
    assert not dock(expert, "Solutions").isFloating()


def test_that_a_panel_that_was_closed_can_be_found_again(expert: Expert) -> None:
    dock(expert, "Queue").close()

    expert.action("reset_layout").trigger()

    assert dock(expert, "Queue").isVisible()


@pytest.mark.parametrize("points", [9.0, 14.0, 18.0])
def test_that_the_first_window_fits_a_small_screen(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, points: float
) -> None:
    monkeypatch.setattr(WindowLayout, "_room", lambda _layout: QSize(1366, 728))
    font = QApplication.font()
    large = QApplication.font()
    large.setPointSizeF(points)
    QApplication.setFont(large)

    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    someone.action("reset_layout").trigger()
    needed, size = someone.window.minimumSizeHint(), someone.window.size()
    someone.window._layout.fit()
    QApplication.processEvents()
    decision = dock(someone, "Decision")
    bottom = decision.mapTo(someone.window, decision.rect().bottomRight()).y()
    area = someone.verdict.parentWidget()
    assert area is not None
    is_whole = area.height() >= someone.verdict.sizeHint().height()
    someone.quit()
    QApplication.setFont(font)

    assert (needed.width() <= 1366, needed.height() <= 728) == (True, True)
    assert (size.width() <= 1366, size.height() <= 728) == (True, True)
    assert bottom <= size.height()
    assert is_whole


def test_that_the_second_galaxy_leaves_the_status_bar_on_screen(expert: Expert) -> None:
    expert.window.resize(1366, 728)

    expert.press("k")
    expert.wait_for_jobs()

    assert expert.window.height() == 728
    assert not dock(expert, "Second galaxy").visibleRegion().isEmpty()


def test_that_solutions_are_in_front_again_after_the_second_galaxy(expert: Expert) -> None:
    dock(expert, "Solutions").raise_()
    QApplication.processEvents()

    expert.press("kkkk")
    expert.wait_for_jobs()

    assert not dock(expert, "Solutions").visibleRegion().isEmpty()


def test_that_the_size_of_a_picture_is_not_kept(expert: Expert) -> None:
    before = expert.window.size()

    expert.window.resize_for_picture(900, 640)
    expert.quit()
    expert.start()

    assert expert.window.size() == before


def test_that_hiding_the_panels_twice_changes_nothing(expert: Expert) -> None:
    dock(expert, "Lines").hide()
    dock(expert, "Around").raise_()
    QApplication.processEvents()
    before = {d.objectName(): d.visibleRegion().isEmpty() for d in docks(expert)}

    expert.press("hh")

    assert {d.objectName(): d.visibleRegion().isEmpty() for d in docks(expert)} == before


@pytest.fixture
def large_letters(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Expert]:
    """Letters of 18 pt on a screen of 1366 x 768."""
    monkeypatch.setattr(WindowLayout, "_room", lambda _layout: QSize(1366, 728))
    font, large = QApplication.font(), QApplication.font()
    large.setPointSizeF(18.0)
    QApplication.setFont(large)
    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    someone.window.resize(1366, 728)
    qtbot.waitUntil(lambda: someone.queue.is_folded)
    QApplication.processEvents()
    yield someone
    someone.quit()
    QApplication.setFont(font)


def test_that_the_queue_is_whole_on_a_small_screen(expert: Expert) -> None:
    expert.window.resize(1366, 728)
    QApplication.processEvents()

    assert not expert.queue.is_folded


def test_that_large_letters_leave_the_plots_their_width(large_letters: Expert) -> None:
    digit = large_letters.window.fontMetrics().horizontalAdvance("0")

    assert centre(large_letters).width() > 0.45 * large_letters.window.width()
    assert dock(large_letters, "Queue").width() < 12 * digit


def test_that_the_folded_queue_shows_badges_and_comes_back_for_the_filter(
    large_letters: Expert,
) -> None:
    folded = large_letters.queue.width()

    large_letters.press("/")
    QApplication.processEvents()

    assert not large_letters.queue.is_folded
    assert large_letters.queue.filter_field.hasFocus()
    assert large_letters.queue.width() > folded
    large_letters.press_key(Qt.Key.Key_Escape)


def test_that_one_key_folds_and_unfolds_the_queue(expert: Expert) -> None:
    expert.window.resize(1366, 728)
    QApplication.processEvents()
    width = dock(expert, "Queue").width()

    expert.press("h", Qt.KeyboardModifier.ControlModifier)
    is_folded, narrow = expert.queue.is_folded, dock(expert, "Queue").width()
    expert.press("h", Qt.KeyboardModifier.ControlModifier)

    assert is_folded
    assert narrow < width
    assert not expert.queue.is_folded
    assert dock(expert, "Queue").width() == pytest.approx(width, abs=2)


def test_that_no_tab_behind_the_queue_is_cut(large_letters: Expert) -> None:
    bars = [bar for bar in large_letters.window.findChildren(QTabBar) if bar.isVisible()]

    for bar in bars:
        metrics = bar.fontMetrics()
        for i_tab in range(bar.count()):
            box = bar.tabRect(i_tab)
            longer = max(box.width(), box.height())
            assert longer >= metrics.horizontalAdvance(bar.tabText(i_tab))
    assert bars


def test_that_the_header_says_whole_words_only(large_letters: Expert) -> None:
    header = large_letters.window.findChild(SpectrumHeader)
    assert header is not None

    shown, room = header.said()

    assert shown.endswith(("proposal", "trial", "assigned")) or shown[-1:].isdigit()
    assert header.fontMetrics().horizontalAdvance(shown) <= room


def test_that_no_fact_of_the_status_bar_is_cut(large_letters: Expert) -> None:
    status = large_letters.view(StatusLine)
    large_letters.press("3")
    status.display_progress(3, 20000)
    status.display_search(3, 20000)
    QApplication.processEvents()

    facts = [fact for fact in status.facts if not fact.isHidden()]

    assert [fact.width() < fact.sizeHint().width() for fact in facts] == [False] * len(facts)


def test_that_no_tab_stays_under_the_queue_when_the_window_grows_again(
    large_letters: Expert,
) -> None:
    window = large_letters.window
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    bars = lambda: [b for b in window.findChildren(QTabBar, options=direct) if b.isVisible()]  # noqa: E731
    window.resize(1366, 600)
    large_letters._qtbot.waitUntil(
        lambda: bool(window.tabifiedDockWidgets(dock(large_letters, "Queue")))
    )

    window.resize(2200, 1800)
    large_letters._qtbot.waitUntil(
        lambda: not window.tabifiedDockWidgets(dock(large_letters, "Queue"))
    )
    QApplication.processEvents()

    assert not [bar for bar in bars() if bar.shape() is QTabBar.Shape.RoundedWest]


def open_long_ids(expert: Expert) -> QueueGrid:
    """Open the same spectra under IDs of twenty characters."""
    path = expert.catalogue.with_name("long.csv")
    text = expert.catalogue.read_text()
    for source_id in IDS:
        text = text.replace(f"\n{source_id},", f"\nmuse_udfmosaic_{source_id}_,")
    path.write_text(text)
    expert.application.open_path(path)
    expert.wait_for_jobs()
    return expert.view(QueueGrid)


def test_that_a_wide_window_shows_long_ids_whole(expert: Expert) -> None:
    expert.window.resize(1920, 1080)
    QApplication.processEvents()
    expert.action("reset_layout").trigger()
    narrow = dock(expert, "Queue").width()

    grid = open_long_ids(expert)

    longest = QFontMetrics(base_font()).horizontalAdvance(f"muse_udfmosaic_{IDS[0]}_")
    assert grid.columnWidth(column_place("id")) > longest
    assert narrow < dock(expert, "Queue").width() <= 0.25 * 1920


def test_that_the_width_that_an_expert_gave_the_queue_stays(expert: Expert) -> None:
    expert.window.resize(1920, 1080)
    QApplication.processEvents()
    expert.action("reset_layout").trigger()
    given = 260
    expert.window.resizeDocks([dock(expert, "Queue")], [given], Qt.Orientation.Horizontal)
    QApplication.processEvents()

    open_long_ids(expert)

    assert dock(expert, "Queue").width() == given
