"""File, columns of the catalogue: which column is taken for what, and another instead."""

from __future__ import annotations

from moosegui.errors import MooseError
from moosegui.files.session.reading import remember_columns, settled_columns
from moosegui.files.tables.known_columns import remember_layout
from moosegui.files.tables.sample import CatalogueSample, sample_catalogue
from moosegui.gui.reading.columns_panel import ColumnsPanel
from moosegui.gui.reading.list_control import ListReader
from moosegui.gui.session.work.jobs import without_report
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override

SAMPLE = ("columns",)  # key of the job
NO_CATALOGUE = "This list has no catalogue: its sources are the spectra themselves."


class ColumnsControl(Control):
    """Reads a catalogue's first rows off the GUI thread, and the list again as it is said."""

    def __init__(self, reader: ListReader) -> None:
        self._reader, self._session = reader, reader.session
        self._panel = ColumnsPanel(reader.window)
        self._panel.columns_wanted.connect(self._read_otherwise)

    @override
    def handlers(self) -> Handlers:
        return {"columns": self._open}

    def _open(self) -> None:
        opened = self._session.source_list
        if opened is None or not opened.has_catalogue:
            self._reader.say(NO_CATALOGUE)
            return
        named = settled_columns(self._reader.store, {})
        work = without_report(sample_catalogue, opened.path, named)
        self._reader.jobs.submit(SAMPLE, work, self._show, lambda error: self._say(str(error)))

    def _show(self, sample: CatalogueSample) -> None:
        self._panel.display(sample)
        self._panel.show()
        self._panel.raise_()

    def _read_otherwise(self, changed: dict[str, str]) -> None:
        if not changed:
            self._reader.say("The catalogue is read like that already.")
            return
        before = settled_columns(self._reader.store, {})
        remember_columns(self._reader.store, before | changed)
        try:
            self._reader.reopen()
        except MooseError as error:
            remember_columns(self._reader.store, before)
            self._say(str(error))
            return
        remember_layout(self._panel.names, before | changed)
        self._panel.close()

    def _say(self, text: str) -> None:
        self._reader.post(Notice(text, "warning"))
