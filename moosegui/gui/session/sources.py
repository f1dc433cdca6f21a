"""The sources of the open list by key, and what is known of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, KeysView, Mapping, ValuesView
from dataclasses import replace

from moosegui.data.catalogue import ReadingChoice, Source, Verdict, VerdictEvent
from moosegui.data.results import ScanSummary
from moosegui.data.sky.neighbours import NEIGHBOURHOOD, Neighbour, SkyPositions
from moosegui.data.team.remarks import Remark, remarks_of, threaded
from moosegui.errors import MooseError, QuestionError
from moosegui.files.session.store import SessionStore
from moosegui.gui.session.blinding import BlindMode
from moosegui.gui.session.drafts import Drafts
from moosegui.gui.session.summaries import Summaries
from moosegui.gui.session.votes import Votes

N_READ = 100  # decisions on a source that are looked through for remarks: each move reads them
ANSWER = "Say which: View, What the file leaves open, or Ctrl+I."


class Sources:
    """A list of sources, to be looked up."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._by_key = {source.key: source for source in sources}
        self._problems: dict[str, str] = {}
        self._positions: SkyPositions | None = None  # made when somebody asks

    def retake(self, sources: Iterable[Source]) -> None:
        """Take a list with a source more or less."""
        self._by_key = {source.key: source for source in sources}
        self._positions = None

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the order of the catalogue."""
        return tuple(self._by_key)

    def values(self) -> ValuesView[Source]:
        """Return the sources in the order of the catalogue."""
        return self._by_key.values()

    @property
    def failed(self) -> KeysView[str]:
        """Which could not be scanned."""
        return self._problems.keys()

    def get(self, key: str) -> Source | None:
        """Return a source of the list."""
        return self._by_key.get(key)

    def find(self, text: str) -> Source | None:
        """Find a source by its key or ID; leading zeros may be left out, and case."""
        wanted = text.strip()
        if wanted in self._by_key:
            return self._by_key[wanted]
        for spelling in (str, _without_zeros, str.casefold):
            for source in self._by_key.values():
                if spelling(source.source_id) == spelling(wanted):
                    return source
        return None

    def around(self, source: Source, radius: float) -> tuple[Neighbour, ...]:
        """Return the sources within `radius` arcseconds of one, the nearest first."""
        if self._positions is None:
            self._positions = SkyPositions(self._by_key.values())
        return self._positions.around(source, radius)

    def read_as(self, key: str, choice: ReadingChoice) -> Source | None:
        """Read the spectrum of a source otherwise from now on; return the source, if it has one."""
        source = self._by_key[key]
        if source.spectrum is None:
            return None
        self._problems.pop(key, None)
        self._by_key[key] = replace(source, spectrum=replace(source.spectrum, choice=choice))
        return self._by_key[key]

    def fail(self, key: str, error: Exception) -> None:
        """Mark a source that could not be scanned."""
        is_expected = isinstance(error, MooseError)
        said = f"{error.plain} {ANSWER}" if isinstance(error, QuestionError) else str(error)
        self._problems[key] = said if is_expected else f"The scan failed: {error}"

    def problem(self, key: str) -> str:
        """Return why a source cannot be shown; empty when it can."""
        return self._problems.get(key, "") or self._by_key[key].problem

    def decided_before(self, key: str | None, verdicts: Mapping[str, VerdictEvent]) -> str | None:
        """Return the source decided before one, or last; None where there is none."""
        decided = self.decided(verdicts)
        here = decided.index(key) + 1 if key in decided else 0
        return decided[here] if here < len(decided) else None

    def decided(self, verdicts: Mapping[str, VerdictEvent]) -> list[str]:
        """Return the sources of the list that are inspected, the last decided first."""
        inspected = (event for event in verdicts.values() if event.verdict.is_inspected)
        newest_first = sorted(inspected, key=lambda event: -event.event_id)
        return [e.source_key for e in newest_first if e.source_key in self._by_key]


class KnownSources:
    """Looks a source up: in the catalogue, among the scans, the verdicts and the votes.

    Parameters
    ----------
    verdict : callable
        Returns the verdict in force on the source of a key.
    summaries : Summaries
    votes : Votes
    blind_mode : BlindMode
    drafts : Drafts
    """

    def __init__(
        self,
        verdict: Callable[[str], Verdict | None],
        summaries: Summaries,
        votes: Votes,
        blind_mode: BlindMode,
        drafts: Drafts,
    ) -> None:
        self._verdict, self._summaries, self._drafts = verdict, summaries, drafts
        self._votes, self._blind_mode = votes, blind_mode
        self._sources = Sources()
        self._store: SessionStore | None = None

    def open(self, sources: Sources, store: SessionStore) -> None:
        """Look up in another list from now on."""
        self._sources, self._store = sources, store

    def source(self, key: str) -> Source | None:
        """A source of the list by its key."""
        source = self._sources.get(key)
        return None if source is None else self._blind_mode.now.blinded(source)

    def seen(self) -> list[Source]:
        """The sources of the list, as far as blind mode lets them be seen."""
        return [self._blind_mode.now.blinded(source) for source in self._sources.values()]

    def told(self) -> set[str]:
        """The keys of the sources of which more may be known than the catalogue says."""
        decided = () if self._store is None else self._store.verdicts()
        drafts, failed = self._drafts.keys(), self._sources.failed
        return {*decided, *self._summaries.keys(), *drafts, *failed}

    def find(self, text: str) -> Source | None:
        """Find a source by its key or ID; leading zeros may be left out."""
        return self._sources.find(text)

    def summary(self, key: str) -> ScanSummary | None:
        """What the scan of a source found, if it was scanned."""
        return None if self._blind_mode.hide_scan_of(key) else self._summaries.get(key)

    def redshift(self, source: Source) -> float:
        """The best z that is known of a source: decided, of the catalogue, or of the scan."""
        verdict, summary = self._verdict(source.key), self.summary(source.key)
        if verdict is not None and math.isfinite(verdict.redshift):
            return verdict.redshift
        if math.isfinite(seen := self._blind_mode.now.blinded(source).redshift):
            return seen
        return math.nan if summary is None else summary.redshift

    def neighbours(self, source: Source, radius: float = NEIGHBOURHOOD) -> tuple[Neighbour, ...]:
        """The sources of the list within some arcseconds of one, nearest first."""
        return self._sources.around(source, radius)

    def votes(self, key: str) -> tuple[VerdictEvent | None, ...]:
        """The vote of each inspector on a source; none if they are hidden."""
        return () if self._blind_mode.hide_others_of(key) else self._votes.of(key)

    def remarks(self, key: str) -> tuple[Remark, ...]:
        """What was written about a source lately, by all whose comments may be seen."""
        if self._store is None:
            return ()
        is_hidden = self._blind_mode.hide_others_of(key)
        others = () if is_hidden else self._votes.remarks(key)
        return threaded((*remarks_of(self._store.decisions(key, N_READ)), *others))


def _without_zeros(source_id: str) -> str:
    return source_id.lstrip("0") or "0"
