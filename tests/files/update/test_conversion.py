"""Catalogues that are written in another format: every old value and null is kept."""

from __future__ import annotations

import string
from pathlib import Path

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.table import MaskedColumn, Table
from astropy.time import Time
from hypothesis import given, settings
from hypothesis import strategies as st

from moosegui.data.catalogue import Source, SourceList, Verdict, VerdictEvent
from moosegui.errors import ExportError
from moosegui.files.tables.columns import as_texts
from moosegui.files.tables.read import read_table
from moosegui.files.tables.write import typed
from moosegui.files.update import update as update_module
from moosegui.files.update.update import write_update

SUFFIXES = (".fits", ".ecsv", ".vot", ".csv")
COLUMNS = {
    "SPECOBJID": ["1237648720693755918", "1237648720693755919", "1237648720693755920"],
    "NAME": ["12.10", "12.1", "12.100"],
    "CODE": ["1e5", "100000", "2e5"],
    "PADDED": ["007", "7", "07"],
    "SIGN": ["+1", "-0", "1"],
    "WORDS": ["null", "NA", ""],
    "TRUTH": ["True", "", "False"],
    "HOLES": ["1", "", "3"],
    "FLOATS": ["0.5", "", "1.25"],
    "LARGE": ["99999999999999999999", "1", "2"],
    "EMPTY": ["", "", ""],
}


def converted(path: Path, suffix: str) -> Table:
    """Write the update of a catalogue in another format and read it."""
    n_rows = len(read_table(path))
    sources = tuple(Source(str(i), str(i), i) for i in range(n_rows))
    decisions = {"0": VerdictEvent(1, "2026-01-01T00:00:00Z", "ZB", "0", Verdict(0.5, zconf=3))}
    target = path.with_name(f"out{suffix}")
    return read_table(write_update(SourceList(sources, path), decisions, target))


@pytest.mark.parametrize("suffix", SUFFIXES[:3])
@pytest.mark.parametrize("name", COLUMNS)
def test_that_texts_survive_character_by_character(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("\n".join([f"ID,{name}", *(f"{i},{c}" for i, c in enumerate(COLUMNS[name]))]))

    table = converted(path, suffix)

    texts = as_texts(table, name)
    assert ["" if text == "nan" else text for text in texts] == COLUMNS[name]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_typed_columns_keep_values_and_nulls(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "cat.ecsv"
    mask = [False, True, False]
    Table(
        {
            "ID": np.array([2**62, 2**62 + 1, -5]),
            "FLAG": MaskedColumn([True, True, False], mask=mask),
            "N": MaskedColumn([-1, 2, 3], mask=mask, dtype=np.int16),
            "Z": MaskedColumn([0.1, 0.2, 1 / 3], mask=mask),
            "NAME": MaskedColumn(["12.10", "x", "α"], mask=mask),
        }
    ).write(path)

    table = converted(path, suffix)

    assert as_texts(table, "ID") == [str(2**62), str(2**62 + 1), "-5"]
    assert [text not in ("1", "True") for text in as_texts(table, "FLAG")] == [False, True, True]
    assert as_texts(table, "FLAG")[1] == as_texts(table, "N")[1] == ""
    assert as_texts(table, "Z")[2] == repr(1 / 3)
    assert as_texts(table, "NAME") == ["12.10", "", "α"]


def test_that_vectors_are_compared_in_csv(tmp_path: Path) -> None:
    path = tmp_path / "cat.fits"
    Table({"ID": [1, 2], "PDF": np.array([[0.1, 0.2], [0.3, 0.4]])}).write(path)

    table = converted(path, ".csv")

    assert as_texts(table, "PDF_2") == ["0.2", "0.4"]


def test_that_a_value_that_was_lost_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("ID,NAME\n1,12.10\n2,12.1\n")

    def careless(table: Table) -> Table:
        return Table({"ID": table["ID"], "NAME": [12.10, 12.1]})

    monkeypatch.setattr(update_module, "typed", careless)

    with pytest.raises(ExportError, match="NAME reads back differently"):
        converted(path, ".fits")
    assert not (tmp_path / "out.fits").exists()


cells = st.one_of(
    st.text(string.digits + "+-.eE ", max_size=6),
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["", "nan", "NaN", "inf", "None", "True", "false", "0", "00", "1_000", "٣"]),
)


@settings(max_examples=300)
@given(st.lists(cells, min_size=1, max_size=5))
def test_that_any_column_is_typed_only_if_it_reads_back(texts: list[str]) -> None:
    texts = [text.strip() for text in texts]

    column = typed(Table({"X": np.array(texts, dtype=str)}))["X"]

    back = ["" if null else str(cell) for cell, null in zip(column, mask_of(column), strict=True)]
    assert back == texts


def mask_of(column: MaskedColumn) -> list[bool]:
    return list(np.ma.getmaskarray(column))


def test_that_logical_nulls_are_not_false_for_other_readers(tmp_path: Path) -> None:
    path = tmp_path / "cat.ecsv"
    Table({"ID": [1, 2], "FLAG": MaskedColumn([True, False], mask=[False, True])}).write(path)

    converted(path, ".fits")

    with fits.open(tmp_path / "out.fits") as hdus:
        assert hdus[1].columns["FLAG"].null == -1


@pytest.mark.parametrize("folder", ["ipac", "mrt", "sex", "ch", "gaia", "vot2"])
def test_that_reported_catalogues_are_updated_with_every_value(
    shared_data: Path, tmp_path: Path, folder: str
) -> None:
    source = next((shared_data / "reports/18-catalogue-formats" / folder).glob("cat*"))
    path = tmp_path / source.name
    path.write_bytes(source.read_bytes())
    before = read_table(path)
    sources = tuple(Source(str(i), str(i), i) for i in range(len(before)))
    decisions = {"1": VerdictEvent(1, "2026-01-01T00:00:00Z", "ZB", "1", Verdict(0.5, zconf=3))}

    after = read_table(write_update(SourceList(sources, path), decisions))

    assert as_texts(after, "ZCONF_VI")[1] == "3"
    for name in before.colnames:
        texts = [["" if t == "nan" else t for t in as_texts(t_, name)] for t_ in (before, after)]
        assert texts[0] == texts[1]


@pytest.fixture
def with_mixtures(tmp_path: Path) -> Path:
    """An ECSV with times and positions, which astropy writes with YAML aliases."""
    path = tmp_path / "cat.ecsv"
    places = SkyCoord([1.0, 2.0], [3.0, 4.0], unit="deg")
    times = Time([60000.0, 60001.0], format="mjd")
    Table({"ID": ["07", "7"], "PLACE": places, "OBSERVED": times}).write(path)
    return path


def test_that_times_and_positions_survive_an_update(with_mixtures: Path) -> None:
    table = converted(with_mixtures, ".ecsv")

    assert table["OBSERVED"].mjd.tolist() == [60000.0, 60001.0]
    assert table["PLACE"].dec.deg.tolist() == [3.0, 4.0]
    assert list(table["ID"]) == ["07", "7"]


@pytest.mark.parametrize("suffix", [".fits", ".vot", ".csv"])
def test_that_times_and_positions_are_not_converted(with_mixtures: Path, suffix: str) -> None:
    with pytest.raises(ExportError, match=r"PLACE \(SkyCoord\), OBSERVED \(Time\)"):
        converted(with_mixtures, suffix)


@pytest.mark.parametrize("suffix", SUFFIXES[1:2] + SUFFIXES[3:])
def test_that_blanks_before_a_text_are_kept(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "cat.fits"
    Table({"ID": ["a", "b"], "NAME": ["  cd", ' "x" ,']}).write(path)

    assert converted(path, suffix)["NAME"].tolist() == ["  cd", ' "x" ,']


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_that_the_null_of_a_logical_column_stays_one(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "cat.fits"
    table = fits.BinTableHDU.from_columns(
        [fits.Column("ID", "K", array=[1, 2]), fits.Column("L", "L", array=[True, False])]
    )
    table.writeto(path)
    content = bytearray(path.read_bytes())
    content[content.index(b"T" + b"\0" * 7 + b"\x02F", 2880) + 9] = 0
    path.write_bytes(content)

    cells = as_texts(converted(path, suffix), "L")

    assert cells[0] in ("True", "1")
    assert cells[1] in ("", "nan")


@pytest.mark.parametrize("suffix", [".ecsv", ".vot"])
def test_that_a_control_that_ends_lines_is_named(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("ID,NOTE\n1,a\n2,b\x0bc\n")

    with pytest.raises(ExportError, match=r"'\\x0b' of the column NOTE \(row 2\)"):
        converted(path, suffix)


@pytest.mark.parametrize("kind", ["u2", "u4", "u8"])
def test_that_numbers_without_a_sign_go_to_votables(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "cat.fits"
    Table({"ID": ["a", "b"], "N": np.array([1, 2**15 + 1], dtype=kind)}).write(path)

    assert converted(path, ".vot")["N"].tolist() == [1, 2**15 + 1]


def test_that_a_catalogue_of_one_column_is_updated(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv"
    path.write_text("ID\n1\n2\n")

    table = converted(path, ".csv")

    assert table["ID"].tolist() == ["1", "2"]
    assert table["ZCONF_VI"].tolist() == ["3", ""]
