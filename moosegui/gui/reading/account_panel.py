"""What a file is, what was taken of it, and what the expert says instead."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from moosegui.data.catalogue import AS_WRITTEN, ReadingChoice
from moosegui.gui.style.theme import RHYTHM, heavy_font

Rows = tuple[tuple[str, str], ...]

AS_THE_FILE = "as the file says"
UNITS = ("Angstrom", "nm", "um", "GHz", "cm-1", "eV", "log10(Angstrom)")
MEDIA = ("air", "vacuum")
FACTORS = (0.1, 10.0)
SIZE = (620, 560)  # px


class ProvenancePanel(QDialog):
    """Facts above, answers of the expert below; they hold for the whole list.

    Signals: `choice_wanted(ReadingChoice)`.
    """

    choice_wanted = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("What was taken of this file")
        self.resize(*SIZE)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)  # keys go on deciding
        self._build()

    def _build(self) -> None:
        self._facts = QGridLayout()
        self._facts.setColumnStretch(1, 1)
        self._facts.setHorizontalSpacing(2 * RHYTHM)
        facts = QWidget()
        beside = QVBoxLayout(facts)
        beside.addLayout(self._facts)
        beside.addStretch(1)
        area = QScrollArea()
        area.setWidget(facts)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        heading = QLabel("Read the files of this list otherwise")
        heading.setFont(heavy_font())
        layout = QVBoxLayout(self)
        layout.addWidget(area, 1)
        layout.addWidget(heading)
        layout.addLayout(self._form())
        layout.addWidget(self._buttons())

    def _form(self) -> QFormLayout:
        self._unit, self._medium = QComboBox(), QComboBox()
        self._unit.addItems([AS_THE_FILE, *UNITS])
        self._unit.setEditable(True)  # any unit of length, energy, frequency or wavenumber
        self._medium.addItems([AS_THE_FILE, *MEDIA])
        self._flux, self._error, self._wave = QLineEdit(), QLineEdit(), QLineEdit()
        self._factor = QDoubleSpinBox()
        self._factor.setRange(*FACTORS)
        self._factor.setSingleStep(0.1)
        for field in (self._wave, self._flux, self._error):
            field.setPlaceholderText(f"{AS_THE_FILE}; else the name of a column or an extension")
        form = QFormLayout()
        form.addRow("wavelengths", self._wave)
        form.addRow("wavelengths without a unit", self._unit)
        form.addRow("wavelengths of unknown medium", self._medium)
        form.addRow("flux", self._flux)
        form.addRow("errors", self._error)
        form.addRow("factor on σ", self._factor)
        return form

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.read_again = QPushButton("Read the list again")
        self.read_again.setToolTip(
            "What was scanned is scanned anew; decisions stay. The session remembers the answers."
        )
        buttons.addButton(self.read_again, QDialogButtonBox.ButtonRole.ApplyRole)
        buttons.rejected.connect(self.reject)
        self.read_again.clicked.connect(lambda: self.choice_wanted.emit(self.choice()))
        return buttons

    def choice(self) -> ReadingChoice:
        """Return what the fields say."""
        unit, medium = self._unit.currentText().strip(), self._medium.currentText()
        return ReadingChoice(
            wave_unit="" if unit == AS_THE_FILE else unit,
            medium="" if medium == AS_THE_FILE else medium,
            flux=self._flux.text().strip(),
            error=self._error.text().strip(),
            wave=self._wave.text().strip(),
            sigma_factor=round(self._factor.value(), self._factor.decimals()),
        )

    def display(self, title: str, rows: Rows, choice: ReadingChoice = AS_WRITTEN) -> None:
        """Show the facts of a source, and what was said of its list."""
        self.setWindowTitle(f"{title}: what was taken of this file")
        while (item := self._facts.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for i_row, (name, text) in enumerate(rows):
            word, sentence = QLabel(name), QLabel(text)
            word.setProperty("role", "muted")
            word.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            sentence.setTextFormat(Qt.TextFormat.PlainText)
            sentence.setWordWrap(True)
            sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(word, i_row, 0)
            self._facts.addWidget(sentence, i_row, 1)
        self._unit.setCurrentText(choice.wave_unit or AS_THE_FILE)
        self._medium.setCurrentText(choice.medium or AS_THE_FILE)
        self._flux.setText(choice.flux)
        self._error.setText(choice.error)
        self._wave.setText(choice.wave)
        self._factor.setValue(choice.sigma_factor)

    def facts(self) -> Rows:
        """Return what is shown, for whoever copies it."""
        shown = []
        for i_row in range(self._facts.rowCount()):
            items = [self._facts.itemAtPosition(i_row, column) for column in (0, 1)]
            labels = [item.widget() for item in items if item is not None]
            texts = [label.text() for label in labels if isinstance(label, QLabel)]
            if len(texts) == 2:
                shown.append((texts[0], texts[1]))
        return tuple(shown)
