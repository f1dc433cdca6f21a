"""Copies of a session, and a damaged one made anew from what can be read."""

from __future__ import annotations

import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from moosegui.data.catalogue import Verdict
from moosegui.errors import SessionError
from moosegui.files.session.backups import N_EVENTS, N_KEPT, backup_folder, backups
from moosegui.files.session.checks import COLUMNS
from moosegui.files.session.pages import events_in
from moosegui.files.session.recovery import remains_in
from moosegui.files.session.schema import APPLICATION_ID, MIGRATIONS, VERSION
from moosegui.files.session.store import SessionStore

N_SOURCES = 200


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cat.fits.ZB.moose"


def a_session(path: Path, n_sources: int = N_SOURCES) -> Path:
    with SessionStore.open(path, inspector="ZB") as store:
        for i_source in range(n_sources):
            store.record(str(i_source), Verdict(zconf=1, comment=f"comment {i_source} " * 5))
    return path


def without_copies(path: Path) -> Path:
    shutil.rmtree(backup_folder(path), ignore_errors=True)
    return path


def test_that_a_start_keeps_a_copy(path: Path) -> None:
    a_session(path, 3)

    SessionStore.open(path).close()

    (copy,) = backups(path)
    assert sorted(events_in(copy.read_bytes())) == [1, 2, 3]


def test_that_a_start_without_news_keeps_no_other_copy(path: Path) -> None:
    a_session(path, 3)
    SessionStore.open(path).close()

    SessionStore.open(path).close()

    assert len(backups(path)) == 1


def test_that_five_copies_are_kept(path: Path) -> None:
    for i_start in range(N_KEPT + 3):
        with SessionStore.open(path, inspector="ZB") as store:
            store.record(str(i_start), Verdict(zconf=1))

    copies = backups(path)
    assert len(copies) == N_KEPT
    assert len(events_in(copies[0].read_bytes())) == N_KEPT + 2


def test_that_many_events_keep_a_copy(path: Path) -> None:
    a_session(path, N_EVENTS)

    (copy,) = backups(path)
    assert len(events_in(copy.read_bytes())) == N_EVENTS


def test_that_a_truncated_session_opens_with_what_is_left(path: Path) -> None:
    content = a_session(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])

    with SessionStore.open(path) as store:
        kept, notices = len(store.events()), store.notices

    assert 50 < kept < N_SOURCES
    assert "was damaged" in notices[0]
    assert len(list(path.parent.glob("*.damaged-*"))) == 1


def test_that_a_truncated_session_is_made_whole_from_its_copy(path: Path) -> None:
    a_session(path)
    SessionStore.open(path).close()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    with SessionStore.open(path) as store:
        assert len(store.events()) == N_SOURCES
        assert "Nothing up to the last of them was lost" in store.notices[0]


def test_that_an_emptied_session_is_made_anew_from_its_copy(path: Path) -> None:
    a_session(path, 3)
    SessionStore.open(path).close()
    path.write_bytes(b"")

    with SessionStore.open(path, inspector="ZB") as store:
        assert len(store.events()) == 3
        assert "was damaged (it is empty)" in store.notices[0]


def test_that_copies_of_a_session_that_is_gone_are_told(path: Path) -> None:
    a_session(path, 3)
    SessionStore.open(path).close()
    path.unlink()

    with SessionStore.open(path, inspector="ZB") as store:
        assert f"moosegui merge {backups(path)[0]} -o" in store.notices[0]


def test_that_the_tail_after_the_last_copy_is_read_from_the_damaged_file(path: Path) -> None:
    a_session(path, 100)
    with SessionStore.open(path) as store:
        for i_source in range(100, 150):
            store.record(str(i_source), Verdict(zconf=2))
    content = bytearray(path.read_bytes())
    content[:4096] = b"\xff" * 4096
    path.write_bytes(content)

    with SessionStore.open(path) as store:
        assert len(store.events()) == 150


def test_that_a_flipped_byte_is_noticed_and_only_its_event_lost(path: Path) -> None:
    content = bytearray(without_copies(a_session(path)).read_bytes())
    place = content.index(b"comment 77 ")
    content[place] ^= 0x01
    path.write_bytes(content)

    with SessionStore.open(path) as store:
        judged, notices = store.verdicts(), store.notices

    assert "77" not in judged
    assert len(judged) == N_SOURCES - 1
    assert "Lost: 1 event, number 78" in notices[0]


@pytest.mark.parametrize("seed", range(30))
def test_that_flipped_bytes_never_change_a_verdict_in_silence(path: Path, seed: int) -> None:
    content = bytearray(a_session(path, 40).read_bytes())
    without_copies(path)
    rng = random.Random(seed)
    for _ in range(5):
        content[rng.randrange(100, len(content))] ^= 1 << rng.randrange(8)
    path.write_bytes(content)

    try:
        with SessionStore.open(path) as store:
            comments = {key: event.verdict.comment for key, event in store.verdicts().items()}
    except SessionError:
        return

    assert all(comment == f"comment {key} " * 5 for key, comment in comments.items())


def test_that_an_undo_of_what_was_lost_is_left_out(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(zconf=1, comment="first"))
        store.record("2", Verdict(zconf=1, comment="second"))
        store.undo()
        store.record("3", Verdict(zconf=1, comment="third"))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"second", b"secund", 1))

    with SessionStore.open(path) as store:
        assert sorted(store.verdicts()) == ["1", "3"]
        assert "undo or redo what was lost" in store.notices[0]


@pytest.mark.parametrize("verdict", ["{}", '{"flags": 1}', '"text"'])
def test_that_an_event_that_cannot_be_understood_does_not_shut_out_the_others(
    path: Path, verdict: str
) -> None:
    a_session(path, 3)
    connection = sqlite3.connect(path)
    values = (4, "2026-01-01T00:00:00Z", "ZB", "decide", "1", verdict)
    connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, NULL, ?)", values)
    connection.commit()
    connection.close()

    with SessionStore.open(path) as store:
        assert len(store.events()) == 3
        assert "Lost: 1 event, number 4" in store.notices[0]


def changed(path: Path, *statements: str) -> None:
    """Change a session behind its triggers, as no program of ours does."""
    connection = sqlite3.connect(path)
    triggers = ("events_stay", "events_stay_unchanged")
    dropped = (f"DROP TRIGGER IF EXISTS {name}" for name in triggers)
    for statement in (*dropped, *statements, "VACUUM"):
        connection.execute(statement)
        connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("which", "numbers"),
    [
        ("event_id = 3", "1 event, number 3."),
        ("event_id > 7", "3 events, number 8, 9, 10."),
        ("event_id < 9", "8 events, number 1, 2, 3, 4, 5, 6 ..."),
        ("1", "10 events, number 1, 2, 3, 4, 5, 6 ..."),
    ],
)
def test_that_deleted_events_are_noticed(path: Path, which: str, numbers: str) -> None:
    without_copies(a_session(path, 10))
    changed(path, f"DELETE FROM events WHERE {which}")

    with SessionStore.open(path) as store:
        left, first = len(store.events()), store.notices
        store.record("new", Verdict(zconf=1))
    with SessionStore.open(path) as store:
        again, n_then = store.notices, len(store.events())

    assert "of its events were deleted" in first[0]
    assert f"Lost: {numbers}" in first[0]
    assert (again, n_then) == ((), left + 1)


def test_that_deleted_events_come_back_from_the_copy(path: Path) -> None:
    SessionStore.open(a_session(path, 10)).close()
    changed(path, "DELETE FROM events WHERE event_id IN (2, 9, 10)")

    with SessionStore.open(path) as store:
        assert len(store.verdicts()) == 10
        assert "Nothing up to the last of them was lost" in store.notices[0]


def test_that_a_session_of_an_earlier_version_is_counted_when_it_opens(path: Path) -> None:
    without_copies(a_session(path, 10))
    changed(
        path, "DELETE FROM events WHERE event_id = 4", "DELETE FROM metadata WHERE key = 'events'"
    )

    with SessionStore.open(path) as store:
        first = store.notices
    with SessionStore.open(path) as store:
        again, n_events = store.notices, len(store.events())
    changed(path, "DELETE FROM events WHERE event_id = 5")

    assert "1 of the events of cat.fits.ZB.moose are not there, number 4" in first[0]
    assert (again, n_events) == ((), 9)
    with SessionStore.open(without_copies(path)) as store:
        assert "Lost: 2 events, number 4, 5" in store.notices[0]


def test_that_what_an_earlier_version_appended_is_no_loss(path: Path) -> None:
    a_session(path, 3)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE metadata SET value = '1 1' WHERE key = 'events'")
    connection.commit()
    connection.close()

    with SessionStore.open(path) as store:
        assert store.notices == ()
        assert store.get("events") == "3 3"


def test_that_a_long_comment_is_found_in_the_bytes(path: Path) -> None:
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("1", Verdict(comment="Lyα " * 5000))
        store.record("2", Verdict(comment="short"))

    found = events_in(path.read_bytes())

    assert sorted(found) == [1, 2]


def test_that_a_session_of_which_nothing_is_left_gets_a_sentence(path: Path) -> None:
    a_session(path, 3)
    without_copies(path)
    path.write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)

    with pytest.raises(SessionError, match=r"damaged|not a session"):
        SessionStore.open(path, inspector="ZB")


def test_that_an_earlier_version_is_migrated_with_a_copy_kept(path: Path) -> None:
    connection = sqlite3.connect(path)
    for statement in (*MIGRATIONS[0], *MIGRATIONS[1]):
        connection.execute(statement)
    connection.execute("INSERT INTO metadata VALUES ('inspector', 'ZB')")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("PRAGMA user_version = 2")
    connection.commit()
    connection.close()

    SessionStore.open(path).close()

    (earlier,) = backup_folder(path).glob("*-version2.moose")
    versions = []
    for session in (earlier, path):
        connection = sqlite3.connect(session)
        versions.append(connection.execute("PRAGMA user_version").fetchone()[0])
        connection.close()
    assert versions == [2, VERSION]


def test_that_a_head_that_names_another_program_is_mended(path: Path) -> None:
    content = bytearray(a_session(path, 20).read_bytes())
    content[70] ^= 0x04
    path.write_bytes(content)

    with SessionStore.open(path) as store:
        assert len(store.verdicts()) == 20
        assert "was damaged" in store.notices[0]


@pytest.mark.parametrize("number", [9_000_000_000_000_000_000, -5])
def test_that_a_number_that_no_event_has_is_damage(path: Path, number: int) -> None:
    without_copies(a_session(path, 10))
    changed(path, f"UPDATE events SET event_id = {number} WHERE event_id = 3")

    with SessionStore.open(path) as store:
        assert len(store.events()) == 9


def test_that_rows_without_a_number_are_no_events() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE events ({', '.join(COLUMNS)})")
    connection.execute("INSERT INTO events VALUES (NULL, '', '', '', '', NULL, '{}')")
    connection.execute("INSERT INTO events VALUES (7, '', '', '', '', NULL, '{}')")

    remains = remains_in(connection)

    assert list(remains.events) == [7]
    assert remains.last == 7
