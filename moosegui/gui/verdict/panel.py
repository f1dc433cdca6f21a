"""The decision: the z on screen, its confidence, flags, false source, comment."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PyQt6.QtCore import QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QFontMetrics
from PyQt6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from moosegui.data.catalogue import ZCONF_MEANINGS, FalseReason, SourceFlag
from moosegui.gui.session.states import REDSHIFT_GLYPHS
from moosegui.gui.style.elided_label import ElidedLabel, ElidedLines, whole_words
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, heavy_font
from moosegui.gui.verdict.choice_button import ChoiceButton
from moosegui.gui.verdict.comment_editor import CommentEditor
from moosegui.gui.verdict.comment_thread import CommentThread
from moosegui.gui.verdict.redshift_field import RedshiftField
from moosegui.gui.verdict.view import VerdictView, chance_in_words
from moosegui.gui.verdict.zconf_button import ZconfButton

HIGH_LINE = 24  # px; with a larger font the panel of a small screen has one line for the marks
FLASH_TIME = 150  # ms
CHANCE_TIP = "How probable it is that the source is one: of all classes the chances add up to 100 %"
BLENDS = (
    ("blend3", "blend, z₂ secure"),
    ("blend2", "blend, z₂ probable"),
    ("blend1", "blend, z₂ possible"),
    ("blend0", "one galaxy"),
    ("blend_neighbour", "light of a neighbour"),
)  # actions by their names

ELIDE, UNKNOWN_ROOM = Qt.TextElideMode.ElideRight, 10_000  # px before the panel is laid out


class VerdictPanel(QWidget):
    """The decision panel.

    Signals: `zconf_requested(int)`, `confirm_requested()`, `false_requested(FalseReason)`,
    `flag_toggled(SourceFlag)`, `blend_requested(str)` with the name of the action,
    `redshift_typed(str)`, `comment_changed(str, str)` with the key.
    """

    zconf_requested = pyqtSignal(int)
    confirm_requested = pyqtSignal()
    false_requested = pyqtSignal(object)
    flag_toggled = pyqtSignal(object)
    blend_requested = pyqtSignal(object)
    redshift_typed = pyqtSignal(str)
    comment_changed = pyqtSignal(str, str)

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)
        self._connect()

    def _build(self, colours: Colours) -> None:
        self._view: VerdictView | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)  # for the flash
        self._redshift, self._error = RedshiftField(), QLabel()
        self._state, self._chances = QLabel(), QLabel()
        line = QFontMetrics(heavy_font()).height()
        self._badges = ElidedLines(2 if line <= HIGH_LINE else 1)
        self._velocity, self._why = ElidedLabel(), ElidedLines(3)
        for label, n_lines in ((self._state, 1), (self._error, 2), (self._chances, 1)):
            # their texts change with every source, which must not move the buttons
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            label.setFixedHeight(n_lines * line + 2)
        for label in (self._error, self._velocity, self._chances):
            label.setProperty("role", "muted")
        self._chances.setToolTip(CHANCE_TIP)
        self._badges.setFont(heavy_font())
        self._flash_timer = QTimer(self)
        self._flash_timer.setSingleShot(True)
        self._flash_timer.setInterval(FLASH_TIME)
        self._confirm = QPushButton()
        self._confirm.setProperty("role", "primary")
        self._confirm.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._confirm.setFont(heavy_font())
        self._confirm.setAccessibleName("Confirm and go on")
        self._zconf_buttons = [ZconfButton(zconf) for zconf in range(len(ZCONF_MEANINGS))]
        self._comment, self._thread = CommentEditor(), CommentThread()
        self._make_choices()
        self._lay_out()
        button = self._zconf_buttons[0].sizeHint().width() + RHYTHM // 2
        self.setMinimumWidth(len(self._zconf_buttons) * button + 2 * RHYTHM)
        self.teach_keys({})
        self.set_colours(colours)
        self.display(None)

    def _make_choices(self) -> None:
        reasons = [(reason, reason.value) for reason in FalseReason]
        flags = [(flag, flag.value) for flag in SourceFlag]
        self._false_button = ChoiceButton("✕ False", reasons, "Not a source, with the reason")
        self._false_button.setAccessibleName("False source")
        self._flag_button = ChoiceButton("⚑ Flag", flags, "A flag to set or to take away")
        self._flag_button.setAccessibleName("Flags")
        self._blend_button = ChoiceButton("Blend", BLENDS, "Whether a second galaxy is in it")
        self._blend_button.setAccessibleName("Blend")

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RHYTHM, RHYTHM // 2, RHYTHM, RHYTHM)
        layout.setSpacing(RHYTHM // 2)
        layout.addWidget(self._state)
        layout.addLayout(_side_by_side(self._redshift, self._error))
        for widget in (self._chances, self._velocity, self._badges):
            layout.addWidget(widget)
        layout.addLayout(_side_by_side(*self._zconf_buttons))
        layout.addWidget(self._why)
        layout.addWidget(self._confirm)
        layout.addLayout(_side_by_side(self._false_button, self._flag_button, self._blend_button))
        layout.addWidget(self._comment)
        layout.addWidget(self._thread)
        layout.addStretch(1)

    def _connect(self) -> None:
        for button in self._zconf_buttons:
            button.clicked.connect(self._on_zconf_clicked)
        self._confirm.clicked.connect(self._on_confirm_clicked)
        self._flash_timer.timeout.connect(self._on_flash_over)
        self._false_button.chosen.connect(self.false_requested)
        self._flag_button.chosen.connect(self.flag_toggled)
        self._blend_button.chosen.connect(self.blend_requested)
        self._redshift.redshift_typed.connect(self.redshift_typed)
        self._comment.comment_changed.connect(self.comment_changed)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        for button in self._zconf_buttons:
            button.colours = colours
            button.update()
        self._badges.setStyleSheet(f"color: {colours.trial};")
        self._thread.set_colours(colours)
        if self._view is not None:
            self._show_redshift(self._view)

    def teach_keys(self, keys: Mapping[str, str]) -> None:
        """Say on every button which key does the same, by the names of the actions."""
        for zconf_button in self._zconf_buttons:
            zconf_button.teach_key(keys.get(f"zconf{zconf_button.zconf}", ""))
        self._false_button.teach_keys({r: keys.get(f"false_{r.name}", "") for r in FalseReason})
        self._flag_button.teach_keys({f: keys.get(f"flag_{f.name}", "") for f in SourceFlag})
        self._blend_button.teach_keys({name: keys.get(name, "") for name, _ in BLENDS})
        self._confirm_key = keys.get("confirm", "")
        self._comment.teach_keys(keys)
        if self._view is not None:
            self.display(self._view)

    def add_to_comment(self, phrase: str) -> None:
        """Write a phrase behind the comment of the source that is shown."""
        if self._view is not None:
            self._comment.add(phrase)

    def display(self, view: VerdictView | None) -> None:
        """Show what is held of a source; a comment under way is told first, for its source."""
        self._comment.display(
            None if view is None else view.key, "" if view is None else view.comment
        )
        if self._view is not None and (view is None or view.key != self._view.key):
            self._redshift.stop_typing()  # what was typed was meant for the source that is left
        self._view = view
        for widget in (self._redshift, self._confirm, *self._zconf_buttons):
            widget.setEnabled(view is not None)
        for button in (self._false_button, self._flag_button, self._blend_button):
            button.setEnabled(view is not None)
        shown = VerdictView("") if view is None else view
        self._show_redshift(shown)
        self._show_decision(shown)
        self._show_confirm(shown)
        self._thread.display(shown.remarks, shown.inspector)

    def flash(self) -> None:
        """Show for a moment that a decision was ignored."""
        self._show_flash(is_on=True)
        self._flash_timer.start()

    def type_redshift(self) -> None:
        """Give the keyboard to the redshift."""
        self._redshift.start_typing()

    def edit_comment(self) -> None:
        """Give the keyboard to the comment."""
        self._comment.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def comment_editor(self) -> CommentEditor:
        """The field of the comment, for who stores what is typed there."""
        return self._comment

    def _show_redshift(self, view: VerdictView) -> None:
        is_proposal = view.state == "proposal"
        self._redshift.display(view.redshift, is_proposal=is_proposal)
        colour = self._colours.of_redshift(view.state)
        rests_on = f"rests on {view.rests_on}" if view.rests_on else ""
        more = "".join(f" · {words}" for words in (view.origin, rests_on) if words)
        state = f"{REDSHIFT_GLYPHS[view.state]} <b>{view.state}</b>"
        used = QFontMetrics(heavy_font()).horizontalAdvance(f"{view.state}   ")
        room = max(self._state.width() - used, 0) if self._state.isVisible() else UNKNOWN_ROOM
        shown_more = whole_words(more, self._state.fontMetrics(), room, ", ")
        told = f"<span style='color:{colour}'>{state}</span>{escape(shown_more)}"
        self._state.setText(told if view.has_redshift else "")
        self._error.setToolTip(view.systemic)
        self._state.setToolTip(
            view.systemic or (more.removeprefix(" · ") if view.has_redshift else "")
        )
        shown = self._colours.text if is_proposal else colour
        rest = f"border-color: transparent; background: transparent; color: {shown};"
        # each time: a theme that is set meanwhile undoes it
        self._redshift.setStyleSheet(
            f"QLineEdit {{ padding: 0; }} QLineEdit:!focus {{ {rest} }}"
            f" QLineEdit:!focus:hover {{ border-color: {self._colours.border}; }}"
        )
        self._error.setText("\n".join((view.error, view.velocity_error)))
        chances = [escape(f"{name} {chance_in_words(chance)}") for name, chance in view.chances]
        chances[:1] = [f"<b>{first}&nbsp;%</b>" for first in chances[:1]]
        condition = "if real: " if view.suggested_false is not None and chances else ""
        self._chances.setText(condition + "&nbsp;&nbsp; ".join(chances))
        self._velocity.setText(view.to_catalogue)
        self._badges.setText(" · ".join(text for text, _ in view.badges))
        self._badges.setToolTip("\n".join(explanation for _, explanation in view.badges))

    def _show_decision(self, view: VerdictView) -> None:
        for button in self._zconf_buttons:
            with QSignalBlocker(button):
                button.setChecked(view.zconf == button.zconf)
            is_open = view.zconf is None or view.state == "trial"
            button.is_suggested = is_open and view.suggested_zconf == button.zconf
            button.update()
        reason = view.false_reason
        self._false_button.display((reason,), "" if reason is None else f"✕ {reason.value}")
        is_wanted = view.suggested_false is not None and not view.is_decided
        self._false_button.suggest(is_suggested=is_wanted)
        flags = [flag.short for flag in SourceFlag if flag in view.flags]
        words = f"⚑ {flags[0]}" if len(flags) == 1 else f"⚑ {len(flags)} flags" if flags else ""
        self._flag_button.display(view.flags, words)
        self._blend_button.display((), view.blend)

    def _show_confirm(self, view: VerdictView) -> None:
        reasons = ""
        if view.is_decided:
            text, tip = "Next   ⏎", "Confirmed; go on to the next source"
        elif view.suggested_false is not None:
            text = f"False: {view.suggested_false.value}, go on   ⏎"
            tip = f"Call it false, no source: {view.suggested_false.value}"
            reasons = "".join(f"\n· {reason}" for reason in view.reasons)
        elif view.suggested_zconf is None:
            text, tip = "Choose 0 to 3", "Nothing is suggested for this source"
        else:
            text = f"Assign {view.suggested_zconf} and go on   ⏎"
            tip = f"Assign the z on screen with ZCONF {view.suggested_zconf}"
            reasons = "".join(f"\n· {reason}" for reason in view.reasons)
        self._confirm.setText(text)
        self._confirm.setToolTip(_taught(tip, self._confirm_key) + reasons)
        self._why.setText(view.why)
        self._why.setToolTip(reasons.strip())

    def _show_flash(self, *, is_on: bool) -> None:
        self.setProperty("flash", is_on)
        style = self.style()
        if style is not None:
            style.unpolish(self)
            style.polish(self)

    def _on_flash_over(self) -> None:
        self._show_flash(is_on=False)

    def _on_zconf_clicked(self) -> None:
        button = self.sender()
        assert isinstance(button, ZconfButton)
        self.zconf_requested.emit(button.zconf)

    def _on_confirm_clicked(self) -> None:
        self.confirm_requested.emit()


def _side_by_side(*widgets: QWidget) -> QBoxLayout:
    """Put widgets into a row, each as wide as the next unless it asks for more."""
    row = QHBoxLayout()
    row.setSpacing(RHYTHM // 2)
    for widget in widgets:
        row.addWidget(widget, 1)
    return row


def _taught(tip: str, key: str) -> str:
    """A tool tip with the key that does the same."""
    return f"{tip}  ( {key} )" if key else tip
