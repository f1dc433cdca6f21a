"""The session file: its lock, its versions, and what lies in it beside the events."""

from __future__ import annotations

import math
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from moosegui.data.catalogue import Verdict
from moosegui.data.conditions import ScanConditions
from moosegui.data.deblending import Vetting
from moosegui.data.results import ScanFlag, ScanSummary
from moosegui.errors import SessionError
from moosegui.files.session.file import session_path
from moosegui.files.session.schema import APPLICATION_ID, MIGRATIONS, VERSION
from moosegui.files.session.store import SessionStore

ROOT = Path(__file__).resolve().parents[3]

RECORD_AND_WAIT = """
import sys
from pathlib import Path
from moosegui.data.catalogue import Verdict
from moosegui.files.session.store import SessionStore

store = SessionStore.open(Path(sys.argv[1]), inspector="ZB")
store.record("7", Verdict(redshift=3.5, zconf=2, comment="before the crash"))
print("recorded", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cat.fits.ZB.moose"


def begin_version(path: Path, version: int) -> sqlite3.Connection:
    """A session as an earlier version began it, still open for what that version wrote."""
    connection = sqlite3.connect(path)
    for statements in MIGRATIONS[:version]:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {version}")
    connection.execute("INSERT INTO metadata VALUES ('inspector', 'ZB')")
    return connection


@pytest.fixture
def other_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has recorded one verdict and holds the session until it is killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", RECORD_AND_WAIT, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "recorded\n"
    yield child
    child.kill()
    child.communicate()


def test_that_a_verdict_survives_the_death_of_the_process(
    path: Path, other_process: subprocess.Popen[str]
) -> None:
    os.kill(other_process.pid, signal.SIGKILL)
    other_process.wait()

    with SessionStore.open(path) as store:
        verdict = store.verdict("7")

    assert verdict is not None
    assert (verdict.redshift, verdict.comment) == (3.5, "before the crash")


def test_that_a_session_held_by_another_process_gets_a_sentence(
    path: Path, other_process: subprocess.Popen[str]
) -> None:
    assert other_process.poll() is None

    with pytest.raises(SessionError, match="in use by another process"):
        SessionStore.open(path, inspector="ZB")


def test_that_an_open_session_is_not_opened_twice(path: Path) -> None:
    with (
        SessionStore.open(path, inspector="ZB"),
        pytest.raises(SessionError, match="in use"),
    ):
        SessionStore.open(path)


def test_that_closing_releases_the_lock(path: Path) -> None:
    store = SessionStore.open(path, inspector="ZB")
    store.close()
    store.close()

    with SessionStore.open(path) as again:
        assert again.inspector == "ZB"


def test_that_closing_leaves_one_file(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(zconf=1))

    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_that_commits_are_synced_and_without_a_write_ahead_log(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        journal = store._rows("PRAGMA journal_mode")
        synchronous = store._rows("PRAGMA synchronous")

    assert (journal, synchronous) == ([("persist",)], [(2,)])


def test_that_a_session_of_a_newer_version_asks_for_an_update(path: Path) -> None:
    SessionStore.open(path, inspector="ZB").close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(SessionError, match=f"newer than {VERSION}; update moosegui"):
        SessionStore.open(path, inspector="ZB")

    assert path.read_bytes() == before


def test_that_a_session_of_the_first_version_opens(path: Path) -> None:
    verdict = (
        '{"basis_fingerprint": "", "comment": "old", "false_reason": null, "flags": [], '
        '"origin": "auto", "proposal": 0.5, "redshift": 0.5, "redshift_error": null, '
        '"solution_rank": 1, "zconf": 2}'
    )
    connection = begin_version(path, 1)
    connection.execute(
        "INSERT INTO events (time, inspector, kind, source_key, verdict) "
        "VALUES ('2026-01-01T00:00:00Z', 'ZB', 'decide', '7', ?)",
        (verdict,),
    )
    connection.commit()
    connection.close()

    with SessionStore.open(path) as store:
        opened = store.verdict("7")

    assert opened is not None
    assert (opened.zconf, opened.comment, opened.conditions) == (2, "old", ScanConditions())


def test_that_a_text_file_is_no_session(path: Path) -> None:
    path.write_text("ID,Z\n1,0.5\n" * 200)

    with pytest.raises(SessionError, match="not a session"):
        SessionStore.open(path, inspector="ZB")


def test_that_a_database_of_another_program_is_left_alone(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = path.read_bytes()

    with pytest.raises(SessionError, match="of another program"):
        SessionStore.open(path, inspector="ZB")

    assert path.read_bytes() == before


def test_that_an_empty_file_becomes_a_session(path: Path) -> None:
    path.touch()

    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(zconf=1))

        assert set(store.verdicts()) == {"1"}


def test_that_events_cannot_be_changed_or_deleted(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(zconf=1))
    connection = sqlite3.connect(path)

    for statement in ("DELETE FROM events", "UPDATE events SET source_key = '2'"):
        with pytest.raises(sqlite3.IntegrityError):
            connection.execute(statement)
    connection.close()


def test_that_a_missing_folder_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="no folder"):
        SessionStore.open(tmp_path / "absent" / "s.moose", inspector="ZB")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_that_an_unwritable_folder_gets_a_sentence(path: Path) -> None:
    path.parent.chmod(0o500)

    with pytest.raises(SessionError, match="cannot be written"):
        SessionStore.open(path, inspector="ZB")

    path.parent.chmod(0o700)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder nobody may write")
def test_that_a_folder_that_refuses_files_gets_a_sentence() -> None:
    with pytest.raises(SessionError, match="cannot be written"):
        SessionStore.open(Path("/proc/s.moose"), inspector="ZB")


def test_that_a_folder_in_place_of_the_session_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="is a folder"):
        SessionStore.open(tmp_path, inspector="ZB")


def test_that_a_session_belongs_to_its_inspector(path: Path) -> None:
    SessionStore.open(path, inspector="ZB").close()

    with pytest.raises(SessionError, match="belongs to ZB, not RB"):
        SessionStore.open(path, inspector="RB")


def test_that_an_absent_session_is_not_begun_without_an_inspector(path: Path) -> None:
    with pytest.raises(SessionError, match="no session"):
        SessionStore.open(path)

    assert not path.exists()


def test_that_the_catalogue_is_remembered(path: Path) -> None:
    catalogue = path.with_name("cat.fits")
    SessionStore.open(path, inspector="ZB", source_path=catalogue).close()

    with SessionStore.open(path) as store:
        assert store.get("catalogue") == str(catalogue)
        assert store.notices == ()


def test_that_another_catalogue_of_another_name_is_noticed(path: Path) -> None:
    SessionStore.open(path, inspector="ZB", source_path=path.with_name("cat.fits")).close()

    with SessionStore.open(path, source_path=path.with_name("other.fits")) as store:
        assert len(store.notices) == 1


def test_that_metadata_come_back(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.set("current", "Zoë 12")
        store.set("current", "Zoë 13")

    with SessionStore.open(path) as store:
        assert store.get("current") == "Zoë 13"
        assert store.get("absent", "nothing") == "nothing"


def test_that_a_draft_lasts_until_it_is_cleared(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.save_draft("1", 0.5)
        store.save_draft("2", 0.25)
        store.save_draft("2", 0.75)
        store.clear_draft("1")

    with SessionStore.open(path) as store:
        assert store.draft("1") is None
        assert store.drafts() == {"2": 0.75}


def test_that_a_draft_is_not_undone(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.save_draft("1", 0.5)

        assert store.undo() is None
        assert store.draft("1") == 0.5


def test_that_a_summary_comes_back(path: Path) -> None:
    summary = ScanSummary(
        redshift=1.25,
        redshift_error=1e-4,
        relative_depth=0.5,
        robustness=12.0,
        chi2=1.01,
        alternatives=((0.5, 0.25, -3.0), (6.0, math.inf, -4.0)),
        flags=ScanFlag.EDGE | ScanFlag.CLIPPED,
        engine_fingerprint="abc",
        weighting="unweighted",
        probability=0.97,
    )
    with SessionStore.open(path, inspector="ZB") as store:
        store.save_summaries({"1": ScanSummary(redshift=9.0)})
        store.save_summaries({"1": summary})

    with SessionStore.open(path) as store:
        assert store.summaries() == {"1": summary}


def test_that_summaries_from_before_the_probabilities_are_kept(path: Path) -> None:
    connection = begin_version(path, 2)
    row = ("1", 0.7, None, 0.5, 12.0, 1.01, "[]", 0, "abc", "ivar")
    connection.execute("INSERT INTO summaries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    connection.commit()
    connection.close()

    with SessionStore.open(path) as store:
        summary = store.summaries()["1"]

    assert (summary.redshift, summary.robustness) == (0.7, 12.0)
    assert math.isnan(summary.probability)


def test_that_summaries_of_version_4_are_kept_to_the_last_digit(path: Path) -> None:
    connection = begin_version(path, 4)
    redshift, alternatives = 0.1 + 0.2, "[[1.1, 0.25, -3.0], [6.0, Infinity, NaN]]"
    vetting = '{"redshift": 0.9, "significance": 0.1, "third": null, "is_blend": true}'
    row = ("1", redshift, 1e-4, 0.5, math.inf, 1.01, alternatives, 36, "abc", "unweighted", 0.97)
    places = ", ".join("?" * 12)
    connection.execute(f"INSERT INTO summaries VALUES ({places})", (*row, vetting))
    connection.execute(f"INSERT INTO summaries VALUES ({places})", ("2", *row[1:], None))
    connection.commit()
    connection.close()

    with SessionStore.open(path) as store:
        found = store.summaries()

    assert repr(found["1"].vetting) == repr(Vetting(0.9, 0.1, is_blend=True))
    assert repr(replace(found["1"], vetting=None)) == repr(found["2"])
    assert found["2"].redshift == redshift
    assert found["2"].robustness == math.inf
    assert repr(found["2"].alternatives) == "((1.1, 0.25, -3.0), (6.0, inf, nan))"
    assert found["2"].flags == ScanFlag.EDGE | ScanFlag.CLIPPED
    assert (found["2"].engine_fingerprint, found["2"].weighting) == ("abc", "unweighted")
    assert found["2"].probability == 0.97


def test_that_a_scan_without_solutions_comes_back_undefined(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.save_summaries({"1": ScanSummary(flags=ScanFlag.NO_DATA)})

    with SessionStore.open(path) as store:
        summary = store.summaries()["1"]

    assert math.isnan(summary.redshift)
    assert math.isnan(summary.robustness)
    assert summary.flags == ScanFlag.NO_DATA


def test_that_a_failed_write_leaves_nothing_half_done(path: Path) -> None:
    no_key: str = None  # type: ignore[assignment]
    summary = ScanSummary(redshift=1.0)
    with SessionStore.open(path, inspector="ZB") as store:
        with pytest.raises(sqlite3.IntegrityError):
            store.save_summaries({"1": summary, no_key: summary})

        assert store.summaries() == {}


def test_that_the_session_lies_beside_what_is_judged(tmp_path: Path) -> None:
    assert session_path(tmp_path / "cat.fits", "ZB") == tmp_path / "cat.fits.ZB.moose"
