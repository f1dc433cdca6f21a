"""Sweeps through what is proposed, as false or as star or quasar: each page recorded as one."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from PyQt6.QtWidgets import QWidget

from moosegui.data.catalogue import FalseReason, Verdict
from moosegui.data.grids import SPEED_OF_LIGHT
from moosegui.data.results import ScanSummary
from moosegui.fit.evaluation.suggest import false_reason_of
from moosegui.gui.session.decisions import Decisions
from moosegui.gui.session.session import Session
from moosegui.gui.session.shown_redshift import ShownRedshift, written
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.solution_rows import percent
from moosegui.gui.style.theme import LIGHT, Colours
from moosegui.gui.sweep.dialog import SweepDialog
from moosegui.gui.sweep.grid import N_CELLS
from moosegui.gui.sweep.kinds import CLASSES, FALSE, SweepKind
from moosegui.gui.sweep.thumbnail import Thumbnail, make_class_thumbnail, make_thumbnail


class SweepControl(Control):
    """Offers pages of sources; what is kept is not decided, and is not offered twice."""

    def __init__(
        self,
        session: Session,
        decisions: Decisions,
        window: QWidget,
        jobs: JobRunner,
        *,
        proposed: Callable[[SweepKind], tuple[str, ...]],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._decisions = session, decisions
        self._window, self._jobs, self._post = window, jobs, post
        self._proposed = proposed
        self._colours, self._kind = LIGHT, FALSE
        self._waiting: tuple[str, ...] = ()
        self._page: tuple[str, ...] = ()
        self._dialog: SweepDialog | None = None

    @override
    def handlers(self) -> Handlers:
        return {
            "sweep_false": partial(self._begin, FALSE),
            "sweep_classes": partial(self._begin, CLASSES),
        }

    @override
    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        if self._dialog is not None:
            self._dialog.grid.set_colours(colours)

    def _begin(self, kind: SweepKind) -> None:
        self._kind, self._waiting = kind, self._proposed(kind)
        if not self._waiting:
            self._post(Notice(kind.nothing, is_brief=True))
            return
        self._dialog = SweepDialog(self._window, kind)
        self._dialog.grid.set_colours(self._colours)
        self._dialog.page_accepted.connect(self._on_page_accepted)
        self._dialog.finished.connect(self._on_finished)
        self._turn()
        self._dialog.open()
        self._dialog.grid.setFocus()

    def _turn(self) -> None:
        """Show the next page; what it needs is computed one source after the other."""
        if self._dialog is None:
            return
        self._page, self._waiting = self._waiting[:N_CELLS], self._waiting[N_CELLS:]
        if not self._page:
            self._dialog.accept()
            return
        self._dialog.display_left(len(self._waiting))
        sources = [self._session.source(key) for key in self._page]
        self._dialog.grid.display(
            [Thumbnail(s.key, s.source_id, self._words(s.key)) for s in sources if s is not None]
        )
        for i_source, source in enumerate(sources):
            if source is not None:
                make = make_thumbnail if self._kind is FALSE else make_class_thumbnail
                work = without_report(make, source, self._words(source.key), self._session.engine)
                self._jobs.submit(("sweep", i_source), work, self._dialog.grid.fill)

    def _words(self, key: str) -> str:
        """Why a source is proposed, and how sure that is."""
        summary = self._session.summary(key)
        if self._kind is CLASSES:
            return "" if summary is None else _class_words(summary)
        vetting = None if summary is None else summary.vetting
        if vetting is None or not vetting.false_reason:
            return "little better than noise"
        return f"{vetting.false_reason}, {percent(vetting.false_score)}"

    def _on_page_accepted(self) -> None:
        if self._dialog is None:
            return
        accepted = [cell for cell in self._dialog.grid.accepted if not cell.problem]
        new = {cell.key: self._verdict(cell) for cell in accepted}
        known = {key: verdict for key, verdict in new.items() if verdict is not None}
        if len(known) < len(new):  # nothing that was accepted is dropped without a word
            self._dialog.display_wait(len(new) - len(known))
            return
        self._record(known)
        self._turn()

    def _verdict(self, cell: Thumbnail) -> Verdict | None:
        """Return what accepting one means; None while what is proposed is not computed yet."""
        before = self._decisions.verdict(cell.key) or Verdict()
        if self._kind is FALSE:
            rejected = written(ShownRedshift(), before)
            return replace(rejected, zconf=None, false_reason=self._reason(cell.key))
        if cell.proposal is None or cell.suggestion is None:
            return None
        flag, verdict = cell.suggestion.flag, written(cell.proposal, before)
        if flag is not None and flag not in verdict.flags:
            verdict = verdict.with_flag_toggled(flag)
        return replace(verdict, zconf=cell.suggestion.zconf, false_reason=None)

    def _record(self, verdicts: Mapping[str, Verdict]) -> None:
        """Record an event for each, as single decisions are, all with the name of one sweep."""
        sweep, inputs = uuid.uuid4().hex, self._decisions.inputs
        for key, verdict in verdicts.items():
            complete = replace(
                verdict,
                proposal=inputs.proposal(key),
                basis_fingerprint=inputs.basis_fingerprint(),
                votes=inputs.votes(key),
                taken_from="",
                sweep=sweep,
            )
            self._decisions.store.record(key, complete)
        for key in verdicts:
            self._decisions.recorded.emit(key)
            self._decisions.decided.emit(key)
        if verdicts:
            self._post(Notice(self._kind.said.format(n=len(verdicts)), is_brief=True))

    def _reason(self, key: str) -> FalseReason:
        summary = self._session.summary(key)
        return false_reason_of(None if summary is None else summary.vetting)

    def _on_finished(self, _result: int) -> None:
        for i_source in range(N_CELLS):
            self._jobs.cancel(("sweep", i_source))
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None


def _class_words(summary: ScanSummary) -> str:
    """Which class is proposed, at which velocity or redshift, and how probable it is."""
    if summary.source_class == "STAR":
        velocity = f"{SPEED_OF_LIGHT * summary.star_redshift:+.0f} km/s".replace("-", "−")
        return f"★ {summary.star_type} {velocity}, {percent(summary.p_star)}"
    return f"QSO z {summary.quasar_redshift:.4f}, {percent(summary.p_quasar)}"
