"""Columns appended to CSV, other separated text and ECSV; the cells that are there stay as spelt.

New cells go to the end of each record, before its line end. Byte-order mark, line ends, quotes,
zeros, padding and comments are kept because they are never parsed and written again.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from moosegui.errors import ExportError
from moosegui.files.tables.added_column import AddedColumn
from moosegui.files.tables.formats import DELIMITERS

_ECSV_TYPES = {"float": "float64", "integer": "int16", "text": "string"}


@dataclass(frozen=True, slots=True)
class _Record:
    """One record of a table, which may cover several lines, and how many fields it has."""

    text: str
    n_fields: int


def append_to_text(content: bytes, columns: Sequence[AddedColumn]) -> bytes:
    """Append columns to a table separated by commas, tabs, semicolons or bars.

    Parameters
    ----------
    content : bytes
        The whole file, UTF-8 or any other extension of ASCII.
    columns : sequence of AddedColumn
        With as many values as the table has rows. Null is an empty cell.

    Returns
    -------
    bytes
        The new file.

    Raises
    ------
    ExportError
        If columns are separated by spaces, where an empty cell cannot be written.
    """
    text = _decoded(content, columns)
    lines = _lines(text)
    i_first = next((i for i, line in enumerate(lines) if not _is_skipped(line)), len(lines))
    if i_first == len(lines):
        raise ExportError("The catalogue has no rows to extend; export to a name in .ecsv.")
    delimiter = max(DELIMITERS, key=lines[i_first].count)
    if delimiter not in lines[i_first]:
        raise ExportError(
            "Columns separated by spaces cannot hold empty cells; export to a name in .ecsv."
        )
    i_header = _header_line(lines, i_first, delimiter)
    n_columns = len(_fields(lines[i_header], delimiter))
    header = _extend(_Record(lines[i_header], n_columns), n_columns, _names(columns), delimiter)
    between = lines[i_header + 1 : max(i_header + 1, i_first)]
    body = "".join(lines[max(i_header + 1, i_first) :])
    cells = list(zip(*(column.texts() for column in columns), strict=True))
    rows = _extend_body(body, n_columns, cells, delimiter)
    return _encoded("".join([*lines[:i_header], header, *between, rows]))


def append_to_ecsv(content: bytes, columns: Sequence[AddedColumn]) -> bytes:
    """Append columns to an ECSV table, with their types and descriptions.

    Parameters
    ----------
    content : bytes
        The whole file.
    columns : sequence of AddedColumn
        With as many values as the table has rows. Undefined numbers are `nan`, null is empty.

    Returns
    -------
    bytes
        The new file.

    Raises
    ------
    ExportError
        If its list of columns is not laid out line by line.
    """
    lines = _lines(_decoded(content, columns))
    i_names = next((i for i, line in enumerate(lines) if not _is_skipped(line)), len(lines))
    i_end = _end_of_datatype(lines[:i_names])
    if i_end is None or i_names == len(lines):
        raise ExportError(
            "The list of columns in the ECSV header is laid out in an unusual way; export to a "
            "name in .fits."
        )
    declared = [match for line in lines[:i_names] if (match := _DELIMITER.match(line))]
    delimiter = declared[0]["mark"] if declared else " "
    eol = _eol(lines[0])
    new_types = [f"# - {json.dumps(_declaration(column))}{eol}" for column in columns]
    n_columns = len(_fields(lines[i_names], delimiter))
    names = _extend(_Record(lines[i_names], n_columns), n_columns, _names(columns), delimiter)
    cells = list(zip(*(column.texts(nan="nan") for column in columns), strict=True))
    rows = _extend_body("".join(lines[i_names + 1 :]), n_columns, cells, delimiter)
    head = [*lines[:i_end], *new_types, *lines[i_end:i_names]]
    return _encoded("".join([*head, names, rows]))


def has_separator(content: bytes) -> bool:
    """Whether a text table separates its columns by a mark, so that cells can be empty."""
    lines = (line for line in _lines(_decoded(content)) if not _is_skipped(line))
    first = next(lines, "")
    return any(mark in first for mark in DELIMITERS)


_DELIMITER = re.compile(r"# delimiter: ['\"]?(?P<mark>[ ,])['\"]?\s*$")


def _declaration(column: AddedColumn) -> dict[str, object]:
    return {
        "name": column.name,
        "datatype": _ECSV_TYPES[column.kind],
        "description": column.description,
        "meta": {"ucd": column.ucd},
    }


def _end_of_datatype(header: Sequence[str]) -> int | None:
    """Return the line after the list of columns in an ECSV header."""
    starts = [i for i, line in enumerate(header) if re.match(r"# datatype:\s*$", line)]
    if not starts:
        return None
    end = starts[0] + 1
    while end < len(header) and re.match(r"# (- |  )", header[end]):
        end += 1
    return end


def _decoded(content: bytes, columns: Sequence[AddedColumn] = ()) -> str:
    """Decode a table; one that is no UTF-8 is Latin 1 where the new cells need more than ASCII.

    All of it becomes UTF-8 then. Else its bytes stay as they are.
    """
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        is_ascii = all(text.isascii() for column in columns for text in column.texts())
        if is_ascii:
            return content.decode("utf-8", "surrogateescape")
        return content.decode("latin-1")


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _lines(text: str) -> list[str]:
    return list(io.StringIO(text, newline=""))


def _is_skipped(line: str) -> bool:
    return not line.strip("\ufeff \t\r\n") or line.lstrip("\ufeff \t").startswith("#")


def _eol(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :] or "\n"


def _names(columns: Sequence[AddedColumn]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _fields(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.strip("\ufeff")], delimiter=delimiter, skipinitialspace=True), [])


def _header_line(lines: Sequence[str], i_first: int, delimiter: str) -> int:
    """Return the line of the column names: a last comment of as many fields, else the first."""
    above = [i for i in range(i_first) if lines[i].strip("\ufeff \t\r\n")]
    if above:
        comment = lines[above[-1]].lstrip("\ufeff# ")
        n_fields = len(_fields(lines[i_first], delimiter))
        if len(_fields(comment, delimiter)) == n_fields > 1:
            return above[-1]
    return i_first


def _extend_body(
    body: str, n_columns: int, cells: Sequence[tuple[str, ...]], delimiter: str
) -> str:
    """Append cells to every record of the body; blank lines and comments stay between them."""
    lines = _lines(body)
    reader = csv.reader(iter(lines), delimiter=delimiter, skipinitialspace=True)
    parts, i_line, i_row = [], 0, 0
    for fields in reader:
        text = "".join(lines[i_line : reader.line_num])
        i_line = reader.line_num
        if _is_skipped(text) or not fields:
            parts.append(text)
            continue
        if i_row == len(cells):
            raise ExportError("The catalogue has more rows than were opened; open it again.")
        parts.append(_extend(_Record(text, len(fields)), n_columns, cells[i_row], delimiter))
        i_row += 1
    if i_row != len(cells):
        raise ExportError("The catalogue has fewer rows than were opened; open it again.")
    return "".join(parts)


def _extend(record: _Record, n_columns: int, cells: Sequence[str], delimiter: str) -> str:
    """Append cells to a record; one that is short is filled up, empty cells too many fall."""
    kept = record.text.rstrip("\r\n")
    end = record.text[len(kept) :]
    if delimiter == " ":
        kept = kept.rstrip(" ")
    for _ in range(record.n_fields - n_columns):
        kept = kept.rstrip(" ").removesuffix(delimiter)
    missing = delimiter * max(0, n_columns - record.n_fields)
    return kept + missing + delimiter + _joined(cells, delimiter) + end


def _joined(cells: Sequence[str], delimiter: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator="").writerow(cells)
    if delimiter != " ":
        return buffer.getvalue()
    return " ".join(_quoted(cell) for cell in cells)


def _quoted(cell: str) -> str:
    """Return a cell of space-separated ECSV; what a bare word cannot say stands in quotes."""
    is_bare = re.fullmatch(r"[^\s\"'#,]+", cell)
    return cell if is_bare else '"' + cell.replace('"', '""') + '"'
