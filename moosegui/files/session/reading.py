"""What the user says of silent files, remembered with the session of their list."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Protocol

from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice

KEY = "reading"
COLUMNS = "columns"  # of the catalogue, by meaning


class Memory(Protocol):
    """What of a session is needed here: texts by key, and scans that can be forgotten."""

    def get(self, key: str, default: str = "") -> str:
        """Return what is remembered."""

    def set(self, key: str, value: str) -> None:
        """Remember a text."""

    def forget_scans(self) -> None:
        """Forget the results of spectra that were read in another way."""


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


def settled_columns(store: Memory, said: Mapping[str, str]) -> dict[str, str]:
    """Return the columns that were named now, which are remembered, else those of the last time."""
    if said:
        remember_columns(store, said)
        return dict(said)
    try:
        kept = json.loads(store.get(COLUMNS, "{}"))
    except ValueError:
        return {}
    return {str(key): str(name) for key, name in kept.items()} if isinstance(kept, dict) else {}


def remember_columns(store: Memory, said: Mapping[str, str]) -> None:
    """Remember which columns were named, by meaning; none forgets them."""
    store.set(COLUMNS, json.dumps(dict(said)))


def _decoded(text: str) -> ReadingChoice:
    try:
        said = json.loads(text) if text else {}
        if not isinstance(said, dict) or not set(said) <= {f.name for f in fields(ReadingChoice)}:
            return AS_WRITTEN
        factor = float(said.pop("sigma_factor", 1.0))
    except (ValueError, TypeError):
        return AS_WRITTEN
    if not 0.0 < factor < math.inf:
        return AS_WRITTEN
    return ReadingChoice(**{k: str(v) for k, v in said.items()}, sigma_factor=factor)
