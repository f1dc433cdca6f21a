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


def test_that_every_group_and_action_is_shown_once(key_help):
    key_help.display(ROWS)

    texts = [label.text() for label in key_help.findChildren(QLabel)]
    assert sorted(t for t in texts if t.startswith("Action")) == sorted(r.description for r in ROWS)
    assert sum(t.startswith("Group") for t in texts) == 5


def test_that_it_does_not_block(key_help):
    assert not key_help.isModal()


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Question, Qt.Key.Key_F1])
def test_that_its_own_keys_close_it(key_help, qtbot, key):
    key_help.display(ROWS)
    key_help.show()

    qtbot.keyClick(key_help, key)

    assert key_help.isHidden()
