"""What is known of a spectrum before it is read: its place, its ID and its position."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from astropy.io import fits
from astropy.table import Table

from moosegui.data.catalogue import SpectrumRef
from moosegui.files.content import card_value
from moosegui.files.fits_columns import number_of
from moosegui.files.tables.columns import as_texts
from moosegui.files.tables.sexagesimal import degrees_of

Cards: TypeAlias = fits.Header | Mapping[str, str | float]
REDSHIFT_CARDS = ("Z", "REDSHIFT", "Z_VI", "Z_BEST", "ZBEST", "Z_SPEC", "ZSPEC", "SPECZ", "Z_MUSE",
                  "Z_GAL", "ZGAL", "Z_HELIO", "REDSHFT")  # fmt: skip
# In this order; those behind OBJECT are of JWST, Euclid, 6dF, 2dF, DEIMOS and SDSS-V
ID_CARDS = ("ID", "OBJECT", "TARGETID", "SOURCEID", "SRCID", "SRC_ID", "MUSE_ID", "OBJ_ID",
            "OBJID", "CATID", "GALID", "GAL_ID", "OBJNO", "OBJNAME", "TARGNAME",
            "TARGET", "SRCNAME", "SEQNUM")  # fmt: skip
# The object's own before RA and DEC, where many instruments write what the telescope looked at
RA_CARDS = ("RA_OBJ", "OBJ_RA", "OBJRA", "RAOBJ", "SRCRA", "SRC_RA", "PLUG_RA", "CATARA", "RA",
            "RA_TARG", "TARG_RA", "TARGRA", "RADEG", "RA_DEG", "ALPHA")  # fmt: skip
DEC_CARDS = ("DEC_OBJ", "OBJ_DEC", "OBJDEC", "DECOBJ", "SRCDEC", "SRC_DEC", "PLUG_DEC", "CATADEC",
             "DEC", "DEC_TARG", "TARG_DEC", "TARGDEC", "DECDEG", "DEDEG", "DEC_DEG",
             "DELTA")  # fmt: skip
MAX_REDSHIFT = 20.0
NO_REDSHIFT = -0.5  # -1, -99 and -9999 stand for none
PACKED_TEXTS = (".csv", ".tsv", ".txt", ".dat", ".asc", ".ascii", ".ecsv", ".tbl", ".xml", ".vot")
SUFFIXES = (".gz", ".fits", ".fit", ".fts")


MAX_COLUMNS = 40  # that are named in a sentence


def some_names(names: Sequence[str]) -> str:
    """Return names for a sentence: the first forty, and how many more there are."""
    further = f" and {len(names) - MAX_COLUMNS} more" if len(names) > MAX_COLUMNS else ""
    return ", ".join(names[:MAX_COLUMNS]) + further


def columns_not_used(names: Sequence[str]) -> tuple[str, ...]:
    """Name the columns beside the spectra of a list of sources that were not used."""
    return (f"Columns of the sources not used: {some_names(names)}.",) if names else ()


# What TARGUSE of WEAVE and OBJTYPE of SDSS, DESI and HSRED say of fibres without a source
USES = ("TARGUSE", "OBJTYPE")
SKIES = frozenset(("S", "SKY"))
IDLE = frozenset(("UNUSED", "UNASSIGNED", "REJECT", "BAD", "NA"))
SKY, UNUSED = "sky fibre", "unused fibre"


def use_column(table: Table) -> str:
    """Return the column that says what a fibre looks at; empty without one."""
    return next((name for name in USES if name in table.colnames), "")


def fibre_kinds(table: Table, name: str, n_rows: int) -> list[str]:
    """Return the kind of each source, or that its fibre looks at the sky or at nothing.

    Parameters
    ----------
    table : Table
    name : str
        The column of kinds; empty without one.
    n_rows : int
    """
    kinds = as_texts(table, name, n_rows)
    uses = (use.strip().upper() for use in as_texts(table, use_column(table), n_rows))
    said = (SKY if use in SKIES else UNUSED if use in IDLE else "" for use in uses)
    return [kind or use for kind, use in zip(kinds, said, strict=True)]


def fibres_without_source(table: Table) -> tuple[str, ...]:
    """Tell how many fibres of a table have no source; they are listed all the same."""
    kinds = fibre_kinds(table, "", len(table))
    parts = [f"{n} {kind}{'s' * (n > 1)}" for kind in (SKY, UNUSED) if (n := kinds.count(kind))]
    said = f"Among the {len(table)} fibres that are listed, {use_column(table)} tells of "
    return (f"{said}{' and '.join(parts)}.",) * bool(parts)


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
    elsewhere : Path or None
        The folder to which a link leads that is not followed.
    is_asked : bool
        Whether it is a table whose columns nobody knows by name.
    """

    ref: SpectrumRef
    source_id: str
    ra: float = float("nan")
    dec: float = float("nan")
    redshift: float = float("nan")
    kind: str = ""
    comment: str = ""
    problem: str = ""
    elsewhere: Path | None = None
    is_asked: bool = False


def stem_of(path: Path) -> str:
    """Return the name of a file without its FITS and gzip suffixes, or without its last one."""
    name = path.name
    for suffix in SUFFIXES:
        if name.lower().endswith(suffix) and len(name) > len(suffix):
            name = name[: -len(suffix)]
    is_packed_text = name.lower().endswith(PACKED_TEXTS) and path.name.lower().endswith(".gz")
    return in_utf8(name if name != path.name and not is_packed_text else Path(name).stem)


def in_utf8(name: str) -> str:
    """Return a file name that can be stored: a byte that is no UTF-8 becomes an escape."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def header_of(path: Path, *headers: Cards) -> SpectrumHeader:
    """Describe a file that holds one spectrum, from its headers.

    Parameters
    ----------
    path : Path
    *headers : Header or mapping of str to value
        The primary one, then that of the spectrum; the first that says a thing is believed.
    """
    own = _of_hierarchies(headers)
    first = _described(path, headers[0])
    for header in (*headers[1:], own):
        other = _described(path, header)
        first = SpectrumHeader(
            ref=first.ref,
            source_id=first.source_id,
            redshift=other.redshift if np.isnan(first.redshift) else first.redshift,
            kind=first.kind or other.kind,
        )
    return replace(
        first,
        source_id=_named(headers) or _named((own,)) or stem_of(path),
        ra=_angle((*headers, own), RA_CARDS, hours=True),
        dec=_angle((*headers, own), DEC_CARDS, hours=False),
    )


def _of_hierarchies(headers: Sequence[Cards]) -> dict[str, str | float]:
    """Return the cards of a survey's own hierarchy by their last word: `HIERARCH PND OBJID`."""
    found: dict[str, str | float] = {}
    for header in headers:
        for keyword in header:
            if keyword.count(" ") == 1 and (value := card_value(header, keyword)) is not None:
                found.setdefault(keyword.split(" ")[1], value)
    return found


def _named(headers: Sequence[Cards]) -> str:
    """Return the ID by the first card of `ID_CARDS` that any header has; empty without one."""
    present = [set(header) for header in headers]
    for keyword in ID_CARDS:
        for header, cards in zip(headers, present, strict=True):
            is_mask = keyword == "TARGET" and {"PYP_SPEC", "RA_OBJ"} <= cards  # of slits
            named = card_value(header, keyword) if keyword in cards and not is_mask else None
            if named is not None:
                return id_text(named)
    return ""


def _angle(headers: Sequence[Cards], keywords: Sequence[str], *, hours: bool) -> float:
    """Return a position by the first of some cards that any header has: of the source, then of
    what the telescope looked at, then of a survey's own hierarchy; nan without one.
    """
    present = [set(header) for header in headers]
    for keyword in keywords:
        for header, cards in zip(headers, present, strict=True):
            if keyword in cards:
                angle = _degrees(card_value(header, keyword), hours=hours)
                if np.isfinite(angle):
                    return angle
    return float("nan")


def _described(path: Path, header: Cards) -> SpectrumHeader:
    """Return what one header says of the source but its ID and position."""
    present = set(header)  # faster than a look for each card, which a folder of many files pays
    return SpectrumHeader(
        ref=SpectrumRef(path),
        source_id="",
        redshift=_redshift(header, present),
        kind=str(_first(header, present, ("TYPE", "CLASS", "SPECTYPE")) or ""),
    )


def _first(
    header: Cards, present: set[str], keywords: Sequence[str]
) -> str | int | float | bool | None:
    return card_value(header, *(key for key in keywords if key in present))


def _redshift(header: Cards, present: set[str]) -> float:
    """Return the redshift that a header quotes; nan without one, or where it says none."""
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
