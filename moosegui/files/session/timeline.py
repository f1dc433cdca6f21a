"""What the events of a session add up to."""

from __future__ import annotations

from dataclasses import dataclass, field

from moosegui.data.catalogue import EventKind, VerdictEvent


@dataclass(slots=True)
class Timeline:
    """Decisions lie on two stacks, done and undone, and on one a source."""

    done: list[VerdictEvent] = field(default_factory=list)
    undone: list[VerdictEvent] = field(default_factory=list)
    by_source: dict[str, list[VerdictEvent]] = field(default_factory=dict)

    def in_force(self, source_key: str) -> VerdictEvent | None:
        decisions = self.by_source.get(source_key)
        return decisions[-1] if decisions else None

    def before_last(self) -> VerdictEvent | None:
        """What would be in force, for its source, without the last decision."""
        decisions = self.by_source[self.done[-1].source_key]
        return decisions[-2] if len(decisions) > 1 else None

    def apply(self, event: VerdictEvent) -> None:
        """Take in one event; the caller has checked that there is something to undo or redo."""
        if event.kind == "undo":
            decision = self.done.pop()
            self.by_source[decision.source_key].pop()
            self.undone.append(decision)
            return
        if event.kind == "redo":
            decision = self.undone.pop()
        else:
            decision = event
            self.undone.clear()
        self.done.append(decision)
        self.by_source.setdefault(decision.source_key, []).append(decision)

    def target(self, kind: EventKind) -> VerdictEvent | None:
        """The decision that an undo or a redo would concern now."""
        stack = {"undo": self.done, "redo": self.undone}.get(kind, [])
        return stack[-1] if stack else None
