"""Catalogues written in another format some rows at a time: first what they hold, then what is new.

Text that astropy writes and reads takes a hundred times the memory of the file; a piece of some
thousand rows takes as much as it has rows.
"""

from __future__ import annotations

import re
from pathlib import Path

from astropy.table import Table

from moosegui.errors import ExportError, InputError
from moosegui.files.tables.read import read_once
from moosegui.files.tables.write import write_table
from moosegui.files.temporary import temporary_folder
from moosegui.files.update.compared import difference
from moosegui.files.update.layout import UpdateRows
from moosegui.files.update.pieces import ASTROPY_PARTS, N_ROWS
from moosegui.files.update.streamed import extension, write_pieces

_ENDINGS = {"fits": "fits", "ecsv": "ecsv", "csv": "csv", "votable": "vot"}
_N_ROWS = re.compile(rb'\snrows="\d+"')
_ROWS_START, _ROWS_END = b"<TABLEDATA>", b"</TABLEDATA>"


def write_converted(
    before: Table, table: Table, rows: UpdateRows, path: Path, *, layout: str, is_packed: bool
) -> bool:
    """Write a table and what an update adds to it.

    Parameters
    ----------
    before : Table
        As it was read.
    table : Table
        The same as it is to be written: numbers where a column of texts survives as such.
    rows : UpdateRows
        What is added.
    path : Path
        Replaced if it exists.
    layout : str
        One of the values of `FORMATS`.
    is_packed : bool
        Whether it is packed by gzip.

    Returns
    -------
    bool
        Whether all of it reads back; what does not, and what cannot be written some rows at a
        time, is for those to write, or to refuse, who hold the whole.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    if not len(table) or any(not _is_plain(table, name) for name in table.colnames):
        return False
    with temporary_folder() as folder:
        plain = folder / f"plain.{_ENDINGS[layout]}"
        try:
            write = _write_fits if layout == "fits" else _write_texts
            if not write(before, table, plain, layout):
                return False
            with extension(plain, "text" if layout == "csv" else layout, rows) as extended:
                return extended is not None and not write_pieces(
                    *extended, path, is_packed=is_packed
                )
        except (ExportError, InputError):
            return False


def _is_plain(table: Table, name: str) -> bool:
    """Whether a column holds one number or text a row, of one kind."""
    column = table[name]
    return hasattr(column, "dtype") and column.dtype.kind != "O" and column.ndim == 1


def _write_fits(before: Table, table: Table, path: Path, layout: str) -> bool:
    """Write all rows at once: the width of a text follows from all of them."""
    write_table(path, table, layout=layout)
    after = read_once(path)
    return len(after) == len(before) and not any(
        difference(before[start:stop], after[start:stop], (), is_converted=True)
        for start, stop in _spans(len(table))
    )


def _write_texts(before: Table, table: Table, path: Path, layout: str) -> bool:
    """Write rows below each other whose heads, as tables of their own, are the same."""
    piece, first, tail = path.with_name(f"piece{path.suffix}"), b"", b""
    names = path.with_name(f"names{path.suffix}")
    write_table(names, table[:0], layout=layout)
    head_size = len(names.read_bytes())
    with path.open("wb") as stream:
        for start, stop in _spans(len(table)):
            write_table(piece, table[start:stop], layout=layout)
            content = piece.read_bytes()
            if layout == "votable":
                head, cells, tail = _split_votable(content, len(table))
            else:
                head, cells = content[:head_size], content[head_size:]
            if start and head != first:
                return False
            if not start:
                first = head
                stream.write(head)
            stream.write(cells)
            if difference(before[start:stop], read_once(piece), (), is_converted=True):
                return False
        stream.write(tail)
    return True


def _split_votable(content: bytes, n_rows: int) -> tuple[bytes, bytes, bytes]:
    """Return what stands before the rows of a document, with their number, the rows, the rest."""
    start = content.index(_ROWS_START) + len(_ROWS_START)
    end = content.rindex(_ROWS_END)
    head = _N_ROWS.sub(b' nrows="%d"' % n_rows, content[:start], count=1)
    return head, content[start:end].rstrip(), content[len(content[:end].rstrip()) :]


def _spans(n_rows: int) -> list[tuple[int, int]]:
    step = max(1, N_ROWS // ASTROPY_PARTS)
    return [(start, min(start + step, n_rows)) for start in range(0, n_rows, step)]
