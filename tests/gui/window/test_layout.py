"""How the parts of the window share its room: kept between runs, and reset in one click."""

from __future__ import annotations

from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot
from small_survey import write_catalogue


@pytest.fixture
def expert(qtbot: QtBot, tmp_path: Path):
    someone = Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv"))
    someone.window._layout.reset()
    yield someone
    someone.window._layout.reset()  # what is kept must not meet the next test
    someone.quit()


def share(expert: Expert) -> float:
    """The part of the height that χ² has, beside the spectrum."""
    *_, spectrum, chi2 = expert.window._splitter.sizes()
    return chi2 / (spectrum + chi2)


def dock(expert: Expert, name: str) -> QDockWidget:
    found = expert.window.findChild(QDockWidget, name)
    assert isinstance(found, QDockWidget)
    return found


def test_that_the_height_of_chi2_comes_back(expert: Expert) -> None:
    expert.window._splitter.setSizes([0, 500, 500])
    before = share(expert)

    expert.quit()
    expert.start()

    assert before > 0.4
    assert share(expert) == pytest.approx(before, abs=0.02)


def test_that_reset_layout_restores_the_first_heights(expert: Expert) -> None:
    first = share(expert)
    expert.window._splitter.setSizes([0, 500, 500])

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
