"""The seal of an event: a checksum in its verdict, so that a byte that flipped is noticed.

It is the last key of the JSON text, `"crc"`, and covers all columns with the text before it. Events
of earlier versions have none; they count as whole if their text can be read.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence

COLUMNS = ("event_id", "time", "inspector", "kind", "source_key", "target", "verdict")
N_COLUMNS = len(COLUMNS)
Row = tuple[object, ...]

_SEAL = re.compile(r', "crc": (\d{1,10})\}\Z')


def sealed(row: Row) -> Row:
    """Return the columns of an event, in the order of `COLUMNS`, with the seal in its verdict."""
    *others, text = row
    return (*others, f'{str(text)[:-1]}, "crc": {_checksum(row)}}}')


def is_whole(row: Sequence[object]) -> bool:
    """Whether a row of the table of events has the checksum of its values."""
    if len(row) != N_COLUMNS or not isinstance(row[-1], str):
        return False
    seal = _SEAL.search(row[-1])
    if seal is None:
        return _is_json(row[-1])
    unsealed = (*row[:-1], f"{row[-1][: seal.start()]}}}")
    return int(seal[1]) == _checksum(unsealed)


def has_seal(row: Sequence[object]) -> bool:
    """Whether a whole row was sealed: what stands in it was written so."""
    return _SEAL.search(str(row[-1])) is not None


def _checksum(row: Sequence[object]) -> int:
    text = "\x1f".join("" if value is None else str(value) for value in row)
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
