"""The session: the only thing that changes while an expert works; the screen projects it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import Source, SourceList, Verdict, VerdictEvent
from moosegui.data.conditions import AUTOMATIC, ScanConditions
from moosegui.data.deblending import Screening
from moosegui.data.neighbours import Neighbour
from moosegui.data.results import Analysis, ScanResult, ScanSummary
from moosegui.data.spectrum import Spectrum
from moosegui.errors import MooseError
from moosegui.files.session_store import SessionStore
from moosegui.fit.suggest import Suggestion, suggest_zconf
from moosegui.gui.blend_review import BlendReview
from moosegui.gui.blinding import Blinders
from moosegui.gui.decisions import Decisions, Evidence
from moosegui.gui.drafts import Drafts
from moosegui.gui.exporter import Exporter
from moosegui.gui.jobs import JobRunner
from moosegui.gui.live_scan import LiveScan
from moosegui.gui.notice import Notice, notice_of_failure
from moosegui.gui.queue_order import QueueOrder
from moosegui.gui.refiner import Refiner
from moosegui.gui.scanner import Scanner
from moosegui.gui.screen_redshift import ScreenRedshift, Surroundings
from moosegui.gui.screener import Screener
from moosegui.gui.shown import ShownRedshift
from moosegui.gui.sources import Sources
from moosegui.gui.summaries import Summaries
from moosegui.pipeline import Engine

NEIGHBOURHOOD = 5.0  # arcsec


class Session(QObject):
    """What is open, what is shown, what was decided; its methods are what an expert can do.

    `screen` moves the z on screen, `decisions` records, `scanner` computes ahead, `live` scans
    again under the expert's conditions.

    Signals: `sources_opened`, `source_selected(key)`, `redshift_changed(key)`,
    `analysis_updated(key)`, `verdict_changed(key)`, `source_screened(key)`,
    `notice_posted(Notice)`, `decision_ignored(reason)`.
    """

    sources_opened = pyqtSignal()
    source_selected = pyqtSignal(str)
    redshift_changed = pyqtSignal(str)
    analysis_updated = pyqtSignal(str)
    verdict_changed = pyqtSignal(str)
    source_screened = pyqtSignal(str)
    notice_posted = pyqtSignal(object)
    decision_ignored = pyqtSignal(str)

    def __init__(
        self,
        engine: Engine,
        runner: JobRunner,
        *,
        n_at_once: int = 2,
        is_screening: bool = False,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.engine = engine
        self.scanner = Scanner(runner, n_at_once, self)
        self.screen = ScreenRedshift(Surroundings(self._analysis, self.verdict, self._draft), self)
        self.live = LiveScan(
            runner, self._automatic, lambda: self.engine, n_threads=n_at_once, parent=self
        )
        evidence = Evidence(
            lambda: self.suggestion,
            self._proposal,
            lambda: self.engine.fingerprint,
            lambda: self.live.conditions,
        )
        self.blinders = Blinders(self.verdict, self)
        self.decisions = Decisions(self.screen, evidence, clock=clock, parent=self)
        self.order = QueueOrder()
        self.blends, self.screener = BlendReview(runner, self), Screener(runner, n_at_once, self)
        self._is_screening = is_screening
        self._exporter, self._refiner = Exporter(runner, self), Refiner(runner, self)
        self._runner = runner
        self._list: SourceList | None = None
        self._store: SessionStore | None = None
        self._sources = Sources()
        self._drafts, self._summaries = Drafts(self), Summaries()
        self._current: str | None = None
        self._conditions_kept = AUTOMATIC  # of the source on screen, without what is in the hand
        self._connect()

    def _connect(self) -> None:
        self.scanner.analysed.connect(self._on_analysed)
        self.scanner.failed.connect(self._on_scan_failed)
        self.scanner.progressed.connect(self._on_progressed)
        self.screener.screened.connect(self._on_screened)
        self.screen.changed.connect(self._on_screen_changed)
        self.screen.notice_posted.connect(self.notice_posted)
        self.decisions.recorded.connect(self._on_recorded)
        self.live.updated.connect(self._on_live_updated)
        self.blinders.changed.connect(self.screen.recognise)
        self.decisions.decided.connect(self._on_decided)
        self.decisions.taken_back.connect(self._on_taken_back)
        self.decisions.ignored.connect(self.decision_ignored)
        self.decisions.notice_posted.connect(self.notice_posted)
        self._drafts.changed.connect(self.verdict_changed)
        self._drafts.notice_posted.connect(self.notice_posted)
        self._refiner.refined.connect(self.screen.accept_refined)
        self._exporter.notice_posted.connect(self.notice_posted)
        self._runner.failed.connect(self._on_job_failed)

    @property
    def source_list(self) -> SourceList | None:
        """The open list."""
        return self._list

    @property
    def store(self) -> SessionStore:
        """The journal of decisions; raises MooseError before `open`."""
        return self.decisions.store

    @property
    def current(self) -> Source | None:
        """The source on screen."""
        return None if self._current is None else self.source(self._current)

    @property
    def shown(self) -> ShownRedshift:
        """The z on screen."""
        return self.screen.shown

    @property
    def analysis(self) -> Analysis | None:
        """The analysis of the source on screen under its conditions, once it is there."""
        return self._analysis()

    @property
    def spectrum(self) -> Spectrum | None:
        """The spectrum on screen as it was read, whatever the fit leaves out."""
        automatic = self._automatic()
        return None if automatic is None else automatic.spectrum

    @property
    def automatic_scan(self) -> ScanResult | None:
        """The curve without any conditions."""
        automatic = self._automatic()
        return None if automatic is None else automatic.scan

    @property
    def suggestion(self) -> Suggestion | None:
        """The ZCONF that Enter would assign to the z on screen, and why."""
        analysis = self._analysis()
        if analysis is None or not self.shown.is_known:
            return None
        return suggest_zconf(analysis, self.shown.redshift, self.engine.confidence)

    def source(self, key: str) -> Source | None:
        """A source of the list by its key, as far as blind mode lets it be seen."""
        source = self._sources.get(key)
        return None if source is None else self.blinders.now.blinded(source)

    def find(self, text: str) -> Source | None:
        """Find a source by its key or ID; leading zeros may be left out."""
        return self._sources.find(text)

    def verdict(self, key: str | None = None) -> Verdict | None:
        """The verdict in force on a source, by default the one on screen."""
        return self.decisions.verdict(key if key is not None else self._current)

    def draft(self, key: str) -> float | None:
        """The z that was tried on a source and not decided."""
        return self._drafts.get(key)

    def problem(self, key: str) -> str:
        """Why a source cannot be shown; empty when it can."""
        return self._sources.problem(key)

    def neighbours(self, radius: float = NEIGHBOURHOOD) -> tuple[Neighbour, ...]:
        """The sources of the list within some arcseconds of the one on screen, nearest first."""
        source = self.current
        return () if source is None else self._sources.around(source, radius)

    def known_redshift(self, source: Source) -> float:
        """The best z that is known of a source: decided, of the catalogue, or of the scan."""
        verdict, summary = self.verdict(source.key), self.summary(source.key)
        if verdict is not None and math.isfinite(verdict.redshift):
            return verdict.redshift
        if math.isfinite(seen := self.blinders.now.blinded(source).redshift):
            return seen
        return math.nan if summary is None else summary.redshift

    def summary(self, key: str) -> ScanSummary | None:
        """What the scan of a source found, if it was scanned and may be seen."""
        return None if self.blinders.hide_scan_of(key) else self._summaries.get(key)

    # Opening and moving

    def open(self, source_list: SourceList, store: SessionStore) -> None:
        """Begin with a list of sources and the journal of earlier decisions."""
        self._list, self._store = source_list, store
        self._sources, self._current = Sources(source_list), None
        self.decisions.open(store, self._sources)
        self.live.open()
        self._drafts.restore(store)
        self._summaries.restore(store, self._sources, self.engine)
        self.screen.settle()
        self.order.set(self._sources.keys)
        self.sources_opened.emit()
        for text in (*source_list.notices, *store.notices):
            self.notice_posted.emit(Notice(text))
        self.screener.open(source_list, self.engine, self._summaries.is_screened)
        self.scanner.start(source_list, self.engine, self._summaries.__contains__)
        self._exporter.open(source_list)
        if len(self._sources):
            last = store.get("current")
            self.select(last if last in self._sources else self._sources.keys[0])

    def reorder(self, keys: tuple[str, ...]) -> None:
        """Take the queue as it is filtered and sorted now."""
        self.order.set(keys)
        if self._current is not None:
            self.scanner.focus(self._current, self.order.around())

    def select(self, key: str) -> None:
        """Show a source; a trial z that is left behind stays as its draft.

        Raises
        ------
        MooseError
            If the list has no such source.
        """
        if key not in self._sources:
            raise MooseError(f"There is no source {key} in this list.")
        self._keep_draft()
        self._enter(key)

    def step(self, n_sources: int) -> bool:
        """Go on in the queue; at its end say so and return False."""
        target = self.order.step(n_sources)
        if target is None:
            end = "end" if n_sources > 0 else "beginning"
            self.notice_posted.emit(Notice(f"This is the {end} of the list.", is_brief=True))
            return False
        self.select(target)
        return True

    def go_back_to_decided(self) -> None:
        """Go to the last decided source; from there to the one decided before it."""
        decided = self._sources.decided(self.store.verdicts())
        here = decided.index(self._current) + 1 if self._current in decided else 0
        if here < len(decided):
            self.select(decided[here])
        else:
            self.notice_posted.emit(Notice("Nothing was decided before this.", is_brief=True))

    def refine(self) -> None:
        """Move z to the nearest sub-pixel minimum, with its error; computed off this thread."""
        analysis = self._analysis()
        if analysis is not None and self.shown.is_known:
            self._refiner.start(analysis, self.live.engine, self.shown.redshift)

    # Saving

    def export(self, path: Path | None = None) -> None:
        """Write the catalogue update, off the GUI thread; a notice says where."""
        self._summaries.flush()
        self._exporter.write(self.store.verdicts(), self._summaries.found(), path)

    def close(self) -> None:
        """Finish an export, keep the draft and the summaries, and release the session file.

        Raises
        ------
        MooseError
            If the export failed, or something could not be kept; the session stays open.
        """
        if self._store is None:
            return
        self._exporter.finish()
        self._keep_draft()
        if self._current is not None:
            self._store.set("current", self._current)
        self._summaries.flush()
        self._runner.cancel_all()
        self.decisions.close()
        self._store.close()
        self._store = None

    # Inside

    def _analysis(self) -> Analysis | None:
        return None if self.blinders.hide_scan_of(self._current) else self.live.analysis

    def _automatic(self) -> Analysis | None:
        return None if self._current is None else self.scanner.analysis(self._current)

    def _draft(self) -> float | None:
        return None if self._current is None else self._drafts.get(self._current)

    def _conditions(self) -> ScanConditions:
        verdict = self.verdict()
        return AUTOMATIC if verdict is None else verdict.conditions

    def _proposal(self, key: str) -> float:
        summary = self._summaries.get(key)
        return math.nan if summary is None else summary.redshift

    def _enter(self, key: str) -> None:
        self._runner.give_way()
        self._refiner.forget()
        self.blends.leave()
        self._current = key
        self.decisions.look_at(key)
        self.order.enter(key)
        self.scanner.focus(key, self.order.around())
        self.screener.focus((key, *self.order.around()))
        self._conditions_kept = self._conditions()
        self.live.enter(self._conditions_kept)
        self.screen.settle()
        self.source_selected.emit(key)

    def _keep_draft(self) -> None:
        if self._current is not None:
            self._drafts.leave(self._current, self.shown)

    def _on_decided(self, key: str) -> None:
        self._refiner.forget()
        self._drafts.forget(key)
        self.screen.settle()
        self.redshift_changed.emit(key)

    def _on_recorded(self, key: str) -> None:
        if key == self._current:
            self._conditions_kept = self._conditions()
            self.live.ask(self._conditions_kept)
        self.verdict_changed.emit(key)

    def _on_live_updated(self) -> None:
        self._refiner.forget()
        self.screen.follow()
        if self._current is not None:
            self.redshift_changed.emit(self._current)

    def _on_taken_back(self, event: VerdictEvent) -> None:
        """Go to the source on which something was undone or redone."""
        key, done = event.source_key, "Undone" if event.kind == "undo" else "Redone"
        if key not in self._sources:
            self.notice_posted.emit(Notice(f"{done}: the decision on {key}, not in this list."))
            return
        if key == self._current and event.verdict.conditions != self._conditions_kept:
            self._on_recorded(key)  # the z on screen stays: nothing was decided about it
            self.notice_posted.emit(Notice(f"{done}: masks and limits of {key}.", is_brief=True))
            return
        if key != self._current:
            self._keep_draft()
        self._drafts.forget(key)
        self._enter(key)
        self.verdict_changed.emit(key)
        self.notice_posted.emit(Notice(f"{done}: the decision on {key}.", is_brief=True))

    def _on_screen_changed(self, _shown: ShownRedshift) -> None:
        self._refiner.forget()
        self._runner.give_way()
        if self._current is not None:
            self.redshift_changed.emit(self._current)

    def _on_analysed(self, analysis: Analysis) -> None:
        if analysis.key == self._current:
            self.live.start()
            self.screen.recognise()
        self._summaries.add(analysis.key, analysis.summary())
        self.analysis_updated.emit(analysis.key)

    def _on_progressed(self, n_done: int, n_total: int) -> None:
        if self._is_screening and n_done >= n_total:
            self.screener.begin()

    def _on_screened(self, key: str, screening: Screening) -> None:
        self._summaries.add_screening(key, screening)
        self.source_screened.emit(key)

    def _on_scan_failed(self, key: str, error: Exception) -> None:
        self._sources.fail(key, error)
        if not isinstance(error, MooseError):
            self.notice_posted.emit(notice_of_failure(f"the scan of {key}", error))
        self.analysis_updated.emit(key)

    def _on_job_failed(self, key: tuple[str, ...], error: Exception) -> None:
        if key[0] != "scan":
            self.notice_posted.emit(notice_of_failure(f"“{key[0]}”", error))
