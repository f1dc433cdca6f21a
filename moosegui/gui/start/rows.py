"""What the start page says of a survey that was open, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from moosegui.files.surveys.recent import LeftToDo, RecentSurvey

DAY = 24 * 3600.0  # s


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey that was open.

    Parameters
    ----------
    survey : RecentSurvey
    name, place, words : str
        Of the file, where it lies and since when, and what is left to do.
    part_done : float
        Of its sources, from 0 to 1.
    can_open : bool
    """

    survey: RecentSurvey
    name: str
    place: str
    words: str
    part_done: float
    can_open: bool = True


def survey_row(survey: RecentSurvey, left: LeftToDo | None, now: datetime) -> SurveyRow:
    """Say how far a survey is; `left` is None while that is being counted."""
    path = Path(survey.path)
    inspector = left.inspector if left is not None else ""
    since = " · ".join(filter(None, (_ago(survey.opened, now), inspector, str(path.parent))))
    if left is None:
        return SurveyRow(survey, path.name, since, f"{survey.n_sources:,} sources", 0.0)
    if left.problem:
        return SurveyRow(survey, path.name, since, left.problem, 0.0, can_open=False)
    n_left = max(survey.n_sources - left.n_inspected, 0)
    part = left.n_inspected / max(survey.n_sources, 1)
    words = f"{n_left:,} of {survey.n_sources:,} to do" if n_left else "all inspected"
    if left.n_drafts:
        words += f", {left.n_drafts:,} draft{'s' if left.n_drafts > 1 else ''}"
    return SurveyRow(survey, path.name, since, words, min(part, 1.0))


def _ago(opened: str, now: datetime) -> str:
    try:
        then = datetime.fromisoformat(opened)
    except ValueError:
        return ""
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    n_days = round(max((now - then).total_seconds(), 0.0) // DAY)
    if n_days == 0:
        return f"today {then.astimezone():%H:%M}" if then.date() == now.date() else "yesterday"
    return "yesterday" if n_days == 1 else f"{n_days} days ago"
