"""The question which columns mean what, of a catalogue that cannot be opened without it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QWidget

from moosegui.files.tables.sample import CatalogueSample, sample_catalogue
from moosegui.gui.reading.columns_panel import ColumnsPanel

QUESTION = "{name} has no column that is known as that of IDs or of files. Which is it?"

Answer = Callable[[CatalogueSample, dict[str, str]], None]


def ask_for_columns(window: QWidget, path: Path, answer: Answer) -> ColumnsPanel:
    """Ask over a window, which goes on meanwhile; closing the panel leaves things as they are.

    Parameters
    ----------
    window : QWidget
    path : Path
        The catalogue.
    answer : callable
        Takes its columns, and those that were named by meaning; raises MooseError.
    """
    sample = sample_catalogue(path, {})
    panel = ColumnsPanel(window)
    panel.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    panel.display(sample, QUESTION.format(name=path.name))
    panel.columns_wanted.connect(partial(_on_wanted, panel, sample, answer))
    panel.show()
    panel.raise_()
    return panel


def _on_wanted(
    panel: ColumnsPanel, sample: CatalogueSample, answer: Answer, named: dict[str, str]
) -> None:
    if named:
        panel.close()
        answer(sample, named)
