"""The review of a second galaxy: what was searched, which candidate is on screen, and the focus."""

from __future__ import annotations

import enum
import math

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.deblending import Deblending, SecondSource
from moosegui.data.spectrum import Spectrum
from moosegui.fit.workers import Report
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.neighbours import separate, with_candidate
from moosegui.pipeline.vetting import find_blend

SEARCH = ("search for a second galaxy",)  # keys of the jobs
SEPARATE = ("separate the galaxies",)
N_CANDIDATES = 8  # that are listed


class Focus(enum.Enum):
    """Which galaxy the plots show."""

    OFF = "off"
    BOTH = "A + B"
    SECOND = "B"
    FIRST = "A"


NEXT_FOCUS = {
    Focus.OFF: Focus.BOTH,
    Focus.BOTH: Focus.SECOND,
    Focus.SECOND: Focus.FIRST,
    Focus.FIRST: Focus.OFF,
}


class BlendReview(QObject):
    """One source under review; everything is computed off the GUI thread.

    Signals: `changed()` when focus, candidate or result changed.
    """

    changed = pyqtSignal()

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._focus = Focus.OFF
        self._asked: tuple[Spectrum, float] | None = None
        self._engine: Engine | None = None
        self._deblending: Deblending | None = None
        self._candidate: SecondSource | None = None
        self._proposed = math.nan

    @property
    def focus(self) -> Focus:
        """Which galaxy is looked at."""
        return self._focus

    @property
    def is_searching(self) -> bool:
        """Whether an answer is still awaited."""
        return self._asked is not None and self._deblending is None

    @property
    def deblending(self) -> Deblending | None:
        """What was found, its components those of the candidate on screen."""
        return self._deblending

    @property
    def redshift(self) -> float:
        """Of the candidate on screen; nan without one."""
        return math.nan if self._candidate is None else self._candidate.redshift

    @property
    def candidate(self) -> SecondSource | None:
        """The second galaxy on screen."""
        return self._candidate

    def advance(self) -> None:
        """Look at A + B, then B, then A, then leave the review."""
        self._focus = NEXT_FOCUS[self._focus]
        if self._focus is Focus.OFF:
            self._cancel()
        self.changed.emit()

    def leave(self) -> None:
        """End the review of this source."""
        if self._focus is not Focus.OFF or self._asked is not None:
            self._focus = Focus.OFF
            self._cancel()
            self.changed.emit()

    def forget(self) -> None:
        """Leave this source; the next one is looked at in the same mode, from A + B on."""
        if self._focus is not Focus.OFF:
            self._focus = Focus.BOTH
        self._cancel()

    def look_at(
        self, spectrum: Spectrum, engine: Engine, redshift: float, proposed: float = math.nan
    ) -> None:
        """Search beside the galaxy at this redshift, unless that was done.

        What the screening proposed for the second one is shown first: it may be clearer beside the
        source than in its spectrum.
        """
        if self._asked is not None and self._asked[0] is spectrum and self._asked[1] == redshift:
            self._proposed = proposed  # what is on screen already stays there
            return
        self._cancel()
        self._asked, self._engine, self._proposed = (spectrum, redshift), engine, proposed

        def search(report: Report) -> Deblending:
            found = find_blend(engine, spectrum, redshift, report=report)
            second = self._proposed  # it may have come meanwhile
            if not math.isfinite(second):
                return found
            return with_candidate(spectrum, engine, found, second)

        self._runner.submit(SEARCH, search, self._on_found, priority=0)

    def choose(self, rank: int) -> None:
        """Look at the candidate of a rank, from 1 on."""
        found = self._deblending
        if found is None or self._asked is None or self._engine is None:
            return
        if not 1 <= rank <= len(found.candidates):
            return
        self._candidate = found.candidates[rank - 1]
        spectrum, _ = self._asked
        work = without_report(separate, spectrum, self._engine, found, rank - 1)
        self._runner.submit(SEPARATE, work, self._on_separated, priority=0)
        self.changed.emit()

    def step(self, n_candidates: int) -> None:
        """Look at the next or the previous candidate; the list has two ends."""
        if self._deblending is not None and self._candidate is not None:
            here = self._deblending.candidates.index(self._candidate)
            self.choose(here + 1 + n_candidates)

    def _cancel(self) -> None:
        self._runner.cancel(SEARCH)
        self._runner.cancel(SEPARATE)
        self._asked = self._deblending = self._candidate = None

    def _on_found(self, found: Deblending) -> None:
        self._deblending, self._candidate = found, found.best
        self.changed.emit()

    def _on_separated(self, found: Deblending) -> None:
        self._deblending = found
        self.changed.emit()
