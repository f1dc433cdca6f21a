"""View, Own lines: what the user adds to the line list; drawn, measured and named like it."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QWidget

from moosegui.data.lines import Line
from moosegui.errors import MooseError
from moosegui.files.models.line_lists import OwnLine, read_own_lines, write_own_lines
from moosegui.gui.lines.dialog import OwnLinesDialog
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override


class OwnLinesControl(Control):
    """Keeps the lines of the user, of all surveys; `redraw` is called when there are others."""

    def __init__(self, window: QWidget, post: Callable[[Notice], None]) -> None:
        self._window, self._post = window, post
        self.redraw: Callable[[], None] = lambda: None
        self._own: tuple[OwnLine, ...] = ()
        try:
            self._own = read_own_lines()
        except MooseError as error:
            self._post(Notice(str(error), "warning"))

    @override
    def handlers(self) -> Handlers:
        return {"own_lines": self._open}

    def lines(self) -> tuple[Line, ...]:
        """Return the lines of the user as others take them."""
        return tuple(own.line for own in self._own)

    def _open(self) -> None:
        dialog = OwnLinesDialog(self._own, self._window)
        dialog.accepted_lines.connect(self._take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take(self, own: tuple[OwnLine, ...]) -> None:
        self._own = own
        self.redraw()
        try:
            write_own_lines(own)
        except (MooseError, OSError) as error:
            self._post(Notice(f"Your lines hold for now, but are not kept: {error}", "error"))
