"""The ready-made filters above the queue, each with how many sources belong under it."""

from __future__ import annotations

from collections import Counter

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QButtonGroup, QGridLayout, QSizePolicy, QToolButton, QWidget

from moosegui.gui.queue.row import Chip

CHIPS_IN_A_ROW = 4
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
    Chip.STAR: "star?",
    Chip.QSO: "QSO?",
    **{chip: f"Q{chip.value}" for chip in Chip if chip.value.isdigit()},
}


class QueueChips(QWidget):
    """One chip is always pressed.

    Signals: `chip_chosen(Chip)`, also when it was pressed by a programme.
    """

    chip_chosen = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()
        self._connect()

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(2)
        self._buttons = QButtonGroup(self)
        for i_chip, chip in enumerate(Chip):
            button = QToolButton()
            button.setText(_text(chip))
            button.setCheckable(True)
            button.setChecked(chip is Chip.ALL)
            button.setProperty("role", "chip")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setToolTip(CHIP_TIPS[chip])
            button.setAccessibleName(f"Show: {CHIP_TIPS[chip]}")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            self._buttons.addButton(button, i_chip)
            grid.addWidget(button, *divmod(i_chip, CHIPS_IN_A_ROW))
        self.show_conflicts(are_shown=False)
        for i_column in range(CHIPS_IN_A_ROW):
            grid.setColumnStretch(i_column, 1)

    def _connect(self) -> None:
        self._buttons.idToggled.connect(self._on_toggled)

    @property
    def chip(self) -> Chip:
        """The chip that is pressed."""
        return list(Chip)[self._buttons.checkedId()]

    def choose(self, chip: Chip) -> None:
        """Press a chip."""
        self._button_of(chip).setChecked(True)

    def show_conflicts(self, *, are_shown: bool) -> None:
        """Offer the chip of conflicts, which has nothing under it while nobody is reconciled."""
        self._button_of(Chip.CONFLICT).setVisible(are_shown)

    def display(self, counts: Counter[Chip]) -> None:
        """Show how many sources belong under each chip."""
        for chip in Chip:
            button = self._button_of(chip)
            button.setText(f"{_text(chip)} {_short(counts[chip])}".rstrip())
            button.setToolTip(f"{CHIP_TIPS[chip]}: {counts[chip]}")

    def _button_of(self, chip: Chip) -> QToolButton:
        button = self._buttons.button(list(Chip).index(chip))
        assert isinstance(button, QToolButton)
        return button

    def _on_toggled(self, _: int, is_checked: object) -> None:
        if is_checked:
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
