"""Texts in FITS that every reader gets as text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from astropy.io import fits
from astropy.table import Table
from hypothesis import given
from hypothesis import strategies as st

from moosegui.files.tables.columns import as_texts
from moosegui.files.tables.fits_text import escaped, unescaped
from moosegui.files.tables.read import read_table
from moosegui.files.tables.write import write_table

TEXTS = ["Lyα émission", "C:\\u03b1", "plain", "𝛼"]


@given(st.text())
def test_that_any_text_reads_back_from_its_escape(text: str) -> None:
    assert unescaped(escaped(text)) == text


@given(st.text())
def test_that_escapes_are_ascii_that_python_knows(text: str) -> None:
    assert escaped(text).isascii()
    assert escaped(text).encode().decode("unicode_escape") == text


def test_that_letters_beyond_ascii_are_text_for_astropy(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    write_table(path, Table({"COMMENT": TEXTS, "N": [1, 2, 3, 4]}), layout="fits")

    with fits.open(path) as hdus:
        texts = hdus[1].data["COMMENT"]
        assert texts.dtype.kind == "U"
        assert texts[0] == "Ly\\u03b1 \\u00e9mission"
    assert as_texts(read_table(path), "COMMENT") == TEXTS


def test_that_ascii_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    write_table(path, Table({"COMMENT": ["C:\\u03b1", "a\\\\b"]}), layout="fits")

    with fits.open(path) as hdus:
        assert hdus[1].data["COMMENT"].tolist() == ["C:\\u03b1", "a\\\\b"]
    assert as_texts(read_table(path), "COMMENT") == ["C:\\u03b1", "a\\\\b"]


def test_that_utf8_of_others_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    texts = np.array(["Lyα".encode(), b"x"])
    fits.BinTableHDU.from_columns([fits.Column("C", "4A", array=texts)]).writeto(path)

    assert as_texts(read_table(path), "C") == ["Lyα", "x"]
