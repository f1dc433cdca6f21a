"""The refinement of the z on screen, computed off the GUI thread, forgotten once z moves on."""

from __future__ import annotations

import logging

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.results import Analysis
from moosegui.gui.jobs import JobRunner, without_report
from moosegui.gui.notice import notice_of_error
from moosegui.pipeline import Engine, refine_at

log = logging.getLogger(__name__)

REFINE = ("refine",)  # key of the job


class Refiner(QObject):
    """One refinement at a time.

    Signals: `refined(redshift, error)`, `notice_posted(Notice)`.
    """

    refined = pyqtSignal(float, float)
    notice_posted = pyqtSignal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        runner.finished.connect(self._on_finished)
        runner.failed.connect(self._on_failed)

    def start(self, analysis: Analysis, engine: Engine, redshift: float) -> None:
        """Look for the sub-pixel minimum nearest to a redshift."""
        work = without_report(refine_at, analysis.spectrum, engine, redshift)
        self._runner.submit(REFINE, work, priority=0)

    def forget(self) -> None:
        """Drop what is under way: its answer would be about another z or source."""
        self._runner.cancel(REFINE)

    def _on_finished(self, key: tuple[str, ...], result: object) -> None:
        if key == REFINE and isinstance(result, tuple):
            self.refined.emit(*result)

    def _on_failed(self, key: tuple[str, ...], error: Exception) -> None:
        if key == REFINE:
            log.error("the refinement failed", exc_info=error)
            self.notice_posted.emit(notice_of_error(f"The refinement failed: {error}", error))
