"""In which turns of the event loop a source is shown."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace

import pytest
from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication

from moosegui.gui.style.control import Control
from moosegui.gui.window.projection import Redraw


class Told(Control):
    """Notes that it was told of a source."""

    def __init__(self, name: str, log: list[str], *, is_after_paint: bool = False) -> None:
        self.is_after_paint = is_after_paint
        self._name, self._log = name, log

    def show_source(self, *, is_new_source: bool) -> None:
        self._log.append(f"{self._name}{' new' if is_new_source else ''}")


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def redraw(qtbot, log: list[str]) -> Redraw:
    parent = QObject()
    redraw = Redraw(
        SimpleNamespace(is_following=False),
        (Told("strip", log, is_after_paint=True), Told("spectrum", log)),
        show_curve=partial(log.append, "curve"),
        show_decision=partial(log.append, "decision"),
        show_status=partial(log.append, "status"),
        parent=parent,
    )
    redraw.keeps = parent
    return redraw


def test_that_each_part_has_a_turn_of_its_own(redraw: Redraw, log: list[str], qtbot) -> None:
    redraw.show(is_new_source=True)
    shown = [tuple(log)]
    while len(log) < 5:
        QApplication.processEvents()
        if tuple(log) != shown[-1]:
            shown.append(tuple(log))

    assert shown == [
        ("spectrum new",),
        ("spectrum new", "decision"),
        ("spectrum new", "decision", "curve"),
        ("spectrum new", "decision", "curve", "strip new", "status"),
    ]


def test_that_a_key_between_the_turns_begins_them_again(
    redraw: Redraw, log: list[str], qtbot
) -> None:
    redraw.show(is_new_source=True)
    while "decision" not in log:
        QApplication.processEvents()
    redraw.show(is_new_source=False)
    qtbot.waitUntil(lambda: "status" in log)

    assert log[:3] == ["spectrum new", "decision", "spectrum"]
    assert log[3:] == ["decision", "curve", "strip new", "status"]


def test_that_nothing_is_shown_once_the_window_closes(
    redraw: Redraw, log: list[str], qtbot
) -> None:
    redraw.show(is_new_source=True)
    redraw.stop()
    qtbot.wait(20)

    assert log == ["spectrum new"]
