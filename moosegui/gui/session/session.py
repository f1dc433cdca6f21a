"""The session: the only thing that changes while an expert works; the screen projects it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import SourceList, VerdictEvent
from moosegui.data.deblending import Vetting
from moosegui.data.results import Analysis
from moosegui.errors import MooseError
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.jobs import JobRunner
from moosegui.gui.session.notice import Notice, notice_of_failure
from moosegui.gui.session.queries import KnownSession
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.sources import Sources
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.reconciliation import remember_rule

log = logging.getLogger(__name__)


class Session(KnownSession):
    """What is open, what is shown, what was decided; its methods are what an expert can do.

    Signals: `sources_opened`, `source_selected(key)`, `redshift_changed(key)`,
    `analysis_updated(key)`, `verdict_changed(key)`, `source_vetted(key)`,
    `notice_posted(Notice)`, `decision_ignored(reason)`.
    """

    sources_opened = pyqtSignal()
    source_selected = pyqtSignal(str)
    redshift_changed = pyqtSignal(str)
    analysis_updated = pyqtSignal(str)
    verdict_changed = pyqtSignal(str)
    source_vetted = pyqtSignal(str)
    notice_posted = pyqtSignal(object)
    decision_ignored = pyqtSignal(str)

    def __init__(
        self,
        engine: Engine,
        runner: JobRunner,
        *,
        n_at_once: int = 2,
        is_vetting: bool = False,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(engine, runner, n_at_once=n_at_once, clock=clock, parent=parent)
        self._is_vetting = is_vetting
        self._connect()

    def _connect(self) -> None:
        self.scanner.analysed.connect(self._on_analysed)
        self.scanner.failed.connect(self._on_scan_failed)
        self.scanner.progressed.connect(self._on_progressed)
        self.vetter.vetted.connect(self._on_vetted)
        self.vetter.failed.connect(self._on_vetting_failed)
        self.screen.changed.connect(self._on_screen_changed)
        self.screen.notice_posted.connect(self.notice_posted)
        self.decisions.recorded.connect(self._on_recorded)
        self.live.updated.connect(self._on_live_updated)
        self.blind_mode.changed.connect(self.screen.recognise)
        self.decisions.decided.connect(self._on_decided)
        self.decisions.taken_back.connect(self._on_taken_back)
        self.decisions.ignored.connect(self.decision_ignored)
        self.decisions.notice_posted.connect(self.notice_posted)
        self._drafts.changed.connect(self.verdict_changed)
        self._drafts.notice_posted.connect(self.notice_posted)
        self._refiner.refined.connect(self.screen.accept_refined)
        self._exporter.notice_posted.connect(self.notice_posted)
        self._runner.notice_posted.connect(self.notice_posted)

    # Opening and moving

    def open(self, source_list: SourceList, store: SessionStore) -> None:
        """Begin with a list of sources and the journal of earlier decisions."""
        self._list, self._store = source_list, store
        self._sources, self._current = Sources(source_list), None
        self.decisions.open(store, self._sources)
        if self.votes.is_open:
            remember_rule(store, self.votes.rule)
        self.live.open()
        self._drafts.restore(store)
        self.typed.open(store)
        self._summaries.restore(store, self._sources, self.engine)
        self.screen.settle()
        self.order.set(self._sources.keys)
        self.sources_opened.emit()
        store.listen(self._warn)
        for text in (*source_list.notices, *store.notices):
            self.notice_posted.emit(Notice(text))
        self.vetter.open(source_list, self.engine, self._summaries.is_vetted)
        self.scanner.start(source_list, self.engine, self._summaries.__contains__)
        self._exporter.open(source_list, store)
        if len(self._sources):
            last = store.get("current")
            conflicts = (key for key in self._sources.keys if self.votes.reasons(key))
            first = next(conflicts, self._sources.keys[0])
            self.select(last if last in self._sources else first)

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
        decisions = self.votes.settled(self.store.verdicts())
        self._exporter.write(decisions, self._summaries.found(), path)

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
        self.typed.open(None)
        self._store.close()
        self._store = None

    # Inside

    def _enter(self, key: str) -> None:
        self._runner.give_way()
        self._refiner.forget()
        self.blends.leave()
        self._current = key
        self.decisions.look_at(key)
        self.order.enter(key)
        self.scanner.focus(key, self.order.around())
        self.vetter.focus((key, *self.order.around()))
        self._conditions_kept = self._conditions()
        self.live.enter(self._conditions_kept)
        self.screen.settle()
        self.source_selected.emit(key)

    def _keep_draft(self) -> None:
        if self._current is not None:
            self._drafts.leave(self._current, self.shown)

    def _warn(self, text: str) -> None:
        self.notice_posted.emit(Notice(text, "warning"))

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
        if self._is_vetting and n_done >= n_total:
            self.vetter.begin()

    def _on_vetted(self, key: str, vetting: Vetting) -> None:
        self._summaries.add_vetting(key, vetting)
        self.source_vetted.emit(key)

    def _on_scan_failed(self, key: str, error: Exception) -> None:
        self._sources.fail(key, error)
        self.vetter.leave_out(key)
        if not isinstance(error, MooseError):
            self.notice_posted.emit(notice_of_failure(f"the scan of {key}", error))
        self.analysis_updated.emit(key)

    def _on_vetting_failed(self, key: str, error: Exception) -> None:
        """Mark a source that was scanned another day and cannot be read any more."""
        if not isinstance(error, MooseError):
            self.notice_posted.emit(notice_of_failure(f"the vetting of {key}", error))
        elif self.scanner.analysis(key) is None:
            self._sources.fail(key, error)
            self.analysis_updated.emit(key)
        else:
            log.warning("%s was not vetted: %s", key, error)
