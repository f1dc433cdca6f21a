"""Every action is found by its name, and done by Enter."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLineEdit
from seen import named

from moosegui.gui.keys.actions import ACTIONS
from moosegui.gui.keys.palette import CommandPalette

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def palette(expert: Expert) -> CommandPalette:
    expert.press("k", CONTROL)
    return expert.view(CommandPalette)


def words_of(palette: CommandPalette) -> QLineEdit:
    field = named(palette, "Find an action")
    assert isinstance(field, QLineEdit)
    return field


def test_that_every_action_is_offered(palette):
    assert palette.isVisible()
    assert len(palette.offered()) == len(ACTIONS)


def test_that_words_in_any_order_narrow_the_list(palette):
    words_of(palette).setText("galaxy ONE")

    assert palette.offered() == ["One galaxy"]


def test_that_a_key_finds_its_action(palette):
    words_of(palette).setText("f11")

    assert palette.offered() == ["Full screen"]


def test_that_enter_does_what_is_marked_and_gives_the_keyboard_back(expert, palette, qtbot):
    before = expert.session.current.key
    words_of(palette).setText("next source")
    qtbot.keyClick(words_of(palette), Qt.Key.Key_Return)

    assert not palette.isVisible()
    assert not isinstance(QApplication.focusWidget(), QLineEdit)
    assert expert.session.current.key != before


def test_that_escape_does_nothing(expert, palette, qtbot):
    before = expert.session.current.key

    qtbot.keyClick(words_of(palette), Qt.Key.Key_Escape)

    assert not palette.isVisible()
    assert expert.session.current.key == before
