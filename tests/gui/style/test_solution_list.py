from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QListView, QWidget

from moosegui.gui.style.solution_list import SolutionList
from moosegui.gui.style.solution_rows import SolutionRow

ROWS = (
    SolutionRow(1, 3.2711, 0.462, 3.5, "Lyα 34σ  C IV 3σ"),
    SolutionRow(2, 0.39609, 0.08, -8.3, "[O II] 20σ", "[O II]/Lyα with solution 1"),
)


@pytest.fixture
def solutions(qtbot):
    widget = SolutionList()
    qtbot.addWidget(widget)
    widget.resize(250, 200)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def view_of(widget: SolutionList) -> QListView:
    view = widget.findChild(QListView)
    assert view is not None
    return view


def test_that_redshifts_have_five_decimals():
    assert ROWS[0].columns == ("1", "3.27110", "0.462", "3.5", "")


def test_that_missing_numbers_are_a_dash():
    assert SolutionRow(1, 0.5, float("nan"), float("inf")).columns[2:4] == ("–", "–")


def test_that_a_click_chooses_the_rank(solutions, qtbot):
    solutions.display(ROWS, 1)
    view = view_of(solutions)
    second = view.visualRect(view.model().index(1, 0)).center()

    with qtbot.waitSignal(solutions.solution_chosen) as caught:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=second)

    assert caught.args == [2]


def test_that_display_emits_nothing_and_marks_the_rank(solutions, qtbot):
    with qtbot.assertNotEmitted(solutions.solution_chosen):
        solutions.display(ROWS, 2)

    assert view_of(solutions).currentIndex().row() == 1


def test_that_no_rank_is_marked_for_a_redshift_that_is_no_solution(solutions):
    solutions.display(ROWS, 2)

    solutions.display(ROWS, None)

    assert not view_of(solutions).currentIndex().isValid()


def test_that_nothing_is_shown_without_a_source(solutions):
    solutions.display(ROWS, 1)

    solutions.display(None, None)

    assert solutions.rows() == ()


def test_that_the_confusion_is_in_the_tool_tip(solutions):
    solutions.display(ROWS, 1)

    index = view_of(solutions).model().index(1, 0)
    assert "with solution 1" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_that_no_part_takes_the_keyboard(solutions):
    children = [solutions, *solutions.findChildren(QWidget)]

    assert all(child.focusPolicy() == Qt.FocusPolicy.NoFocus for child in children)


@pytest.mark.parametrize(
    ("probability", "text"),
    [(0.724, "72 %"), (0.9999, ">99 %"), (0.001, "<1 %"), (float("nan"), "")],
)
def test_that_a_probability_never_claims_to_be_certain(probability: float, text: str) -> None:
    row = SolutionRow(1, 0.5, 0.1, 2.0, probability=probability)

    assert row.columns[-1] == text
