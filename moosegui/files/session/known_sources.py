"""The sources that a session has judged, found again in a list that may have changed.

The session keeps by what each source is recognised (`files.sources.identity`). A list that is
opened again gets the keys under which its sources were judged; what belongs to none of them stays
in the session, and is told.
"""

from __future__ import annotations

import json
import math
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from moosegui.data.catalogue import Source, SourceList, Verdict, VerdictEvent
from moosegui.data.team.assignment import repeats_of
from moosegui.data.team.reconciliation import Journal
from moosegui.files.session.beside import kept_as, kept_texts
from moosegui.files.session.reading import with_own_choices
from moosegui.files.session.store import REPEATS, SOURCES, WHOLE, SessionStore
from moosegui.files.sources.identity import MAX_SHIFT, Identity, match_identities
from moosegui.files.sources.listed_identities import ListedIdentities, Values

MAX_NAMED = 8
N_AT_ONCE = 1000  # sources of which the JSON is made at once
Decided = Mapping[str, tuple[VerdictEvent, ...]]


@dataclass(frozen=True, slots=True)
class Settled:
    """A list whose sources have the keys under which they were judged.

    Parameters
    ----------
    source_list : SourceList
        What changed since stands in its notices.
    orphans : tuple of str
        Keys of decisions in force that belong to no source of the list.
    identities : ListedIdentities
        Of the sources of the list.
    known : mapping of str to Identity
        What the session kept, by key; nothing where `kept` says it.
    kept : str
        The same as the session keeps it, of a list in which all is as it was; else empty.
    """

    source_list: SourceList
    orphans: tuple[str, ...]
    identities: ListedIdentities
    known: Mapping[str, Identity]
    kept: str = ""

    @property
    def sentence(self) -> str:
        """What is told of the orphans; empty if there are none."""
        if not self.orphans:
            return ""
        one = len(self.orphans) == 1
        return (
            f"{'The decision' if one else f'{len(self.orphans)} decisions'} on "
            f"{_some(self.orphans)} {'belongs' if one else 'belong'} to no source of "
            f"{self.source_list.path.name} any more; {'it is' if one else 'they are'} kept in the "
            "session and left out of the update."
        )


def settle_sources(store: SessionStore, source_list: SourceList, others: str = "") -> Settled:
    """Find the sources of a session in a list; nothing is written.

    Parameters
    ----------
    store : SessionStore
    source_list : SourceList
        As `open_source_list` returns it.
    others : str
        By what another session recognises its sources, for a session that knows none yet.

    Returns
    -------
    Settled
    """
    present = ListedIdentities(source_list)
    keys = [source.key for source in source_list]
    kept = store.get(SOURCES, others)
    if _are_as_kept(keys, present, kept):
        return _unchanged(store, source_list, present, kept)
    known = kept_identities(kept)
    found = match_identities(known, present, keys)
    judged = _judged(store)
    by_key = {key: i for i, key in enumerate(keys)} if judged else {}
    taken = set(found.values())
    for key in judged:  # of sessions that did not keep by what sources are recognised
        if key not in known and (i := by_key.get(key)) is not None and i not in taken:
            found[key] = i
            taken.add(i)
    without = {key: Identity(key) for key in judged if key not in known and key not in found}
    if without:
        rest = [i for i in range(len(present)) if i not in taken]
        numbers = match_identities(without, [present[i] for i in rest])
        found |= {key: rest[i] for key, i in numbers.items()}
    orphans = _orphans(store, judged, found)
    sources = _with_keys(source_list.sources, found, {*known, *judged})
    changed = replace(source_list, sources=sources) if sources else source_list
    changed = with_own_choices(changed, store)
    notices = _notices(known, present, found)
    whole = replace(changed, notices=(*source_list.notices, *notices))
    return Settled(whole, orphans, present, known)


def _are_as_kept(keys: Sequence[str], present: ListedIdentities, kept: str) -> bool:
    """Whether a list has the sources that a session knows, as they were and no others."""
    if not kept or len(set(keys)) < len(keys):
        return False
    place, entries = 0, zip(keys, map(present.values, range(len(keys))), strict=True)
    for part in _json_parts(entries):  # the first difference ends it
        if not kept.startswith(part, place):
            return False
        place += len(part)
    return place == len(kept)


def _unchanged(
    store: SessionStore, source_list: SourceList, present: ListedIdentities, kept: str
) -> Settled:
    """Return a list whose sources are all recognised, by the keys that they have."""
    judged = _judged(store)
    orphans = _orphans(store, judged, {source.key for source in source_list} if judged else ())
    return Settled(with_own_choices(source_list, store), orphans, present, {}, kept)


def _judged(store: SessionStore) -> list[str]:
    return [key for key, event in store.verdicts().items() if event.verdict != Verdict()]


def _orphans(store: SessionStore, judged: Sequence[str], there: Container[str]) -> tuple[str, ...]:
    """Return what was judged and is not there; repeats are no sources in the whole catalogue."""
    repeats = _repeats_in(store)
    return tuple(key for key in judged if key not in there and key not in repeats)


def remember_sources(store: SessionStore, settled: Settled) -> None:
    """Keep by what the sources of a list are recognised, and those that it has no more.

    Raises
    ------
    SessionError
        If it could not be saved.
    """
    text = settled.kept or "".join(_json_parts(_remembered(settled)))
    if text != store.get(SOURCES):
        store.set(SOURCES, text)
    _remember_part(store, settled.source_list)


def _remembered(settled: Settled) -> Iterator[tuple[str, Values]]:
    """Yield by what sources are recognised: those of earlier, and then those that are new."""
    present, known = settled.identities, settled.known
    places = {source.key: i for i, source in enumerate(settled.source_list)} if known else {}
    for key, before in known.items():
        i = places.get(key)
        yield key, _values_of(before if i is None else _completed(present[i], before))
    for i, source in enumerate(settled.source_list):
        if source.key not in known:
            yield source.key, present.values(i)


def _json_parts(entries: Iterator[tuple[str, Values]]) -> Iterator[str]:
    """Yield a JSON object in parts; a whole one at once would need ten times its memory."""
    before = "{"
    while some := dict(islice(entries, N_AT_ONCE)):
        yield before + json.dumps(some, check_circular=False)[1:-1]
        before = ", "
    yield "{}" if before == "{" else "}"


def _remember_part(store: SessionStore, source_list: SourceList) -> None:
    """Keep of what catalogue a list is a part, and which of its sources it asks for twice."""
    if source_list.whole is None:
        return
    repeats = json.dumps(_repeats_in(store) | repeats_of(source_list))
    for name, value in ((WHOLE, str(source_list.whole.absolute())), (REPEATS, repeats)):
        if value != store.get(name):
            store.set(name, value)


def _repeats_in(store: SessionStore) -> dict[str, str]:
    return kept_texts(store.get(REPEATS))


def aligned(journal: Journal, first: Journal) -> Journal:
    """Return the journal of another inspector with the keys that the first one's sources have."""
    known, own = kept_identities(first.identities), kept_identities(journal.identities)
    if not known or not own:
        return journal
    keys = list(own)
    found = match_identities(known, list(own.values()), keys)
    names = {keys[i]: key for key, i in found.items()}

    def renamed(decided: Decided) -> Decided:
        result = {}
        for key, events in decided.items():
            name = names.get(key, f"{key} ({journal.inspector})" if key in known else key)
            result[name] = tuple(replace(event, source_key=name) for event in events)
        return result

    return replace(
        journal, decisions=renamed(journal.decisions), repeated=renamed(journal.repeated)
    )


def kept_identities(text: str) -> dict[str, Identity]:
    """Return by what the sources of a session are recognised, from its metadata."""
    try:
        return {str(key): _identity(*values) for key, values in kept_as(dict, text).items()}
    except (ValueError, TypeError):
        return {}  # as a session that keeps none: keys alone count


def _identity(source_id: object, *values: Any) -> Identity:  # as `_values_of` gives them
    spectrum, ra, dec, digest, row = values
    return Identity(str(source_id), str(spectrum), float(ra), float(dec), str(digest), int(row))


def _values_of(one: Identity) -> Values:
    return one.source_id, one.spectrum, one.ra, one.dec, one.digest, one.row


def _completed(identity: Identity, before: Identity) -> Identity:
    """Keep what was known of a source whose spectrum or position the list lacks now."""
    if not identity.spectrum and before.spectrum:
        identity = replace(identity, spectrum=before.spectrum)
    if math.isnan(identity.ra):
        identity = replace(identity, ra=before.ra, dec=before.dec)
    return identity


def _with_keys(
    sources: Sequence[Source], found: Mapping[str, int], reserved: set[str]
) -> tuple[Source, ...]:
    """Give sources the keys under which they are known, and the others keys of their own."""
    if not reserved and len({source.key for source in sources}) == len(sources):
        return tuple(sources)
    keys: dict[int, str] = {i: key for key, i in found.items()}
    used = set(reserved)
    renamed = []
    for i, source in enumerate(sources):
        key = keys.get(i)
        if key is None:
            key, number = source.key, 1
            while key in used:
                number += 1
                key = f"{source.key} #{number}"
            used.add(key)
        renamed.append(source if key == source.key else replace(source, key=key))
    return tuple(renamed)


def _notices(
    known: Mapping[str, Identity], present: Sequence[Identity], found: Mapping[str, int]
) -> tuple[str, ...]:
    """Tell which sources have another ID or another position than when they were judged."""
    pairs = [(key, known[key], present[i]) for key, i in found.items() if key in known]
    other_id = [key for key, one, two in pairs if one.source_id != two.source_id]
    moved = [key for key, one, two in pairs if one.is_near(two) is False]
    notices = []
    if other_id:
        notices.append(f"Recognised under another ID in the catalogue: {_some(other_id)}.")
    if moved:
        notices.append(
            f"More than {MAX_SHIFT:g} arcsec from where it was when the session began: "
            f"{_some(moved)}; check that the catalogue is of the same field."
        )
    return tuple(notices)


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MAX_NAMED])
    return shown if len(names) <= MAX_NAMED else f"{shown} and {len(names) - MAX_NAMED} more"
