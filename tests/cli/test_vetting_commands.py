"""`tune-screening`, `scan --blends`, `evaluate`: from labels to a model, a table, a report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from blended import FIRST, SECOND, blend, make_basis, single
from survey_file import write_survey

from moosegui.cli.main import EXIT_ERROR, main
from moosegui.files.models.basis import write_basis
from moosegui.files.models.logistic import read_logistic
from moosegui.files.tables.read import read_table

N = 16
COLUMNS = {"Z2", "DCHI2_2", "BLEND_SCORE", "BLEND", "FALSE_SCORE", "P_FALSE"}
COLUMNS |= {"P_BLEND", "Z1", "Z3", "Z3_SCORE", "NEIGHBOUR", "NEIGHBOUR_DIST", "FALSE_REASON"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A survey of single galaxies, blends and noise, in turn, and its basis."""
    folder = tmp_path_factory.mktemp("screening")
    rng = np.random.default_rng(5)
    kinds = np.repeat(["single", "blend", "noise", "single"], 2)[np.arange(N) % 8]
    rows = []
    for i, kind in enumerate(kinds):
        spectrum = blend(i, snr=15.0) if kind == "blend" else single(i, snr=15.0)
        noise = rng.normal(size=spectrum.wave.size) * spectrum.sigma
        rows.append((noise if kind == "noise" else spectrum.flux, spectrum.sigma**2))
    table = Table()
    table["ID"] = np.arange(1, N + 1)
    table["Z"] = np.where(kinds == "noise", np.nan, FIRST)
    table["ZCONF"] = np.where(kinds == "noise", 0, 3)
    table["KIND"] = kinds
    table["Z2"] = np.where(kinds == "blend", SECOND, np.nan)
    table["FRAC2"] = np.where(kinds == "blend", 0.6, np.nan)
    table["SNR2"] = np.where(kinds == "blend", 30.0, np.nan)
    flux, variance = (np.array(values) for values in zip(*rows, strict=True))
    write_survey(folder / "survey.fits", table, flux=flux, variance=variance)
    basis = make_basis()
    write_basis(folder / "basis.h5", [basis], default_rank=basis.n_components)
    return folder


def options(folder: Path) -> list[str]:
    return ["--basis", str(folder / "basis.h5"), "--zmax", "2", "--dz", "0.002", "--workers", "2"]


@pytest.fixture(scope="module")
def scan(folder: Path) -> Path:
    """The table of `scan --blends`."""
    path = folder / "scan.fits"
    assert (
        main(["scan", str(folder / "survey.fits"), "-o", str(path), "--blends", *options(folder)])
        == 0
    )
    return path


@pytest.mark.parametrize("kind", ["blends", "false"])
def test_that_a_model_is_tuned_on_odd_rows_and_measured_on_even_ones(
    folder: Path, tmp_path: Path, kind: str
) -> None:
    output = tmp_path / "model.json"

    status = main(
        [
            "tune-screening",
            str(folder / "survey.fits"),
            "--for",
            kind,
            "-o",
            str(output),
            *options(folder),
        ]
    )

    model = read_logistic(output)
    assert status == 0
    assert "8 odd rows" in model.provenance["survey"] or kind == "blends"
    assert model.provenance["on the even rows"].startswith("AUC 1.000")


def test_that_a_survey_without_labels_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = read_table(folder / "survey.fits")
    table["ZCONF"] = 3
    survey = write_survey(tmp_path / "survey.fits", table)

    status = main(["tune-screening", str(survey), "--for", "false", "-o", str(tmp_path / "m.json")])

    assert status == EXIT_ERROR
    assert "no labels of false" in capsys.readouterr().err


def test_that_the_scan_adds_its_columns(scan: Path) -> None:
    table = read_table(scan)

    assert set(table.colnames) >= COLUMNS
    assert "BLENDTHR" in {key.upper() for key in table.meta}


def test_that_blends_and_noise_are_told(scan: Path, folder: Path) -> None:
    table, kinds = (
        read_table(scan),
        np.array(read_table(folder / "survey.fits")["KIND"]).astype(str),
    )

    scores = np.array(table["BLEND_SCORE"], dtype=float)
    false = np.array(table["FALSE_SCORE"], dtype=float)

    assert scores[kinds == "blend"].min() > scores[kinds == "single"].max()
    assert false[kinds == "noise"].min() > false[kinds != "noise"].max()


@pytest.fixture(scope="module")
def report(scan: Path, folder: Path) -> Path:
    """The folder of `evaluate --report`."""
    target = folder / "report"
    survey = str(folder / "survey.fits")
    assert main(["evaluate", str(scan), "--truth", survey, "--report", str(target)]) == 0
    return target


def test_that_the_evaluation_holds_both_rocs(report: Path) -> None:
    vetting = json.loads((report / "evaluation.json").read_text())["screening"]

    assert vetting["blends"]["roc"]["area"] == 1.0
    assert vetting["false"]["roc"]["area"] == 1.0
    assert vetting["blends"]["second_right"]["fraction"] == 1.0


def test_that_the_report_shows_both(report: Path) -> None:
    page = (report / "report.html").read_text(encoding="utf-8")

    assert "<h2>Blends</h2>" in page
    assert "<h2>False sources</h2>" in page
    assert page.count("roc-blends") > 0


def test_that_the_terminal_shows_the_numbers(
    scan: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["evaluate", str(scan), "--truth", str(folder / "survey.fits")])

    text = capsys.readouterr().out
    assert "area under the ROC" in text
    assert "z2 right of the flagged" in text
    assert "flux ratio 0.3 to 1" in text


def test_that_a_missing_platefit_is_said_before_the_scan(
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("moosegui.fit.linefit.alternatives.has_platefit", lambda: False)
    survey, output = str(folder / "survey.fits"), str(tmp_path / "scan.csv")

    status = main(
        ["scan", survey, "-o", output, "--blends", "--line-fit", "platefit", *options(folder)]
    )

    assert status == EXIT_ERROR
    assert "not installed" in capsys.readouterr().err


def test_that_second_redshifts_are_judged_by_what_the_galaxy_is(report: Path) -> None:
    blends = json.loads((report / "evaluation.json").read_text())["screening"]["blends"]

    labels = {group["label"] for group in blends["second_groups"]}
    assert {"flux ratio 0.3 to 1", "separation 0.2 to 0.5", "blend"} <= labels
