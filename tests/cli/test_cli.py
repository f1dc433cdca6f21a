"""The commands from end to end, on small surveys with a known truth."""

from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from small_survey import IDS, TRUTHS, write_catalogue, write_spectra
from spectrum_files import write_survey
from synthetic import small_basis

from moosegui import __version__
from moosegui.cli import scan as cli_scan
from moosegui.cli.main import main
from moosegui.data.catalogue import Verdict
from moosegui.files.models.basis import write_basis
from moosegui.files.scan.table import read_scan_table
from moosegui.files.session.store import SessionStore
from moosegui.files.sources.source_lists import open_source_list
from moosegui.files.tables.columns import as_floats
from moosegui.files.tables.read import read_table

PNG = b"\x89PNG\r\n"
SCALARS = [
    *("ID", "FILE", "Z_AUTO", "Z_ERR", "Z_ERR_LO", "Z_ERR_HI", "Z_SYS", "Z_SYS_ERR"),
    *("DCHI2", "R", "P_Z"),
]
NUMBERED = [f"{name}_{i}" for name in ("Z_ALT", "DCHI2_ALT") for i in range(1, 6)]
CROSS = ["Z_XCOR", "R_XCOR"]
CLASSES = [
    *("CLASS", "P_GALAXY", "P_STAR", "P_QSO"),
    *("Z_GALAXY", "STAR_TYPE", "Z_STAR", "Z_STAR_ERR", "Z_QSO", "Z_QSO_ERR"),
]
COLUMNS = {
    "fits": [*SCALARS, "Z_ALT", "DCHI2_ALT", "CHI2", "Z_LINES", *CROSS, *CLASSES, "REFZ", "FLAGS"],
    "ecsv": [*SCALARS, "Z_ALT", "DCHI2_ALT", "CHI2", "Z_LINES", *CROSS, *CLASSES, "REFZ", "FLAGS"],
    "csv": [*SCALARS, *NUMBERED, "CHI2", "Z_LINES", *CROSS, *CLASSES, "REFZ", "FLAGS"],
}


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options for a scan with a small basis over few redshifts."""
    path = tmp_path_factory.mktemp("basis") / "small.h5"
    write_basis(path, [small_basis(step=5e-5)])
    return ["--basis", str(path), "--zmax", "2", "--dz", "0.001"]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return write_catalogue(tmp_path / "catalogue.fits")


@pytest.fixture
def without_new_log_handlers() -> Iterator[None]:
    before = list(logging.getLogger().handlers)
    yield
    for handler in set(logging.getLogger().handlers) - set(before):
        logging.getLogger().removeHandler(handler)
        handler.close()


def run_moosegui(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, without a display and with its own user folder."""
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment["XDG_CONFIG_HOME"] = str(cwd / "config")
    return subprocess.run(
        [sys.executable, "-m", "moosegui", *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


@pytest.mark.parametrize("suffix", COLUMNS)
def test_that_a_scan_writes_its_columns(catalogue: Path, trials: list[str], suffix: str) -> None:
    output = catalogue.with_name(f"scan.{suffix}")

    status = main(["scan", str(catalogue), "-o", str(output), *trials])

    assert status == 0
    assert read_table(output).colnames == COLUMNS[suffix]


@pytest.mark.parametrize("suffix", COLUMNS)
def test_that_a_scan_finds_the_redshifts(catalogue: Path, trials: list[str], suffix: str) -> None:
    output = catalogue.with_name(f"scan.{suffix}")

    main(["scan", str(catalogue), "-o", str(output), *trials])
    rows = read_scan_table(output)

    assert tuple(row.source_id for row in rows) == IDS
    np.testing.assert_allclose([row.summary.redshift for row in rows], TRUTHS, atol=1e-3)


def test_that_the_published_weighting_is_recorded(catalogue: Path, trials: list[str]) -> None:
    output = catalogue.with_name("scan.ecsv")

    main(["scan", str(catalogue), "-o", str(output), "--weighting", "unweighted", *trials])

    assert read_table(output).meta["WEIGHTS"] == "unweighted"


def test_that_a_folder_of_spectra_is_scanned(tmp_path: Path, trials: list[str]) -> None:
    folder, output = write_spectra(tmp_path / "spectra"), tmp_path / "scan.csv"

    main(["scan", str(folder), "-o", str(output), *trials])

    assert sorted(row.source_id for row in read_scan_table(output)) == sorted(IDS)


def test_that_a_stacked_survey_is_scanned(tmp_path: Path, trials: list[str]) -> None:
    survey, output = write_survey(tmp_path / "survey.fits", 3), tmp_path / "scan.csv"

    main(["scan", str(survey), "-o", str(output), *trials])

    assert [row.source_id for row in read_scan_table(output)] == ["1", "2", "3"]


def test_that_spectra_may_lie_elsewhere(tmp_path: Path, trials: list[str]) -> None:
    folder, output = write_spectra(tmp_path / "far away"), tmp_path / "scan.csv"
    catalogue = tmp_path / "list.csv"
    catalogue.write_text("ID\n" + "\n".join(IDS) + "\n")

    main(["scan", str(catalogue), "--spectra", str(folder), "-o", str(output), *trials])

    redshifts = [row.summary.redshift for row in read_scan_table(output)]
    np.testing.assert_allclose(redshifts, TRUTHS, atol=1e-3)


def test_that_an_unreadable_spectrum_is_a_row_with_a_flag(
    catalogue: Path, trials: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = catalogue.parent / "spectra" / f"spectrum_{IDS[1]}.fits"
    damaged.write_bytes(damaged.read_bytes()[:3000])
    output = catalogue.with_name("scan.csv")

    status = main(["scan", str(catalogue), "-o", str(output), *trials])

    assert status == 0
    assert read_scan_table(output)[1].summary.flags.words == "NO_DATA"
    assert "problem: " in capsys.readouterr().err


BAD_SCANS = {
    "no such file": ["scan", "nothing.fits", "-o", "scan.csv"],
    "no catalogue": ["scan", "notes.txt", "-o", "scan.csv"],
    "empty folder": ["scan", "empty", "-o", "scan.csv"],
    "no spectra": ["scan", "catalogue.fits", "--spectra", "nowhere", "-o", "scan.csv"],
    "no basis": ["scan", "catalogue.fits", "-o", "scan.csv", "--basis", "nothing.h5"],
    "wrong basis": ["scan", "catalogue.fits", "-o", "scan.csv", "--basis", "catalogue.fits"],
    "no such rank": ["scan", "catalogue.fits", "-o", "scan.csv", "--rank", "99"],
    "no trials": ["scan", "catalogue.fits", "-o", "scan.csv", "--zmin", "3", "--zmax", "1"],
    "no step": ["scan", "catalogue.fits", "-o", "scan.csv", "--dz", "0"],
    "no output folder": ["scan", "catalogue.fits", "-o", "nowhere/scan.csv"],
    "output is a folder": ["scan", "catalogue.fits", "-o", "empty"],
    "unknown ending": ["scan", "catalogue.fits", "-o", "scan.docx"],
    "output is the input": ["scan", "catalogue.fits", "-o", "catalogue.fits"],
    "no session": ["export", "nothing.moose"],
    "not a session": ["export", "notes.txt"],
}


@pytest.mark.parametrize("arguments", BAD_SCANS.values(), ids=BAD_SCANS)
def test_that_bad_input_gets_one_sentence(
    catalogue: Path,
    arguments: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(catalogue.parent)
    Path("empty").mkdir()
    Path("notes.txt").write_text("Call the observatory on Monday.\n")

    status = main(arguments)
    lines = capsys.readouterr().err.splitlines()

    assert status == 1
    assert len(lines) == 1
    assert lines[0].startswith("moosegui: ")
    assert lines[0].endswith(".")


def test_that_a_bug_leaves_its_details_in_the_log(
    catalogue: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    without_new_log_handlers: None,
) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError("one over nothing")

    monkeypatch.setenv("XDG_CONFIG_HOME", str(catalogue.parent))
    monkeypatch.setattr(cli_scan, "open_source_list", fail)

    status = main(["scan", str(catalogue), "-o", str(catalogue.with_name("scan.csv"))])

    log = catalogue.parent / "moosegui" / "moosegui.log"
    assert status == 2
    assert str(log) in capsys.readouterr().err
    assert "one over nothing" in log.read_text()


@pytest.fixture
def session(catalogue: Path) -> Path:
    """A session in which the second source was judged."""
    source = list(open_source_list(catalogue))[1]
    path = catalogue.with_name("catalogue.fits.ZB.moose")
    with SessionStore.open(path, inspector="ZB", source_path=catalogue) as store:
        store.record(source.key, Verdict(redshift=0.84, zconf=2, comment="Lyα, or not?"))
    return path


def test_that_a_session_is_exported_beside_its_catalogue(catalogue: Path, session: Path) -> None:
    status = main(["export", str(session)])

    table = read_table(catalogue.with_name("catalogue_updated.fits"))
    assert status == 0
    assert as_floats(table, "Z_VI")[1] == 0.84
    assert np.isnan(as_floats(table, "Z_VI")[[0, 2, 3, 4, 5]]).all()


def test_that_an_export_goes_where_it_is_asked_to(catalogue: Path, session: Path) -> None:
    output = catalogue.with_name("judged.fits")

    main(["export", str(session), "-o", str(output)])

    assert str(read_table(output)["INSPECTOR_VI"][1]) == "ZB"


def test_that_an_export_does_not_replace_a_survey(
    catalogue: Path, session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    precious = catalogue.with_name("precious.fits")
    precious.write_bytes(b"ten years of work")

    status = main(["export", str(session), "-o", str(precious)])

    assert status == 1
    assert "--overwrite" in capsys.readouterr().err
    assert precious.read_bytes() == b"ten years of work"


def test_that_an_export_may_be_repeated(catalogue: Path, session: Path) -> None:
    output = catalogue.with_name("judged.fits")

    statuses = [main(["export", str(session), "-o", str(output)]) for _ in range(2)]

    assert statuses == [0, 0]


def test_that_a_catalogue_that_moved_is_exported(catalogue: Path, session: Path) -> None:
    moved = catalogue.rename(catalogue.with_name("moved.fits"))

    status = main(["export", str(session), "--catalogue", str(moved)])

    assert status == 0
    assert moved.with_name("moved_updated.fits").is_file()


def test_that_the_export_of_a_lost_catalogue_says_so(
    catalogue: Path, session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue.unlink()

    status = main(["export", str(session)])

    assert status == 1
    assert str(catalogue) in capsys.readouterr().err


def test_that_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"moosegui {__version__}\n"


def test_that_an_unknown_source_gets_one_sentence(catalogue: Path, trials: list[str]) -> None:
    options = ["--source", "0815", "--screenshot", "window.png", *trials]

    done = run_moosegui("open", str(catalogue), *options, cwd=catalogue.parent)

    assert done.returncode == 1
    assert "has no source 0815" in done.stderr
    assert "Traceback" not in done.stderr


def test_that_a_picture_of_a_source_is_taken(catalogue: Path, trials: list[str]) -> None:
    options = ["--source", IDS[2], "--screenshot", "window.png", "--size", "1366x768", *trials]

    done = run_moosegui("open", str(catalogue), *options, cwd=catalogue.parent)

    assert done.returncode == 0, done.stderr
    assert (catalogue.parent / "window.png").read_bytes().startswith(PNG)


def test_that_the_demo_runs_without_a_display(tmp_path: Path) -> None:
    done = run_moosegui("demo", "--dz", "0.004", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "moosegui-demo.png").read_bytes().startswith(PNG)
    assert len([line for line in done.stdout.splitlines() if line.startswith("  D0")]) == 40


def test_that_an_output_that_nobody_reads_further_is_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError(32, "Broken pipe")

    path = tmp_path / "c.csv"
    path.write_text("ID,Z\na,0.5\n")
    monkeypatch.setattr(sys, "stdout", Closed())

    status = main(["info", str(path)])

    assert status == 1
    assert "bug" not in capsys.readouterr().err
