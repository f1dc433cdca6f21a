"""The window: focus, comments, filters, problems, notices, and a very long list."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from expert import Expert
from PyQt6.QtCore import QAbstractItemModel, QObject, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from seen import items_in, labels_with, plot_in
from small_survey import FIRST, IDS, SECOND, THIRD, write_catalogue, write_spectra

from moosegui.data.catalogue import Source, SourceList
from moosegui.gui.plots.items import StepCurve
from moosegui.gui.queue.row import Chip
from moosegui.gui.style.message import Message
from moosegui.gui.style.solution_list import SolutionList
from moosegui.gui.verdict.zconf_button import ZconfButton
from moosegui.gui.window.notices import NoticeBar

CONTROL = Qt.KeyboardModifier.ControlModifier
N_MANY = 100_000


def child(parent: QObject, name: str) -> QWidget:
    """The widget that a screen reader calls by this name."""
    return next(w for w in parent.findChildren(QWidget) if w.accessibleName() == name)


# The keyboard


def test_that_only_text_fields_take_the_keyboard(expert: Expert) -> None:
    dialogs = expert.window.findChildren(QDialog)
    inside = [w for dialog in dialogs for w in (dialog, *dialog.findChildren(QWidget))]
    known = {id(w) for w in inside}  # while the list holds the wrappers
    widgets = [w for w in expert.window.findChildren(QWidget) if id(w) not in known]

    takers = [
        f"{type(w).__name__} {w.accessibleName() or w.objectName()}"
        for w in widgets
        if w.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not isinstance(w, QLineEdit | QPlainTextEdit)
    ]

    assert takers == []


def test_that_clicking_anywhere_leaves_the_keyboard_to_the_window(expert: Expert) -> None:
    for widget in (expert.spectrum, expert.chi2, expert.view(SolutionList)):
        expert.click(widget)
        assert not isinstance(QApplication.focusWidget(), QLineEdit | QPlainTextEdit)

    before = expert.current
    expert.press("n")

    assert expert.current != before


def test_that_tab_does_not_lead_the_keyboard_astray(expert: Expert) -> None:
    for _ in range(5):
        expert.press_key(Qt.Key.Key_Tab)

    expert.press("n")

    assert expert.current == SECOND


# Showing and not writing back


def test_that_going_through_all_sources_records_nothing(expert: Expert) -> None:
    for keys in ("n" * 7, "b" * 7, "sltvywr"):
        expert.press(keys)
    expert.wait_for_jobs()

    assert expert.session.store.events() == ()
    assert expert.session.store.drafts() == {}


def test_that_showing_a_decided_source_records_nothing(expert: Expert) -> None:
    expert.press("3")
    expert.press("fb")
    n_events = len(expert.session.store.events())

    expert.press("bnbn")

    assert len(expert.session.store.events()) == n_events


def test_that_the_row_shows_a_decision_at_once(expert: Expert) -> None:
    expert.press("2")

    row = expert.rows[0]
    assert (row.key, row.zconf, row.state.value) == (FIRST, 2, "assigned")


# Comments


def test_that_a_comment_stays_with_its_source_when_another_is_clicked(expert: Expert) -> None:
    expert.press("c")
    expert.write("for the first")
    expert.session.select(SECOND)

    assert expert.session.verdict(FIRST).comment == "for the first"
    assert expert.session.verdict(SECOND) is None
    assert child(expert.window, "Comment on this source").toPlainText() == ""


def test_that_a_button_pressed_while_a_comment_is_written_keeps_both(expert: Expert) -> None:
    expert.press("c")
    expert.write("for the first")
    expert.click(expert.verdict.findChildren(ZconfButton)[2])

    verdict = expert.session.verdict(FIRST)
    assert (verdict.comment, verdict.zconf) == ("for the first", 2)
    assert expert.current == SECOND
    assert expert.session.verdict(SECOND) is None


def test_that_a_comment_under_way_is_kept_on_quitting(expert: Expert) -> None:
    expert.press("c")
    expert.write("half a sen")

    expert.quit()
    expert.start()

    assert expert.session.verdict(FIRST).comment == "half a sen"


def test_that_a_scan_that_arrives_leaves_a_comment_under_way(expert: Expert) -> None:
    expert.press("c")
    expert.write("half")

    expert.session.analysis_updated.emit(FIRST)
    expert.write(" a sentence")
    expert.press_key(Qt.Key.Key_Escape)

    assert expert.session.verdict(FIRST).comment == "half a sentence"


def test_that_an_undone_comment_leaves_the_field(expert: Expert) -> None:
    expert.press("c")
    expert.write("no")
    expert.press_key(Qt.Key.Key_Escape)

    expert.press("z", CONTROL)

    assert child(expert.window, "Comment on this source").toPlainText() == ""
    assert expert.session.verdict(FIRST) is None


def test_that_a_redshift_being_typed_does_not_go_to_another_source(expert: Expert) -> None:
    expert.press("z")
    expert.write("0.5")
    expert.session.select(SECOND)
    expert.press_key(Qt.Key.Key_Return)

    assert expert.session.draft(FIRST) is None
    assert expert.session.shown.redshift != 0.5 or expert.current == FIRST


# Filters


def test_that_after_judging_under_a_filter_the_next_one_comes(expert: Expert) -> None:
    expert.queue.set_chip(Chip.UNREVIEWED)
    expert.press("n3")

    expert.queue.reapply()
    expert.press("3")

    assert expert.session.verdict(SECOND).zconf == expert.session.verdict(THIRD).zconf == 3
    assert expert.current == IDS[3]


def test_that_reapplying_a_filter_that_hides_the_current_source_goes_to_its_follower(
    expert: Expert,
) -> None:
    expert.queue.set_chip(Chip.UNREVIEWED)
    expert.press("n3b")
    assert expert.current == SECOND

    expert.queue.reapply()
    expert.press("n")

    assert expert.current == THIRD


def test_that_a_filter_keeps_the_source_on_screen(expert: Expert) -> None:
    expert.press("n")

    expert.queue.set_filter("0300")

    assert expert.current == SECOND
    expert.press("n")
    assert expert.current == "0300"


# Problems


@pytest.fixture
def broken(qtbot: QtBot, tmp_path: Path) -> Iterator[Expert]:
    """A survey whose second spectrum is cut short and whose third has no variance."""
    catalogue = write_catalogue(tmp_path / "catalogue.csv")
    path = tmp_path / "spectra" / f"spectrum_{SECOND}.fits"
    path.write_bytes(path.read_bytes()[:4000])
    with fits.open(tmp_path / "spectra" / f"spectrum_{THIRD}.fits", mode="update") as hdus:
        del hdus["STAT"]
    someone = Expert(qtbot, catalogue)
    someone.now += 1.0
    yield someone
    if not someone.has_quit:
        someone.quit()


def has_curve(view: QWidget) -> bool:
    """Whether anything is drawn in the plot of a view."""
    curves = items_in(plot_in(view), StepCurve)
    return any(curve.xData is not None for curve in curves)


def test_that_a_source_with_a_problem_shows_its_reason_and_no_plots(broken: Expert) -> None:
    broken.go(FIRST)
    assert has_curve(broken.spectrum)

    broken.go(SECOND)

    assert broken.session.problem(SECOND)
    (badges,) = labels_with(broken.verdict, "cannot be shown")
    assert broken.session.problem(SECOND) in badges.toolTip()
    assert not has_curve(broken.spectrum)
    assert not has_curve(broken.chi2)
    assert broken.view(SolutionList).findChild(QAbstractItemView).model().rowCount() == 0


def test_that_an_unreadable_source_says_why_over_the_plot(broken: Expert) -> None:
    broken.go(SECOND)

    message = broken.spectrum.findChild(Message)
    assert message.isVisible()
    assert message.text() == broken.session.problem(SECOND)
    assert message.parentWidget() is broken.spectrum


def test_that_a_source_with_a_problem_can_be_called_false_or_0(broken: Expert) -> None:
    broken.go(SECOND)

    broken.press("3")
    assert broken.session.verdict(SECOND) is None
    broken.press("0")

    assert broken.session.verdict(SECOND).zconf == 0
    assert broken.current == THIRD


def test_that_a_spectrum_without_variance_shows_a_badge(broken: Expert) -> None:
    broken.go(THIRD)

    (badges,) = labels_with(broken.verdict, "σ estimated")
    assert "no variance" in badges.toolTip()


def test_that_a_bug_in_a_slot_is_a_notice_with_details_and_the_session_goes_on(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("by purpose")

    monkeypatch.setattr(expert.session.redshift, "restore_automatic", fail)
    expert.action("automatic").triggered.disconnect()
    expert.action("automatic").triggered.connect(fail)
    expert.press("a")

    assert any("by purpose" in text for text in expert.notices)
    *_, copy = (b for b in expert.view(NoticeBar).findChildren(QToolButton) if "Copy" in b.text())
    expert.click(copy)
    assert "ZeroDivisionError" in QApplication.clipboard().text()
    expert.press("3")
    assert expert.session.verdict(FIRST).zconf == 3


def test_that_a_keyboard_interrupt_is_no_notice(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed = []
    monkeypatch.setattr(sys, "__excepthook__", lambda *details: passed.append(details[0]))

    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert passed == [KeyboardInterrupt]
    assert not any("Something went wrong" in text for text in expert.notices)


# A very long list


def many_sources(folder: Path) -> SourceList:
    """A list of 100,000 sources of which none has a spectrum."""
    rng = np.random.default_rng(1)
    magnitudes = rng.uniform(20, 28, N_MANY)
    sources = tuple(
        Source(f"{i:06d}", f"{i:06d}", i, magnitude=float(magnitudes[i]), problem="no spectrum")
        for i in range(N_MANY)
    )
    return SourceList(sources, folder / "many.csv", has_catalogue=False)


def scroll_bars(view: QAbstractItemView) -> tuple[int, int]:
    bar = view.verticalScrollBar()
    return bar.value(), bar.maximum()


def test_that_100_000_sources_open_and_scroll(expert: Expert, tmp_path: Path) -> None:
    expert.application.open(many_sources(tmp_path))
    table = expert.queue.findChild(QAbstractItemView)
    model = table.model()
    assert isinstance(model, QAbstractItemModel)

    table.scrollToBottom()
    QApplication.processEvents()
    value, maximum = scroll_bars(table)
    expert.go(f"{N_MANY - 1:06d}")
    expert.press("0")

    assert model.rowCount() == N_MANY
    assert value == maximum > 0
    assert expert.session.verdict(f"{N_MANY - 1:06d}").zconf == 0


def test_that_clicking_a_row_shows_its_source(expert: Expert) -> None:
    expert.window.resize(1366, 768)
    QApplication.processEvents()
    table = expert.queue.findChild(QAbstractItemView)
    place = table.visualRect(table.model().index(2, 0)).center()

    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert expert.current == THIRD


def test_that_a_folder_of_spectra_opens_over_a_catalogue(expert: Expert, tmp_path: Path) -> None:
    expert.press("3")
    folder = write_spectra(tmp_path / "others")

    expert.application.open_path(folder)
    expert.wait_for_jobs()

    assert expert.session.verdict(FIRST) is None
    assert expert.window.windowTitle().startswith("others")
