"""The seal of an event: a checksum in its verdict, so that a byte that flipped is noticed.

It is the last key of the JSON text, `"crc"`, and covers all columns with the text before it. Events
of earlier versions have none; they count as whole if their text can be read.

A row that was deleted leaves no seal, so the metadata count the events (`COUNTED`), in the same
transaction as each of them. Sessions of earlier versions are counted when they are next opened.
"""

from __future__ import annotations

import json
import marshal
import re
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

COLUMNS = ("event_id", "time", "inspector", "kind", "source_key", "target", "verdict")
SHARED = ("inspector", "kind", "source_key")
N_COLUMNS = len(COLUMNS)
Row = tuple[object, ...]
MAX_EVENTS = 10_000_000  # of a session; a number above is damage
COUNTED = "events"  # the entry of the metadata: how many there are, and the number of the last

SOURCE_COLUMN = COLUMNS.index("source_key")

LONG = 300  # bytes of a packed row, from which on its change may be less
_WINDOW = -10  # a kilobyte, since the packer takes 268 of them otherwise
_WIDE = -14  # 16 kB, for the row from which another differs
_USUAL = (
    b'{"basis_fingerprint": "", "blend": null, "comment": "", "conditions": null, "extraction": "",'
    b' "false_reason": null, "feature": "", "flags": [], "origin": "auto", "proposal": null, '
    b'"redshift": null, "redshift_error": null, "solution_rank": null, "sweep": "", "taken_from": '
    b'"", "votes": [], "zconf": null, "crc": '
)
_AS_JSON = "\x1bjson:"  # begins what nobody types
_COUNT = re.compile(r"(\d{1,12}) (\d{1,12})")
_SEAL = re.compile(r', "crc": (\d{1,10})\}\Z')


def storable(text: str) -> str:
    """Return a text as SQLite can hold it: a path with bytes that are no UTF-8 as JSON."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return _AS_JSON + json.dumps(text)
    return text


def restored(text: str) -> str:
    """Return what `storable` was given."""
    if not text.startswith(_AS_JSON):
        return text
    try:
        return str(json.loads(text.removeprefix(_AS_JSON)))
    except ValueError:
        return text


class KeptRows:
    """The rows of events that a process holds, packed: 0.2 kB each.

    Each verdict repeats the comment of its source, so a long one is packed as what differs from an
    earlier row of that source, which is packed by itself.

    Parameters
    ----------
    rows : iterable of Row
        As the file gives them, also damaged ones. One at a time is taken: the texts of a long
        history leave holes in the memory of the thread that reads them.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._packed: list[bytes] = []
        self._bases = array("q")  # the place of the row from which one differs; its own: of none
        self._latest: dict[object, int] = {}  # the last row of a source that is packed by itself
        self._last: Row = (0,)
        for row in rows:
            self.append(row)

    def __len__(self) -> int:
        return len(self._packed)

    def __iter__(self) -> Iterator[Row]:
        return map(self.__getitem__, range(len(self._packed)))

    def __getitem__(self, place: int) -> Row:
        row: Row = marshal.loads(self._dumped(place))
        return row

    def append(self, row: Row) -> None:
        """Keep one more."""
        dumped, place = marshal.dumps(cast(Any, row)), len(self._packed)
        packed, base = _pack(dumped), place
        if len(packed) > LONG:
            source = row[SOURCE_COLUMN] if len(row) > SOURCE_COLUMN else None
            earlier = self._latest.get(source)
            by_change = b"" if earlier is None else _pack(dumped, self._dumped(earlier))
            if earlier is not None and 2 * len(by_change) < len(packed):
                packed, base = by_change, earlier
            else:
                self._latest[source] = place
        self._packed.append(packed)
        self._bases.append(base)
        self._last = row

    @property
    def count(self) -> str:
        """As `counted` gives it."""
        return _count(len(self), self._last)

    def _dumped(self, place: int) -> bytes:
        base = self._bases[place]
        return _unpack(self._packed[place], b"" if base == place else self._dumped(base))


class NumberedRows(Mapping[int, Row]):
    """Kept rows by their numbers, each unpacked when it is asked for: a history is never whole."""

    def __init__(self, rows: KeptRows) -> None:
        self._rows = rows
        self._places = {int(str(row[0])): place for place, row in enumerate(rows)}

    def __getitem__(self, number: int) -> Row:
        return self._rows[self._places[number]]

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def _pack(dumped: bytes, base: bytes = b"") -> bytes:
    window = _WIDE if base else _WINDOW
    packer = zlib.compressobj(6, zlib.DEFLATED, window, 1, zdict=base or _USUAL)
    return packer.compress(dumped) + packer.flush()


def _unpack(packed: bytes, base: bytes) -> bytes:
    window = _WIDE if base else _WINDOW
    return zlib.decompressobj(window, zdict=base or _USUAL).decompress(packed)


def shared(row: Row) -> Row:
    """Return the row with the texts that many events have held once: who, what, which source."""
    return tuple(
        sys.intern(value) if name in SHARED and type(value) is str else value
        for name, value in zip(COLUMNS, row, strict=True)
    )


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


def number_of_event(row: Row) -> int:
    """Return the number of an event; 0 where damage left none, or one that no session reaches."""
    number = row[0] if row else None
    return number if isinstance(number, int) and 0 < number <= MAX_EVENTS else 0


def counted(rows: Sequence[Row]) -> str:
    """Return the count of events, in the order of their numbers: how many, and the last."""
    return _count(len(rows), rows[-1] if rows else (0,))


def last_counted(count: str) -> int:
    """Return the number of the last event that was counted; 0 if that cannot be understood."""
    found = _COUNT.fullmatch(count)
    number = int(found[2]) if found else 0
    return number if number <= MAX_EVENTS else 0


def n_missing(rows: Iterable[Row], count: str) -> int:
    """Return how many events were counted and are not there any more; none without a count.

    What an earlier version appended was not counted.
    """
    found = _COUNT.fullmatch(count)
    if found is None:
        return 0
    n_counted, last = int(found[1]), int(found[2])
    return max(0, n_counted - sum(int(str(row[0])) <= last for row in rows))


def gaps(rows: Iterable[Row]) -> list[int]:
    """Return the numbers between events that no event has."""
    numbers = set(map(number_of_event, rows))
    return [number for number in range(1, max(numbers, default=0)) if number not in numbers]


def _count(n_events: int, last: Row) -> str:
    return f"{n_events} {last[0]}"


def _checksum(row: Sequence[object]) -> int:
    text = "\x1f".join("" if value is None else str(value) for value in row)
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
