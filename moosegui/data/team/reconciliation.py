"""Where several inspectors disagree about a source, by a rule that can be changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

import numpy as np

from moosegui.data.catalogue import SourceFlag, Verdict, VerdictEvent
from moosegui.data.grids import velocity_difference
from moosegui.data.votes import CastVote

FAR = 10_000.0  # km/s; beyond, the difference in z says more
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
        found += self._velocity_reasons(first.redshift, second.redshift)
        if first.blend is not None and second.blend is not None:
            apart = self._velocity_reasons(first.blend.redshift, second.blend.redshift)
            found += [f"z₂: {reason}" for reason in apart]
        return tuple(found)

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
        if velocity > FAR:
            return [f"Δz {higher - lower:.3f}"]
        return [f"dv {velocity:.0f} km/s"] if velocity > limit else []


@dataclass(frozen=True, slots=True, eq=False)
class Journal:
    """What one inspector decided, read and never written.

    Parameters
    ----------
    inspector : str
    path : Path
        The session file.
    decisions : mapping of source key to tuple of VerdictEvent
        In their order, without those that were undone; the last one is in force.
    catalogue, spectra : Path or None
        What was inspected, as far as the session says.
    identities : str
        By what its sources are recognised, as the session keeps it.
    repeated : mapping of source key to tuple of VerdictEvent
        What was decided when a source was asked for again; `decisions` has the first time.
    """

    inspector: str
    path: Path
    decisions: Mapping[str, tuple[VerdictEvent, ...]]
    catalogue: Path | None = None
    spectra: Path | None = None
    identities: str = ""
    repeated: Mapping[str, tuple[VerdictEvent, ...]] = field(default_factory=dict)

    def vote(self, source_key: str) -> VerdictEvent | None:
        """Return the verdict in force on a source; None if it was not inspected."""
        events = self.decisions.get(source_key, ())
        return events[-1] if events and events[-1].verdict.is_inspected else None

    def votes(self) -> tuple[VerdictEvent, ...]:
        """Return the verdicts in force on all inspected sources."""
        return _in_force(self.decisions)

    def second_votes(self) -> tuple[VerdictEvent, ...]:
        """Return the verdicts in force on sources that were asked for again."""
        return _in_force(self.repeated)


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
    found = []
    for key, cast in _by_source(journals).items():
        reasons = conflict_reasons(cast, used)
        if reasons:
            found.append(Conflict(key, cast, reasons))
    return tuple(found)


def conflict_reasons(votes: Sequence[VerdictEvent], rule: ConflictRule) -> tuple[str, ...]:
    """Say why the votes on one source disagree, each reason once; empty when they agree."""
    pairs = combinations([event.verdict for event in votes], 2)
    return tuple(dict.fromkeys(text for pair in pairs for text in rule.reasons(*pair)))


def cast_votes(votes: Iterable[VerdictEvent]) -> tuple[CastVote, ...]:
    """Return votes in short, to be kept with the verdict that reconciles them."""
    return tuple(_cast(event) for event in votes)


def take(vote: VerdictEvent, own: Verdict, votes: Iterable[VerdictEvent] = ()) -> Verdict:
    """Return the verdict of somebody who adopts a vote.

    Parameters
    ----------
    vote : VerdictEvent
        Which is adopted, with its redshift, confidence, flags, conditions and second galaxy.
    own : Verdict
        What the adopting inspector holds; its comment stays.
    votes : iterable of VerdictEvent
        All that were cast, kept as the provenance.

    Returns
    -------
    Verdict
    """
    return replace(
        vote.verdict,
        comment=own.comment,
        votes=cast_votes(votes),
        taken_from=vote.inspector,
    )


def settled(
    own: Mapping[str, VerdictEvent],
    journals: Sequence[Journal],
    rule: ConflictRule | None = None,
) -> dict[str, VerdictEvent]:
    """Complete the decisions of who reconciles by what the others agree on.

    Parameters
    ----------
    own : mapping of source key to VerdictEvent
        In force; what is inspected there holds.
    journals : sequence of Journal
    rule : ConflictRule, optional

    Returns
    -------
    dict of source key to VerdictEvent
        Where nobody disagrees, the vote of the highest confidence, the latest of several, with
        the initials of all who cast one (`TK+ZB`). Conflicts that are open have no verdict.
    """
    used = ConflictRule() if rule is None else rule
    result = dict(own)
    for key, cast in _by_source([journal.votes() for journal in journals]).items():
        mine = own.get(key)
        is_open = mine is None or not mine.verdict.is_inspected
        if is_open and not conflict_reasons(cast, used):
            result[key] = _shared(cast, Verdict() if mine is None else mine.verdict)
    return result


def _shared(votes: tuple[VerdictEvent, ...], own: Verdict) -> VerdictEvent:
    best = max(votes, key=lambda event: (event.verdict.zconf or 0, event.time))
    names = "+".join(event.inspector for event in votes)
    verdict = take(best, own, votes)
    comment = own.comment or best.verdict.comment
    return replace(best, inspector=names, verdict=verdict.with_comment(comment))


def _in_force(decided: Mapping[str, tuple[VerdictEvent, ...]]) -> tuple[VerdictEvent, ...]:
    last = (events[-1] for events in decided.values() if events)
    return tuple(event for event in last if event.verdict.is_inspected)


def _by_source(
    journals: Iterable[Iterable[VerdictEvent]],
) -> dict[str, tuple[VerdictEvent, ...]]:
    """The votes on every source; who did not inspect it has none."""
    votes: dict[str, list[VerdictEvent]] = defaultdict(list)
    for journal in journals:
        for event in journal:
            if event.verdict.is_inspected:
                votes[event.source_key].append(event)
    return {key: tuple(cast) for key, cast in votes.items()}


def _cast(event: VerdictEvent) -> CastVote:
    verdict = event.verdict
    reason = verdict.false_reason
    words = [] if reason is None else [f"false: {reason.value}"]
    words += sorted(flag.value for flag in verdict.flags)
    return CastVote(
        event.inspector,
        event.time,
        verdict.redshift,
        verdict.zconf,
        ", ".join(words),
        verdict.comment,
    )
