"""The surveys that were open last, and what is left to do in each, for the start page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from moosegui.config import user_folder
from moosegui.data.catalogue import SourceList
from moosegui.errors import InputError, MooseError
from moosegui.files.limits import read_document
from moosegui.files.safe_write import replacing
from moosegui.files.session.copy import opened_copy
from moosegui.files.session.reading import settled_columns
from moosegui.files.sources.source_lists import open_source_list

FILE_NAME = "recent.json"
N_RECENT = 9  # as many as there are digits to open them with


@dataclass(frozen=True, slots=True)
class RecentSurvey:
    """A survey that was open, with all that is needed to open it again.

    Parameters
    ----------
    path, session : str
        The catalogue, survey or folder, and the session of its decisions; absolute.
    spectra : str
        Where its spectra lie, if that was named; else empty.
    n_sources : int
        How many sources it had.
    opened : str
        When it was opened last, ISO 8601 UTC.
    """

    path: str
    session: str
    spectra: str = ""
    n_sources: int = 0
    opened: str = ""


@dataclass(frozen=True, slots=True)
class LeftToDo:
    """How far the inspection of a survey is.

    Parameters
    ----------
    n_inspected, n_drafts : int
        Sources with a verdict, and those with a redshift that was tried and not decided.
    inspector : str
    problem : str
        Why it cannot be opened or counted; else empty.
    """

    n_inspected: int = 0
    n_drafts: int = 0
    inspector: str = ""
    problem: str = ""


def recent_surveys() -> tuple[RecentSurvey, ...]:
    """Return what was open, the last first; nothing where that is not known."""
    try:
        kept = json.loads(read_document(_place()))
        return tuple(RecentSurvey(**entry) for entry in kept if _is_survey(entry))
    except (OSError, ValueError, TypeError, MooseError):
        return ()


def remember_survey(survey: RecentSurvey) -> None:
    """Keep a survey as the one that was open last.

    Raises
    ------
    ExportError
        If the list of the user's folder cannot be written.
    """
    others = [one for one in recent_surveys() if one.session != survey.session]
    _write([survey, *others][:N_RECENT])


def forget_survey(survey: RecentSurvey) -> None:
    """Take a survey off the list; its files stay as they are.

    Raises
    ------
    ExportError
        If the list of the user's folder cannot be written.
    """
    _write(one for one in recent_surveys() if one.session != survey.session)


def left_to_do(survey: RecentSurvey) -> LeftToDo:
    """Count what was decided in a survey, from a copy of its session."""
    if not Path(survey.path).exists():
        return LeftToDo(problem="not where it was")
    if not Path(survey.session).exists():
        return LeftToDo(problem="its session is not where it was")
    try:
        with opened_copy(Path(survey.session)) as store:
            events = store.verdicts().values()
            n_inspected = sum(event.verdict.is_inspected for event in events)
            return LeftToDo(n_inspected, len(store.drafts()), store.inspector)
    except MooseError as error:
        return LeftToDo(problem=str(error))


def open_as_before(path: Path, spectra: Path | None, session: Path) -> SourceList:
    """Open a list, if need be with the columns that its session remembers.

    Raises
    ------
    InputError
        If it cannot be opened with either.
    """
    try:
        return open_source_list(path, spectra)
    except InputError:
        if not session.is_file():
            raise
        with opened_copy(session) as store:
            remembered = settled_columns(store, {})
        if not remembered:
            raise
        return open_source_list(path, spectra, columns=remembered)


def _place() -> Path:
    return user_folder() / FILE_NAME


def _is_survey(entry: object) -> bool:
    return isinstance(entry, dict) and all(
        isinstance(entry.get(name), str) for name in ("path", "session")
    )


def _write(surveys: Iterable[RecentSurvey]) -> None:
    with replacing(_place()) as temporary:
        temporary.write_text(json.dumps([asdict(one) for one in surveys], indent=1), "utf-8")
