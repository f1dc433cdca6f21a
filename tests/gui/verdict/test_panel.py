from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from seen import named

from moosegui.data.catalogue import FalseReason, SourceFlag
from moosegui.gui.style.theme import LIGHT
from moosegui.gui.verdict.choice_button import ChoiceButton
from moosegui.gui.verdict.comment_editor import CommentEditor
from moosegui.gui.verdict.panel import VerdictPanel
from moosegui.gui.verdict.redshift_field import RedshiftField
from moosegui.gui.verdict.view import VerdictView
from moosegui.gui.verdict.zconf_button import ZconfButton

VIEW = VerdictView("17", 3.2711, 1e-4, "trial", "solution 2", suggested_zconf=2, comment="double")
DECIDED = replace(
    VIEW,
    state="assigned",
    zconf=3,
    flags=frozenset({SourceFlag.BLEND}),
    false_reason=FalseReason.EDGE,
    badges=(("edge", "The best solution lies at the end of the range."),),
)


@pytest.fixture
def panel(qtbot):
    widget = VerdictPanel()
    qtbot.addWidget(widget)
    widget.resize(280, 700)
    widget.show()
    widget.activateWindow()
    qtbot.waitExposed(widget)
    return widget


@pytest.fixture
def comment(panel):
    return panel.findChild(CommentEditor)


def zconf_button(panel: VerdictPanel, zconf: int) -> ZconfButton:
    return next(b for b in panel.findChildren(ZconfButton) if b.zconf == zconf)


def choices(panel: VerdictPanel, name: str) -> dict[object, QAction]:
    """The choices behind a button, by their values."""
    button = next(b for b in panel.findChildren(ChoiceButton) if b.accessibleName() == name)
    menu = button.menu()
    assert menu is not None
    return {action.data(): action for action in menu.actions()}


def confirm_button(panel: VerdictPanel) -> QWidget:
    return named(panel, "Confirm and go on")


def texts(panel: VerdictPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel))


def test_that_display_emits_nothing(panel, qtbot):
    signals = (
        panel.zconf_requested,
        panel.confirm_requested,
        panel.false_requested,
        panel.flag_toggled,
        panel.redshift_typed,
        panel.comment_changed,
    )

    caught = []
    for signal in signals:
        signal.connect(lambda *arguments: caught.append(arguments))
    for view in (VIEW, DECIDED, VIEW, None, DECIDED):
        panel.display(view)

    assert caught == []


def test_that_the_redshift_has_five_decimals_and_its_state_a_word(panel):
    panel.display(VIEW)

    assert panel.findChild(RedshiftField).text() == "3.27110"
    assert "trial" in texts(panel)


def test_that_a_small_error_is_not_shown_as_zero(panel):
    panel.display(replace(VIEW, redshift_error=3e-6))

    assert "± 0.000003" in texts(panel)


def test_that_a_redshift_far_from_the_catalogue_is_told_as_a_difference(panel):
    panel.display(replace(VIEW, redshift=3.0, catalogue_redshift=0.5))

    assert "Δz +2.500" in texts(panel)


def test_that_the_velocity_to_the_catalogue_is_told(panel):
    panel.display(replace(VIEW, redshift=1.001, catalogue_redshift=1.0))

    assert "+150 km/s" in texts(panel)


@pytest.mark.parametrize("zconf", [0, 1, 2, 3])
def test_that_a_confidence_is_asked_for_and_not_taken(panel, qtbot, zconf):
    panel.display(VIEW)
    button = zconf_button(panel, zconf)

    with qtbot.waitSignal(panel.zconf_requested) as caught:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert caught.args == [zconf]
    assert not button.isChecked()


def test_that_the_confidence_in_force_is_marked(panel):
    panel.display(DECIDED)

    assert [b.isChecked() for b in panel.findChildren(ZconfButton)] == [False, False, False, True]


def test_that_nothing_is_marked_before_an_inspection(panel):
    panel.display(VIEW)

    assert not any(b.isChecked() for b in panel.findChildren(ZconfButton))


def test_that_enter_says_what_it_assigns(panel):
    panel.display(VIEW)

    assert "Assign 2" in confirm_button(panel).text()


def test_that_enter_goes_on_when_all_is_decided(panel, qtbot):
    panel.display(DECIDED)

    with qtbot.waitSignal(panel.confirm_requested):
        qtbot.mouseClick(confirm_button(panel), Qt.MouseButton.LeftButton)

    assert "Next" in confirm_button(panel).text()


@pytest.mark.parametrize(
    ("signal", "name", "value"),
    [
        ("flag_toggled", "Flags", SourceFlag.REVISIT),
        ("false_requested", "False source", FalseReason.NOISE),
        ("blend_requested", "Blend", "blend0"),
    ],
)
def test_that_a_choice_is_asked_for_and_not_taken(panel, qtbot, signal, name, value):
    panel.display(VIEW)
    action = choices(panel, name)[value]

    with qtbot.waitSignal(getattr(panel, signal)) as caught:
        action.trigger()

    assert caught.args == [value]
    assert not action.isChecked()


def test_that_what_was_chosen_is_ticked_and_named(panel):
    panel.display(replace(DECIDED, blend="one galaxy"))

    assert choices(panel, "Flags")[SourceFlag.BLEND].isChecked()
    assert choices(panel, "False source")[FalseReason.EDGE].isChecked()
    told = [button.text() for button in panel.findChildren(ChoiceButton)]
    assert told == ["✕ edge", "⚑ blend", "one galaxy"]


@pytest.mark.parametrize("name", ["False source", "Flags"])
def test_that_every_choice_has_its_own_letter(panel, name):
    offered = [action.text() for action in choices(panel, name).values()]

    assert len({text[text.index("&") + 1] for text in offered}) == len(offered)


def test_that_every_choice_says_its_key(panel):
    panel.teach_keys({"flag_STAR": "F S", "blend3": "J 3"})

    assert choices(panel, "Flags")[SourceFlag.STAR].text().endswith("\tF S")
    assert choices(panel, "Blend")["blend3"].text().endswith("\tJ 3")


def test_that_a_typed_redshift_is_told_as_it_was_typed(panel, qtbot):
    panel.display(VIEW)
    field = panel.findChild(RedshiftField)
    panel.type_redshift()
    qtbot.keyClicks(field, "5007@8682")

    with qtbot.waitSignal(panel.redshift_typed) as caught:
        qtbot.keyClick(field, Qt.Key.Key_Return)

    assert caught.args == ["5007@8682"]
    assert not field.hasFocus()
    assert field.text() == "3.27110"


def test_that_escape_forgets_what_was_typed(panel, qtbot):
    panel.display(VIEW)
    field = panel.findChild(RedshiftField)
    panel.type_redshift()
    qtbot.keyClicks(field, "9.9")

    with qtbot.assertNotEmitted(panel.redshift_typed):
        qtbot.keyClick(field, Qt.Key.Key_Escape)

    assert field.text() == "3.27110"
    assert not field.hasFocus()


def test_that_a_comment_is_told_with_its_source_on_ctrl_enter(panel, comment, qtbot):
    panel.display(VIEW)
    panel.edit_comment()
    comment.setPlainText("NA")

    with qtbot.waitSignal(panel.comment_changed) as caught:
        qtbot.keyClick(comment, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert caught.args == ["17", "NA"]
    assert not comment.hasFocus()


def test_that_a_comment_is_told_when_the_keyboard_goes_elsewhere(panel, comment, qtbot):
    panel.display(VIEW)
    panel.edit_comment()
    qtbot.waitUntil(comment.hasFocus)
    comment.setPlainText("left")

    with qtbot.waitSignal(panel.comment_changed) as caught:
        panel.type_redshift()

    assert caught.args == ["17", "left"]


def test_that_a_comment_goes_to_its_own_source_when_another_comes(panel, comment, qtbot):
    panel.display(VIEW)
    comment.setPlainText("for 17")

    with qtbot.waitSignal(panel.comment_changed) as caught:
        panel.display(replace(VIEW, key="18", comment="of 18"))

    assert caught.args == ["17", "for 17"]
    assert comment.toPlainText() == "of 18"


def test_that_a_comment_is_not_told_twice(panel, comment, qtbot):
    panel.display(VIEW)
    comment.setPlainText("once")
    comment.commit()

    with qtbot.assertNotEmitted(panel.comment_changed):
        panel.display(replace(VIEW, key="18"))


def test_that_typing_survives_an_update_of_the_same_source(panel, comment):
    panel.display(VIEW)
    comment.setPlainText("half a sen")

    panel.display(replace(VIEW, redshift=1.0))

    assert comment.toPlainText() == "half a sen"


def test_that_a_comment_changed_by_undo_is_shown(panel, comment):
    panel.display(VIEW)

    panel.display(replace(VIEW, comment=""))

    assert comment.toPlainText() == ""


def test_that_nothing_can_be_asked_for_without_a_source(panel):
    panel.display(None)

    buttons = [
        *panel.findChildren(ZconfButton),
        confirm_button(panel),
        named(panel, "False source"),
    ]
    assert not any(button.isEnabled() for button in buttons)


def test_that_only_text_fields_take_the_keyboard(panel):
    takers = {
        type(child)
        for child in (panel, *panel.findChildren(QWidget))
        if child.focusPolicy() != Qt.FocusPolicy.NoFocus and not isinstance(child, QMenu)
    }

    assert takers == {CommentEditor, RedshiftField}


def test_that_the_panel_fits_a_small_screen(panel):
    panel.display(DECIDED)

    assert panel.minimumSizeHint().width() <= 300
    assert panel.minimumSizeHint().height() <= 700


def test_that_the_buttons_stay_in_place_from_source_to_source(panel):
    panel.display(VIEW)
    before = [button.geometry() for button in panel.findChildren(ZconfButton)]

    panel.display(replace(DECIDED, catalogue_redshift=0.123, redshift_error=0.5))
    QApplication.processEvents()

    assert [button.geometry() for button in panel.findChildren(ZconfButton)] == before


def test_that_the_reasons_of_the_suggestion_are_told(panel):
    panel.display(VerdictView("7", redshift=0.5, suggested_zconf=2, reasons=("Δχ² = 0.1", "R = 2")))

    assert "Δχ² = 0.1" in confirm_button(panel).toolTip()
    assert "R = 2" in confirm_button(panel).toolTip()


def test_that_a_proposal_is_as_large_as_what_the_expert_chose_and_lighter(panel):
    field = panel.findChild(RedshiftField)

    panel.display(replace(VIEW, state="proposal"))
    proposed = field.font()
    panel.display(replace(VIEW, state="trial"))
    chosen = field.font()

    assert proposed.pointSizeF() == chosen.pointSizeF()
    assert proposed.weight() < chosen.weight()


def test_that_a_proposal_is_written_in_the_colour_of_text_and_not_of_what_is_disabled(panel):
    panel.display(replace(VIEW, state="proposal"))

    assert f"color: {LIGHT.text};" in panel.findChild(RedshiftField).styleSheet()


def test_that_the_error_is_also_told_in_velocity(panel):
    panel.display(replace(VIEW, redshift=1.0, redshift_error=1e-3))

    assert "± 150 km/s" in texts(panel)


def test_that_the_reason_stands_on_the_panel_with_what_limits_it_first(panel):
    reasons = ("Δχ² = 0.1", "Lyα 10σ", "96 %", "not 3: it rests on one feature", "R = 0.4")

    panel.display(replace(VIEW, state="proposal", reasons=reasons))

    assert "2: not 3: it rests on one feature, Lyα 10σ, 96 %" in texts(panel)


def test_that_no_reason_is_told_once_all_is_decided(panel):
    panel.display(replace(DECIDED, reasons=("Lyα 10σ",)))

    assert "Lyα 10σ" not in texts(panel)


def test_that_the_probable_class_comes_first_and_none_is_certain(panel):
    panel.display(replace(VIEW, chances=(("star", 0.9999), ("galaxy", 1e-4), ("QSO", 0.0))))

    assert "star &gt;99" in texts(panel)
    assert "galaxy &lt;1" in texts(panel)


def test_that_only_what_is_not_decided_is_suggested(panel):
    panel.display(replace(VIEW, state="proposal"))
    before = [b.zconf for b in panel.findChildren(ZconfButton) if b.is_suggested]
    panel.display(replace(DECIDED, suggested_zconf=2))

    assert before == [2]
    assert not any(b.is_suggested for b in panel.findChildren(ZconfButton))


def test_that_what_is_suggested_as_false_is_said_on_the_button_and_why(panel):
    view = VerdictView(
        "7",
        redshift=0.5,
        suggested_false=FalseReason.NOISE,
        reasons=("Δχ² = 0.1", "P(z) = 30.1 %", "false source (noise) is more probable: 91 %"),
        chances=(("galaxy", 0.999), ("QSO", 0.001)),
    )

    panel.display(view)

    assert view.why == "False (noise) is more probable: 91 %, P(z) = 30.1 %"
    assert panel._confirm.text() == "False: noise, go on   ⏎"
    assert panel._chances.text().startswith("if real: ")
    assert panel._false_button.property("suggested")
    assert not any(button.is_suggested for button in panel._zconf_buttons)
    panel.display(replace(view, suggested_false=None, suggested_zconf=2))
    assert not panel._false_button.property("suggested")
    assert not panel._chances.text().startswith("if real: ")
