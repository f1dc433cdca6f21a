"""The keys and what they do, for `?` and F1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from PyQt6.QtCore import QSize, Qt
from PyQt6.QtGui import QKeyEvent, QShowEvent
from PyQt6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from moosegui.gui.style.overriding import override
from moosegui.gui.style.theme import LIGHT, RHYTHM, Colours, heavy_font

N_COLUMNS = 3
CLOSING_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_Question, Qt.Key.Key_F1)


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One action: its group, its key as text, and what it does."""

    group: str
    keys: str
    description: str


class KeyHelp(QDialog):
    """All keys by group, in a window that does not block; `?`, F1 or Esc closes it."""

    def __init__(self, parent: QWidget | None = None, colours: Colours = LIGHT) -> None:
        super().__init__(parent)
        self._build(colours)

    def _build(self, colours: Colours) -> None:
        self._colours = colours
        self._rows: tuple[KeyRow, ...] = ()
        self._is_made = False
        self.setModal(False)
        self.setWindowTitle("Keys")
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._scroll)

    def set_colours(self, colours: Colours) -> None:
        """Repaint in another palette."""
        self._colours = colours
        self._renew()

    def display(self, rows: Sequence[KeyRow]) -> None:
        """Show these keys, in the order given."""
        self._rows = tuple(rows)
        self._renew()

    @override
    def showEvent(self, a0: QShowEvent | None) -> None:
        if not self._is_made:
            self._make()
        super().showEvent(a0)

    def _renew(self) -> None:
        """Make the page again, or when it is opened: its labels take 20 ms of every start."""
        self._is_made = False
        if self.isVisible():
            self._make()

    def _make(self) -> None:
        self._is_made = True
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(3 * RHYTHM, 2 * RHYTHM, 3 * RHYTHM, 2 * RHYTHM)
        columns.setSpacing(4 * RHYTHM)
        for column in _balanced(self._rows):
            columns.addLayout(self._make_column(column))
        self._scroll.setWidget(page)
        hint = page.sizeHint()
        wanted = QSize(hint.width() + 2 * RHYTHM, hint.height() + RHYTHM)
        screen = self.screen()
        self.resize(wanted if screen is None else wanted.boundedTo(screen.availableSize()))

    def _make_column(self, rows: Sequence[KeyRow]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * RHYTHM)
        grid.setVerticalSpacing(RHYTHM // 2)
        for group, members in groupby(rows, key=lambda row: row.group):
            title = QLabel(group)
            title.setStyleSheet(f"color: {self._colours.model}; padding-top: {RHYTHM}px;")
            title.setFont(heavy_font())
            title.setIndent(0)
            grid.addWidget(title, grid.rowCount(), 0, 1, 2)
            for row in members:
                keys, i_line = QLabel(row.keys), grid.rowCount()
                keys.setFont(heavy_font())
                grid.addWidget(keys, i_line, 0)
                grid.addWidget(QLabel(row.description), i_line, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        grid.setColumnStretch(1, 1)
        return grid

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is not None and a0.key() in CLOSING_KEYS:
            self.close()
            return
        super().keyPressEvent(a0)


def _balanced(rows: tuple[KeyRow, ...]) -> list[list[KeyRow]]:
    """Spread whole groups over the columns so that none is much longer than the others."""
    groups = [list(members) for _, members in groupby(rows, key=lambda row: row.group)]
    wanted = (len(rows) + len(groups)) / N_COLUMNS
    columns: list[list[KeyRow]] = [[]]
    length = 0
    for group in groups:
        if columns[-1] and length + len(group) / 2 > wanted and len(columns) < N_COLUMNS:
            columns.append([])
            length = 0
        columns[-1] += group
        length += len(group) + 1
    return columns
