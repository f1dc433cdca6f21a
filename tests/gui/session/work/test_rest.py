"""Memory is given back when nothing is computed, and not between two jobs."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from moosegui.gui.session.work import rest
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.rest import MemoryRest


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    calls: list[int] = []
    monkeypatch.setattr(rest, "PAUSE", 0)
    monkeypatch.setattr(rest, "release_memory", lambda: calls.append(1))
    return calls


def test_that_memory_is_given_back_after_the_last_job(qtbot: QtBot, released: list[int]) -> None:
    runner = JobRunner(0)
    MemoryRest(runner, runner)

    runner.submit("one", lambda _report: None)

    qtbot.waitUntil(lambda: released == [1])


def test_that_nothing_is_given_back_while_a_job_is_waited_for(
    qtbot: QtBot, released: list[int]
) -> None:
    runner = JobRunner(1)
    MemoryRest(runner, runner)
    answers: list[bool] = []

    def work(_report: object) -> None:
        answers.append(bool(released))

    runner.submit("one", work)
    runner.submit("two", work)
    qtbot.waitUntil(lambda: not runner.n_pending)
    runner.close()

    assert answers == [False, False]
    qtbot.waitUntil(lambda: released == [1])
