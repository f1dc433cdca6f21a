"""Catalogues that gzip packed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from moosegui.data.catalogue import Source, SourceList, Verdict, VerdictEvent
from moosegui.errors import InputError
from moosegui.files import packed as module
from moosegui.files.tables.columns import as_texts, map_columns
from moosegui.files.tables.read import read_table
from moosegui.files.update.update import default_update_path, write_update

REPORT = "reports/18-catalogue-formats"


def packed(source: Path, folder: Path) -> Path:
    path = folder / f"{source.name}.gz"
    path.write_bytes(gzip.compress(source.read_bytes()))
    return path


def judged(path: Path) -> tuple[SourceList, dict[str, VerdictEvent]]:
    sources = SourceList(
        tuple(Source(str(i), str(i), i) for i in range(len(read_table(path)))), path
    )
    event = VerdictEvent(1, "2026-01-01T00:00:00Z", "ZB", "0", Verdict(0.5, zconf=3))
    return sources, {"0": event}


@pytest.mark.parametrize("folder", ["ipac", "mrt", "sex", "ch", "gaia", "vot2"])
def test_that_packed_catalogues_read_and_update(
    shared_data: Path, tmp_path: Path, folder: str
) -> None:
    source = next((shared_data / REPORT / folder).glob("cat*"))
    path = packed(source, tmp_path)

    table = read_table(path)
    update = write_update(*judged(path))

    assert as_texts(table, map_columns(table).source_id) == ["1", "2", "3"]
    assert table.colnames == read_table(source).colnames
    assert as_texts(read_table(update), "ZCONF_VI")[0] == "3"


@pytest.mark.parametrize("suffix", [".csv.gz", ".ecsv.gz", ".fits.gz", ".csv"])
def test_that_updates_are_packed_as_their_names_say(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / "cat.csv.gz"
    path.write_bytes(gzip.compress(b"ID,Z\n001,0.5\n"))

    update = write_update(*judged(path), tmp_path / f"out{suffix}")

    assert update.read_bytes().startswith(b"\x1f\x8b") == suffix.endswith(".gz")
    assert as_texts(read_table(update), "ID") == ["001"]


def test_that_a_packed_csv_is_updated_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "cat.csv.gz"
    path.write_bytes(gzip.compress(b"ID,Z\n001,0.5\n"))

    assert default_update_path(judged(path)[0]).name == "cat_updated.csv.gz"


def test_that_a_text_that_grows_without_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "packing_excess", lambda *_, **__: "grows too much")
    path = tmp_path / "cat.csv.gz"
    path.write_bytes(gzip.compress(b"ID,Z\n1,0.5\n"))

    with pytest.raises(InputError, match="grows too much"):
        read_table(path)
