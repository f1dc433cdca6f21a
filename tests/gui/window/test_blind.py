"""Blind mode: what it hides, until when, and that nothing hidden can be accepted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from seen import labels_with, words_in
from small_survey import FIRST, SECOND, TRUTHS

from moosegui.cli.main import make_parser
from moosegui.data.catalogue import Source
from moosegui.gui.session.blinding import Blinding
from moosegui.gui.window.status_line import StatusLine

KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
ALL_HIDDEN = Blinding(is_on=True, hides_automatic=True)


@pytest.fixture
def blind(expert: Expert) -> Expert:
    """An expert who sees neither the catalogue nor the scan."""
    expert.session.blind_mode.set(ALL_HIDDEN)
    return expert


def zcat_of(expert: Expert) -> set[str]:
    return {name for row in expert.rows for name, _ in row.values}


def test_that_what_others_found_of_a_source_is_hidden() -> None:
    source = Source("1", "1", 0, redshift=3.0, zconf=2, kind="lae", comment="sure", magnitude=25.0)
    source = replace(source, values=(("Z_BEST", "3.0"),))

    seen = Blinding(is_on=True).blinded(source)

    assert (seen.source_id, seen.magnitude) == ("1", 25.0)
    assert (seen.zconf, seen.kind, seen.comment, seen.values) == (None, "", "", ())
    assert seen.redshift != seen.redshift


def test_that_open_eyes_see_everything() -> None:
    source = Source("1", "1", 0, redshift=3.0)

    assert Blinding().blinded(source) is source


def test_that_the_key_hides_and_shows_again_and_the_status_bar_says_so(expert: Expert) -> None:
    assert "FILE" in zcat_of(expert) or zcat_of(expert)
    before = zcat_of(expert)

    expert.press("b", KEYS)
    words, hidden = words_in(expert.view(StatusLine)), zcat_of(expert)
    expert.press("b", KEYS)

    assert "blind" in words.split()
    assert hidden <= {"MAG", "RA", "DEC"}
    assert labels_with(expert.view(StatusLine), "blind") == []
    assert zcat_of(expert) == before


def test_that_the_panel_says_that_the_catalogue_is_hidden(expert: Expert) -> None:
    expert.press("b", KEYS)

    assert "hidden" in words_in(expert.verdict)


def test_that_the_scan_is_hidden_until_a_verdict_is_given(blind: Expert) -> None:
    assert blind.session.on_screen.analysis is None
    assert not blind.session.shown.is_known
    assert blind.rows[0].redshift != TRUTHS[0]

    blind.press("0b")

    assert blind.current == FIRST
    assert blind.session.on_screen.analysis is not None
    blind.press("n")
    assert blind.session.on_screen.analysis is None


@pytest.mark.parametrize("keys", ["3", "a3", "o3", "i3"])
def test_that_no_redshift_that_is_hidden_can_be_assigned(blind: Expert, keys: str) -> None:
    blind.press(keys)

    assert blind.session.verdict(FIRST) is None


def test_that_enter_assigns_nothing_that_is_hidden(blind: Expert) -> None:
    blind.press_key(Qt.Key.Key_Return)

    assert blind.session.verdict(FIRST) is None


def test_that_a_typed_redshift_is_assigned_blind(blind: Expert) -> None:
    blind.press("z")
    blind.write("0.31")
    blind.press_key(Qt.Key.Key_Return)
    blind.press("2")

    verdict = blind.session.verdict(FIRST)
    assert (verdict.redshift, verdict.zconf) == (0.31, 2)
    assert blind.current == SECOND


def test_that_a_redshift_that_is_tried_stays_when_blind_mode_begins(expert: Expert) -> None:
    expert.press_key(Qt.Key.Key_Right)
    tried = expert.session.shown.redshift

    expert.session.blind_mode.set(ALL_HIDDEN)

    assert expert.session.shown.redshift == tried


def test_that_the_preferences_decide_whether_the_scan_is_hidden(expert: Expert) -> None:
    expert.press("b", KEYS)
    assert expert.session.on_screen.analysis is not None

    store = expert.application.preferences
    store.change(hides_automatic=True)
    is_hidden = expert.session.on_screen.analysis is None
    store.change(hides_automatic=False)

    assert is_hidden
    assert expert.session.on_screen.analysis is not None


def test_that_the_command_line_opens_blind() -> None:
    assert make_parser().parse_args(["open", "catalogue.fits", "--blind"]).blind
    assert not make_parser().parse_args(["open", "catalogue.fits"]).blind
