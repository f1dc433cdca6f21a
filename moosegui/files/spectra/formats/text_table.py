"""Spectra in text files: columns of wavelength, flux and error, with or without names."""

from __future__ import annotations

import re

import numpy as np

from moosegui.data.arrays import FloatArray
from moosegui.data.catalogue import SpectrumRef
from moosegui.data.spectrum import Spectrum
from moosegui.errors import InputError
from moosegui.files.content import Content, Unreadable
from moosegui.files.spectra.elements.assemble import assemble
from moosegui.files.spectra.elements.column_data import (
    ColumnSpectrum,
    has_spectrum,
    raw_from_columns,
)
from moosegui.files.spectra.elements.headers import SpectrumHeader, stem_of
from moosegui.files.tables.columns import as_floats
from moosegui.files.tables.read import read_table

POSITIONAL = ("wave", "flux", "err", "other")  # columns without names, in this order
N_LINES = 5  # data lines that must look like a spectrum

_SEPARATOR = re.compile(r"[\s,;|]+")


def sniff(content: Content) -> bool:
    """Whether a text names columns of wavelength and flux, or is a matrix that increases."""
    if content.kind != "text":
        return False
    return _has_names(content.text) or _is_matrix(content.text)


def headers(content: Content) -> tuple[SpectrumHeader, ...]:
    """Describe the spectrum, whose name is the file's."""
    return (SpectrumHeader(SpectrumRef(content.path), stem_of(content.path)),)


def read(content: Content, ref: SpectrumRef) -> Spectrum:
    """Read the spectrum.

    Raises
    ------
    Unreadable
        If the text is no table of numbers.
    """
    del ref
    named = _has_names(content.text)
    columns, units = _named_columns(content) if named else (_matrix(content), {})
    return assemble(raw_from_columns(ColumnSpectrum(columns, units, name=content.path.name)))


def _named_columns(content: Content) -> tuple[dict[str, FloatArray], dict[str, str]]:
    try:
        table = read_table(content.path)
    except InputError as error:
        raise Unreadable(f"is no table of a spectrum ({error})") from error
    columns = {name.lower(): as_floats(table, name) for name in table.colnames}
    units = {name.lower(): str(table[name].unit or "") for name in table.colnames}
    return columns, units


def _matrix(content: Content) -> dict[str, FloatArray]:
    text = content.path.read_text(encoding="utf-8-sig", errors="replace")
    rows = [_numbers(line) for line in text.splitlines() if _is_data(line)]
    width = len(rows[0] or ())
    if any(row is None or len(row) != width for row in rows):
        raise Unreadable("has lines that are no numbers or differ in length; correct the table")
    matrix = np.array(rows, dtype=np.float64)
    return {name: matrix[:, i] for i, name in enumerate(POSITIONAL[:width])}


def _is_data(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _has_names(text: str) -> bool:
    lines = text.splitlines()
    i_first = next((i for i, line in enumerate(lines) if _is_data(line)), len(lines))
    around = lines[max(0, i_first - 1) : i_first + 1]
    return any(has_spectrum(_SEPARATOR.split(line.strip('#" \t\r'))) for line in around)


def _is_matrix(text: str) -> bool:
    lines = [line for line in text.splitlines() if _is_data(line)][:N_LINES]
    rows = [_numbers(line) for line in lines]
    if len(rows) < N_LINES or any(row is None for row in rows):
        return False
    numbers = [row for row in rows if row is not None]
    width = len(numbers[0])
    if not 2 <= width <= len(POSITIONAL) or any(len(row) != width for row in numbers):
        return False
    first = np.array([row[0] for row in numbers])
    return bool(np.all(np.diff(first) > 0) and (first[0] > 2.0))


def _numbers(line: str) -> list[float] | None:
    try:
        return [float(cell) for cell in _SEPARATOR.split(line.strip())]
    except ValueError:
        return None
