"""What waits until the window is painted."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from moosegui.gui.window import run
from moosegui.gui.window.run import AfterPaint


class Painted(QWidget):
    """Remembers that it was painted."""

    def __init__(self, events: list[str]) -> None:
        super().__init__()
        self._events = events

    def paintEvent(self, a0: QPaintEvent | None) -> None:
        self._events.append("painted")


def test_that_what_waits_for_the_window_comes_after_it_once(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "UNPAINTED", 3_600_000)
    events: list[str] = []
    window = Painted(events)
    qtbot.addWidget(window)
    window.show()
    AfterPaint(window, lambda: events.append("released"))
    assert events in ([], ["painted"])

    window.update()
    qtbot.waitUntil(lambda: "released" in events)
    window.update()
    qtbot.waitUntil(lambda: events[-1] == "painted")

    assert events.index("painted") < events.index("released")
    assert events.count("released") == 1


def test_that_a_window_that_is_never_painted_does_not_hold_up_what_waits(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "UNPAINTED", 1)
    events: list[str] = []
    window = Painted(events)
    qtbot.addWidget(window)

    AfterPaint(window, lambda: events.append("released"))
    qtbot.waitUntil(lambda: events == ["released"])
