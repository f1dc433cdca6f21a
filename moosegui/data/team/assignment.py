"""Sources shared out among inspectors: some to two of them, some to one of them twice.

What two inspect tells how far they agree, what one inspects twice how far that one is consistent.
The second time a source has another ID, which no source of the catalogue has, and lies later in
the list; the lists are in a random order, so that neither its ID nor its place tells it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from moosegui.data.catalogue import SourceList, VerdictEvent

Decided = Mapping[str, tuple[VerdictEvent, ...]]
Part = Literal["single", "shared", "repeat"]

APART = 1 / 3  # of a list lies at least between the two times of a source
N_DRAWS = 1000  # of a number that is free, before the next one above all is taken
_LAST_DIGITS = re.compile(r"^(.*?)(\d+)(\D*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Share:
    """What part of a catalogue is inspected more than once.

    Parameters
    ----------
    overlap : float
        Of the sources, given to two inspectors.
    repeats : float
        Of each list, asked for again.
    seed : int
        The same one shares out the same catalogue in the same way.

    Raises
    ------
    ValueError
        If a part is not between 0 and 1, or the half for repeats.
    """

    overlap: float = 0.2
    repeats: float = 0.05
    seed: int = 1

    def __post_init__(self) -> None:
        if not 0.0 <= self.overlap <= 1.0:
            raise ValueError(f"an overlap of {self.overlap:g} is no part of a list (0 to 1)")
        if not 0.0 <= self.repeats <= 0.5:
            raise ValueError(f"repeats of {self.repeats:g} are no part of a list (0 to 0.5)")
        if self.seed < 0:
            raise ValueError(f"the seed {self.seed} is negative")


@dataclass(frozen=True, slots=True)
class Assigned:
    """An entry of the list of an inspector.

    Parameters
    ----------
    name : str
        The ID under which it is listed.
    source_key : str
        Of the catalogue.
    part : "single", "shared" or "repeat"
    """

    name: str
    source_key: str
    part: Part


def share_out(
    sources: Mapping[str, str],
    inspectors: Sequence[str],
    share: Share,
    taken: Iterable[str] = (),
) -> dict[str, tuple[Assigned, ...]]:
    """Share sources out among inspectors.

    Parameters
    ----------
    sources : mapping of source key to ID
        In the order of the catalogue.
    inspectors : sequence of str
        Initials, all different; with one alone nothing is shared.
    share : Share
    taken : iterable of str
        More IDs that no repeat may have.

    Returns
    -------
    dict of str to tuple of Assigned
        By inspector, in the order in which they are to be inspected.
    """
    rng = np.random.default_rng(share.seed)
    keys = [list(sources)[i] for i in rng.permutation(len(sources))]
    n_shared = _part(share.overlap, len(keys)) if len(inspectors) > 1 else 0
    given: dict[str, list[Assigned]] = {inspector: [] for inspector in inspectors}
    pairs = list(combinations(inspectors, 2))
    for i, key in enumerate(keys[:n_shared]):
        for inspector in pairs[i % len(pairs)]:
            given[inspector].append(Assigned(sources[key], key, "shared"))
    for key in keys[n_shared:]:
        fewest = min(inspectors, key=lambda one: len(given[one]))
        given[fewest].append(Assigned(sources[key], key, "single"))
    names = _Names((*sources.values(), *taken), rng)
    shuffled = {
        one: [entries[i] for i in rng.permutation(len(entries))] for one, entries in given.items()
    }
    return {
        one: tuple(_with_repeats(entries, share.repeats, names, rng))
        for one, entries in shuffled.items()
    }


def without_repeats(
    source_list: SourceList, decisions: Mapping[str, VerdictEvent]
) -> tuple[SourceList, Mapping[str, VerdictEvent]]:
    """Return a list and its decisions with every source once.

    The first verdict on a source holds; the second where it was judged under that name only.
    """
    repeats = repeats_of(source_list)
    if not repeats:
        return source_list, decisions
    sources = tuple(source for source in source_list if not source.is_repeat)
    return replace(source_list, sources=sources), joined(decisions, repeats)


def repeats_of(source_list: SourceList) -> dict[str, str]:
    """Return which source each repeat of a list asks for again, by key."""
    originals = {source.row: source.key for source in source_list if not source.is_repeat}
    return {
        source.key: originals[source.row]
        for source in source_list
        if source.is_repeat and source.row in originals
    }


def joined(
    decisions: Mapping[str, VerdictEvent], repeats: Mapping[str, str]
) -> dict[str, VerdictEvent]:
    """Return decisions in which those on repeats stand only where there is no other."""
    result = {key: event for key, event in decisions.items() if key not in repeats}
    for name, key in repeats.items():
        again, first = decisions.get(name), result.get(key)
        if again is None or not again.verdict.is_inspected:
            continue
        if first is None or not first.verdict.is_inspected:
            comment = "" if first is None else first.verdict.comment
            verdict = again.verdict.with_comment(again.verdict.comment or comment)
            result[key] = replace(again, source_key=key, verdict=verdict)
    return result


def divided(decided: Decided, repeats: Mapping[str, str]) -> tuple[Decided, Decided]:
    """Divide decisions into those on sources, and those when they were asked for again.

    Parameters
    ----------
    decided : mapping of source key to tuple of VerdictEvent
    repeats : mapping of source key to source key
        The repeat, and which source it asks for.

    Returns
    -------
    tuple of two mappings
        Both by the key of the source. What was judged as a repeat only is the first time.
    """
    again = {
        repeats[name]: tuple(replace(event, source_key=repeats[name]) for event in events)
        for name, events in decided.items()
        if name in repeats
    }
    first = {key: events for key, events in decided.items() if key not in repeats}
    alone = {key for key in again if not _is_judged(first.get(key, ()))}
    first |= {key: again[key] for key in alone}
    return first, {key: events for key, events in again.items() if key not in alone}


def _is_judged(events: Sequence[VerdictEvent]) -> bool:
    return bool(events) and events[-1].verdict.is_inspected


def _with_repeats(
    entries: Sequence[Assigned], part: float, names: _Names, rng: np.random.Generator
) -> list[Assigned]:
    """Put repeats behind entries of the first half of a list, far enough behind them."""
    n_repeats = _part(part, len(entries))
    if part > 0 and len(entries) > 1:
        n_repeats = max(n_repeats, 1)
    n_first = math.ceil(len(entries) / 2)
    chosen = rng.permutation(n_first)[:n_repeats]
    gap = max(1, round(APART * len(entries)))
    behind: dict[int, list[Assigned]] = {}
    for i in sorted(int(one) for one in chosen):
        entry = entries[i]
        place = int(rng.integers(min(i + gap, len(entries) - 1), len(entries)))
        again = Assigned(names.free_one(entry.name), entry.source_key, "repeat")
        behind.setdefault(place, []).append(again)
    return [one for i, entry in enumerate(entries) for one in (entry, *behind.get(i, ()))]


def _part(part: float, n: int) -> int:
    return math.floor(part * n + 0.5)


class _Names:
    """Gives IDs that look like those of a catalogue and are none of them.

    Parameters
    ----------
    names : sequence of str
        All IDs of the catalogue.
    rng : Generator
    """

    def __init__(self, names: Sequence[str], rng: np.random.Generator) -> None:
        self._rng = rng
        self._taken = {name.strip().casefold() for name in names}
        self._ranges: dict[tuple[str, str], list[int]] = {}
        found = [match for name in names if (match := _LAST_DIGITS.match(name)) is not None]
        self._is_padded = any(len(match[2]) > 1 and match[2][0] == "0" for match in found)
        for match in found:
            self._ranges.setdefault((match[1], match[3]), []).append(int(match[2]))
        self._values = {int(match[2]) for match in found}  # whatever the zeros before them

    def free_one(self, like: str) -> str:
        """Return another ID that nobody has, like one of the catalogue."""
        match = _LAST_DIGITS.match(like)
        head, digits, tail = (f"{like}-", "", "") if match is None else match.groups()
        numbers = self._ranges.get((head, tail), [1])
        low, high = min(numbers), max(numbers)
        high += max(20, (high - low) // 10)
        width = len(digits) if self._is_padded else 0
        for _ in range(N_DRAWS):
            number = int(self._rng.integers(low, high + 1))
            if name := self._taken_if_free(head, number, width, tail):
                return name
        while not (name := self._taken_if_free(head, high, width, tail)):
            high += 1
        return name

    def _taken_if_free(self, head: str, number: int, width: int, tail: str) -> str:
        name = f"{head}{number:0{width}d}{tail}"
        if name.casefold() in self._taken or number in self._values:
            return ""
        self._taken.add(name.casefold())
        self._values.add(number)
        return name
