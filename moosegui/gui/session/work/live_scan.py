"""The scan of the source on screen under the expert's conditions, as fast as the mouse moves.

One scan is under way at a time, on all cores, and only the newest wish waits for it: a mouse that
moves faster than the engine loses wishes, never pictures.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.conditions import AUTOMATIC, ScanConditions
from moosegui.data.results import Analysis, Weighting
from moosegui.fit.confidence.prior import under_prior
from moosegui.fit.workers import Report
from moosegui.gui.session.work.jobs import JobRunner, step_back
from moosegui.pipeline.analyse import analyse, with_line_detections
from moosegui.pipeline.engine import Engine

LIVE = ("live scan",)  # key of the job
QUICK_SOLUTIONS = 4  # while the mouse moves; the others come when it lets go
KEPT = 8  # analyses in memory, for going back and forth


@dataclass(frozen=True, slots=True)
class LiveWish:
    """What to scan for; a quick scan asks half of the first basis' samples for a few."""

    conditions: ScanConditions
    is_quick: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LiveAnswer:
    """What a scan found, and what it was asked for."""

    wish: LiveWish
    analysis: Analysis


class LiveScan(QObject):
    """What replaces the automatic analysis of one source, as long as conditions are set.

    Signals: `updated()` when another analysis is on screen.
    """

    updated = pyqtSignal()

    def __init__(
        self,
        runner: JobRunner,
        automatic: Callable[[], Analysis | None],
        engine: Callable[[], Engine],
        *,
        n_threads: int = 1,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner, self._automatic, self._usual_engine = runner, automatic, engine
        self._executor: Executor | None = None
        if n_threads > 1:
            self._executor = ThreadPoolExecutor(n_threads, "moose-live", step_back)
        self._wish, self._is_restored = LiveWish(AUTOMATIC), False
        self._found: Analysis | None = None
        self._kept: OrderedDict[tuple[str, LiveWish], Analysis] = OrderedDict()

    @property
    def conditions(self) -> ScanConditions:
        """What is asked for on the source on screen, recorded or still in the hand."""
        return self._wish.conditions

    @property
    def is_following(self) -> bool:
        """Whether a mask or a limit is in the hand."""
        return self._wish.is_quick

    @property
    def engine(self) -> Engine:
        """The engine with the settings that the conditions ask for."""
        usual = self._usual_engine()
        settings = self.conditions.settings(usual.settings)
        if self._wish.is_quick:
            fewer = min(settings.n_solutions, QUICK_SOLUTIONS)
            settings = replace(settings, ensemble=False, n_solutions=fewer)
            return usual.at_half().with_settings(settings)
        return usual.with_settings(settings)

    @property
    def otherwise_weighted(self) -> ScanConditions:
        """The conditions with the other weighting of the fit."""
        usual = self._usual_engine().settings.weighting
        other: Weighting = "unweighted" if self.engine.settings.weighting == "ivar" else "ivar"
        return self.conditions.with_weighting(None if other == usual else other)

    @property
    def analysis(self) -> Analysis | None:
        """What is on screen: of the conditions if any are set, else the automatic analysis.

        While the first scan of a mask under the mouse runs, the automatic analysis stays; a
        source that is entered with conditions shows nothing else before they are met.
        """
        if self.conditions.is_default:
            return self._automatic()
        if self._found is None and not self._is_restored:
            return self._automatic()
        return self._found

    def open(self) -> None:
        """Forget what was found in another list."""
        self._kept.clear()

    def enter(self, conditions: ScanConditions) -> None:
        """Take another source, with the conditions that are recorded for it."""
        self._runner.cancel(LIVE)
        self._wish, self._found = LiveWish(conditions), None
        self._is_restored = not conditions.is_default
        self.start()

    def ask(self, conditions: ScanConditions, *, is_quick: bool = False) -> None:
        """Scan under these conditions from now on; quickly while the mouse moves."""
        wish = LiveWish(conditions, is_quick)
        if wish == self._wish:
            return
        before, self._wish = self.analysis, wish
        self.start()
        if self.analysis is not before:
            self.updated.emit()

    def start(self) -> None:
        """Scan, if that is needed and the spectrum is there; what is under way may finish."""
        automatic = self._automatic()
        if self.conditions.is_default:
            self._runner.cancel(LIVE)
            self._found, self._is_restored = None, False
        elif automatic is not None:
            kept = self._kept.get((automatic.key, self._wish))
            self._found = kept or self._found
            if kept is None and not self._runner.is_pending(LIVE):
                self._submit(automatic)

    def _submit(self, automatic: Analysis) -> None:
        self._runner.give_way()
        work = partial(_analyse, automatic, (self._wish, self.engine), self._executor)
        self._runner.submit(LIVE, work, self._on_found, priority=0)

    def _on_found(self, answer: LiveAnswer) -> None:
        self._found = answer.analysis
        self._kept[answer.analysis.key, answer.wish] = answer.analysis
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        if answer.wish != self._wish:
            self.start()
        self.updated.emit()


def _analyse(
    automatic: Analysis,
    asked: tuple[LiveWish, Engine],
    executor: Executor | None,
    report: Report,
) -> LiveAnswer:
    wish, engine = asked
    if wish.conditions.is_usual_scan:
        return LiveAnswer(wish, under_prior(automatic, wish.conditions.prior))
    masked = automatic.spectrum.masked(wish.conditions.masks)
    found = analyse(
        automatic.key,
        masked,
        engine,
        executor=executor,
        report=report,
        before=automatic if wish.is_quick else None,
    )
    measured = with_line_detections(found)
    return LiveAnswer(wish, under_prior(measured, wish.conditions.prior))
