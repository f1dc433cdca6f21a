"""Ctrl+I: what was taken of the file of the source on screen, and reading it otherwise."""

from __future__ import annotations

import re
from pathlib import Path

from moosegui.data.catalogue import ReadingChoice, Source
from moosegui.files.session.reading import remember_choice, settled_choice
from moosegui.gui.reading.account_panel import ProvenancePanel
from moosegui.gui.reading.list_control import ListReader
from moosegui.gui.session.work.jobs import without_report
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.pipeline.reading.account import Account, account_of_source, account_rows

ACCOUNT = ("account",)  # key of the job
ANSWERS = (
    "--wave",
    "--wave-unit",
    "--medium",
    "--flux",
    "--error",
)  # a refusal that names one is a question
COMMAND_LINE = re.compile(r"; (say which[^;]* with )?--[a-z][^;]*\.$")
QUESTION = ("question", "The file does not say enough: answer below, and read the list again.")


class ProvenanceControl(Control):
    """Opens the panel and keeps it with the source on screen."""

    def __init__(self, reader: ListReader) -> None:
        self._reader, self._session = reader, reader.session
        self._asked_of: Path | None = None
        self._panel = ProvenancePanel(reader.window)
        self._panel.choice_wanted.connect(self._read_otherwise)

    @override
    def handlers(self) -> Handlers:
        return {"provenance": self.open}

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if not is_new_source:
            return
        if self._panel.isVisible():
            self._ask()
        elif self._has_question():
            self.open()

    def _has_question(self) -> bool:
        """Whether the reader of the file on screen needs an answer; said once a list."""
        source, opened = self._session.current, self._session.source_list
        if source is None or opened is None or opened.path == self._asked_of:
            return False
        if not _asks(self._session.problem(source.key)):
            return False
        self._asked_of = opened.path
        return True

    def open(self) -> None:
        """Show what was taken of the file on screen."""
        self._ask()
        self._panel.show()
        self._panel.raise_()

    def _ask(self) -> None:
        source = self._session.current
        if source is None:
            return
        if source.spectrum is None:
            self._show(source, Account("", problem=source.problem))
            return
        work = without_report(account_of_source, source.spectrum)
        self._reader.jobs.submit(ACCOUNT, work, lambda account: self._show(source, account))

    def _show(self, source: Source, account: Account) -> None:
        question = (QUESTION,) if _asks(account.problem) else ()
        told = ((name, in_window(text)) for name, text in account_rows(account))
        rows = (*question, ("file", account.path), *told)
        choice = settled_choice(self._reader.store)
        self._panel.display(source.source_id, tuple(row for row in rows if row[1]), choice)

    def _read_otherwise(self, choice: ReadingChoice) -> None:
        if not remember_choice(self._reader.store, choice):
            self._reader.say("The list is read like that already.")
            return
        self._reader.reopen()
        self._ask()


def in_window(sentence: str) -> str:
    """Return a sentence without what it says of the command line: here the fields answer."""
    return COMMAND_LINE.sub(".", sentence)


def _asks(problem: str) -> bool:
    return any(option in problem for option in ANSWERS)
