"""What the user says of silent files, remembered with the session of their list."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from typing import Protocol

from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice, SourceList
from moosegui.files.session.beside import kept_as

KEY = "reading"
OWN = "reading of sources"  # those that are read otherwise than their list, by key
SETTLED = "settled questions"  # answered by leaving things as they were read
COLUMNS = "columns"  # of the catalogue, by meaning


class Memory(Protocol):
    """What of a session is needed here: texts by key, and scans that can be forgotten."""

    def get(self, key: str, default: str = "") -> str:
        """Return what is remembered."""

    def set(self, key: str, value: str) -> None:
        """Remember a text."""

    def forget_scans(self, source_key: str | None = None) -> None:
        """Forget the results of spectra, or of one, that were read in another way."""


def settled_choice(store: Memory, choice: ReadingChoice = AS_WRITTEN) -> ReadingChoice:
    """Return what was said now, which is remembered, else what was said the last time.

    What was scanned under another answer is forgotten.
    """
    remembered = _decoded(store.get(KEY))
    if choice in (AS_WRITTEN, remembered):
        return remembered
    remember_choice(store, choice)
    return choice


def remember_choice(store: Memory, choice: ReadingChoice) -> bool:
    """Remember what is said of silent files from now on, also that nothing is said any more.

    Returns
    -------
    bool
        Whether that is anything new; what was scanned under another answer is forgotten then.
    """
    if choice == _decoded(store.get(KEY)):
        return False
    store.forget_scans()
    store.set(KEY, json.dumps(asdict(choice)))
    return True


def remember_own_choice(store: Memory, key: str, choice: ReadingChoice) -> bool:
    """Remember what is said of one source alone; what is said of the list takes it back.

    Returns
    -------
    bool
        Whether that is anything new; what was scanned under another answer is forgotten then.
    """
    kept = own_choices(store)
    of_list = _decoded(store.get(KEY))
    if kept.get(key, of_list) == choice:
        return False
    rest = {other: said for other, said in kept.items() if other != key}
    own = rest if choice == of_list else rest | {key: choice}
    store.forget_scans(key)
    store.set(OWN, json.dumps({other: asdict(said) for other, said in own.items()}))
    return True


def own_choices(store: Memory) -> dict[str, ReadingChoice]:
    """Return what was said of single sources, by key."""
    kept = kept_as(dict, store.get(OWN))
    return {str(key): _decoded(json.dumps(said)) for key, said in kept.items()}


def with_own_choices(source_list: SourceList, store: Memory) -> SourceList:
    """Return the list with the sources of which something else was said than of the list."""
    said = own_choices(store)
    if not said:
        return source_list
    sources = tuple(
        replace(source, spectrum=replace(source.spectrum, choice=said[source.key]))
        if source.key in said and source.spectrum is not None
        else source
        for source in source_list
    )
    return replace(source_list, sources=sources)


def settled_questions(store: Memory) -> frozenset[str]:
    """Return the questions of readers that need not be asked of this list any more."""
    return frozenset(filter(None, store.get(SETTLED).split(",")))


def settle_question(store: Memory, what: str) -> None:
    """Do not ask again: things stay as they were read."""
    store.set(SETTLED, ",".join(sorted(settled_questions(store) | {what})))


def settled_columns(store: Memory, said: Mapping[str, str]) -> dict[str, str]:
    """Return the columns that were named now, which are remembered, else those of the last time."""
    if said:
        remember_columns(store, said)
        return dict(said)
    kept = kept_as(dict, store.get(COLUMNS))
    return {str(key): str(name) for key, name in kept.items()}


def remember_columns(store: Memory, said: Mapping[str, str]) -> None:
    """Remember which columns were named, by meaning; none forgets them."""
    store.set(COLUMNS, json.dumps(dict(said)))


def _decoded(text: str) -> ReadingChoice:
    try:
        said = kept_as(dict, text)
        if not set(said) <= {f.name for f in fields(ReadingChoice)}:
            return AS_WRITTEN
        factor = float(said.pop("sigma_factor", 1.0))
    except (ValueError, TypeError):
        return AS_WRITTEN
    if not 0.0 < factor < math.inf:
        return AS_WRITTEN
    return ReadingChoice(**{k: str(v) for k, v in said.items()}, sigma_factor=factor)
