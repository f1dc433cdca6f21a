"""Gives memory back when nothing has been computed for a while."""

from __future__ import annotations

from PyQt6.QtCore import QObject, QTimer

from moosegui.fit.spare import release_memory
from moosegui.gui.session.work.jobs import JobRunner

PAUSE = 4000  # ms without a job; who drags a mask begins the next one long before


class MemoryRest(QObject):
    """Keeps what the next scan would use, unless none comes."""

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE)
        self._timer.timeout.connect(self._release)
        runner.idled.connect(self._timer.start)

    def _release(self) -> None:
        if not self._runner.n_pending:
            release_memory()
