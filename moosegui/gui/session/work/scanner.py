"""Which source is scanned next: the current one, the next few, then the rest of the list."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from functools import partial

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import Source
from moosegui.data.results import Analysis
from moosegui.fit.workers import Report
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.models import fit_ahead
from moosegui.pipeline.analyse import analyse_source, with_line_detections
from moosegui.pipeline.engine import Engine

KEPT = 48  # analyses in memory, 0.3 MB each
CURRENT, UPCOMING, REST = 0, 5, 9  # priorities


class Scanner(QObject):
    """Feed the job runner, so that what the expert sees next is ready when it is asked for.

    Signals: `analysed(Analysis)`, `failed(key, exception)`, `progressed(n_done, n_total)`.
    """

    analysed = pyqtSignal(object)
    failed = pyqtSignal(str, object)
    progressed = pyqtSignal(int, int)

    def __init__(self, runner: JobRunner, n_at_once: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._n_at_once = max(1, n_at_once)
        self._sources: dict[str, Source] = {}
        self._engine: Engine | None = None
        self._kept: OrderedDict[str, Analysis] = OrderedDict()
        self._wanted: tuple[str, ...] = ()
        self._rest: deque[str] = deque()
        self._hurried: set[str] = set()
        self._done: set[str] = set()
        self._n_total = 0

    def start(self, sources: Iterable[Source], engine: Engine, done: Callable[[str], bool]) -> None:
        """Take a new list; sources that are `done` need no background scan.

        The scan begins with `focus`, so that the source on screen is the first.
        """
        self._runner.cancel_all()
        self._kept.clear()
        self._engine = engine
        self._sources = {s.key: s for s in sources if s.spectrum is not None and not s.problem}
        self._rest = deque(key for key in self._sources if not done(key))
        self._hurried.clear()
        self._done = set(self._sources) - set(self._rest)
        self._n_total = len(self._sources)
        self.progressed.emit(len(self._done), self._n_total)

    def replace(self, source: Source) -> None:
        """Scan a source again when it is looked at next: its spectrum is read otherwise."""
        self._runner.cancel(("scan", source.key))
        self._kept.pop(source.key, None)
        self._hurried.discard(source.key)
        self._sources[source.key] = source

    def retake(self, sources: Iterable[Source], done: Callable[[str], bool]) -> None:
        """Go on with a list that has a source more or less."""
        listed = {s.key: s for s in sources if s.spectrum is not None and not s.problem}
        for key in self._sources.keys() - listed.keys():
            self._runner.cancel(("scan", key))
            self._kept.pop(key, None)
            self._done.discard(key)
            del self._sources[key]
        added = listed.keys() - self._sources.keys() - self._done
        self._sources |= {key: listed[key] for key in added}
        self._rest = deque(key for key in self._rest if key in self._sources)
        self._rest += [key for key in added if not done(key)]
        self._done |= {key for key in added if done(key)}
        self._n_total = len(self._sources.keys() | self._done)
        self.progressed.emit(len(self._done), self._n_total)
        self._feed()

    @property
    def n_done(self) -> int:
        """How many sources are scanned, or could not be."""
        return len(self._done)

    def analysis(self, key: str) -> Analysis | None:
        """Return the analysis of a source if it is in memory."""
        return self._kept.get(key)

    def focus(self, current: str, upcoming: Iterable[str]) -> None:
        """Scan `current` at once and keep `upcoming` ready; what was left behind can wait."""
        self._wanted = (current, *upcoming)
        self._put_back(self._hurried.difference(self._wanted))
        for i_key, key in enumerate(self._wanted):
            if key in self._kept:
                self._kept.move_to_end(key)
            elif key in self._sources and (i_key == 0 or key not in self._hurried):
                self._hurried.add(key)
                self._submit(key, CURRENT if i_key == 0 else UPCOMING)
        self._feed()

    def _put_back(self, keys: Iterable[str]) -> None:
        """Let sources that are no longer near the current one wait for their turn."""
        for key in keys:
            self._hurried.discard(key)
            self._runner.cancel(("scan", key))
            if key not in self._done:
                self._rest.appendleft(key)

    def _submit(self, key: str, priority: int) -> None:
        if self._engine is None:
            return
        analyse = _analyse_shown if priority < REST else analyse_source
        work = partial(_reporting, analyse, self._sources[key], self._engine)
        failed = partial(self._on_failed, key)
        self._runner.submit(("scan", key), work, self._on_analysed, failed, priority=priority)

    def _feed(self) -> None:
        """Keep a few background jobs in flight, and no more: priorities then matter at once."""
        while self._rest and self._runner.n_pending < 2 * self._n_at_once:
            key = self._rest.popleft()
            if key not in self._done and not self._runner.is_pending(("scan", key)):
                self._submit(key, REST)

    def _finish(self, key: str) -> None:
        self._hurried.discard(key)
        self._done.add(key)
        self.progressed.emit(len(self._done), self._n_total)
        self._feed()

    def _on_analysed(self, found: Analysis) -> None:
        if found.key in self._wanted:
            self._kept[found.key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self.analysed.emit(found)
        self._finish(found.key)

    def _on_failed(self, key: str, error: Exception) -> None:
        self._sources.pop(key, None)
        self.failed.emit(key, error)
        self._finish(key)


def _reporting(
    analyse: Callable[..., Analysis], source: Source, engine: Engine, report: Report
) -> Analysis:
    return analyse(source, engine, report=report)


def _analyse_shown(source: Source, engine: Engine, *, report: Report) -> Analysis:
    found = with_line_detections(analyse_source(source, engine, report=report))
    fit_ahead(found, engine)
    return found
