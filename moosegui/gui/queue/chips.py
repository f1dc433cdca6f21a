"""Above the queue: progress by confidence, and the proposals that wait, each with its count."""

from __future__ import annotations

from collections import Counter

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from moosegui.gui.queue.progress import ProgressBar
from moosegui.gui.queue.row import Chip
from moosegui.gui.style.flow_layout import FlowLayout
from moosegui.gui.style.theme import RHYTHM, Colours

THOUSAND = 1000  # from here on a count is told in thousands
CHIP_TIPS: dict[Chip, str] = {
    Chip.ALL: "Every source",
    Chip.UNREVIEWED: "Not inspected yet, drafts included",
    Chip.DRAFT: "With a redshift that was tried and not decided",
    Chip.FLAGGED: "With a flag",
    Chip.ZCONF0: "Inspected: no redshift",
    Chip.ZCONF1: "ZCONF 1",
    Chip.ZCONF2: "ZCONF 2",
    Chip.ZCONF3: "ZCONF 3",
    Chip.FALSE: "Not a source",
    Chip.DOUBTFUL: "Proposed as false, by what a search of its noise finds, or by its Δχ²",
    Chip.BLENDED: "With a candidate for a second galaxy that nobody judged yet",
    Chip.STAR: "Proposed as a star and not decided yet; Enter takes it with the flag",
    Chip.QSO: "Proposed as a quasar and not decided yet; Enter takes it with the flag",
    Chip.DISAGREES: "The redshift is not that of the catalogue",
    Chip.CONFLICT: "The votes of the inspectors disagree",
}
CHIP_TEXTS: dict[Chip, str] = {
    Chip.UNREVIEWED: "to do",
    Chip.FLAGGED: "flags",
    Chip.DOUBTFUL: "false?",
    Chip.DISAGREES: "≠ cat",
    Chip.BLENDED: "blend?",
    Chip.CONFLICT: "≠ vote",
    Chip.STAR: "★ star?",
    Chip.QSO: "QSO?",
    **{chip: f"Q{chip.value}" for chip in Chip if chip.value.isdigit()},
}
STATES = (
    *(Chip.ALL, Chip.UNREVIEWED),
    *(Chip.ZCONF3, Chip.ZCONF2, Chip.ZCONF1, Chip.ZCONF0, Chip.FALSE, Chip.FLAGGED),
)
PROPOSALS = tuple(chip for chip in Chip if chip not in STATES)
ALWAYS = (Chip.ALL, Chip.UNREVIEWED)  # the others are there while they have something


class QueueChips(QWidget):
    """One chip is always pressed; those under which nothing is are hidden.

    Signals: `chip_chosen(Chip)`, also when it was pressed by a programme.
    """

    chip_chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()
        self._connect()

    def _build(self) -> None:
        self._progress, self._buttons = ProgressBar(), QButtonGroup(self)
        self._counts: Counter[Chip] = Counter()
        self._has_conflicts = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(RHYTHM // 2)
        layout.addWidget(self._progress)
        for chips, role in ((STATES, "plain-chip"), (PROPOSALS, "pill")):
            row = FlowLayout(RHYTHM // 2)
            for chip in chips:
                row.addWidget(self._make_button(chip, role))
            layout.addLayout(row)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.display(self._counts)

    def _make_button(self, chip: Chip, role: str) -> QToolButton:
        button = QToolButton()
        button.setText(_text(chip))
        button.setCheckable(True)
        button.setChecked(chip is Chip.ALL)
        button.setProperty("role", role)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setAccessibleName(f"Show: {CHIP_TIPS[chip]}")
        self._buttons.addButton(button, list(Chip).index(chip))
        return button

    def _connect(self) -> None:
        self._buttons.idToggled.connect(self._on_toggled)
        self._progress.share_chosen.connect(self.choose)

    @property
    def chip(self) -> Chip:
        """The chip that is pressed."""
        return list(Chip)[self._buttons.checkedId()]

    def choose(self, chip: Chip) -> None:
        """Press a chip."""
        self._button_of(chip).setChecked(True)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._progress.set_colours(colours)

    def show_conflicts(self, *, are_shown: bool) -> None:
        """Offer the chip of conflicts, which has nothing under it while nobody is reconciled."""
        self._has_conflicts = are_shown
        self._show_some()

    def display(self, counts: Counter[Chip]) -> None:
        """Show how many sources belong under each chip."""
        self._counts = counts
        self._progress.display(counts)
        for chip in Chip:
            button = self._button_of(chip)
            text = f"{_text(chip)} {_short(counts[chip])}".rstrip()
            if button.text() != text:  # a text lays the window out anew
                button.setText(text)
                button.setToolTip(f"{CHIP_TIPS[chip]}: {counts[chip]}")
        self._show_some()

    def _show_some(self) -> None:
        """Show what has something under it, and what is pressed."""
        for chip in Chip:
            is_wanted = chip in ALWAYS or chip is self.chip or self._counts[chip] > 0
            if chip is Chip.CONFLICT:
                is_wanted = self._has_conflicts
            button = self._button_of(chip)
            if button.isHidden() == is_wanted:
                button.setVisible(is_wanted)

    def _button_of(self, chip: Chip) -> QToolButton:
        button = self._buttons.button(list(Chip).index(chip))
        assert isinstance(button, QToolButton)
        return button

    def _on_toggled(self, _: int, is_checked: object) -> None:
        if is_checked:
            self._show_some()
            self.chip_chosen.emit(self.chip)


def _text(chip: Chip) -> str:
    return CHIP_TEXTS.get(chip, chip.value)


def _short(count: int) -> str:
    """A count in at most four characters; nothing for none."""
    if count >= 10 * THOUSAND:
        return f"{count / THOUSAND:.0f}k"
    if count >= THOUSAND:
        return f"{count / THOUSAND:.1f}k"
    return str(count) if count else ""
