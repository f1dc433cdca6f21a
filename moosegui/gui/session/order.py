"""The order of the queue as it is filtered and sorted on screen, and the place in it."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from itertools import pairwise

from moosegui.data.catalogue import VerdictEvent
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.votes import Votes

AHEAD, BEHIND = 4, 1  # sources kept ready around the current one


class QueueOrder:
    """Where the expert is in the queue; a source that was filtered away keeps its place."""

    def __init__(self) -> None:
        self._keys: tuple[str, ...] = ()
        self._positions: dict[str, int] = {}
        self._current: str | None = None
        self._position = 0
        self._whole: dict[str, int] = {}  # the order before it was filtered
        self._home: tuple[str, ...] = ()  # the last order that held the current source,
        self._home_position = 0  # and where

    def set(self, keys: tuple[str, ...]) -> None:
        """Take a new order."""
        if keys != self._keys or not self._positions:
            self._positions = {key: i for i, key in enumerate(keys)}
        self._keys = keys
        if not self._positions.keys() < self._whole.keys():
            self._whole = self._positions
        if self._current in self._positions:
            self._settle(self._positions[self._current])
        elif self._current is not None:
            self._position = self._place_after(self._current)

    def enter(self, key: str) -> None:
        """Take `key` as the current source."""
        self._current = key
        if key in self._positions:
            self._settle(self._positions[key])

    def step(self, n_sources: int) -> str | None:
        """Return the source that is `n_sources` on; None beyond either end."""
        target = self._position + n_sources
        if self._current not in self._positions and n_sources > 0:
            target -= 1  # whoever took the place of the source that was filtered away is next
        return self._keys[target] if 0 <= target < len(self._keys) else None

    def around(self) -> tuple[str, ...]:
        """Return the next few sources and the previous one, which should be kept ready."""
        here = self._position
        ahead = here + (self._current in self._positions)
        return self._keys[ahead : ahead + AHEAD] + self._keys[max(0, here - BEHIND) : here]

    def nearest(self, wanted: str, keys: Sequence[str]) -> str:
        """Return a source if it is one of `keys`, else the one on screen or that before it."""
        near = (wanted, self._current, self.step(-1), *keys)
        return next(key for key in near if key is not None and key in keys)

    def _settle(self, position: int) -> None:
        self._position = self._home_position = position
        self._home = self._keys

    def _place_after(self, current: str) -> int:
        """Return the place of the first later neighbour that is still in the order."""
        for key in self._after(current):
            if key in self._positions:
                return self._positions[key]
        return len(self._keys)

    def _after(self, current: str) -> tuple[str, ...]:
        """Return what came after `current`, in the whole order as long as that is on screen.

        A queue that was sorted anew while it was filtered is known only as it was on screen.
        """
        later_in_whole = tuple(self._whole)[self._whole.get(current, 0) :]
        places = [self._whole.get(key, -1) for key in self._keys]
        is_whole_order = all(first < second for first, second in pairwise(places))
        if current in self._whole and is_whole_order:
            return later_in_whole
        return (*self._home[self._home_position :], *later_in_whole)


def decided_keys(events: Mapping[str, VerdictEvent]) -> set[str]:
    """Return the keys of the sources that are inspected."""
    return {key for key, event in events.items() if event.verdict.is_inspected}


def first_pending(keys: Sequence[str], last: str | None, inspected: Container[str]) -> str:
    """Return where to go on: the first source from `last` on, and round, that is not inspected.

    `last` itself where all are, the first of the list where `last` is not in it.
    """
    here = keys.index(last) if last is not None and last in keys else 0
    later = (*keys[here:], *keys[:here])
    return next((key for key in later if key not in inspected), keys[here])


def first_shown(keys: Sequence[str], store: SessionStore, votes: Votes) -> str:
    """Return where to go on: the last source or the next not inspected; of votes a conflict."""
    last = store.get("current")
    if not votes.is_open:
        return first_pending(keys, last, decided_keys(store.verdicts()))
    disputed = (key for key in keys if votes.reasons(key))
    return last if last and last in keys else next(disputed, keys[0])
