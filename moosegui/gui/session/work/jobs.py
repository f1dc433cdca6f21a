"""Run functions off the GUI thread: one pool, priorities, one answer per key, to its owner."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.errors import Cancelled
from moosegui.gui.session.work.notice import notice_of_failure

WORKER_NICENESS = 5
GIVES_WAY = 3  # jobs of this priority and below wait while the window answers a key
LONGEST_NAP = 0.02  # s
PATIENCE = 10.0  # s that the end waits for jobs
ANSWER_TIME = 0.15  # s that the window needs at most to answer a key

Work = Callable[[Callable[[float], None]], Any]
Done = Callable[[Any], object]  # takes what the work returned
Failed = Callable[[Exception], object]  # takes what the work raised


@dataclass(order=True)
class _Job:
    priority: int
    number: int
    key: Hashable = field(compare=False)
    work: Work = field(compare=False)
    done: Done | None = field(compare=False)
    failed: Failed | None = field(compare=False)
    is_cancelled: bool = field(default=False, compare=False)
    error: Exception | None = field(default=None, compare=False)
    has_ended: threading.Event = field(default_factory=threading.Event, compare=False)


class JobRunner(QObject):
    """Own the threads that compute; answer who submitted, on the thread that owns the runner.

    Submitting a key again supersedes the earlier job: it is cancelled at its next report, and a
    late answer is dropped by identity. With `n_workers` of zero jobs run at once, in the caller,
    which is what tests of widgets want. `n_express` threads more take only jobs that somebody
    waits for, so that these never wait for a background job that gives way.

    Signals: `notice_posted(Notice)` of a failure that nobody takes, `idled` when the last job that
    was submitted is answered.
    """

    notice_posted = pyqtSignal(object)
    idled = pyqtSignal()
    _answered = pyqtSignal(object, object)

    def __init__(
        self,
        n_workers: int,
        parent: QObject | None = None,
        *,
        n_express: int = 0,
    ) -> None:
        super().__init__(parent)
        self._condition = threading.Condition()
        self._queue: list[_Job] = []
        self._current: dict[Hashable, _Job] = {}
        self._numbers = itertools.count()
        self._is_held = self._is_closing = False
        self._quiet_until = 0.0
        self._answered.connect(self._on_answered)
        self._threads = [
            threading.Thread(
                target=self._work,
                args=(math.inf if i < n_workers else GIVES_WAY,),
                name=f"moose-job-{i}",
                daemon=True,
            )
            for i in range(n_workers + n_express)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def n_pending(self) -> int:
        """Jobs submitted and not yet answered."""
        return len(self._current)

    def submit(
        self,
        key: Hashable,
        work: Work,
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        priority: int = 10,
    ) -> None:
        """Run ``work(report)`` in a worker and answer on the thread of the runner.

        Parameters
        ----------
        key : hashable
            Names the job; an earlier one of the same key is superseded and never answers.
        work : callable
            Takes a `report(fraction)` that it should call now and then.
        done : callable, optional
            Takes what the work returned; None where nobody wants it.
        failed : callable, optional
            Takes the exception that ended the work; with None a notice says what failed.
        priority : int
            Lower ones come first.
        """
        self.cancel(key)
        job = _Job(priority, next(self._numbers), key, work, done, failed)
        self._current[key] = job
        if not self._threads:
            self._run(job)
            return
        with self._condition:
            heapq.heappush(self._queue, job)
            self._condition.notify_all()  # not every thread takes every job

    def is_pending(self, key: Hashable) -> bool:
        """Whether the newest job of `key` has not been answered yet."""
        return key in self._current

    def cancel(self, key: Hashable) -> None:
        """Forget the job of `key`, if any; its answer will not be delivered."""
        job = self._current.pop(key, None)
        if job is not None:
            job.is_cancelled = True

    def give_way(self, seconds: float = ANSWER_TIME) -> None:
        """Hold the jobs that nobody waits for, while the window answers a key."""
        self._quiet_until = time.monotonic() + seconds

    def hold(self) -> None:
        """Let no job begin in a thread before `release`, unless somebody waits for it."""
        self._is_held = True

    def release(self) -> None:
        """Let jobs begin, if they were held."""
        with self._condition:
            self._is_held = False
            self._condition.notify_all()

    def cancel_all(self) -> None:
        """Forget every job."""
        with self._condition:
            self._queue.clear()
        for key in list(self._current):
            self.cancel(key)

    def wait_for(self, key: Hashable) -> None:
        """Wait here until the job of `key`, if any, has ended; raise what it raised."""
        job = self._current.get(key)
        if job is None:
            return
        self.release()
        job.has_ended.wait()
        del self._current[key]
        if job.error is not None:
            raise job.error

    def ending(self, key: Hashable) -> Callable[[], object]:
        """Return what waits, in any thread, until the job of `key` has ended."""
        job = self._current.get(key)
        if job is None:
            return bool
        self.release()
        return job.has_ended.wait

    def has_ended(self, key: Hashable) -> bool:
        """Whether the job of `key` has ended and was not answered yet."""
        job = self._current.get(key)
        return job is not None and job.has_ended.is_set()

    def close(self, patience: float = PATIENCE) -> None:
        """Cancel everything and wait until the threads have ended.

        Parameters
        ----------
        patience : float
            Seconds after which what has not ended is left: a dead disk, or a kernel that is being
            compiled, which cannot be told to stop.
        """
        until = time.monotonic() + patience
        self.cancel_all()
        with self._condition:
            self._is_closing = True
            self._condition.notify_all()
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))

    def _work(self, priorities_below: float) -> None:
        step_back()
        while True:
            with self._condition:
                while not self._is_closing and (
                    self._is_held or not self._queue or self._queue[0].priority >= priorities_below
                ):
                    self._condition.wait()
                if self._is_closing:
                    return
                job = heapq.heappop(self._queue)
            if not job.is_cancelled:
                self._run(job)

    def _run(self, job: _Job) -> None:
        try:
            report = partial(self._report, job)
            report(0.0)
            result = job.work(report)
        except Cancelled:
            return
        except Exception as error:  # noqa: BLE001  (delivered, not swallowed)
            job.error = error
            self._answered.emit(job, None)
        else:
            self._answered.emit(job, result)
        finally:
            job.has_ended.set()

    def _report(self, job: _Job, _fraction: float) -> None:
        """Hold a job while the window needs the machine; raise `Cancelled` when it is unwanted."""
        while job.priority >= GIVES_WAY and not job.is_cancelled and self._threads:
            seconds = self._quiet_until - time.monotonic()
            if seconds <= 0:
                break
            time.sleep(min(seconds, LONGEST_NAP))
        if job.is_cancelled:
            raise Cancelled

    def _on_answered(self, job: _Job, result: object) -> None:
        if self._current.get(job.key) is not job:
            return
        del self._current[job.key]
        self._deliver(job, result)
        if not self._current:
            self.idled.emit()

    def _deliver(self, job: _Job, result: object) -> None:
        if job.error is None:
            if job.done is not None:
                job.done(result)
        elif job.failed is not None:
            job.failed(job.error)
        else:
            self.notice_posted.emit(notice_of_failure(name_of(job.key), job.error))


def name_of(key: Hashable) -> str:
    """Return the words by which a notice names a job."""
    return f"“{key[0] if isinstance(key, tuple) else key}”"


def step_back() -> None:
    """Let the GUI thread go first where the system has a priority for each thread (Linux)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), WORKER_NICENESS)


def without_report(function: Callable[..., Any], *args: object, **options: object) -> Work:
    """Make a job of a function that is too short to report."""
    call = partial(function, *args, **options)
    return lambda _report: call()
