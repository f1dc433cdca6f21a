"""What the controls of this room share: the open list, and how it is read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PyQt6.QtWidgets import QWidget

from moosegui.files.session.store import SessionStore
from moosegui.gui.session.session import Session
from moosegui.gui.session.work.jobs import JobRunner
from moosegui.gui.session.work.notice import Notice


@dataclass(frozen=True, slots=True)
class ListReader:
    """The open list and who reads it.

    Parameters
    ----------
    session : Session
    window : QWidget
        What is shown lies over it.
    jobs : JobRunner
        Files are read off the GUI thread.
    reopen : callable
        Reads the open list again, as the session remembers that it is to be read.
    post : callable
        Takes a notice.
    """

    session: Session
    window: QWidget
    jobs: JobRunner
    reopen: Callable[[], None]
    post: Callable[[Notice], None]

    @property
    def store(self) -> SessionStore:
        """The store of the open session."""
        return self.session.store

    def say(self, text: str) -> None:
        """Say something that passes."""
        self.post(Notice(text, is_brief=True))
