"""What the events of a session add up to, by their places in its journal."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from moosegui.data.catalogue import EventKind


def _places() -> array[int]:
    return array("q")


@dataclass(slots=True)
class Timeline:
    """Decisions lie on two stacks, done and undone, and on one a source.

    A place is the number of an event among all, from 0: a long history of a source takes a few
    bytes a decision here, and its events are looked up where they are kept.
    """

    keys: list[str] = field(default_factory=list)
    done: array[int] = field(default_factory=_places)
    undone: array[int] = field(default_factory=_places)
    by_source: dict[str, array[int]] = field(default_factory=dict)

    def in_force(self, source_key: str) -> int | None:
        """The place of the decision in force on a source."""
        decisions = self.by_source.get(source_key)
        return decisions[-1] if decisions else None

    def before_last(self) -> int | None:
        """What would be in force, for its source, without the last decision."""
        decisions = self.by_source[self.keys[self.done[-1]]]
        return decisions[-2] if len(decisions) > 1 else None

    def apply(self, kind: EventKind, source_key: str) -> str:
        """Take in the next event; the caller has checked that there is something to undo or redo.

        Returns
        -------
        str
            The source whose decision in force has changed.
        """
        place = len(self.keys)
        self.keys.append(source_key)
        if kind == "undo":
            decision = self.done.pop()
            self.by_source[self.keys[decision]].pop()
            self.undone.append(decision)
            return self.keys[decision]
        if kind == "redo":
            place = self.undone.pop()
        else:
            del self.undone[:]
        self.done.append(place)
        self.by_source.setdefault(self.keys[place], _places()).append(place)
        return self.keys[place]

    def target(self, kind: EventKind) -> int | None:
        """The place of the decision that an undo or a redo would concern now."""
        stack = {"undo": self.done, "redo": self.undone}.get(kind)
        return stack[-1] if stack else None
