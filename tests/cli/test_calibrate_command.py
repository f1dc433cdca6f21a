"""`moosegui calibrate` learns from a labelled survey how far a scan can be trusted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_survey import small_engine
from survey_file import make_table, write_survey

from moosegui.cli.main import EXIT_ERROR, main
from moosegui.errors import InputError
from moosegui.files.models.basis import write_basis
from moosegui.files.models.confidence import read_confidence, write_confidence
from moosegui.files.scan.table import read_scan_table
from moosegui.files.sources.survey_data import read_survey_arrays
from moosegui.pipeline.calibration import (
    DIMMED,
    DIMMED_WEIGHT,
    MIN_EXAMPLES,
    Example,
    calibrate,
    make_examples,
)
from moosegui.pipeline.models import default_confidence


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty spectra of ZCONF 2 and 3."""
    return write_survey(tmp_path_factory.mktemp("survey") / "survey.fits", make_table(n=44))


@pytest.fixture(scope="module")
def basis(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("basis") / "basis.h5"
    basis = small_engine().basis
    write_basis(path, [basis], default_rank=basis.n_components)
    return path


@pytest.fixture(scope="module")
def examples(survey: Path) -> list[Example]:
    arrays = read_survey_arrays(survey)
    rows = np.arange(len(arrays))
    return [e for made in make_examples(arrays, rows, small_engine()) for e in made]


def test_that_the_command_writes_a_calibration(
    survey: Path, basis: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "model.json"
    options = ["--basis", str(basis), "--zmax", "2", "--dz", "0.001", "--workers", "1"]

    status = main(["calibrate", str(survey), "-o", str(output), *options])

    assert status == 0
    provenance = dict(read_confidence(output).provenance)
    assert provenance["survey"] == "survey.fits"
    assert provenance["scans"] == str(44 + 3 * 22)
    assert "temperature of P(z)" in capsys.readouterr().out


def test_that_faint_sources_are_made_of_those_of_zconf_2(examples: list[Example]) -> None:
    counts = np.bincount([example.zconf for example in examples])

    assert counts.tolist() == [2 * 22, 22, 22, 22]
    copies = [example for example in examples if example.weight == DIMMED_WEIGHT]
    assert len(copies) == len(DIMMED) * 22


def test_that_dimmed_sources_are_less_significant(examples: list[Example]) -> None:
    def median(zconf: int) -> float:
        chosen = [e.solutions[0].relative_depth for e in examples if e.zconf == zconf]
        return float(np.median(chosen))

    assert median(0) < median(1) < median(2)


def test_that_a_survey_with_faint_sources_is_taken_as_it_is(tmp_path: Path) -> None:
    table = make_table(n=2 * MIN_EXAMPLES + 4)
    table["ZCONF"][: 2 * MIN_EXAMPLES] = np.arange(2 * MIN_EXAMPLES) % 2
    arrays = read_survey_arrays(write_survey(tmp_path / "survey.fits", table))

    made = list(make_examples(arrays, np.arange(len(arrays)), small_engine()))

    assert {len(one) for one in made} == {1}


def test_that_a_wrong_redshift_deserves_no_confidence(examples: list[Example]) -> None:
    wrong = [replace(example, is_right=False) for example in examples if example.zconf == 3]
    rest = [example for example in examples if example.zconf != 3]

    with pytest.raises(InputError, match="0 spectra to learn ZCONF 3 from"):
        calibrate([*rest, *wrong])


@pytest.mark.parametrize(
    ("change", "said"), [("none", "has no ZCONF"), ("few", "to learn ZCONF"), ("folder", "folder")]
)
def test_that_bad_input_is_answered_with_a_sentence(
    change: str, said: str, basis: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = make_table(n=4)
    if change == "none":
        del table["ZCONF"]
    survey = write_survey(tmp_path / "survey.fits", table)
    output = tmp_path / ("none/x.json" if change == "folder" else "x.json")
    options = ["--basis", str(basis), "--zmax", "2", "--dz", "0.01"]

    status = main(["calibrate", str(survey), "-o", str(output), *options])

    assert status == EXIT_ERROR
    assert said in capsys.readouterr().err
    assert not output.exists()


def scan_with(calibration: Path, survey: Path, basis: Path, output: Path) -> int:
    options = ["--basis", str(basis), "--zmax", "2", "--dz", "0.002", "--workers", "1"]
    given = ["--calibration", str(calibration)]
    return main(["scan", str(survey), "-o", str(output), *options, *given])


def test_that_a_scan_takes_the_calibration_that_is_named(
    survey: Path, basis: Path, tmp_path: Path
) -> None:
    def probabilities(temperature: float) -> list[float]:
        calibration = tmp_path / f"{temperature}.json"
        named = replace(default_confidence(), temperature=temperature, trust=None)
        write_confidence(calibration, named)
        output = tmp_path / f"{temperature}.ecsv"
        assert scan_with(calibration, survey, basis, output) == 0
        return [row.summary.probability for row in read_scan_table(output)]

    sure, doubtful = probabilities(1.0), probabilities(500.0)

    assert np.mean(sure) > np.mean(doubtful) + 0.05


def test_that_another_file_is_refused_as_a_calibration(
    survey: Path, basis: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = scan_with(survey, survey, basis, tmp_path / "scan.ecsv")

    assert status == EXIT_ERROR
    assert "is no calibration" in capsys.readouterr().err
