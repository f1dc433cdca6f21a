"""Chunks on worker processes: each done once, also where workers die; others are refused."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import dying
import pytest

from moosegui import __version__
from moosegui.errors import InputError, MooseError
from moosegui.pipeline.machines import pool as machines_pool
from moosegui.pipeline.machines.pool import Pool

distributed = pytest.importorskip("distributed")


def test_that_every_chunk_comes_once(pool: Pool) -> None:
    found = sorted(pool.results(dying.double, 2, range(40)))

    assert found == [2 * chunk for chunk in range(40)]


def test_that_nothing_to_do_yields_nothing(pool: Pool) -> None:
    assert list(pool.results(dying.double, 2, [])) == []


def test_that_the_chunk_of_a_dead_worker_is_done_by_another(pool: Pool, tmp_path: Path) -> None:
    found = sorted(pool.results(dying.double_once_dead, tmp_path, range(8)))

    assert (tmp_path / dying.MARK).exists()
    assert found == [2 * chunk for chunk in range(8)]


def test_that_the_only_worker_may_die_with_all_that_was_sent(tmp_path: Path) -> None:
    with Pool.open("local:1") as alone:
        found = sorted(alone.results(dying.double_once_dead, tmp_path, range(8)))

    assert found == [2 * chunk for chunk in range(8)]


def test_that_a_chunk_that_ends_every_worker_is_named(pool: Pool) -> None:
    with pytest.raises(MooseError, match=r"^Spectra 4 to 9 ended every worker .*--resume"):
        list(pool.results(dying.always_die, None, ["Spectra 4 to 9"]))


def test_that_a_scheduler_that_goes_away_is_told(tmp_path: Path) -> None:
    address_file, never = tmp_path / "scheduler.json", tmp_path / "never"
    scheduler = cluster_process(
        "dask_scheduler",
        *("--port", "0", "--no-dashboard", "--host", "127.0.0.1"),
        *("--scheduler-file", str(address_file)),
    )
    worker = cluster_process(
        "dask_worker",
        *("--scheduler-file", str(address_file), "--no-dashboard", "--no-nanny"),
    )
    try:
        while not address_file.exists():
            assert scheduler.poll() is None
        with Pool.open(str(address_file)) as there:
            results = there.results(dying.wait_for, None, [address_file, never])
            next(results)
            scheduler.kill()

            with pytest.raises(MooseError, match=r"scheduler .* went away .*--resume goes on"):
                next(results)
    finally:
        never.touch()
        for process in (worker, scheduler):
            process.kill()
            process.wait()


def test_that_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines_pool, "CONNECT_SECONDS", 0.1)

    with pytest.raises(MooseError, match=r"No scheduler answers at tcp://127.0.0.1:1 "):
        Pool.open("tcp://127.0.0.1:1")


@pytest.mark.parametrize("where", ["local:", "local:0", "local:-1", "local:two"])
def test_that_a_wrong_number_of_processes_is_told(where: str) -> None:
    with pytest.raises(InputError, match=f"^{where} names no number"):
        Pool.open(where)


def test_that_a_missing_library_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    with pytest.raises(MooseError, match=r'pip install "moosegui\[distributed\]"'):
        Pool.open("local:1")


def test_that_a_worker_of_another_version_is_refused() -> None:
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        client.run(dying.pretend, "0.0.1")
        worker = next(iter(client.nthreads()))

        with pytest.raises(MooseError) as refused:
            Pool.open(cluster.scheduler_address)

    assert str(refused.value).startswith(
        f"The worker {worker} has moosegui 0.0.1, this is moosegui {__version__}"
    )


def cluster_process(module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a scheduler or a worker as their commands do, with the paths of this process."""
    paths = {"PYTHONPATH": ":".join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
        env={**os.environ, **paths},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
