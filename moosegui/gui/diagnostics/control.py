"""The line strip below χ², as long as it is on screen."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtWidgets import QDockWidget, QWidget

from moosegui.data.lines import Line
from moosegui.gui.diagnostics.projection import SecondAlone, line_windows
from moosegui.gui.diagnostics.strip import LineStrip
from moosegui.gui.session.session import Session
from moosegui.gui.style.after_paint import after_paint
from moosegui.gui.style.control import AFTER_CURVE, Control
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours


class LineStripControl(Control):
    """Projects the lines of the z on screen; a click on one shows it in the spectrum."""

    turn = AFTER_CURVE

    def __init__(
        self,
        session: Session,
        *,
        add_strip: Callable[[str, QWidget], QDockWidget],
        show_close_up: Callable[[float], None],
        second: SecondAlone,
        own: Callable[[], tuple[Line, ...]] = tuple,
    ) -> None:
        self._session, self._strip, self._second = session, LineStrip(), second
        self._own = own
        self._dock = add_strip("Lines", self._strip)
        self._strip.line_clicked.connect(show_close_up)
        self._dock.visibilityChanged.connect(self._on_visibility_changed)
        self._show_soon = after_paint(self._strip, self._show)  # after spectrum and χ²

    @property
    def strip(self) -> LineStrip:
        """The strip, with its signals."""
        return self._strip

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if self._dock.isVisible():
            self._show_soon()

    def _show(self) -> None:
        if self._dock.isVisible():
            windows = line_windows(self._session, self._second, self._own())
            self._strip.display(windows, has_redshift=self._session.shown.is_known)

    @override
    def set_colours(self, colours: Colours) -> None:
        self._strip.set_colours(colours)

    def _on_visibility_changed(self, is_visible: bool) -> None:  # noqa: FBT001  (Qt's signature)
        if is_visible:
            self.show_source(is_new_source=False)
