"""The thread of comments: alone, and in the real window."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import Qt

from moosegui.data.team.remarks import Remark
from moosegui.gui.verdict.comment_thread import CommentThread

MINE = Remark("ZB", "2026-03-04T05:06:07.890Z", "weak <line> & sky")
THEIRS = Remark("TK", "2026-03-05T05:06:07.890Z", "I see nothing")


@pytest.fixture
def thread(qtbot) -> CommentThread:
    widget = CommentThread()
    qtbot.addWidget(widget)
    return widget


def test_that_a_remark_has_initials_time_and_text(thread: CommentThread) -> None:
    thread.display((MINE, THEIRS), "ZB")

    assert thread.toPlainText().splitlines() == [
        "ZB 2026-03-04 05:06 weak <line> & sky",
        "TK 2026-03-05 05:06 I see nothing",
    ]


def test_that_a_single_remark_of_ones_own_is_not_repeated(thread: CommentThread) -> None:
    thread.display((MINE,), "ZB")

    assert thread.isHidden()


def test_that_a_single_remark_of_somebody_else_is_shown(thread: CommentThread) -> None:
    thread.display((THEIRS,), "ZB")

    assert not thread.isHidden()


def write(expert: Expert, text: str) -> None:
    expert.press("c")
    expert.press_key(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    expert.write(text)
    expert.press_key(Qt.Key.Key_Escape)


def test_that_what_an_expert_adds_later_is_a_remark_of_its_own(expert: Expert) -> None:
    write(expert, "weak line")
    write(expert, "; check in the cube")
    expert.quit()
    expert.start()

    lines = expert.view(CommentThread).toPlainText().splitlines()

    assert [line.split(" ", 3)[-1] for line in lines] == ["weak line", "check in the cube"]


def test_that_an_undone_comment_leaves_the_thread(expert: Expert) -> None:
    write(expert, "weak line")
    write(expert, "; nonsense")

    expert.press("z", Qt.KeyboardModifier.ControlModifier)

    assert [remark.text for remark in expert.session.on_screen.remarks] == ["weak line"]


def test_that_the_comment_of_one_source_is_not_the_thread_of_the_next(expert: Expert) -> None:
    write(expert, "weak line")
    write(expert, "; check in the cube")

    expert.press("n")

    assert expert.view(CommentThread).isHidden()
