"""The rows of events that can still be found in the bytes of a damaged database.

SQLite stops at the first page that contradicts itself. Here every page is looked at on its own: a
leaf of a table is decoded, and a row counts if it has the shape and the checksum of an event. The
layout is published: https://www.sqlite.org/fileformat2.html, sections 1.6 and 2.1.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from moosegui.files.session.checks import Row, is_whole

LEAF = 0x0D  # kind of a page: leaf of a table
PAGE_SIZES = tuple(1 << power for power in range(9, 17))
USUAL_SIZE = 4096  # bytes
HEAD = 100  # bytes before the first page's own header
KINDS = ("decide", "undo", "redo")
INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # serial type: bytes


def events_in(content: bytes) -> dict[int, Row]:
    """Return every whole event of a database, number to row.

    Parameters
    ----------
    content : bytes
        A database file, or what is left of one.
    """
    (declared,) = struct.unpack(">H", content[16:18]) if len(content) >= HEAD else (0,)
    declared = 65536 if declared == 1 else declared
    size = declared if declared in PAGE_SIZES else USUAL_SIZE
    found: dict[int, Row] = {}
    for start in range(0, len(content), size):
        for row in _rows_of(content, start, size):
            earlier = found.get(int(str(row[0])))
            if earlier is None or str(earlier[1]) <= str(row[1]):
                found[int(str(row[0]))] = row
    return found


def _rows_of(content: bytes, start: int, size: int) -> Iterator[Row]:
    """Decode the rows of one page that are whole events."""
    page = content[start : start + size]
    head = HEAD if start == 0 else 0
    if len(page) < head + 8 or page[head] != LEAF:
        return
    n_cells = int.from_bytes(page[head + 3 : head + 5], "big")
    for i_cell in range(min(n_cells, size // 4)):
        at = head + 8 + 2 * i_cell
        offset = int.from_bytes(page[at : at + 2], "big")
        try:
            row = _row(content, page, offset, size)
        except (IndexError, ValueError, struct.error):
            continue  # this cell is damaged; its neighbours need not be
        if len(row) > 3 and row[3] in KINDS and is_whole(row):
            yield row


def _row(content: bytes, page: bytes, offset: int, size: int) -> Row:
    length, offset = _varint(page, offset)
    number, offset = _varint(page, offset)
    payload = _payload(content, page[offset:], length, size)
    head_length, at = _varint(payload, 0)
    serials = []
    while at < head_length:
        serial, at = _varint(payload, at)
        serials.append(serial)
    values: list[object] = []
    for serial in serials:
        value, at = _value(payload, serial, at)
        values.append(value)
    return (number, *values[1:])


def _payload(content: bytes, local: bytes, length: int, size: int) -> bytes:
    """Return the bytes of a row, of which the end may lie in a chain of other pages."""
    longest, shortest = size - 35, (size - 12) * 32 // 255 - 23
    if length > len(content):
        raise ValueError("longer than the file")
    if length <= longest:
        return local[:length]
    kept = shortest + (length - shortest) % (size - 4)
    kept = kept if kept <= longest else shortest
    payload, page = bytearray(local[:kept]), int.from_bytes(local[kept : kept + 4], "big")
    while page and len(payload) < length:
        start = (page - 1) * size
        part = content[start : start + size]
        if len(part) < 4:
            raise ValueError("the chain leaves the file")
        payload += part[4 : 4 + length - len(payload)]
        page = int.from_bytes(part[:4], "big")
    return bytes(payload)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return an integer of one to nine bytes, and where it ends."""
    value = 0
    for i_byte in range(9):
        byte = data[at + i_byte]
        if i_byte == 8:
            return (value << 8) | byte, at + 9
        value = (value << 7) | (byte & 0x7F)
        if byte < 0x80:
            return value, at + i_byte + 1
    raise ValueError("no end")


def _value(payload: bytes, serial: int, at: int) -> tuple[object, int]:
    """Return one value of a row, and where it ends."""
    if serial == 0:
        return None, at
    if serial in (8, 9):
        return serial - 8, at
    if serial == 7:
        return struct.unpack(">d", payload[at : at + 8])[0], at + 8
    if serial in INTEGERS:
        end = at + INTEGERS[serial]
        return int.from_bytes(payload[at:end], "big", signed=True), end
    end = at + (serial - (12 if serial % 2 == 0 else 13)) // 2
    data = payload[at:end]
    return (data if serial % 2 == 0 else data.decode("utf-8")), end
