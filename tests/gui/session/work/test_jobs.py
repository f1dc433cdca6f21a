"""The job runner: one answer a key, in order, on the right thread, whatever the work does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from functools import partial

import pytest
from pytestqt.qtbot import QtBot

from moosegui.errors import Cancelled
from moosegui.gui.session.work.jobs import GIVES_WAY, JobRunner, Work, without_report
from moosegui.gui.session.work.notice import Notice

PATIENCE = 10.0  # s; far more than any test needs


@pytest.fixture
def hurried_jobs() -> None:
    """Jobs nap here as they do for an expert."""


class Answers:
    """What a runner answered to whoever submitted, and on which thread."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self.results: list[tuple[object, object]] = []
        self.errors: list[tuple[object, object]] = []
        self.threads: list[threading.Thread] = []

    def ask(self, key: Hashable, work: Work, *, priority: int = 10) -> None:
        done, failed = partial(self._on_done, key), partial(self._on_failed, key)
        self._runner.submit(key, work, done, failed, priority=priority)

    def _on_done(self, key: Hashable, result: object) -> None:
        self.results.append((key, result))
        self.threads.append(threading.current_thread())

    def _on_failed(self, key: Hashable, error: Exception) -> None:
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

    def until_cancelled(self, report: Callable[[float], None]) -> None:
        """Report on and on, until nobody wants the work any more."""
        self.begun.set()
        try:
            while not self.may_end.wait(0.001):
                report(0.5)
        except Cancelled:
            self.was_cancelled.set()
            raise

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
    answers.ask("k", lambda _report: threading.current_thread().name)

    qtbot.waitUntil(lambda: not runner.n_pending)

    assert answers.results == [("k", "moose-job-0")]
    assert answers.threads == [threading.current_thread()]


def test_that_the_urgent_job_runs_first(qtbot: QtBot, runner: JobRunner, answers: Answers) -> None:
    gate = Gate()
    answers.ask("busy", gate)
    assert gate.begun.wait(PATIENCE)

    answers.ask("late", without_report(int), priority=9)
    answers.ask("early", without_report(int), priority=1)
    gate.may_end.set()
    qtbot.waitUntil(lambda: not runner.n_pending)

    assert [key for key, _ in answers.results] == ["busy", "early", "late"]


def test_that_jobs_of_one_priority_keep_their_order(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    for number in range(20):
        answers.ask(number, without_report(int))

    qtbot.waitUntil(lambda: not runner.n_pending)

    assert [key for key, _ in answers.results] == list(range(20))


def test_that_a_second_job_of_a_key_supersedes_the_first(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    gate = Gate("old")
    answers.ask("k", gate)
    assert gate.begun.wait(PATIENCE)

    answers.ask("k", lambda _report: "new")
    gate.may_end.set()
    qtbot.waitUntil(lambda: bool(answers.results))

    assert answers.results == [("k", "new")]
    assert gate.was_cancelled.is_set()


def test_that_a_late_answer_of_a_superseded_job_is_dropped(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    gate = Gate("old")
    answers.ask("k", gate.stubborn)
    assert gate.begun.wait(PATIENCE)

    gate.may_end.set()
    answers.ask("k", lambda _report: "new")
    answers.ask("last", without_report(int))
    qtbot.waitUntil(lambda: ("last", 0) in answers.results)

    assert [result for key, result in answers.results if key == "k"] == ["new"]


def test_that_a_cancelled_job_in_the_queue_never_runs(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    gate, has_run = Gate(), threading.Event()
    answers.ask("busy", gate)
    assert gate.begun.wait(PATIENCE)

    answers.ask("k", lambda _report: has_run.set())
    runner.cancel("k")
    gate.may_end.set()
    answers.ask("last", without_report(int))
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

    answers.ask("k", fail)
    answers.ask("next", without_report(int))
    qtbot.waitUntil(lambda: not runner.n_pending)

    assert answers.errors == [("k", error)]
    assert answers.results == [("next", 0)]


def test_that_closing_waits_for_the_job_that_runs_and_drops_its_answer(
    qtbot: QtBot, runner: JobRunner, answers: Answers
) -> None:
    gate = Gate()
    answers.ask("running", gate.until_cancelled)
    answers.ask("waiting", without_report(int))
    assert gate.begun.wait(PATIENCE)

    runner.close()
    qtbot.wait(1)

    assert gate.was_cancelled.is_set()
    assert answers.results == []
    assert not any(thread.is_alive() for thread in runner._threads)


def test_that_closing_leaves_what_cannot_be_told_to_stop(
    runner: JobRunner, answers: Answers
) -> None:
    begun, ends = threading.Event(), threading.Event()

    def compile_something(_report: object) -> None:
        begun.set()
        assert ends.wait(PATIENCE)

    answers.ask("deaf", compile_something)
    assert begun.wait(PATIENCE)

    runner.close(patience=0.0)

    assert any(thread.is_alive() for thread in runner._threads)
    ends.set()
    runner.close()
    assert not any(thread.is_alive() for thread in runner._threads)
    assert answers.results == []


def test_that_held_jobs_begin_at_the_release_in_their_order(qtbot: QtBot) -> None:
    runner = JobRunner(1)
    runner.hold()
    answers = Answers(runner)
    answers.ask("later", without_report(int), priority=5)
    answers.ask("first", without_report(int), priority=-1)
    assert not runner.has_ended("first")

    runner.release()
    qtbot.waitUntil(lambda: len(answers.results) == 2)

    assert [key for key, _ in answers.results] == ["first", "later"]
    runner.close()


@pytest.mark.parametrize("how", ["wait_for", "ending"])
def test_that_who_waits_for_a_held_job_releases_it(how: str) -> None:
    runner = JobRunner(1)
    runner.hold()
    runner.submit("k", without_report(int))

    if how == "wait_for":
        runner.wait_for("k")
    else:
        assert runner.ending("k")()

    runner.close()


def test_that_a_held_runner_closes() -> None:
    runner = JobRunner(1)
    runner.hold()
    runner.submit("k", without_report(int))

    runner.close()

    assert not any(thread.is_alive() for thread in runner._threads)


def test_that_closing_twice_does_no_harm(runner: JobRunner) -> None:
    runner.close()
    runner.close()

    assert runner.n_pending == 0


def test_that_a_finished_job_is_waited_for_even_behind_others(
    runner: JobRunner, answers: Answers
) -> None:
    written: list[int] = []
    answers.ask("first", without_report(int))

    answers.ask("k", lambda _report: written.append(1), priority=0)
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
    answers.ask("k", without_report(int))
    runner.wait_for("k")

    qtbot.wait(1)

    assert answers.results == []
    assert runner.n_pending == 0


def test_that_a_runner_without_workers_answers_at_once(qtbot: QtBot) -> None:
    runner = JobRunner(0)
    answers = Answers(runner)

    answers.ask("k", without_report(int, "7"))

    assert answers.results == [("k", 7)]
    assert runner.n_pending == 0


def test_that_what_somebody_waits_for_does_not_wait_for_background_jobs(qtbot: QtBot) -> None:
    runner = JobRunner(1, n_express=1)
    answers, background = Answers(runner), Gate("background")
    answers.ask("background", background, priority=9)
    assert background.begun.wait(PATIENCE)

    answers.ask("rest", without_report(str, "rest"), priority=9)
    answers.ask("urgent", without_report(str, "urgent"), priority=0)
    qtbot.waitUntil(lambda: not runner.is_pending("urgent"))
    delivered = list(answers.results)
    background.may_end.set()
    qtbot.waitUntil(lambda: not runner.n_pending)
    runner.close()

    assert delivered == [("urgent", "urgent")]


def test_that_an_answer_reaches_only_who_asked(qtbot: QtBot, runner: JobRunner) -> None:
    first, second = Answers(runner), Answers(runner)

    first.ask("a", without_report(int, "1"))
    second.ask("b", without_report(int, "2"))
    qtbot.waitUntil(lambda: not runner.n_pending)

    assert first.results == [("a", 1)]
    assert second.results == [("b", 2)]


def test_that_a_failure_that_nobody_takes_is_told_and_logged_once(
    qtbot: QtBot, runner: JobRunner, caplog: pytest.LogCaptureFixture
) -> None:
    notices: list[Notice] = []
    runner.notice_posted.connect(notices.append)

    def fail(_report: object) -> None:
        raise ZeroDivisionError("by purpose")

    runner.submit(("refine", "1"), fail)
    qtbot.waitUntil(lambda: not runner.n_pending)

    assert [(n.text, n.level) for n in notices] == [("“refine” failed: by purpose", "error")]
    assert caplog.text.count("“refine” failed") == 1


def test_that_only_jobs_that_nobody_waits_for_give_way(qtbot: QtBot) -> None:
    runner = JobRunner(1)
    answers = Answers(runner)
    runner.give_way(3600.0)

    answers.ask("waited for", without_report(int), priority=GIVES_WAY - 1)
    qtbot.waitUntil(lambda: bool(answers.results))
    answers.ask("in the background", without_report(int), priority=GIVES_WAY)
    qtbot.wait(50)
    before = list(answers.results)
    runner.give_way(0.0)
    qtbot.waitUntil(lambda: not runner.n_pending)

    assert before == [("waited for", 0)]
    assert answers.results[1:] == [("in the background", 0)]
    runner.close()
