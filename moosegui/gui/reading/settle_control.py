"""Asks once how a file is to be read, where it does not say so itself."""

from __future__ import annotations

from pathlib import Path

from moosegui.data.catalogue import Source
from moosegui.files.session.reading import (
    remember_choice,
    remember_own_choice,
    settle_question,
    settled_choice,
    settled_questions,
)
from moosegui.gui.reading.list_control import ListReader
from moosegui.gui.reading.settle_card import SettleCard
from moosegui.gui.session.work.jobs import without_report
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours
from moosegui.pipeline.reading.questions import OpenQuestion, Reading, first_open, open_question

QUESTION = ("question",)  # key of the job
# Without an answer to these a file is not read at all
UNREADABLE = frozenset(("wave", "wave_unit", "flux"))
NOTHING_OPEN = "This file leaves nothing open."


class SettleControl(Control):
    """Opens the card on the first source whose file leaves something open.

    Each question is asked once a list; the answer, or that all stays as it is, is remembered.
    """

    def __init__(self, reader: ListReader) -> None:
        self._reader, self._card = reader, SettleCard(reader.window)
        self._on_screen = reader.session.on_screen
        self._asked: set[tuple[Path, str]] = set()
        self._question: tuple[str, OpenQuestion] | None = None  # key of the source
        self._wanted: str | None = None  # key of the source whose question somebody asked for
        self._card.answered.connect(self._on_answered)
        self._card.left.connect(self._on_left)

    @override
    def handlers(self) -> Handlers:
        return {"settle": self._ask_again}

    @override
    def set_colours(self, colours: Colours) -> None:
        self._card.set_colours(colours)

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        source = self._reader.session.current
        if not is_new_source or source is None or source.spectrum is None:
            return
        if self._question is not None and self._question[0] != source.key:
            self._question = None
            self._card.hide()
        # one question at a time: nothing changes under the fingers when a scan has ended
        is_asked = self._question is not None or self._wanted == source.key
        if not is_asked and self._may_be_open(source):
            self._look(source, self._done())

    def _may_be_open(self, source: Source) -> bool:
        """Whether something is to be asked, as far as is known without reading the file."""
        session = self._reader.session
        if session.problem(source.key):
            return not self._done() >= UNREADABLE
        spectrum = self._on_screen.spectrum
        return bool(spectrum and first_open(spectrum.provenance.guesses, self._done()))

    def _done(self) -> frozenset[str]:
        opened = self._reader.session.source_list
        path = Path() if opened is None else opened.path
        asked = {what for where, what in self._asked if where == path}
        return settled_questions(self._reader.store) | asked

    def _look(self, source: Source, done: frozenset[str]) -> None:
        if source.spectrum is None:
            return
        work = without_report(open_question, source.spectrum, done)
        self._reader.jobs.submit(QUESTION, work, lambda question: self._show(source.key, question))

    def _show(self, key: str, question: OpenQuestion | None) -> None:
        session, is_wanted = self._reader.session, self._wanted == key
        self._wanted = None
        opened, current = session.source_list, session.current
        if opened is None or current is None or current.key != key:
            return
        if question is None:
            if is_wanted:
                self._reader.say(NOTHING_OPEN)
            return
        self._asked.add((opened.path, question.what))
        self._question = (key, question)
        self._card.display(question)
        if is_wanted:
            self._card.ask_for_keys()

    def _ask_again(self) -> None:
        source = self._reader.session.current
        if source is not None and source.spectrum is not None:
            self._wanted = source.key
            self._look(source, frozenset())

    def _on_answered(self, reading: Reading, is_for_list: bool) -> None:  # noqa: FBT001  (a signal)
        if self._question is None:
            return
        key, question = self._question
        self._question, store = None, self._reader.store
        settle_question(store, question.what)
        if is_for_list and question.is_taken and reading is question.readings[0]:
            self._look_on()
            return
        if is_for_list:
            of_list = settled_choice(store).with_answer(question.what, reading.option)
            is_new = remember_choice(store, of_list)
        else:
            is_new = remember_own_choice(store, key, reading.choice)
        if is_new:
            self._reader.reopen()

    def _on_left(self) -> None:
        if self._question is not None and self._question[1].is_taken:
            settle_question(self._reader.store, self._question[1].what)
        self._question = None
        self._look_on()

    def _look_on(self) -> None:
        """Ask what else is open, as another question waited for this one."""
        self.show_source(is_new_source=True)
