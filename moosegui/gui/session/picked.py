"""Sources that an expert picks in images: each is one as long as its first decision stands."""

from __future__ import annotations

from collections.abc import Callable

from moosegui.data.catalogue import SourceList, VerdictEvent
from moosegui.files.cubes.picked import with_picked
from moosegui.gui.session.decisions import Decisions


class PickedSources:
    """Adds sources to the list; the journal knows which, so that they are undone and redone.

    Parameters
    ----------
    decisions : Decisions
    listed : callable
        Returns the list that is open.
    retake : callable
        Goes on with another list.
    """

    def __init__(
        self,
        decisions: Decisions,
        listed: Callable[[], SourceList | None],
        retake: Callable[[SourceList], None],
    ) -> None:
        self._decisions, self._listed, self._retake = decisions, listed, retake

    def add(self, key: str, words: str) -> None:
        """Make a source of what was added to the survey of picked ones, and say where it is."""
        listed = self._listed()
        if listed is not None:
            self._retake(with_picked(listed, {*_picked_keys(listed), key}))
            self._decisions.set_comment(key, words)

    def follow(self, event: VerdictEvent) -> str:
        """Take a source away or bring it back with its first decision.

        Returns
        -------
        str
            What is said about it; empty where it concerns another source.
        """
        key, listed = event.source_key, self._listed()
        if listed is None:
            return ""
        picked = _picked_keys(listed)
        is_wanted = self._decisions.verdict(key) is not None
        is_there = any(source.key == key for source in listed)
        if is_wanted == is_there or (is_there and key not in picked):
            return ""
        changed = with_picked(listed, picked ^ {key})
        if len(changed) == len(listed):
            return ""
        self._retake(changed)
        return f"Redone: {key} is a source again." if is_wanted else f"Undone: {key} is no source."


def _picked_keys(listed: SourceList) -> set[str]:
    return {source.key for source in listed.picked}
