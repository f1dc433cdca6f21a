"""Scans that were stopped, and scans by workers: the table is always the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import h5py
import numpy as np
import pytest
from small_survey import write_catalogue
from synthetic import small_basis

from moosegui.cli import scan as cli_scan
from moosegui.cli.main import main
from moosegui.files.models.basis import write_basis


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options for a scan with a small basis over few redshifts."""
    path = tmp_path_factory.mktemp("basis") / "small.h5"
    write_basis(path, [small_basis(step=5e-5)])
    return ["--basis", str(path), "--zmax", "2", "--dz", "0.001"]


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    return write_catalogue(tmp_path / "catalogue.fits")


def interrupt_after(n_sources: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the user press Ctrl+C once that many sources are scanned."""
    scan_all = cli_scan.scan_sources

    def scan_some(*arguments: object, **options: object) -> Iterator[object]:
        yield from islice(scan_all(*arguments, **options), n_sources)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(cli_scan, "scan_sources", scan_some)


def test_that_an_interrupted_scan_says_so(
    catalogue: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    output = catalogue.with_name("scan.csv")
    interrupt_after(2, monkeypatch)

    status = main(["scan", str(catalogue), "-o", str(output), *trials])

    assert status == 130
    assert not output.exists()


def test_that_an_interrupted_scan_resumes(
    catalogue: Path,
    trials: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output, whole = catalogue.with_name("scan.csv"), catalogue.with_name("whole.csv")
    main(["scan", str(catalogue), "-o", str(whole), *trials])
    with monkeypatch.context() as patched:
        interrupt_after(2, patched)
        main(["scan", str(catalogue), "-o", str(output), *trials])

    status = main(["scan", str(catalogue), "-o", str(output), *trials])

    assert status == 0
    assert "2 sources were scanned by an earlier run" in capsys.readouterr().err
    assert output.read_bytes() == whole.read_bytes()
    assert list(catalogue.parent.glob("*.part")) == []


KILLED = """
import os, signal, sys
from moosegui.cli.main import main
from moosegui.files.scan.journal import ScanJournal

append = ScanJournal.append

def append_and_die(self, *values):
    append(self, *values)
    if len(self.done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)

ScanJournal.append = append_and_die
main(sys.argv[1:])
"""


def test_that_a_scan_that_was_killed_resumes_to_the_same_table(
    catalogue: Path, trials: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    output, whole = catalogue.with_name("scan.fits"), catalogue.with_name("whole.fits")
    main(["scan", str(catalogue), "-o", str(whole), *trials])
    command = ["scan", str(catalogue), "-o", str(output), *trials, "--resume"]
    killed = subprocess.run([sys.executable, "-c", KILLED, *command], capture_output=True)
    was_written = output.exists()

    status = main(command)

    assert (killed.returncode, was_written) == (-signal.SIGKILL, False)
    assert status == 0
    assert "3 sources were scanned by an earlier run" in capsys.readouterr().err
    assert output.read_bytes() == whole.read_bytes()


def test_that_other_settings_do_not_resume(
    catalogue: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    output = catalogue.with_name("scan.csv")
    with monkeypatch.context() as patched:
        interrupt_after(2, patched)
        main(["scan", str(catalogue), "-o", str(output), *trials])

    status = main(["scan", str(catalogue), "-o", str(output), *trials, "--dz", "0.002"])

    assert status == 1


def test_that_what_was_left_can_be_dropped(
    catalogue: Path,
    trials: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = catalogue.with_name("scan.csv")
    with monkeypatch.context() as patched:
        interrupt_after(2, patched)
        main(["scan", str(catalogue), "-o", str(output), *trials])

    status = main(
        ["scan", str(catalogue), "-o", str(output), *trials, "--dz", "0.002", "--restart"]
    )

    assert status == 0
    assert "earlier run" not in capsys.readouterr().err


@pytest.mark.parametrize("options", [[], ["--dz", "0.002"]], ids=["same", "another"])
def test_that_resuming_leaves_the_finished_table_of_the_same_scan(
    catalogue: Path, trials: list[str], options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    output = catalogue.with_name("scan.fits")
    main(["scan", str(catalogue), "-o", str(output), *trials])
    before = output.stat().st_mtime_ns
    capsys.readouterr()

    status = main(["scan", str(catalogue), "-o", str(output), *trials, *options, "--resume"])

    is_same = not options
    assert status == 0
    assert (output.stat().st_mtime_ns == before) == is_same
    assert ("is finished: 6 sources" in capsys.readouterr().out) == is_same


def test_that_a_scan_by_workers_writes_the_same_table(catalogue: Path, trials: list[str]) -> None:
    pytest.importorskip("distributed")
    here, there = catalogue.with_name("here.fits"), catalogue.with_name("there.fits")
    main(["scan", str(catalogue), "-o", str(here), *trials])

    command = ["scan", str(catalogue), "-o", str(there), *trials]
    status = main([*command, "--scheduler", "local:1"])

    assert status == 0
    assert there.read_bytes() == here.read_bytes()


def test_that_the_curves_of_a_stopped_scan_are_those_of_a_whole_one(
    catalogue: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = catalogue.parent
    whole, resumed = here / "whole.h5", here / "resumed.h5"
    main(["scan", str(catalogue), "-o", str(here / "w.csv"), "--curves", str(whole), *trials])
    resuming = ["scan", str(catalogue), "-o", str(here / "r.csv"), "--curves", str(resumed)]
    with monkeypatch.context() as patched:
        interrupt_after(2, patched)
        assert main([*resuming, *trials]) == 130
    assert not resumed.exists()

    assert main([*resuming, *trials]) == 0

    with h5py.File(whole) as one, h5py.File(resumed) as other:
        assert set(one) == {"redshift", "id", "chi2", "n_samples"}
        for name in one:
            np.testing.assert_array_equal(one[name][()], other[name][()])
        assert np.isfinite(one["chi2"][:]).any(axis=1).sum() >= 2
    assert list(here.glob("*.part")) == []


def test_that_curves_that_an_earlier_run_did_not_keep_are_scanned_again(
    catalogue: Path, trials: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = catalogue.parent
    table, curves = here / "scan.csv", here / "curves.h5"
    with monkeypatch.context() as patched:
        interrupt_after(2, patched)
        main(["scan", str(catalogue), "-o", str(table), *trials])

    assert main(["scan", str(catalogue), "-o", str(table), "--curves", str(curves), *trials]) == 0

    with h5py.File(curves) as file:
        assert (file["n_samples"][:] > 0).sum() >= 2


@pytest.mark.parametrize("name", ["catalogue.fits", "scan.csv", "nowhere/curves.h5"])
def test_that_curves_replace_neither_input_nor_table(
    name: str, catalogue: Path, trials: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before, table = catalogue.read_bytes(), catalogue.with_name("scan.csv")
    curves = catalogue.with_name("x").parent / name

    status = main(["scan", str(catalogue), "-o", str(table), "--curves", str(curves), *trials])

    assert status == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert catalogue.read_bytes() == before
    assert not table.exists()


def test_that_a_finished_scan_with_curves_of_another_one_is_done_again(
    catalogue: Path, trials: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    table, curves = catalogue.with_name("scan.fits"), catalogue.with_name("curves.h5")
    command = ["scan", str(catalogue), "-o", str(table), "--curves", str(curves), "--resume"]
    assert main([*command, *trials]) == 0
    assert main([*command, *trials]) == 0
    assert "is finished" in capsys.readouterr().out
    with h5py.File(curves, "r+") as file:
        file.attrs["SCANSHA"] = "another"

    assert main([*command, *trials]) == 0

    assert "is finished" not in capsys.readouterr().out
    with h5py.File(curves) as file:
        assert file.attrs["SCANSHA"] != "another"
