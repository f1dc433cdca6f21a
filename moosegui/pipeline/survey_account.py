"""What a survey has become under the hands of its inspectors, from its list and its decisions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from moosegui import __version__
from moosegui.data.blend import BlendKind
from moosegui.data.catalogue import (
    FalseReason,
    Source,
    SourceFlag,
    SourceList,
    Verdict,
    VerdictEvent,
)
from moosegui.data.grids import is_within_velocity
from moosegui.data.team.assignment import without_repeats
from moosegui.data.team.reconciliation import settled
from moosegui.errors import InputError
from moosegui.files.session.file import ENGINE, now
from moosegui.files.session.known_sources import settle_sources
from moosegui.files.session.reading import settled_choice, settled_columns
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.pipeline.agreement import seconds_a_source
from moosegui.pipeline.reconciliation import recall_journals, recall_rule

SAME = 300.0  # km/s within which a redshift is that of the catalogue, or of the scan
KINDS = ("galaxy", "star", "QSO/AGN")
Judged = tuple[Source, VerdictEvent]


@dataclass(frozen=True, slots=True)
class Compared:
    """How many redshifts are those that somebody else gave, of how many that both gave."""

    n_same: int
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class SurveyAccount:
    """A finished or running survey.

    Parameters
    ----------
    name : str
        Of its list.
    sources : tuple of Source
        All, every one once.
    judged : tuple of (Source, VerdictEvent)
        Those that were inspected, in the order of the list.
    n_drafts : int
        Sources with a redshift that was tried and not decided.
    seconds : float
        A source took, see `seconds_a_source`.
    facts : mapping of str to str
        How it was made.
    """

    name: str
    sources: tuple[Source, ...] = field(repr=False)
    judged: tuple[Judged, ...] = field(repr=False)
    n_drafts: int
    seconds: float
    facts: Mapping[str, str]

    @property
    def unreadable(self) -> tuple[Source, ...]:
        """Sources without a spectrum that can be read, which nobody judged."""
        keys = {source.key for source, _ in self.judged}
        return tuple(s for s in self.sources if s.problem and s.key not in keys)

    def zconfs(self) -> dict[int, int]:
        """Return how many sources have each ZCONF, without those that are false."""
        found = Counter(
            event.verdict.zconf or 0 for _, event in self.judged if not is_false(event.verdict)
        )
        return {zconf: found[zconf] for zconf in (3, 2, 1, 0)}

    def false_reasons(self) -> dict[FalseReason, int]:
        """Return how many detections are false for each reason."""
        found = Counter(event.verdict.false_reason for _, event in self.judged)
        return {reason: found[reason] for reason in FalseReason if found[reason]}

    def flags(self) -> dict[SourceFlag, int]:
        """Return how many sources have each flag."""
        found = Counter(flag for _, event in self.judged for flag in event.verdict.flags)
        return {flag: found[flag] for flag in SourceFlag if found[flag]}

    def blends(self) -> dict[BlendKind, tuple[Judged, ...]]:
        """Return the sources of which a second galaxy was judged."""
        found: dict[BlendKind, list[Judged]] = {kind: [] for kind in BlendKind}
        for source, event in self.judged:
            if event.verdict.blend is not None:
                found[event.verdict.blend.kind].append((source, event))
        return {kind: tuple(judged) for kind, judged in found.items()}

    def redshifts(self, zconf: int) -> list[float]:
        """Return the redshifts of one ZCONF."""
        return [
            event.verdict.redshift
            for _, event in self.judged
            if event.verdict.zconf == zconf and has_redshift(event.verdict)
        ]

    def against_scan(self) -> Compared:
        """Compare with what the scan proposed at the time of the decision."""
        return _compared((e.verdict.redshift, e.verdict.proposal) for _, e in self._with_redshift())

    def against_catalogue(self) -> Compared:
        """Compare with the catalogue's own redshifts."""
        return _compared((e.verdict.redshift, s.redshift) for s, e in self._with_redshift())

    def examples(self) -> tuple[Judged, ...]:
        """Return one source of each ZCONF and kind with a spectrum: that of median brightness.

        Where no magnitude is known it is the middle one of the list.
        """
        groups: dict[tuple[int, str], list[Judged]] = {}
        for source, event in self._with_redshift():
            if source.spectrum is not None and not source.problem:
                zconf = event.verdict.zconf or 0
                groups.setdefault((-zconf, kind_of(event.verdict)), []).append((source, event))
        ordered = sorted(groups.items(), key=lambda item: (item[0][0], KINDS.index(item[0][1])))
        return tuple(_middle(members) for _, members in ordered)

    def _with_redshift(self) -> list[Judged]:
        return [(s, e) for s, e in self.judged if has_redshift(e.verdict)]


def account_of_survey(
    source_list: SourceList,
    decisions: Mapping[str, VerdictEvent],
    store: SessionStore,
    session: Path,
) -> SurveyAccount:
    """Gather what is told of a survey.

    Parameters
    ----------
    source_list : SourceList
        With the keys under which its sources were judged.
    decisions : mapping of source key to VerdictEvent
        Those in force.
    store : SessionStore
        Of the session, which is only read.
    session : Path
        Where it lies.
    """
    once, joined = without_repeats(source_list, decisions)
    judged = tuple(
        (source, event)
        for source in once
        if (event := joined.get(source.key)) is not None and event.verdict.is_inspected
    )
    n_drafts = sum(key in store.drafts() for key in (source.key for source in once))
    return SurveyAccount(
        once.path.name,
        tuple(once),
        judged,
        n_drafts,
        seconds_a_source(store.events()),
        _facts(once, judged, store) | {"session": str(session.absolute())},
    )


def survey_in(
    store: SessionStore, session: Path, catalogue: Path | None = None, spectra: Path | None = None
) -> SurveyAccount:
    """Gather what is told of the survey of a session, or of a copy of it.

    Parameters
    ----------
    store : SessionStore
    session : Path
        Where the session lies.
    catalogue, spectra : Path, optional
        Where they are now, if they moved.

    Raises
    ------
    InputError
        If the catalogue cannot be opened.
    """
    known, below = store.get("catalogue"), store.get("spectra")
    if not known and catalogue is None:
        raise InputError(f"The session {session} does not know its catalogue; give --catalogue.")
    source_list = open_source_list(
        catalogue or Path(known),
        spectra or (Path(below) if below else None),
        columns=settled_columns(store, {}),
    )
    settled_list = settle_sources(store, source_list.with_choice(settled_choice(store)))
    decisions = settled(store.verdicts(), recall_journals(store), recall_rule(store))
    return account_of_survey(settled_list.source_list, decisions, store, session)


def has_redshift(verdict: Verdict) -> bool:
    """Whether a verdict gives a redshift."""
    return not is_false(verdict) and bool(verdict.zconf) and math.isfinite(verdict.redshift)


def is_false(verdict: Verdict) -> bool:
    """Whether a verdict calls the detection false."""
    return verdict.false_reason is not None


def kind_of(verdict: Verdict) -> str:
    """Return what a source is by its flags: one of `KINDS`."""
    if SourceFlag.STAR in verdict.flags:
        return "star"
    return "QSO/AGN" if SourceFlag.QSO in verdict.flags else "galaxy"


def _facts(
    source_list: SourceList, judged: tuple[Judged, ...], store: SessionStore
) -> dict[str, str]:
    verdicts = [event.verdict for _, event in judged]
    times = sorted(event.time for _, event in judged)
    conditions = [verdict.conditions for verdict in verdicts]
    counts = {
        "masks": sum(bool(one.masks) for one in conditions),
        "limits of z": sum(one.redshift_limits is not None for one in conditions),
        "a prior of z": sum(one.prior is not None for one in conditions),
        "another weighting": sum(one.weighting is not None for one in conditions),
    }
    facts = {
        "catalogue": str(source_list.table_path),
        "list": str(source_list.path) if source_list.whole is not None else "",
        "spectra": store.get("spectra"),
        "cube": store.get("cube"),
        "inspectors": ", ".join(sorted({event.inspector for _, event in judged})),
        "decided": f"{times[0]} to {times[-1]}" if times else "",
        "scanned with": _some({v.basis_fingerprint for v in verdicts if v.basis_fingerprint}),
        "engine": store.get(ENGINE),
        "read as": settled_choice(store).words,
        "decided under": ", ".join(f"{what} in {n}" for what, n in counts.items() if n),
        "page": f"moosegui {__version__}, {now()}",
    }
    return {name: value for name, value in facts.items() if value}


def _some(fingerprints: set[str]) -> str:
    return f"bases {', '.join(sorted(fingerprints))}" if fingerprints else ""


def _compared(pairs: Iterable[tuple[float, float]]) -> Compared:
    both = [(one, other) for one, other in pairs if math.isfinite(one) and math.isfinite(other)]
    n_same = sum(bool(is_within_velocity(one, other, SAME)) for one, other in both)
    return Compared(n_same, len(both))


def _middle(members: list[Judged]) -> Judged:
    bright = [one for one in members if math.isfinite(one[0].magnitude)]
    ordered = sorted(bright, key=lambda one: one[0].magnitude) or members
    return ordered[len(ordered) // 2]
