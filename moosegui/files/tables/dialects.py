"""Tables as text with a header of their own: IPAC, AAS and CDS, SExtractor, Markdown.

Their cells stay texts, as those of every text table; nulls that the header declares become empty,
units stay with their columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from astropy import units as u
from astropy.table import Column, Table

from moosegui.data.arrays import FloatArray
from moosegui.files.content import Unreadable
from moosegui.files.tables.meanings import DEGREES, HOURS, SIGN_OF_DEGREES

_CDS_TITLE = re.compile(r"^Byte-by-byte Description of file", re.MULTILINE)
_CDS_COLUMN = re.compile(
    r"^\s*(?:(?P<start>\d+)\s*-)?\s*(?P<end>\d+)\s+(?P<format>[AIFELD]\S*)\s+(?P<unit>\S+)\s+"
    r"(?P<name>\S+)(?:\s+(?P<text>.*))?$"
)
_CDS_NULL = re.compile(r"\?=(\S+)")
_RULE = re.compile(r"^[-=]{20,}\s*$")
_SEXTRACTOR = re.compile(r"^#\s*(\d+)\s+(\S+)(.*)$")
_BRACKETS = re.compile(r"\[([^\]]*)\]\s*$")
_FRAME = re.compile(r"[|+]?(?=[^-]*--)[-:| +]*-[-:| +]*[|+][-:| +]*")
_BAR = re.compile(r"(?<!\\)\|")
_OUTER_BARS = re.compile(r"^\|\s*|\s*(?<!\\)\|$")
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Dialect:
    """A kind of text table.

    Parameters
    ----------
    name : str
        As users call it.
    is_here : callable
        Whether the beginning of a text is of this kind.
    read : callable
        The table of a whole text; raises Unreadable.
    """

    name: str
    is_here: Callable[[str], bool]
    read: Callable[[str], Table]


@dataclass(frozen=True, slots=True)
class _Field:
    """One column of a table of fixed widths."""

    name: str
    start: int
    end: int | None
    unit: str = ""
    null: str = ""


def dialect_of(text: str) -> Dialect | None:
    """Return the kind of text table that a text begins as; None for every other text."""
    return next((dialect for dialect in DIALECTS if dialect.is_here(text)), None)


def _is_ipac(text: str) -> bool:
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("\\"))
    first = next(lines, "")
    return first.startswith("|") and first.rstrip().endswith("|") and first.count("|") > 1


def _read_ipac(text: str) -> Table:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("\\")]
    head = [line for line in lines[:4] if line.startswith("|")]
    bars = [i for i, mark in enumerate(head[0]) if mark == "|"]
    rows = [[_between(line, bars, i) for i in range(len(bars) - 1)] for line in head]
    rows += [[""] * (len(bars) - 1)] * (4 - len(rows))
    names, _, units, nulls = rows
    ends = [*bars[1:-1], None]
    fields = [
        _Field(name, bars[i] + 1, ends[i], units[i].strip("-"), nulls[i])
        for i, name in enumerate(names)
    ]
    return _fixed_width(fields, [line for line in lines if not line.startswith("|")])


def _between(line: str, bars: Sequence[int], i: int) -> str:
    return line[bars[i] + 1 : bars[i + 1]].strip()


def _is_framed(text: str) -> bool:
    """Whether columns stand between bars below a rule: Markdown, Org, and what databases print."""
    head = [line.strip() for line in text[:4000].splitlines() if line.strip()][:4]
    rules = [i for i, line in enumerate(head) if _FRAME.fullmatch(line)]
    rows = [line for line in head if not _FRAME.fullmatch(line)]
    return bool(rules) and rules[-1] >= 1 and bool(rows) and all("|" in row for row in rows)


def _read_framed(text: str) -> Table:
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if "|" in line and not _FRAME.fullmatch(line)]
    outer = _OUTER_BARS if lines[0].startswith("|") else _NOTHING
    names, *rows = [
        [cell.strip().replace("\\|", "|") for cell in _BAR.split(outer.sub("", line))]
        for line in lines
    ]
    bad = next((i for i, row in enumerate(rows) if len(row) != len(names)), None)
    if bad is not None:
        raise Unreadable(
            f"is a table between bars with {len(rows[bad])} cells in row {bad + 1} for "
            f"{len(names)} columns; correct it"
        )
    return Table([_column(n, [row[i] for row in rows], "") for i, n in enumerate(names)])


def _is_cds(text: str) -> bool:
    return _CDS_TITLE.search(text) is not None


def _read_cds(text: str) -> Table:
    lines = text.splitlines()
    title = next(i for i, line in enumerate(lines) if _CDS_TITLE.match(line))
    rules = [i for i, line in enumerate(lines) if _RULE.match(line) and i > title]
    if len(rules) < 3:
        raise Unreadable("is a machine-readable table whose byte-by-byte description has no end")
    described = (_CDS_COLUMN.match(line) for line in lines[rules[1] + 1 : rules[2]])
    fields = [_cds_field(found) for found in described if found is not None]
    rows = [line for line in lines[rules[-1] + 1 :] if line.strip()]
    if not fields or not rows:
        raise Unreadable(
            "is the description of a machine-readable table without its rows; give the file that "
            "holds both"
        )
    return with_degrees(_fixed_width(fields, rows))


def _cds_field(found: re.Match[str]) -> _Field:
    end = int(found["end"])
    null = _CDS_NULL.search(found["text"] or "")
    unit = "" if found["unit"].startswith("---") else found["unit"]
    return _Field(found["name"], int(found["start"] or end) - 1, end, unit, null[1] if null else "")


def with_degrees(table: Table) -> Table:
    """Return a table with RAdeg and DEdeg where hours, minutes and seconds have their columns."""
    if "RAdeg" in table.colnames or not {*HOURS[:2], *DEGREES[:2]} <= set(table.colnames):
        return table
    is_signed = SIGN_OF_DEGREES in table.colnames
    sign = np.where(table[SIGN_OF_DEGREES] == "-", -1.0, 1.0) if is_signed else 1.0
    ra, dec = _sexagesimal(table, HOURS) * 15.0, sign * _sexagesimal(table, DEGREES)
    for name, values in (("RAdeg", ra), ("DEdeg", dec)):
        table[name] = Column(
            [repr(value) if np.isfinite(value) else "" for value in values.tolist()], unit=u.deg
        )
    return table


def _sexagesimal(table: Table, names: Sequence[str]) -> FloatArray:
    total = np.zeros(len(table))
    for i, name in enumerate(names):
        if name in table.colnames:
            total += np.array([_number(str(cell)) for cell in table[name]]) / 60.0**i
    return total


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _is_sextractor(text: str) -> bool:
    found = _SEXTRACTOR.match(text.lstrip("\n").split("\n", 1)[0])
    return found is not None and int(found[1]) == 1


def _read_sextractor(text: str) -> Table:
    lines = [line for line in text.splitlines() if line.strip()]
    head = [found for line in lines if (found := _SEXTRACTOR.match(line)) is not None]
    rows = [line.split() for line in lines if not line.startswith("#")]
    width = max(len(rows[0]) if rows else 0, int(head[-1][1]))
    names = {int(found[1]): found[2] for found in head}
    units = {found[2]: unit[1] for found in head if (unit := _BRACKETS.search(found[3]))}
    words = {found[2]: _BRACKETS.sub("", found[3]).strip() for found in head}
    labels: list[str] = []
    base, part = "", 0
    for number in range(1, width + 1):  # a number that is missing continues the vector before it
        base, part = (names[number], 0) if number in names else (base, part + 1)
        labels.append(f"{base}_{part}" if part else base)
    bad = next((i for i, row in enumerate(rows) if len(row) != width), None)
    if bad is not None:
        raise Unreadable(
            f"is a SExtractor catalogue with {len(rows[bad])} fields in data row {bad + 1} for "
            f"{width} columns; check its header"
        )
    cells = list(zip(*rows, strict=True)) if rows else [()] * width
    return Table(
        [
            _column(name, column, units.get(name, ""), words.get(name, ""))
            for name, column in zip(labels, cells, strict=True)
        ]
    )


def _fixed_width(fields: Sequence[_Field], lines: Sequence[str]) -> Table:
    columns = []
    for field in fields:
        cells = [line[field.start : field.end].strip() for line in lines]
        if field.null:
            cells = _without_null(cells, field.null)
        columns.append(_column(field.name, cells, field.unit))
    return Table(columns)


def _without_null(cells: list[str], null: str) -> list[str]:
    spellings = {cell for cell in set(cells) if cell == null or _number(cell) == _number(null)}
    return ["" if cell in spellings else cell for cell in cells]


def _column(name: str, cells: Iterable[str], unit: str, description: str = "") -> Column:
    column = Column(np.array(list(cells), dtype=str), name=name, description=description or None)
    if unit:
        column.unit = u.Unit(unit, parse_strict="silent")
    return column


DIALECTS = (
    Dialect("table between bars (Markdown)", _is_framed, _read_framed),
    Dialect("IPAC table", _is_ipac, _read_ipac),
    Dialect("machine-readable table of AAS or CDS", _is_cds, _read_cds),
    Dialect("SExtractor catalogue", _is_sextractor, _read_sextractor),
)
