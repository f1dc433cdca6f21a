"""Ctrl+E: the source on screen on one page, to the clipboard and into a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PyQt6.QtGui import QGuiApplication, QImage
from PyQt6.QtWidgets import QFileDialog, QWidget

from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_failure
from moosegui.gui.sheet.file import file_name, sheet_image, write_sheet
from moosegui.gui.sheet.projection import Subject, compose, subject_on_screen
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override

SHEET = "summary sheet"
FOLDER = "sheets"  # beside the session
URGENT = 1  # priority: somebody waits for it


@dataclass(frozen=True, slots=True, eq=False)
class MadeSheet:
    """A sheet as a file, and as a picture where one is wanted."""

    path: Path
    image: QImage | None


class SheetControl(Control):
    """Makes sheets off the GUI thread; a notice says where they are."""

    def __init__(
        self,
        session: Session,
        window: QWidget,
        jobs: JobRunner,
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._window, self._jobs, self._post = session, window, jobs, post

    @override
    def handlers(self) -> Handlers:
        return {"sheet": self._make, "sheet_as": self._make_as}

    def _make(self) -> None:
        subject = self._subject()
        if subject is None:
            return
        folder = self._session.folder / FOLDER
        self._start(subject, folder / file_name(subject.source.key, "pdf"), has_image=True)

    def _make_as(self) -> None:
        subject = self._subject()
        if subject is None:
            return
        first = self._session.folder / file_name(subject.source.key, "pdf")
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Write the summary sheet to", str(first), "Sheets (*.pdf *.png)"
        )
        if name:
            self._start(subject, Path(name), has_image=False)

    def _subject(self) -> Subject | None:
        subject = subject_on_screen(self._session)
        if subject is None:
            self._post(Notice("There is no curve to put on a sheet yet.", "warning"))
        return subject

    def _start(self, subject: Subject, path: Path, *, has_image: bool) -> None:
        work = without_report(partial(_make, has_image=has_image), subject, path)
        key = subject.source.key
        failed = partial(self._on_failed, key)
        self._jobs.submit((SHEET, key), work, self._on_made, failed, priority=URGENT)

    def _on_made(self, made: MadeSheet) -> None:
        clipboard = QGuiApplication.clipboard()
        words = ""
        if made.image is not None and clipboard is not None:
            clipboard.setImage(made.image)
            words = "in the clipboard, and "
        self._post(Notice(f"The summary sheet is {words}in {made.path}."))

    def _on_failed(self, key: str, error: Exception) -> None:
        self._post(notice_of_failure(f"the summary sheet of {key}", error))


def _make(subject: Subject, path: Path, *, has_image: bool) -> MadeSheet:
    """Draw a sheet, in a folder that is made where it is missing."""
    path.parent.mkdir(exist_ok=True)
    sheet = compose(subject)
    write_sheet(path, sheet)
    return MadeSheet(path, sheet_image(sheet) if has_image else None)
