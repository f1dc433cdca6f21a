"""The header and data units of a FITS file as bytes: cards, sizes and checksums.

A library that reads and rewrites a header loses comments, order and padding; here only the cards
that have to change do (FITS standard 4.0, section 7.3 and appendix J).
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moosegui.errors import ExportError

BLOCK = 2880  # bytes (FITS standard 4.0, section 3.1)
CARD = 80
CHECKSUMS = ("CHECKSUM", "DATASUM")
_END = b"END".ljust(CARD)


@dataclass(frozen=True, slots=True)
class Unit:
    """One header and data unit as it stands: header cards without END, and data unpadded."""

    cards: tuple[bytes, ...]
    data: bytes | memoryview
    raw: bytes | memoryview

    def number(self, name: str, default: int = 0) -> int:
        """Return the value of an integer card."""
        for card in self.cards:
            if keyword(card) == name and (match := re.match(rb" *([+-]?\d+)", card[10:])):
                return int(match[1])
        return default

    def has(self, name: str) -> bool:
        """Whether there is such a card."""
        return any(keyword(card) == name for card in self.cards)


def split_units(content: bytes | mmap.mmap) -> list[Unit]:
    """Return the units of a file, of whose data nothing is copied.

    Raises
    ------
    ExportError
        If a header has no end.
    """
    units: list[Unit] = []
    view = memoryview(content)
    position = 0
    while content[position : position + 8] in (b"SIMPLE  ", b"XTENSION"):
        cards = _cards(content, position)
        start = position + padded_size(CARD * (len(cards) + 1))
        size = _data_size(Unit(cards, b"", b""))
        end = start + padded_size(size)
        units.append(Unit(cards, view[start : start + size], view[position:end]))
        position = end
    return units


def keyword(card: bytes) -> str:
    """Return the keyword of a card."""
    return card[:8].decode("latin-1").rstrip()


def header_of(cards: Sequence[bytes]) -> bytes:
    """Return cards with their end, padded."""
    text = b"".join(cards) + _END
    return text.ljust(padded_size(len(text)))


def padded_size(n_bytes: int) -> int:
    """Return the bytes of the blocks that so many bytes take."""
    return -(-n_bytes // BLOCK) * BLOCK


def text_card(name: str, text: str) -> bytes:
    """Return the card of a text, which is ASCII."""
    quoted = "'" + text.replace("'", "''").ljust(8) + "'"
    return f"{name:<8}= {quoted}".encode("ascii").ljust(CARD)[:CARD]


def with_numbers(cards: Sequence[bytes], numbers: Mapping[str, int]) -> list[bytes]:
    """Return cards of which some have other numbers, their comments kept."""
    return [_resized(card, numbers) for card in cards]


def without_votable(unit: Unit) -> bytes | memoryview:
    """Return the primary HDU, its table description left out if it is a FITS-plus file.

    The VOTable that TOPCAT puts in front of such a table describes the old columns.
    """
    is_plus = any(re.match(rb"VOTMETA = +T", card) for card in unit.cards)
    if not is_plus:
        return unit.raw
    dropped = {"NAXIS1", "VOTMETA", *CHECKSUMS}
    kept = [card for card in unit.cards if keyword(card) not in dropped]
    return header_of(with_numbers(kept, {"NAXIS": 0}))


class DataSum:
    """The ones' complement sum of data that come in parts (FITS 4.0, appendix J)."""

    def __init__(self) -> None:
        self._total, self._rest = 0, b""

    def add(self, part: bytes) -> None:
        """Take the next bytes."""
        content = self._rest + part
        whole = len(content) & ~3
        self._total += _sum_of(content[:whole])
        self._rest = content[whole:]

    @property
    def value(self) -> int:
        """The sum of what was added, with zeros behind it."""
        return _folded(self._total + _sum_of(self._rest.ljust(4, b"\0")))


def with_checksums(cards: Sequence[bytes], datasum: int) -> bytes:
    """Return the header of some data; where it holds checksums, with new ones.

    Parameters
    ----------
    cards : sequence of bytes
        Without END.
    datasum : int
        As `DataSum.value` gives it.

    Returns
    -------
    bytes
        Padded (FITS 4.0, appendix J).
    """
    keywords = [keyword(card) for card in cards]
    new = list(cards)
    if "DATASUM" in keywords:
        new[keywords.index("DATASUM")] = text_card("DATASUM", str(datasum))
    if "CHECKSUM" in keywords:
        i_card = keywords.index("CHECKSUM")
        new[i_card] = text_card("CHECKSUM", "0" * 16)
        new[i_card] = text_card(
            "CHECKSUM", _checksum_text(_folded(_sum_of(header_of(new)) + datasum))
        )
    return header_of(new)


def _cards(content: bytes | mmap.mmap, position: int) -> tuple[bytes, ...]:
    cards = []
    while (card := content[position : position + CARD]) != _END:
        if len(card) < CARD:
            raise ExportError("The FITS table has a header without an end; fetch it again.")
        cards.append(card)
        position += CARD
    return tuple(cards)


def _data_size(unit: Unit) -> int:
    axes = [unit.number(f"NAXIS{i}") for i in range(1, unit.number("NAXIS") + 1)]
    if not axes:
        return 0
    n_values = unit.number("PCOUNT") + int(np.prod(axes, dtype=np.int64))
    return abs(unit.number("BITPIX")) // 8 * unit.number("GCOUNT", 1) * n_values


def _resized(card: bytes, numbers: Mapping[str, int]) -> bytes:
    number = numbers.get(keyword(card))
    if number is None:
        return card
    comment = re.sub(rb"^ *\d+ *", b"", card[10:])
    return (card[:10] + str(number).rjust(20).encode() + b" " + comment).ljust(CARD)[:CARD]


def _sum_of(content: bytes) -> int:
    return int(np.frombuffer(content, dtype=">u4").sum(dtype=np.uint64))


def _folded(total: int) -> int:
    while total >> 32:
        total = (total & 0xFFFFFFFF) + (total >> 32)
    return total


def _checksum_text(total: int) -> str:
    """Encode the complement of a sum in 16 letters and digits (FITS 4.0, appendix J)."""
    letters = np.zeros((4, 4), dtype=np.int64)
    for i_byte, byte in enumerate((0xFFFFFFFF - total).to_bytes(4, "big")):
        quotient, remainder = divmod(byte, 4)
        group = np.full(4, quotient + 48)
        group[0] += remainder
        letters[:, i_byte] = _without_punctuation(group)
    text = "".join(map(chr, letters.ravel()))
    return text[-1] + text[:-1]


def _without_punctuation(group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shift pairs of letters apart until none is a punctuation mark; their sum stays."""
    while any(58 <= letter <= 64 or 91 <= letter <= 96 for letter in group):
        for i in (0, 2):
            if any(58 <= letter <= 64 or 91 <= letter <= 96 for letter in group[i : i + 2]):
                group[i] += 1
                group[i + 1] -= 1
    return group
