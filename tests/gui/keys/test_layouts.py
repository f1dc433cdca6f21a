"""Every key of every action, as the keyboards of several countries send it."""

from __future__ import annotations

import string

import pytest
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from moosegui.gui.keys.actions import ACTIONS, Actions, ActionSpec
from moosegui.gui.style.overriding import override

# The signs that are keys of actions, of those that a layout has under Shift
SHIFTED = {
    "US": "?",
    "GB": "?",
    "FR": "?/.0123456789",
    "DE": "?/",
    "ES": "?/",
    "IT": "?/",
    "CH": "?/",
}
FRENCH_ROW = dict(zip("1234567890", "&é\"'(-è_çà", strict=True))
NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
KEYPAD = Qt.KeyboardModifier.KeypadModifier
WITH_KEYS = [spec for spec in ACTIONS if spec.keys]


class Listener(QMainWindow):
    """A window with nothing but the actions, which notes what they are asked to do."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []
        handlers = {spec.name: lambda name=spec.name: self.heard.append(name) for spec in ACTIONS}
        self._actions = Actions(self, handlers)

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is None or not self._actions.hear(a0):
            super().keyPressEvent(a0)


@pytest.fixture
def listener(qtbot: QtBot) -> Listener:
    window = Listener()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
    return window


def press(window: QMainWindow, keys: str, layout: str) -> None:
    """Press a key sequence as the keyboard of a country does."""
    sequence = QKeySequence(keys)
    for i_key in range(sequence.count()):
        stroke = sequence[i_key]
        key, held = Qt.Key(stroke.key()), stroke.keyboardModifiers()
        sign = chr(key.value) if key.value < 128 else ""
        if layout == "FR" and sign.isdigit() and (i_key or held not in (NONE, KEYPAD)):
            key = Qt.Key(ord(FRENCH_ROW[sign].upper()))  # the row as it is, in a chord or with Ctrl
            QTest.keyClick(window, key, held)
            continue
        if sign and sign in SHIFTED[layout] and held == NONE:
            held |= SHIFT
        text = sign if sign in string.punctuation + string.digits else ""
        if text and held == SHIFT:  # what the platform found to be no shortcut
            QApplication.sendEvent(window, QKeyEvent(QEvent.Type.KeyPress, key, held, text))
        else:
            QTest.keyClick(window, key, held)
        QApplication.processEvents()


@pytest.mark.parametrize("layout", SHIFTED)
@pytest.mark.parametrize("spec", WITH_KEYS, ids=lambda spec: spec.name)
def test_that_every_key_is_heard_once(listener: Listener, spec: ActionSpec, layout: str) -> None:
    for keys in spec.keys:
        press(listener, keys, layout)

    assert listener.heard == [spec.name] * len(spec.keys)


@pytest.mark.parametrize("zconf", range(4))
def test_that_the_french_digit_row_decides_without_shift(listener: Listener, zconf: int) -> None:
    text = FRENCH_ROW[str(zconf)]
    event = QKeyEvent(QEvent.Type.KeyPress, ord(text.upper()), NONE, text)

    QApplication.sendEvent(listener, event)

    assert listener.heard == [f"zconf{zconf}"]


@pytest.mark.parametrize("text", ["&", '"'])
def test_that_the_same_signs_under_shift_of_other_layouts_decide_nothing(
    listener: Listener, text: str
) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, ord(text), SHIFT, text)

    QApplication.sendEvent(listener, event)

    assert listener.heard == []
