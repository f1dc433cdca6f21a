"""Preferences in the real window: keys, phrases, theme, columns, and the first hint."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from expert import Expert
from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QFont, QKeyEvent
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot
from seen import named, words_in
from small_survey import FIRST, SECOND, write_catalogue

from moosegui.config import user_folder
from moosegui.gui.keys.editor import KeyEditor
from moosegui.gui.keys.panel import PreferencesPanel
from moosegui.gui.queue.grid import QueueGrid
from moosegui.gui.style.theme import base_font
from moosegui.gui.verdict.comment_editor import CommentEditor
from moosegui.gui.verdict.zconf_button import ZconfButton
from moosegui.preferences import FILE_NAME, Preferences, read_preferences

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def settled(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Start the window with preferences of its own, as often as asked."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    people: list[Expert] = []

    def start() -> Expert:
        while people and not people[-1].has_quit:
            people[-1].quit()
        people.append(Expert(qtbot, write_catalogue(tmp_path / "catalogue.csv")))
        people[-1].now += 1.0
        return people[-1]

    yield start
    if people and not people[-1].has_quit:
        people[-1].quit()


def store_of(expert: Expert):
    return expert.application.preferences


def send(expert: Expert, key: Qt.Key, text: str, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key of another keyboard, through Qt's shortcuts."""
    expert.now += 1.0
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        QApplication.sendEvent(expert.window, QKeyEvent(kind, key, modifier, text))


def test_that_a_mapped_key_holds_at_once(settled) -> None:
    expert = settled()

    store_of(expert).change(keys={"next": ("-",)})
    expert.press("n")
    assert expert.current == FIRST
    expert.press("-")

    assert expert.current == SECOND


def test_that_a_mapped_key_holds_after_a_restart(settled) -> None:
    expert = settled()
    store_of(expert).change(keys={"next": ("-",)})

    expert = settled()
    expert.press("-")

    assert expert.current == SECOND


def test_that_a_mapped_letter_rests_while_somebody_writes(settled) -> None:
    expert = settled()
    store_of(expert).change(keys={"next": ("Ä",)})

    expert.press("c")
    expert.write("Ä")

    assert expert.current == FIRST


def test_that_buttons_and_key_map_teach_the_mapped_key(settled) -> None:
    expert = settled()

    store_of(expert).change(keys={"zconf3": ("Ctrl+J",), "comment": ("Ctrl+U",)})

    verdict = expert.verdict
    assert "( Ctrl+J )" in verdict.findChildren(ZconfButton)[3].toolTip()
    assert "Ctrl+U" in expert.view(CommentEditor).placeholderText()
    expert.help.show()
    assert "Ctrl+J" in [label.text() for label in expert.help.findChildren(QLabel)]


def test_that_keys_taken_twice_in_the_file_are_said_and_not_used(settled) -> None:
    user_folder().joinpath(FILE_NAME).write_text('[keys]\nnext = ["B"]\n')

    expert = settled()
    expert.press("n")

    assert expert.current == SECOND
    assert any("taken twice: next" in text for text in expert.notices)


def test_that_a_bad_file_is_said_in_the_window(settled) -> None:
    user_folder().joinpath(FILE_NAME).write_text("theme = ")

    expert = settled()

    assert any("preferences.toml.bad" in text for text in expert.notices)


def is_dark(expert: Expert) -> bool:
    return expert.spectrum.grab().toImage().pixelColor(2, 2).lightness() < 128


def test_that_a_theme_is_kept(settled) -> None:
    expert = settled()
    was_dark = is_dark(expert)

    expert.action("theme").trigger()
    expert = settled()

    assert is_dark(expert) == (not was_dark)


def test_that_the_chosen_columns_are_kept(settled) -> None:
    expert = settled()
    grid = expert.view(QueueGrid)
    mag = next(a for a in grid.column_menu().actions() if a.data() == "mag")

    mag.trigger()
    expert = settled()
    expert.queue.fold(is_folded=False)  # in a window as narrow as that of the tests it is folded

    shown = store_of(expert).preferences.queue_columns
    assert "mag" in shown
    names = expert.view(QueueGrid).model().column_names()
    assert not expert.view(QueueGrid).isColumnHidden(names.index("mag"))


def test_that_control_and_a_digit_add_a_phrase(settled) -> None:
    expert = settled()
    store_of(expert).change(phrases=("broad lines", "see cube"))

    expert.press("12", CONTROL)

    assert expert.session.verdict(FIRST).comment == "broad lines; see cube"
    assert not isinstance(QApplication.focusWidget(), QPlainTextEdit)


def test_that_a_phrase_joins_what_is_being_written(settled) -> None:
    expert = settled()
    store_of(expert).change(phrases=("broad lines",))
    expert.press("c")
    expert.write("QSO?")

    expert.press("1", CONTROL)
    expert.press_key(Qt.Key.Key_Escape)

    assert expert.session.verdict(FIRST).comment == "QSO?; broad lines"


def test_that_a_phrase_that_is_empty_is_said(settled) -> None:
    expert = settled()
    store_of(expert).change(phrases=())

    expert.press("1", CONTROL)

    assert expert.session.verdict(FIRST) is None
    assert any("no quick phrase 1" in text for text in expert.notices)


def test_that_azerty_sends_phrases_and_solutions_without_shift(settled) -> None:
    expert = settled()
    store_of(expert).change(phrases=("one", "two"))

    send(expert, Qt.Key.Key_Eacute, "", CONTROL)
    send(expert, Qt.Key.Key_Eacute, "é", ALT)

    assert expert.session.verdict(FIRST).comment == "two"
    assert expert.session.shown.solution_rank == 2


def test_that_azerty_digits_with_shift_decide(settled) -> None:
    expert = settled()

    send(expert, Qt.Key.Key_2, "2", SHIFT)

    assert expert.session.verdict(FIRST).zconf == 2


@pytest.mark.parametrize(
    ("key", "text", "modifier"),
    [
        (Qt.Key.Key_Slash, "/", SHIFT),  # QWERTZ: Shift+7, AZERTY: Shift+:
        (Qt.Key.Key_Slash, "/", Qt.KeyboardModifier.NoModifier),
    ],
)
def test_that_the_filter_is_reached_on_every_keyboard(settled, key, text: str, modifier) -> None:
    expert = settled()

    send(expert, key, text, modifier)

    assert isinstance(QApplication.focusWidget(), QLineEdit)


def test_that_the_first_hint_is_shown_once_and_stays(settled) -> None:
    expert = settled()
    expert.application.show_first_hint()
    assert any("Everything has a key" in text for text in expert.notices)

    expert = settled()
    expert.application.show_first_hint()

    assert not any("Everything has a key" in text for text in expert.notices)


def keys_of(panel: PreferencesPanel) -> KeyEditor:
    editor = panel.findChild(KeyEditor)
    assert editor is not None
    return editor


def ok_of(panel: PreferencesPanel) -> QPushButton:
    buttons = panel.findChild(QDialogButtonBox)
    assert buttons is not None
    return buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_that_the_panel_changes_keys_phrases_and_theme(settled) -> None:
    expert = settled()
    expert.action("preferences").trigger()
    panel = expert.window.findChild(PreferencesPanel)
    keys_of(panel).choose("next")
    keys_of(panel).press("Ctrl+J")
    named(panel, "Quick phrase 1").setText("broad lines")
    named(panel, "Theme").setCurrentIndex(2)

    ok_of(panel).click()

    written, notice = read_preferences(user_folder() / FILE_NAME)
    assert (written.keys, written.phrases[0], written.theme, notice) == (
        {"next": ("Ctrl+J",)},
        "broad lines",
        "dark",
        "",
    )


def test_that_the_panel_does_not_take_a_key_that_is_taken(settled) -> None:
    expert = settled()
    expert.action("preferences").trigger()
    panel = expert.window.findChild(PreferencesPanel)

    keys_of(panel).choose("next")
    keys_of(panel).press("B")

    assert not ok_of(panel).isEnabled()
    assert "“Previous source”" in words_in(keys_of(panel))
    panel.reject()


def test_that_only_text_fields_take_the_keyboard(settled) -> None:
    expert = settled()

    takers = [
        child
        for child in expert.window.findChildren(QWidget)
        if child.focusPolicy() != Qt.FocusPolicy.NoFocus and child.window() is expert.window
    ]

    others = [taker for taker in takers if not isinstance(taker, QLineEdit | QPlainTextEdit)]
    assert [taker.metaObject().className() for taker in others] == []


def test_that_every_button_has_a_name_for_who_cannot_see_it(settled) -> None:
    expert = settled()

    nameless = [
        button
        for button in expert.window.findChildren(QAbstractButton)
        if not (button.accessibleName() or button.text())
        and not button.objectName().startswith("qt_")
    ]

    assert nameless == []


def test_that_smoothing_steps_through_the_preferred_widths(settled) -> None:
    expert = settled()
    store_of(expert).change(smoothing=(3.0, 30.0))

    widths = []
    for key in "sssdd":
        expert.press(key)
        widths.append(expert.display_options.smoothing)

    assert widths == [3.0, 30.0, 30.0, 3.0, 0.0]


def test_that_typed_widths_of_smoothing_are_kept(settled) -> None:
    expert = settled()
    expert.press(",", CONTROL)
    (panel,) = expert.window.findChildren(PreferencesPanel)

    named(panel, "Widths of smoothing in Angstrom").setText("4; 12.5 none, -3")
    ok = ok_of(panel)
    expert.click(ok)

    assert read_preferences(user_folder() / FILE_NAME)[0].smoothing == (4.0, 12.5)


def test_that_the_rule_of_the_preferences_is_that_of_the_votes(settled) -> None:
    expert = settled()

    store_of(expert).change(velocity=150.0, confident=3)

    rule = expert.session.votes.rule
    assert (rule.velocity, rule.confident) == (150.0, 3)


@pytest.fixture
def usual_font() -> Iterator[QFont]:
    """Give the text its size back: a start that asks for another changes it for all windows."""
    font = QApplication.font()
    yield font
    QApplication.setFont(font)


def test_that_the_text_has_the_size_that_is_preferred_from_the_next_start(
    settled, usual_font: QFont
) -> None:
    expert = settled()
    panel = PreferencesPanel(store_of(expert).preferences)
    box = named(panel, "Size of text in points, from the next start")
    assert isinstance(box, QSpinBox)
    assert box.text() == "as the system"
    box.setValue(15)

    store_of(expert).change(text_size=panel.chosen().text_size)
    panel.deleteLater()
    assert QApplication.font().pointSizeF() == usual_font.pointSizeF()
    settled()

    assert QApplication.font().pointSizeF() == 15.0
    assert base_font().pointSizeF() == 15.0


def test_that_a_size_between_whole_points_is_kept(qtbot: QtBot) -> None:
    panel = PreferencesPanel(Preferences(text_size=11.5))
    qtbot.addWidget(panel)

    assert panel.chosen().text_size == 11.5
    assert PreferencesPanel(Preferences()).chosen().text_size == 0.0
