from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from survey_file import draw_spectra, make_table, write_survey

from moosegui import memory
from moosegui.cli import train as cli_train
from moosegui.cli.main import EXIT_ERROR, main
from moosegui.files.models.basis import list_ranks, read_basis, read_ensemble
from moosegui.fit.basis.nmf import TrainingProgress

QUICK = ["--resolution", "half", "--zmax", "2", "--max-iter", "6", "--threads", "1"]


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_survey(tmp_path_factory.mktemp("survey") / "survey.fits")


def train(survey: Path, output: Path, *options: str) -> int:
    return main(["train", str(survey), "-o", str(output), *QUICK, *options])


def interrupt_at(monkeypatch: pytest.MonkeyPatch, rank: int, iteration: int) -> None:
    """Press Ctrl+C in the next training, after that iteration."""
    show = cli_train.RankLines.show

    def show_or_stop(lines: cli_train.RankLines, progress: TrainingProgress) -> None:
        show(lines, progress)
        if (progress.rank, progress.iteration) == (rank, iteration):
            raise KeyboardInterrupt

    monkeypatch.setattr(cli_train.RankLines, "show", show_or_stop)


def test_that_a_basis_is_learned_and_says_how(survey: Path, tmp_path: Path) -> None:
    output = tmp_path / "basis.h5"

    status = train(survey, output, "--ranks", "1-3", "--rank", "3", "--seed", "4")

    assert status == 0
    assert list_ranks(output) == (1, 2, 3)
    provenance = dict(read_basis(output).provenance)
    assert len(provenance["survey SHA-256"]) == 64
    assert (provenance["seed"], provenance["error floor"]) == ("4", "0.05")
    assert provenance["spectra"] == "24 of 24"


def test_that_every_iteration_is_reported_with_chi2(
    survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(survey, tmp_path / "basis.h5", "--rank", "1", "--tol", "0")

    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("rank")]
    assert len(lines) == 6
    assert all("χ²" in line for line in lines)


def test_that_a_refined_basis_is_learned_at_half_and_written_at_full_resolution(
    survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(survey, tmp_path / "half.h5", "--rank", "2")
    capsys.readouterr()

    train(survey, tmp_path / "basis.h5", "--rank", "2", "--resolution", "refined")

    half, refined = read_basis(tmp_path / "half.h5"), read_basis(tmp_path / "basis.h5")
    assert refined.grid.log10_step == pytest.approx(half.grid.log10_step / 2)
    assert refined.grid.log10_start == half.grid.log10_start
    assert f"on {half.grid.n_wave:,} samples" in capsys.readouterr().err


def test_that_the_same_command_gives_the_same_basis(survey: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.h5", tmp_path / "second.h5"

    train(survey, first, "--rank", "2")
    train(survey, second, "--rank", "2")

    assert read_basis(first).fingerprint == read_basis(second).fingerprint


@pytest.mark.parametrize("where", [(2, 3), (2, 6), (1, 6)])
def test_that_an_interrupted_run_resumes_to_the_same_basis(
    survey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: tuple[int, int]
) -> None:
    whole, output = tmp_path / "whole.h5", tmp_path / "basis.h5"
    options = ("--ranks", "1-3", "--rank", "3", "--tol", "0")
    train(survey, whole, *options)

    with monkeypatch.context() as patch:
        interrupt_at(patch, *where)
        interrupted = train(survey, output, *options)
    resumed = train(survey, output, *options, "--resume")

    assert (interrupted, resumed) == (130, 0)
    for rank in (1, 2, 3):
        np.testing.assert_allclose(
            read_basis(output, rank).components, read_basis(whole, rank).components, rtol=1e-5
        )


def test_that_nothing_is_left_beside_a_finished_basis(survey: Path, tmp_path: Path) -> None:
    train(survey, tmp_path / "basis.h5", "--rank", "1")

    assert [path.name for path in tmp_path.iterdir()] == ["basis.h5"]


def test_that_an_interrupted_run_is_not_overwritten_unasked(
    survey: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = tmp_path / "basis.h5"
    with monkeypatch.context() as patch:
        interrupt_at(patch, 1, 2)
        train(survey, output, "--rank", "2")

    status = train(survey, output, "--rank", "2")

    assert status == EXIT_ERROR
    assert "--resume" in capsys.readouterr().err


def test_that_a_run_with_other_options_does_not_resume(
    survey: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = tmp_path / "basis.h5"
    with monkeypatch.context() as patch:
        interrupt_at(patch, 1, 2)
        train(survey, output, "--rank", "2")

    status = train(survey, output, "--rank", "2", "--error-floor", "0.1", "--resume")

    assert status == EXIT_ERROR
    assert "error floor 0.05" in capsys.readouterr().err


def test_that_what_must_not_be_learned_from_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = make_table()
    table["Z"][0], table["ZCONF"][1] = np.nan, 1
    table["FRAC2"] = np.where(np.arange(len(table)) == 2, 0.4, 0.0)
    _, flux, variance = draw_spectra(np.nan_to_num(np.asarray(table["Z"]), nan=0.5))
    flux[4], flux[5], variance[5] = 2.0 * flux[3], 1e6 * flux[5], 1e12 * variance[5]
    survey = write_survey(tmp_path / "survey.fits", table, flux=flux, variance=variance)

    train(survey, tmp_path / "basis.h5", "--rank", "1")

    notes = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note")]
    wanted = (
        "no redshift (1)",
        "ZCONF below 2 (2)",
        "blend",
        "another unit? (6)",
        "another one (5)",
    )
    assert all(any(text in note for note in notes) for text in wanted), notes
    assert dict(read_basis(tmp_path / "basis.h5").provenance)["spectra"] == "19 of 24"


def test_that_too_little_memory_is_said_before_it_starts(
    survey: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 1000)

    status = train(survey, tmp_path / "basis.h5", "--rank", "1")

    assert status == EXIT_ERROR
    assert "needs about" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--rank", "0"], "rank 0"),
        (["--error-floor", "-1"], "error floor"),
        (["--max-iter", "0"], "make no run"),
        (["--refine-iter", "0"], "--refine-iter"),
        (["--class-weight", "-1"], "weights"),
        (["--zmax", "-1"], "--zmax"),
        (["--zconf-min", "9"], "no spectrum to learn from"),
        (["--cross-validation", "nowhere.json"], "moosegui rank"),
    ],
)
def test_that_a_bad_option_is_answered_with_a_sentence(
    survey: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    status = main(["train", str(survey), "-o", str(tmp_path / "basis.h5"), *options])

    assert status == EXIT_ERROR
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("name", ["basis.fits", "missing/basis.h5", "survey.h5/basis"])
def test_that_a_basis_that_cannot_be_written_is_said_before_it_is_learned(
    survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    status = train(survey, tmp_path / name)

    assert status == EXIT_ERROR
    assert "iteration" not in capsys.readouterr().err


def test_that_a_file_without_spectra_is_answered_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "catalogue.csv"
    path.write_text("ID,Z\n1,0.5\n", encoding="utf-8")

    status = train(path, tmp_path / "basis.h5")

    assert status == EXIT_ERROR
    assert "no stacked survey" in capsys.readouterr().err


def test_that_an_ensemble_is_learned_from_its_seeds(survey: Path, tmp_path: Path) -> None:
    output = tmp_path / "basis.h5"

    status = train(survey, output, "--committee", "2:4,1:3,3:4")

    assert status == 0
    members = read_ensemble(output)
    assert [basis.n_components for basis in members] == [2, 1, 3]
    assert [dict(basis.provenance)["seed"] for basis in members] == ["4", "3", "4"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["basis.h5"]


def test_that_a_member_is_the_basis_that_its_seed_gives_alone(survey: Path, tmp_path: Path) -> None:
    together, alone = tmp_path / "together.h5", tmp_path / "alone.h5"

    train(survey, together, "--committee", "2:4,1:3")
    train(survey, alone, "--rank", "2", "--seed", "4")

    assert read_basis(together, 2).fingerprint == read_basis(alone).fingerprint


def test_that_an_interrupted_ensemble_resumes(
    survey: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output, whole = tmp_path / "basis.h5", tmp_path / "whole.h5"
    train(survey, whole, "--committee", "2:4,3:1")
    with monkeypatch.context() as patched:
        interrupt_at(patched, rank=3, iteration=2)
        train(survey, output, "--committee", "2:4,3:1")

    status = train(survey, output, "--committee", "2:4,3:1", "--resume")

    assert status == 0
    np.testing.assert_allclose(
        read_basis(output, 3).components, read_basis(whole, 3).components, rtol=1e-5
    )
    assert read_basis(output, 2).fingerprint == read_basis(whole, 2).fingerprint


@pytest.mark.parametrize("ensemble", ["12", "3:1,3:2", "0:1", "3:-1", "a:b"])
def test_that_an_ensemble_that_is_none_is_refused(
    survey: Path, tmp_path: Path, ensemble: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        train(survey, tmp_path / "basis.h5", "--committee", ensemble)

    assert "names no ensemble" in capsys.readouterr().err


def test_that_an_ensemble_takes_no_other_ranks(
    survey: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = train(survey, tmp_path / "basis.h5", "--committee", "2:1,1:1", "--rank", "2")

    assert status == EXIT_ERROR
    assert "leave out --rank" in capsys.readouterr().err
