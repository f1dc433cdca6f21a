"""File, columns of the catalogue: which column is taken for what, and another instead."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QWidget

from moosegui.errors import MooseError
from moosegui.files.session.reading import remember_columns, settled_columns
from moosegui.files.session.store import SessionStore
from moosegui.files.tables.sample import CatalogueSample, sample_catalogue
from moosegui.gui.columns.panel import ColumnsPanel
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner, without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override

SAMPLE = ("columns",)  # key of the job
NO_CATALOGUE = "This list has no catalogue: its sources are the spectra themselves."


class ColumnsControl(Control):
    """Reads a catalogue's first rows off the GUI thread, and the list again as it is said.

    `reopen` reads the open list again, as the session remembers that it is to be read.
    """

    def __init__(
        self,
        session: Session,
        store: Callable[[], SessionStore],
        window: QWidget,
        jobs: JobRunner,
        *,
        reopen: Callable[[], None],
        post: Callable[[Notice], None],
    ) -> None:
        self._session, self._store = session, store
        self._jobs, self._reopen, self._post = jobs, reopen, post
        self._panel = ColumnsPanel(window)
        self._panel.columns_wanted.connect(self._read_otherwise)

    @override
    def handlers(self) -> Handlers:
        return {"columns": self._open}

    def _open(self) -> None:
        opened = self._session.source_list
        if opened is None or not opened.has_catalogue:
            self._post(Notice(NO_CATALOGUE, is_brief=True))
            return
        named = settled_columns(self._store(), {})
        work = without_report(sample_catalogue, opened.path, named)
        self._jobs.submit(SAMPLE, work, self._show, lambda error: self._say(str(error)))

    def _show(self, sample: CatalogueSample) -> None:
        self._panel.display(sample)
        self._panel.show()
        self._panel.raise_()

    def _read_otherwise(self, changed: dict[str, str]) -> None:
        if not changed:
            self._post(Notice("The catalogue is read like that already.", is_brief=True))
            return
        before = settled_columns(self._store(), {})
        remember_columns(self._store(), before | changed)
        try:
            self._reopen()
        except MooseError as error:
            remember_columns(self._store(), before)
            self._say(str(error))
            return
        self._panel.close()

    def _say(self, text: str) -> None:
        self._post(Notice(text, "warning"))
