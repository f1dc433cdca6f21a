"""The question whether spectra outside the folder of the catalogue are to be read."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Protocol

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QMessageBox, QWidget


class Answer(Protocol):
    """What is done with an answer."""

    def __call__(self, root: Path, *, is_allowed: bool) -> None:
        """Take the folder and whether it may be read."""


def ask_for_root(window: QWidget, root: Path, catalogue: Path, answer: Answer) -> QMessageBox:
    """Ask over a window, which goes on meanwhile; No where the question is left.

    Parameters
    ----------
    window : QWidget
    root : Path
        The folder, links resolved.
    catalogue : Path
        Whose column of paths leads there.
    answer : Answer
    """
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle("Moose")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(f"{catalogue.name} names spectra in another folder:\n{root}")
    box.setInformativeText("Read spectra there? The answer is kept with the session.")
    box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    box.setDefaultButton(QMessageBox.StandardButton.No)
    box.setEscapeButton(QMessageBox.StandardButton.No)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.finished.connect(partial(_on_finished, root, answer))
    box.open()
    return box


def _on_finished(root: Path, answer: Answer, result: int) -> None:
    answer(root, is_allowed=result == QMessageBox.StandardButton.Yes)
