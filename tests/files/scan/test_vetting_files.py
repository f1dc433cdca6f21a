"""Scores of blends and false sources, and the models behind them, come back as written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moosegui.data.catalogue import Source
from moosegui.data.deblending import Vetting
from moosegui.data.logistic import LogisticModel
from moosegui.data.results import ScanSummary
from moosegui.errors import InputError
from moosegui.files.models.logistic import read_logistic, write_logistic
from moosegui.files.scan import vetting_columns
from moosegui.files.scan.journal import ScanJournal
from moosegui.files.scan.table import read_scan_table, write_scan_table
from moosegui.files.scan.vetting_columns import VettingColumn
from moosegui.files.tables.read import read_table

FULL = Vetting(
    redshift=1.25,
    relative_depth=0.03,
    blend_score=0.9,
    is_blend=True,
    false_score=0.01,
    false_alarm=1e-30,
    false_reason="noise",
    third=2.5,
    third_score=0.6,
    neighbour="0042",
    neighbour_distance=1.5,
    first=0.75,
    spectrum_blend_score=0.4,
    spectrum_false_score=0.02,
    map_snr=12.5,
    map_distance=0.1,
    map_compactness=0.9,
    map_agreement=0.75,
    map_own=0.875,
    map_noise=1.4,
    second_snr=7.5,
    second_east=-0.8,
    second_north=0.3,
)


@dataclass(frozen=True)
class WiderVetting(Vetting):
    """A vetting with a number more."""

    noisiness: float = float("nan")


COLUMNS = ["Z2", "DCHI2_2", "BLEND_SCORE", "BLEND", "Z3", "NEIGHBOUR", "FALSE_SCORE", "P_FALSE"]
MODEL = LogisticModel(("evidence", "lead"), (2.5, -0.125), -3.0, 0.4, {"survey": "small, ½"})


def rows_of(*vettings: Vetting | None) -> list[tuple[Source, ScanSummary]]:
    return [
        (Source(str(i), str(i), i), ScanSummary(0.5, vetting=vetting))
        for i, vetting in enumerate(vettings)
    ]


@pytest.mark.parametrize("ending", [".fits", ".ecsv", ".csv", ".vot"])
def test_that_vettings_come_back(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"scan{ending}"
    write_scan_table(path, rows_of(FULL, None), {})

    vettings = [row.summary.vetting for row in read_scan_table(path)]

    assert vettings == [FULL, None]


def test_that_a_record_alone_puts_a_new_number_into_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = VettingColumn("NOISINESS", "noisiness", "number", "stat.value", "noisiness")
    write_scan_table(tmp_path / "before.fits", rows_of(FULL), {})
    monkeypatch.setattr(vetting_columns, "Vetting", WiderVetting)
    monkeypatch.setattr(vetting_columns, "COLUMNS", (*vetting_columns.COLUMNS, number))

    write_scan_table(tmp_path / "now.fits", rows_of(WiderVetting(0.7, noisiness=0.25)), {})

    before = read_scan_table(tmp_path / "before.fits")[0].summary.vetting
    now = read_scan_table(tmp_path / "now.fits")[0].summary.vetting
    assert np.isnan(before.noisiness)
    assert now.noisiness == 0.25


def test_that_a_table_without_third_galaxies_is_read(tmp_path: Path) -> None:
    write_scan_table(tmp_path / "scan.fits", rows_of(FULL), {})
    table = read_table(tmp_path / "scan.fits")
    table.remove_columns(
        ["P_BLEND", "Z1", "Z3", "Z3_SCORE", "NEIGHBOUR", "NEIGHBOUR_DIST", "FALSE_REASON"]
    )
    table.write(tmp_path / "older.fits")

    vetting = read_scan_table(tmp_path / "older.fits")[0].summary.vetting

    assert vetting is not None
    assert vetting.redshift == FULL.redshift
    assert vetting.blend_score == FULL.blend_score
    assert np.isnan(vetting.third)


def test_that_the_columns_stand_in_the_table(tmp_path: Path) -> None:
    write_scan_table(tmp_path / "scan.fits", rows_of(FULL), {})

    names = read_table(tmp_path / "scan.fits").colnames

    assert [name for name in names if name in COLUMNS] == COLUMNS


def test_that_a_plain_scan_has_no_such_columns(tmp_path: Path) -> None:
    write_scan_table(tmp_path / "scan.csv", rows_of(None), {})

    assert not set(COLUMNS) & set(read_table(tmp_path / "scan.csv").colnames)


def test_that_a_journal_keeps_vettings(tmp_path: Path) -> None:
    summary = ScanSummary(0.5, vetting=FULL)
    with ScanJournal.open(tmp_path / "scan.fits", {}) as journal:
        journal.append("a", summary)

    with ScanJournal.open(tmp_path / "scan.fits", {}) as journal:
        kept = journal.done["a"].vetting

    assert kept == FULL


def test_that_a_model_comes_back(tmp_path: Path) -> None:
    write_logistic(tmp_path / "model.json", MODEL)

    assert read_logistic(tmp_path / "model.json") == MODEL


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "moosegui logistic model"}'])
def test_that_another_file_is_no_model(tmp_path: Path, content: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(content)

    with pytest.raises(InputError, match="tune-screening"):
        read_logistic(path)


def test_that_coefficients_can_be_read_by_people(tmp_path: Path) -> None:
    write_logistic(tmp_path / "model.json", MODEL)

    content = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))

    assert content["coefficients"] == {"evidence": 2.5, "lead": -0.125}


@given(evidence=st.floats(-1e6, 1e6), lead=st.floats(-1e6, 1e6))
def test_that_a_probability_is_one(evidence: float, lead: float) -> None:
    probability = MODEL.probability({"evidence": evidence, "lead": lead})

    assert 0.0 <= probability <= 1.0


def test_that_an_unknown_feature_gives_no_probability() -> None:
    assert np.isnan(MODEL.probability({"evidence": float("nan"), "lead": 0.0}))


def test_that_other_numbers_are_another_model() -> None:
    other = LogisticModel(MODEL.names, MODEL.coefficients, -3.1, 0.4)

    assert other.fingerprint != MODEL.fingerprint


def test_that_coefficients_and_features_go_together() -> None:
    with pytest.raises(ValueError, match="coefficients"):
        LogisticModel(("a", "b"), (1.0,), 0.0, 0.5)
