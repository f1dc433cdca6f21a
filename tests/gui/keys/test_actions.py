"""The table of actions: one key, one action."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path

import pytest
from PyQt6.QtGui import QKeySequence

from moosegui.gui.keys.actions import ACTIONS, AZERTY_DIGITS, ActionSpec, sequences

ROOT = Path(__file__).resolve().parents[3]


def chords(spec: ActionSpec) -> list[tuple[int, ...]]:
    """The keys of an action by their codes; a chord has two."""
    sequences = [QKeySequence(keys) for keys in spec.keys]
    return [tuple(s[i].toCombined() for i in range(s.count())) for s in sequences]


ALL_CHORDS = [chord for spec in ACTIONS for chord in chords(spec)]


def test_that_no_two_actions_share_a_key() -> None:
    repeated = [chord for chord, n in Counter(ALL_CHORDS).items() if n > 1]

    assert repeated == []


def test_that_the_first_key_of_a_chord_is_no_action_of_its_own() -> None:
    prefixes = {chord[:1] for chord in ALL_CHORDS if len(chord) > 1}

    assert prefixes & set(ALL_CHORDS) == set()


def test_that_no_two_actions_share_a_name() -> None:
    repeated = [name for name, n in Counter(spec.name for spec in ACTIONS).items() if n > 1]

    assert repeated == []


@pytest.mark.parametrize("spec", [s for s in ACTIONS if s.keys], ids=lambda spec: spec.name)
def test_that_qt_understands_every_key(spec: ActionSpec) -> None:
    written = [
        QKeySequence(keys).toString(QKeySequence.SequenceFormat.PortableText) for keys in spec.keys
    ]

    assert written == list(spec.keys)


def test_that_the_digits_of_azerty_keyboards_are_no_other_action() -> None:
    taken = {keys for spec in ACTIONS for keys in spec.keys}

    assert taken & set(AZERTY_DIGITS) == set()


def test_that_nothing_that_decides_repeats() -> None:
    assert [spec.name for spec in ACTIONS if spec.group == "Decide" and spec.repeats] == []


def test_that_the_readme_lists_the_keys(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "scripts" / "keys_table.py"), run_name="__main__")

    assert capsys.readouterr().out in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("spec", ACTIONS, ids=lambda spec: spec.name)
def test_that_no_key_press_is_two_sequences(spec: ActionSpec) -> None:
    """On a real keyboard Shift+? is both `?` and `Shift+?`: then Qt calls nobody."""
    shiftless = [s.toString().replace("Shift+", "") for s in sequences(spec.keys)]

    signs = [text for text in shiftless if not text[-1:].isalpha()]
    assert len(signs) == len(set(signs))


def test_that_keys_with_their_shift_are_no_other_action_either() -> None:
    pressed = [s.toString() for spec in ACTIONS for s in sequences(spec.keys)]

    assert len(pressed) == len(set(pressed))
