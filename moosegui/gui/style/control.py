"""What a part of the window with keys of its own is to the window: a control."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from moosegui.gui.style.theme import Colours

Handlers = Mapping[str, Callable[[], object]]
# Turns of the event loop: with the decision, once that is painted, and once χ² is painted too
AT_ONCE, AFTER_DECISION, AFTER_CURVE = 0, 1, 2


class Control:
    """Joins one view, or one kind of wish, to the session.

    A control brings the handlers of its actions, is told when the source or the z on screen
    changed, and repaints in another palette. What is hidden is not computed.
    """

    turn = AT_ONCE  # in which it shows a source, so that none keeps the next key waiting

    def handlers(self) -> Handlers:
        """Return what to call for each action of this control, by the action's name."""
        return {}

    def show_source(self, *, is_new_source: bool) -> None:
        """Project the source and the z on screen."""

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""

    def set_keys(self, keys: Mapping[str, str]) -> None:
        """Teach the keys that hold now: name of the action to its first key as text."""
