"""The editor of the user's lines: a table of name, wavelength and medium."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from moosegui.errors import MooseError
from moosegui.files.models.line_lists import OwnLine, line_of, read_line_list

HEADINGS = ("Name", "Wavelength at rest (Å)", "Medium")
EXPLANATION = (
    "Your own lines are named in the spectrum, measured in the line windows and offered by the "
    "right button. A file is any table with the columns name and wavelength, in Å, and perhaps "
    "medium (air or vacuum)."
)
SIZE = (560, 440)


class OwnLinesDialog(QDialog):
    """One row a line; nothing is taken before all of them are understood.

    Signals: `accepted_lines(tuple)` of OwnLine.
    """

    accepted_lines = pyqtSignal(object)

    def __init__(self, own: Iterable[OwnLine], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._build()
        self.add(own)

    def _build(self) -> None:
        self.setWindowTitle("Own lines")
        self.resize(*SIZE)
        words, self._problem = QLabel(EXPLANATION), QLabel()
        words.setProperty("role", "muted")
        self._problem.setProperty("role", "error")
        for label in (words, self._problem):
            label.setWordWrap(True)
        self._problem.hide()
        self._table = QTableWidget(0, len(HEADINGS))
        self._table.setAccessibleName("Own lines")
        self._table.setHorizontalHeaderLabels(HEADINGS)
        heads = self._table.horizontalHeader()
        if heads is not None:
            heads.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.addWidget(words)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._problem)
        layout.addLayout(self._make_buttons())

    def _make_buttons(self) -> QHBoxLayout:
        below = QHBoxLayout()
        for text, do in (
            ("Add a line", self._add_empty),
            ("Remove", self._remove),
            ("Load a file …", self._load),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(do)
            below.addWidget(button)
        below.addStretch(1)
        cancel, save = QPushButton("Cancel"), QPushButton("Save")
        save.setProperty("role", "primary")
        save.setDefault(True)
        cancel.setAutoDefault(False)
        save.clicked.connect(self.accept_all)
        cancel.clicked.connect(self.reject)
        below.addWidget(cancel)
        below.addWidget(save)
        return below

    def add(self, own: Iterable[OwnLine]) -> None:
        """Add lines below those that are there."""
        for line in own:
            self._add_row(line.name, f"{line.wave:.8g}", line.medium)

    def accept_all(self) -> None:
        """Take all rows, or say which of them is no line."""
        try:
            own = tuple(line_of(*texts) for texts in self._texts() if any(texts[:2]))
        except MooseError as error:
            self._say(str(error))
            return
        self.accepted_lines.emit(own)
        self.accept()

    def load(self, path: Path) -> None:
        """Add the lines of a file, or say why there are none."""
        try:
            self.add(read_line_list(path))
        except MooseError as error:
            self._say(str(error))

    @property
    def problem(self) -> str:
        """What could not be understood."""
        return self._problem.text()

    def _say(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.show()

    def _texts(self) -> list[tuple[str, str, str]]:
        rows = range(self._table.rowCount())
        return [(self._cell(i, 0), self._cell(i, 1), self._cell(i, 2)) for i in rows]

    def _cell(self, row: int, column: int) -> str:
        item = self._table.item(row, column)
        return "" if item is None else item.text().strip()

    def _add_row(self, *texts: str) -> None:
        row = self._table.rowCount()
        self._table.insertRow(row)
        for column, text in enumerate(texts):
            self._table.setItem(row, column, QTableWidgetItem(text))

    def _add_empty(self) -> None:
        self._add_row("", "", "vacuum")
        self._table.setCurrentCell(self._table.rowCount() - 1, 0)
        self._table.editItem(self._table.currentItem())

    def _remove(self) -> None:
        self._table.removeRow(self._table.currentRow())

    def _load(self) -> None:
        text, _ = QFileDialog.getOpenFileName(self, "Lines of a file")
        if text:
            self.load(Path(text))
