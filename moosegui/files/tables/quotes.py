"""Quotes and comments of separated text: what stands in them, and what they could swallow."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

COMMENTED = "commented"  # the entry of a table's metadata with the numbers of such lines
_QUOTED = re.compile(r'"[^"]*"')


def has_open_quote(record: str, delimiter: str, *, is_last: bool) -> bool:
    """Whether a record holds a quote that is not closed where a cell ends.

    A lenient reader takes all lines up to the next quote for one cell, the rest of the file if
    there is none. An inch in the middle of a cell (`5" north`) opens nothing.

    Parameters
    ----------
    record : str
        As a lenient reader splits the text, with its line ends.
    delimiter : str
    is_last : bool
        Whether the text ends with it; else one of a single line cannot have such a quote.
    """
    n_lines = record.rstrip("\r\n").count("\n") + record.count("\r") + 1
    if '"' not in record or (n_lines == 1 and not is_last):
        return False
    lines = record.splitlines(keepends=True)
    try:
        list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True))
    except csv.Error as error:
        return n_lines > 1 or "unexpected end" in str(error)
    return False


def open_quote(line: int) -> str:
    """Say that a quote is open, as a predicate.

    Parameters
    ----------
    line : int
        Where its record begins, from 1.
    """
    return (
        f"has a quote that is opened in line {line} and not closed, so that the lines after it "
        'would be one cell; close it, or write "" for a quote that belongs to the text'
    )


def without_quoted(text: str) -> str:
    """Return a text without what stands in quotes."""
    return _QUOTED.sub("", text) if '"' in text else text


def folded(line: str, n_columns: int) -> list[str]:
    """Return the fields of a line by blanks with the last ones in one, in quotes."""
    fields = line.split()
    return [*fields[: n_columns - 1], '"' + " ".join(fields[n_columns - 1 :]) + '"']


def rows_in_comments(lines: Sequence[str], delimiter: str, n_columns: int) -> list[int]:
    """Return which lines begin as comments do and have as many fields as a row, counted from 0.

    Between blanks every sentence could be one.
    """
    if delimiter == " " or n_columns < 2:
        return []
    return [
        i
        for i, line in enumerate(lines)
        if line.startswith("#") and line.count(delimiter) == n_columns - 1
    ]
