"""Says that what is computed comes late, while the first scans of an installation compile."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from PyQt6.QtCore import QObject, QTimer, pyqtSignal

from moosegui.gui.session.work.notice import Notice

REST = 1500  # ms without the compiler, after which it has done all for now
SUBJECT = "compiler"
BEGUN = (
    "Kernels are being compiled, once after an installation: for up to a minute what is computed "
    "comes late. Everything else can be used."
)
ENDED = "What was needed so far is compiled."


class CompilerNews(QObject):
    """Posts a sentence when the compiler begins, and another when it rests.

    Parameters
    ----------
    post : callable
        Takes the notices.
    parent : QObject
    """

    _told = pyqtSignal(int)

    def __init__(self, post: Callable[[Notice], object], parent: QObject) -> None:
        super().__init__(parent)
        self._post, self._n_busy, self._is_said = post, 0, False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._on_rest)
        self._told.connect(self._on_told)

    def begin(self) -> None:
        """Take from any thread that a kernel begins to be compiled, perhaps within another."""
        self._tell(1)

    def end(self) -> None:
        """Take from any thread that a kernel is compiled."""
        self._tell(-1)

    def _tell(self, change: int) -> None:
        with contextlib.suppress(RuntimeError):  # the window is gone
            self._told.emit(change)

    def _on_told(self, change: int) -> None:
        # who begins to listen in the middle hears of an end without its beginning
        self._n_busy = max(0, self._n_busy + change)
        if not self._n_busy:
            self._rest.start(REST)
            return
        self._rest.stop()
        if not self._is_said:
            self._is_said = True
            self._post(Notice(BEGUN, stays=True, subject=SUBJECT))

    def _on_rest(self) -> None:
        if self._is_said:
            self._is_said = False
            self._post(Notice(ENDED, is_brief=True, subject=SUBJECT))
