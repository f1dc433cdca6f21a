"""`moosegui calibrate SESSION` and `train --from SESSION` learn from what inspectors decided."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from small_survey import small_engine
from survey_file import make_table, write_survey

from moosegui.cli.main import EXIT_ERROR, main
from moosegui.config import default_inspector
from moosegui.data.catalogue import FalseReason, SourceFlag, Verdict
from moosegui.data.deblending import Vetting
from moosegui.data.results import ScanSummary
from moosegui.files.models.basis import read_basis, write_basis
from moosegui.files.models.confidence import read_confidence
from moosegui.files.session.calibration import calibration_path
from moosegui.files.session.file import session_path
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.read import read_table
from moosegui.pipeline.models import default_confidence

N = 220
SCAN = ("--zmax", "2", "--dz", "0.001", "--workers", "1", "--galaxies-only")
EVERY = 5  # a verdict that contradicts the scan


def judge(survey: Path, n: int = N) -> Path:
    """Write the session of an inspector who knows the truth, and calls some sources false."""
    session = session_path(survey, default_inspector())
    table = read_table(survey)
    with SessionStore.open(session, inspector=default_inspector(), source_path=survey) as store:
        for i, source in enumerate(list(open_source_list(survey))[:n]):
            store.save_summaries({source.key: summary_of(i)})
            if i % EVERY == 0:
                store.record(source.key, Verdict(false_reason=FalseReason.NOISE))
            else:
                flags = frozenset({SourceFlag.BLEND} if i % 7 == 0 else ())
                store.record(
                    source.key,
                    Verdict(float(table["Z"][i]), zconf=2 + i % 2, flags=flags),
                )
    return session


def summary_of(i: int) -> ScanSummary:
    """A scan whose scores of false sources are too low, those of blends of no use."""
    vetting = Vetting(blend_score=0.3, false_score=0.2 if i % EVERY == 0 else 0.01)
    return ScanSummary(redshift=0.5, vetting=vetting)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("survey")
    write_survey(folder / "survey.fits", make_table(n=N))
    basis = small_engine().basis
    write_basis(folder / "basis.h5", [basis], default_rank=basis.n_components)
    judge(folder / "survey.fits")
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of the survey with its session, whose catalogue is the copy."""
    for path in made.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, tmp_path / path.name)
    session = session_of(tmp_path)
    with SessionStore.open(session, source_path=tmp_path / "survey.fits"):
        pass
    return tmp_path


def session_of(folder: Path) -> Path:
    return session_path(folder / "survey.fits", default_inspector())


def calibrate(folder: Path, *options: str) -> int:
    basis = ("--basis", str(folder / "basis.h5"))
    return main(["calibrate", str(session_of(folder)), *options, *basis, *SCAN])


def test_that_verdicts_change_what_is_stated_and_lie_beside_the_session(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = calibrate(folder)

    told = capsys.readouterr().out
    assert status == 0
    assert f"P(z), {N} verdicts" in told
    assert "before stated" in told and "after  stated" in told
    learned = read_confidence(calibration_path(session_of(folder)))
    assert dict(learned.provenance)["verdicts"] == str(N)
    assert learned.false_sources.shift > 0.5  # a fifth was false, a twentieth was stated
    odds = np.log(0.3 / 0.7)  # stated of each, an eighth were blends
    assert learned.blends.shift + learned.blends.slope * odds < odds - 0.5
    assert learned.error_terms == default_confidence().error_terms


def test_that_learning_is_taken_back_step_by_step(folder: Path) -> None:
    path = calibration_path(session_of(folder))
    calibrate(folder)
    first = path.read_text("utf-8")
    calibrate(folder)

    assert main(["calibrate", "--undo", str(session_of(folder))]) == 0
    assert path.read_text("utf-8") == first
    assert main(["calibrate", "--undo", str(session_of(folder))]) == 0
    assert not path.exists()
    assert main(["calibrate", "--undo", str(session_of(folder))]) == EXIT_ERROR


def test_that_too_few_verdicts_are_refused_with_their_number(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session_of(folder).unlink()
    judge(folder / "survey.fits", n=199)

    status = calibrate(folder)

    assert status == EXIT_ERROR
    assert "There are 199 verdicts, but 200 are needed" in capsys.readouterr().err
    assert not calibration_path(session_of(folder)).exists()


def test_that_a_scan_of_the_list_uses_what_was_learned_and_says_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def scanned(name: str) -> tuple[str, np.ndarray]:
        output = folder / name
        basis = ("--basis", str(folder / "basis.h5"))
        main(["scan", str(folder / "survey.fits"), "-o", str(output), *basis, *SCAN])
        table = read_table(output)
        return str(table.meta["SCANSHA"]), np.array(table["P_Z"], dtype=float)

    before, stated_before = scanned("before.fits")
    calibrate(folder)
    capsys.readouterr()
    after, stated_after = scanned("after.fits")

    assert before != after
    assert "calibrated by the verdicts of" in capsys.readouterr().err
    assert not np.allclose(stated_before, stated_after, equal_nan=True)


def test_that_a_basis_is_learned_from_verdicts(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = folder / "own.h5"
    quick = ("--resolution", "half", "--zmax", "2", "--max-iter", "3", "--threads", "1")

    status = main(
        ["train", "--from", str(session_of(folder)), "-o", str(output), "--rank", "2", *quick]
    )

    n_false = len(range(0, N, EVERY))
    n_blends = sum(i % 7 == 0 and i % EVERY != 0 for i in range(N))
    assert status == 0
    assert f"note: {n_false} verdicts left out: no redshift." in capsys.readouterr().err
    provenance = dict(read_basis(output).provenance)
    assert provenance["spectra"] == f"{N - n_false - n_blends} of {N - n_false}"
    assert provenance["survey"] == session_of(folder).name


def test_that_only_a_session_is_learned_from_with_from(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["train", "--from", str(folder / "survey.fits"), "-o", str(folder / "own.h5")])

    assert status == EXIT_ERROR
    assert "is no session" in capsys.readouterr().err
