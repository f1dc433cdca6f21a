"""The line strip below χ², as long as it is on screen."""

from __future__ import annotations

from moosegui.gui.diagnostics.projection import line_windows
from moosegui.gui.diagnostics.strip import LineStrip
from moosegui.gui.style.control import Control, WindowParts
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours

CLOSE_UP = 60.0  # Angstrom to each side of a line that was clicked


class LineStripControl(Control):
    """Projects the lines of the z on screen; a click on one shows it in the spectrum."""

    def __init__(self, parts: WindowParts) -> None:
        self._session, self._spectrum = parts.session, parts.spectrum
        self._strip = LineStrip()
        self._dock = parts.layout.add_strip("Lines", self._strip)
        self._strip.line_clicked.connect(self._on_line_clicked)
        self._dock.visibilityChanged.connect(self._on_visibility_changed)

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        if self._dock.isVisible():
            self._strip.display(line_windows(self._session))

    @override
    def set_colours(self, colours: Colours) -> None:
        self._strip.set_colours(colours)

    def _on_line_clicked(self, wave: float) -> None:
        start, stop = self._spectrum.wave_range()
        half = min((stop - start) / 2, CLOSE_UP)
        self._spectrum.show_range(wave - half, wave + half)

    def _on_visibility_changed(self, is_visible: bool) -> None:  # noqa: FBT001  (Qt's signature)
        if is_visible:
            self.show_source(is_new_source=False)
