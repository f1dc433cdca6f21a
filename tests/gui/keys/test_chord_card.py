"""What may follow X, F and J is on screen from the first key to the second."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from small_survey import FIRST

from moosegui.data.catalogue import FalseReason
from moosegui.gui.keys.chord_card import ChordCard


@pytest.mark.parametrize(("first", "word"), [("x", "noise"), ("f", "star"), ("j", "One galaxy")])
def test_that_the_card_of_a_first_key_opens_at_once(expert: Expert, first: str, word: str) -> None:
    expert.press(first)

    card = expert.view(ChordCard)
    assert card.isVisible()
    assert word.casefold() in card.text().casefold()
    assert expert.window.rect().contains(card.geometry())
    expert.press_key(Qt.Key.Key_Escape)  # what Qt waits for must not meet the next test


def test_that_the_second_key_closes_the_card_and_acts(expert: Expert) -> None:
    expert.press("xn")

    assert not expert.view(ChordCard).isVisible()
    assert expert.session.verdict(FIRST).false_reason is FalseReason.NOISE


def test_that_escape_closes_the_card_and_says_nothing(expert: Expert) -> None:
    before = expert.notices

    expert.press("x")
    expert.press_key(Qt.Key.Key_Escape)

    assert not expert.view(ChordCard).isVisible()
    assert expert.notices == before


def test_that_a_letter_without_meaning_says_so(expert: Expert) -> None:
    expert.press("xq")

    assert not expert.view(ChordCard).isVisible()
    assert any(text.startswith("Q means nothing after X") for text in expert.notices)
    assert expert.session.verdict(FIRST) is None


def test_that_no_card_opens_while_one_types(expert: Expert) -> None:
    expert.press("c")
    expert.press("x")

    assert not expert.view(ChordCard).isVisible()
