"""How much a file may ask for: what it declares is not believed beyond this.

Each limit can be raised in the environment, `MOOSEGUI_MAX_COLUMNS=50000`. What lies beyond one is
refused in a sentence that names it.
"""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from moosegui.errors import InputError

PREFIX = "MOOSEGUI_"
MIB = 1 << 20

DESCRIPTIONS = {
    "max_bytes": "bytes of an image or table that is read whole",
    "max_text_bytes": "bytes of a text table",
    "max_rows": "rows of a table",
    "max_columns": "columns of a table",
    "max_cells": "cells of a text table",
    "max_line": "characters of a line of a text table",
    "max_expansion": "bytes unpacked for each packed one, beyond 256 MiB (of texts 64)",
    "max_depth": "levels of a nested text (JSON, TOML)",
    "max_seconds": "seconds without an answer of the disk",
    "max_document_bytes": "bytes of preferences, models and headers that are parsed whole",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits in force; see `DESCRIPTIONS`."""

    max_bytes: int = 4096 * MIB
    max_text_bytes: int = 1024 * MIB
    max_rows: int = 50_000_000
    max_columns: int = 10_000
    max_cells: int = 30_000_000
    max_line: int = 16 * MIB
    max_expansion: int = 100
    max_depth: int = 100
    max_seconds: int = 30
    max_document_bytes: int = 4 * MIB


@cache
def limits() -> Limits:
    """Return the limits, with what the environment says.

    Raises
    ------
    InputError
        If a variable is no positive whole number.
    """
    found = {}
    for name in DESCRIPTIONS:
        text = os.environ.get(PREFIX + name.upper(), "")
        if text and not (text.isascii() and text.isdigit() and 0 < len(text) < 19 and int(text)):
            raise InputError(f"{PREFIX}{name.upper()} is {text!r} and no whole number above 0.")
        if text:
            found[name] = int(text)
    return Limits(**found)


def excess(name: str, value: int) -> str:
    """Say that a file asks for more than a limit, as a predicate; empty if it does not."""
    limit = getattr(limits(), name)
    if value <= limit:
        return ""
    return (
        f"declares {value:,} {DESCRIPTIONS[name]}, more than {limit:,}; if that is so, set "
        f"{PREFIX}{name.upper()}"
    )


def packing_excess(unpacked: int, packed: int, *, is_text: bool = False) -> str:
    """Say that a compressed file would become too large; empty if it would not."""
    if unpacked <= (64 if is_text else 256) * MIB or unpacked <= packed * limits().max_expansion:
        return ""
    return excess("max_expansion", unpacked // max(packed, 1)) or excess("max_bytes", unpacked)


def why_not_regular(status: os.stat_result) -> str:
    """Say that something is no file to be read: devices and pipes never are; empty if it is."""
    if stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode):
        return ""
    return "is a device, a pipe or a socket and not a file; give a regular file"


def read_document(path: Path, *, is_toml: bool = False) -> str:
    """Return the text of a small file that is parsed whole: preferences, models.

    The dots of a TOML key are levels too.

    Raises
    ------
    ValueError
        If it is no UTF-8, too long, nested too deeply, or no regular file.
    OSError
        If it cannot be read.
    """
    status = path.stat()
    problem = why_not_regular(status) or excess("max_document_bytes", status.st_size)
    if problem:
        raise ValueError(problem)
    text = path.read_text(encoding="utf-8")
    problem = depth_excess(text)
    if is_toml and not problem:
        keys = (line.split("=", 1)[0] for line in text.splitlines())
        problem = excess("max_depth", max((key.count(".") for key in keys), default=0))
    if problem:
        raise ValueError(problem)
    return text


_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def depth_excess(text: str) -> str:
    """Say that a JSON or TOML text is too long or nested too deeply; empty if it is not."""
    if problem := excess("max_document_bytes", len(text)):
        return problem
    depth, deepest = 0, 0
    for found in _BRACKETS.finditer(text):
        sign = found[0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return excess("max_depth", deepest)
