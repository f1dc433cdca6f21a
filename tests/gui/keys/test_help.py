from __future__ import annotations

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from moosegui.gui.keys.help import KeyHelp, KeyRow

ROWS = [
    KeyRow(f"Group {i_group}", str(i_key), f"Action {i_group}.{i_key}")
    for i_group in range(5)
    for i_key in range(4)
]


@pytest.fixture
def key_help(qtbot):
    dialog = KeyHelp()
    qtbot.addWidget(dialog)
    return dialog


def texts_of(key_help):
    return [label.text() for label in key_help.findChildren(QLabel)]


def test_that_every_group_and_action_is_shown_once(key_help):
    key_help.display(ROWS)

    key_help.show()

    texts = texts_of(key_help)
    assert sorted(t for t in texts if t.startswith("Action")) == sorted(r.description for r in ROWS)
    assert sum(t.startswith("Group") for t in texts) == 5


def test_that_other_keys_appear_in_an_open_window_and_at_its_next_opening(key_help):
    key_help.display(ROWS)
    key_help.show()

    key_help.display(ROWS[:1])
    while_open = texts_of(key_help)
    key_help.close()
    key_help.display(ROWS[1:2])
    key_help.show()

    assert while_open == ["Group 0", "0", "Action 0.0"]
    assert texts_of(key_help) == ["Group 0", "1", "Action 0.1"]


def test_that_it_does_not_block(key_help):
    assert not key_help.isModal()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Question, Qt.Key.Key_F1])
def test_that_its_own_keys_close_it(key_help, qtbot, key):
    key_help.display(ROWS)
    key_help.show()

    qtbot.keyClick(key_help, key)

    assert key_help.isHidden()
