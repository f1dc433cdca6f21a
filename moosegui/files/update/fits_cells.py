"""What a FITS table holds of columns that are added to it: their cards and their cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moosegui.errors import ExportError
from moosegui.files.tables.added_column import NULL_INTEGER, AddedColumn
from moosegui.files.tables.fits_text import CARD as CARD_ESCAPED
from moosegui.files.tables.fits_text import SCHEME, escaped
from moosegui.files.update.fits_units import CARD, Unit, text_card, with_numbers

MAX_FIELDS = 999


@dataclass(frozen=True, slots=True)
class Form:
    """How long the texts of a column are, in bytes, as they stand and escaped."""

    plain: int = 1
    escaped: int = 1
    is_ascii: bool = True

    def beside(self, column: AddedColumn) -> Form:
        """Return the form that holds some more rows of the column too."""
        if column.kind != "text":
            return self
        texts = [str(text) for text in column.values]
        return Form(
            max([self.plain, *map(len, texts)]),
            max([self.escaped, *(len(escaped(text)) for text in texts)]),
            self.is_ascii and all(map(str.isascii, texts)),
        )

    def n_bytes(self, column: AddedColumn) -> int:
        """Return how many bytes a cell takes."""
        text = self.plain if self.is_ascii else self.escaped
        return {"float": 8, "integer": 2}.get(column.kind, text)


def refuse(unit: Unit, n_columns: int) -> None:
    """Refuse a table that cannot be extended.

    Raises
    ------
    ExportError
        If it is an ASCII table, or would have more columns than FITS allows.
    """
    if not unit.cards[0].startswith(b"XTENSION= 'BINTABLE'"):
        raise ExportError("An ASCII table in FITS cannot be extended; export to a name in .ecsv.")
    n_fields = unit.number("TFIELDS")
    if n_fields + n_columns > MAX_FIELDS:
        raise ExportError(
            f"The table has {n_fields} columns, too many for FITS to add {n_columns}; export "
            "to a name in .ecsv."
        )


def extended_cards(
    unit: Unit, columns: Sequence[AddedColumn], forms: Sequence[Form]
) -> list[bytes]:
    """Return the cards of a table with some columns more."""
    n_fields, added = unit.number("TFIELDS"), n_bytes_of(columns, forms)
    numbers = {"NAXIS1": unit.number("NAXIS1") + added, "TFIELDS": n_fields + len(columns)}
    if unit.has("THEAP"):
        numbers["THEAP"] = unit.number("THEAP") + added * unit.number("NAXIS2")
    cards = with_numbers(unit.cards, numbers)
    for i_column, (form, column) in enumerate(pairs(forms, columns), start=n_fields + 1):
        cards += _column_cards(i_column, column, form)
    return cards


def _column_cards(i_column: int, column: AddedColumn, form: Form) -> list[bytes]:
    letter = {"float": "D", "integer": "I"}.get(column.kind, f"{form.n_bytes(column)}A")
    cards = [
        text_card(f"TTYPE{i_column}", column.name),
        text_card(f"TFORM{i_column}", letter),
        text_card(f"TCOMM{i_column}", column.description),
        text_card(f"TUCD{i_column}", column.ucd),
    ]
    if not form.is_ascii:
        cards.append(text_card(f"{CARD_ESCAPED}{i_column}", SCHEME))
    if column.kind == "integer":
        cards.append(f"{f'TNULL{i_column}':<8}= {NULL_INTEGER:>20}".encode().ljust(CARD))
    return cards


def cells_of(columns: Sequence[AddedColumn], forms: Sequence[Form]) -> NDArray[np.uint8]:
    """Return the new cells as they follow each row, shape (n_rows, n_bytes)."""
    parts = [_encoded(column, form) for form, column in pairs(forms, columns)]
    views = [
        np.ascontiguousarray(part).view(np.uint8).reshape(part.size, part.dtype.itemsize)
        for part in parts
    ]
    return np.concatenate(views, axis=1)


def _encoded(column: AddedColumn, form: Form) -> NDArray[np.generic]:
    if column.kind == "float":
        return column.values.astype(">f8")
    if column.kind == "integer":
        return column.values.astype(">i2")
    texts = map(str, column.values)
    cells = [(text if form.is_ascii else escaped(text)).encode("ascii") for text in texts]
    return np.array(cells, dtype=f"S{form.n_bytes(column)}")


def n_bytes_of(columns: Sequence[AddedColumn], forms: Sequence[Form]) -> int:
    """Return by how many bytes a row becomes longer."""
    return sum(form.n_bytes(column) for form, column in pairs(forms, columns))


def pairs(
    forms: Sequence[Form], columns: Sequence[AddedColumn]
) -> Iterator[tuple[Form, AddedColumn]]:
    """Give each column with its form."""
    return zip(forms, columns, strict=True)
