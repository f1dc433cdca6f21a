"""What columns mean, as somebody said of catalogues with the same columns; kept for the user.

A survey comes in many catalogues of one layout: what was said of one holds for all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from moosegui.config import user_folder
from moosegui.errors import MooseError
from moosegui.files.limits import read_document
from moosegui.files.safe_write import replacing

FILE_NAME = "columns.json"
MAX_KEPT = 200  # layouts; the oldest is forgotten


def recall_columns(names: Iterable[str]) -> dict[str, str]:
    """Return the columns by meaning that were named for a table with these; else nothing.

    Parameters
    ----------
    names : iterable of str
        Of all columns, in any order.
    """
    present = sorted(names)
    found = (named for columns, named in _kept() if columns == present)
    return next(found, {})


def remember_layout(names: Iterable[str], named: Mapping[str, str]) -> None:
    """Keep what columns mean in tables that have exactly these; nothing named forgets it.

    Raises
    ------
    ExportError
        If the user's folder cannot be written.
    """
    present = sorted(names)
    kept = [(columns, said) for columns, said in _kept() if columns != present]
    if named:
        kept.append((present, dict(named)))
    with replacing(user_folder() / FILE_NAME) as temporary:
        temporary.write_text(json.dumps(kept[-MAX_KEPT:], indent=1), "utf-8")


def _kept() -> list[tuple[list[str], dict[str, str]]]:
    try:
        entries = json.loads(read_document(user_folder() / FILE_NAME))
        return [
            ([str(name) for name in columns], {str(k): str(v) for k, v in said.items()})
            for columns, said in entries
        ]
    except (OSError, ValueError, TypeError, AttributeError, MooseError):
        return []
