"""The sweep through what is proposed as false, in the window: twenty at once, undone as one."""

from __future__ import annotations

import numpy as np
import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication
from small_survey import FIRST, IDS, SECOND, THIRD

from moosegui.data.catalogue import FalseReason
from moosegui.data.deblending import Vetting
from moosegui.gui.sweep.control import SweepControl
from moosegui.gui.sweep.dialog import SweepDialog
from moosegui.gui.sweep.grid import SweepGrid
from moosegui.gui.sweep.thumbnail import N_CURVE, thinned

PROPOSED = (FIRST, SECOND, THIRD)


@pytest.fixture
def sweeper(expert: Expert) -> Expert:
    """Somebody whose first three sources are proposed as false."""
    summaries = expert.background.summaries
    for key in IDS:
        found = Vetting(false_score=0.9, is_false=True, false_reason="sky residual")
        summaries.add_vetting(key, found if key in PROPOSED else Vetting(false_score=0.1))
        expert.session.source_vetted.emit(key)
    expert.action("sweep_false").trigger()
    expert.wait_for_window()
    return expert


def dialog(expert: Expert) -> SweepDialog:
    found = expert.window.findChild(SweepDialog)
    assert found is not None
    return found


def type_in(expert: Expert, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(dialog(expert).grid, key)
    QApplication.processEvents()


def test_that_only_what_is_proposed_is_shown_with_its_reason(sweeper: Expert) -> None:
    cells = dialog(sweeper).grid._cells

    assert [cell.key for cell in cells] == list(PROPOSED)
    assert {cell.words for cell in cells} == {"sky residual, 90 %"}
    assert all(cell.curve.size == N_CURVE for cell in cells)
    assert all(cell.window is not None for cell in cells)


def test_that_nothing_is_false_before_it_is_said(sweeper: Expert) -> None:
    type_in(sweeper, Qt.Key.Key_Return)

    assert [sweeper.session.verdict(key) for key in PROPOSED] == [None] * 3
    assert sweeper.window.findChild(SweepDialog) is None or not dialog(sweeper).isVisible()


def test_that_keys_call_false_or_keep(sweeper: Expert) -> None:
    type_in(sweeper, Qt.Key.Key_X, Qt.Key.Key_K, Qt.Key.Key_X, Qt.Key.Key_Return)

    first, second, third = (sweeper.session.verdict(key) for key in PROPOSED)
    assert first.false_reason is FalseReason.SKY_RESIDUAL
    assert second is None
    assert third.false_reason is FalseReason.SKY_RESIDUAL
    assert third.basis_fingerprint == sweeper.session.engine.basis_fingerprint


def test_that_one_undo_takes_a_sweep_back_and_one_redo_brings_it_again(sweeper: Expert) -> None:
    type_in(sweeper, Qt.Key.Key_X, Qt.Key.Key_X, Qt.Key.Key_X, Qt.Key.Key_Return)
    sweeper.press("z", Qt.KeyboardModifier.ControlModifier)
    undone = [sweeper.session.verdict(key) for key in PROPOSED]

    sweeper.press("y", Qt.KeyboardModifier.ControlModifier)

    assert undone == [None] * 3
    assert all(sweeper.session.verdict(key).false_reason for key in PROPOSED)


def test_that_a_decision_after_a_sweep_is_undone_alone(sweeper: Expert) -> None:
    type_in(sweeper, Qt.Key.Key_X, Qt.Key.Key_X, Qt.Key.Key_K, Qt.Key.Key_Return)
    sweeper.go(FIRST)
    sweeper.press("0")

    sweeper.press("z", Qt.KeyboardModifier.ControlModifier)

    assert sweeper.session.verdict(FIRST).false_reason is FalseReason.SKY_RESIDUAL
    assert sweeper.session.verdict(SECOND).false_reason is FalseReason.SKY_RESIDUAL


def test_that_a_sweep_is_undone_as_one_after_a_restart(sweeper: Expert) -> None:
    type_in(sweeper, Qt.Key.Key_X, Qt.Key.Key_X, Qt.Key.Key_X, Qt.Key.Key_Return)
    sweeper.quit()
    sweeper.start()

    sweeper.press("z", Qt.KeyboardModifier.ControlModifier)

    assert [sweeper.session.verdict(key) for key in PROPOSED] == [None] * 3


def test_that_leaving_decides_nothing(sweeper: Expert) -> None:
    type_in(sweeper, Qt.Key.Key_X, Qt.Key.Key_Escape)

    assert sweeper.session.verdict(FIRST) is None
    assert sweeper.control(SweepControl)._dialog is None


def test_that_shift_means_all(sweeper: Expert) -> None:
    QTest.keyClick(dialog(sweeper).grid, Qt.Key.Key_X, Qt.KeyboardModifier.ShiftModifier)

    assert dialog(sweeper).grid.accepted_keys == PROPOSED


def test_that_cells_do_not_overlap() -> None:
    grid = SweepGrid()
    grid.resize(1000, 600)

    boxes = [grid.cell_box(i) for i in range(20)]

    pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert not any(a.intersects(b) for a, b in pairs)


def test_that_minima_of_a_curve_survive_thinning() -> None:
    chi2 = np.full(13401, 1.0)
    chi2[7777] = 0.2

    assert thinned(chi2).min() == 0.2
