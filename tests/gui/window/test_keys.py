"""Keys for decisions and sources, pressed in the real window."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication, QInputDialog
from seen import named
from small_survey import FIRST, IDS, SECOND, THIRD

from moosegui.data.catalogue import FalseReason, SourceFlag
from moosegui.gui.keys.actions import ACTIONS

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CONTROL, SHIFT, KEYPAD = Modifier.ControlModifier, Modifier.ShiftModifier, Modifier.KeypadModifier
DIGITS = (Key.Key_0, Key.Key_1, Key.Key_2, Key.Key_3)
AZERTY = (
    (Key.Key_Agrave, "à", 0),
    (Key.Key_Ampersand, "&", 1),
    (Key.Key_Eacute, "é", 2),
    (Key.Key_QuoteDbl, '"', 3),
)


def send(expert: Expert, key: Key, text: str, modifier=Modifier.NoModifier, *, repeats=False):
    """Press a key of another keyboard."""
    press = QKeyEvent(QEvent.Type.KeyPress, key, modifier, text, repeats)
    QApplication.sendEvent(expert.window, press)


# Decisions


@pytest.mark.parametrize("zconf", range(4))
@pytest.mark.parametrize("modifier", [Modifier.NoModifier, KEYPAD], ids=["digits", "keypad"])
def test_that_a_digit_assigns_its_zconf_and_goes_on(expert: Expert, zconf: int, modifier) -> None:
    expert.press_key(DIGITS[zconf], modifier)

    assert expert.session.verdict(FIRST).zconf == zconf
    assert expert.current == SECOND


@pytest.mark.parametrize(("key", "text", "zconf"), AZERTY)
def test_that_the_azerty_digit_row_decides(expert: Expert, key: Key, text: str, zconf: int) -> None:
    send(expert, key, text)

    assert expert.session.verdict(FIRST).zconf == zconf
    assert expert.current == SECOND


@pytest.mark.parametrize(("key", "text"), [(Key.Key_Ampersand, "&"), (Key.Key_QuoteDbl, '"')])
def test_that_the_same_characters_with_shift_decide_nothing(
    expert: Expert, key: Key, text: str
) -> None:
    send(expert, key, text, SHIFT)

    assert expert.session.verdict(FIRST) is None


@pytest.mark.parametrize(("key", "text", "_zconf"), AZERTY)
def test_that_a_held_azerty_digit_decides_nothing(
    expert: Expert, key: Key, text: str, _zconf: int
) -> None:
    send(expert, key, text, repeats=True)

    assert expert.session.verdict(FIRST) is None


def test_that_a_held_key_never_decides(expert: Expert) -> None:
    deciding = [spec.name for spec in ACTIONS if spec.group in ("Decide", "File")]

    repeating = [name for name in deciding if expert.action(name).autoRepeat()]

    assert repeating == []


def test_that_a_digit_right_after_a_change_of_source_is_ignored_and_said(expert: Expert) -> None:
    expert.press("n")
    expert.now -= 0.9  # the next key comes 100 ms after

    expert.press("3")

    assert expert.session.verdict(SECOND) is None
    assert expert.current == SECOND
    assert any("only just changed" in text for text in expert.notices)


@pytest.mark.parametrize(
    ("key", "modifier"),
    [(Key.Key_Return, Modifier.NoModifier), (Key.Key_Enter, KEYPAD)],
    ids=["Return", "Enter"],
)
def test_that_enter_assigns_what_its_button_says_and_goes_on(
    expert: Expert, key: Key, modifier
) -> None:
    shown = expert.session.shown
    assert "Assign 3" in named(expert.verdict, "Confirm and go on").text()

    expert.press_key(key, modifier)

    verdict = expert.session.verdict(FIRST)
    assert (verdict.zconf, verdict.redshift) == (3, shown.redshift)
    assert expert.current == SECOND


def test_that_enter_on_an_assigned_source_only_goes_on(expert: Expert) -> None:
    expert.press("1b")
    n_events = len(expert.session.store.events())

    expert.press_key(Key.Key_Return)

    assert len(expert.session.store.events()) == n_events
    assert expert.current == SECOND


def test_that_the_button_of_enter_tells_what_it_does_to_a_trial_on_a_decided_source(
    expert: Expert,
) -> None:
    expert.press("3b")
    expert.press("o")
    suggested = expert.session.on_screen.suggestion.zconf
    assert f"Assign {suggested}" in named(expert.verdict, "Confirm and go on").text()

    expert.press_key(Key.Key_Return)

    assert expert.session.verdict(FIRST).zconf == suggested


@pytest.mark.parametrize("reason", FalseReason, ids=lambda reason: reason.name)
def test_that_x_and_a_letter_call_it_false(expert: Expert, reason: FalseReason) -> None:
    expert.press("x" + reason.key.lower())

    assert expert.session.verdict(FIRST).false_reason is reason
    assert expert.current == SECOND


def test_that_x_twice_takes_it_back(expert: Expert) -> None:
    expert.press("xnb")

    expert.press("xx")

    assert not expert.session.verdict(FIRST).is_inspected
    assert expert.current == FIRST


@pytest.mark.parametrize("flag", SourceFlag, ids=lambda flag: flag.name)
def test_that_f_and_a_letter_flag_it(expert: Expert, flag: SourceFlag) -> None:
    expert.press("f" + flag.key.lower())

    assert expert.session.verdict(FIRST).flags == {flag}
    assert expert.current == FIRST


def test_that_control_z_takes_back_and_goes_there(expert: Expert) -> None:
    expert.press("3n")

    expert.press("z", CONTROL)

    assert expert.session.verdict(FIRST) is None
    assert expert.current == FIRST


@pytest.mark.parametrize(("key", "modifier"), [("z", CONTROL | SHIFT), ("y", CONTROL)])
def test_that_redo_brings_it_back(expert: Expert, key: str, modifier) -> None:
    expert.press("3")
    expert.press("z", CONTROL)

    expert.press(key, modifier)

    assert expert.session.verdict(FIRST).zconf == 3


# Sources


@pytest.mark.parametrize("keys", [("n", "b"), (Key.Key_PageDown, Key.Key_PageUp)])
def test_that_next_and_previous_leave_sources_unreviewed(expert: Expert, keys) -> None:
    expert.press_key(keys[0])
    assert expert.current == SECOND
    expert.press_key(keys[1])

    assert expert.current == FIRST
    assert expert.session.store.events() == ()


def test_that_backspace_walks_back_through_the_decisions(expert: Expert) -> None:
    expert.press("12n")

    visited = []
    for _ in range(3):
        expert.press_key(Key.Key_Backspace)
        visited.append(expert.current)

    assert visited == [SECOND, FIRST, FIRST]


def test_that_slash_filters_and_enter_returns(expert: Expert) -> None:
    expert.press("/")
    expert.write("010")
    expert.press_key(Key.Key_Return)

    expert.press("n")

    assert expert.queue.order() == ("0100", "0101")
    assert expert.current == "0100"


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Type an ID into the dialog that asks for one, and accept it."""
    monkeypatch.setattr(QInputDialog, "exec", lambda _dialog: 1)
    monkeypatch.setattr(QInputDialog, "textValue", lambda _dialog: text)


def test_that_control_g_goes_to_an_id(expert: Expert, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, "101")

    expert.press("g", CONTROL)

    assert expert.current == "0101"


def test_that_an_id_that_does_not_exist_is_said(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, "999")

    expert.press("g", CONTROL)

    assert "No source has the ID 999." in expert.notices
    assert expert.current == FIRST


def test_that_the_last_source_is_the_end(expert: Expert) -> None:
    expert.go(IDS[-1])

    expert.press("3")

    assert expert.session.verdict(IDS[-1]).zconf == 3
    assert expert.current == IDS[-1]
    assert "This is the end of the list." in expert.notices


def test_that_an_unknown_letter_after_x_decides_nothing(expert: Expert) -> None:
    expert.press("xq")

    assert expert.session.verdict(FIRST) is None
    assert THIRD != expert.current == FIRST
