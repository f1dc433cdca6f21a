"""The sweep through what is proposed as false: page after page, each recorded as one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

from PyQt6.QtWidgets import QWidget

from moosegui.data.catalogue import FalseReason, Verdict
from moosegui.gui.session.decisions import Decisions
from moosegui.gui.session.session import Session
from moosegui.gui.session.shown_redshift import ShownRedshift, written
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, Colours
from moosegui.gui.sweep.dialog import SweepDialog
from moosegui.gui.sweep.grid import N_CELLS
from moosegui.gui.sweep.thumbnail import Thumbnail, make_thumbnail


class SweepControl(Control):
    """Offers pages of sources; what is kept is not decided, and is not offered twice."""

    def __init__(
        self,
        session: Session,
        decisions: Decisions,
        window: QWidget,
        jobs: JobRunner,
        *,
        proposed: Callable[[], tuple[str, ...]],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._decisions = session, decisions
        self._window, self._jobs, self._post = window, jobs, post
        self._proposed = proposed
        self._colours = LIGHT
        self._waiting: tuple[str, ...] = ()
        self._page: tuple[str, ...] = ()
        self._dialog: SweepDialog | None = None

    @override
    def handlers(self) -> Handlers:
        return {"sweep_false": self._begin}

    @override
    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        if self._dialog is not None:
            self._dialog.grid.set_colours(colours)

    def _begin(self) -> None:
        self._waiting = self._proposed()
        if not self._waiting:
            self._post(Notice("Nothing is proposed as false.", is_brief=True))
            return
        self._dialog = SweepDialog(self._window)
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
                work = without_report(
                    make_thumbnail, source, self._words(source.key), self._session.engine
                )
                self._jobs.submit(("sweep", i_source), work, self._dialog.grid.fill)

    def _words(self, key: str) -> str:
        """Why a source is proposed, and how sure that is."""
        summary = self._session.summary(key)
        vetting = None if summary is None else summary.vetting
        if vetting is None or not vetting.false_reason:
            return "little better than noise"
        return f"{vetting.false_reason}, {vetting.false_score:.0%}"

    def _on_page_accepted(self) -> None:
        if self._dialog is None:
            return
        keys = self._dialog.grid.false_keys
        if keys:
            self._record(keys)
        self._turn()

    def _record(self, keys: tuple[str, ...]) -> None:
        """Call sources false, each an event of its own, all with the name of one sweep."""
        sweep = uuid.uuid4().hex
        for key in keys:
            before = self._decisions.verdict(key) or Verdict()
            verdict = replace(
                written(ShownRedshift(), before),
                zconf=None,
                false_reason=self._reason(key),
                taken_from="",
                sweep=sweep,
            )
            self._decisions.store.record(key, verdict)
        for key in keys:
            self._decisions.recorded.emit(key)
            self._decisions.decided.emit(key)
        text = f"{len(keys)} called false; Ctrl+Z takes all of them back."
        self._post(Notice(text, is_brief=True))

    def _reason(self, key: str) -> FalseReason:
        summary = self._session.summary(key)
        vetting = None if summary is None else summary.vetting
        found = "" if vetting is None else vetting.false_reason
        return FalseReason(found) if found in list(FalseReason) else FalseReason.NOISE

    def _on_finished(self, _result: int) -> None:
        for i_source in range(N_CELLS):
            self._jobs.cancel(("sweep", i_source))
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None
