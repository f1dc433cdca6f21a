"""The job runner: one answer a key, in order, on the right thread, whatever the work does."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from moosegui.errors import Cancelled
from moosegui.gui.session.jobs import JobRunner, without_report

PATIENCE = 10.0  # s; far more than any test needs


class Answers:
    """What a runner delivered, and on which thread."""

    def __init__(self, runner: JobRunner) -> None:
        self.results: list[tuple[object, object]] = []
        self.errors: list[tuple[object, object]] = []
        self.threads: list[threading.Thread] = []
        runner.finished.connect(self._on_finished)
        runner.failed.connect(self._on_failed)

    def _on_finished(self, key: object, result: object) -> None:
        self.results.append((key, result))
        self.threads.append(threading.current_thread())

    def _on_failed(self, key: object, error: object) -> None:
        self.errors.append((key, error))


class Gate:
    """A job that says that it has begun and ends when it is let go."""

    def __init__(self, result: object = None) -> None:
        self.begun, self.may_end, self.was_cancelled = (threading.Event() for _ in range(3))
        self._result = result

    def __call__(self, report: object) -> object:
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        try:
            report(0.5)
        except Cancelled:
            self.was_cancelled.set()
            raise
        return self._result

    def stubborn(self, _report: object) -> object:
        """The same work without reports, which can't be stopped."""
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        return self._result


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    runner = JobRunner(1)
    yield runner
    runner.close()


@pytest.fixture
def answers(runner: JobRunner) -> Answers:
    return Answers(runner)


def test_that_a_result_arrives_on_the_thread_of_the_runner(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    runner.submit("k", lambda _report: threading.current_thread().name)

    qtbot.waitUntil(lambda: not runner.n_pending)

    assert answers.results == [("k", "moose-job-0")]
    assert answers.threads == [threading.current_thread()]


def test_that_the_urgent_job_runs_first(qtbot: QtBot, runner: JobRunner, answers: Answers) -> None:
    gate = Gate()
    runner.submit("busy", gate)
    assert gate.begun.wait(PATIENCE)

    runner.submit("late", without_report(int), priority=9)
    runner.submit("early", without_report(int), priority=1)
    gate.may_end.set()
    qtbot.waitUntil(lambda: not runner.n_pending)

    assert [key for key, _ in answers.results] == ["busy", "early", "late"]


def test_that_jobs_of_one_priority_keep_their_order(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    for number in range(20):
        runner.submit(number, without_report(int))

    qtbot.waitUntil(lambda: not runner.n_pending)

    assert [key for key, _ in answers.results] == list(range(20))


def test_that_a_second_job_of_a_key_supersedes_the_first(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    gate = Gate("old")
    runner.submit("k", gate)
    assert gate.begun.wait(PATIENCE)

    runner.submit("k", lambda _report: "new")
    gate.may_end.set()
    qtbot.waitUntil(lambda: bool(answers.results))

    assert answers.results == [("k", "new")]
    assert gate.was_cancelled.is_set()


def test_that_a_late_answer_of_a_superseded_job_is_dropped(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    gate = Gate("old")
    runner.submit("k", gate.stubborn)
    assert gate.begun.wait(PATIENCE)

    gate.may_end.set()
    runner.submit("k", lambda _report: "new")
    runner.submit("last", without_report(int))
    qtbot.waitUntil(lambda: ("last", 0) in answers.results)

    assert [result for key, result in answers.results if key == "k"] == ["new"]


def test_that_a_cancelled_job_in_the_queue_never_runs(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    gate, has_run = Gate(), threading.Event()
    runner.submit("busy", gate)
    assert gate.begun.wait(PATIENCE)

    runner.submit("k", lambda _report: has_run.set())
    runner.cancel("k")
    gate.may_end.set()
    runner.submit("last", without_report(int))
    qtbot.waitUntil(lambda: not runner.n_pending)

    assert not has_run.is_set()
    assert [key for key, _ in answers.results] == ["busy", "last"]


def test_that_cancelling_what_is_unknown_does_nothing(runner: JobRunner) -> None:
    runner.cancel("unknown")

    assert runner.n_pending == 0


def test_that_an_exception_in_a_worker_is_delivered_once(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    error = ZeroDivisionError("by purpose")

    def fail(_report: object) -> None:
        raise error

    runner.submit("k", fail)
    runner.submit("next", without_report(int))
    qtbot.waitUntil(lambda: not runner.n_pending)

    assert answers.errors == [("k", error)]
    assert answers.results == [("next", 0)]


def test_that_closing_waits_for_the_job_that_runs_and_drops_its_answer(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    gate = Gate()
    runner.submit("running", gate)
    runner.submit("waiting", without_report(int))
    assert gate.begun.wait(PATIENCE)

    threading.Timer(0.05, gate.may_end.set).start()
    runner.close()
    qtbot.wait(1)

    assert gate.was_cancelled.is_set()
    assert answers.results == []
    assert not any(thread.is_alive() for thread in runner._threads)


def test_that_closing_twice_does_no_harm(runner: JobRunner) -> None:
    runner.close()
    runner.close()

    assert runner.n_pending == 0


def test_that_a_finished_job_is_waited_for_even_behind_others(
    runner: JobRunner, answers: Answers
) -> None:
    written: list[int] = []
    runner.submit("first", without_report(int))

    runner.submit("k", lambda _report: written.append(1), priority=0)
    runner.wait_for("k")

    assert written == [1]


def test_that_waiting_for_a_job_raises_its_error(runner: JobRunner) -> None:
    def fail(_report: object) -> None:
        raise ZeroDivisionError("by purpose")

    runner.submit("k", fail)

    with pytest.raises(ZeroDivisionError, match="by purpose"):
        runner.wait_for("k")


def test_that_what_was_waited_for_is_not_delivered_again(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    runner.submit("k", without_report(int))
    runner.wait_for("k")

    qtbot.wait(1)

    assert answers.results == []
    assert runner.n_pending == 0


def test_that_a_runner_without_workers_answers_at_once(qtbot: QtBot) -> None:
    runner = JobRunner(0)
    answers = Answers(runner)

    runner.submit("k", without_report(int, "7"))

    assert answers.results == [("k", 7)]
    assert runner.n_pending == 0


def test_that_what_somebody_waits_for_does_not_wait_for_background_jobs(qtbot: QtBot) -> None:
    runner = JobRunner(1, n_express=1)
    answers, background = Answers(runner), Gate("background")
    runner.submit("background", background, priority=9)
    assert background.begun.wait(PATIENCE)

    runner.submit("rest", without_report(str, "rest"), priority=9)
    runner.submit("urgent", without_report(str, "urgent"), priority=0)
    qtbot.waitUntil(lambda: not runner.is_pending("urgent"))
    delivered = list(answers.results)
    background.may_end.set()
    qtbot.waitUntil(lambda: not runner.n_pending)
    runner.close()

    assert delivered == [("urgent", "urgent")]
