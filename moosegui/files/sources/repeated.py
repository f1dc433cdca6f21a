"""Spectra of IDs that repeat, as numbers of sources do in surveys of several fields.

Where an ID stands in several rows or on several spectra, the position tells which spectrum belongs
to which row, else the name of the field in the name of the file (docs/formats.md, section 2.1).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from astropy.table import Table

from moosegui.data.arrays import FloatArray
from moosegui.data.sky.neighbours import angular_distance
from moosegui.files.sources.identity import number_text
from moosegui.files.sources.matching import last_number
from moosegui.files.spectra.elements.headers import SpectrumHeader, stem_of
from moosegui.files.tables.column_names import plain_name
from moosegui.files.tables.columns import as_texts

SAME_PLACE = 2.0  # arcsec within which a row and a spectrum of the same ID are of one source
FIELD_COLUMNS = ("field", "fieldid", "fieldname", "pointing", "mask", "maskname", "tile")


def fields_of(table: Table) -> list[str]:
    """Return the field of each row, as it may stand in names of files; empty without a column."""
    named = {plain_name(name): name for name in reversed(table.colnames)}
    name = next((named[plain] for plain in FIELD_COLUMNS if plain in named), "")
    if not name or np.ndim(table[name]) != 1:
        return [""] * len(table)
    return [_bare(text) for text in as_texts(table, name)]


def settle_repeated(
    ids: Sequence[str],
    positions: tuple[FloatArray, FloatArray],
    fields: Sequence[str],
    headers: Sequence[SpectrumHeader],
) -> Mapping[int, int | None]:
    """Say which spectrum the rows of a repeated ID have; None where it is that of another row.

    Parameters
    ----------
    ids, fields : sequence of str, length n
    positions : (ra, dec), ndarray of shape (n,)
        Of the rows in degrees, nan where unknown.
    headers : sequence of SpectrumHeader

    Returns
    -------
    mapping of int to int or None
        Row to index of its spectrum, of the rows of which something is known.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for i_row, text in enumerate(ids):
        rows[number_text(text) or text].append(i_row)
    places = np.array([(h.ra, h.dec) for h in headers]).reshape(-1, 2)
    if len(headers) > 1 and len({tuple(place) for place in places.tolist()}) == 1:
        places = np.full_like(places, np.nan)  # one place for all is where the telescope pointed
    settled: dict[int, int | None] = {}
    spectra = _by_name(headers)
    for name, of_name in rows.items():
        candidates = spectra.get(name, []) if name else []
        if not candidates or max(len(of_name), len(candidates)) < 2:
            continue
        for i_row in of_name:
            here = (positions[0][i_row], positions[1][i_row])
            found = _nearest(here, places, candidates)
            if found is not None and (found[0] is not None or len(of_name) > 1):
                settled[i_row] = found[0]
            elif (field := fields[i_row]) and len(candidates) > 1:
                fitting = [i for i in candidates if field in _bare(stem_of(headers[i].ref.path))]
                if len(fitting) == 1:
                    settled[i_row] = fitting[0]
    return settled


def _by_name(headers: Sequence[SpectrumHeader]) -> dict[str, list[int]]:
    """Return the spectra of each ID and each last number of a file's name, without leading zeros.

    The spectra of a folder whose IDs repeat are called by their files.
    """
    found: dict[str, list[int]] = defaultdict(list)
    for i, header in enumerate(headers):
        own = number_text(header.source_id) or header.source_id
        for name in {own, last_number(header)} - {""}:
            found[name].append(i)
    return found


def _nearest(
    here: tuple[float, float], places: FloatArray, candidates: Sequence[int]
) -> tuple[int | None] | None:
    """Return the spectrum at a place, (None,) where all are elsewhere, None where nobody knows."""
    ra, dec = places[list(candidates)].T
    apart = angular_distance(np.full(ra.shape, here[0]), np.full(dec.shape, here[1]), ra, dec)
    if not np.isfinite(apart).any():
        return None
    best = int(np.nanargmin(apart))
    if apart[best] <= SAME_PLACE:
        return (candidates[best],)
    return (None,) if np.isfinite(apart).all() else None


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))
