"""A calibration comes back from its file as it was, and other files are refused in words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from moosegui.data.confidence import ConfidenceModel
from moosegui.data.logistic import Recalibration
from moosegui.errors import ExportError, InputError
from moosegui.files.models.confidence import read_confidence, write_confidence
from moosegui.pipeline.models import blend_model, default_confidence, false_model

MODEL = ConfidenceModel(
    2.5, (1.0, 2.0, 3.0, 4.0, 5.0, -6.0), (-1.0, 0.0, 1.0), (("survey", "α.fits"),)
)


def test_that_a_calibration_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "model.json"

    write_confidence(path, MODEL)

    assert read_confidence(path) == MODEL


def test_that_what_verdicts_made_of_one_model_changes_no_other(tmp_path: Path) -> None:
    path, blends, false_sources = tmp_path / "model.json", blend_model(), false_model()
    learned = replace(
        MODEL,
        blends=Recalibration(0.5, 2.0, blends.fingerprint),
        false_sources=Recalibration(-0.5, 1.5, "of another model"),
    )

    write_confidence(path, learned)

    found = read_confidence(path)
    assert found == learned
    assert found.blends.of(blends).intercept == pytest.approx(0.5 + 2.0 * blends.intercept)
    assert found.false_sources.of(false_sources) == false_sources
    assert found.blends.after(Recalibration(3.0, 3.0, "of another model")) == found.blends


def test_that_verdicts_on_a_model_that_is_not_named_leave_blends_alone(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    write_confidence(path, MODEL)
    old = {name: {"shift": 0.5, "slope": 2.0} for name in ("blends", "false_sources")}
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | old), "utf-8")

    found = read_confidence(path)

    assert found.blends.of(blend_model()) == blend_model()
    assert found.false_sources.of(false_model()) != false_model()


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 99},
        {"temperature": -1},
        {"coefficients": {"significance": 1}},
        {"coefficients": 3},
        {"thresholds": [3, 2, 1]},
        {"thresholds": [1, 2]},
        {"provenance": []},
    ],
)
def test_that_a_file_with_a_flaw_is_refused(tmp_path: Path, change: dict[str, object]) -> None:
    path = tmp_path / "model.json"
    write_confidence(path, MODEL)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")

    with pytest.raises(InputError, match="calibrate again"):
        read_confidence(path)


@pytest.mark.parametrize("text", ["", "[]", "{", "null", "{}"])
def test_that_another_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text, "utf-8")

    with pytest.raises(InputError, match="calibrate again"):
        read_confidence(path)


def test_that_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="calibrate again"):
        read_confidence(tmp_path / "none.json")


def test_that_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="choose another place"):
        write_confidence(tmp_path / "none" / "model.json", MODEL)


def test_that_the_calibration_in_use_says_how_it_was_made() -> None:
    provenance = dict(default_confidence().provenance)

    assert {"survey", "scans", "basis", "made by"} <= set(provenance)
