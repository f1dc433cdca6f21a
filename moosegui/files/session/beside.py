"""What lies beside the events of sessions that are joined: nothing that only one has is dropped."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from moosegui.files.session.checks import Row
from moosegui.files.session.file import TYPED
from moosegui.files.session.store import SOURCES

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
    try:
        one, other = json.loads(first), json.loads(second)
    except ValueError:
        return first
    if not (isinstance(one, dict) and isinstance(other, dict)):
        return first
    return json.dumps({**other, **one})
