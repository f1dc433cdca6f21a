"""Keys for the redshift, the view, saving and text fields, pressed in the real window."""

from __future__ import annotations

import pytest
from expert import Expert
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit
from small_survey import FIRST, SECOND

from moosegui.data.grids import velocity_difference

Key, Modifier = Qt.Key, Qt.KeyboardModifier
CONTROL, SHIFT, ALT = Modifier.ControlModifier, Modifier.ShiftModifier, Modifier.AltModifier


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
        widths.append(expert.display_options.smoothing)

    assert widths[0] > 0
    assert widths == sorted(widths[:7]) + sorted(widths[7:], reverse=True)
    assert widths[-1] == 0


def test_that_shift_s_leaves_the_smoothing_to_the_noise(expert: Expert) -> None:
    expert.press("s")
    chosen = expert.display_options.smoothing

    expert.press("s", SHIFT)

    assert chosen is not None
    assert expert.display_options.smoothing is None


def test_that_l_shows_expected_lines_all_lines_and_none(expert: Expert) -> None:
    shown = [expert.display_options.lines]
    for key in "lll":
        expert.press(key)
        shown.append(expert.display_options.lines)

    assert shown == ["expected", "all", "none", "expected"]


@pytest.mark.parametrize(
    ("key", "option"),
    [
        ("t", "show_model"),
        ("v", "is_rest_below"),
        ("y", "is_robust_y"),
        ("w", "show_sky"),
    ],
)
def test_that_a_letter_toggles_a_part_of_the_view(expert: Expert, key: str, option: str) -> None:
    before = getattr(expert.display_options, option)
    shown = expert.session.shown

    expert.press(key)
    after = getattr(expert.display_options, option)
    expert.press(key)

    assert (after, getattr(expert.display_options, option)) == (not before, before)
    assert expert.session.shown == shown


def test_that_r_resets_the_view(expert: Expert) -> None:
    plot = expert.spectrum
    whole = plot.wave_range()
    plot.show_range(5500.0, 5600.0)

    expert.press("r")

    assert plot.wave_range() == pytest.approx(whole)


def test_that_the_range_is_kept_between_solutions_and_reset_between_sources(
    expert: Expert,
) -> None:
    plot = expert.spectrum
    whole = plot.wave_range()
    plot.show_range(5500.0, 5600.0)

    expert.press("o")
    kept = plot.wave_range()
    expert.press("n")

    assert kept == pytest.approx((5500.0, 5600.0), abs=1.0)
    assert plot.wave_range() == pytest.approx(whole)


def test_that_h_hides_the_panels_and_brings_them_back(expert: Expert) -> None:
    expert.press("h")
    assert not expert.verdict.isVisible()
    expert.press("3")
    expert.press("h")

    assert expert.verdict.isVisible()
    assert expert.session.verdict(FIRST).zconf == 3


@pytest.mark.parametrize(("key", "modifier"), [("?", SHIFT), ("?", Modifier.NoModifier)])
def test_that_a_question_mark_shows_the_keys(expert: Expert, key: str, modifier) -> None:
    expert.press(key, modifier)

    assert expert.help.isVisible()
    expert.help.close()


def test_that_f1_shows_the_keys(expert: Expert) -> None:
    expert.press_key(Key.Key_F1)

    assert expert.help.isVisible()
    expert.help.close()


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


def test_that_v_plus_a_velocity_moves_the_redshift(expert: Expert) -> None:
    before = expert.session.shown.redshift

    expert.press("z")
    expert.write("v+120")
    expert.press_key(Key.Key_Return)

    velocity = velocity_difference(expert.session.shown.redshift, before)
    assert velocity == pytest.approx(120.0, abs=1e-6)


def test_that_f11_fills_the_screen_and_returns(expert: Expert) -> None:
    expert.press_key(Key.Key_F11)
    was_full = expert.window.isFullScreen()
    expert.press_key(Key.Key_F11)

    assert was_full
    assert not expert.window.isFullScreen()
