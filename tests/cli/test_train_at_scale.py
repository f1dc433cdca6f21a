"""`moosegui train` beyond memory and on several processes: the same basis, nothing left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from survey_file import make_table, write_survey

from moosegui import memory
from moosegui.cli import train as cli_train
from moosegui.cli.main import EXIT_ERROR, main
from moosegui.cli.options import training_options
from moosegui.errors import MooseError
from moosegui.files.models.basis import read_basis
from moosegui.fit.basis.nmf import TrainingProgress
from moosegui.pipeline.training import TrainingRecipe, load_training_set

QUICK = ["--resolution", "half", "--zmax", "2", "--max-iter", "6", "--threads", "1", "--tol", "0"]


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    table = make_table()
    table["ZCONF"][[0, 7, 23]] = 1  # which are left out
    return write_survey(tmp_path_factory.mktemp("survey") / "survey.fits", table)


@pytest.fixture(scope="module")
def expected(survey: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    output = tmp_path_factory.mktemp("expected") / "basis.h5"
    assert train(survey, output) == 0
    return read_basis(output).fingerprint


def train(survey: Path, output: Path, *options: str) -> int:
    return main(["train", str(survey), "-o", str(output), *QUICK, "--rank", "2", *options])


@pytest.mark.parametrize("options", [["--on-disk"], ["--scheduler", "local:2"]])
def test_that_the_basis_is_the_same(
    survey: Path, tmp_path: Path, expected: str, options: list[str]
) -> None:
    if "--scheduler" in options:
        pytest.importorskip("distributed")

    status = train(survey, tmp_path / "basis.h5", *options)

    assert status == 0
    assert read_basis(tmp_path / "basis.h5").fingerprint == expected
    assert [path.name for path in tmp_path.iterdir()] == ["basis.h5"]


def test_that_a_disk_is_taken_where_memory_is_too_small_and_that_is_said(
    survey: Path,
    tmp_path: Path,
    expected: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    learned_from = load_training_set(survey, TrainingRecipe(zmax=2.0, resolution="half"))
    sums, whole = (learned_from.memory(2, is_on_disk=on_disk) for on_disk in (True, False))
    assert sums < whole
    left = iter([10 * whole])  # before the survey is read, there is more

    def available() -> int:
        return next(left, (sums + whole) // 2)

    for module in (memory, training_options):
        monkeypatch.setattr(module, "available_memory", available)

    status = train(survey, tmp_path / "basis.h5")

    assert status == 0
    assert f"the spectra lie in {tmp_path} while" in capsys.readouterr().err
    assert read_basis(tmp_path / "basis.h5").fingerprint == expected
    assert [path.name for path in tmp_path.iterdir()] == ["basis.h5"]


def test_that_workers_ask_for_no_memory_that_lies_on_the_disk(
    survey: Path, tmp_path: Path, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    learned_from = load_training_set(survey, TrainingRecipe(zmax=2.0, resolution="half"))
    sums = learned_from.memory(2, is_on_disk=True, is_shared=True)
    for module in (memory, training_options):
        monkeypatch.setattr(module, "available_memory", lambda: sums + 1000)

    assert train(survey, tmp_path / "basis.h5", "--scheduler", "local:1") == 0
    assert read_basis(tmp_path / "basis.h5").fingerprint == expected


def stop_after(monkeypatch: pytest.MonkeyPatch, iteration: int, error: type[BaseException]) -> None:
    show = cli_train.RankLines.show

    def show_or_stop(lines: cli_train.RankLines, progress: TrainingProgress) -> None:
        show(lines, progress)
        if (progress.rank, progress.iteration) == (2, iteration):
            raise error("away")

    monkeypatch.setattr(cli_train.RankLines, "show", show_or_stop)


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt, 130), (MooseError, EXIT_ERROR)])
def test_that_a_run_that_stops_resumes_and_leaves_no_spectra(
    survey: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[BaseException],
    status: int,
) -> None:
    output = tmp_path / "basis.h5"
    with monkeypatch.context() as patch:
        stop_after(patch, 3, error)
        assert train(survey, output, "--on-disk") == status
    assert [path.name for path in tmp_path.iterdir()] == ["basis.h5.checkpoint"]

    assert train(survey, output, "--on-disk", "--resume") == 0

    found, whole = read_basis(output), tmp_path / "whole.h5"
    assert train(survey, whole) == 0
    np.testing.assert_allclose(found.components, read_basis(whole).components, rtol=1e-5)


def test_that_a_scheduler_that_is_not_there_is_told_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("distributed")

    status = train(tmp_path / "nowhere.fits", tmp_path / "basis.h5", "--scheduler", "none.json")

    assert status == EXIT_ERROR
    assert "none.json" in capsys.readouterr().err


@pytest.fixture(autouse=True)
def _few_rows_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moosegui.files.sources.survey_data.ROWS_AT_ONCE", 5)
