"""From the session to the rows of the queue."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from moosegui.data.catalogue import Source, Verdict
from moosegui.data.grids import SAME_ON_SCREEN, velocity_difference
from moosegui.data.results import ScanSummary
from moosegui.fit.evaluation.suggest import is_probably_false
from moosegui.gui.queue.catalogue_texts import longest_row
from moosegui.gui.queue.row import (
    UNDECIDED,
    UNREADABLE,
    UNTOUCHED,
    Mark,
    QueueRow,
    Standing,
)
from moosegui.gui.session.states import QueueState

MARKS: dict[frozenset[Mark], frozenset[Mark]] = {}  # each set of them once, for all rows
FALSE_BELOW = 0.01  # Δχ²: below it a source is proposed as false (docs/method.md, section 7)


class KnownSources(Protocol):
    """What the queue asks of an open session, or of a session file."""

    def verdict(self, key: str) -> Verdict | None:
        """The verdict in force."""

    def draft(self, key: str) -> float | None:
        """The z that was tried and not decided."""

    def summary(self, key: str) -> ScanSummary | None:
        """What the scan found."""

    def problem(self, key: str) -> str:
        """Why the source cannot be shown; empty when it can."""


def queue_row(session: KnownSources, source: Source) -> QueueRow:
    """Return a source as the queue shows it."""
    key = source.key
    verdict, summary = session.verdict(key), session.summary(key)
    draft, problem = session.draft(key), session.problem(key)
    state = _queue_state(verdict, draft, problem)
    redshift = math.nan if summary is None else summary.redshift
    if draft is not None:
        redshift = draft
    elif verdict is not None and verdict.is_inspected:
        redshift = verdict.redshift
    relative_depth = math.nan if summary is None else summary.relative_depth
    marks = _marks(state, redshift, source.redshift, summary) | _verdict_marks(verdict, summary)
    standing = Standing(
        state=state,
        redshift=redshift,
        zconf=None if verdict is None else verdict.zconf,
        relative_depth=relative_depth,
        robustness=math.nan if summary is None else summary.robustness,
        flags="" if verdict is None else " ".join(sorted(flag.value for flag in verdict.flags)),
        problem="" if problem == source.problem else problem,
        comment="" if verdict is None else verdict.comment,
        marks=MARKS.setdefault(marks, marks),
        verdict=verdict,
        summary=summary,
    )
    # whoever says that there is no problem is believed
    is_forgotten = bool(source.problem) and not problem
    return QueueRow(replace(source, problem="") if is_forgotten else source, standing)


def untold_row(source: Source) -> QueueRow:
    """Return a source of which nothing is known beyond the catalogue."""
    return QueueRow(source, UNREADABLE if source.problem else UNTOUCHED)


def catalogue_columns(rows: Sequence[QueueRow]) -> tuple[str, ...]:
    """Return the columns of the catalogue that the queue may show."""
    longest = longest_row(rows)
    return () if longest is None else tuple(name for name, _ in longest.values)


def _marks(
    state: QueueState, redshift: float, catalogue_redshift: float, summary: ScanSummary | None
) -> frozenset[Mark]:
    marks = []
    if state in UNDECIDED and summary is not None and is_proposed_false(summary):
        marks.append(Mark.DOUBTFUL)
    if state in UNDECIDED and summary is not None and summary.source_class != "GALAXY":
        marks.append(Mark.STAR if summary.source_class == "STAR" else Mark.QSO)
    if not math.isfinite(redshift) or not math.isfinite(catalogue_redshift):
        return frozenset(marks)
    if abs(float(velocity_difference(redshift, catalogue_redshift))) > SAME_ON_SCREEN:
        marks.append(Mark.DISAGREES)
    return frozenset(marks)


def is_proposed_false(summary: ScanSummary) -> bool:
    """Whether a source is probably false: by its vetting, and before that by its Δχ²."""
    if summary.vetting is not None and math.isfinite(summary.vetting.false_score):
        return is_probably_false(summary.vetting)
    return summary.relative_depth < FALSE_BELOW


def _verdict_marks(verdict: Verdict | None, summary: ScanSummary | None) -> frozenset[Mark]:
    """Mark blends that wait for a verdict, and what is scanned under conditions."""
    is_masked = verdict is not None and not verdict.conditions.is_default
    return _blend_marks(verdict, summary) | ({Mark.MASKED} if is_masked else set())


def _blend_marks(verdict: Verdict | None, summary: ScanSummary | None) -> frozenset[Mark]:
    """Mark the candidates that wait for a verdict."""
    if verdict is not None and (verdict.blend is not None or verdict.false_reason is not None):
        return frozenset()
    if summary is not None and summary.source_class != "GALAXY":
        return frozenset()  # what the basis of galaxies leaves of a star is no second galaxy
    vetting = None if summary is None else summary.vetting
    is_candidate = vetting is not None and vetting.is_blend
    return frozenset({Mark.BLENDED}) if is_candidate else frozenset()


def _queue_state(verdict: Verdict | None, draft: float | None, problem: str) -> QueueState:
    if draft is not None:
        return QueueState.DRAFT
    if verdict is not None and verdict.false_reason is not None:
        return QueueState.FALSE
    if verdict is not None and verdict.zconf is not None:
        return QueueState.ASSIGNED
    return QueueState.PROBLEM if problem else QueueState.UNREVIEWED
