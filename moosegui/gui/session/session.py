"""The session: the only thing that changes while an expert works; the screen projects it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import SourceList, VerdictEvent
from moosegui.data.reconciliation import ConflictRule, Journal
from moosegui.data.results import Analysis
from moosegui.errors import MooseError
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.blinding import Blinding
from moosegui.gui.session.jobs import JobRunner
from moosegui.gui.session.notice import Notice
from moosegui.gui.session.parts import SessionParts
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.sources import Sources
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.reconciliation import remember_rule


class Session(SessionParts):
    """What is open, what is shown, what was decided; its methods are what an expert can do.

    Signals: `sources_opened`, `source_selected(key)`, `redshift_changed(key)`,
    `analysis_updated(key)`, `verdict_changed(key)`, `source_vetted(key)`,
    `notice_posted(Notice)`, `decision_ignored(reason)`, `blinding_changed`,
    `scan_progressed(n_done, n_total)`.
    """

    sources_opened = pyqtSignal()
    source_selected = pyqtSignal(str)
    redshift_changed = pyqtSignal(str)
    analysis_updated = pyqtSignal(str)
    verdict_changed = pyqtSignal(str)
    source_vetted = pyqtSignal(str)
    notice_posted = pyqtSignal(object)
    decision_ignored = pyqtSignal(str)
    blinding_changed = pyqtSignal()
    scan_progressed = pyqtSignal(int, int)

    def __init__(
        self,
        engine: Engine,
        runner: JobRunner,
        *,
        n_at_once: int = 2,
        is_vetting: bool = False,
        blinding: Blinding | None = None,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(
            engine,
            runner,
            n_at_once=n_at_once,
            is_vetting=is_vetting,
            blinding=blinding,
            clock=clock,
            parent=parent,
        )
        self._connect()

    def _connect(self) -> None:
        background = self._background
        background.analysed.connect(self._on_analysed)
        background.updated.connect(self.analysis_updated)
        background.vetted.connect(self.source_vetted)
        background.progressed.connect(self.scan_progressed)
        background.notice_posted.connect(self.notice_posted)
        self.redshift.changed.connect(self._on_screen_changed)
        self.redshift.notice_posted.connect(self.notice_posted)
        self.decisions.recorded.connect(self._on_recorded)
        self.live.updated.connect(self._on_live_updated)
        self.blind_mode.changed.connect(self.redshift.recognise)
        self.blind_mode.changed.connect(self.blinding_changed)
        self.decisions.decided.connect(self._on_decided)
        self.decisions.taken_back.connect(self._on_taken_back)
        self.decisions.ignored.connect(self.decision_ignored)
        self.decisions.notice_posted.connect(self.notice_posted)
        self._drafts.changed.connect(self.verdict_changed)
        self._drafts.notice_posted.connect(self.notice_posted)
        self._refiner.refined.connect(self.redshift.accept_refined)
        self._exporter.notice_posted.connect(self.notice_posted)
        self._runner.notice_posted.connect(self.notice_posted)

    # Opening and moving

    def open(
        self,
        source_list: SourceList,
        store: SessionStore,
        *,
        journals: Sequence[Journal] = (),
        rule: ConflictRule | None = None,
    ) -> None:
        """Begin with a list of sources and the journal of earlier decisions.

        Those of other inspectors are reconciled, where there are any.
        """
        self.votes.open(journals, rule)
        self._list, self._store = source_list, store
        self._sources, self._current = Sources(source_list), None
        self.known.open(self._sources, store)
        self.decisions.open(store, self._sources)
        if self.votes.is_open:
            remember_rule(store, self.votes.rule)
        self.live.open()
        self._drafts.restore(store)
        self.typed.open(store)
        self._background.restore(self._sources, store, self.engine)
        self.redshift.return_to_source()
        self._order.set(self._sources.keys)
        self.sources_opened.emit()
        store.listen(self._warn)
        for text in (*source_list.notices, *store.notices):
            self.notice_posted.emit(Notice(text))
        self._background.start(source_list, self.engine)
        self._exporter.open(source_list, store)
        if len(self._sources):
            self.select(self._first(store.get("current")))

    def reorder(self, keys: tuple[str, ...]) -> None:
        """Take the queue as it is filtered and sorted now."""
        self._order.set(keys)
        if self._current is not None:
            self._background.expect(self._current, self._order.around())

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
        target = self._order.step(n_sources)
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
        try:
            self._background.summaries.flush()
        except MooseError as error:  # a full disk of the session forbids no update elsewhere
            self._warn(str(error))
        decisions = self.votes.settled(self.store.verdicts())
        self._exporter.write(decisions, self._background.summaries.found(), path)

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
        self._background.summaries.flush()
        self._runner.cancel_all()
        self.decisions.close()
        self.typed.open(None)
        self._store.close()
        self._store = None

    # Inside

    def _first(self, last: str | None) -> str:
        """Return where to go on: the last source if it is not inspected, else the next that is not.

        While votes are reconciled it is the last one, else the first on which they disagree.
        """
        keys = self._sources.keys
        if self.votes.is_open:
            conflicts = (key for key in keys if self.votes.reasons(key))
            return last if last and last in self._sources else next(conflicts, keys[0])
        here = keys.index(last) if last in self._sources else 0
        events = self.store.verdicts()
        inspected = {key for key, event in events.items() if event.verdict.is_inspected}
        later = (*keys[here:], *keys[:here])
        return next((key for key in later if key not in inspected), keys[here])

    def _enter(self, key: str) -> None:
        self._runner.give_way()
        self._refiner.forget()
        self.blends.forget()
        self._current = key
        self.decisions.look_at(key)
        self._order.enter(key)
        self._background.enter(key, self._order.around())
        self._conditions_kept = self._conditions()
        self.live.enter(self._conditions_kept)
        self.redshift.return_to_source()
        self.source_selected.emit(key)

    def _keep_draft(self) -> None:
        if self._current is not None:
            self._drafts.leave(self._current, self.shown)

    def _warn(self, text: str) -> None:
        self.notice_posted.emit(Notice(text, "warning"))

    def _on_decided(self, key: str) -> None:
        self._refiner.forget()
        self._drafts.forget(key)
        self.redshift.return_to_source()
        self.redshift_changed.emit(key)

    def _on_recorded(self, key: str) -> None:
        if key == self._current:
            self._conditions_kept = self._conditions()
            self.live.ask(self._conditions_kept)
        self.verdict_changed.emit(key)

    def _on_live_updated(self) -> None:
        self._refiner.forget()
        self.redshift.follow()
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
            self.redshift.recognise()
