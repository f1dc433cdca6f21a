from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from gui_examples import emitter, scan
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import QListView, QWidget

from moosegui.data.deblending import Vetting
from moosegui.data.posterior import ClassFit, Classification
from moosegui.data.results import Analysis, LineDetection, Solution
from moosegui.gui.style.elided_label import whole_words
from moosegui.gui.style.solution_list import ROW_ROLE, SolutionList
from moosegui.gui.style.solution_rows import SolutionRow, solution_row, solution_rows
from moosegui.gui.style.theme import base_font

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


def test_that_the_two_parts_of_a_blend_are_named():
    def of(redshift: float, rank: int) -> Solution:
        return Solution(rank, redshift, 1e-4, 0.3, 1.0, 1.0, np.empty(0))

    solutions = (of(4.66953, 1), of(0.24326, 2), of(4.12127, 3))
    analysis = Analysis("a", emitter(), scan(), solutions)
    blend = Vetting(4.6695, is_blend=True, blend_score=0.97, first=4.12132)

    rows = solution_rows(analysis, blend)

    assert [row.note for row in rows] == ["z₂ of the blend", "", "z₁ of the blend, 97 %"]
    assert [row.note for row in solution_rows(analysis)] == ["", "", ""]


def test_that_the_redshift_of_a_quasar_is_not_told_twice():
    def of(redshift: float, rank: int) -> Solution:
        return Solution(rank, redshift, 1e-4, 0.3, 1.0, 1.0, np.empty(0))

    galaxy, star, quasar = (
        ClassFit(redshift, 0.001, 1.0, label=label)
        for redshift, label in ((2.4753, ""), (0.0001, "G"), (2.4895, ""))
    )
    found = Classification(galaxy, star, quasar, 1000, 5.0, 0.01, 0.0, 0.99)
    solutions = (of(2.4850, 1), of(0.9253, 2))
    analysis = Analysis("a", emitter(), scan(), solutions, classes=found)

    rows = solution_rows(analysis)

    assert [row.note for row in rows] == ["", "the z of Q", ""]


def test_that_absorption_has_its_sign_among_the_lines():
    lines = (LineDetection("CAK", "Ca K", 5900.0, -12.4), LineDetection("LYA", "Lyα", 1823.0, 34.2))
    solution = Solution(1, 0.5, 1e-4, 0.3, 1.0, 1.0, np.empty(0), lines=lines)

    assert solution_row(solution).lines == "Lyα 34σ  Ca K −12σ"


def test_that_what_has_the_wrong_sign_is_no_line_of_a_solution():
    peak = LineDetection("CAK", "Ca K", 5900.0, 12.4)
    dip = LineDetection("OIII5007", "[O III]", 7510.0, -34.2)
    solution = Solution(1, 0.5, 1e-4, 0.3, 1.0, 1.0, np.empty(0), lines=(peak, dip))

    assert solution_row(solution).lines == ""


def test_that_a_number_is_never_cut_in_two(qtbot):
    metrics = QFontMetrics(base_font())
    text = "[O II] 134σ  Ca K −55σ  Mg b −12σ"
    for width in range(metrics.horizontalAdvance("[O II] 134σ …"), metrics.horizontalAdvance(text)):
        shown = whole_words(text, metrics, width)
        assert shown in {"[O II] 134σ …", "[O II] 134σ  Ca K −55σ …"}
        assert metrics.horizontalAdvance(shown) <= width

    note = "z₁ of the blend, 97 %"
    assert whole_words(note, metrics, metrics.horizontalAdvance("z₁ of the blend …")) == (
        "z₁ of the blend …"
    )


def test_that_a_score_is_never_a_negative_zero():
    assert SolutionRow(1, 0.5, 0.1, -0.04).columns[3] == "0.0"
    assert SolutionRow(1, 0.5, 0.1, -0.06).columns[3] == "−0.1"


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


def test_that_the_marked_one_comes_into_sight_again(solutions):
    many = tuple(replace(ROWS[0], rank=rank) for rank in range(1, 20))
    solutions.display(many, 15)
    view = view_of(solutions)
    view.scrollToTop()

    solutions.display(many, 15)

    assert view.viewport().rect().contains(view.visualRect(view.currentIndex()))


def test_that_the_same_solutions_are_not_listed_anew(solutions):
    solutions.display(ROWS, 1)
    first = view_of(solutions).model().index(0, 0).data(ROW_ROLE)

    solutions.display(tuple(replace(row) for row in ROWS), 2)

    assert view_of(solutions).model().index(0, 0).data(ROW_ROLE) is first
    assert view_of(solutions).currentIndex().row() == 1


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
