"""The search for blends and false sources in the background, once the scans are done.

It takes about a second a source, a hundred scans, so it waits until the list is scanned; then the
sources around the one on screen come first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import Source
from moosegui.data.results import ScanSummary
from moosegui.fit.workers import Report
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.pipeline.analyse import analyse_source
from moosegui.pipeline.batch import vetted_summary
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.sky import box_or_none
from moosegui.pipeline.vetting import vet

VET = "vetting"  # the jobs are ("vetting", key of the source)
NEAR, REST = 10, 12  # priorities, after every scan


class Vetter(QObject):
    """Vet one source after the other, and those that are looked at before the others.

    Signals: `vetted(key, ScanSummary)`, `failed(key, exception)`, `progressed(n_done, n_total)`.
    """

    vetted = pyqtSignal(str, object)
    failed = pyqtSignal(str, object)
    progressed = pyqtSignal(int, int)

    def __init__(self, runner: JobRunner, n_at_once: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner, self._n_at_once = runner, max(1, n_at_once)
        self._engine: Engine | None = None
        self._cube: Path | None = None
        self._sources: dict[str, Source] = {}
        self._rest: deque[str] = deque()
        self._in_flight: set[str] = set()
        self._is_open = False

    def open(
        self,
        sources: Iterable[Source],
        engine: Engine,
        done: Callable[[str], bool],
        *,
        cube: Path | None = None,
    ) -> None:
        """Take a new list, and the cube that lies below it; nothing begins before `begin`."""
        self._engine, self._cube, self._is_open = engine, cube, False
        self._sources = {s.key: s for s in sources if s.spectrum is not None and not s.problem}
        self._rest = deque(key for key in self._sources if not done(key))
        self._in_flight.clear()

    def begin(self) -> None:
        """Start, now that the scans are done."""
        if not self._is_open:
            self._is_open = True
            self._tell_progress()
            self._feed()

    def replace(self, source: Source) -> None:
        """Vet a source again, as its spectrum is read otherwise."""
        if source.key in self._sources:
            self._runner.cancel((VET, source.key))
            self._in_flight.discard(source.key)
            self._sources[source.key] = source
            self.leave_out(source.key)
            self._rest.append(source.key)

    def search_again(self, cube: Path, first: str) -> None:
        """Vet all sources with what a cube has around them, one before the others."""
        for key in self._in_flight:
            self._runner.cancel((VET, key))
        self._in_flight.clear()
        self._cube = cube
        self._rest = deque(sorted(self._sources, key=lambda key: key != first))
        if self._is_open:
            self._tell_progress()
            self._feed()

    def retake(self, sources: Iterable[Source], done: Callable[[str], bool]) -> None:
        """Go on with a list that has a source more or less."""
        listed = {s.key: s for s in sources if s.spectrum is not None and not s.problem}
        for key in self._sources.keys() - listed.keys():
            self._runner.cancel((VET, key))
            self._in_flight.discard(key)
            self.leave_out(key)
        added = listed.keys() - self._sources.keys()
        self._sources = listed
        self._rest += [key for key in added if not done(key)]

    def is_due(self, key: str) -> bool:
        """Whether a source is still to be vetted."""
        return key in self._in_flight or key in self._rest

    def leave_out(self, key: str) -> None:
        """Do not vet a source that could not be scanned."""
        if key in self._rest:
            self._rest.remove(key)

    def focus(self, keys: Iterable[str]) -> None:
        """Vet these sources next."""
        if self._is_open:
            for key in keys:
                self._submit(key, NEAR)

    def _submit(self, key: str, priority: int) -> None:
        if self._engine is None or key not in self._rest:
            return
        self._rest.remove(key)
        self._in_flight.add(key)
        work = _Work(self._sources[key], self._engine, self._cube)
        done, failed = partial(self._on_vetted, key), partial(self._on_failed, key)
        self._runner.submit((VET, key), work, done, failed, priority=priority)

    def _feed(self) -> None:
        """Keep a few jobs in flight, so that those of a source on screen overtake the others."""
        while self._is_open and self._rest and len(self._in_flight) < 2 * self._n_at_once:
            self._submit(self._rest[0], REST)

    def _on_vetted(self, key: str, found: ScanSummary) -> None:
        self._in_flight.discard(key)
        self.vetted.emit(key, found)
        self._tell_progress()
        self._feed()

    def _on_failed(self, key: str, error: Exception) -> None:
        self._in_flight.discard(key)
        self.failed.emit(key, error)
        self._tell_progress()
        self._feed()

    def _tell_progress(self) -> None:
        n_total = len(self._sources)
        self.progressed.emit(n_total - len(self._rest) - len(self._in_flight), n_total)


class _Work:
    """Scan a source again, for its spectrum and solutions, and vet it."""

    def __init__(self, source: Source, engine: Engine, cube: Path | None) -> None:
        self._source, self._engine, self._cube = source, engine, cube

    def __call__(self, report: Report) -> ScanSummary:
        analysis = analyse_source(self._source, self._engine, report=report)
        report(0.1)  # the last moment to be called off
        box = box_or_none(self._source, self._cube)
        vetting = vet(self._engine, analysis, box, report=report)
        return vetted_summary(analysis, vetting)
