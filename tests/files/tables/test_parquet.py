"""Parquet catalogues are read with the real pyarrow, and listed, scanned and updated as others."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from small_survey import IDS, TRUTHS, write_spectra

from moosegui.cli.main import main
from moosegui.data.catalogue import Verdict, VerdictEvent
from moosegui.errors import ExportError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.columns import as_floats, as_texts
from moosegui.files.tables.read import read_table
from moosegui.files.update.update import write_update
from moosegui.pipeline.reading.account import account_of


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    folder = write_spectra(tmp_path / "spectra")
    path = tmp_path / "catalogue.parquet"
    columns = {
        "ID": list(IDS),
        "Z": [None, *TRUTHS[1:]],
        "ZCONF": pa.array([None, *[2] * (len(IDS) - 1)], pa.int16()),
        "FILE": [f"{folder.name}/spectrum_{source_id}.fits" for source_id in IDS],
    }
    parquet.write_table(pa.table(columns), path)
    return path


def test_that_types_and_nulls_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    columns = {
        "ID": pa.array([2**62, 5], pa.int64()),
        "z": pa.array([None, 0.5], pa.float32()),
        "is_good": pa.array([True, None]),
        "name": pa.array(["α", None]).dictionary_encode(),
        "when": pa.array([datetime.datetime(2026, 1, 2), None], pa.timestamp("us")),
        "raw": pa.array([b"abc", b"d"], pa.binary()),
        "even": pa.array([[1.0, 2.0], [3.0, 4.0]]),
        "uneven": pa.array([[1.0, 2.0], [3.0]]),
    }
    parquet.write_table(pa.table(columns), path)

    table = read_table(path)

    assert as_texts(table, "ID") == [str(2**62), "5"]
    assert np.array_equal(as_floats(table, "z"), [np.nan, 0.5], equal_nan=True)
    assert as_texts(table, "is_good") == ["True", ""]
    assert as_texts(table, "name") == ["α", ""]
    assert as_texts(table, "when") == ["2026-01-02 00:00:00", ""]
    assert as_texts(table, "raw") == ["abc", "d"]
    assert table["even"].shape == (2, 2)
    assert len(table["uneven"]) == 2


def test_that_a_list_is_opened(catalogue: Path) -> None:
    opened = open_source_list(catalogue)

    assert [source.source_id for source in opened] == list(IDS)
    assert np.isnan(opened.sources[0].redshift)
    assert opened.sources[1].redshift == TRUTHS[1]
    assert [source.zconf for source in opened][:2] == [None, 2]


def test_that_info_says_what_it_is(catalogue: Path) -> None:
    account = account_of(catalogue)

    assert account.kind == f"catalogue of {len(IDS)} rows"
    assert "ID from ID" in account.why


def test_that_it_is_scanned(catalogue: Path, tmp_path: Path) -> None:
    assert main(["scan", str(catalogue), "-o", str(tmp_path / "o.csv"), "--zmax", "0.02"]) == 0

    assert as_texts(read_table(tmp_path / "o.csv"), "ID") == list(IDS)


def test_that_a_damaged_table_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "c.parquet").write_bytes(b"PAR1" + b"\0" * 64 + b"PAR1")

    assert main(["scan", str(tmp_path / "c.parquet"), "-o", str(tmp_path / "o.csv")]) == 1
    assert "cannot be read as a table" in capsys.readouterr().err


def test_that_an_update_keeps_types_nulls_and_metadata(catalogue: Path, tmp_path: Path) -> None:
    cells = parquet.read_table(catalogue)
    more = {
        "TARGETID": pa.array([2**62 + i for i in range(len(IDS))], pa.int64()),
        "tag": pa.array([None, *["α"] * (len(IDS) - 1)]).dictionary_encode(),
        "when": pa.array([datetime.datetime(2026, 1, 2)] * len(IDS), pa.timestamp("us")),
        "p": pa.array([[0.5, 0.25]] * len(IDS), pa.list_(pa.float32())),
    }
    for name, values in more.items():
        cells = cells.append_column(name, values)
    cells = cells.replace_schema_metadata({"survey": "deep"})
    parquet.write_table(cells, catalogue, compression="zstd")
    opened = open_source_list(catalogue)
    verdict = Verdict(redshift=1.25, zconf=2, comment="Lyα")
    key = opened.sources[1].key
    decided = {key: VerdictEvent(1, "2026-03-04T05:06:07.890Z", "AB", key, verdict)}

    target = write_update(opened, decided)

    after = parquet.read_table(target)
    assert target.name == "catalogue_updated.parquet"
    assert after.schema.metadata[b"survey"] == b"deep"
    assert after.select(cells.column_names).equals(cells)
    assert after.select(cells.column_names).schema.equals(cells.schema)
    assert parquet.ParquetFile(target).metadata.row_group(0).column(0).compression == "ZSTD"
    assert after["Z_VI"].to_pylist()[:2] == [None, 1.25]
    assert after["ZCONF_VI"].type == pa.int16()
    assert after["ZCONF_VI"].to_pylist()[:2] == [None, 2]
    assert after["COMMENT_VI"].to_pylist()[:2] == [None, "Lyα"]
    assert after.schema.field("Z_VI").metadata[b"ucd"] == b"src.redshift"
    assert open_source_list(target).sources[1].redshift == TRUTHS[1]


def test_that_another_ending_converts_it(catalogue: Path, tmp_path: Path) -> None:
    opened = open_source_list(catalogue)

    target = write_update(opened, {}, tmp_path / "out.ecsv")

    assert as_texts(read_table(target), "ID") == list(IDS)


def test_that_other_tables_do_not_become_parquet(tmp_path: Path) -> None:
    folder = write_spectra(tmp_path / "spectra")

    with pytest.raises(ExportError, match=r"\.parquet for the update"):
        write_update(open_source_list(folder), {}, tmp_path / "out.parquet")
