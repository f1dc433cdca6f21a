"""The commands that read sessions: their history, and joining them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from moosegui.cli.main import main
from moosegui.data.catalogue import Verdict
from moosegui.files.session.backups import backups
from moosegui.files.session.store import SessionStore
from moosegui.files.tables.read import read_table


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "cat.fits.ZB.moose"
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("7", Verdict(0.5, zconf=3, comment="a\tb\x1b[31m"))
        store.record("8", Verdict(zconf=0))
        store.undo()
    return path


def test_that_the_history_is_listed(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", str(session)]) == 0

    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split("\t")[:5] == ["EVENT", "TIME", "INSPECTOR", "KIND", "ID"]
    assert [row.split("\t")[3:5] for row in rows] == [
        ["decide", "7"],
        ["decide", "8"],
        ["undo", "8"],
    ]
    assert "\x1b" not in rows[0]


def test_that_the_history_of_one_source_is_listed(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["log", str(session), "--source", "7", "--inspector", "ZB"])

    assert len(capsys.readouterr().out.splitlines()) == 2


def test_that_nobody_else_has_a_history(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["log", str(session), "--inspector", "TK"])

    assert len(capsys.readouterr().out.splitlines()) == 1


def test_that_the_history_becomes_a_table(session: Path, tmp_path: Path) -> None:
    main(["log", str(session), "-o", str(tmp_path / "log.fits")])

    table = read_table(tmp_path / "log.fits")
    assert [str(kind) for kind in table["KIND"]] == ["decide", "decide", "undo"]


def test_that_of_a_damaged_session_what_is_left_is_listed_and_told(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with SessionStore.open(session) as store:
        for i_source in range(5):
            store.record(f"{i_source}", Verdict(zconf=1, comment=f"remark {i_source} of five"))
    for copy in backups(session):
        copy.unlink()
    content = bytearray(session.read_bytes())
    content[content.index(b"remark 2 of five")] ^= 0x01
    session.write_bytes(content)
    before = sorted(path.name for path in session.parent.iterdir())

    assert main(["log", str(session)]) == 0

    written = capsys.readouterr()
    listed = [row.split("\t")[4] for row in written.out.splitlines()[1:]]
    assert listed == ["7", "8", "8", "0", "1", "3", "4"]
    assert f"{session} is damaged" in written.err
    assert "7 of its events can be read" in written.err
    assert session.read_bytes() == content
    assert sorted(path.name for path in session.parent.iterdir()) == before


def test_that_a_damaged_session_is_listed_from_its_copy_too(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    SessionStore.open(session).close()  # keeps a copy
    session.write_bytes(session.read_bytes()[:1000])

    assert main(["log", str(session)]) == 0

    assert len(capsys.readouterr().out.splitlines()) == 4


def test_that_nothing_is_listed_where_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cat.fits.ZB.moose"
    with SessionStore.open(path, inspector="ZB") as store:
        store.record("7", Verdict(zconf=3))
    for copy in backups(path):
        copy.unlink()
    path.write_bytes(path.read_bytes()[:150] + bytes(500))

    assert main(["log", str(path)]) != 0

    assert str(path) in capsys.readouterr().err


def test_that_two_sessions_of_one_inspector_are_joined(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "cat.fits.ZB.rescued-1.moose"
    shutil.copy(session, other)
    with SessionStore.open(other) as store:
        store.record("9", Verdict(zconf=1))

    status = main(["merge", str(session), str(other), "-o", str(tmp_path / "new.moose")])

    assert status == 0
    assert "3 events are shared" in capsys.readouterr().out
    with SessionStore.open(tmp_path / "new.moose") as store:
        assert set(store.verdicts()) == {"7", "9"}


def test_that_one_session_is_copied_to_where_it_belongs(session: Path, tmp_path: Path) -> None:
    assert main(["merge", str(session), "-o", str(tmp_path / "new.moose")]) == 0

    with SessionStore.open(tmp_path / "new.moose") as store:
        assert set(store.verdicts()) == {"7"}


def test_that_a_session_that_cannot_be_written_is_exported(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    catalogue = session.with_name("cat.csv")
    catalogue.write_text("ID,FILE\n7,a.fits\n8,b.fits\n")
    with SessionStore.open(session, source_path=catalogue):
        pass
    session.with_name(f".{session.name}.lock").mkdir()

    status = main(["export", str(session), "-o", str(catalogue.with_name("new.csv"))])

    assert status == 0
    assert "It is only read" in capsys.readouterr().err
    assert "0.5" in catalogue.with_name("new.csv").read_text()
