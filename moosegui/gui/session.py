"""The session: the only thing that changes while an expert works; the screen projects it."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import (
    FalseReason,
    Source,
    SourceFlag,
    SourceList,
    Verdict,
    VerdictEvent,
)
from moosegui.data.results import Analysis, Reconstruction, ScanSummary
from moosegui.errors import MooseError
from moosegui.files.catalogue_update import file_sha256, write_update
from moosegui.files.session_store import SessionStore
from moosegui.fit.suggest import Suggestion, suggest_zconf
from moosegui.gui.jobs import JobRunner, without_report
from moosegui.gui.notice import Notice, notice_of_error
from moosegui.gui.queue_order import QueueOrder
from moosegui.gui.scanner import Scanner
from moosegui.gui.screen_redshift import ScreenRedshift, Surroundings
from moosegui.gui.shown import ShownRedshift
from moosegui.pipeline import Engine, model_at, refine_at

log = logging.getLogger(__name__)

SETTLING_TIME = 0.25  # s after a change of source in which a decision key is ignored
SUMMARIES_PER_COMMIT = 200


class Session(QObject):
    """What is open, what is shown, what was decided; its methods are what an expert can do.

    `screen` moves the z on screen, `scanner` computes ahead.

    Signals: `sources_opened`, `source_selected(key)`, `redshift_changed(key)`,
    `analysis_updated(key)`, `verdict_changed(key)`, `notice_posted(Notice)`,
    `decision_ignored(reason)`.
    """

    sources_opened = pyqtSignal()
    source_selected = pyqtSignal(str)
    redshift_changed = pyqtSignal(str)
    analysis_updated = pyqtSignal(str)
    verdict_changed = pyqtSignal(str)
    notice_posted = pyqtSignal(object)
    decision_ignored = pyqtSignal(str)

    def __init__(
        self,
        engine: Engine,
        runner: JobRunner,
        *,
        n_at_once: int = 2,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.engine = engine
        self.scanner = Scanner(runner, n_at_once, self)
        self.screen = ScreenRedshift(Surroundings(self._analysis, self.verdict, self._draft), self)
        self.order = QueueOrder()
        self._runner = runner
        self._clock = clock
        self._list: SourceList | None = None
        self._store: SessionStore | None = None
        self._sources: dict[str, Source] = {}
        self._problems: dict[str, str] = {}
        self._drafts: dict[str, float] = {}
        self._summaries: dict[str, ScanSummary] = {}
        self._unsaved: dict[str, ScanSummary] = {}
        self._input_sha256 = ""
        self._current: str | None = None
        self._selected_at = -math.inf
        self._connect()

    def _connect(self) -> None:
        self.scanner.analysed.connect(self._on_analysed)
        self.scanner.failed.connect(self._on_scan_failed)
        self.screen.changed.connect(self._on_screen_changed)
        self.screen.notice_posted.connect(self.notice_posted)
        self._runner.finished.connect(self._on_job_finished)
        self._runner.failed.connect(self._on_job_failed)

    # What is known

    @property
    def source_list(self) -> SourceList | None:
        """The open list."""
        return self._list

    @property
    def store(self) -> SessionStore:
        """The journal of decisions; raises MooseError before `open`."""
        if self._store is None:
            raise MooseError("No catalogue is open; open one first.")
        return self._store

    @property
    def current(self) -> Source | None:
        """The source on screen."""
        return None if self._current is None else self._sources[self._current]

    @property
    def shown(self) -> ShownRedshift:
        """The z on screen."""
        return self.screen.shown

    @property
    def analysis(self) -> Analysis | None:
        """The analysis of the source on screen, once it is there."""
        return self._analysis()

    @property
    def suggestion(self) -> Suggestion | None:
        """The ZCONF that Enter would assign to the z on screen, and why."""
        analysis = self._analysis()
        if analysis is None or not self.shown.is_known:
            return None
        return suggest_zconf(analysis, self.shown.redshift)

    def source(self, key: str) -> Source | None:
        """A source of the list by its key."""
        return self._sources.get(key)

    def n_unreviewed(self) -> int:
        """How many sources still wait for a decision."""
        if self._store is None:
            return 0
        n_decided = sum(e.verdict.is_inspected for e in self._store.verdicts().values())
        return max(0, len(self._sources) - n_decided)

    def verdict(self, key: str | None = None) -> Verdict | None:
        """The verdict in force on a source, by default the one on screen."""
        wanted = key if key is not None else self._current
        return None if wanted is None or self._store is None else self._store.verdict(wanted)

    def draft(self, key: str) -> float | None:
        """The z that was tried on a source and not decided."""
        return self._drafts.get(key)

    def problem(self, key: str) -> str:
        """Why a source cannot be shown; empty when it can."""
        return self._problems.get(key, "") or self._sources[key].problem

    def summary(self, key: str) -> ScanSummary | None:
        """What the scan of a source found, if it was scanned."""
        return self._summaries.get(key)

    def model(self) -> Reconstruction | None:
        """Fit the model at the z on screen; half a millisecond."""
        analysis = self._analysis()
        if analysis is None or not self.shown.is_known or not analysis.solutions:
            return None
        return model_at(analysis.spectrum, self.engine, self.shown.redshift)

    # Opening and moving

    def open(self, source_list: SourceList, store: SessionStore) -> None:
        """Begin with a list of sources and the journal of earlier decisions."""
        self._list, self._store = source_list, store
        self._sources = {source.key: source for source in source_list}
        self._drafts = store.drafts()
        fingerprint = self.engine.basis.fingerprint
        self._summaries = {
            key: summary
            for key, summary in store.summaries().items()
            if key in self._sources and summary.basis_fingerprint == fingerprint
        }
        self._problems, self._unsaved, self._current = {}, {}, None
        self.order.set(tuple(self._sources))
        self.sources_opened.emit()
        for text in (*source_list.notices, *store.notices):
            self.notice_posted.emit(Notice(text))
        if source_list.has_catalogue and source_list.path.is_file():
            self._runner.submit(("hash",), without_report(file_sha256, source_list.path))
        self.scanner.start(source_list, self.engine, self._summaries.__contains__)
        if self._sources:
            last = store.get("current")
            self.select(last if last in self._sources else next(iter(self._sources)))

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
        in_force = (e for e in self.store.verdicts().values() if e.verdict.is_inspected)
        newest_first = sorted(in_force, key=lambda event: -event.event_id)
        decided = [e.source_key for e in newest_first if e.source_key in self._sources]
        if not decided:
            self.notice_posted.emit(Notice("Nothing was decided yet.", is_brief=True))
            return
        here = decided.index(self._current) + 1 if self._current in decided else 0
        self.select(decided[min(here, len(decided) - 1)])

    def refine(self) -> None:
        """Move z to the nearest sub-pixel minimum, with its error; computed off this thread."""
        analysis = self._analysis()
        if analysis is None or not self.shown.is_known:
            return
        work = without_report(refine_at, analysis.spectrum, self.engine, self.shown.redshift)
        self._runner.submit(("refine", analysis.key), work, priority=0)

    # Decisions

    def judge(self, zconf: int) -> bool:
        """Assign a ZCONF to the z on screen; return whether it was taken.

        0 is "inspected, no redshift": no z is saved with it.
        """
        if not self._may_decide():
            return False
        if zconf > 0 and not self.shown.is_known:
            self.decision_ignored.emit("There is no redshift on screen; type one with Z.")
            return False
        self._decide(self.shown if zconf > 0 else ShownRedshift(), zconf, None)
        return True

    def confirm(self) -> bool:
        """Keep what is assigned, else assign the suggested ZCONF to the z on screen."""
        if self.shown.state == "assigned":
            return True
        suggestion = self.suggestion
        if suggestion is None:
            self.decision_ignored.emit("Nothing is suggested yet.")
            return False
        return self.judge(suggestion.zconf)

    def reject(self, reason: FalseReason | None) -> bool:
        """Call the detection false for a reason; with None take that back."""
        if not self._may_decide():
            return False
        self._decide(ShownRedshift(), None, reason)
        return True

    def toggle_flag(self, flag: SourceFlag) -> None:
        """Set or clear a flag on the source on screen."""
        if self._current is not None:
            self._record(self._current, (self.verdict() or Verdict()).with_flag_toggled(flag))

    def set_comment(self, key: str, text: str) -> None:
        """Store a comment on the source for which it was written, whatever is on screen now."""
        before = self.verdict(key) or Verdict()
        if key in self._sources and before.comment != text:
            self._record(key, before.with_comment(text))

    def undo(self) -> None:
        """Take back the last decision and go to its source."""
        self._follow("undo", self.store.undo())

    def redo(self) -> None:
        """Bring back what was undone last and go to its source."""
        self._follow("redo", self.store.redo())

    def export(self, path: Path | None = None) -> None:
        """Write the catalogue update, off the GUI thread; a notice says where."""
        if self._list is None:
            return
        self._flush_summaries()
        work = without_report(
            write_update,
            self._list,
            self.store.verdicts(),
            path,
            summaries=dict(self._summaries),
            input_sha256=self._input_sha256,
        )
        self._runner.submit(("export",), work, priority=0)

    def close(self) -> None:
        """Keep the draft and the summaries, and release the session file."""
        if self._store is None:
            return
        self._keep_draft()
        if self._current is not None:
            self._store.set("current", self._current)
        self._flush_summaries()
        self._runner.cancel_all()
        self._store.close()
        self._store = None

    # Inside

    def _analysis(self) -> Analysis | None:
        return None if self._current is None else self.scanner.analysis(self._current)

    def _draft(self) -> float | None:
        return None if self._current is None else self._drafts.get(self._current)

    def _enter(self, key: str) -> None:
        self._current = key
        self._selected_at = self._clock()
        self.order.enter(key)
        self.scanner.focus(key, self.order.around())
        self.screen.settle()
        self.source_selected.emit(key)

    def _may_decide(self) -> bool:
        if self._current is None:
            return False
        if self._clock() - self._selected_at < SETTLING_TIME:
            self.decision_ignored.emit("The source has only just changed: look first.")
            return False
        return True

    def _decide(
        self, shown: ShownRedshift, zconf: int | None, false_reason: FalseReason | None
    ) -> None:
        key = self._current
        if key is None:
            return
        summary = self._summaries.get(key)
        verdict = replace(
            self.verdict(key) or Verdict(),
            redshift=shown.redshift,
            redshift_error=shown.redshift_error,
            zconf=zconf,
            false_reason=false_reason,
            origin=shown.origin,
            solution_rank=shown.solution_rank,
            proposal=math.nan if summary is None else summary.redshift,
            basis_fingerprint=self.engine.basis.fingerprint,
        )
        self._record(key, verdict)
        self._forget_draft(key)
        self.screen.settle()
        self.redshift_changed.emit(key)

    def _record(self, key: str, verdict: Verdict) -> None:
        self.store.record(key, verdict)
        self.verdict_changed.emit(key)

    def _follow(self, what: str, event: VerdictEvent | None) -> None:
        if event is None or event.source_key not in self._sources:
            self.notice_posted.emit(Notice(f"There is nothing to {what}.", is_brief=True))
            return
        key = event.source_key
        if key != self._current:
            self._keep_draft()
        self._forget_draft(key)
        self._enter(key)
        self.verdict_changed.emit(key)
        done = "Undone" if what == "undo" else "Redone"
        self.notice_posted.emit(Notice(f"{done}: the decision on {key}.", is_brief=True))

    def _keep_draft(self) -> None:
        key, shown = self._current, self.shown
        if key is None:
            return
        if shown.state != "trial" or not shown.is_known:
            self._forget_draft(key)
        elif self._drafts.get(key) != shown.redshift:
            self.store.save_draft(key, shown.redshift)
            self._drafts[key] = shown.redshift
            text = f"z = {shown.redshift:.5f} stays as a draft of {key}."
            self.notice_posted.emit(Notice(text, is_brief=True))
            self.verdict_changed.emit(key)

    def _forget_draft(self, key: str) -> None:
        if self._drafts.pop(key, None) is not None:
            self.store.clear_draft(key)
            self.verdict_changed.emit(key)

    def _flush_summaries(self) -> None:
        if self._unsaved and self._store is not None:
            self._store.save_summaries(self._unsaved)
            self._unsaved = {}

    def _on_screen_changed(self, _shown: ShownRedshift) -> None:
        if self._current is not None:
            self.redshift_changed.emit(self._current)

    def _on_analysed(self, analysis: Analysis) -> None:
        key = analysis.key
        self._summaries[key] = self._unsaved[key] = analysis.summary()
        if len(self._unsaved) >= SUMMARIES_PER_COMMIT:
            self._flush_summaries()
        if key == self._current and self.shown.state == "proposal":
            self.screen.settle()
        self.analysis_updated.emit(key)

    def _on_scan_failed(self, key: str, error: Exception) -> None:
        self._problems[key] = str(error)
        if not isinstance(error, MooseError):
            log.error("the scan of %s failed", key, exc_info=error)
            self._problems[key] = f"The scan failed: {error}"
            self.notice_posted.emit(notice_of_error(f"The scan of {key} failed.", error))
        self.analysis_updated.emit(key)

    def _on_job_finished(self, key: tuple[str, ...], result: object) -> None:
        if key[0] == "hash":
            self._input_sha256 = str(result)
        elif key[0] == "export":
            text = f"Everything is saved; the catalogue update is {result}."
            self.notice_posted.emit(Notice(text))
        elif key[0] == "refine" and key[1] == self._current and isinstance(result, tuple):
            self.screen.accept_refined(*result)

    def _on_job_failed(self, key: tuple[str, ...], error: Exception) -> None:
        if key[0] == "scan":
            return
        if isinstance(error, MooseError):
            self.notice_posted.emit(Notice(str(error), "error"))
            return
        log.error("the job %s failed", key, exc_info=error)
        self.notice_posted.emit(notice_of_error(f"“{key[0]}” failed: {error}", error))
