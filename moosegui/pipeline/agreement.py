"""How far two inspectors agree: the matrix of their confidences, kappa, and their redshifts.

Cohen's kappa (Cohen 1960, Educational and Psychological Measurement 20, 37) is the agreement beyond
what two inspectors with these frequencies would reach by chance: 1 is full, 0 none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

import numpy as np

from moosegui.data.arrays import FloatArray, IntArray
from moosegui.data.catalogue import Verdict, VerdictEvent
from moosegui.data.grids import velocity_difference
from moosegui.data.team.reconciliation import ConflictRule, Journal

CLASSES = ("false", "0", "1", "2", "3")
EDGES = (30.0, 100.0, 300.0, 1000.0)  # km/s, of the distribution of differences
PAUSE = 600.0  # s between two decisions that are not taken for work on one source


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """What two inspectors hold of the sources that both inspected.

    Parameters
    ----------
    first, second : str
        Their initials.
    matrix : ndarray of int, shape (5, 5)
        Sources by the class of the first (row) and of the second (column), as `CLASSES`.
    kappa : float
        Cohen's; nan without a source in common.
    n_redshifts : int
        Sources to which both gave a redshift.
    median_velocity : float
        km/s, of the differences of those redshifts; nan without one.
    spread : float
        km/s, 1.4826 times their median absolute deviation.
    n_apart : int
        Of them, those further apart than `limit`.
    velocities : ndarray of shape (n_redshifts,)
        km/s, the differences themselves.
    """

    first: str
    second: str
    matrix: IntArray
    kappa: float
    n_redshifts: int
    median_velocity: float
    spread: float
    n_apart: int
    velocities: FloatArray

    @property
    def n_same(self) -> int:
        """Sources of one class for both."""
        return int(np.trace(self.matrix))

    @property
    def n_shared(self) -> int:
        """Sources that both inspected."""
        return int(self.matrix.sum())

    def counts(self) -> tuple[int, ...]:
        """Return how many redshifts differ by so much: between the `EDGES`, and beyond the last."""
        found = np.digitize(np.abs(self.velocities), EDGES)
        return tuple(int(np.count_nonzero(found == i)) for i in range(len(EDGES) + 1))


@dataclass(frozen=True, slots=True)
class Outlier:
    """A source on which two verdicts disagree, and why.

    Parameters
    ----------
    source_key : str
    first, second : VerdictEvent
        Of two inspectors, or of one at two times.
    reasons : tuple of str
    """

    source_key: str
    first: VerdictEvent
    second: VerdictEvent
    reasons: tuple[str, ...]


def agreements(journals: Sequence[Journal], *, limit: float) -> tuple[Agreement, ...]:
    """Compare each two inspectors that have a source in common."""
    votes = [_by_key(journal.votes()) for journal in journals]
    pairs = combinations(votes, 2)
    return tuple(
        agreement_of(one, other, limit=limit) for one, other in pairs if set(one) & set(other)
    )


def self_agreements(journals: Sequence[Journal], *, limit: float) -> tuple[Agreement, ...]:
    """Compare the first and the second time of the sources that inspectors were asked twice."""
    pairs = [(_by_key(one.votes()), _by_key(one.second_votes())) for one in journals]
    return tuple(
        agreement_of(first, second, limit=limit)
        for first, second in pairs
        if set(first) & set(second)
    )


def outliers(journals: Sequence[Journal], rule: ConflictRule) -> tuple[Outlier, ...]:
    """Return where verdicts disagree by a rule, those that are furthest apart in z first."""
    votes = [_by_key(journal.votes()) for journal in journals]
    pairs = [*combinations(votes, 2)]
    pairs += [
        (cast, _by_key(one.second_votes())) for cast, one in zip(votes, journals, strict=True)
    ]
    found = []
    for first, second in pairs:
        for key in first:
            if key in second:
                reasons = rule.reasons(first[key].verdict, second[key].verdict)
                if reasons:
                    found.append(Outlier(key, first[key], second[key], reasons))
    return tuple(sorted(found, key=_apart, reverse=True))


def pace_of(journal: Journal) -> float:
    """Return the seconds that an inspector takes for a source, as `seconds_a_source`."""
    decided = (*journal.decisions.values(), *journal.repeated.values())
    return seconds_a_source([event for events in decided for event in events])


def _apart(outlier: Outlier) -> float:
    first, second = (one.verdict.redshift for one in (outlier.first, outlier.second))
    return abs(first - second) if math.isfinite(first - second) else -1.0


def _by_key(events: Iterable[VerdictEvent]) -> dict[str, VerdictEvent]:
    return {event.source_key: event for event in events}


def agreement_of(
    first: Mapping[str, VerdictEvent], second: Mapping[str, VerdictEvent], *, limit: float
) -> Agreement:
    """Compare the votes of two inspectors.

    Parameters
    ----------
    first, second : mapping of source key to VerdictEvent
        Votes in force; neither is empty.
    limit : float
        km/s, beyond which redshifts are two redshifts.

    Returns
    -------
    Agreement
    """
    shared = [key for key in first if key in second]
    matrix = np.zeros((len(CLASSES), len(CLASSES)), dtype=np.int64)
    velocities = []
    for key in shared:
        one, other = first[key].verdict, second[key].verdict
        matrix[_class_of(one), _class_of(other)] += 1
        if math.isfinite(one.redshift) and math.isfinite(other.redshift):
            velocities.append(velocity_difference(other.redshift, one.redshift))
    apart = np.array(velocities, dtype=np.float64)
    median = float(np.median(apart)) if apart.size else math.nan
    spread = 1.4826 * float(np.median(np.abs(apart - median))) if apart.size else math.nan
    names = (next(iter(first.values())).inspector, next(iter(second.values())).inspector)
    n_apart = int(np.count_nonzero(np.abs(apart) > limit))
    kappa = kappa_of(matrix)
    return Agreement(*names, matrix, kappa, apart.size, median, spread, n_apart, apart)


def kappa_of(matrix: IntArray) -> float:
    """Return Cohen's kappa of a square matrix of counts; nan if it is empty."""
    n_all = int(matrix.sum())
    if not n_all:
        return math.nan
    observed = float(np.trace(matrix)) / n_all
    chance = float(matrix.sum(axis=0) @ matrix.sum(axis=1)) / n_all**2
    return 1.0 if chance == 1.0 else (observed - chance) / (1.0 - chance)


def seconds_a_source(events: Sequence[VerdictEvent]) -> float:
    """Return the median time between decisions on two sources, in s; pauses are left out.

    Parameters
    ----------
    events : sequence of VerdictEvent
        Of one inspector.

    Returns
    -------
    float
        nan if no two decisions follow one another.
    """
    ordered = sorted(events, key=lambda event: event.time)
    times = [datetime.fromisoformat(event.time).timestamp() for event in ordered]
    gaps = [
        later - earlier
        for earlier, later, one, other in zip(times, times[1:], ordered, ordered[1:], strict=False)
        if one.source_key != other.source_key and 0 < later - earlier < PAUSE
    ]
    return float(np.median(gaps)) if gaps else math.nan


def _class_of(verdict: Verdict) -> int:
    if verdict.false_reason is not None:
        return 0
    return 1 + min(max(int(verdict.zconf or 0), 0), 3)
