"""What is typed as a comment: soon on disk, and stored when it is stored."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from desk import Desk
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot
from small_survey import FIRST, SECOND

from moosegui.errors import SessionError
from moosegui.files.session.store import SessionStore
from moosegui.gui.verdict.comment_control import CommentControl
from moosegui.gui.verdict.comment_editor import PAUSE, CommentEditor

LONG = "a faint line at 7421 " * 500


@pytest.fixture
def editor(qtbot: QtBot, desk: Desk) -> CommentEditor:
    field = CommentEditor()
    qtbot.addWidget(field)
    field.control = CommentControl(desk.session.decisions, desk.session.typed, field)
    field.display(FIRST, "")
    return field


def fill_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object) -> None:
        raise SessionError("The disk is full.")

    monkeypatch.setattr(desk.session.store, "record", refuse)
    monkeypatch.setattr(desk.session.store, "set", refuse)


def test_that_a_draft_is_kept_within_a_second_of_the_last_key(
    desk: Desk, editor: CommentEditor, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(editor.comment_typed):
        editor.setPlainText("half a sent")

    connection = sqlite3.connect(desk.session.store.path)
    rows = connection.execute("SELECT value FROM metadata WHERE key LIKE 'comment_draft:%'")
    assert rows.fetchall() == [("half a sent",)]
    connection.close()
    assert PAUSE < 1000


def test_that_a_draft_is_in_its_field_after_a_restart(
    desk: Desk, editor: CommentEditor, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(editor.comment_typed):
        editor.setPlainText("half a sent")
    path = desk.session.store.path
    desk.session.close()

    with SessionStore.open(path) as store:
        later = CommentEditor()
        qtbot.addWidget(later)
        later.restore(store.comment_drafts())
    later.display(SECOND, "")
    later.display(FIRST, "")

    assert later.pending() == (FIRST, "half a sent")


def test_that_a_comment_that_is_stored_leaves_no_draft(
    desk: Desk, editor: CommentEditor, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(editor.comment_typed):
        editor.setPlainText("a doublet")

    editor.commit()

    assert desk.session.store.comment_drafts() == {}
    assert desk.session.verdict(FIRST).comment == "a doublet"


def test_that_a_text_that_cannot_be_stored_is_not_taken_for_stored(
    desk: Desk, editor: CommentEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk(desk, monkeypatch)
    editor.setPlainText(LONG)

    with capture_exceptions() as raised:
        editor.commit()
    monkeypatch.undo()

    assert "disk is full" in str(raised[0][1])
    assert editor.pending() == (FIRST, LONG)
    editor.commit()
    assert desk.session.verdict(FIRST).comment == LONG


def test_that_a_text_that_could_not_be_stored_is_there_when_its_source_returns(
    desk: Desk, editor: CommentEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk(desk, monkeypatch)
    editor.setPlainText(LONG)
    with capture_exceptions():
        editor.display(SECOND, "")
    monkeypatch.undo()

    editor.display(FIRST, "")

    assert editor.pending() == (FIRST, LONG)


def test_that_leaving_tries_again_to_store_what_was_refused(
    desk: Desk, editor: CommentEditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill_the_disk(desk, monkeypatch)
    editor.setPlainText(LONG)
    with capture_exceptions():
        editor.display(SECOND, "")

    with pytest.raises(SessionError):
        editor.control.keep()
    monkeypatch.undo()
    editor.control.keep()

    assert desk.session.verdict(FIRST).comment == LONG
    assert Path(desk.session.store.path).is_file()
