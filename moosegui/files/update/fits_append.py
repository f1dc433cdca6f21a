"""Columns appended to a FITS table byte by byte; every other byte of the file stays as it is.

A library that reads and rewrites the table loses comments, order and padding of its header. Here
each row is followed by its new cells, the heap moves with them, and only the cards that give the
size change (FITS standard 4.0, section 7.3). Two things that would be wrong otherwise also change:
the table's checksum, and the VOTable that TOPCAT puts in front of a "FITS-plus" table, which
describes the old columns and is left out.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moosegui.errors import ExportError
from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn
from moosegui.files.tables.fits_text import CARD as CARD_ESCAPED
from moosegui.files.tables.fits_text import SCHEME, fits_texts

BLOCK = 2880  # bytes (FITS standard 4.0, section 3.1)
CARD = 80
MAX_FIELDS = 999
_END = b"END".ljust(CARD)


@dataclass(frozen=True, slots=True)
class _Unit:
    """One header and data unit as it stands: header cards without END, and data unpadded."""

    cards: tuple[bytes, ...]
    data: bytes | memoryview
    raw: bytes | memoryview

    def number(self, keyword: str, default: int = 0) -> int:
        """Return the value of an integer card."""
        for card in self.cards:
            if _keyword(card) == keyword and (match := re.match(rb" *([+-]?\d+)", card[10:])):
                return int(match[1])
        return default

    def has(self, keyword: str) -> bool:
        """Whether there is such a card."""
        return any(_keyword(card) == keyword for card in self.cards)


def append_to_fits(
    content: bytes | mmap.mmap,
    i_table: int,
    columns: Sequence[AddedColumn],
    *,
    is_table_alone: bool = False,
) -> bytes:
    """Append columns to one table of a FITS file.

    Parameters
    ----------
    content : bytes or mmap
        The whole file, uncompressed.
    i_table : int
        Which HDU is the table, from 0.
    columns : sequence of AddedColumn
        With as many values as the table has rows.
    is_table_alone : bool
        Keep of the other HDUs only the primary one: for surveys with their spectra.

    Returns
    -------
    bytes
        The new file.

    Raises
    ------
    ExportError
        If it is an ASCII table, or the table would have more columns than FITS allows.
    """
    units = _split(content)
    parts = [_without_votable(units[0])]
    for i_unit, unit in enumerate(units[1:], start=1):
        if i_unit == i_table:
            parts.append(_extended(unit, columns))
        elif not is_table_alone:
            parts.append(unit.raw)
    end = sum(len(unit.raw) for unit in units)
    return b"".join(parts) + (b"" if is_table_alone else content[end:])


def _split(content: bytes | mmap.mmap) -> list[_Unit]:
    units: list[_Unit] = []
    view = memoryview(content)  # of a large file nothing is copied
    position = 0
    while content[position : position + 8] in (b"SIMPLE  ", b"XTENSION"):
        cards = _cards(content, position)
        start = position + _padded(CARD * (len(cards) + 1))
        size = _data_size(_Unit(cards, b"", b""))
        end = start + _padded(size)
        units.append(_Unit(cards, view[start : start + size], view[position:end]))
        position = end
    return units


def _cards(content: bytes | mmap.mmap, position: int) -> tuple[bytes, ...]:
    cards = []
    while (card := content[position : position + CARD]) != _END:
        if len(card) < CARD:
            raise ExportError("The FITS table has a header without an end; fetch it again.")
        cards.append(card)
        position += CARD
    return tuple(cards)


def _data_size(unit: _Unit) -> int:
    axes = [unit.number(f"NAXIS{i}") for i in range(1, unit.number("NAXIS") + 1)]
    if not axes:
        return 0
    n_values = unit.number("PCOUNT") + int(np.prod(axes, dtype=np.int64))
    return abs(unit.number("BITPIX")) // 8 * unit.number("GCOUNT", 1) * n_values


def _extended(unit: _Unit, columns: Sequence[AddedColumn]) -> bytes:
    n_fields = unit.number("TFIELDS")
    if not unit.cards[0].startswith(b"XTENSION= 'BINTABLE'"):
        raise ExportError("An ASCII table in FITS cannot be extended; export to a name in .ecsv.")
    if n_fields + len(columns) > MAX_FIELDS:
        raise ExportError(
            f"The table has {n_fields} columns, too many for FITS to add {len(columns)}; export "
            "to a name in .ecsv."
        )
    n_rows, width = unit.number("NAXIS2"), unit.number("NAXIS1")
    cells = _cells(columns, n_rows)
    old = np.frombuffer(unit.data, dtype=np.uint8, count=n_rows * width).reshape(n_rows, width)
    data = np.concatenate([old, cells], axis=1).tobytes() + bytes(unit.data[n_rows * width :])
    sizes = {"NAXIS1": width + cells.shape[1], "TFIELDS": n_fields + len(columns)}
    if unit.has("THEAP"):
        sizes["THEAP"] = unit.number("THEAP") + cells.size
    cards = [_resized(card, sizes) for card in unit.cards]
    for i_column, column in enumerate(columns, start=n_fields + 1):
        cards += _column_cards(i_column, column)
    padded = data.ljust(_padded(len(data)), b"\0")
    return _with_checksum(cards, padded) + padded


def _cells(columns: Sequence[AddedColumn], n_rows: int) -> NDArray[np.uint8]:
    """Return the new cells as they follow each row, shape (n_rows, n_bytes)."""
    parts = [_encoded(column) for column in columns]
    views = [
        np.ascontiguousarray(part).view(np.uint8).reshape(n_rows, part.dtype.itemsize)
        for part in parts
    ]
    return np.concatenate(views, axis=1)


def _encoded(column: AddedColumn) -> NDArray[np.generic]:
    if column.kind == "float":
        return column.values.astype(">f8")
    if column.kind == "integer":
        return column.values.astype(">i2")
    encoded, _ = fits_texts(map(str, column.values))
    return np.array(encoded, dtype=f"S{max([1, *map(len, encoded)])}")


def _column_cards(i_column: int, column: AddedColumn) -> list[bytes]:
    form, is_escaped = {"float": "D", "integer": "I"}.get(column.kind, ""), False
    if column.kind == "text":
        texts, is_escaped = fits_texts(map(str, column.values))
        form = f"{max([1, *map(len, texts)])}A"
    cards = [
        _text_card(f"TTYPE{i_column}", column.name),
        _text_card(f"TFORM{i_column}", form),
        _text_card(f"TCOMM{i_column}", column.description),
        _text_card(f"TUCD{i_column}", column.ucd),
    ]
    if is_escaped:
        cards.append(_text_card(f"{CARD_ESCAPED}{i_column}", SCHEME))
    if column.kind == "integer":
        cards.append(f"{f'TNULL{i_column}':<8}= {NULL_INTEGER:>20}".encode().ljust(CARD))
    return cards


def _text_card(keyword: str, text: str) -> bytes:
    quoted = "'" + text.replace("'", "''").ljust(8) + "'"
    return f"{keyword:<8}= {quoted}".encode("ascii").ljust(CARD)[:CARD]


def _resized(card: bytes, sizes: dict[str, int]) -> bytes:
    """Return a card with its new value, its comment kept."""
    size = sizes.get(_keyword(card))
    if size is None:
        return card
    comment = re.sub(rb"^ *\d+ *", b"", card[10:])
    return (card[:10] + str(size).rjust(20).encode() + b" " + comment).ljust(CARD)[:CARD]


def _without_votable(unit: _Unit) -> bytes | memoryview:
    """Return the primary HDU, its table description left out if it is a FITS-plus file."""
    is_plus = any(re.match(rb"VOTMETA = +T", card) for card in unit.cards)
    if not is_plus:
        return unit.raw
    dropped = {"NAXIS1", "VOTMETA", "CHECKSUM", "DATASUM"}
    kept = [card for card in unit.cards if _keyword(card) not in dropped]
    return _header([_resized(card, {"NAXIS": 0}) for card in kept])


def _keyword(card: bytes) -> str:
    return card[:8].decode("latin-1").rstrip()


def _header(cards: Sequence[bytes]) -> bytes:
    text = b"".join(cards) + _END
    return text.ljust(_padded(len(text)))


def _padded(n_bytes: int) -> int:
    return -(-n_bytes // BLOCK) * BLOCK


def _with_checksum(cards: Sequence[bytes], padded_data: bytes) -> bytes:
    """Return the header; where it holds checksums, with new ones (FITS 4.0, appendix J)."""
    keywords = [_keyword(card) for card in cards]
    new = list(cards)
    if "DATASUM" in keywords:
        datasum = str(_ones_complement_sum(padded_data))
        new[keywords.index("DATASUM")] = _text_card("DATASUM", datasum)
    if "CHECKSUM" in keywords:
        i_card = keywords.index("CHECKSUM")
        new[i_card] = _text_card("CHECKSUM", "0" * 16)
        total = _ones_complement_sum(_header(new) + padded_data)
        new[i_card] = _text_card("CHECKSUM", _checksum_text(total))
    return _header(new)


def _ones_complement_sum(content: bytes) -> int:
    total = int(np.frombuffer(content, dtype=">u4").sum(dtype=np.uint64))
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
