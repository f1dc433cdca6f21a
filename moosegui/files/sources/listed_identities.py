"""By what the sources of a list are recognised, each made when somebody asks for it.

A hundred thousand `Identity` objects of a list that is opened for the first time are asked for by
nobody: what a session keeps of them are their values.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import overload

import numpy as np

from moosegui.data.catalogue import Source, SourceList, SpectrumRef
from moosegui.files.sources.identity import Identity

Values = tuple[str, str, float, float, str, int]  # the fields of an `Identity`


class ListedIdentities(Sequence[Identity]):
    """The identities of the sources of a list, in their order."""

    def __init__(self, source_list: SourceList) -> None:
        self._sources = source_list.sources
        folder = source_list.table_path.absolute()
        self._catalogue = source_list.table_path
        self._folder = str(folder if folder.is_dir() else folder.parent)
        self._made: list[Identity | None] = [None] * len(self._sources)
        self._stacks: dict[str, str] = {}  # files with several spectra; empty for the catalogue
        checksums = (_checksum(source) for source in self._sources)
        self._checksums = np.fromiter(checksums, np.uint32, len(self._sources))

    def __len__(self) -> int:
        return len(self._sources)

    @overload
    def __getitem__(self, i: int) -> Identity: ...

    @overload
    def __getitem__(self, i: slice) -> list[Identity]: ...

    def __getitem__(self, i: int | slice) -> Identity | list[Identity]:
        if isinstance(i, slice):
            return [self[place] for place in range(*i.indices(len(self)))]
        if (made := self._made[i]) is None:
            made = self._made[i] = Identity(*self.values(i))
        return made

    def values(self, i: int) -> Values:
        """Return the fields of an identity, in their order."""
        one = self._sources[i]
        spectrum = "" if one.spectrum is None else self._spectrum(one.spectrum)
        return one.source_id, spectrum, one.ra, one.dec, f"{self._checksums[i]:08x}", one.row

    def _spectrum(self, ref: SpectrumRef) -> str:
        """Return the file as seen from the catalogue; a row of the catalogue's own file is none."""
        place = os.fspath(ref.place)
        if ref.row is None:
            return self._seen(place)
        if place not in self._stacks:
            self._stacks[place] = "" if ref.path == self._catalogue else self._seen(place)
        return f"{self._stacks[place]}#{ref.row}" if self._stacks[place] else ""

    def _seen(self, place: str) -> str:
        """Return a file as seen from the folder of the catalogue."""
        path = place if place.startswith(self._folder) else str(Path(place).absolute())
        return path.removeprefix(self._folder).replace("\\", "/").lstrip("/")


def _checksum(source: Source) -> int:
    """Return the digest of the other columns of a row as a number."""
    others = (source.redshift, source.zconf, source.magnitude, source.kind, source.comment)
    return zlib.crc32(repr((*others, source.values)).encode("utf-8", "replace"))
