"""Reading sessions that are somebody else's."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from moosegui.data.catalogue import Verdict
from moosegui.data.votes import CastVote
from moosegui.errors import SessionError
from moosegui.files.session.copy import read_journal
from moosegui.files.session.store import SessionStore

ROOT = Path(__file__).resolve().parents[3]
HOLD = """
import sys
from pathlib import Path
from moosegui.data.catalogue import Verdict
from moosegui.files.session.store import SessionStore

store = SessionStore.open(Path(sys.argv[1]), inspector="TK")
store.record("7", Verdict(redshift=3.5, zconf=2))
if sys.argv[2] == "unfinished":
    connection = store._handle.connection
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("BEGIN IMMEDIATE")
    for i in range(2000):
        connection.execute("INSERT INTO metadata VALUES (?, ?)", (f"k{i}", "x" * 500))
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cat.fits.TK.moose"


@pytest.fixture(params=["resting", "unfinished"])
def held(path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Another process holds the session, and perhaps has spilt half a transaction into it."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), request.param],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    yield request.param
    child.kill()
    child.communicate()


@pytest.mark.usefixtures("held")
def test_that_a_session_that_somebody_holds_can_be_read(path: Path) -> None:
    journal = read_journal(path)

    vote = journal.vote("7")
    assert vote is not None
    assert (journal.inspector, vote.verdict.redshift) == ("TK", 3.5)


@pytest.mark.usefixtures("held")
def test_that_reading_leaves_the_file_as_it_is(path: Path) -> None:
    before = path.read_bytes(), sorted(entry.name for entry in path.parent.iterdir())

    read_journal(path)

    assert (path.read_bytes(), sorted(entry.name for entry in path.parent.iterdir())) == before


def test_that_an_undone_decision_is_no_vote(path: Path) -> None:
    with SessionStore.open(path, inspector="TK") as store:
        store.record("7", Verdict(0.7, zconf=3))
        store.undo()

    assert read_journal(path).vote("7") is None


def test_that_a_missing_session_is_said(path: Path) -> None:
    with pytest.raises(SessionError, match="check the path"):
        read_journal(path)


def test_that_a_file_that_is_no_session_is_said_by_its_own_name(path: Path) -> None:
    path.write_text("nothing of the kind, but long enough to be looked at " * 100)

    with pytest.raises(SessionError, match=str(path)):
        read_journal(path)


def test_that_votes_and_whose_was_taken_come_back(path: Path) -> None:
    votes = (CastVote("AW", "2026", 0.7, 3), CastVote("TK", "2026", words="false: noise"))
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("7", Verdict(0.7, zconf=3, votes=votes, taken_from="AW"))

    with SessionStore.open(path) as store:
        verdict = store.verdict("7")

    assert verdict is not None
    assert [vote.text for vote in verdict.votes] == [vote.text for vote in votes]
    assert verdict.taken_from == "AW"
