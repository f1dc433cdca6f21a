"""`moosegui sheets` from end to end, on a small survey."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_survey import FIRST, IDS, SECOND, THIRD, TRUTHS, write_catalogue
from synthetic import small_basis

from moosegui.cli.main import main
from moosegui.data.catalogue import FalseReason, Verdict
from moosegui.files.models.basis import write_basis
from moosegui.files.session.store import SessionStore


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("basis") / "small.h5"
    write_basis(path, [small_basis(step=5e-5)])
    return ["--basis", str(path), "--zmax", "2", "--dz", "0.001"]


@pytest.fixture
def session(tmp_path: Path) -> Path:
    catalogue = write_catalogue(tmp_path / "catalogue.csv")
    path = tmp_path / "catalogue.moose"
    with SessionStore.open(path, inspector="ZB", source_path=catalogue) as store:
        store.record(FIRST, Verdict(redshift=TRUTHS[0], zconf=3))
        store.record(SECOND, Verdict(redshift=TRUTHS[1], zconf=1))
        store.record(THIRD, Verdict(false_reason=FalseReason.EDGE))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.iterdir())


def test_that_every_source_gets_a_page(session: Path, trials: list[str], tmp_path: Path) -> None:
    status = main(["sheets", str(session), "-o", str(tmp_path / "out"), *trials])

    assert status == 0
    assert names(tmp_path / "out") == sorted(IDS)
    assert all(f.read_bytes()[:4] == b"%PDF" for f in (tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (["--zconf", "3"], [FIRST]),
        (["--zconf", "1", "3"], [FIRST, SECOND]),
        (["--filter", "zconf < 2 | false"], [SECOND, THIRD]),
        (["--filter", "mag < 23.5", "--zconf", "1"], [SECOND]),
        (["--ids", THIRD, FIRST], [FIRST, THIRD]),
    ],
)
def test_that_only_what_is_asked_for_is_made(
    session: Path, trials: list[str], tmp_path: Path, choice: list[str], chosen: list[str]
) -> None:
    main(["sheets", str(session), "-o", str(tmp_path / "out"), *choice, *trials])

    assert names(tmp_path / "out") == chosen


def test_that_a_second_run_makes_only_what_changed(
    session: Path, trials: list[str], tmp_path: Path
) -> None:
    command = ["sheets", str(session), "-o", str(tmp_path), "--ids", FIRST, SECOND, *trials]
    main(command)
    before = {name: (tmp_path / f"{name}.pdf").stat().st_mtime_ns for name in (FIRST, SECOND)}
    with SessionStore.open(session) as store:
        store.record(SECOND, Verdict(redshift=TRUTHS[1], zconf=2))

    main(command)

    after = {name: (tmp_path / f"{name}.pdf").stat().st_mtime_ns for name in (FIRST, SECOND)}
    assert after[FIRST] == before[FIRST]
    assert after[SECOND] > before[SECOND]


def test_that_a_bad_source_is_skipped_with_a_sentence(
    session: Path, trials: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (session.parent / "spectra" / f"spectrum_{SECOND}.fits").write_bytes(b"no spectrum")

    status = main(["sheets", str(session), "-o", str(tmp_path / "out"), *trials])

    assert status == 0
    assert names(tmp_path / "out") == sorted(set(IDS) - {SECOND})
    assert f"spectrum_{SECOND}.fits" in capsys.readouterr().err


def test_that_pictures_are_made_too(session: Path, trials: list[str], tmp_path: Path) -> None:
    out = tmp_path / "out"

    main(["sheets", str(session), "-o", str(out), "--ids", FIRST, "--format", "png", *trials])

    assert (out / f"{FIRST}.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (["--ids", "9999"], "no source 9999"),
        (["--filter", "zconf <"], "missing after"),
        (["--filter", "mag > 99"], "No source is chosen"),
    ],
)
def test_that_a_choice_of_nothing_is_told(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], choice: list[str], words: str
) -> None:
    status = main(["sheets", str(session), "-o", str(tmp_path / "out"), *choice])

    assert status == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
