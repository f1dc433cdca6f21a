"""The votes side by side: what they say, and that their button and key lead to the same."""

from __future__ import annotations

from dataclasses import replace

import pyqtgraph as pg
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QLabel, QToolButton

from moosegui.gui.plots.vote_marks import VoteMark, VoteMarks
from moosegui.gui.style.theme import LIGHT
from moosegui.gui.votes.panel import VoteCard, VoteRow, VotesPanel, VotesView

A = VoteRow("A", "AW", True, 3.271, 3, comment="Lyα", time="2026-03-04T05:06:07.890Z")
B = VoteRow("B", "TK", True, words="✕ false: noise")
C = VoteRow("C", "JB")
VIEW = VotesView((A, B, C), ("false or not",), n_left=3, n_conflicts=4)


@pytest.fixture
def panel(qtbot):
    widget = VotesPanel()
    qtbot.addWidget(widget)
    widget.resize(780, 100)
    widget.teach_keys({"vote1": "4", "vote2": "5"})
    widget.display(VIEW)
    widget.show()
    return widget


def cards(panel: VotesPanel) -> list[VoteCard]:
    return [card for card in panel.findChildren(VoteCard) if card.isVisible()]


def texts(widget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def test_that_a_vote_shows_initials_z_zconf_comment_and_time(panel) -> None:
    shown = texts(cards(panel)[0])

    for text in ("AW", "3.27100", "ZCONF 3", "Lyα", "2026-03-04 05:06"):
        assert text in shown


def test_that_who_did_not_inspect_has_no_vote_to_take(panel) -> None:
    button = cards(panel)[2].findChild(QToolButton)

    assert "not inspected" in texts(cards(panel)[2])
    assert not button.isEnabled()


def test_that_the_headline_says_why_they_disagree(panel) -> None:
    assert "false or not" in texts(panel)
    assert "3 of 4 conflicts are open" in texts(panel)


def test_that_a_button_takes_and_shows_its_key(panel, qtbot) -> None:
    button = cards(panel)[1].findChild(QToolButton)

    with qtbot.waitSignal(panel.vote_taken) as taken:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert taken.args == [1]
    assert button.text().endswith("5")


def test_that_a_click_beside_the_button_only_looks(panel, qtbot) -> None:
    with qtbot.assertNotEmitted(panel.vote_taken), qtbot.waitSignal(panel.vote_chosen) as chosen:
        QTest.mouseClick(cards(panel)[0], Qt.MouseButton.LeftButton)

    assert chosen.args == [0]


def test_that_the_vote_that_was_taken_says_so(panel) -> None:
    panel.display(replace(VIEW, rows=(replace(A, is_taken=True), B, C)))

    assert "taken" in cards(panel)[0].findChild(QToolButton).text()


def test_that_fewer_votes_leave_no_empty_card(panel) -> None:
    panel.display(replace(VIEW, rows=(A, B)))

    assert len(cards(panel)) == 2


def test_that_no_card_takes_the_keyboard(panel) -> None:
    takers = [
        widget
        for widget in (*cards(panel), *panel.findChildren(QToolButton))
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
    ]

    assert takers == []


def test_that_a_long_comment_is_cut_and_stands_whole_in_its_tool_tip(panel) -> None:
    panel.display(replace(VIEW, rows=(replace(A, comment="very long " * 40), B, C)))

    label = next(w for w in cards(panel)[0].findChildren(QLabel) if "very" in w.text())

    assert label.text().endswith("…")
    assert label.toolTip() == "very long " * 40


# Marks on an axis


@pytest.fixture
def marks(qtbot):
    widget = pg.PlotWidget()
    qtbot.addWidget(widget)
    widget.resize(600, 300)
    widget.show()
    box = widget.getPlotItem().getViewBox()
    box.setXRange(0.0, 6.0, padding=0)
    item = VoteMarks(box, LIGHT)
    item.keep = widget  # the view box lives as long
    return item


def test_that_badges_of_one_redshift_do_not_touch(marks) -> None:
    marks.set_marks([VoteMark(i, 3.0 + 1e-4 * i, letter) for i, letter in enumerate("ABC")])

    boxes = [box for _, box in marks.badges()]

    assert len(boxes) == 3
    assert not any(boxes[i].intersects(boxes[j]) for i in range(3) for j in range(i))


def test_that_a_vote_off_the_axis_has_no_badge(marks) -> None:
    marks.set_marks([VoteMark(0, 6.5, "A")])

    assert marks.badges() == ()


def test_that_a_click_on_a_badge_finds_its_vote(marks) -> None:
    marks.set_marks([VoteMark(0, 1.0, "A"), VoteMark(1, 3.0, "B")])
    ((_, _), (_, second)) = marks.badges()

    assert marks.vote_at(second.center()) == 1
    assert marks.vote_at(QPointF(0.0, 200.0)) is None
