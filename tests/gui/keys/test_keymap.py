"""Keys that an expert maps anew: they hold, and conflicts are found."""

from __future__ import annotations

import pytest
from PyQt6.QtGui import QKeySequence

from moosegui.gui.keys.actions import ACTIONS, sequences
from moosegui.gui.keys.keymap import chord_of, conflicts, mapped_actions, without_conflicts
from moosegui.preferences import Preferences


def keys_of(name: str, **keys: tuple[str, ...]) -> tuple[str, ...]:
    return next(s.keys for s in mapped_actions(Preferences(keys=keys)) if s.name == name)


def test_that_the_first_keys_have_no_conflict() -> None:
    assert conflicts(ACTIONS) == {}


def test_that_a_mapped_key_replaces_the_first_ones() -> None:
    assert keys_of("next", next=("Space",)) == ("Space",)


def test_that_other_actions_keep_their_keys() -> None:
    assert keys_of("previous", next=("Space",)) == ("B", "PgUp")


@pytest.mark.parametrize(
    ("name", "key", "rival"),
    [
        ("next", "B", "previous"),
        ("next", "X", "false_NOISE"),
        ("next", "X, N", "false_NOISE"),
        ("next", "B, N", "previous"),
        ("next", "é", "zconf2"),
        ("next", "Ctrl+&", "phrase1"),
    ],
)
def test_that_a_conflict_names_both_actions(name: str, key: str, rival: str) -> None:
    found = conflicts(mapped_actions(Preferences(keys={name: (key,)})))

    assert {name, rival} <= {owner for names in found.values() for owner in names}


def test_that_a_key_that_is_none_is_a_conflict() -> None:
    assert conflicts(mapped_actions(Preferences(keys={"next": ("Nonsense",)})))


def test_that_only_what_conflicts_keeps_its_first_keys() -> None:
    keys = {"next": ("B",), "comment": ("Ctrl+J",), "of_another_version": ("B",)}

    usable, dropped = without_conflicts(keys)

    assert dropped == ("next",)
    assert usable == {"comment": ("Ctrl+J",), "of_another_version": ("B",)}


def test_that_two_actions_may_exchange_their_keys() -> None:
    keys = {"next": ("B",), "previous": ("N",)}

    assert without_conflicts(keys) == (keys, ())


def test_that_quick_phrases_are_the_words_of_their_actions() -> None:
    actions = mapped_actions(Preferences(phrases=("broad lines",)))

    texts = {spec.name: spec.text for spec in actions}
    assert texts["phrase1"] == "Comment “broad lines”"
    assert texts["phrase2"] == "Quick phrase 2"


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("Ctrl+1", "Ctrl+&"),
        ("Alt+2", "Alt+É"),
        ("Ctrl+9", "Ctrl+Ç"),
    ],
)
def test_that_keys_are_heard_as_azerty_and_qwertz_send_them(key: str, sent: str) -> None:
    heard = [chord_of(sequence) for sequence in sequences((key,))]

    assert chord_of(QKeySequence(sent)) in heard
