"""The page of a sweep: the grid, what the keys do, and how many are left."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent
from PyQt6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from moosegui.gui.style.overriding import override
from moosegui.gui.sweep.grid import SweepGrid
from moosegui.gui.sweep.kinds import FALSE, SweepKind

PART_OF_WINDOW = 0.92


class SweepDialog(QDialog):
    """Over the window, as large as it.

    Signals: `page_accepted` when what is marked is to be recorded.
    """

    page_accepted = pyqtSignal()

    def __init__(self, parent: QWidget, kind: SweepKind = FALSE) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setWindowTitle(kind.title)
        self.resize(parent.size() * PART_OF_WINDOW)
        self.grid = SweepGrid(kind=kind)
        self._help, self._left = QLabel(kind.keys), QLabel()
        self._help.setWordWrap(True)
        self._help.setProperty("role", "muted")
        self._accept, self._close = QPushButton(), QPushButton("Close   Esc")
        self._accept.setProperty("role", "primary")
        for button in (self._accept, self._close):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoDefault(False)
        below = QHBoxLayout()
        below.addWidget(self._left)
        below.addStretch(1)
        below.addWidget(self._accept)
        below.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.addWidget(self._help)
        layout.addWidget(self.grid, 1)
        layout.addLayout(below)
        self._accept.clicked.connect(self.page_accepted)
        self._close.clicked.connect(self.reject)
        self.grid.choice_changed.connect(self._on_choice_changed)
        self._on_choice_changed()

    def display_left(self, n_behind: int) -> None:
        """Say how many sources wait behind this page."""
        self._left.setText(f"{n_behind} more behind this page" if n_behind else "the last page")

    def display_wait(self, n_waited: int) -> None:
        """Say that what was accepted is not all scanned; `display_left` says something else."""
        are = "are" if n_waited > 1 else "is"
        self._left.setText(
            f"{n_waited} of the accepted {are} still being scanned; Enter again then"
        )

    def _on_choice_changed(self) -> None:
        n_accepted = len(self.grid.accepted_keys)
        words = self._kind.calls.format(n=n_accepted) if n_accepted else "Keep all and go on"
        self._accept.setText(f"{words}   ⏎")

    @override
    def keyPressEvent(self, a0: QKeyEvent | None) -> None:
        if a0 is not None and a0.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.page_accepted.emit()
        else:
            super().keyPressEvent(a0)
