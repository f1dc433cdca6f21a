"""A list scanned by processes: the same digits as by threads, whatever dies meanwhile."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from small_survey import write_catalogue, write_spectra
from synthetic import small_basis

from moosegui.cli import scan as cli_scan
from moosegui.cli.main import main
from moosegui.data.catalogue import SourceList
from moosegui.data.grids import RedshiftGrid
from moosegui.data.results import ScanSettings
from moosegui.errors import MooseError
from moosegui.files.models.basis import write_basis
from moosegui.files.scan.curves import Curve
from moosegui.files.scan.summary import to_json
from moosegui.files.sources.source_lists import open_source_list
from moosegui.pipeline.batch import scan_sources
from moosegui.pipeline.engine import make_engine
from moosegui.pipeline.machines import processes
from moosegui.pipeline.machines.processes import scan_in_processes

ENGINE = make_engine(small_basis(step=5e-5), ScanSettings(RedshiftGrid(0.0, 2.0, 0.001)))


@pytest.fixture
def survey(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceList:
    monkeypatch.setattr(processes, "CHUNK", 1)
    return open_source_list(write_spectra(tmp_path / "spectra"))


def texts(outcomes: Iterator[tuple[object, ...]]) -> dict[str, tuple[str, str]]:
    """Every digit of the summaries, and the problems, by ID."""
    return {source.source_id: (to_json(summary), why) for source, summary, why in outcomes}


def test_that_results_problems_and_curves_are_those_of_threads(survey: SourceList) -> None:
    path = survey.sources[2].spectrum.path
    path.write_bytes(path.read_bytes()[:4000])
    far, near = dict[str, Curve](), dict[str, Curve]()

    found = texts(scan_in_processes(survey, ENGINE, 2, keep_curve=far.__setitem__))

    assert found == texts(scan_sources(survey, ENGINE, keep_curve=near.__setitem__))
    assert set(far) == set(near)
    assert all(np.array_equal(far[key].chi2, near[key].chi2) for key in near)


def test_that_what_is_done_is_left_alone(survey: SourceList) -> None:
    done = survey.sources[0].key

    found = texts(scan_in_processes(survey, ENGINE, 2, is_done=lambda key: key == done))

    assert set(found) == {source.source_id for source in survey.sources[1:]}


def test_that_a_process_that_dies_loses_nothing(survey: SourceList) -> None:
    of_others = set(multiprocessing.active_children())  # as workers of a cluster
    outcomes = scan_in_processes(survey, ENGINE, 2)
    first = next(outcomes)
    for child in set(multiprocessing.active_children()) - of_others:
        os.kill(child.pid, signal.SIGKILL)

    found = texts(iter([first, *outcomes]))

    assert found == texts(scan_sources(survey, ENGINE))


def test_that_processes_that_die_again_and_again_are_told(
    survey: SourceList, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> Iterator[object]:
        yield from ()

    monkeypatch.setattr(processes, "_until_one_dies", die)

    with pytest.raises(MooseError, match="Processes died while sources"):
        list(scan_in_processes(survey, ENGINE, 2))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are counted in /proc")
def test_that_they_end_with_the_program_that_began_them(survey: SourceList) -> None:
    script = textwrap.dedent(
        f"""
        import multiprocessing, time
        from pathlib import Path
        if __name__ == "__main__":
            from test_processes import ENGINE, open_source_list, scan_in_processes
            outcomes = scan_in_processes(open_source_list(Path({str(survey.path)!r})), ENGINE, 2)
            next(outcomes)
            print(*(c.pid for c in multiprocessing.active_children()), flush=True)
            time.sleep(600)
        """
    )
    path = survey.path.parent / "begin.py"
    path.write_text(script)
    folders = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    begun = subprocess.Popen(
        [sys.executable, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": folders},
    )
    assert begun.stdout is not None
    children = [int(word) for word in begun.stdout.readline().split()]
    assert children
    begun.kill()
    begun.wait()

    deadline = time.monotonic() + 30.0
    while any(is_running(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_running(child) for child in children)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_that_the_table_of_a_long_list_is_that_of_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue, basis = write_catalogue(tmp_path / "catalogue.fits"), tmp_path / "small.h5"
    write_basis(basis, [small_basis(step=5e-5)])
    trials = ["--basis", str(basis), "--zmax", "2", "--dz", "0.001", "--workers", "2"]
    tables = [tmp_path / "threads.csv", tmp_path / "processes.csv"]
    for worth_it, table in zip((150, 1), tables, strict=True):
        monkeypatch.setattr(cli_scan, "WORTH_IT", worth_it)
        assert main(["scan", str(catalogue), "-o", str(table), *trials]) == 0

    assert tables[0].read_bytes() == tables[1].read_bytes()
