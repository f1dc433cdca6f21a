"""The votes of several inspectors on the open list, and where they disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PyQt6.QtCore import QObject, pyqtSignal

from moosegui.data.catalogue import VerdictEvent
from moosegui.data.team.reconciliation import (
    ConflictRule,
    Journal,
    cast_votes,
    conflicts,
    settled,
)
from moosegui.data.team.remarks import Remark, remarks_of
from moosegui.data.votes import CastVote


class Votes(QObject):
    """Inspectors and their votes; there are none outside reconcile mode.

    Signals: `rule_changed()`.
    """

    rule_changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.open(())

    def open(self, journals: Sequence[Journal], rule: ConflictRule | None = None) -> None:
        """Take the journals of some inspectors, or none."""
        self._journals = tuple(journals)
        self._rule = ConflictRule() if rule is None else rule
        found = conflicts([journal.votes() for journal in self._journals], self._rule)
        self._reasons = {conflict.source_key: conflict.reasons for conflict in found}

    @property
    def is_open(self) -> bool:
        """Whether inspectors are reconciled."""
        return bool(self._journals)

    @property
    def rule(self) -> ConflictRule:
        """By which they disagree."""
        return self._rule

    @property
    def inspectors(self) -> tuple[str, ...]:
        """Who voted, in the order of their letters."""
        return tuple(journal.inspector for journal in self._journals)

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The sources about which at least two disagree."""
        return tuple(self._reasons)

    def of(self, key: str) -> tuple[VerdictEvent | None, ...]:
        """Return the vote of each inspector on a source; None of who did not inspect it."""
        return tuple(journal.vote(key) for journal in self._journals)

    def reasons(self, key: str) -> tuple[str, ...]:
        """Say why a source is a conflict; empty when it is none."""
        return self._reasons.get(key, ())

    def cast(self, key: str) -> tuple[CastVote, ...]:
        """Return the votes on a source in short."""
        return cast_votes(vote for vote in self.of(key) if vote is not None)

    def remarks(self, key: str) -> tuple[Remark, ...]:
        """Return what the inspectors wrote about a source."""
        decisions = (journal.decisions.get(key, ()) for journal in self._journals)
        return tuple(remark for events in decisions for remark in remarks_of(events))

    def settled(self, own: Mapping[str, VerdictEvent]) -> dict[str, VerdictEvent]:
        """Complete the decisions of who reconciles by what the others agree on."""
        return settled(own, self._journals, self._rule)

    def set_rule(self, rule: ConflictRule) -> None:
        """Find the conflicts by another rule."""
        if rule != self._rule:
            self.open(self._journals, rule)
            self.rule_changed.emit()
