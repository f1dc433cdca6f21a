"""The χ²(z) that Moose.jl found, under ours, where its file lies beside the list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from moosegui.files.moosejl.curves import MooseCurve, curve_beside
from moosegui.gui.curve.projection import foreign_words
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override

CURVE = ("foreign curve",)  # key of the job
NOTHING = "Beside this list lies no file of Moose.jl with a χ²(z) of this source."


class ForeignControl(Control):
    """Draws the curve of the source on screen, stretched; the action hides it or shows it again."""

    def __init__(
        self,
        session: Session,
        jobs: JobRunner,
        display: Callable[[MooseCurve | None, str], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._jobs = session, jobs
        self._display, self._post = display, post
        self._key, self._is_on = "", True

    @override
    def handlers(self) -> Handlers:
        return {"foreign_curve": self._toggle}

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        source = self._session.current
        key = "" if source is None else source.key
        if key != self._key:
            self._key = key
            self._display(None, "")
            self._read()

    def _read(self, *, is_wanted: bool = False) -> None:
        source, opened = self._session.current, self._session.source_list
        if source is None or opened is None or not self._is_on or self._session.is_blind:
            return
        folder = opened.path if opened.path.is_dir() else opened.path.parent
        key, work = source.key, without_report(curve_beside, folder, source.source_id)

        def show(found: tuple[Path, MooseCurve] | None) -> None:
            if key != self._key or not self._is_on:
                return
            if found is not None:
                path, curve = found
                self._display(curve, foreign_words(path, curve))
            elif is_wanted:
                self._post(Notice(NOTHING, is_brief=True))

        self._jobs.submit(CURVE, work, show)

    def _toggle(self) -> None:
        self._is_on = not self._is_on
        self._display(None, "")
        self._read(is_wanted=True)
