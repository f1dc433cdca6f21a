"""Which spectrum belongs to which row of a catalogue.

Several ways are tried over the whole list, the surest first; a spectrum that one way has given away
is not available to the next, and a name that fits several spectra fits none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from astropy.table import Table

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.neighbours import angular_distance
from moosegui.files.sources.identity import number_text
from moosegui.files.spectra.elements.headers import SpectrumHeader, integer_groups, stem_of
from moosegui.files.tables.columns import as_ids

MAX_SEPARATION = 0.5  # arcsec; beyond it catalogue and spectrum may be of different fields

SHORTEST_WORD = 5  # characters of an ID that may be one word of a file's name

_SEPARATORS = re.compile(r"[^0-9A-Za-z]+")

Keys = Callable[[SpectrumHeader], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Matches:
    """For each row the index of its spectrum or None, and the spectra that no row claimed."""

    spectra: tuple[int | None, ...]
    unclaimed: tuple[int, ...]
    ambiguous: tuple[str, ...] = ()


def last_number(header: SpectrumHeader) -> str:
    """Return the last group of digits of a file's name, without leading zeros."""
    groups = integer_groups(stem_of(header.ref.path)) if header.ref.row is None else ()
    return number_text(groups[-1]) if groups else ""


def match_spectra(
    ids: Sequence[str],
    files: Sequence[str],
    headers: Sequence[SpectrumHeader],
    plates: Sequence[str] = (),
    settled: Mapping[int, int | None] | None = None,
) -> Matches:
    """Match catalogue rows to spectra (docs/formats.md, sections 1.1 and 2.2).

    By the name in a file column, by the ID as text, as a number without leading zeros, by the
    last integer in the file's name, by the letters and digits of the ID and of the file's name
    (`VIPERS 12` and `VIPERS_12.fits`), and by an ID of letters and digits that is one word of the
    file's name.

    Parameters
    ----------
    ids, files : sequence of str, length n
        IDs and file names of the rows; empty where there are none.
    headers : sequence of SpectrumHeader
    plates : sequence of str, length n or 0
        Plate, date and fibre of the rows, which name the spectra of SDSS.
    settled : mapping of int to int or None
        Rows whose spectrum is known by more than their ID, and those to which none belongs; a name
        in a file column is believed before it.
    """
    found: list[int | None] = [None] * len(ids)
    taken: set[int] = set()
    ambiguous: list[str] = []
    ways: tuple[tuple[Iterable[str], Keys], ...] = (
        ((name.replace("\\", "/").rsplit("/", 1)[-1] for name in files), _file_name),
        ((_stem(name) for name in files), _file_stem),
        (ids, lambda header: (header.source_id,)),
        (plates, lambda header: (header.source_id,)),
        ((number_text(text) for text in ids), lambda header: (number_text(header.source_id),)),
        ((number_text(text) for text in ids), lambda header: (last_number(header),)),
        (map(_bare, ids), lambda h: {_bare(h.source_id), *map(_bare, _file_stem(h))}),
        (map(_telling_word, ids), _words_of_file),
    )
    known = {i: index for i, index in (settled or {}).items() if not files[i]}
    for i_row, spectrum in known.items():
        found[i_row] = spectrum
    taken |= {spectrum for spectrum in known.values() if spectrum is not None}
    for wanted, key in ways:
        index, several = _index(headers, key, taken)
        claimed = set()
        for i_row, name in enumerate(wanted):
            if found[i_row] is not None or not name or i_row in known:
                continue
            if name in several:
                ambiguous.append(name)
            elif name in index:
                found[i_row] = index[name]
                claimed.add(index[name])
        taken |= claimed
    unclaimed = tuple(i for i in range(len(headers)) if i not in taken)
    return Matches(tuple(found), unclaimed, tuple(dict.fromkeys(ambiguous)))


def separations(ra: FloatArray, dec: FloatArray, headers: Sequence[SpectrumHeader]) -> FloatArray:
    """Return the distance in arcsec between rows and their spectra; nan where one is unknown.

    Parameters
    ----------
    ra, dec : ndarray of shape (n,)
        Degrees.
    headers : sequence of SpectrumHeader, length n
    """
    other_ra = np.array([header.ra for header in headers])
    other_dec = np.array([header.dec for header in headers])
    return angular_distance(ra, dec, other_ra, other_dec)


def _index(
    headers: Sequence[SpectrumHeader], keys: Keys, taken: set[int]
) -> tuple[dict[str, int], set[str]]:
    """Return the spectra that a key names, and the keys that name several."""
    index: dict[str, int] = {}
    several: set[str] = set()
    for i, header in enumerate(headers):
        for name in () if i in taken else keys(header):
            if name and index.setdefault(name, i) != i:
                several.add(name)
    for name in several:
        del index[name]
    return index, several


def _file_name(header: SpectrumHeader) -> tuple[str, ...]:
    return (header.ref.path.name,) if header.ref.row is None else ()


def _file_stem(header: SpectrumHeader) -> tuple[str, ...]:
    return (stem_of(header.ref.path),) if header.ref.row is None else ()


def _bare(text: str) -> str:
    """Return the letters and digits of an ID with letters; a number alone is matched as one."""
    bare = "".join(filter(str.isalnum, text.lower()))
    return "" if bare.isdecimal() else bare


def _telling_word(text: str) -> str:
    """Return an ID that is one word of letters and digits, which a file's name may contain."""
    is_word = len(text) >= SHORTEST_WORD and text.isalnum() and not text.isdecimal()
    return text.lower() if is_word and any(map(str.isdigit, text)) else ""


def _words_of_file(header: SpectrumHeader) -> set[str]:
    words = {word for stem in _file_stem(header) for word in _SEPARATORS.split(stem)}
    return {_telling_word(word) for word in words}


def _stem(name: str) -> str:
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    for suffix in (".gz", ".fits", ".fit", ".fts"):
        base = base.removesuffix(suffix)
    return base


def plates_of(table: Table) -> list[str]:
    """Return plate, date and fibre of each row, as SDSS names its spectra; none without columns.

    Parameters
    ----------
    table : Table
        A catalogue, such as those of SDSS with PLATE, MJD and FIBERID.
    """
    present = {name.lower(): name for name in table.colnames}
    if not {"plate", "mjd", "fiberid"} <= set(present):
        return []
    columns = (as_ids(table, present[name]) for name in ("plate", "mjd", "fiberid"))
    return [
        f"{plate.zfill(4)}-{mjd}-{fibre.zfill(4)}"
        for plate, mjd, fibre in zip(*columns, strict=True)
    ]
