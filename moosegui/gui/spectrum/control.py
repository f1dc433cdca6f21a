"""The spectrum on screen, and how it is drawn: smoothing, lines, model, sky, axis and range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from moosegui.gui.keys.store import PreferenceStore
from moosegui.gui.plots.spectrum_view import SpectrumView
from moosegui.gui.session.session import Session
from moosegui.gui.spectrum.plot import SpectrumPlot
from moosegui.gui.spectrum.projection import (
    DisplayOptions,
    LinesShown,
    smoothing_of,
    spectrum_view,
)
from moosegui.gui.style.control import AFTER_DECISION, Control, Handlers
from moosegui.gui.style.message import Message
from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import Colours


class SpectrumControl(Control):
    """Projects the spectrum under the options that the keys of the view change.

    `adapt` changes what is shown, as a review of one of two galaxies does.
    """

    turn = AFTER_DECISION

    def __init__(
        self,
        session: Session,
        spectrum: SpectrumPlot,
        preferences: PreferenceStore,
        *,
        adapt: Callable[[SpectrumView], SpectrumView],
        reset_curve: Callable[[], None],
        say: Callable[[str], None],
    ) -> None:
        self._session, self._spectrum, self._preferences = session, spectrum, preferences
        self._adapt, self._reset_curve, self._say = adapt, reset_curve, say
        self.options = DisplayOptions(smoothing=_remembered(preferences))
        self._message = Message(spectrum)
        self._spectrum.cursor_moved.connect(say)

    @override
    def handlers(self) -> Handlers:
        return {
            "smooth_auto": self._smooth_automatically,
            "smoother": partial(self._smooth, 1),
            "sharper": partial(self._smooth, -1),
            "lines": self._change_lines,
            "model": partial(self._toggle, "show_model"),
            "sky": partial(self._toggle, "show_sky"),
            "rest_axis": partial(self._toggle, "is_rest_below"),
            "robust_y": partial(self._toggle, "is_robust_y"),
            "reset_view": self._reset_view,
        }

    @override
    def show_source(self, *, is_new_source: bool) -> None:
        view = spectrum_view(
            self._session, self.options, smoothing=self.smoothing, is_new_source=is_new_source
        )
        self._spectrum.display(None if view is None else self._adapt(view))
        source = self._session.current
        problem = "" if source is None else self._session.problem(source.key)
        self._message.display("" if view is not None or source is None else problem)

    @override
    def set_colours(self, colours: Colours) -> None:
        self._spectrum.set_colours(colours)

    @property
    def smoothing(self) -> float:
        """The width in Angstrom with which the spectrum on screen is drawn."""
        return smoothing_of(self._session, self.options, self._preferences.preferences.smoothing)

    def _smooth(self, step: int) -> None:
        now = self.smoothing
        widths = (0.0, *self._preferences.preferences.smoothing)
        beyond = [width for width in widths if (width - now) * step > 0]
        width = min(beyond, key=lambda other: abs(other - now), default=now)
        self._take_smoothing(width)
        self._say(f"smoothing {width:g} Å" if width else "no smoothing")

    def _smooth_automatically(self) -> None:
        self._take_smoothing(None)
        self._say(f"smoothing as the noise asks for: {self.smoothing:g} Å")

    def _take_smoothing(self, width: float | None) -> None:
        self.options = replace(self.options, smoothing=width)
        self._preferences.change_soon(smoothed="" if width is None else f"{width:g}")
        self.show_source(is_new_source=False)

    def _change_lines(self) -> None:
        after: dict[LinesShown, LinesShown] = {
            "expected": "all",
            "all": "none",
            "none": "expected",
        }
        lines = after[self.options.lines]
        self.options = replace(self.options, lines=lines)
        words = {"expected": "lines that the model expects", "all": "all lines"}
        self._say(words.get(lines, "no lines"))
        self.show_source(is_new_source=False)

    def _toggle(self, name: str) -> None:
        self.options = _toggled(self.options, name)
        self.show_source(is_new_source=False)

    def _reset_view(self) -> None:
        self._spectrum.reset_view()
        self._reset_curve()


def _remembered(preferences: PreferenceStore) -> float | None:
    """The width that was chosen last; None where the noise decides."""
    text = preferences.preferences.smoothed
    return float(text) if text else None


def _toggled(options: DisplayOptions, name: str) -> DisplayOptions:
    change: dict[str, Any] = {name: not getattr(options, name)}
    return replace(options, **change)
