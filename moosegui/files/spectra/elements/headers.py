"""What is known of a spectrum before it is read: its place, its ID and its position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from astropy.io import fits

from moosegui.data.catalogue import SpectrumRef
from moosegui.files.content import card_value
from moosegui.files.fits_columns import number_of
from moosegui.files.tables.sexagesimal import degrees_of

REDSHIFT_CARDS = ("Z", "REDSHIFT", "Z_VI", "Z_BEST", "ZBEST", "Z_SPEC", "ZSPEC", "SPECZ", "Z_MUSE",
                  "Z_GAL", "ZGAL", "Z_HELIO", "REDSHFT")  # fmt: skip
MAX_REDSHIFT = 20.0
NO_REDSHIFT = -0.5  # -1, -99 and -9999 stand for none
SUFFIXES = (".gz", ".fits", ".fit", ".fts")


@dataclass(frozen=True, slots=True)
class SpectrumHeader:
    """One spectrum of a file or folder, as its headers describe it.

    Parameters
    ----------
    ref : SpectrumRef
    source_id : str
        The ID card, else OBJECT, else the file's stem (docs/formats.md, section 1.1).
    ra, dec : float
        Degrees; nan when unknown.
    redshift : float
        What the file itself quotes; nan without.
    kind, comment : str
    problem : str
        Why the spectrum cannot be read, a sentence; empty when it can, as far as is known.
    """

    ref: SpectrumRef
    source_id: str
    ra: float = float("nan")
    dec: float = float("nan")
    redshift: float = float("nan")
    kind: str = ""
    comment: str = ""
    problem: str = ""


def stem_of(path: Path) -> str:
    """Return the name of a file without its FITS and gzip suffixes, or without its last one."""
    name = path.name
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
    return in_utf8(name if name != path.name else path.stem)


def in_utf8(name: str) -> str:
    """Return a file name that can be stored: a byte that is no UTF-8 becomes an escape."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def header_of(path: Path, header: fits.Header) -> SpectrumHeader:
    """Describe a file that holds one spectrum, from its primary header."""
    named = card_value(header, "ID", "OBJECT")
    return SpectrumHeader(
        ref=SpectrumRef(path),
        source_id=id_text(named) if named is not None else stem_of(path),
        ra=_degrees(card_value(header, "RA"), hours=True),
        dec=_degrees(card_value(header, "DEC"), hours=False),
        redshift=_redshift(header),
        kind=str(card_value(header, "TYPE", "CLASS", "SPECTYPE") or ""),
    )


def _redshift(header: fits.Header) -> float:
    """Return the redshift that a header quotes; nan without one, or where it says none."""
    present = set(header)  # faster than a look for each of them, which a folder of many files pays
    for keyword in REDSHIFT_CARDS:
        value = card_value(header, keyword) if keyword in present else None
        if isinstance(value, str):
            value = number_of(value)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and NO_REDSHIFT < float(value or 0.0) <= MAX_REDSHIFT:
            return float(value or 0.0)
    return float("nan")


def id_text(value: object) -> str:
    """Return an ID as text: integers exact, whole floats without their point."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", errors="replace")
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value).strip()


def with_unique_ids(headers: Sequence[SpectrumHeader]) -> tuple[SpectrumHeader, ...]:
    """Give every spectrum whose ID is not unique among files its file's stem for an ID."""
    counts = Counter(header.source_id for header in headers)
    return tuple(
        replace(header, source_id=stem_of(header.ref.path))
        if counts[header.source_id] > 1 and header.ref.row is None
        else header
        for header in headers
    )


def integer_groups(text: str) -> tuple[str, ...]:
    """Return the runs of digits in a text."""
    return tuple(re.findall(r"\d+", text))


def _degrees(value: object, *, hours: bool) -> float:
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str) and ":" in value:
        try:
            return degrees_of(value, hours=hours)
        except (ValueError, TypeError):
            return float("nan")
    try:
        return float(str(value)) if value is not None else float("nan")
    except ValueError:
        return float("nan")
