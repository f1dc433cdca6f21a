"""Where several inspectors disagree about a source, by a rule that can be changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from moosegui.data.catalogue import SourceFlag, Verdict, VerdictEvent
from moosegui.data.grids import velocity_difference

LYA_FROM = 2.9  # from this redshift on MUSE sees Lyα, which lies some 100 km/s off other lines


@dataclass(frozen=True, slots=True)
class ConflictRule:
    """When two verdicts disagree.

    Parameters
    ----------
    velocity : float
        km/s: redshifts further apart are two redshifts.
    velocity_lya : float
        km/s: the same where one may come from Lyα and the other from other lines (z > 2.9).
    zconf_step : int
        ZCONF that differ by so much disagree.
    confident : int
        A ZCONF of at least this much disagrees with one below it: 2 and 1 do, 2 and 3 do not.
    """

    velocity: float = 300.0
    velocity_lya: float = 500.0
    zconf_step: int = 2
    confident: int = 2

    def reasons(self, first: Verdict, second: Verdict) -> tuple[str, ...]:
        """Say why two verdicts disagree, in a few words each; empty when they agree."""
        found = []
        if (first.false_reason is None) != (second.false_reason is None):
            found.append("false or not")
        if (SourceFlag.BLEND in first.flags) != (SourceFlag.BLEND in second.flags):
            found.append("blend or not")
        if first.zconf is not None and second.zconf is not None:
            found += self._zconf_reasons(first.zconf, second.zconf)
        return (*found, *self._velocity_reasons(first.redshift, second.redshift))

    def _zconf_reasons(self, first: int, second: int) -> list[str]:
        lower, higher = sorted((first, second))
        is_step = higher - lower >= self.zconf_step
        is_border = lower < self.confident <= higher
        return [f"ZCONF {lower} and {higher}"] if is_step or is_border else []

    def _velocity_reasons(self, first: float, second: float) -> list[str]:
        if not (np.isfinite(first) and np.isfinite(second)):
            return []
        lower, higher = sorted((first, second))
        velocity = float(velocity_difference(higher, lower))
        limit = self.velocity_lya if lower > LYA_FROM else self.velocity
        return [f"dv {velocity:.0f} km/s"] if velocity > limit else []


@dataclass(frozen=True, slots=True)
class Conflict:
    """A source about which inspectors disagree: their votes, and why they are no agreement."""

    source_key: str
    votes: tuple[VerdictEvent, ...]
    reasons: tuple[str, ...]


def conflicts(
    journals: Sequence[Iterable[VerdictEvent]], rule: ConflictRule | None = None
) -> tuple[Conflict, ...]:
    """Return the sources about which at least two inspectors disagree.

    Parameters
    ----------
    journals : sequence of iterables of VerdictEvent
        The decisions in force of each inspector.
    rule : ConflictRule, optional

    Returns
    -------
    tuple of Conflict
        In the order in which the sources were first met. Who did not inspect a source has no vote.
    """
    used = ConflictRule() if rule is None else rule
    votes: dict[str, list[VerdictEvent]] = defaultdict(list)
    for journal in journals:
        for event in journal:
            if event.verdict.is_inspected:
                votes[event.source_key].append(event)
    found = []
    for key, cast in votes.items():
        pairs = combinations([event.verdict for event in cast], 2)
        reasons = dict.fromkeys(text for pair in pairs for text in used.reasons(*pair))
        if reasons:
            found.append(Conflict(key, tuple(cast), tuple(reasons)))
    return tuple(found)
