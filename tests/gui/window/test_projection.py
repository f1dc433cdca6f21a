"""In which turns of the event loop a source is shown."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from types import SimpleNamespace

import pytest
from PyQt6.QtCore import QObject
from PyQt6.QtWidgets import QApplication

from moosegui.gui.style.control import AFTER_CURVE, AFTER_DECISION, AT_ONCE, Control
from moosegui.gui.window.projection import Redraw


class Told(Control):
    """Notes that it was told of a source."""

    def __init__(self, name: str, log: list[str], turn: int) -> None:
        self.turn = turn
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
        (
            Told("strip", log, AFTER_CURVE),
            Told("spectrum", log, AFTER_DECISION),
            Told("comment", log, AT_ONCE),
        ),
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
    while "status" not in log:
        QApplication.processEvents()
        if tuple(log) != shown[-1]:
            shown.append(tuple(log))

    ends = [len(part) for part in shown]
    turns = [tuple(log[i:j]) for i, j in pairwise([0, *ends])]
    assert turns == [
        ("comment new", "decision"),
        ("spectrum new",),
        ("curve",),
        ("strip new", "status"),
    ]


def test_that_a_key_between_the_turns_begins_them_again(
    redraw: Redraw, log: list[str], qtbot
) -> None:
    redraw.show(is_new_source=True)
    while "spectrum new" not in log:
        QApplication.processEvents()
    redraw.show(is_new_source=False)
    qtbot.waitUntil(lambda: "status" in log)

    assert log[:3] == ["comment new", "decision", "spectrum new"]
    # a new source is new to all until all have seen it
    assert log[3:] == ["comment", "decision", "spectrum new", "curve", "strip new", "status"]


def test_that_nothing_is_shown_once_the_window_closes(
    redraw: Redraw, log: list[str], qtbot
) -> None:
    redraw.show(is_new_source=True)
    redraw.stop()
    qtbot.wait(20)

    assert log == ["comment new", "decision"]
