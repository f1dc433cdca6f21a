"""The refinement of the z on screen, computed off the GUI thread, forgotten once z moves on."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.results import Analysis
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.pipeline.analyse import refine_at
from moosegui.pipeline.engine import Engine

REFINE = ("refine",)  # key of the job


class Refiner(QObject):
    """One refinement at a time.

    Signals: `refined(redshift, error, line)`, the line empty where the curve alone gave it.
    """

    refined = pyqtSignal(float, float, str)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner

    def start(self, analysis: Analysis, engine: Engine, redshift: float) -> None:
        """Look for the sub-pixel minimum nearest to a redshift."""
        work = without_report(refine_at, analysis.spectrum, engine, redshift)
        self._runner.submit(REFINE, work, self._on_refined, priority=0)

    def forget(self) -> None:
        """Drop what is under way: its answer would be about another z or source."""
        self._runner.cancel(REFINE)

    def _on_refined(self, minimum: tuple[float, float, str]) -> None:
        self.refined.emit(*minimum)
