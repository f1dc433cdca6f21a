"""Reading that can be abandoned: a disk that does not answer holds up its own file only.

What reads runs in a thread that nobody has to wait for. Who waits gives up when that thread has
neither ended nor used the processor for a while: a large file that is being read uses it, one on a
dead server does not. Until the thread comes back, files of that folder are refused at once, so
that a folder of a thousand files costs one wait.
"""

from __future__ import annotations

import contextvars
import math
import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from moosegui.errors import InputError
from moosegui.files.limits import limits

Result = TypeVar("Result")

FIRST_WAIT = 1.0  # s in which most files are read, before anything is asked of the thread
READING, IDLE = "moose-read-", "moose-reader"  # names of threads
MAX_IDLE = 8  # threads that are kept; no more than that read at the same time as a rule
N_LOOKS = 10  # at the processor time of the thread, in the seconds of the limit

_here = threading.local()
_condition = threading.Condition()
_departures: list[str] = []  # how often everybody was told to give up
_idle: list[_Worker] = []  # threads that wait for work
_stalled: dict[Path, int] = {}  # folder to the threads that hang there


def answered(path: Path, read: Callable[[], Result], *, patience: float = math.inf) -> Result:
    """Return what `read` returns, or give up when the disk of a file does not answer.

    Parameters
    ----------
    path : Path
        What is read, for the sentence.
    read : callable
        Called in another thread, or in this one where that can be abandoned itself.
    patience : float
        Seconds in which it ends where a disk answers at all, for what only asks it.

    Raises
    ------
    InputError
        If nothing came for `limits().max_seconds` or `patience`, or nothing has come from that
        folder yet.
    """
    if getattr(_here, "can_be_abandoned", False):
        return read()
    if _stalled.get(path.parent):
        raise InputError(_sentence(path))
    attempt = _Attempt(path, contextvars.copy_context(), read)
    attempt.begin()
    is_asked = patience < math.inf
    has_ended = attempt.ends_in(patience if is_asked else FIRST_WAIT)
    if not has_ended and (is_asked or not attempt.ends_or_works()):
        attempt.abandon()
        raise InputError(_sentence(path))
    return attempt.result()


def stop_waiting() -> None:
    """Let everybody give up who waits for a disk now, because the program ends."""
    with _condition:
        _departures.append("the program ends")
        _condition.notify_all()


class _Attempt(Generic[Result]):
    """One reading in a thread of its own."""

    def __init__(
        self, path: Path, context: contextvars.Context, read: Callable[[], Result]
    ) -> None:
        self._folder, self._name, self._read = path.parent, path.name, read
        self._n_departures = len(_departures)
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._has_ended = self._is_abandoned = False
        self._context = context
        self._worker: _Worker | None = None

    def begin(self) -> None:
        """Read in a thread that waits for work, or in a new one."""
        with _condition:
            waiting = [worker for worker in _idle if worker.is_alive()]  # none in a forked process
            self._worker = waiting[-1] if waiting else None
            _idle[:] = waiting[:-1]
        if self._worker is None:
            self._worker = _Worker()
            self._worker.start()
        self._worker.take(self.run, self._name)

    def run(self) -> None:
        """Read, in the thread of the worker."""
        self._context.run(self._attempt)

    def _attempt(self) -> None:
        try:
            self._results.append(self._read())
        except BaseException as error:  # noqa: BLE001  (raised where it is waited for)
            self._error = error
        with _condition:
            self._has_ended = True
            if self._is_abandoned:
                _stalled[self._folder] -= 1
            if self._worker is not None:
                self._worker.rest(is_kept=not self._is_abandoned and len(_idle) < MAX_IDLE)
            _condition.notify_all()

    @property
    def _is_unwanted(self) -> bool:
        return len(_departures) > self._n_departures

    def ends_in(self, seconds: float) -> bool:
        """Wait for the end, as long as this at most."""
        with _condition:
            _condition.wait_for(lambda: self._has_ended or self._is_unwanted, seconds)
            return self._has_ended

    def ends_or_works(self) -> bool:
        """Wait for the end as long as the thread uses the processor now and then."""
        n_idle, used = 0, self._used()
        while n_idle < N_LOOKS and not self._is_unwanted:
            if self.ends_in(limits().max_seconds / N_LOOKS):
                return True
            before, used = used, self._used()
            n_idle = n_idle + 1 if used == before else 0
        return False

    def abandon(self) -> None:
        """Leave the thread alone; it says when it comes back."""
        with _condition:
            if not self._has_ended:
                self._is_abandoned = True
                _stalled[self._folder] = _stalled.get(self._folder, 0) + 1

    def result(self) -> Result:
        """Return what was read; raise what the reader raised."""
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _used(self) -> float:
        """Return the processor time of the thread, s; where no system tells, none is used."""
        identity = None if self._worker is None else self._worker.ident
        if identity is None or not hasattr(time, "pthread_getcpuclockid"):
            return 0.0
        with _condition:
            if self._has_ended:
                return 0.0
            return time.clock_gettime(time.pthread_getcpuclockid(identity))


class _Worker(threading.Thread):
    """Runs one attempt after the other; to start a thread for each file costs as much as it."""

    def __init__(self) -> None:
        super().__init__(name=IDLE, daemon=True)
        self._work: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._is_needed = True

    def take(self, work: Callable[[], None], name: str) -> None:
        """Run this next, which reads a file of this name."""
        self.name = f"{READING}{name}"
        self._work.put(work)

    def rest(self, *, is_kept: bool) -> None:
        """Wait for other work, or end once this is done; the condition is held."""
        self.name, self._is_needed = IDLE, is_kept
        if is_kept:
            _idle.append(self)

    def run(self) -> None:
        """Work until enough others wait for work."""
        _here.can_be_abandoned = True
        while self._is_needed:
            self._work.get()()


def _sentence(path: Path) -> str:
    return (
        f"{path} cannot be read: its disk has not answered for {limits().max_seconds} s; check "
        "the network, or copy the file to a local disk."
    )
