"""A job runner whose jobs run when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.errors import MooseError


class HandRunner(QObject):
    """A job runner whose jobs run when the test says so, the most urgent first."""

    finished = pyqtSignal(object, object)
    failed = pyqtSignal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[Hashable, tuple[int, int, Callable[..., object]]] = {}
        self._n_submitted = 0

    @property
    def n_pending(self) -> int:
        return len(self.jobs)

    def submit(self, key: Hashable, work: Callable[..., object], *, priority: int = 10) -> None:
        self._n_submitted += 1
        self.jobs[key] = (priority, self._n_submitted, work)

    def is_pending(self, key: Hashable) -> bool:
        return key in self.jobs

    def cancel(self, key: Hashable) -> None:
        self.jobs.pop(key, None)

    def cancel_all(self) -> None:
        self.jobs.clear()

    def give_way(self) -> None:
        """Nothing runs here unasked."""

    def wait_for(self, key: Hashable) -> None:
        if key in self.jobs:
            self.jobs.pop(key)[2](lambda _fraction: None)

    def run_one(self) -> str:
        """Run the most urgent job and return its source."""
        key = min(self.jobs, key=lambda key: self.jobs[key][:2])
        *_, work = self.jobs.pop(key)
        try:
            result = work(lambda _fraction: None)
        except (MooseError, ZeroDivisionError) as error:
            self.failed.emit(key, error)
        else:
            self.finished.emit(key, result)
        return str(key[-1])

    def run_all(self) -> list[str]:
        ran = []
        while self.jobs:
            ran.append(self.run_one())
        return ran
