"""What was learned from the verdicts, before it is used."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtGui import QFontDatabase
from PyQt6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

EXPLANATION = (
    "What was stated and what came true, of your verdicts: with the calibration in use, and, of "
    "verdicts that were left out of learning, with what was learned."
)
SIZE = (720, 480)


class CalibrationDialog(QDialog):
    """Shows the reliability before and after; one button uses what was learned."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Calibrated by your verdicts")
        self.resize(*SIZE)
        explanation = QLabel(EXPLANATION)
        explanation.setWordWrap(True)
        self._numbers = QPlainTextEdit()
        self._numbers.setReadOnly(True)
        self._numbers.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._numbers.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        role = QDialogButtonBox.ButtonRole
        buttons = QDialogButtonBox()
        buttons.addButton("Use it", role.AcceptRole)
        buttons.addButton("Leave it as it is", role.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for part in (explanation, self._numbers, buttons):
            layout.addWidget(part)

    @property
    def text(self) -> str:
        """The numbers that are shown."""
        return self._numbers.toPlainText()

    def display(self, lines: Sequence[str]) -> None:
        """Show the reliability in lines of text."""
        self._numbers.setPlainText("\n".join(lines))
