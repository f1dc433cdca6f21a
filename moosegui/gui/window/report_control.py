"""File, Page of this survey: written off the GUI thread; a notice says where, and shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QUrl
from PyQt6.QtGui import QDesktopServices
from PyQt6.QtWidgets import QFileDialog, QWidget

from moosegui.errors import MooseError
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.session import Session
from moosegui.gui.session.votes import Votes
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_failure
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.pipeline.analyse import model_at
from moosegui.pipeline.engine import Engine
from moosegui.pipeline.survey_account import SurveyAccount, account_of_survey
from moosegui.report.canvas import require_matplotlib

PAGE = "page of the survey"
PRIORITY = 2  # somebody waits for it, but goes on


class ReportControl(Control):
    """Asks where the page goes, writes it, and opens it in the browser."""

    def __init__(
        self,
        session: Session,
        votes: Votes,
        store: Callable[[], SessionStore],
        window: QWidget,
        *,
        jobs: JobRunner,
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._votes, self._store = session, votes, store
        self._window, self._jobs, self._post = window, jobs, post

    @override
    def handlers(self) -> Handlers:
        return {"report": self._ask}

    def _ask(self) -> None:
        if self._session.source_list is None:
            return
        try:
            require_matplotlib()
        except MooseError as error:
            self._post(Notice(str(error), "warning"))
            return
        from moosegui.report.survey_page import page_path  # with numba: a start has no time for it

        first = page_path(self._store().path)
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Write the page of this survey to", str(first), "Pages (*.html)"
        )
        if name:
            self.write(Path(name))

    def write(self, path: Path) -> None:
        """Write the page to a path, which is replaced."""
        session = self._session
        if session.source_list is None:
            return
        store = self._store()
        decisions = self._votes.settled(store.verdicts())
        account = account_of_survey(session.source_list, decisions, store, store.path)
        work = without_report(_write, path, account, session.engine)
        failed = partial(self._on_failed, path)
        self._jobs.submit((PAGE,), work, self._on_written, failed, priority=PRIORITY)

    def _on_written(self, path: Path) -> None:
        self._post(Notice(f"The page of this survey is {path}."))
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))

    def _on_failed(self, path: Path, error: Exception) -> None:
        self._post(notice_of_failure(f"the page {path.name}", error))


def _write(path: Path, account: SurveyAccount, engine: Engine) -> Path:
    from moosegui.report.survey_page import write_survey_page

    write_survey_page(path, account, lambda spectrum, z: model_at(spectrum, engine, z).flux)
    return path
