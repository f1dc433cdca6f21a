"""What was inspected, as other programs read it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table

from moosegui.data.catalogue import Source, SourceFlag, SourceList, Verdict, VerdictEvent
from moosegui.errors import ExportError
from moosegui.files.tables.columns import as_texts, map_columns, redshifts_of, zconfs_of
from moosegui.files.tables.read import read_table
from moosegui.files.update.inspection_lists import LISTS
from moosegui.files.update.own_update import Target, write_own_list

TIME = "2026-03-04T05:06:07.890Z"
FLAGS = frozenset({SourceFlag.INTERESTING, SourceFlag.QSO})
VERDICTS = {
    "007": Verdict(redshift=3.0664, zconf=3, comment="Lyα, double", flags=FLAGS, proposal=3.0662),
    "8": Verdict(zconf=0, comment="nothing"),
}


def written(folder: Path, kind: str, target: Target | None = None) -> Path:
    (folder / "cat.csv").touch()
    sources = tuple(
        Source(key, key, i, ra=53.1 + i, dec=-27.8) for i, key in enumerate(("007", "8", "9"))
    )
    decisions = {
        key: VerdictEvent(i, TIME, "ZB", key, verdict)
        for i, (key, verdict) in enumerate(VERDICTS.items())
    }
    source_list = SourceList(sources, folder / "cat.csv")
    return write_own_list(source_list, decisions, target or Target("ZB", {}), kind).path


@pytest.mark.parametrize("kind", ["mz", "specvizitor", "prospect"])
def test_that_tables_read_back(tmp_path: Path, kind: str) -> None:
    table = read_table(written(tmp_path, kind))
    columns = map_columns(table)

    assert as_texts(table, columns.source_id) == ["007", "8"]
    assert np.array_equal(redshifts_of(table, columns), [3.0664, np.nan], equal_nan=True)


def test_that_marz_reads_as_musex_reads_it(tmp_path: Path) -> None:
    path = written(tmp_path, "mz")

    table = Table.read(path, format="ascii", delimiter=",", header_start=2, encoding="utf8")

    assert list(table["QOP"]) == [3, 0]
    assert table["Comment"][0] == "Lyα; double"
    assert path.name == "cat_ZB.mz"


def test_that_no_scale_is_converted(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "prospect"))

    assert as_texts(table, "VI_quality") == ["", ""]
    assert as_texts(table, "ZCONF") == ["3", "0"]
    assert as_texts(table, "VI_spectype") == ["QSO", "GALAXY"]
    assert zconfs_of(table, map_columns(table)) == [3, 0]


def test_that_specvizitor_has_stars_and_no_redshift(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "specvizitor"))

    assert as_texts(table, "starred") == ["True", "False"]
    assert as_texts(table, "z_sviz") == ["3.066400", "-1.0"]


def test_that_regions_have_places_and_labels(tmp_path: Path) -> None:
    lines = written(tmp_path, "ds9").read_text().splitlines()

    assert lines[2:] == [
        "fk5",
        'circle(53.1000000,-27.8000000,1") # color=green text={007 z=3.0664}',
        'circle(54.1000000,-27.8000000,1") # color=red text={8}',
    ]


@pytest.mark.parametrize("kind", LISTS)
def test_that_what_lies_there_is_not_replaced(tmp_path: Path, kind: str) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("ten years")

    with pytest.raises(ExportError, match="--overwrite"):
        written(tmp_path, kind, Target("ZB", {}, precious))

    assert precious.read_text() == "ten years"
