"""What was open is offered while nothing is; files are taken where they are dropped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtGui import QDropEvent
from PyQt6.QtWidgets import QMainWindow

from moosegui.errors import MooseError
from moosegui.files.surveys.recent import (
    LeftToDo,
    RecentSurvey,
    forget_survey,
    left_to_do,
    recent_surveys,
)
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.start.page import StartPage
from moosegui.gui.start.rows import survey_row
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours


class StartControl(Control):
    """The start page, and what was open from the menu.

    What fails to open is said on the page as long as it is there, else by who opens.
    """

    def __init__(
        self,
        session: Session,
        window: QMainWindow,
        jobs: JobRunner,
        *,
        open_file: Callable[[Path], None],
        open_recent: Callable[[RecentSurvey], None],
        open_demo: Callable[[], None],
        trigger: Callable[[str], None],
    ) -> None:
        self._jobs = jobs
        self._open_file, self._open_recent = open_file, open_recent
        self._open_demo = open_demo
        self._left: dict[str, LeftToDo] = {}
        self._problem = ""
        self._page = StartPage(window)
        self._drops = _Drops(window, self._take_dropped)
        self._connect(session, trigger)

    def _connect(self, session: Session, trigger: Callable[[str], None]) -> None:
        page = self._page
        session.sources_opened.connect(page.leave)
        session.notice_posted.connect(self._on_notice_posted)
        page.survey_chosen.connect(lambda survey: self._attempt(partial(self._open_recent, survey)))
        page.survey_forgotten.connect(lambda survey: self._attempt(partial(self._forget, survey)))
        page.demo_requested.connect(partial(self._attempt, self._open_demo))
        page.tour_requested.connect(partial(self._attempt, partial(trigger, "tour")))
        page.file_requested.connect(partial(self._attempt, partial(trigger, "open")))
        page.folder_requested.connect(partial(self._attempt, partial(trigger, "open_folder")))

    @override
    def handlers(self) -> Handlers:
        return {"start": self.show, "demo": partial(self._attempt, self._open_demo)}

    @override
    def set_colours(self, colours: Colours) -> None:
        self._page.set_colours(colours)

    def show(self, problem: str = "") -> None:
        """Show the page, with what went wrong if anything did."""
        self._problem = problem
        self._display()
        for survey in recent_surveys():
            self._jobs.submit(
                ("left", survey.session),
                without_report(left_to_do, survey),
                partial(self._on_counted, survey),
            )

    def _forget(self, survey: RecentSurvey) -> None:
        forget_survey(survey)
        self._display()

    def _on_counted(self, survey: RecentSurvey, left: LeftToDo) -> None:
        self._left[survey.session] = left
        if self._page.isVisible():
            self._display()

    def _display(self) -> None:
        now = datetime.now(UTC)
        rows = [survey_row(one, self._left.get(one.session), now) for one in recent_surveys()]
        self._page.display(rows, self._problem)

    def _attempt(self, opening: Callable[[], None]) -> None:
        """Open, and say on the page why that failed; without a page it is said elsewhere."""
        try:
            opening()
        except MooseError as error:
            if not self._page.isVisible():
                raise
            self._problem = str(error)
            self._display()

    def _on_notice_posted(self, notice: Notice) -> None:
        """Say on the page what would go by over it."""
        if notice.level == "error" and self._page.isVisible():
            self._problem = notice.text
            self._display()

    def _take_dropped(self, path: Path) -> None:
        self._attempt(partial(self._open_file, path))


class _Drops(QObject):
    """Takes a file or folder that is dropped anywhere on a window."""

    def __init__(self, window: QMainWindow, take: Callable[[Path], None]) -> None:
        super().__init__(window)
        self._take = take
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    @override
    def eventFilter(self, a0: QObject | None, a1: QEvent | None) -> bool:
        if not isinstance(a1, QDropEvent):  # also what enters
            return False
        paths = dropped_paths(a1)
        if not paths:
            return False
        a1.acceptProposedAction()
        if a1.type() == QEvent.Type.Drop:
            self._take(paths[0])
        return True


def dropped_paths(event: QDropEvent) -> list[Path]:
    """Return the files of this machine that are being dropped."""
    data = event.mimeData()
    urls = data.urls() if data is not None else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
