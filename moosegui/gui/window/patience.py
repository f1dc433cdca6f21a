"""Opening what may lie on a dead disk: the window stays alive, says so, and can give up."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from PyQt6.QtCore import QEventLoop, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QMessageBox, QWidget

from moosegui.errors import InputError

Result = TypeVar("Result")

FIRST_WAIT = 1.0  # s in which most lists are open, without a word


def patiently(window: QWidget, path: Path, read: Callable[[], Result]) -> Result:
    """Return what `read` returns; the window answers meanwhile, and the expert may give up.

    What is given up goes on in its thread until the disk answers, and nobody takes its result.

    Parameters
    ----------
    window : QWidget
        Over which a box tells what it waits for.
    path : Path
        What is opened, for the sentences.
    read : callable
        Called in another thread; it touches no widget.

    Raises
    ------
    InputError
        If the expert gives up; else what `read` raises.
    """
    attempt = _Attempt(read)
    if not attempt.ends_in(FIRST_WAIT):
        loop, box = QEventLoop(), _box(window, path)
        attempt.ended.connect(loop.quit)
        box.finished.connect(loop.quit)
        box.open()
        if not attempt.ends_in(0.0):
            loop.exec()
        box.finished.disconnect(loop.quit)
        box.close()
        if not attempt.ends_in(0.0):
            raise InputError(f"{path} was not opened: its disk has not answered yet. Try it later.")
    return attempt.result()


class _Attempt(QObject, Generic[Result]):
    """One reading in a thread of its own; `ended` when it has ended."""

    ended = pyqtSignal()

    def __init__(self, read: Callable[[], Result]) -> None:
        super().__init__()
        self._read = read
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
        self._has_ended.set()
        self.ended.emit()

    def ends_in(self, seconds: float) -> bool:
        """Wait for the end, as long as this at most."""
        return self._has_ended.wait(seconds)

    def result(self) -> Result:
        """Return what was read; raise what the reader raised."""
        if self._error is not None:
            raise self._error
        return self._results[0]


def _box(window: QWidget, path: Path) -> QMessageBox:
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Information)
    box.setWindowTitle("Moose")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"Opening {path.name} …")
    box.setInformativeText(f"{path.parent} has not answered yet, or the list is long.")
    box.setStandardButtons(QMessageBox.StandardButton.Cancel)
    return box
