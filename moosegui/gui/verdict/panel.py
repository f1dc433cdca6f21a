"""The decision: the z on screen, its confidence, flags, false source, comment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QSignalBlocker, Qt, QTimer, pyqtSignal
from PyQt6.QtGui import QAction, QFontMetrics
from PyQt6.QtWidgets import (
    QGridLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from moosegui.data.catalogue import ZCONF_MEANINGS, FalseReason, SourceFlag
from moosegui.data.grids import velocity_difference
from moosegui.data.team.remarks import Remark
from moosegui.gui.session.states import REDSHIFT_GLYPHS, RedshiftState
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, base_font, heavy_font
from moosegui.gui.verdict.comment_editor import CommentEditor
from moosegui.gui.verdict.comment_thread import CommentThread
from moosegui.gui.verdict.redshift_field import RedshiftField
from moosegui.gui.verdict.zconf_button import ZconfButton

FLAGS_IN_A_ROW = 3
FLASH_TIME = 150  # ms
SMALL_ERROR = 1e-5  # in z
N_DIGITS_WIDE = 30  # the least width of the panel
VELOCITY_LIMIT = 10_000  # km/s; beyond, the difference in z says more


@dataclass(frozen=True, slots=True)
class VerdictView:
    """What is held of one source, and what Enter would do.

    Parameters
    ----------
    key : str
        Of the source; comes back with its comment.
    redshift, redshift_error : float
        What is on screen; nan when there is none.
    state : "proposal", "trial" or "assigned"
    origin : str
        Where the z comes from, as "solution 2" or "typed".
    zconf : int or None
        The confidence in force.
    suggested_zconf : int or None
        What Enter assigns while nothing is assigned.
    reasons : tuple of str
        Why it is suggested.
    false_reason : FalseReason or None
    flags : frozenset of SourceFlag
    comment : str
    remarks : tuple of Remark
        What was written about the source, by all whose comments may be seen.
    inspector : str
        Whose `comment` it is.
    catalogue_redshift : float
        Nan when unknown or hidden.
    badges : tuple of (text, explanation)
        Flags of the scan.
    is_blind : bool
        Whether the catalogue's redshift is hidden.
    """

    key: str
    redshift: float = float("nan")
    redshift_error: float = float("nan")
    state: RedshiftState = "proposal"
    origin: str = ""
    zconf: int | None = None
    suggested_zconf: int | None = None
    reasons: tuple[str, ...] = ()
    false_reason: FalseReason | None = None
    flags: frozenset[SourceFlag] = frozenset()
    comment: str = ""
    remarks: tuple[Remark, ...] = ()
    inspector: str = ""
    catalogue_redshift: float = float("nan")
    badges: tuple[tuple[str, str], ...] = ()
    is_blind: bool = False


class VerdictPanel(QWidget):
    """The decision panel.

    Signals: `zconf_requested(int)`, `confirm_requested()`, `false_requested(FalseReason)`,
    `flag_toggled(SourceFlag)`, `redshift_typed(str)`, `comment_changed(str, str)` with the key.
    """

    zconf_requested = pyqtSignal(int)
    confirm_requested = pyqtSignal()
    false_requested = pyqtSignal(object)
    flag_toggled = pyqtSignal(object)
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
        self._redshift = RedshiftField()
        self._state, self._velocity, self._badges = QLabel(), QLabel(), QLabel()
        self._velocity.setProperty("role", "muted")
        for label in (self._state, self._velocity, self._badges):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            # their texts change with every source, which must not move the buttons
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            label.setFixedHeight(QFontMetrics(heavy_font()).height() + 2)
        self._badges.setFont(heavy_font())
        self._flash_timer = QTimer(self)
        self._flash_timer.setSingleShot(True)
        self._flash_timer.setInterval(FLASH_TIME)
        self._confirm = QPushButton()
        self._confirm.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._confirm.setFont(heavy_font())
        self._confirm.setAccessibleName("Confirm and go on")
        self._zconf_buttons = [ZconfButton(zconf) for zconf in range(len(ZCONF_MEANINGS))]
        self._comment, self._thread = CommentEditor(), CommentThread()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(RHYTHM, RHYTHM // 2, RHYTHM, RHYTHM)
        layout.setSpacing(RHYTHM // 2)
        for widget in (self._redshift, self._state, self._velocity, self._badges):
            layout.addWidget(widget)
        for button in self._zconf_buttons:
            layout.addWidget(button)
        layout.addWidget(self._confirm)
        layout.addSpacing(RHYTHM // 2)
        layout.addWidget(self._make_false_button())
        layout.addLayout(self._make_flags())
        layout.addWidget(self._comment)
        layout.addWidget(self._thread)
        layout.addStretch(1)
        self.setMinimumWidth(QFontMetrics(base_font()).horizontalAdvance("0" * N_DIGITS_WIDE))
        self.teach_keys({})
        self.set_colours(colours)
        self.display(None)

    def _make_false_button(self) -> QToolButton:
        button = self._false_button = QToolButton()
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName("False source")
        self._false_menu = QMenu(button)
        for reason in FalseReason:
            action = QAction(f"&{reason.value.capitalize()}", self._false_menu)
            action.setData(reason)
            action.setCheckable(True)
            self._false_menu.addAction(action)
        button.setMenu(self._false_menu)
        return button

    def _make_flags(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(2)
        self._flag_buttons: dict[SourceFlag, QToolButton] = {}
        for i_flag, flag in enumerate(SourceFlag):
            button = QToolButton()
            button.setText(flag.short)
            button.setCheckable(True)
            button.setProperty("role", "chip")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setAccessibleName(f"Flag {flag.value}")
            self._flag_buttons[flag] = button
            grid.addWidget(button, *divmod(i_flag, FLAGS_IN_A_ROW))
        return grid

    def _connect(self) -> None:
        for button in self._zconf_buttons:
            button.clicked.connect(self._on_zconf_clicked)
        for flag_button in self._flag_buttons.values():
            flag_button.clicked.connect(self._on_flag_clicked)
        self._confirm.clicked.connect(self._on_confirm_clicked)
        self._flash_timer.timeout.connect(self._on_flash_over)
        self._false_menu.triggered.connect(self._on_reason_triggered)
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
        for flag, button in self._flag_buttons.items():
            button.setToolTip(_taught(f"Flag: {flag.value}", keys.get(f"flag_{flag.name}", "")))
        for action in self._false_menu.actions():
            reason = action.data()
            key = keys.get(f"false_{reason.name}", "")
            action.setText(f"&{reason.value.capitalize()}" + (f"\t{key}" if key else ""))
        self._false_key = keys.get(f"false_{FalseReason.NOISE.name}", "").partition(" ")[0]
        tip = f"{self._false_key}, then a letter" if self._false_key else ""
        self._false_button.setToolTip(_taught("Not a source, with the reason", tip))
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
        for widget in (self._redshift, self._confirm, self._false_button):
            widget.setEnabled(view is not None)
        for button in (*self._zconf_buttons, *self._flag_buttons.values()):
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
        self._redshift.display(view.redshift, is_proposal=view.state == "proposal")
        has_redshift = bool(np.isfinite(view.redshift))
        colour = self._colours.of_redshift(view.state)
        error = _error_text(view.redshift_error)
        origin = f" · {view.origin}" if view.origin else ""
        state = f"{REDSHIFT_GLYPHS[view.state]} <b>{view.state}</b>"
        self._state.setText(
            f"<span style='color:{colour}'>{state}</span>{origin}{error}" if has_redshift else ""
        )
        shown = colour if has_redshift else "palette(text)"
        sheet = f"QLineEdit {{ padding: 0 4px; color: {shown}; }}"
        self._redshift.setStyleSheet(sheet)  # each time: a theme that is set meanwhile undoes it
        self._velocity.setText(self._velocity_text(view))
        self._badges.setText(" · ".join(text for text, _ in view.badges))
        self._badges.setToolTip("\n".join(explanation for _, explanation in view.badges))

    def _velocity_text(self, view: VerdictView) -> str:
        if not np.isfinite(view.catalogue_redshift):
            nothing = "catalogue hidden" if view.is_blind else "no z in the catalogue"
            return nothing if view.key else ""
        text = f"catalogue {view.catalogue_redshift:.5f}"
        if not np.isfinite(view.redshift):
            return text
        velocity = round(float(velocity_difference(view.redshift, view.catalogue_redshift)))
        if abs(velocity) < VELOCITY_LIMIT:
            difference = f"{velocity:+d} km/s"
        else:
            difference = f"Δz {view.redshift - view.catalogue_redshift:+.3f}"
        return f"{difference} to {text}".replace("-", "−")

    def _show_decision(self, view: VerdictView) -> None:
        for button in self._zconf_buttons:
            with QSignalBlocker(button):
                button.setChecked(view.zconf == button.zconf)
            is_open = view.zconf is None or view.state == "trial"
            button.is_suggested = is_open and view.suggested_zconf == button.zconf
            button.update()
        for flag, flag_button in self._flag_buttons.items():
            with QSignalBlocker(flag_button):
                flag_button.setChecked(flag in view.flags)
        is_false = view.false_reason is not None
        with QSignalBlocker(self._false_button), QSignalBlocker(self._false_menu):
            self._false_button.setChecked(is_false)
            for action in self._false_menu.actions():
                action.setChecked(action.data() == view.false_reason)
        false_text = f"✕ False source …   {self._false_key}".rstrip()
        reason = view.false_reason.value if view.false_reason is not None else ""
        self._false_button.setText(f"✕ false: {reason}" if is_false else false_text)

    def _show_confirm(self, view: VerdictView) -> None:
        reasons = ""
        is_decided = view.zconf is not None or view.false_reason is not None
        if is_decided and view.state != "trial":
            text, tip = "Next   ⏎", "Confirmed; go on to the next source"
        elif view.suggested_zconf is None:
            text, tip = "Choose 0 to 3", "Nothing is suggested for this source"
        else:
            text = f"Assign {view.suggested_zconf} and next   ⏎"
            tip = f"Assign the z on screen with ZCONF {view.suggested_zconf}"
            reasons = "".join(f"\n· {reason}" for reason in view.reasons)
        self._confirm.setText(text)
        self._confirm.setToolTip(_taught(tip, self._confirm_key) + reasons)

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

    def _on_flag_clicked(self) -> None:
        for flag, button in self._flag_buttons.items():
            if button is self.sender():
                is_set = self._view is not None and flag in self._view.flags
                button.setChecked(is_set)
                self.flag_toggled.emit(flag)

    def _on_confirm_clicked(self) -> None:
        self.confirm_requested.emit()

    def _on_reason_triggered(self, action: QAction) -> None:
        view = self._view
        action.setChecked(view is not None and action.data() == view.false_reason)
        self.false_requested.emit(action.data())


def _taught(tip: str, key: str) -> str:
    """A tool tip with the key that does the same."""
    return f"{tip}  ( {key} )" if key else tip


def _error_text(error: float) -> str:
    """The error with as many decimals as the redshift, and one more where that would be zero."""
    if not np.isfinite(error):
        return ""
    return f" ± {error:.5f}" if error >= SMALL_ERROR else f" ± {error:.6f}"
