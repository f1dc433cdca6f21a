from __future__ import annotations

import json
from pathlib import Path

import pytest
from survey_file import write_survey

from moosegui.cli.main import EXIT_ERROR, main
from moosegui.files.models.basis import read_basis

QUICK = ["--resolution", "half", "--zmax", "2", "--max-iter", "4", "--threads", "1"]
CROSS = [*QUICK, "--ranks", "1-2", "--folds", "2", "--zmin", "0.05", "--dz", "0.005"]


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_survey(tmp_path_factory.mktemp("survey") / "survey.fits")


@pytest.fixture(scope="module")
def report(survey: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rank") / "report"
    assert main(["rank", str(survey), "-o", str(folder), *CROSS]) == 0
    return folder


def test_that_every_rank_is_scored_in_every_fold(report: Path) -> None:
    content = json.loads((report / "rank.json").read_text(encoding="utf-8"))

    assert [score["rank"] for score in content["scores"]] == [1, 2]
    assert all(len(score["folds"]) == 2 for score in content["scores"])


def test_that_the_page_shows_the_ranks(report: Path) -> None:
    page = (report / "report.html").read_text(encoding="utf-8")

    assert "Cross-validation" in page
    assert page.count("<svg") == 1


def test_that_a_name_of_json_asks_for_the_numbers_alone(survey: Path, tmp_path: Path) -> None:
    main(["rank", str(survey), "-o", str(tmp_path / "scores.json"), *CROSS])

    assert [path.name for path in tmp_path.iterdir()] == ["scores.json"]


def test_that_the_scores_go_into_the_basis(survey: Path, report: Path, tmp_path: Path) -> None:
    output = tmp_path / "basis.h5"

    main(["train", str(survey), "-o", str(output), "--cross-validation", str(report), *QUICK])

    basis = read_basis(output)
    chosen = json.loads((report / "rank.json").read_text(encoding="utf-8"))["chosen"]
    assert basis.n_components == chosen
    assert "over 2 folds" in dict(basis.provenance)["cross-validation"]


def test_that_scores_of_another_survey_are_refused(
    report: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from survey_file import make_table

    other = write_survey(tmp_path / "other.fits", make_table(seed=8))

    status = main(
        ["train", str(other), "-o", str(tmp_path / "basis.h5"), "--cross-validation", str(report)]
    )

    assert status == EXIT_ERROR
    assert "another survey" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--folds", "1"], "make no run"),
        (["--folds", "50"], "too few"),
        (["--dz", "0"], "check --zmin"),
    ],
)
def test_that_a_bad_option_is_answered_with_a_sentence(
    survey: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    status = main(["rank", str(survey), "-o", str(tmp_path / "r"), *QUICK, *options])

    assert status == EXIT_ERROR
    assert said in capsys.readouterr().err
