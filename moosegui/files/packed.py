"""The bytes of a file, unpacked where gzip packed it, and never more of them than the limits."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

from moosegui.files.content import GZIP_START, Unreadable
from moosegui.files.limits import excess, packing_excess

CHUNK = 1 << 24


def read_unpacked(path: Path) -> bytes:
    """Return all bytes of a file, unpacked if they are packed.

    Raises
    ------
    Unreadable
        If they would become more than the limits.
    OSError, EOFError, zlib.error
        If the file cannot be read or is damaged.
    """
    data = path.read_bytes()
    if not data.startswith(GZIP_START):
        return data
    parts, size = [], 0
    with gzip.open(io.BytesIO(data)) as stream:
        while part := stream.read(CHUNK):
            parts.append(part)
            size += len(part)
            problem = packing_excess(size, len(data), is_text=True)
            if problem := problem or excess("max_text_bytes", size):
                raise Unreadable(problem)
    return b"".join(parts)
