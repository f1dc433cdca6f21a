"""For each meaning the column that has it, with its first values."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from moosegui.files.tables.sample import N_SHOWN, CatalogueSample
from moosegui.gui.style.theme import RHYTHM, heavy_font

NONE = "none"
# Meanings of columns that an expert may name here, and what they are to people
ASKED = {
    "ID": "ID",
    "Z": "redshift",
    "ZCONF": "ZCONF",
    "RA": "right ascension",
    "DEC": "declination",
    "MAG": "magnitude",
    "FILE": "file of the spectrum",
}
LONGEST = 24  # characters of a value
SIZE = (720, 360)  # px


class ColumnsPanel(QDialog):
    """One row a meaning.

    Signals: `columns_wanted(dict)`, names by meaning, of those that were changed or named before.
    """

    columns_wanted = pyqtSignal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Columns of the catalogue")
        self.resize(*SIZE)
        self._build()

    def _build(self) -> None:
        self._sample = CatalogueSample({}, {})
        self._boxes: dict[str, QComboBox] = {}
        self._values: dict[str, tuple[QLabel, ...]] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * RHYTHM)
        for column, words in enumerate(("", "column", "first rows")):
            heading = QLabel(words)
            heading.setProperty("role", "muted")
            grid.addWidget(heading, 0, column)
        for row, (meaning, words) in enumerate(ASKED.items(), start=1):
            box = self._boxes[meaning] = QComboBox()
            values = self._values[meaning] = tuple(QLabel() for _ in range(N_SHOWN))
            box.setAccessibleName(words)
            grid.addWidget(QLabel(words), row, 0)
            grid.addWidget(box, row, 1)
            for column, label in enumerate(values, start=2):
                label.setTextFormat(Qt.TextFormat.PlainText)
                grid.addWidget(label, row, column)
                grid.setColumnStretch(column, 1)
            box.currentIndexChanged.connect(self._show_values)
        self._question = QLabel()
        self._question.setTextFormat(Qt.TextFormat.PlainText)
        self._question.setWordWrap(True)
        self._question.setFont(heavy_font())
        layout = QVBoxLayout(self)
        layout.addWidget(self._question)
        layout.addLayout(grid)
        layout.addStretch(1)
        layout.addWidget(self._buttons())

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.read_again = QPushButton("Read the catalogue so")
        self.read_again.setToolTip(
            "Remembered for all catalogues with the same columns; decisions stay."
        )
        buttons.addButton(self.read_again, QDialogButtonBox.ButtonRole.ApplyRole)
        for button in buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(button is self.read_again)
        self.read_again.setDefault(True)  # Enter in a box reads, and does not close
        buttons.rejected.connect(self.reject)
        self.read_again.clicked.connect(lambda: self.columns_wanted.emit(self.columns()))
        return buttons

    def display(self, sample: CatalogueSample, question: str = "") -> None:
        """Show what the columns are taken for now, and what is asked, if anything is."""
        self._question.setText(question)
        self._question.setVisible(bool(question))
        self._sample = sample
        for meaning, box in self._boxes.items():
            taken = sample.taken.get(meaning, "")
            box.clear()
            box.addItems([*sample.cells] if taken else [NONE, *sample.cells])
            box.setCurrentText(taken or NONE)
        self._show_values()

    @property
    def names(self) -> tuple[str, ...]:
        """All columns of the catalogue."""
        return self._sample.names

    def choose(self, meaning: str, name: str) -> None:
        """Take a column for a meaning."""
        self._boxes[meaning].setCurrentText(name)

    def values(self, meaning: str) -> tuple[str, ...]:
        """Return the values that are shown for a meaning."""
        return tuple(label.text() for label in self._values[meaning])

    def columns(self) -> dict[str, str]:
        """Return the columns that differ from what was taken."""
        chosen = {meaning: box.currentText() for meaning, box in self._boxes.items()}
        taken = self._sample.taken
        return {
            meaning: name
            for meaning, name in chosen.items()
            if name in self._sample.cells and name != taken.get(meaning)
        }

    def _show_values(self) -> None:
        for meaning, labels in self._values.items():
            cells = self._sample.cells.get(self._boxes[meaning].currentText(), ())
            for i, label in enumerate(labels):
                text = cells[i] if i < len(cells) else ""
                label.setText(text if len(text) <= LONGEST else f"…{text[1 - LONGEST :]}")
