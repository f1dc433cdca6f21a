"""Conversions written some rows at a time: what the whole would be, and no more is held."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.table import MaskedColumn, Table
from files.decisions import DECISIONS, SUMMARIES, a_source_list

from moosegui.files.tables.columns import as_texts
from moosegui.files.tables.read import read_table
from moosegui.files.update import converted, update
from moosegui.files.update.update import write_update

FORMATS = {"csv": "ascii.csv", "vot": "votable", "ecsv": "ascii.ecsv", "fits": "fits"}
N_ROWS = 230


def write_catalogue(path: Path) -> None:
    """Write columns whose first rows say little of the others: nulls, words, widths come late."""
    numbers = np.arange(N_ROWS)
    words = ["x" * (i % 7) + ('Lyα, "two\nlines"' if i == 200 else "") for i in range(N_ROWS)]
    Table(
        {
            "ID": [f"{i:05d}" for i in range(N_ROWS)],
            "CODE": [f"{i}" if i < 220 else f"0{i}" for i in range(N_ROWS)],
            "N": MaskedColumn(numbers, mask=numbers == 190),
            "Z": np.where(numbers == 180, np.nan, numbers / 7),
            "NOTE": words,
        }
    ).write(path, format=FORMATS[path.suffix[1:]])


@pytest.mark.parametrize("kind", ["csv", "vot", "ecsv"])
@pytest.mark.parametrize("target", ["csv", "vot", "ecsv", "fits", "csv.gz"])
def test_that_pieces_hold_what_the_whole_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, target: str
) -> None:
    path, lengths = tmp_path / f"cat.{kind}", []
    if target.startswith(kind):
        pytest.skip("extended, not converted")
    write_catalogue(path)
    sources = a_source_list(path, N_ROWS)
    monkeypatch.setattr(update, "write_converted", lambda *_, **__: False)
    whole = write_update(sources, DECISIONS, tmp_path / f"whole.{target}", summaries=SUMMARIES)
    monkeypatch.undo()
    monkeypatch.setattr(converted, "N_ROWS", 200)
    read = converted.read_once

    def counted(piece: Path) -> Table:
        table = read(piece)
        lengths.append(len(table))
        return table

    monkeypatch.setattr(converted, "read_once", counted)
    monkeypatch.setattr(update, "write_table", None)  # the whole is never written

    parts = write_update(sources, DECISIONS, tmp_path / f"parts.{target}", summaries=SUMMARIES)

    found, expected = read_table(parts), read_table(whole)
    assert found.colnames == expected.colnames
    for name in expected.colnames:
        assert as_texts(found, name) == as_texts(expected, name), name
        nulls, expected_nulls = np.ma.getmaskarray(found[name]), np.ma.getmaskarray(expected[name])
        assert np.array_equal(nulls, expected_nulls), name
    assert lengths == ([230] if target == "fits" else [50, 50, 50, 50, 30])


@pytest.mark.parametrize("target", ["csv", "ecsv", "vot"])
def test_that_vectors_are_converted_as_a_whole(tmp_path: Path, target: str) -> None:
    path = tmp_path / "cat.fits"
    vectors = np.arange(15.0).reshape(5, 3)
    Table({"ID": list("abcde"), "V": vectors}).write(path)

    table = read_table(write_update(a_source_list(path), DECISIONS, tmp_path / f"out.{target}"))

    if target == "csv":
        assert [float(cell) for cell in table["V_2"]] == list(vectors[:, 1])
    else:
        assert np.array_equal(np.array(table["V"].tolist()), vectors)
