"""A label that changes its words without laying the window out anew."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from moosegui.gui.style.still_label import StillLabel


class Layouts(QObject):
    """Counts how often a widget is asked for another layout."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.n_asked = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        self.n_asked += event is not None and event.type() == QEvent.Type.LayoutRequest
        return False


def n_layouts(qtbot: QtBot, label: QLabel | StillLabel) -> int:
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(label)
    window.show()
    QApplication.processEvents()
    layouts = Layouts(window)
    for text in ("one", "a longer text", "two"):
        label.setText(text)
        QApplication.processEvents()
    assert label.text() == "two"
    return layouts.n_asked


def test_that_other_words_ask_for_no_layout(qtbot: QtBot) -> None:
    assert n_layouts(qtbot, StillLabel("a longer text")) == 0


def test_that_an_ordinary_label_would_ask(qtbot: QtBot) -> None:
    assert n_layouts(qtbot, QLabel()) > 0


@pytest.mark.parametrize("widest", ["", "saved 00:00:00"])
def test_that_it_keeps_room_for_its_widest_text_and_may_become_narrow(
    qtbot: QtBot, widest: str
) -> None:
    label = StillLabel(widest)
    qtbot.addWidget(label)

    assert label.sizeHint().width() >= label.label.fontMetrics().horizontalAdvance(widest)
    assert label.minimumSizeHint().width() == 0


def test_that_another_font_changes_the_room(qtbot: QtBot) -> None:
    label = StillLabel("saved 00:00:00")
    qtbot.addWidget(label)
    before = label.sizeHint()

    label.label.setStyleSheet("font-size: 40px;")
    label.label.ensurePolished()

    assert label.sizeHint().width() > before.width()
    assert label.sizeHint().height() > before.height()
