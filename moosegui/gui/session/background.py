"""What is computed ahead of the expert: the scans, then the vetting, and what they found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.results import Analysis, ScanSummary
from moosegui.errors import MooseError
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.sources import Sources
from moosegui.gui.session.summaries import Summaries
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.notice import Notice, notice_of_failure
from moosegui.gui.session.work.scanner import Scanner
from moosegui.gui.session.work.vetter import Vetter
from moosegui.pipeline.engine import Engine

CUBE = "cube"  # in the session: where the light of all sources is
log = logging.getLogger(__name__)


class Background(QObject):
    """Scans and vets a list in the order in which it is needed, and keeps the summaries.

    Signals: `analysed(Analysis)`, `updated(key)` when there is news of a source,
    `vetted(key)`, `progressed(n_done, n_total)` of the scan, `search_progressed(n_done, n_total)`
    of the search for blends, `notice_posted(Notice)`.
    """

    analysed = pyqtSignal(object)
    updated = pyqtSignal(str)
    vetted = pyqtSignal(str)
    progressed = pyqtSignal(int, int)
    search_progressed = pyqtSignal(int, int)
    notice_posted = pyqtSignal(object)

    def __init__(
        self,
        runner: JobRunner,
        n_at_once: int,
        *,
        is_vetting: bool,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_vetting = is_vetting
        self._cube: Path | None = None
        self._scanner, self._vetter = (
            Scanner(runner, n_at_once, self),
            Vetter(runner, n_at_once, self),
        )
        self._sources, self.summaries = Sources(), Summaries()
        self._connect()

    def _connect(self) -> None:
        self._scanner.analysed.connect(self._on_analysed)
        self._scanner.failed.connect(self._on_scan_failed)
        self._scanner.progressed.connect(self.progressed)
        self._scanner.progressed.connect(self._on_progressed)
        self._vetter.progressed.connect(self.search_progressed)
        self._vetter.vetted.connect(self._on_vetted)
        self._vetter.failed.connect(self._on_vetting_failed)

    def analysis(self, key: str) -> Analysis | None:
        """Return the analysis of a source if it is in memory."""
        return self._scanner.analysis(key)

    def is_search_due(self, key: str) -> bool:
        """Whether a source waits for the search for blends and false sources."""
        return self._is_vetting and self._vetter.is_due(key)

    def restore(self, sources: Sources, store: SessionStore, engine: Engine) -> None:
        """Take what an earlier session found of these sources."""
        self._sources = sources
        name = store.get(CUBE)
        self._cube = Path(name) if name else None
        self.summaries.restore(store, sources, engine)

    def start(self, source_list: SourceList, engine: Engine) -> None:
        """Begin with what is missing; the first source is the one that is entered."""
        self._vetter.open(source_list, engine, self._searched(), cube=self._cube)
        self._scanner.start(source_list, engine, self.summaries.__contains__)

    def lay_cube(self, cube: Path, first: str) -> None:
        """Search all sources with what a cube has around them, one before the others."""
        self._cube = cube
        self._vetter.search_again(cube, first)

    def _searched(self) -> Callable[[str], bool]:
        """Return whether a source was vetted, with the cube if one was laid below the list."""
        return self.summaries.vetted(is_on_sky=self._cube is not None).__contains__

    def replace(self, source: Source) -> None:
        """Take a source that is read otherwise from now on: what was found of it is forgotten."""
        self.summaries.forget(source.key)
        self._scanner.replace(source)
        self._vetter.replace(source)

    def retake(self, sources: Iterable[Source]) -> None:
        """Go on with a list that has a source more or less."""
        self._scanner.retake(sources, self.summaries.__contains__)
        self._vetter.retake(sources, self._searched())

    def found(self) -> dict[str, ScanSummary]:
        """Return what scans found, kept first; a full disk forbids no update elsewhere."""
        try:
            self.summaries.flush()
        except MooseError as error:
            self.notice_posted.emit(Notice(str(error), "warning"))
        return self.summaries.found()

    def enter(self, key: str, around: tuple[str, ...]) -> None:
        """Compute a source at once, and those around it next."""
        self._scanner.focus(key, around)
        self._vetter.focus((key, *around))

    def expect(self, key: str, around: tuple[str, ...]) -> None:
        """Take the order of the queue as it is now around a source."""
        self._scanner.focus(key, around)

    def _on_analysed(self, analysis: Analysis) -> None:
        self.analysed.emit(analysis)
        self.summaries.add(analysis.key, analysis.summary())
        self.updated.emit(analysis.key)

    def _on_progressed(self, n_done: int, n_total: int) -> None:
        if self._is_vetting and n_done >= n_total:
            self._vetter.begin()

    def _on_vetted(self, key: str, found: ScanSummary) -> None:
        if key in self.summaries:
            self.summaries.add(key, found)
        self.vetted.emit(key)

    def _on_scan_failed(self, key: str, error: Exception) -> None:
        self._sources.fail(key, error)
        self._vetter.leave_out(key)
        if not isinstance(error, MooseError):
            self.notice_posted.emit(notice_of_failure(f"the scan of {key}", error))
        self.updated.emit(key)

    def _on_vetting_failed(self, key: str, error: Exception) -> None:
        """Mark a source that was scanned another day and cannot be read any more."""
        if not isinstance(error, MooseError):
            self.notice_posted.emit(notice_of_failure(f"the vetting of {key}", error))
        elif self._scanner.analysis(key) is None:
            self._sources.fail(key, error)
            self.updated.emit(key)
        else:
            log.warning("%s was not vetted: %s", key, error)
