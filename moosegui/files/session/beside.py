"""What lies beside the events of a session, and has no seal: it is read whatever stands there.

Where sessions are joined, nothing that only one of them has is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from moosegui.files.session.checks import Row
from moosegui.files.session.file import TYPED
from moosegui.files.session.store import SOURCES

Kept = TypeVar("Kept", dict[str, Any], list[Any])
Beside = Mapping[str, Sequence[Row]]


def joined_beside(parts: Sequence[Beside]) -> dict[str, list[Row]]:
    """Join the other tables of sessions, row by row.

    Of what several have under one key the first counts, but for a redshift that was tried (the
    latest), a comment that was being typed (all of them, a line each) and by what sources are
    recognised (source by source).

    Parameters
    ----------
    parts : sequence of mapping of str to rows
        Table to rows, of each session.
    """
    metadata: dict[str, str] = {}
    drafts: dict[str, Row] = {}
    scans: dict[str, Row] = {}
    for part in parts:
        for row in part.get("metadata", ()):
            key, value = str(row[0]), str(row[1])
            metadata[key] = _joined(key, metadata[key], value) if key in metadata else value
        for row in part.get("drafts", ()):
            key = str(row[0])
            if key not in drafts or str(drafts[key][2]) < str(row[2]):
                drafts[key] = row
        for row in part.get("scans", ()):
            scans.setdefault(str(row[0]), row)
    return {
        "metadata": list(metadata.items()),
        "drafts": list(drafts.values()),
        "scans": list(scans.values()),
    }


def _joined(key: str, first: str, second: str) -> str:
    if key == SOURCES:
        return _united(first, second)
    if key.startswith(TYPED) and second not in first:
        return second if first in second else f"{first}\n{second}"
    return first


def _united(first: str, second: str) -> str:
    return json.dumps({**kept_as(dict, second), **kept_as(dict, first)})


def kept_as(kind: type[Kept], text: str) -> Kept:
    """Return what was kept; nothing, an empty one, where that is not of its kind any more."""
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return kind()
    return found if isinstance(found, kind) else kind()


def kept_texts(text: str) -> dict[str, str]:
    """Return the texts that were kept by key, and nothing else."""
    return {key: value for key, value in kept_as(dict, text).items() if isinstance(value, str)}
