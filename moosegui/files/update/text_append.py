"""Columns appended to CSV, other separated text and ECSV; the cells that are there stay as spelt.

New cells go to the end of each record, before its line end. Byte-order mark, line ends, quotes,
zeros, padding and comments are kept because they are never parsed and written again.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from moosegui.errors import ExportError
from moosegui.files.tables.added_column import AddedColumn
from moosegui.files.tables.cells import is_row
from moosegui.files.tables.formats import DELIMITERS
from moosegui.files.tables.quotes import has_open_quote
from moosegui.files.update.layout import UpdateRows
from moosegui.files.update.pieces import ASTROPY_PARTS, CHUNK, N_ROWS, Frame, Piece, opened

N_BELOW_HEADER = 2  # lines that units or a rule may take, which later rows are not asked for
_ECSV_TYPES = {"float": "float64", "integer": "int16", "text": "string"}


@dataclass(frozen=True, slots=True)
class _Record:
    """One record of a table, which may cover several lines, and how many fields it has."""

    text: str
    n_fields: int


@dataclass(frozen=True, slots=True)
class _Start:
    """A table up to its first row, as it was and as it becomes, and how its rows are written."""

    before: str
    after: str
    delimiter: str
    n_columns: int
    nan: str = ""


class TextExtension:
    """A table in text that gets columns: CSV and the like, and ECSV with types and descriptions.

    Null is an empty cell; an undefined number in ECSV is `nan`.

    Parameters
    ----------
    path : Path
        The catalogue, not packed; UTF-8 or any other extension of ASCII.
    rows : UpdateRows
        What is added; only names and kinds are asked for here.
    is_ecsv : bool

    Raises
    ------
    ExportError
        If columns are separated by spaces, where an empty cell cannot be written, or the list of
        columns of an ECSV is not laid out line by line.
    """

    def __init__(self, path: Path, rows: UpdateRows, *, is_ecsv: bool) -> None:
        self._path = path
        self._is_ecsv = is_ecsv
        self._codec = _codec(path, rows)
        self._first: tuple[_Record, ...] = ()
        with self._lines() as lines:
            self._start = (_ecsv_start if is_ecsv else _text_start)(lines, rows.columns(0, 0))
        self._rows = rows

    @property
    def frame(self) -> Frame:
        """The header; after the first piece with the rows that tell where a header ends."""
        before = self._start.before + "".join(record.text for record in self._first)
        after = self._start.after + self._extended(self._first, 0)
        return Frame(_encoded(before), _encoded(after), n_rows=_n_rows(self._first))

    def head(self) -> Iterator[bytes]:
        """Give the header."""
        yield _encoded(self._start.after)

    def tail(self) -> Iterator[bytes]:
        """Give nothing: what follows the last row belongs to its piece."""
        return iter(())

    def pieces(self) -> Iterator[Piece]:
        """Give the rows; blank lines and comments stay between them.

        Raises
        ------
        ExportError
            If a quote is never closed.
        """
        with self._lines() as lines:
            for _ in _lines(self._start.before):
                next(lines)
            i_row, records = 0, _records(lines, self._start.delimiter, is_ecsv=self._is_ecsv)
            n_rows = max(1, N_ROWS // ASTROPY_PARTS) if self._is_ecsv else N_ROWS
            while some := tuple(_some(records, n_rows)):
                before = "".join(record.text for record in some)
                after = self._extended(some, i_row)
                self._first = self._first or tuple(_some(iter(some), N_BELOW_HEADER))
                yield Piece(_encoded(before), _encoded(after), _n_rows(some))
                i_row += _n_rows(some)

    def _extended(self, records: Sequence[_Record], i_row: int) -> str:
        start = self._start
        columns = self._rows.columns(i_row, i_row + _n_rows(records))
        cells = zip(*(column.texts(nan=start.nan) for column in columns), strict=True)
        return "".join(
            _extend(record, start.n_columns, next(cells), start.delimiter)
            if record.n_fields
            else record.text
            for record in records
        )

    @contextlib.contextmanager
    def _lines(self) -> Iterator[Iterator[str]]:
        encoding, errors = self._codec
        with self._path.open(encoding=encoding, errors=errors, newline="") as stream:
            yield iter(stream)


def _text_start(lines: Iterator[str], columns: Sequence[AddedColumn]) -> _Start:
    above = _up_to_first(lines)
    if not above or _is_skipped(above[-1]):
        raise ExportError("The catalogue has no rows to extend; export to a name in .ecsv.")
    i_first = len(above) - 1
    delimiter = max(DELIMITERS, key=above[i_first].count)  # the comma where there is none
    is_alone = len(above[i_first].split()) == 1  # one column, which no mark separates from others
    if delimiter not in above[i_first] and not is_alone:
        raise ExportError(
            "Columns separated by spaces cannot hold empty cells; export to a name in .ecsv."
        )
    i_header = _header_line(above, i_first, delimiter)
    kept = above[: max(i_header + 1, i_first)]
    n_columns = len(_fields(kept[i_header], delimiter))
    header = _extend(_Record(kept[i_header], n_columns), n_columns, _names(columns), delimiter)
    after = [*kept[:i_header], header, *kept[i_header + 1 :]]
    return _Start("".join(kept), "".join(after), delimiter, n_columns)


def _ecsv_start(lines: Iterator[str], columns: Sequence[AddedColumn]) -> _Start:
    above = _up_to_first(lines)
    i_names = len(above) - 1
    i_end = _end_of_datatype(above[:i_names]) if above else None
    if i_end is None or _is_skipped(above[-1]):
        raise ExportError(
            "The list of columns in the ECSV header is laid out in an unusual way; export to a "
            "name in .fits."
        )
    declared = [match for line in above[:i_names] if (match := _DELIMITER.match(line))]
    delimiter = declared[0]["mark"] if declared else " "
    eol = _eol(above[0])
    new_types = [f"# - {json.dumps(_declaration(column))}{eol}" for column in columns]
    n_columns = len(_fields(above[i_names], delimiter))
    names = _extend(_Record(above[i_names], n_columns), n_columns, _names(columns), delimiter)
    after = [*above[:i_end], *new_types, *above[i_end:i_names], names]
    return _Start("".join(above), "".join(after), delimiter, n_columns, nan="nan")


def has_separator(path: Path) -> bool:
    """Whether a text table separates its columns by a mark, so that cells can be empty."""
    with opened(path) as stream:
        above = _up_to_first(io.TextIOWrapper(stream, "utf-8", "surrogateescape", newline=""))
    return bool(above) and any(mark in above[-1] for mark in DELIMITERS)


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


def _codec(path: Path, rows: UpdateRows) -> tuple[str, str]:
    """Return encoding and handling of errors by which a table is read.

    One that is no UTF-8 is Latin 1 where the new cells need more than ASCII: all of it becomes
    UTF-8 then. Else its bytes stay as they are.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while part := stream.read(CHUNK):
                decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return ("utf-8", "surrogateescape") if rows.are_ascii() else ("latin-1", "strict")
    return "utf-8", "strict"


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


def _up_to_first(lines: Iterable[str]) -> list[str]:
    """Return the lines up to the first that is neither empty nor a comment."""
    above: list[str] = []
    for line in lines:
        above.append(line)
        if not _is_skipped(line):
            break
    return above


def _n_rows(records: Sequence[_Record]) -> int:
    return sum(record.n_fields > 0 for record in records)


def _records(lines: Iterator[str], delimiter: str, *, is_ecsv: bool) -> Iterator[_Record]:
    """Split lines into records; blank lines and comments have no fields.

    Nor has a line of separators alone, as spreadsheets write it, but in an ECSV, where it is a row
    of nulls.
    """
    taken: list[str] = []

    def taking() -> Iterator[str]:
        for line in lines:
            taken.append(line)
            yield line

    for fields in csv.reader(taking(), delimiter=delimiter, skipinitialspace=True):
        text = "".join(taken)
        if len(taken) > 1 and has_open_quote(text, delimiter, is_last=False):
            raise ExportError("The catalogue has a quote that is never closed; close it.")
        taken.clear()
        has_cells = not _is_skipped(text) and (is_ecsv or is_row(fields))
        yield _Record(text, len(fields) if has_cells else 0)


def _some(records: Iterator[_Record], n_rows: int) -> Iterator[_Record]:
    """Give records up to the one that is the last of so many rows."""
    for record in records:
        yield record
        n_rows -= record.n_fields > 0
        if not n_rows:
            return


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
