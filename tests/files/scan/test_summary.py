"""What persists of a scan: a field and its record reach every file that keeps or tells it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path

import pytest

from moosegui.data.catalogue import Source, SourceList
from moosegui.data.deblending import Vetting
from moosegui.data.results import ScanFlag, ScanSummary
from moosegui.files.scan import summary as scan_summary
from moosegui.files.scan.journal import ScanJournal
from moosegui.files.scan.summary import COLUMNS, ScanNumber, from_json, from_payload, to_json
from moosegui.files.scan.table import read_scan_table, write_scan_table
from moosegui.files.session.store import SessionStore
from moosegui.files.tables.read import read_table
from moosegui.files.update.update import write_update

FULL = ScanSummary(
    redshift=0.1 + 0.2,
    redshift_error=1e-4,
    robustness=math.inf,
    alternatives=((0.5, 0.25, math.nan), (6.0, -math.inf, -4.0)),
    flags=ScanFlag.EDGE | ScanFlag.CLIPPED,
    engine_fingerprint="abc",
    weighting="unweighted",
    vetting=Vetting(redshift=0.9, is_blend=True, neighbour="12"),
)


@dataclass(frozen=True)
class WiderSummary(ScanSummary):
    """A summary with a number more."""

    skewness: float = math.nan


WIDER = WiderSummary(redshift=0.7, skewness=0.25)
NUMBER = ScanNumber("skewness", "SKEW", "stat.value", "skewness", in_update="SKEW_AUTO")
SOURCES = (Source("1", "1", 0),)


@pytest.fixture
def _wider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_summary, "ScanSummary", WiderSummary)
    monkeypatch.setattr(scan_summary, "COLUMNS", (*COLUMNS, NUMBER))


def test_that_json_keeps_every_digit_and_what_is_undefined() -> None:
    text = to_json(FULL)

    assert "NaN" not in text
    assert "Infinity" not in text
    assert repr(from_json(text)) == repr(FULL)


def test_that_fields_of_other_versions_do_no_harm() -> None:
    payload = json.loads(to_json(FULL))
    del payload["probability"]

    assert repr(from_payload({**payload, "of_the_future": 3})) == repr(FULL)


@pytest.mark.parametrize(
    ("name", "value"), [("weighting", "heavy"), ("redshift", "far"), ("alternatives", [[1.0]])]
)
def test_that_a_value_that_cannot_be_understood_is_refused(name: str, value: object) -> None:
    payload = json.loads(to_json(FULL))

    with pytest.raises(ValueError, match=r"unknown|could not convert|not enough values"):
        from_payload({**payload, name: value})


@pytest.mark.usefixtures("_wider")
def test_that_a_session_keeps_a_new_number(tmp_path: Path) -> None:
    with SessionStore.open(tmp_path / "a.moose", inspector="ZB") as store:
        store.save_summaries({"1": WIDER})

        assert repr(store.summaries()["1"]) == repr(WIDER)


@pytest.mark.usefixtures("_wider")
def test_that_the_journal_of_a_scan_keeps_a_new_number(tmp_path: Path) -> None:
    with ScanJournal.open(tmp_path / "table.fits", {}) as journal:
        journal.append("1", WIDER)

    with ScanJournal.open(tmp_path / "table.fits", {}) as journal:
        assert repr(journal.done["1"]) == repr(WIDER)


@pytest.mark.usefixtures("_wider")
@pytest.mark.parametrize("ending", ["fits", "ecsv", "csv", "vot"])
def test_that_a_table_of_a_scan_has_a_new_number(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"table.{ending}"

    write_scan_table(path, [(SOURCES[0], WIDER)], {})

    assert read_scan_table(path)[0].summary.skewness == 0.25  # type: ignore[attr-defined]


@pytest.mark.usefixtures("_wider")
def test_that_the_update_of_a_catalogue_has_a_new_number(tmp_path: Path) -> None:
    sources = SourceList(SOURCES, tmp_path)

    path = write_update(sources, {}, tmp_path / "update.fits", summaries={"1": WIDER})

    assert list(read_table(path)["SKEW_AUTO"]) == [0.25]


def test_that_a_table_of_before_lacks_a_new_number_without_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_scan_table(tmp_path / "table.fits", [(SOURCES[0], WIDER)], {})
    monkeypatch.setattr(scan_summary, "ScanSummary", WiderSummary)
    monkeypatch.setattr(scan_summary, "COLUMNS", (*COLUMNS, NUMBER))

    summary = read_scan_table(tmp_path / "table.fits")[0].summary

    assert math.isnan(summary.skewness)  # type: ignore[attr-defined]
