"""A process that is killed loses nothing that it had acknowledged, whatever went on beside it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from reliability.forms import number

from moosegui.errors import SessionError
from moosegui.files.session.store import SessionStore
from moosegui.files.tables.read import read_table

ROOT = Path(__file__).resolve().parents[2]
WORKER = Path(__file__).with_name("worker.py")
N_KILLS = number(short=4, long=300)
MAX_ACTS = number(short=40, long=200)


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    path = tmp_path / "cat.csv"
    path.write_text("ID,FILE\n" + "".join(f"{i},s{i}.fits\n" for i in range(50)))
    return path


def start(session: Path, catalogue: Path, seed: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(WORKER), str(session), str(catalogue), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def acknowledged(worker: subprocess.Popen[str], n_acts: int) -> list[str]:
    """Read so many answers, kill the process, and read what it had still said."""
    assert worker.stdout is not None
    lines = [worker.stdout.readline() for _ in range(n_acts)]
    worker.kill()
    lines += worker.stdout.readlines()
    worker.wait()
    return [line for line in lines if line.endswith("\n")]


def test_that_no_kill_loses_what_was_acknowledged(catalogue: Path) -> None:
    session = catalogue.with_name("cat.csv.ZB.moose")
    rng = random.Random(5)
    n_acknowledged = n_refused = 0
    known: list[tuple[int, str]] = []
    for i_kill in range(N_KILLS):
        worker = start(session, catalogue, i_kill)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "open\n"
        rival = start(session, catalogue, -i_kill) if i_kill % 2 else None
        for line in acknowledged(worker, rng.randrange(1, MAX_ACTS)):
            _, event_id, key, _ = line.split()
            known.append((int(event_id), key))
            n_acknowledged += 1
        if rival is not None:
            assert rival.stdout is not None
            first = rival.stdout.readline()
            is_refused = first.startswith("refused")
            n_refused += is_refused
            later = [] if is_refused else acknowledged(rival, 3)
            rival.wait()
            known += [(int(line.split()[1]), line.split()[2]) for line in later]
        with SessionStore.open(session) as store:
            kept = {event.event_id: event.source_key for event in store.events()}
            assert not any("damaged" in notice for notice in store.notices)
        assert [item for item in known if kept.get(item[0]) != item[1]] == []

    for update in catalogue.parent.glob("cat_updated*.csv"):
        assert len(read_table(update)) == 50
    print(f"\n{N_KILLS} kills, {n_acknowledged} acknowledged, 0 lost, {n_refused} rivals refused")


def test_that_two_processes_never_write_one_session(catalogue: Path) -> None:
    session = catalogue.with_name("cat.csv.ZB.moose")
    worker = start(session, catalogue, 1)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "open\n"
    for _ in range(number(short=10, long=1000)):
        worker.stdout.readline()
        with pytest.raises(SessionError, match="in use"):
            SessionStore.open(session, inspector="ZB")
    worker.kill()
    worker.communicate()

    with SessionStore.open(session) as store:
        assert store.notices == ()
