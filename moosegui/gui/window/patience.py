"""Opening and leaving what may lie on a dead disk: the window lives, says so, and can give up."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PyQt6.QtCore import QEventLoop, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QMessageBox, QWidget

from moosegui.errors import InputError
from moosegui.gui.session.work.exporter import Exporter

Result = TypeVar("Result")

FIRST_WAIT = 1.0  # s in which most lists are open, without a word


@dataclass(frozen=True, slots=True)
class Words:
    """What a box tells while something lasts, and what is said when the expert gives up."""

    title: str
    reason: str
    given_up: str
    leave: str = ""  # on the button; "Cancel" by default


class GivenUpError(InputError):
    """The expert did not want to wait any longer."""


def patiently(
    window: QWidget,
    path: Path,
    read: Callable[[], Result],
    *,
    discard: Callable[[Result], None] | None = None,
    words: Words | None = None,
) -> Result:
    """Return what `read` returns; the window answers meanwhile, and the expert may give up.

    What is given up goes on in its thread until the disk answers; its result goes to `discard`.

    Parameters
    ----------
    window : QWidget
        Over which a box tells what it waits for.
    path : Path
        What is opened, for the sentences.
    read : callable
        Called in another thread; it touches no widget.
    discard : callable, optional
        Called in that thread with what came too late.
    words : Words, optional
        By default those for opening `path`.

    Raises
    ------
    GivenUpError
        If the expert gives up; else what `read` raises.
    """
    attempt = _Attempt(read, discard)
    words = words or _words_of_opening(path)
    if not attempt.ends_in(FIRST_WAIT):
        loop, box = QEventLoop(), _box(window, words)
        attempt.ended.connect(loop.quit)
        box.finished.connect(loop.quit)
        box.open()
        if not attempt.ends_in(0.0):
            loop.exec()
        box.finished.disconnect(loop.quit)
        box.close()
        box.deleteLater()  # else it stays with its window, 0.3 MiB each
        if attempt.is_abandoned():
            raise GivenUpError(words.given_up)
    return attempt.result()


def finish_patiently(window: QWidget, exporter: Exporter) -> None:
    """Wait until updates are written; the window lives, and the expert may leave without them.

    Raises
    ------
    MooseError
        If one could not be written.
    """
    words = Words(
        "The catalogue update is being written …",
        "The window closes when it is. Every decision is in the session, with it or without it.",
        "The update was left.",
        "Leave without the update",
    )
    try:
        exporter.finish(lambda wait: patiently(window, Path(), wait, words=words))
    except GivenUpError:
        exporter.abandon()


class _Attempt(QObject, Generic[Result]):
    """One reading in a thread of its own; `ended` when it has ended."""

    ended = pyqtSignal()

    def __init__(
        self, read: Callable[[], Result], discard: Callable[[Result], None] | None
    ) -> None:
        super().__init__()
        self._read, self._discard = read, discard
        self._taking, self._is_abandoned = threading.Lock(), False
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._has_ended = threading.Event()
        context = contextvars.copy_context()
        threading.Thread(
            target=context.run, args=(self._run,), name="moose-open", daemon=True
        ).start()

    def _run(self) -> None:
        try:
            self._results.append(self._read())
        except BaseException as error:  # noqa: BLE001  (raised where it is waited for)
            self._error = error
        with self._taking:
            self._has_ended.set()
            if self._is_abandoned:
                if self._discard is not None and self._results:
                    self._discard(self._results[0])
                return
        self.ended.emit()

    def ends_in(self, seconds: float) -> bool:
        """Wait for the end, as long as this at most."""
        return self._has_ended.wait(seconds)

    def is_abandoned(self) -> bool:
        """Take no result any more, unless it is there."""
        with self._taking:
            self._is_abandoned = not self._has_ended.is_set()
            return self._is_abandoned

    def result(self) -> Result:
        """Return what was read; raise what the reader raised."""
        if self._error is not None:
            raise self._error
        return self._results[0]


def _words_of_opening(path: Path) -> Words:
    return Words(
        f"Opening {path.name} …",
        f"{path.parent} has not answered yet, or the list is long.",
        f"{path} was not opened: its disk has not answered yet. Try it later.",
    )


def _box(window: QWidget, words: Words) -> QMessageBox:
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Information)
    box.setWindowTitle("Moose")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(words.title)
    box.setInformativeText(words.reason)
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    button = box.button(QMessageBox.StandardButton.Cancel)
    if words.leave and button is not None:
        button.setText(words.leave)
    return box
