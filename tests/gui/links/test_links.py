"""Pages on the web, from the menu of a row and from a key."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMenu
from small_survey import FIRST, SECOND

from moosegui.gui.links import control
from moosegui.gui.links.control import LinksControl

PAGES = ("By ID = https://host.example/{ID}", "By z = https://host.example/?z={Z}")


@pytest.fixture
def opened(expert: Expert, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that a browser was asked for."""
    pages: list[str] = []
    monkeypatch.setattr(control, "open_page", lambda address: bool(pages.append(address)) or True)
    expert.application.preferences.change(links=PAGES)
    return pages


def row_menu(expert: Expert, key: str) -> QMenu:
    menu = QMenu(expert.window)
    expert.control(LinksControl).extend_row(menu, key)
    return menu


def test_that_a_digit_opens_a_page_of_the_source_on_screen(
    expert: Expert, opened: list[str]
) -> None:
    expert.action("links").trigger()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)

    QTest.keyClick(menu, Qt.Key.Key_1)

    assert opened == [f"https://host.example/{FIRST}"]


def test_that_the_menu_of_a_row_opens_its_page(expert: Expert, opened: list[str]) -> None:
    menu = row_menu(expert, SECOND)

    menu.actions()[1].trigger()

    assert menu.actions()[1].text() == "On the web: By ID"
    assert opened == [f"https://host.example/{SECOND}"]


def test_that_only_an_assigned_redshift_is_sent(expert: Expert, opened: list[str]) -> None:
    by_redshift = row_menu(expert, FIRST).actions()[2]

    by_redshift.trigger()
    before = list(opened)
    expert.press("3")
    by_redshift.trigger()

    assert before == []
    assert any("By z needs its assigned redshift" in text for text in expert.notices)
    assert [page[:24] for page in opened] == ["https://host.example/?z="]


def test_that_a_link_that_is_none_is_told_and_left_out(expert: Expert, opened: list[str]) -> None:
    expert.application.preferences.change(links=("Bad = ftp://host.example", *PAGES))

    menu = row_menu(expert, FIRST)

    assert [a.text() for a in menu.actions()[1:]] == ["On the web: By ID", "On the web: By z"]
    assert any("no address of the web" in text for text in expert.notices)


def test_that_without_links_their_place_is_told(expert: Expert, opened: list[str]) -> None:
    expert.application.preferences.change(links=())

    expert.action("links").trigger()

    assert QApplication.activePopupWidget() is None
    assert any("There are no links" in text for text in expert.notices)
    assert not row_menu(expert, FIRST).actions()
