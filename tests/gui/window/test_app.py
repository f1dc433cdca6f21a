"""Opening and leaving: session files, locks, other catalogues, and what cannot be kept."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from expert import Expert
from PyQt6 import sip
from PyQt6.QtCore import Qt
from pytestqt.qtbot import QtBot
from small_survey import FIRST, IDS, SECOND, write_catalogue

from moosegui.data.catalogue import SourceList
from moosegui.errors import InputError, MooseError, SessionError
from moosegui.files.sources.source_lists import open_source_list
from moosegui.gui.window import run
from moosegui.gui.window.options import WindowOptions, session_place

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def other_catalogue(folder: Path) -> Path:
    folder.mkdir()
    return write_catalogue(folder / "catalogue.csv")


def test_that_a_catalogue_that_is_open_can_be_opened_again(expert: Expert) -> None:
    expert.press("3")

    expert.application.open_path(expert.catalogue)
    expert.wait_for_jobs()

    assert expert.session.verdict(FIRST).zconf == 3
    assert expert.current == SECOND


def test_that_rows_added_to_the_catalogue_come_with_opening_it_again(expert: Expert) -> None:
    line = expert.catalogue.read_text().splitlines()[1]
    with expert.catalogue.open("a") as stream:
        stream.write(line.replace(FIRST, "0400", 1) + "\n")

    expert.application.open_path(expert.catalogue)
    expert.wait_for_jobs()

    assert len(expert.session.source_list) == len(IDS) + 1


def test_that_a_comment_under_way_stays_in_its_catalogue(expert: Expert, tmp_path: Path) -> None:
    other = other_catalogue(tmp_path / "other")
    expert.press("c")
    expert.write("of the first catalogue")

    expert.application.open_path(other)
    expert.wait_for_jobs()

    assert expert.session.verdict(FIRST) is None
    expert.application.open_path(expert.catalogue)
    assert expert.session.verdict(FIRST).comment == "of the first catalogue"


def test_that_decisions_of_two_catalogues_with_the_same_ids_stay_apart(
    expert: Expert, tmp_path: Path
) -> None:
    other = other_catalogue(tmp_path / "other")
    expert.press("3")

    expert.application.open_path(other)
    expert.wait_for_jobs()
    assert expert.session.verdict(FIRST) is None
    expert.press("1")
    expert.application.open_path(expert.catalogue)

    assert expert.session.verdict(FIRST).zconf == 3


def test_that_what_was_open_stays_when_another_file_cannot_be_read(
    expert: Expert, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.fits"
    damaged.write_bytes(b"SIMPLE  = garbage")

    with pytest.raises(MooseError):
        expert.application.open_path(damaged)

    expert.press("3")
    assert expert.session.verdict(FIRST).zconf == 3


def test_that_what_was_open_stays_when_another_session_is_held(
    expert: Expert, tmp_path: Path
) -> None:
    other = other_catalogue(tmp_path / "other")
    held = other.with_name("catalogue.csv.ZB.moose")
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(held)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"

    with pytest.raises(SessionError, match="ZB"):
        expert.application.open_path(other)
    holder.communicate()

    expert.press("3")
    assert expert.session.verdict(FIRST).zconf == 3


def test_that_the_session_lies_beside_the_catalogue(tmp_path: Path) -> None:
    listed = SourceList((), tmp_path / "catalogue.fits")

    path, notice = session_place(listed, WindowOptions(inspector="ZB"))

    assert path == tmp_path / "catalogue.fits.ZB.moose"
    assert notice == ""


def test_that_a_folder_that_cannot_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = SourceList((), tmp_path / "catalogue.fits")
    monkeypatch.setattr(os, "access", lambda *_: False)

    path, notice = session_place(listed, WindowOptions(inspector="ZB"))

    assert path.parent != tmp_path
    assert str(tmp_path) in notice
    assert str(path.parent) in notice


def test_that_a_session_named_by_the_user_is_taken(tmp_path: Path) -> None:
    listed = SourceList((), tmp_path / "catalogue.fits")
    options = WindowOptions(inspector="ZB", session=tmp_path / "mine.moose")

    assert session_place(listed, options) == (tmp_path / "mine.moose", "")


def test_that_closing_says_once_what_cannot_be_kept(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise SessionError("The disk is full.")

    monkeypatch.setattr(expert.session.store, "record", fail)
    expert.press("c")
    expert.write("not saved")

    expert.window.close()
    assert expert.window.isVisible()
    assert any("The disk is full." in text for text in expert.notices)
    monkeypatch.undo()
    expert.window.close()

    assert not expert.window.isVisible()


def test_that_the_session_is_released_on_closing(expert: Expert) -> None:
    path = expert.session.store.path
    expert.quit()

    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (0,)


def test_that_an_update_asked_for_right_before_quitting_is_written(expert: Expert) -> None:
    expert.press("3")
    expert.press("s", Qt.KeyboardModifier.ControlModifier)

    expert.quit()

    assert expert.catalogue.with_name("catalogue_updated.csv").is_file()


def test_that_quitting_while_the_list_is_scanned_loses_nothing(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Expert, "wait_for_jobs", lambda self: None)
    catalogue = write_catalogue(tmp_path / "catalogue.csv")
    hasty = Expert(qtbot, catalogue)
    hasty.now += 1.0
    hasty.press("0")

    hasty.quit()
    hasty.start()

    assert hasty.session.verdict(FIRST).zconf == 0
    hasty.quit()


@pytest.mark.parametrize("size", ["", "large", "10", "10x", "x10"])
def test_that_a_size_that_is_none_is_a_sentence(size: str) -> None:
    with pytest.raises(InputError, match="1920x1080"):
        run._parse_size(size)


def test_that_a_decision_without_a_source_is_told_in_the_window(expert: Expert) -> None:
    expert.press("3")
    lines = expert.catalogue.read_text().splitlines(keepends=True)
    expert.catalogue.write_text("".join(line for line in lines if not line.startswith(FIRST)))
    told: list[str] = []
    expert.session.notice_posted.connect(lambda notice: told.append(notice.text))

    expert.application.open_path(expert.catalogue)
    expert.wait_for_jobs()

    assert any(f"{FIRST} belongs to no source" in text for text in told)
    assert expert.session.store.verdict(FIRST).zconf == 3


def test_that_columns_that_were_named_are_remembered(expert: Expert) -> None:
    text = expert.catalogue.read_text()
    expert.catalogue.write_text(text.replace("ID", "LABEL", 1))
    columns = {"ID": "LABEL"}
    application = expert.application
    application._options = replace(application._options, columns=columns)
    application.open(open_source_list(expert.catalogue, columns=columns))
    application._options = replace(application._options, columns={})
    expert.catalogue.write_text(text.replace("ID", "LABEL", 1).replace("MAG", "ID", 1))

    expert.application.open_path(expert.catalogue)
    expert.wait_for_jobs()

    assert expert.session.source_list.sources[0].source_id == FIRST


def test_that_nothing_of_the_window_outlives_the_application(expert: Expert) -> None:
    window = expert.window

    expert.quit()

    assert sip.isdeleted(window)
