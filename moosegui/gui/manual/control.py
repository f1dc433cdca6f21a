"""Help, Manual: opened when it is asked for, without a network."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QWidget

from moosegui.config import manual_folder
from moosegui.errors import MooseError
from moosegui.gui.manual.pages import read_pages
from moosegui.gui.manual.window import ManualWindow
from moosegui.gui.session.work.notice import Notice
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, Colours


class ManualControl(Control):
    """Opens the manual, which stays where it was read."""

    def __init__(self, window: QWidget, post: Callable[[Notice], None]) -> None:
        self._parent, self._post, self._colours = window, post, LIGHT
        self._window: ManualWindow | None = None

    @override
    def handlers(self) -> Handlers:
        return {"manual": self._open}

    @override
    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        if self._window is not None:
            self._window.set_colours(colours)

    def _open(self) -> None:
        if self._window is None:
            try:
                self._window = ManualWindow(read_pages(), manual_folder(), self._parent)
            except MooseError as error:
                self._post(Notice(str(error), "error"))
                return
            self._window.set_colours(self._colours)
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()
