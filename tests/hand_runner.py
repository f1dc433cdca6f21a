"""A job runner whose jobs run when a test says so."""

from __future__ import annotations

from collections.abc import Hashable

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.errors import MooseError
from moosegui.gui.session.work.jobs import Done, Failed, Work, name_of
from moosegui.gui.session.work.notice import notice_of_failure


class HandRunner(QObject):
    """A job runner whose jobs run when the test says so, the most urgent first."""

    notice_posted = pyqtSignal(object)

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[Hashable, tuple[int, int, Work, Done | None, Failed | None]] = {}
        self._n_submitted = 0

    @property
    def n_pending(self) -> int:
        return len(self.jobs)

    def submit(
        self,
        key: Hashable,
        work: Work,
        done: Done | None = None,
        failed: Failed | None = None,
        *,
        priority: int = 10,
    ) -> None:
        self._n_submitted += 1
        self.jobs[key] = (priority, self._n_submitted, work, done, failed)

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
        *_, work, done, failed = self.jobs.pop(key)
        try:
            result = work(lambda _fraction: None)
        except (MooseError, ZeroDivisionError) as error:
            if failed is None:
                self.notice_posted.emit(notice_of_failure(name_of(key), error))
            else:
                failed(error)
        else:
            if done is not None:
                done(result)
        return str(key[-1])

    def run_all(self) -> list[str]:
        ran = []
        while self.jobs:
            ran.append(self.run_one())
        return ran
