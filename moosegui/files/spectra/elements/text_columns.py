"""Columns of numbers in text: separators, decimal commas, names and units wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.files.content import Unreadable
from moosegui.files.fits_columns import NULL_TEXTS, number_of
from moosegui.files.spectra.elements.names import (
    CATALOGUE_NAMES,
    error_kind_of,
    has_spectrum,
    is_beside,
    is_flux,
    is_wave,
    split_unit,
)
from moosegui.files.spectra.elements.units import flux_unit, scale_of
from moosegui.files.spectra.elements.wave_units import axis_unit

COMMENTS = ("#", "%", "!", "\\", ";#", "//")
SEPARATORS = (";", "\t", "|", ",")
OPEN_ENDED = (",", "\t")  # one may stand behind the last cell of a line
MAX_NUMBER = 64  # characters of a cell that may be one
N_LINES = 20  # data lines without names that must look like a spectrum
SHORTEST_WHOLE = 90.0  # whole numbers below count sources, and are no wavelengths
MAX_COMMENTS = 200  # of which the last ones may name columns

_CARD = re.compile(r"^([A-Z0-9_/-]{1,8})\s*=\s*(.*)$")
_REMARK = re.compile(r"^(?:HISTORY|COMMENT)?(?:\s|$)")  # cards of a FITS header without a value
_WORD = re.compile(r"[^\s,;|()\[\]]+(?:\s*[(\[][^)\]]*[)\]])?")
_NUMBERED = re.compile(
    r"(?:col(?:umn)?\.?\s*)?[(\[]?(\d{1,2})[)\]]?\s*(?:[:=.)-]+\s*|\s)(.+)", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")
_AXIS_LIKE = re.compile(r"(?:obs|rest|air|vac)?_?(?:w|lam|lbd|ang|freq|nu\b|micron|aa\b)", re.I)
_DECIMAL_COMMA = re.compile(r"^\s*[+-]?\d+,\d+(?:[eE][+-]?\d+)?\s*$")


@dataclass(frozen=True)
class TextColumns:
    """Columns by name, in order; `notes` are the words on those that are named in sentences.

    `cards` are the header cards of a text that IRAF's wspectext wrote; `comments` the lines before
    the data.
    """

    columns: Mapping[str, FloatArray]
    units: Mapping[str, str] = field(default_factory=dict)
    is_named: bool = False
    cards: Mapping[str, str] = field(default_factory=dict)
    comments: Sequence[str] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Lines:
    """A text parted into comments before the data, and lines of data."""

    comments: list[str]
    data: list[str]
    cards: dict[str, str]


def looks_like_spectrum(text: str) -> bool:
    """Whether the beginning of a text is a table of a spectrum: by its names or its numbers."""
    lines = _parted(text, is_whole=False)
    if lines.data and _named_at(lines) is not None:
        return True
    separator, beginning = _separator(lines.data), lines.data[:N_LINES]
    rows = [_numbers(line, separator, _width(beginning, separator)) for line in beginning]
    if len(rows) < N_LINES or any(row is None for row in rows):
        return False
    numbers = [row for row in rows if row is not None]
    width = len(numbers[0])
    if width < 2 or any(len(row) != width for row in numbers):
        return False
    first = np.array([row[0] for row in numbers])
    steps = np.diff(first)
    is_count = bool(np.all(first == np.rint(first))) and first.min() < SHORTEST_WHOLE
    names_sources = any(
        {word.lower() for word in words} & CATALOGUE_NAMES
        for comment in lines.comments[-3:]
        for words in _word_lists(comment)
        if len(words) == width
    )
    is_ordered = bool(np.all(steps > 0) or np.all(steps < 0)) and first.min() > 0
    return is_ordered and not is_count and not names_sources


def read_columns(text: str, positional: Sequence[str]) -> TextColumns:
    """Read all columns of a text.

    Parameters
    ----------
    text : str
        The whole file.
    positional : sequence of str
        Names of the columns where the text names none; later ones are called `column 5` ...

    Raises
    ------
    Unreadable
        If lines are no numbers or differ in length.
    """
    lines = _parted(text)
    found = _named_at(lines)
    if found is None:
        matrix = _matrix(lines.data, _separator(lines.data))
        n = matrix.shape[1]
        names = [positional[i] if i < len(positional) else f"column {i + 1}" for i in range(n)]
        units = _units_of_cards(lines.cards)
        values = {name: matrix[:, i] for i, name in enumerate(names)}
        return TextColumns(values, units, cards=lines.cards, comments=lines.comments)
    words, start = found
    separator = _separator(lines.data[start:] or lines.data)
    units_line = _units_line(lines, start, len(words))
    start += units_line is not None and _is_units_data(lines, start, len(words))
    width = len(words)
    rows = [_filled(line, separator, width) for line in lines.data[start:]]
    if any(len(row) != width for row in rows):
        n = next(len(row) for row in rows if len(row) != width)
        raise Unreadable(f"has a line of {n} numbers under {width} names; correct the table")
    names = _unique([split_unit(word)[0] for word in words])
    units = {name: split_unit(word)[1] for name, word in zip(names, words, strict=True)}
    for name, unit in zip(names, units_line or (), strict=False):
        units[name] = units[name] or unit
    columns = {
        name: np.array([_number(row[i], separator) for row in rows], dtype=np.float64)
        for i, name in enumerate(names)
    }
    told = _told_of_columns(lines.comments, width)
    notes = dict(zip(names, told, strict=True)) if len(told) == width else {}
    return TextColumns(columns, units, is_named=True, comments=lines.comments, notes=notes)


def own_columns(text: str, *, is_whole: bool) -> TextColumns | None:
    """Return the columns of numbers of a text by the names of its first line, whatever they say.

    Parameters
    ----------
    text : str
        A file, or its beginning.
    is_whole : bool
        Whether it is the file; of a beginning the last line is left out.

    Returns
    -------
    TextColumns or None
        None where the first line names nothing, or the others are no numbers.
    """
    lines = _parted(text, is_whole=is_whole)
    if len(lines.data) <= N_LINES or _numbers(lines.data[0], _separator(lines.data)) is not None:
        return None
    body = lines.data[1:]
    separator = _separator(body)
    if any(_numbers(line, separator) is None for line in body[:N_LINES]):
        return None
    width = _width(body[:N_LINES], separator)
    words = next((words for words in _word_lists(lines.data[0]) if len(words) == width), None)
    if words is None or width < 2:
        return None
    cells = [_filled(line, separator, width) for line in body]
    if any(len(row) != width for row in cells):
        return None
    names = _unique([split_unit(word)[0] for word in words])
    units = {name: split_unit(word)[1] for name, word in zip(names, words, strict=True)}
    columns = {
        name: np.array([_number(row[i], separator) for row in cells])
        for i, name in enumerate(names)
    }
    return TextColumns(columns, units, is_named=True, comments=lines.comments)


def _parted(text: str, *, is_whole: bool = True) -> _Lines:
    lines = text.splitlines()
    if not is_whole and not text.endswith(("\n", "\r")):
        lines = lines[:-1] or lines  # the last one may be cut
    cards: dict[str, str] = {}
    end = next((i for i, line in enumerate(lines[:500]) if line.strip() == "END"), None)
    if end is not None and all(_CARD.match(line) or _REMARK.match(line) for line in lines[:end]):
        for line in lines[:end]:
            if found := _CARD.match(line):
                cards[found[1]] = found[2].split(" /")[0].strip().strip("'").strip()
        lines = lines[end + 1 :]
    comments: list[str] = []
    data: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        if line.lstrip().startswith(COMMENTS):
            if not data:
                comments.append(line.lstrip().lstrip("#%!\\;/").strip())
        else:
            data.append(line)
    return _Lines(comments[-MAX_COMMENTS:], data, cards)


def _separator(data: Sequence[str]) -> str:
    """Return what parts the cells: the first mark of `SEPARATORS` in the line, else blanks."""
    if not data:
        return " "
    line = data[min(1, len(data) - 1)]
    for mark in SEPARATORS:
        if mark in line:
            is_decimal = mark == "," and all(map(_DECIMAL_COMMA.match, line.split()))
            return " " if is_decimal and len(line.split()) > 1 else mark
    return " "


def _cells(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    cells = [cell.strip().strip('"').strip() for cell in line.strip(" \r\n").split(separator)]
    return cells[:-1] if len(cells) > 2 and not cells[-1] and separator in OPEN_ENDED else cells


def _filled(line: str, separator: str, width: int) -> list[str]:
    """Return the cells of a line, with an empty last one where it ends so and is one short."""
    cells = _cells(line, separator)
    is_open = separator in OPEN_ENDED and line.rstrip(" \r\n").endswith(separator)
    return [*cells, ""] if is_open and len(cells) == width - 1 else cells


def _width(lines: Sequence[str], separator: str) -> int:
    return max((len(_cells(line, separator)) for line in lines), default=0)


def _number(cell: str, separator: str) -> float:
    if separator != "," and _DECIMAL_COMMA.match(cell):
        cell = cell.replace(",", ".")
    return number_of(cell.replace("D", "E").replace("d", "e") if _is_fortran(cell) else cell)


def _is_fortran(cell: str) -> bool:
    return len(cell) < MAX_NUMBER and bool(re.fullmatch(r"[+-]?\d*\.?\d+[Dd][+-]?\d+", cell))


def _numbers(line: str, separator: str, width: int = 0) -> list[float] | None:
    """Return the numbers of a line, None when a cell is none."""
    numbers = []
    for cell in _filled(line, separator, width):
        number = _number(cell, separator)
        if np.isnan(number) and cell.strip().lower() not in NULL_TEXTS:
            return None
        numbers.append(number)
    return numbers


def _named_at(lines: _Lines) -> tuple[list[str], int] | None:
    """Return the names of the columns and the number of data lines they take; None without."""
    if not lines.data:
        return None
    separator, first = _separator(lines.data), lines.data[0]
    width = _width(lines.data[-3:], separator)
    in_first = [words for words in _word_lists(first) if has_spectrum(words)]
    if _numbers(first, separator) is not None:
        in_first = []
    for words in in_first:
        if len(words) == width or len(lines.data) < 2:
            return words, 1
    for comment in reversed(lines.comments):
        for words in _word_lists(comment):
            if len(words) == width and has_spectrum(words):
                return words, 0
    last = lines.comments[-1] if lines.comments else ""  # names, of which the first is not known
    for words in _word_lists(last):
        if len(words) == width > 1 and _are_of_flux(words):
            return ["wave", *words[1:]], 0
    described = [_word_of(told) for told in _told_of_columns(lines.comments, width)]
    if has_spectrum(described):
        return described, 0
    return (in_first[0], 1) if in_first else None


def _are_of_flux(words: Sequence[str]) -> bool:
    """Whether words name fluxes behind a first column of another name, which has wavelengths.

    A remark has as many words by chance, as `DR16 flux calibrated` has: then the first word must
    begin as one of wavelengths does, or each other one be known.
    """
    first, *others = words
    stems = [split_unit(word)[0] for word in others]
    is_axis = bool(_AXIS_LIKE.match(first))
    if not is_axis and not all(is_flux(s) or error_kind_of(s) or is_beside(s) for s in stems):
        return False
    is_first = not (is_flux(first) or error_kind_of(first) or first.lower() in CATALOGUE_NAMES)
    is_free = not ({word.lower() for word in words} & CATALOGUE_NAMES)
    no_number = all(np.isnan(number_of(word)) for word in words)
    return is_first and is_free and no_number and any(map(is_flux, stems))


def _told_of_columns(comments: Sequence[str], width: int) -> list[str]:
    """Return what numbered comments tell of each column: `Column 2: flux density [uJy]`."""
    found = filter(None, map(_NUMBERED.match, comments))
    told = {int(one[1]): one[2].strip() for one in found}
    numbers = list(range(1, width + 1))
    if sorted(told) != numbers:
        numbers = list(range(width))  # some count from 0
    return [told[number] for number in numbers] if sorted(told) == numbers else []


def _word_of(told: str) -> str:
    """Return the word of a sentence on a column that names it, with its unit in brackets."""
    plain = _IN_BRACKETS.sub(" ", told)
    words = re.findall(r"[A-Za-z_][\w\-]*", plain)
    kinds = (lambda word: error_kind_of(word) is not None, is_wave, is_flux)
    name = next((word for is_kind in kinds for word in words if is_kind(word)), plain.strip())
    for unit in _IN_BRACKETS.findall(told):
        if axis_unit(unit) is not None or flux_unit(unit) or scale_of(unit) is not None:
            return f"{name} [{unit}]"
    return name


def _word_lists(line: str) -> list[list[str]]:
    """Return the ways in which a line of names can be parted into words."""
    ways = [
        [word.strip().strip('"').strip() for word in line.split(mark)]
        for mark in SEPARATORS
        if mark in line
    ]
    label, mark, behind = line.partition(": ")  # "Columns: Wavelength (nm), Flux density (Jy)"
    if mark and label and "," in behind:
        ways.append([word.strip() for word in behind.split(",")])
    ways.append([word.strip('"') for word in _WORD.findall(line)])
    ways.append(line.split())
    return ways


def _units_line(lines: _Lines, start: int, width: int) -> list[str] | None:
    """Return the units of the columns where a line of their own gives them."""
    if start and len(lines.data) > start and _is_units_data(lines, start, width):
        return _cells(lines.data[start], _separator(lines.data[start + 1 :]))
    for comment in reversed(lines.comments):
        for words in _word_lists(comment):
            if len(words) == width and _are_units(words):
                return [word.strip("()[]") for word in words]
    return None


def _is_units_data(lines: _Lines, start: int, width: int) -> bool:
    if not start or len(lines.data) <= start:
        return False
    words = _cells(lines.data[start], _separator(lines.data[start + 1 :]))
    return len(words) == width and _are_units(words)


def _are_units(words: Sequence[str]) -> bool:
    """Whether the first word is a unit of wavelength and every other one some unit."""
    first, *others = [word.strip("()[] ") for word in words]
    unit = axis_unit(first)
    known = all(
        not word or word in ("-", "--", "none") or flux_unit(word) or scale_of(word) is not None
        for word in others
    )
    return unit is not None and bool(first) and known


def _units_of_cards(cards: Mapping[str, str]) -> dict[str, str]:
    found = re.search(r"units\s*=\s*(\S+)", cards.get("WAT1_001", ""))
    unit = cards.get("CUNIT1", "") or (found[1] if found else "")
    return {"wave": unit, "flux": cards.get("BUNIT", "")}


def _matrix(data: Sequence[str], separator: str) -> FloatArray:
    width = _width(data, separator)
    rows = [_numbers(line, separator, width) for line in data]
    wrong = [i for i, row in enumerate(rows) if row is None or len(row) != width]
    if not width or wrong:
        some = f", such as “{data[wrong[0]].strip()[:60]}”" if wrong else ""
        raise Unreadable(
            f"has lines that are no numbers or differ in length{some}; correct the table"
        )
    return np.array(rows, dtype=np.float64)


def _unique(names: Sequence[str]) -> list[str]:
    unique: list[str] = []
    for i, name in enumerate(names):
        label = name or f"column {i + 1}"
        while label in unique:
            label += "_"
        unique.append(label)
    return unique
