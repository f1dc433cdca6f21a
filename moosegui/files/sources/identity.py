"""Which source of a list is the one that was judged, after the list has changed.

A decision belongs to a source and not to a row: to an ID, with the spectrum that was on screen and
a position on the sky. Rows that are sorted anew, appended or deleted, and IDs that lose their
leading zeros, change none of these.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from moosegui.data.sky.neighbours import angular_distance

MAX_SHIFT = 1.0  # arcsec between positions of one source in two versions of a catalogue
MAX_PAIRS = 10_000  # compared one by one; larger groups of one ID only where all is as it was


@dataclass(frozen=True, slots=True)
class Identity:
    """By what a source is recognised.

    Parameters
    ----------
    source_id : str
        As the catalogue writes it.
    spectrum : str
        The file as seen from the catalogue, with the row where it holds several; empty if unknown.
    ra, dec : float
        Degrees; nan if unknown.
    digest : str
        Of the other columns of its row: it tells apart what has one ID.
    row : int
        From 0; it decides only where nothing else does.
    """

    source_id: str
    spectrum: str = ""
    ra: float = math.nan
    dec: float = math.nan
    digest: str = ""
    row: int = -1

    @property
    def number(self) -> str:
        """The ID without leading zeros, if it is a whole number."""
        return number_text(self.source_id)

    def is_as(self, other: Identity) -> bool:
        """Whether all but the row is the same."""
        return (
            self.source_id == other.source_id
            and self.spectrum == other.spectrum
            and self.digest == other.digest
            and self.is_near(other) is not False
        )

    def agreement(self, other: Identity) -> int | None:
        """Say how well two agree whose IDs do: 0 is "nothing speaks for it", None "cannot be"."""
        file, place = self._same_file(other), self.is_near(other)
        if (file == 0 and place is not True) or (place is False and not file):
            return None
        is_same_row = bool(self.digest) and self.digest == other.digest
        return 4 * (file or 0) + 2 * (place is True) + is_same_row

    def _same_file(self, other: Identity) -> int | None:
        """Return 2 for the same file, 1 for one of its name elsewhere, 0 for another one."""
        if not self.spectrum or not other.spectrum:
            return None
        if self.spectrum == other.spectrum:
            return 2
        return int(self.spectrum.rsplit("/", 1)[-1] == other.spectrum.rsplit("/", 1)[-1])

    def is_near(self, other: Identity) -> bool | None:
        """Whether both lie at one place on the sky; None where a position is unknown."""
        if self.ra == other.ra and self.dec == other.dec:
            return True
        if not all(map(math.isfinite, (self.ra, self.dec, other.ra, other.dec))):
            return None
        return bool(angular_distance(self.ra, self.dec, other.ra, other.dec) <= MAX_SHIFT)


def number_text(text: str) -> str:
    """Return an ID that is a whole number without its leading zeros; else an empty text."""
    digits = text.strip()
    return (digits.lstrip("0") or "0") if digits.isascii() and digits.isdigit() else ""


def match_identities(
    known: Mapping[str, Identity], present: Sequence[Identity], keys: Sequence[str] = ()
) -> dict[str, int]:
    """Find the sources that are known in a list.

    First those about which all is as it was, then by the ID as text, by the ID as a number, and
    by the spectrum where a source has another ID now. Of several that agree as well none is taken,
    unless they stand in the rows where they stood.

    Parameters
    ----------
    known : mapping of str to Identity
        What was judged, by key.
    present : sequence of Identity
        The list as it is now.
    keys : sequence of str, optional
        The keys that the sources of the list would have by themselves.

    Returns
    -------
    dict of str to int
        Key to index; those that are not there any more are missing.
    """
    if not known:
        return {}
    found = {
        key: i
        for i, key in enumerate(keys)
        if (identity := known.get(key)) is not None and identity.is_as(present[i])
    }
    free = set(range(len(present))) - set(found.values())
    for way in (_whole, _id, _number, _spectrum):
        if not free or len(found) == len(known):
            break
        missing = {key: identity for key, identity in known.items() if key not in found}
        claimed = _matched(missing, present, free, way)
        found |= claimed
        free -= set(claimed.values())
    return found


def _matched(
    known: Mapping[str, Identity],
    present: Sequence[Identity],
    free: set[int],
    way: Callable[[Identity], Hashable],
) -> dict[str, int]:
    """Match those that one way of naming makes the same."""
    found: dict[str, int] = {}
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for i in sorted(free):
        if (name := way(present[i])) is not None:
            groups[name].append(i)
    wanted: defaultdict[Hashable, list[str]] = defaultdict(list)
    for key, identity in known.items():
        if (name := way(identity)) in groups:
            wanted[name].append(key)
    for name, keys in wanted.items():
        found |= _paired(known, present, keys, groups[name])
    return found


def _whole(identity: Identity) -> Hashable:
    place = (repr(identity.ra), repr(identity.dec))  # as texts: nan is itself there
    return (identity.source_id, identity.spectrum, place, identity.digest)


def _id(identity: Identity) -> Hashable:
    return identity.source_id or None


def _number(identity: Identity) -> Hashable:
    return identity.number or None


def _spectrum(identity: Identity) -> Hashable:
    is_shared = "#" in identity.spectrum  # rows of a stack move as those of a catalogue do
    return None if is_shared else identity.spectrum or None


def _paired(
    known: Mapping[str, Identity], present: Sequence[Identity], keys: list[str], rows: list[int]
) -> dict[str, int]:
    """Pair within a group, the best agreement first."""
    found: dict[str, int] = {}
    if len(keys) * len(rows) > MAX_PAIRS:
        placed = zip(keys, rows, strict=True) if len(keys) == len(rows) else ()
        return {k: i for k, i in placed if known[k].is_as(present[i])}
    levels: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for key in keys:
        for i in rows:
            if (level := known[key].agreement(present[i])) is not None:
                levels[level].append((key, i))
    for level in sorted(levels, reverse=True):
        taken = set(found.values())
        pairs = [(key, i) for key, i in levels[level] if key not in found and i not in taken]
        found |= _unambiguous(pairs)
        if len(keys) == len(rows):
            free = [(key, i) for key, i in pairs if key not in found]
            found |= _unambiguous((k, i) for k, i in free if known[k].row == present[i].row)
    return found


def _unambiguous(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the pairs whose both members are in no other."""
    every = list(pairs)
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    by_index: defaultdict[int, list[str]] = defaultdict(list)
    for key, i in every:
        by_key[key].append(i)
        by_index[i].append(key)
    return {key: i for key, i in every if len(by_key[key]) == len(by_index[i]) == 1}
