"""Catalogue updates, written off the GUI thread and never lost by closing the window."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import SourceList, VerdictEvent
from moosegui.data.results import ScanSummary
from moosegui.files.update.update import file_sha256, write_update
from moosegui.gui.session.jobs import JobRunner, without_report
from moosegui.gui.session.notice import Notice

EXPORT, HASH = ("export",), ("hash",)  # keys of jobs
HASH_PRIORITY = 6  # after the sources that are needed next, before the rest


class Exporter(QObject):
    """Write updates of one catalogue, and know whether it was changed since it was opened.

    Signals: `notice_posted(Notice)`.
    """

    notice_posted = pyqtSignal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._list: SourceList | None = None
        self._input_sha256 = ""

    def open(self, source_list: SourceList) -> None:
        """Take a list, and the checksum of its catalogue."""
        self._list, self._input_sha256 = source_list, ""
        if source_list.has_catalogue and source_list.path.is_file():
            work = without_report(file_sha256, source_list.path)
            self._runner.submit(HASH, work, self._on_hashed, priority=HASH_PRIORITY)

    def write(
        self,
        decisions: Mapping[str, VerdictEvent],
        summaries: Mapping[str, ScanSummary],
        path: Path | None,
    ) -> None:
        """Begin to write the update; a notice says where it is, or why not."""
        if self._list is None:
            return
        work = without_report(
            write_update,
            self._list,
            decisions,
            path,
            summaries=summaries,
            input_sha256=self._input_sha256,
        )
        self._runner.submit(EXPORT, work, self._on_written, priority=0)

    def finish(self) -> None:
        """Wait until what is being written is on disk; raise what stopped it."""
        self._runner.wait_for(EXPORT)

    def _on_hashed(self, sha256: str) -> None:
        self._input_sha256 = sha256

    def _on_written(self, path: Path) -> None:
        text = f"Everything is saved; the catalogue update is {path}."
        self.notice_posted.emit(Notice(text))
