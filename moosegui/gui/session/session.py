"""The session: the only thing that changes while an expert works; the screen projects it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import ReadingChoice, Source, SourceList, Verdict, VerdictEvent
from moosegui.data.conditions import AUTOMATIC
from moosegui.data.results import Analysis, ScanSummary
from moosegui.data.team.reconciliation import ConflictRule, Journal
from moosegui.errors import MooseError
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.background import Background
from moosegui.gui.session.blinding import Blinding, BlindMode
from moosegui.gui.session.decisions import DecisionInputs, Decisions
from moosegui.gui.session.drafts import Drafts
from moosegui.gui.session.on_screen import Known, OnScreen, looked_up
from moosegui.gui.session.order import QueueOrder, first_shown
from moosegui.gui.session.picked import PickedSources
from moosegui.gui.session.redshift_on_screen import RedshiftOnScreen
from moosegui.gui.session.shown_redshift import ShownRedshift
from moosegui.gui.session.sources import KnownSources, Sources
from moosegui.gui.session.typed_comments import TypedComments
from moosegui.gui.session.votes import Votes
from moosegui.gui.session.work.exporter import Exporter
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.live_scan import LiveScan
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.session.work.refiner import Refiner
from moosegui.gui.session.work.second_galaxy import BlendReview
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.reconciliation import remember_rule


class Session(QObject):
    """What is open, what is shown, what was decided; its methods are what an expert can do.

    Controls are given the parts that they use: `on_screen` knows the source on screen, `redshift`
    is its z, `decisions` records, `live` scans under conditions, `blends` finds a second galaxy,
    `votes` are those of others, `blind_mode` hides, `known` looks up, `typed` keeps a comment,
    `lay_cube` searches with a cube.

    Signals: `sources_opened`, `source_selected(key)`, `redshift_changed(key)`,
    `analysis_updated(key)`, `verdict_changed(key)`, `source_vetted(key)`,
    `notice_posted(Notice)`, `decision_ignored(reason)`, `blinding_changed`, `sources_changed`,
    `scan_progressed(n_done, n_total)`, `search_progressed(n_done, n_total)`.
    """

    sources_opened = pyqtSignal()
    sources_changed = pyqtSignal()
    source_selected = pyqtSignal(str)
    redshift_changed = pyqtSignal(str)
    analysis_updated = pyqtSignal(str)
    verdict_changed = pyqtSignal(str)
    source_vetted = pyqtSignal(str)
    notice_posted = pyqtSignal(object)
    decision_ignored = pyqtSignal(str)
    blinding_changed = pyqtSignal()
    scan_progressed = pyqtSignal(int, int)
    search_progressed = pyqtSignal(int, int)

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
        super().__init__(parent)
        self.engine, self._runner = engine, runner
        self.give_way = runner.give_way  # before a key is answered
        self._list: SourceList | None = None
        self._store: SessionStore | None = None
        self._sources, self._order = Sources(), QueueOrder()
        self._conditions_kept = AUTOMATIC  # of the source on screen, without what is in the hand
        self._make_workers(n_at_once, is_vetting=is_vetting)
        self._make_state(clock, Blinding() if blinding is None else blinding)
        self._connect()

    def _make_workers(self, n_at_once: int, *, is_vetting: bool) -> None:
        runner = self._runner
        self._background = Background(runner, n_at_once, is_vetting=is_vetting, parent=self)
        self.exporter, self._refiner = Exporter(runner, self.export, self), Refiner(runner, self)
        self.live = LiveScan(
            runner, lambda: self.on_screen.automatic, lambda: self.engine,
            n_threads=n_at_once, parent=self,
        )  # fmt: skip
        self.blends, self.lay_cube = BlendReview(runner, self), self._background.lay_cube
        self.found = self._background.found

    def _make_state(self, clock: Callable[[], float], blinding: Blinding) -> None:
        self._drafts, self.typed, self.votes = Drafts(self), TypedComments(), Votes(self)
        self.redshift = RedshiftOnScreen(looked_up(lambda: self.on_screen), self)
        inputs = DecisionInputs(
            lambda: self.on_screen.suggestion,
            self._background.summaries.proposal,
            lambda: self.engine.basis_fingerprint,
            lambda: self.live.conditions,
            self.votes.cast,
            lambda: self.on_screen.chosen_extraction,
        )
        self.decisions = Decisions(self.redshift, inputs, clock=clock, parent=self)
        self.blind_mode = BlindMode(self.decisions.verdict, blinding, self)
        known = (self.decisions.verdict, self._background.summaries, self.votes, self.blind_mode)
        self.known = KnownSources(*known, self._drafts)
        self.picked = PickedSources(self.decisions, lambda: self._list, self.retake)
        told = (self._drafts, self.redshift, self.decisions, self.known, self.blind_mode)
        self.on_screen = OnScreen(Known(lambda: self.engine, self._background, self.live, *told))

    def _connect(self) -> None:
        background = self._background
        background.analysed.connect(self._on_analysed)
        background.updated.connect(self.analysis_updated)
        background.vetted.connect(self._on_vetted)
        background.progressed.connect(self.scan_progressed)
        background.search_progressed.connect(self.search_progressed)
        self.redshift.changed.connect(self._on_screen_changed)
        self.decisions.recorded.connect(self._on_recorded)
        self.live.updated.connect(self._on_live_updated)
        self.blind_mode.changed.connect(self.redshift.recognise)
        self.blind_mode.changed.connect(self.blinding_changed)
        self.decisions.decided.connect(self._on_decided)
        self.decisions.taken_back.connect(self._on_taken_back)
        self.decisions.ignored.connect(self.decision_ignored)
        self._drafts.changed.connect(self.verdict_changed)
        self._refiner.refined.connect(self.redshift.accept_refined)
        telling = (background, self.redshift, self.decisions, self._drafts, self.exporter)
        for part in (*telling, self._runner):
            part.notice_posted.connect(self.notice_posted)

    @property
    def source_list(self) -> SourceList | None:
        """The open list."""
        return self._list

    @property
    def store(self) -> SessionStore:
        """The journal of decisions; raises MooseError before `open`."""
        return self.decisions.store

    @property
    def folder(self) -> Path:
        """Where the session file lies; raises MooseError before `open`."""
        return self.store.path.parent

    @property
    def inspector(self) -> str:
        """Whose decisions are recorded; empty once the session is closed."""
        return "" if self._store is None else self._store.inspector

    @property
    def is_blind(self) -> bool:
        """Whether blind mode is on."""
        return self.blind_mode.now.is_on

    @property
    def current(self) -> Source | None:
        """The source on screen."""
        return self.on_screen.source

    @property
    def shown(self) -> ShownRedshift:
        """The z on screen."""
        return self.redshift.shown

    def source(self, key: str) -> Source | None:
        """A source of the list by its key, as far as blind mode lets it be seen."""
        return self.known.source(key)

    def summary(self, key: str) -> ScanSummary | None:
        """What the scan of a source found, if it was scanned and may be seen."""
        return self.known.summary(key)

    def verdict(self, key: str | None = None) -> Verdict | None:
        """The verdict in force on a source, by default the one on screen."""
        return self.decisions.verdict(key if key is not None else self.on_screen.key)

    def draft(self, key: str) -> float | None:
        """The z that was tried on a source and not decided."""
        return self._drafts.get(key)

    def problem(self, key: str) -> str:
        """Why a source cannot be shown; empty when it can."""
        return self._sources.problem(key)

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
        self._sources = Sources(source_list)
        self.on_screen.look_at(None)
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
        store.listen(lambda text: self.notice_posted.emit(Notice(text, "warning")))
        for text in (*source_list.notices, *store.notices):
            self.notice_posted.emit(Notice(text))
        self._background.start(source_list, self.engine)
        self.exporter.open(source_list, store)
        if len(self._sources):
            self.select(first_shown(self._sources.keys, store, self.votes))

    def reorder(self, keys: tuple[str, ...]) -> None:
        """Take the queue as it is filtered and sorted now."""
        self._order.set(keys)
        if self.on_screen.key is not None:
            self._background.expect(self.on_screen.key, self._order.around())

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

    def reread(self, key: str, choice: ReadingChoice) -> None:
        """Read the spectrum of a source otherwise from now on; what was decided stays."""
        source = self._sources.read_as(key, choice)
        if source is None or self._list is None:
            return
        self._list = self._list.with_source(source)
        self.exporter.retake(self._list)
        self._background.replace(source)
        self.live.open()
        if key == self.on_screen.key:
            self._enter(key)

    def retake(self, source_list: SourceList) -> None:
        """Go on with the list that has one source more, or one less."""
        self._list = source_list
        self._sources.retake(source_list)
        self.exporter.retake(source_list)
        self._background.retake(source_list)
        self.sources_changed.emit()

    def step(self, n_sources: int) -> bool:
        """Go on in the queue; at its end say so and return False."""
        target = self._order.step(n_sources)
        if target is None:
            self._say(f"This is the {'end' if n_sources > 0 else 'beginning'} of the list.")
            return False
        self.select(target)
        return True

    def go_back_to_decided(self) -> None:
        """Go to the last decided source; from there to the one decided before it."""
        before = self._sources.decided_before(self.on_screen.key, self.store.verdicts())
        if before is None:
            self._say("Nothing was decided before this.")
        else:
            self.select(before)

    def refine(self) -> None:
        """Move z to the nearest sub-pixel minimum, with its error; computed off this thread."""
        analysis = self.on_screen.analysis
        if analysis is not None and self.shown.is_known:
            self._refiner.start(analysis, self.live.engine, self.shown.redshift)

    # Saving

    def export(self, path: Path | None = None) -> None:
        """Write the catalogue update, off the GUI thread; a notice says where."""
        self.exporter.write(self.votes.settled(self.store.verdicts()), self.found(), path)

    def close(self) -> None:
        """Finish an export, keep the draft and the summaries, and release the session file.

        Raises
        ------
        MooseError
            If the export failed, or something could not be kept; the session stays open.
        """
        if self._store is None:
            return
        self.exporter.finish()
        self._keep_draft()
        if self.on_screen.key is not None:
            self._store.set("current", self.on_screen.key)
        self._background.summaries.flush()
        self._runner.cancel_all()
        self.decisions.close()
        self.typed.open(None)
        self._store.close()
        self._store = None

    # Inside

    def _enter(self, key: str) -> None:
        self.give_way()
        self._refiner.forget()
        self.blends.forget()
        self.on_screen.look_at(key)
        self.decisions.look_at(key)
        self._order.enter(key)
        self._background.enter(key, self._order.around())
        self._conditions_kept = self.on_screen.recorded_conditions
        self.live.enter(self._conditions_kept)
        self.redshift.return_to_source()
        self.source_selected.emit(key)

    def _keep_draft(self) -> None:
        if self.on_screen.key is not None:
            self._drafts.leave(self.on_screen.key, self.shown)

    def _say(self, text: str) -> None:
        self.notice_posted.emit(Notice(text, is_brief=True))

    def _on_decided(self, key: str) -> None:
        self._refiner.forget()
        self._drafts.forget(key)
        self.redshift.return_to_source()
        self.redshift_changed.emit(key)

    def _on_recorded(self, key: str) -> None:
        if key == self.on_screen.key:
            self._conditions_kept = self.on_screen.recorded_conditions
            self.live.ask(self._conditions_kept)
        self.verdict_changed.emit(key)

    def _on_live_updated(self) -> None:
        self._refiner.forget()
        self.redshift.follow()
        if self.on_screen.key is not None:
            self.redshift_changed.emit(self.on_screen.key)

    def _on_taken_back(self, event: VerdictEvent) -> None:
        """Go to the source on which something was undone or redone."""
        key, done = event.source_key, "Undone" if event.kind == "undo" else "Redone"
        if said := self.picked.follow(event):
            self.select(self._order.nearest(key, self._sources.keys))
            self._say(said)
            return
        if key not in self._sources:
            self.notice_posted.emit(Notice(f"{done}: the decision on {key}, not in this list."))
            return
        if key == self.on_screen.key and event.verdict.conditions != self._conditions_kept:
            self._on_recorded(key)  # the z on screen stays: nothing was decided about it
            self._say(f"{done}: masks, limits and prior of {key}.")
            return
        if key != self.on_screen.key:
            self._keep_draft()
        self._drafts.forget(key)
        self._enter(key)
        self.verdict_changed.emit(key)
        self._say(f"{done}: the decision on {key}.")

    def _on_screen_changed(self, _shown: ShownRedshift) -> None:
        self._refiner.forget()
        self.give_way()
        if self.on_screen.key is not None:
            self.redshift_changed.emit(self.on_screen.key)

    def _on_vetted(self, key: str) -> None:
        if key == self.on_screen.key:
            is_another = self.redshift.propose_again()
            if is_another or self.on_screen.is_doubted:
                self.decisions.look_at(key)  # no key takes what nobody saw
            if is_another:
                self._on_screen_changed(self.shown)
        self.source_vetted.emit(key)

    def _on_analysed(self, analysis: Analysis) -> None:
        if analysis.key == self.on_screen.key:
            self.live.start()
            self.redshift.recognise()
