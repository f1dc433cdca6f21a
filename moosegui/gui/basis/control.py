"""Ctrl+B: the basis and its part in the model on screen, as long as its window is open."""

from __future__ import annotations

from PyQt6.QtWidgets import QWidget

from moosegui.gui.basis.projection import basis_view
from moosegui.gui.basis.window import BasisWindow
from moosegui.gui.session.session import Session
from moosegui.gui.style.control import Control, Handlers
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, Colours


class BasisControl(Control):
    """Opens the basis window and keeps it up to date."""

    def __init__(self, session: Session, window: QWidget) -> None:
        self._session, self._parent = session, window
        self._window: BasisWindow | None = None  # made when it is wanted: its plots take 20 ms
        self._colours = LIGHT

    @override
    def handlers(self) -> Handlers:
        return {"basis": self._open}

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if self._window is not None and self._window.isVisible():
            self._window.display(basis_view(self._session))

    @override
    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        if self._window is not None:
            self._window.set_colours(colours)

    def _open(self) -> None:
        if self._window is None:
            self._window = BasisWindow(self._parent, self._colours)
        self._window.display(basis_view(self._session))
        self._window.show()
        self._window.raise_()
