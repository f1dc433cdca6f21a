"""Catalogue updates, written off the GUI thread and never lost by closing the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import SourceList, VerdictEvent
from moosegui.data.results import ScanSummary
from moosegui.errors import MooseError, NotOursError
from moosegui.files.session.store import SessionStore
from moosegui.files.update.own_update import (
    Target,
    Written,
    own_updates,
    remember_update,
    write_own_update,
    write_picked_update,
)
from moosegui.files.update.update import file_sha256
from moosegui.gui.session.work.jobs import JobRunner, Work, without_report
from moosegui.gui.session.work.notice import Notice, notice_of_failure

EXPORT, HASH = ("export",), ("hash",)  # keys of jobs
HASH_PRIORITY = 6  # after the sources that are needed next, before the rest


class Exporter(QObject):
    """Write updates of one catalogue, and know whether it was changed since it was opened.

    One update is written at a time; of those that are asked for meanwhile the last one follows.

    `export` writes to a path of which the user says that it may be replaced.

    Signals: `notice_posted(Notice)`.
    """

    notice_posted = pyqtSignal(object)

    def __init__(
        self, runner: JobRunner, export: Callable[[Path], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._export = export
        self._runner = runner
        self._list: SourceList | None = None
        self._store: SessionStore | None = None
        self._input_sha256 = ""
        self._next: Work | None = None
        self._own: dict[str, str] = {}
        self._is_finishing, self._error = False, cast(Exception | None, None)
        self._written: list[Written] = []  # by the thread of a job, not yet kept in the session

    def retake(self, source_list: SourceList) -> None:
        """Take the same list, of which a source is read otherwise."""
        self._list = source_list

    def open(self, source_list: SourceList, store: SessionStore) -> None:
        """Take a list with its session, and the checksum of its catalogue."""
        self._list, self._store, self._input_sha256 = source_list, store, ""
        self._next, self._own = None, own_updates(store)
        if source_list.has_catalogue and source_list.table_path.is_file():
            work = without_report(file_sha256, source_list.table_path)
            self._runner.submit(HASH, work, self._on_hashed, priority=HASH_PRIORITY)

    def write(
        self,
        decisions: Mapping[str, VerdictEvent],
        summaries: Mapping[str, ScanSummary],
        path: Path | None,
    ) -> None:
        """Begin to write the update; a notice says where it is, or why not.

        A path was chosen in a dialog, which asks before a file is replaced; a copy of it stays.
        """
        if self._list is None or self._store is None:
            return
        target = Target(self._store.inspector, self._own, path, overwrite=path is not None)
        write = partial(
            write_own_update,
            self._list,
            decisions,
            target,
            summaries=summaries,
            input_sha256=self._input_sha256,
        )
        beside = partial(write_picked_update, self._list, decisions, target, summaries=summaries)
        work = without_report(self._write, write, beside)
        if self._runner.is_pending(EXPORT):
            self._next = work
        else:
            self._start(work)

    def finish(self, wait: Callable[[Callable[[], object]], object] | None = None) -> None:
        """Wait until what is being written is on disk; raise what stopped it.

        Parameters
        ----------
        wait : callable, optional
            Called with what waits for one update in any thread; events may be handled meanwhile.
        """
        self._is_finishing, self._error = True, None
        try:
            while self._runner.is_pending(EXPORT):
                if wait is not None:
                    wait(self._runner.ending(EXPORT))
                if wait is None or self._runner.has_ended(EXPORT):
                    self._runner.wait_for(EXPORT)
                    self._keep_written()
                    self._start_next()
        finally:
            self._is_finishing = False
        if self._error is not None:
            raise self._error

    def abandon(self) -> None:
        """Write nothing more; what was begun is not waited for, and leaves no half update."""
        self._next = None
        self._runner.cancel(EXPORT)

    def _write(
        self, write: Callable[[], Written], beside: Callable[[], Written | None]
    ) -> tuple[Written, ...]:
        """Write an update in the thread of a job, and that of picked sources; the next replaces it.

        What is written is kept even where the other fails.
        """
        written = [write()]
        self._remember(written[0])
        if (of_picked := beside()) is not None:
            self._remember(of_picked)
            written.append(of_picked)
        return tuple(written)

    def _remember(self, written: Written) -> None:
        self._own[str(written.path.absolute())] = written.sha256
        self._written.append(written)

    def _keep_written(self) -> None:
        while self._written and self._store is not None:
            remember_update(self._store, self._written[0])
            del self._written[0]

    def _start_next(self) -> None:
        work, self._next = self._next, None
        if work is not None:
            self._start(work)

    def _start(self, work: Work) -> None:
        self._runner.submit(EXPORT, work, self._on_written, self._on_failed, priority=0)

    def _on_hashed(self, sha256: str) -> None:
        self._input_sha256 = sha256

    def _on_written(self, found: tuple[Written, ...]) -> None:
        written, path = found[0], found[0].path
        try:
            self._keep_written()
        except MooseError as error:
            self.notice_posted.emit(Notice(f"{error} The update is written: {path}.", "warning"))
            return
        text = f"Everything is saved; the catalogue update is {path}."
        for other in found[1:]:
            text += f" The sources that were picked are in {other.path.name}."
        self.notice_posted.emit(Notice(f"{text} {written.note}".rstrip()))
        self._start_next()

    def _on_failed(self, error: Exception) -> None:
        if self._is_finishing:
            self._error = error  # for who waits
            self._start_next()
            return
        notice = notice_of_failure("“export”", error)
        if isinstance(error, NotOursError):
            replace_it = partial(self._export, error.path)
            notice = replace(notice, offer=("Replace it, keeping a copy", replace_it))
        self.notice_posted.emit(notice)
        self._start_next()
