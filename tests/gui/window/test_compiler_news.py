"""What is said while kernels are compiled."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QObject
from pytestqt.qtbot import QtBot

from moosegui.gui.session.work.notice import Notice
from moosegui.gui.window import compiler_news
from moosegui.gui.window.compiler_news import BEGUN, ENDED, CompilerNews


@pytest.fixture
def posted() -> list[Notice]:
    return []


@pytest.fixture
def news(
    qtbot: QtBot, posted: list[Notice], monkeypatch: pytest.MonkeyPatch
) -> Iterator[CompilerNews]:
    monkeypatch.setattr(compiler_news, "REST", 1)
    parent = QObject()
    yield CompilerNews(posted.append, parent)
    parent.deleteLater()


def test_that_the_compiler_is_told_of_once_and_its_end(
    qtbot: QtBot, news: CompilerNews, posted: list[Notice]
) -> None:
    for told in (news.begin, news.begin, news.end):  # one within another
        told()
    qtbot.wait(20)
    assert [notice.text for notice in posted] == [BEGUN]
    assert posted[0].stays

    news.end()
    qtbot.waitUntil(lambda: len(posted) == 2)

    assert posted[1].text == ENDED
    assert posted[0].subject == posted[1].subject != ""


def test_that_it_is_told_from_other_threads(
    qtbot: QtBot, news: CompilerNews, posted: list[Notice]
) -> None:
    thread = threading.Thread(target=news.begin)
    thread.start()
    thread.join()
    assert posted == []

    qtbot.waitUntil(lambda: [notice.text for notice in posted] == [BEGUN])


def test_that_an_end_whose_beginning_was_not_heard_hides_no_other(
    qtbot: QtBot, news: CompilerNews, posted: list[Notice]
) -> None:
    news.end()
    news.begin()

    qtbot.waitUntil(lambda: [notice.text for notice in posted] == [BEGUN])


def test_that_nothing_is_said_where_nothing_is_compiled(
    qtbot: QtBot, news: CompilerNews, posted: list[Notice]
) -> None:
    qtbot.wait(20)
    assert posted == []
