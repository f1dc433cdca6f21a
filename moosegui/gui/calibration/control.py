"""File, Calibrate by the verdicts of this session: learned off the GUI thread, used when wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PyQt6.QtWidgets import QWidget

from moosegui import __version__
from moosegui.errors import MooseError
from moosegui.files.session.calibration import keep_calibration, undo_calibration
from moosegui.files.session.store import SessionStore
from moosegui.gui.calibration.dialog import CalibrationDialog
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.notice import Notice, notice_of_failure
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.inspected import Inspected, inspected_in
from moosegui.pipeline.verdict_calibration import (
    VerdictCalibration,
    judge_sources,
    learn_from_verdicts,
    require_verdicts,
)
from moosegui.report.verdicts import reliability_lines

CALIBRATION = "calibration"
LATER = "It is used when the list is opened again."
PRIORITY = 4  # nobody waits for it with a hand on a key


class CalibrationControl(Control):
    """Learns, shows what it would change, and keeps it beside the session or takes it back."""

    def __init__(
        self,
        store: Callable[[], SessionStore],
        engine: Callable[[], Engine],
        window: QWidget,
        *,
        jobs: JobRunner,
        post: Callable[[Notice], None],
    ) -> None:
        self._store, self._engine, self._jobs, self._post = store, engine, jobs, post
        self._dialog = CalibrationDialog(window)
        self._dialog.accepted.connect(self._use)
        self._found: tuple[Path, VerdictCalibration] | None = None

    @override
    def handlers(self) -> Handlers:
        return {"calibrate": self._learn, "calibrate_undo": self._undo}

    def _learn(self) -> None:
        try:
            store = self._store()
            inspected = inspected_in(store)
            require_verdicts(len(inspected.sources))
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
            return
        self._post(Notice(f"Learning from {len(inspected.sources)} verdicts …", is_brief=True))
        work = partial(_learned, inspected, self._engine(), store.path.name)
        done = partial(self._show, store.path)
        self._jobs.submit((CALIBRATION,), work, done, self._on_failed, priority=PRIORITY)

    def _show(self, session: Path, found: VerdictCalibration) -> None:
        self._found = session, found
        self._dialog.display(reliability_lines(found))
        self._dialog.open()

    def _use(self) -> None:
        if self._found is None:
            return
        session, found = self._found
        try:
            path = keep_calibration(session, found.model)
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
            return
        self._post(Notice(f"The calibration is kept in {path.name}. {LATER}"))

    def _undo(self) -> None:
        try:
            is_there = undo_calibration(self._store().path)
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
            return
        now = "the one learned before" if is_there else "the one of Moose"
        self._post(Notice(f"The calibration is {now} again. {LATER}"))

    def _on_failed(self, error: Exception) -> None:
        self._post(notice_of_failure("the calibration by verdicts", error))


def _learned(
    inspected: Inspected, engine: Engine, session: str, report: Callable[[float], None]
) -> VerdictCalibration:
    judged = []
    for i, one in enumerate(judge_sources(inspected, engine, n_workers=1)):
        judged.append(one)
        report(i / len(inspected.sources))
    galaxies = [one for one in judged if one is not None]
    provenance = {
        "recalibrated by": f"moosegui {__version__}, in the window",
        "recalibrated on": datetime.now(UTC).date().isoformat(),
        "sessions": session,
        "verdicts": str(len(galaxies)),
        "basis of the scans": f"{engine.name} ({engine.basis_fingerprint})",
    }
    return learn_from_verdicts(galaxies, engine.confidence, provenance)
