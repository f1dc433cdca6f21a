"""The parts of an update that is written piece by piece, and where their bytes come from.

A catalogue of a million rows becomes its update without being held: some thousand rows at a time
are extended, checked and written.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from moosegui.files.content import GZIP_START, Unreadable
from moosegui.files.limits import packing_excess
from moosegui.files.temporary import temporary_folder

N_ROWS = 10_000  # rows that are held at a time
ASTROPY_PARTS = 4  # of them, where astropy holds every cell as a text while it reads them back
CHUNK = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows as they were and as they become."""

    before: bytes
    after: bytes
    n_rows: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What makes some rows a table of their own, before and after: what stands around them."""

    head_before: bytes
    head_after: bytes
    tail: bytes = b""
    n_rows: int = 0  # the first rows of the table, which its head holds
    block: int = 1  # bytes of which such a table has a whole number, zeros at its end

    def table(self, rows: bytes, *, is_after: bool) -> bytes:
        """Return some rows as a table of their own, as they were or as they become."""
        content = (self.head_after if is_after else self.head_before) + rows + self.tail
        return content.ljust(-(-len(content) // self.block) * self.block, b"\0")


class Extension(Protocol):
    """A catalogue that is extended piece by piece."""

    @property
    def frame(self) -> Frame:
        """What stands around the next piece, as far as it is needed to read it."""

    def head(self) -> Iterator[bytes]:
        """Give what is written before the rows."""

    def pieces(self) -> Iterator[Piece]:
        """Give the rows."""

    def tail(self) -> Iterator[bytes]:
        """Give what is written after the rows."""


class Sink:
    """A file that is written, packed if it is to be, and what was written into it."""

    def __init__(self, stream: IO[bytes], *, is_packed: bool) -> None:
        self._stream = stream
        # as `gzip.compress` packs: with a header of gzip, and no time in it
        self._packer = zlib.compressobj(9, zlib.DEFLATED, 31) if is_packed else None
        self._digest = hashlib.sha256()

    def write(self, part: bytes) -> None:
        """Write some bytes."""
        self._digest.update(part)
        self._stream.write(part if self._packer is None else self._packer.compress(part))

    def finish(self) -> bytes:
        """Write what is left, and return the SHA-256 of all that was written, unpacked."""
        if self._packer is not None:
            self._stream.write(self._packer.flush())
        self._stream.flush()
        return self._digest.digest()


def unpacked_digest(path: Path) -> bytes:
    """Return the SHA-256 of the bytes of a file, unpacked if they are packed."""
    digest = hashlib.sha256()
    for part in _parts(path):
        digest.update(part)
    return digest.digest()


@contextlib.contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """Give the path of a file that is not packed: this one, or a copy of it for the time being.

    Raises
    ------
    Unreadable
        If it would become more than the limits.
    """
    if not is_packed(path):
        yield path
        return
    with temporary_folder() as folder:
        copy = folder / path.name.removesuffix(".gz")
        with copy.open("wb") as stream:
            stream.writelines(_parts(path))
        yield copy


def opened(path: Path) -> IO[bytes]:
    """Open the bytes of a file, unpacked if they are packed."""
    return cast(IO[bytes], gzip.open(path)) if is_packed(path) else path.open("rb")


@contextlib.contextmanager
def mapped(path: Path) -> Iterator[mmap.mmap]:
    """Give the bytes of a file that is not packed, of which no copy is made."""
    with path.open("rb") as stream:
        # closed with the last view of it, which the traceback of an error may hold
        yield mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


def _parts(path: Path) -> Iterator[bytes]:
    size, packed = 0, path.stat().st_size
    with opened(path) as stream:
        while part := stream.read(CHUNK):
            size += len(part)
            if problem := packing_excess(size, packed):
                raise Unreadable(problem)
            yield part


def is_packed(path: Path) -> bool:
    """Whether gzip packed a file."""
    with path.open("rb") as stream:
        return stream.read(len(GZIP_START)) == GZIP_START
