"""Every key of the key map, pressed in the real window."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QApplication, QInputDialog, QLineEdit, QPlainTextEdit
from small_survey import FIRST, IDS, SECOND, THIRD

from moosegui.data.catalogue import FalseReason, SourceFlag
from moosegui.gui.actions import ACTIONS, FLAG_KEYS, REASON_KEYS

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CONTROL, SHIFT, ALT, KEYPAD = (
    Modifier.ControlModifier,
    Modifier.ShiftModifier,
    Modifier.AltModifier,
    Modifier.KeypadModifier,
)
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

    repeating = [name for name in deciding if expert.window._actions[name].autoRepeat()]

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
    assert "Assign 3" in expert.window._verdict._confirm.text()

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
    suggested = expert.session.suggestion.zconf
    assert f"Assign {suggested}" in expert.window._verdict._confirm.text()

    expert.press_key(Key.Key_Return)

    assert expert.session.verdict(FIRST).zconf == suggested


@pytest.mark.parametrize("reason", FalseReason, ids=lambda reason: reason.name)
def test_that_x_and_a_letter_call_it_false(expert: Expert, reason: FalseReason) -> None:
    expert.press("x" + REASON_KEYS[reason].lower())

    assert expert.session.verdict(FIRST).false_reason is reason
    assert expert.current == SECOND


def test_that_x_twice_takes_it_back(expert: Expert) -> None:
    expert.press("xnb")

    expert.press("xx")

    assert not expert.session.verdict(FIRST).is_inspected
    assert expert.current == FIRST


@pytest.mark.parametrize("flag", SourceFlag, ids=lambda flag: flag.name)
def test_that_f_and_a_letter_flag_it(expert: Expert, flag: SourceFlag) -> None:
    expert.press("f" + FLAG_KEYS[flag].lower())

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


def test_that_slash_filters_and_escape_returns(expert: Expert) -> None:
    expert.press("/")
    expert.write("010")
    expert.press_key(Key.Key_Escape)

    expert.press("n")

    assert expert.window._queue.order() == ("0100", "0101")
    assert expert.current == "0100"


def test_that_control_g_goes_to_an_id(expert: Expert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("101", True))

    expert.press("g", CONTROL)

    assert expert.current == "0101"


def test_that_an_id_that_does_not_exist_is_said(
    expert: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("999", True))

    expert.press("g", CONTROL)

    assert "No source has the ID 999." in expert.notices
    assert expert.current == FIRST


# The redshift


def test_that_o_and_i_step_through_the_solutions(expert: Expert) -> None:
    ranks = []
    for key in "ooi":
        expert.press(key)
        ranks.append(expert.session.shown.solution_rank)

    assert ranks == [2, 3, 2]


def test_that_alt_and_a_digit_choose_a_solution(expert: Expert) -> None:
    expert.press("3", ALT)

    assert expert.session.shown.solution_rank == 3
    assert expert.session.verdict() is None


@pytest.mark.parametrize(
    ("modifier", "pixels"),
    [
        (Modifier.NoModifier, 1),
        (SHIFT, 10),
        (CONTROL, 0.1),
    ],
    ids=["plain", "shift", "control"],
)
def test_that_arrows_nudge_z_by_pixels_and_assign_nothing(
    expert: Expert, modifier, pixels: float
) -> None:
    before = expert.session.shown.redshift

    expert.press_key(Key.Key_Right, modifier)
    moved = expert.session.shown.redshift
    expert.press_key(Key.Key_Left, modifier)

    expected = pixels * 1.25 / 7000 * (1 + before)
    assert moved - before == pytest.approx(expected, rel=2e-3)
    assert expert.session.shown.redshift == pytest.approx(before, abs=1e-12)
    assert expert.session.verdict() is None


@pytest.mark.parametrize(
    ("text", "redshift"),
    [("0.7342", 0.7342), ("0,7342", 0.7342), ("5007@8682", 8682 / 5008.240 - 1)],
)
def test_that_z_types_a_redshift(expert: Expert, text: str, redshift: float) -> None:
    expert.press("z")
    expert.write(text)
    expert.press_key(Key.Key_Return)

    assert expert.session.shown.redshift == pytest.approx(redshift, abs=1e-9)
    assert expert.session.shown.state == "trial"
    assert expert.session.verdict() is None
    assert expert.current == FIRST


def test_that_a_typed_redshift_that_is_none_is_said(expert: Expert) -> None:
    before = expert.session.shown
    expert.press("z")
    expert.write("seven")
    expert.press_key(Key.Key_Return)

    assert any("not a redshift" in text for text in expert.notices)
    assert expert.session.shown == before


def test_that_escape_forgets_what_was_typed(expert: Expert) -> None:
    before = expert.session.shown
    expert.press("z")
    expert.write("0.5")
    expert.press_key(Key.Key_Escape)

    expert.press("n")

    assert expert.current == SECOND
    assert expert.session.draft(FIRST) is None
    assert before.state == "proposal"


def test_that_u_refines(expert: Expert) -> None:
    best = expert.session.shown.redshift
    expert.press_key(Key.Key_Right)

    expert.press("u")
    expert.wait_for_jobs()

    assert expert.session.shown.origin == "refined"
    assert expert.session.shown.redshift == pytest.approx(best, abs=1e-4)


def test_that_a_returns_to_the_automatic_and_m_to_the_assigned_redshift(expert: Expert) -> None:
    automatic = expert.session.shown.redshift
    expert.press("o2b")
    assigned = expert.session.shown.redshift

    expert.press("a")
    assert expert.session.shown.redshift == automatic
    expert.press("m")

    assert expert.session.shown.redshift == assigned
    assert expert.session.shown.state == "assigned"


# The view


def test_that_s_and_d_smooth_within_limits(expert: Expert) -> None:
    widths = []
    for key in "sssssssddddddd":
        expert.press(key)
        widths.append(expert.window._options.smoothing)

    assert widths[0] > 0
    assert widths == sorted(widths[:7]) + sorted(widths[7:], reverse=True)
    assert widths[-1] == 0


@pytest.mark.parametrize(
    ("key", "option"),
    [
        ("l", "show_lines"),
        ("t", "show_model"),
        ("v", "is_rest_below"),
        ("y", "is_robust_y"),
        ("w", "show_sky"),
    ],
)
def test_that_a_letter_toggles_a_part_of_the_view(expert: Expert, key: str, option: str) -> None:
    before = getattr(expert.window._options, option)
    shown = expert.session.shown

    expert.press(key)
    after = getattr(expert.window._options, option)
    expert.press(key)

    assert (after, getattr(expert.window._options, option)) == (not before, before)
    assert expert.session.shown == shown


def test_that_r_resets_the_view(expert: Expert) -> None:
    plot = expert.window._spectrum
    ranges = plot.x_range() if hasattr(plot, "x_range") else None
    expert.press("r")

    assert ranges is None or plot.x_range() == ranges
    assert expert.session.verdict() is None


def test_that_h_hides_the_panels_and_brings_them_back(expert: Expert) -> None:
    expert.press("h")
    assert not expert.window._verdict.isVisible()
    expert.press("3")
    expert.press("h")

    assert expert.window._verdict.isVisible()
    assert expert.session.verdict(FIRST).zconf == 3


@pytest.mark.parametrize(("key", "modifier"), [("?", SHIFT), ("?", Modifier.NoModifier)])
def test_that_a_question_mark_shows_the_keys(expert: Expert, key: str, modifier) -> None:
    expert.press(key, modifier)

    assert expert.window._help.isVisible()
    expert.window._help.close()


def test_that_f1_shows_the_keys(expert: Expert) -> None:
    expert.press_key(Key.Key_F1)

    assert expert.window._help.isVisible()
    expert.window._help.close()


# Saving


def test_that_control_s_writes_the_update_and_says_so(expert: Expert) -> None:
    expert.press("3")

    expert.press("s", CONTROL)
    expert.wait_for_jobs()

    assert expert.catalogue.with_name("catalogue_updated.csv").is_file()
    assert any("Everything is saved" in text for text in expert.notices)


def test_that_control_s_while_a_comment_is_written_saves_the_comment(expert: Expert) -> None:
    expert.press("c")
    expert.write("half a sen")

    expert.press("s", CONTROL)
    expert.wait_for_jobs()

    updated = expert.catalogue.with_name("catalogue_updated.csv")
    assert "half a sen" in updated.read_text()


# Text fields


@pytest.mark.parametrize("opening", ["c", "z", "/"])
def test_that_letters_and_digits_go_to_the_text_field_that_has_the_focus(
    expert: Expert, opening: str
) -> None:
    shown = expert.session.shown
    expert.press(opening)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit | QPlainTextEdit)

    expert.press("n3xbo")

    text = field.text() if isinstance(field, QLineEdit) else field.toPlainText()
    assert text.endswith("n3xbo")
    assert expert.current == FIRST
    assert not (expert.session.verdict() or None)
    assert expert.session.shown == shown


@pytest.mark.parametrize("opening", ["c", "z", "/"])
def test_that_letters_act_again_after_escape(expert: Expert, opening: str) -> None:
    expert.press(opening)
    expert.press_key(Key.Key_Escape)

    expert.press("n")

    assert expert.current == SECOND


def test_that_c_writes_a_comment(expert: Expert) -> None:
    expert.press("c")
    expert.write("Lyα, asymmetric")
    expert.press_key(Key.Key_Escape)

    assert expert.session.verdict(FIRST).comment == "Lyα, asymmetric"


def test_that_a_decision_follows_a_comment(expert: Expert) -> None:
    expert.press("c")
    expert.write("ok")
    expert.press_key(Key.Key_Return, CONTROL)

    expert.press("2")

    verdict = expert.session.verdict(FIRST)
    assert (verdict.comment, verdict.zconf) == ("ok", 2)


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
