"""The sources of the open list by key, with what went wrong and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from moosegui.data.catalogue import Source, VerdictEvent
from moosegui.data.neighbours import Neighbour, SkyPositions
from moosegui.errors import MooseError


class Sources:
    """A list of sources, to be looked up."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._by_key = {source.key: source for source in sources}
        self._problems: dict[str, str] = {}
        self._positions: SkyPositions | None = None  # made when somebody asks

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the order of the catalogue."""
        return tuple(self._by_key)

    def get(self, key: str) -> Source | None:
        """Return a source of the list."""
        return self._by_key.get(key)

    def find(self, text: str) -> Source | None:
        """Find a source by its key or ID; leading zeros may be left out."""
        wanted = text.strip()
        if wanted in self._by_key:
            return self._by_key[wanted]
        for spelling in (str, _without_zeros):
            for source in self._by_key.values():
                if spelling(source.source_id) == spelling(wanted):
                    return source
        return None

    def around(self, source: Source, radius: float) -> tuple[Neighbour, ...]:
        """Return the sources within `radius` arcseconds of one, the nearest first."""
        if self._positions is None:
            self._positions = SkyPositions(self._by_key.values())
        return self._positions.around(source, radius)

    def fail(self, key: str, error: Exception) -> None:
        """Mark a source that could not be scanned."""
        is_expected = isinstance(error, MooseError)
        self._problems[key] = str(error) if is_expected else f"The scan failed: {error}"

    def problem(self, key: str) -> str:
        """Return why a source cannot be shown; empty when it can."""
        return self._problems.get(key, "") or self._by_key[key].problem

    def decided(self, verdicts: Mapping[str, VerdictEvent]) -> list[str]:
        """Return the sources of the list that are inspected, the last decided first."""
        inspected = (event for event in verdicts.values() if event.verdict.is_inspected)
        newest_first = sorted(inspected, key=lambda event: -event.event_id)
        return [e.source_key for e in newest_first if e.source_key in self._by_key]


def _without_zeros(source_id: str) -> str:
    return source_id.lstrip("0") or "0"
