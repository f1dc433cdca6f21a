"""What waits until the window is painted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QEvent
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from small_survey import small_engine, write_catalogue

from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.window import run
from moosegui.gui.window.app import Application
from moosegui.gui.window.main_window import MainWindow
from moosegui.gui.window.options import WindowOptions
from moosegui.gui.window.run import QUITTING, AfterPaint, run_window


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


@pytest.mark.parametrize("has_list", [True, False])
def test_that_nothing_is_computed_before_the_window_is_painted(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_list: bool
) -> None:
    events: list[object] = []
    patience: list[float] = []
    event, run_job, close = MainWindow.event, JobRunner._run, JobRunner.close

    def seen_event(window: MainWindow, a0: QEvent) -> bool:
        if a0.type() == QEvent.Type.Paint:
            events.append("painted")
        return event(window, a0)

    def seen_run(runner: JobRunner, job: object) -> None:
        events.append(job.key)
        run_job(runner, job)

    def seen_close(runner: JobRunner, seconds: float = 10.0) -> None:
        patience.append(seconds)
        close(runner, seconds)

    def lived(_application: object) -> int:
        qtbot.waitUntil(lambda: any(one != "painted" for one in events), timeout=20_000)
        (window,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        window.close()
        return 0

    monkeypatch.setattr(MainWindow, "event", seen_event)
    monkeypatch.setattr(JobRunner, "_run", seen_run)
    monkeypatch.setattr(JobRunner, "close", seen_close)
    monkeypatch.setattr(Application, "freeze", lambda _application: None)
    monkeypatch.setattr(QApplication, "exec", lived)
    source_list = open_source_list(write_catalogue(tmp_path / "cat.fits")) if has_list else None
    options = WindowOptions("ME", tmp_path / "cat.moose")

    assert run_window(source_list, small_engine(), options) == 0

    assert events[0] == "painted"
    assert (("warm",) in events) is not has_list  # a first source compiles the same
    assert QUITTING in patience
